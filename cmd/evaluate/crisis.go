package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"innerwork/coach/gate"
	"innerwork/memory/embed"
)

// crisisKind gives messages to the gate. It prints counts, and never a row.
type crisisKind struct {
	parts
	File      string `help:"JSON with inputs and label: recall against false alarms." placeholder:"FILE.json"`
	Dialogues string `help:"JSONL of dialogues: false alarms on the leader's side." placeholder:"FILE.jsonl"`
	Messages  string `help:"JSONL with kind and text: which route each kind takes." placeholder:"FILE.jsonl"`
	Embedder  string `help:"What messages are compared with examples by, beside the rules: local or none." enum:"local,none" default:"local"`
}

// Run prints what the gate saw.
func (k crisisKind) Run(ctx context.Context) error {
	r, err := k.measure(ctx)
	if err != nil {
		return err
	}
	return r.print()
}

func (k crisisKind) measure(ctx context.Context) (_ *report, err error) {
	look := &looking{ctx: ctx}
	if k.Embedder == embed.KindLocal {
		closing, err := k.liken(ctx, &look.gate)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, closing()) }()
	}
	switch {
	case k.File != "" && k.Dialogues == "" && k.Messages == "":
		return look.labelled(k.File)
	case k.Dialogues != "" && k.File == "" && k.Messages == "":
		return look.leaderSide(k.Dialogues)
	case k.Messages != "" && k.File == "" && k.Dialogues == "":
		return look.routed(k.Messages)
	}
	return nil, errors.New("crisis needs one of --file, --dialogues and --messages")
}

// liken gives a gate the local embedder and what it learned with it, or says
// that it has the rules alone.
func (p parts) liken(ctx context.Context, g *gate.Gate) (close func() error, err error) {
	nothing := func() error { return nil }
	e, err := embed.Open(ctx, embed.Config{Kind: embed.KindLocal, Local: p.local()})
	if none, ok := errors.AsType[*embed.None](err); ok {
		fmt.Fprintln(os.Stderr, "the gate has its rules alone:", none)
		return nothing, nil
	}
	if err != nil {
		return nothing, err
	}
	known := &knownVectors{Embedder: e, vectors: map[string][]float32{}}
	l, err := gate.Prepare(ctx, known, learning, p.Parts)
	if err != nil {
		return e.Close, errors.Join(err, e.Close())
	}
	g.Liken(l, known)
	return e.Close, nil
}

func learning(done, of int) {
	if done == 1 {
		fmt.Fprintf(os.Stderr, "the gate learns from %d examples …\n", of)
	}
}

// knownVectors embeds each sentence once, so that a curve costs one pass.
type knownVectors struct {
	embed.Embedder

	mu      sync.Mutex // guards vectors
	vectors map[string][]float32
}

// Query answers from what is known.
func (k *knownVectors) Query(ctx context.Context, text string) ([]float32, error) {
	k.mu.Lock()
	v, ok := k.vectors[text]
	k.mu.Unlock()
	if ok {
		return v, nil
	}
	v, err := k.Embedder.Query(ctx, text)
	if err == nil {
		k.mu.Lock()
		k.vectors[text] = v
		k.mu.Unlock()
	}
	return v, err
}

// looking is one measurement under way.
type looking struct {
	ctx  context.Context
	gate gate.Gate
}

func (l *looking) at(text string) gate.Signal { return l.gate.Check(l.ctx, text) }

// dangers are the labels that stand for danger to a life.
var dangers = map[string]bool{"suicidal_ideation": true, "self-harm": true, "violent_thoughts": true}

type labelledRow struct {
	Inputs []string // the parts of one message
	Label  string
}

// labelled gives recall and false alarms of the product's setting, and the
// curve around it.
func (l *looking) labelled(path string) (*report, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var rows []labelledRow
	if json.Unmarshal(text, &rows) != nil {
		return nil, fmt.Errorf("%s is not the JSON that is expected", path)
	}
	seen, alarms, by := l.alarms(rows)
	r := &report{head: []string{"label", "alarms", "n"}, line: map[string]any{
		"recall": seen.of(), "false_alarms": alarms.of(), "n": len(rows), "positives": seen.whole,
	}}
	for _, label := range by.labels() {
		r.row(label, by[label].of(), by[label].whole)
	}
	r.row("recall", seen.of(), seen.whole)
	r.row("false alarms", alarms.of(), alarms.whole)
	r.row("the curve:", "recall", "false alarms")
	l.gate.Thresholds = gate.Usual
	var curve [][3]float64
	for _, danger := range []float64{3, 2, 1, 0.5, 0.2, 0, -0.5, -1, -1.5, -2, -3} {
		l.gate.Thresholds.Danger = danger
		seen, alarms, _ := l.alarms(rows)
		r.row(fmt.Sprintf("at %g", danger), seen.of(), alarms.of())
		curve = append(curve, [3]float64{danger, seen.of(), alarms.of()})
	}
	r.line["curve"] = curve
	return r, nil
}

func (l *looking) alarms(rows []labelledRow) (seen, alarms share, by tally) {
	by = tally{}
	for _, row := range rows {
		alarm := l.at(strings.Join(row.Inputs, "\n")).Kind == gate.Crisis
		by.at(row.Label).add(alarm)
		if dangers[row.Label] {
			seen.add(alarm)
		} else {
			alarms.add(alarm)
		}
	}
	return seen, alarms, by
}

func (l *looking) leaderSide(path string) (*report, error) {
	dialogues, err := readLines[dialogue](path)
	if err != nil {
		return nil, err
	}
	crisis, harm := share{}, share{}
	for _, d := range dialogues {
		for _, t := range d.joined() {
			if t.Speaker == leader {
				kind := l.at(t.Text).Kind
				crisis.add(kind == gate.Crisis)
				harm.add(kind == gate.HarmAtWork)
			}
		}
	}
	either := share{crisis.part + harm.part, crisis.whole}
	r := &report{head: []string{"route", "turns", "of"}, line: map[string]any{"false_alarms": either.of(), "n": either.whole}}
	r.row("crisis", crisis.of(), crisis.whole)
	r.row("harm at work", harm.of(), harm.whole)
	return r, nil
}

func (l *looking) routed(path string) (*report, error) {
	rows, err := readLines[struct{ Kind, Text string }](path)
	if err != nil {
		return nil, err
	}
	crisis, harm := tally{}, tally{}
	for _, row := range rows {
		kind := l.at(row.Text).Kind
		crisis.at(row.Kind).add(kind == gate.Crisis)
		harm.at(row.Kind).add(kind == gate.HarmAtWork)
	}
	routes := map[string]any{}
	r := &report{head: []string{"kind", "crisis", "harm", "n"}, line: map[string]any{"routed": routes, "n": crisis.wholes()}}
	for _, kind := range crisis.labels() {
		routes[kind] = map[string]float64{"crisis": crisis[kind].of(), "harm": harm[kind].of()}
		r.row(kind, crisis[kind].of(), harm[kind].of(), crisis[kind].whole)
	}
	return r, nil
}
