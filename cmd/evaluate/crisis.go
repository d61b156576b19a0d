package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"innerwork/coach/gate"
)

// crisisKind gives messages to the gate. It prints counts, and never a row.
type crisisKind struct {
	File      string `help:"JSON with inputs and label: recall against false alarms." placeholder:"FILE.json"`
	Dialogues string `help:"JSONL of dialogues: false alarms on the leader's side." placeholder:"FILE.jsonl"`
	Messages  string `help:"JSONL with kind and text: which route each kind takes." placeholder:"FILE.jsonl"`
}

// Run prints what the gate saw.
func (k crisisKind) Run() error {
	r, err := k.measure()
	if err != nil {
		return err
	}
	return r.print()
}

func (k crisisKind) measure() (*report, error) {
	switch {
	case k.File != "" && k.Dialogues == "" && k.Messages == "":
		return labelled(k.File)
	case k.Dialogues != "" && k.File == "" && k.Messages == "":
		return leaderSide(k.Dialogues)
	case k.Messages != "" && k.File == "" && k.Dialogues == "":
		return routed(k.Messages)
	}
	return nil, errors.New("crisis needs one of --file, --dialogues and --messages")
}

// dangers are the labels that stand for danger to a life.
var dangers = map[string]bool{"suicidal_ideation": true, "self-harm": true, "violent_thoughts": true}

func labelled(path string) (*report, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Inputs []string // the parts of one message
		Label  string
	}
	if json.Unmarshal(text, &rows) != nil {
		return nil, fmt.Errorf("%s is not the JSON that is expected", path)
	}
	seen, alarms, by := share{}, share{}, tally{}
	for _, row := range rows {
		alarm := gate.Check(strings.Join(row.Inputs, "\n")).Kind == gate.Crisis
		by.at(row.Label).add(alarm)
		if dangers[row.Label] {
			seen.add(alarm)
		} else {
			alarms.add(alarm)
		}
	}
	r := &report{head: []string{"label", "alarms", "n"}, line: map[string]any{
		"recall": seen.of(), "false_alarms": alarms.of(), "n": len(rows), "positives": seen.whole,
	}}
	for _, label := range by.labels() {
		r.row(label, by[label].of(), by[label].whole)
	}
	r.row("recall", seen.of(), seen.whole)
	r.row("false alarms", alarms.of(), alarms.whole)
	return r, nil
}

func leaderSide(path string) (*report, error) {
	dialogues, err := readLines[dialogue](path)
	if err != nil {
		return nil, err
	}
	crisis, harm := share{}, share{}
	for _, d := range dialogues {
		for _, t := range d.joined() {
			if t.Speaker == leader {
				kind := gate.Check(t.Text).Kind
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

func routed(path string) (*report, error) {
	rows, err := readLines[struct{ Kind, Text string }](path)
	if err != nil {
		return nil, err
	}
	crisis, harm := tally{}, tally{}
	for _, row := range rows {
		kind := gate.Check(row.Text).Kind
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
