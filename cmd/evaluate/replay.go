package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"innerwork/coach"
	"innerwork/coach/coachtest"
	"innerwork/coach/practices"
	"innerwork/memory"
)

// replayKind has real helpers' turns streamed as the model's replies.
type replayKind struct {
	parts
	Dialogues string `help:"JSONL of dialogues with coded helper turns." required:"" placeholder:"FILE.jsonl"`
}

// Run prints what would have reached a leader, by code.
func (k replayKind) Run(ctx context.Context) error {
	r, err := k.measure(ctx)
	if err != nil {
		return err
	}
	return r.print()
}

// An outcome is what became of one helper turn.
type outcome struct {
	codes      []string
	characters int // of the turn
	released   int // of them, in questions and mirrors
	any        bool
	questions  int // in the whole reply
}

func (k replayKind) measure(ctx context.Context) (_ *report, err error) {
	dialogues, err := readLines[dialogue](k.Dialogues)
	if err != nil {
		return nil, err
	}
	h, err := k.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	closing, err := k.liken(ctx, &h.gate)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closing()) }()
	outcomes := make([][]outcome, len(dialogues))
	failures := make([]error, len(dialogues))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.NumCPU() {
		workers.Go(func() {
			for i := range next {
				outcomes[i], failures[i] = replay(ctx, h, dialogues[i])
			}
		})
	}
	for i := range dialogues {
		next <- i
	}
	close(next)
	workers.Wait()
	if err := errors.Join(failures...); err != nil {
		return nil, err
	}
	return replayed(slices.Concat(outcomes...)), nil
}

// replay holds one conversation through the real life of a turn.
func replay(ctx context.Context, h *house, d dialogue) (out []outcome, err error) {
	owner, err := h.leader(ctx)
	if err != nil {
		return nil, err
	}
	var line string // what the model says next
	asked := 0
	model := coachtest.NewModel("scripted", func(coach.Prompt) coachtest.Answer {
		asked++
		return coachtest.Says(line)
	})
	c := coach.New(coach.Config{Store: h.Store, Practices: practices.Built(), Model: model, Gate: &h.gate, Lease: time.Minute})
	defer func() { err = errors.Join(err, c.Shutdown(ctx)) }()
	conversation, err := c.Begin(ctx, owner, uuid.Must(uuid.NewV7()), "")
	if err != nil {
		return nil, err
	}
	v := visit{Coach: c, owner: owner, conversation: conversation.ID}
	if _, err := v.reply(ctx); err != nil { // the guide's opening
		return nil, err
	}
	said := "…" // an empty opening
	for _, t := range d.joined() {
		if t.Speaker == leader {
			said = t.Text
			continue
		}
		line = t.Text
		before := asked
		sentences, err := v.say(ctx, said)
		for err == nil && asked == before { // the gate's help, or a pause
			sentences, err = v.say(ctx, "go on")
		}
		if err != nil {
			return nil, fmt.Errorf("dialogue %s: %w", d.ID, err)
		}
		o := outcome{codes: t.Codes, characters: utf8.RuneCountInString(t.Text)}
		for _, s := range sentences {
			o.questions += strings.Count(s.Text, "?")
			if s.Author == memory.AuthorModel && (s.Kind == memory.KindQuestion || s.Kind == memory.KindMirror) {
				o.released += utf8.RuneCountInString(s.Text)
				o.any = true
			}
		}
		out = append(out, o)
	}
	return out, nil
}

// A visit is a leader in one conversation.
type visit struct {
	*coach.Coach
	owner, conversation coach.ID
	cursor              coach.Cursor
}

// say says something and returns the sentences that answer it.
func (v *visit) say(ctx context.Context, text string) ([]coach.Sentence, error) {
	if _, err := v.Accept(ctx, v.owner, coach.Say{ID: uuid.Must(uuid.NewV7()), Conversation: v.conversation, Text: text, Zone: "UTC"}); err != nil {
		return nil, err
	}
	return v.reply(ctx)
}

// reply waits for the reply under way and returns its sentences.
func (v *visit) reply(ctx context.Context) (sentences []coach.Sentence, err error) {
	woken := make(chan struct{}, 1)
	defer v.Watch(v.owner, v.conversation, func(*coach.Event) {
		select {
		case woken <- struct{}{}:
		default:
		}
	})()
	for {
		events, _, err := v.Events(ctx, v.owner, v.conversation, v.cursor, 1000)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			v.cursor = coach.Cursor{Seq: e.Seq, ID: e.ID}
			switch e.Kind {
			case coach.EventSentence:
				sentences = append(sentences, *e.Sentence)
			case coach.EventEnd:
				return sentences, nil
			}
		}
		select {
		case <-woken:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// groups are the codes that are reported, and which turns belong to them.
var groups = []struct {
	code string
	has  func(codes) bool
}{
	{"steer_only", func(c codes) bool { return c.steer && !c.asks && !c.reflects }},
	{"steer_mixed", func(c codes) bool { return c.steer && (c.asks || c.reflects) }},
	{"information_only", func(c codes) bool { return c.information && !c.steer && !c.asks && !c.reflects }},
	{"question_open", func(c codes) bool { return c.plain("question_open") }},
	{"question_closed", func(c codes) bool { return c.plain("question_closed") }},
	{"reflection_simple", func(c codes) bool { return c.plain("reflection_simple") }},
	{"reflection_complex", func(c codes) bool { return c.plain("reflection_complex") }},
}

// codes is what a turn holds.
type codes struct {
	all                                []string
	steer, information, asks, reflects bool
}

func read(all []string) codes {
	c := codes{all: all}
	for _, code := range all {
		switch {
		case code == "advice" || code == "options" || code == "negotiation":
			c.steer = true
		case code == "information":
			c.information = true
		case strings.HasPrefix(code, "question_"):
			c.asks = true
		case strings.HasPrefix(code, "reflection_"):
			c.reflects = true
		}
	}
	return c
}

// plain says whether a turn has a code, and neither steers nor informs.
func (c codes) plain(code string) bool {
	return slices.Contains(c.all, code) && !c.steer && !c.information
}

func replayed(outcomes []outcome) *report {
	characters, turns, most := tally{}, tally{}, 0
	for _, o := range outcomes {
		most = max(most, o.questions)
		for _, g := range groups {
			if !g.has(read(o.codes)) {
				continue
			}
			characters.at(g.code).part += o.released
			characters.at(g.code).whole += o.characters
			turns.at(g.code).add(o.any)
		}
	}
	r := &report{head: []string{"code", "characters", "turns", "n"}, line: map[string]any{
		"released_chars": characters.shares(), "released_any": turns.shares(), "n": turns.wholes(), "questions_per_reply_max": most,
	}}
	for _, g := range groups {
		r.row(g.code, characters.at(g.code).of(), turns.at(g.code).of(), turns.at(g.code).whole)
	}
	r.row("questions in a reply, at most", most, "", len(outcomes))
	return r
}
