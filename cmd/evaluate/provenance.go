package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"innerwork/memory"
)

// provenanceKind corrupts quotes and looks whether any is taken for hers.
type provenanceKind struct {
	parts
	Dialogues string `help:"JSONL of dialogues." required:"" placeholder:"FILE.jsonl"`
	Seed      uint64 `help:"Seed of what is drawn." default:"1"`
	Each      int    `help:"How many quotes of each of the four corruptions." default:"200"`
}

// Run prints how many corrupted quotes were refused and intact ones found.
func (k provenanceKind) Run(ctx context.Context) error {
	r, err := k.measure(ctx)
	if err != nil {
		return err
	}
	return r.print()
}

// shortest is how many words a turn needs to be quoted from.
const shortest = 8

// A saying is one kept turn of a leader.
type saying struct {
	owner, id memory.ID
	text      string
	dialogue  int
}

// A forgery makes a quote of something that is not in the turn, or "".
type forgery struct {
	name string
	of   func(*draw, saying) string
}

var forgeries = []forgery{
	{"another's turn", func(d *draw, s saying) string {
		other := d.turn()
		if other.dialogue == s.dialogue {
			return ""
		}
		return d.part(other.text)
	}},
	{"negation dropped", func(d *draw, s saying) string { return d.around(s.text, denied) }},
	{"two turns joined", func(d *draw, s saying) string {
		other := d.turn()
		if other.dialogue != s.dialogue || other.id == s.id {
			return ""
		}
		return d.part(s.text) + " " + d.part(other.text)
	}},
	{"a helper's sentence", func(d *draw, _ saying) string { return d.part(d.helpers[d.IntN(len(d.helpers))]) }},
}

func (k provenanceKind) measure(ctx context.Context) (_ *report, err error) {
	dialogues, err := readLines[dialogue](k.Dialogues)
	if err != nil {
		return nil, err
	}
	h, err := k.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	d := &draw{Rand: rand.New(rand.NewPCG(k.Seed, 0))}
	if err := d.keep(ctx, h, dialogues); err != nil {
		return nil, err
	}
	r := &report{head: []string{"quote", "as it should be", "n"}}
	refused, corrupted := 0, 0
	for _, f := range forgeries {
		s := share{}
		for tries := 0; s.whole < k.Each && tries < 1000*k.Each; tries++ {
			turn := d.turn()
			forged := f.of(d, turn)
			if forged == "" || strings.Contains(turn.text, forged) {
				continue
			}
			_, err := h.FindQuote(ctx, turn.owner, turn.id, forged)
			if err != nil && memory.CodeOf(err) != memory.CodeNotFound {
				return nil, err
			}
			s.add(err != nil)
		}
		refused, corrupted = refused+s.part, corrupted+s.whole
		r.row(f.name, s.of(), s.whole)
	}
	found, err := d.intact(ctx, h, 4*k.Each)
	if err != nil {
		return nil, err
	}
	r.row("intact", found.of(), found.whole)
	spans, err := outside(ctx, h, d, k.Each)
	if err != nil {
		return nil, err
	}
	r.row("span outside the text", spans.of(), spans.whole)
	r.line = map[string]any{"refused": refused, "corrupted": corrupted, "accepted": found.part, "intact": found.whole,
		"spans_refused": spans.part, "spans": spans.whole}
	return r, nil
}

// A draw takes turns and parts of them at random.
type draw struct {
	*rand.Rand
	turns   []saying
	helpers []string
}

// keep stores every leader's turns that are long enough as hers.
func (d *draw) keep(ctx context.Context, h *house, dialogues []dialogue) error {
	for i, dialogue := range dialogues {
		owner, err := h.leader(ctx)
		if err != nil {
			return err
		}
		for _, t := range dialogue.joined() {
			switch {
			case len(strings.Fields(t.Text)) < shortest:
			case t.Speaker != leader:
				d.helpers = append(d.helpers, t.Text)
			default:
				kept, _, err := h.Write(ctx, owner, memory.NewReflection{ID: uuid.Must(uuid.NewV7()), Text: t.Text, Zone: "UTC"})
				if err != nil {
					return fmt.Errorf("keep a turn of dialogue %s: %w", dialogue.ID, err)
				}
				d.turns = append(d.turns, saying{owner, kept.ID, t.Text, i})
			}
		}
	}
	if len(d.turns) == 0 || len(d.helpers) == 0 {
		return errors.New("the dialogues have no turns that are long enough")
	}
	return nil
}

func (d *draw) turn() saying { return d.turns[d.IntN(len(d.turns))] }

// part is some words in a row of a text, at least four of them.
func (d *draw) part(text string) string {
	const least = 4
	ends := wordEnds(text)
	from := d.IntN(len(ends) - least + 1)
	to := from + least + d.IntN(len(ends)-from-least+1)
	return text[ends[from][0]:ends[to-1][1]]
}

var denied = []string{" not ", " never ", " don't ", " can't ", " didn't ", " no ", " isn't ", " won't ", " doesn't ", " wasn't "}

// around is a text around one of the words, without that word.
func (d *draw) around(text string, words []string) string {
	for _, i := range d.Perm(len(words)) {
		if before, after, there := strings.Cut(text, words[i]); there && before != "" && after != "" {
			return last(before, 3) + " " + first(after, 3)
		}
	}
	return ""
}

func first(text string, n int) string {
	f := strings.Fields(text)
	return strings.Join(f[:min(n, len(f))], " ")
}

func last(text string, n int) string {
	f := strings.Fields(text)
	return strings.Join(f[max(0, len(f)-n):], " ")
}

// wordEnds lists where the words of a text begin and end, in bytes.
func wordEnds(text string) (ends [][2]int) {
	at := 0
	for _, w := range strings.Fields(text) {
		from := at + strings.Index(text[at:], w)
		at = from + len(w)
		ends = append(ends, [2]int{from, at})
	}
	return ends
}

// intact looks whether true parts are found where they stand.
func (d *draw) intact(ctx context.Context, h *house, n int) (found share, err error) {
	for range n {
		turn := d.turn()
		part := d.part(turn.text)
		before, _, _ := strings.Cut(turn.text, part)
		start := utf8.RuneCountInString(before)
		q, err := h.FindQuote(ctx, turn.owner, turn.id, part)
		if err != nil && memory.CodeOf(err) != memory.CodeNotFound {
			return found, err
		}
		found.add(err == nil && q.Reflection == turn.id && q.Start == start && q.End == start+utf8.RuneCountInString(part))
	}
	return found, nil
}

// outside looks whether the database itself refuses spans that leave the text.
func outside(ctx context.Context, h *house, d *draw, n int) (refused share, err error) {
	for i := range n {
		turn := d.turn()
		length := utf8.RuneCountInString(turn.text)
		span := [][2]int{{0, length + 1}, {-1, 3}, {length, length + 4}, {5, 5}, {7, 2}}[i%5]
		_, err := h.CreateInsight(ctx, turn.owner, memory.NewInsight{ID: uuid.Must(uuid.NewV7()), Text: "A wording.",
			Quotes: []memory.Quote{{Reflection: turn.id, Start: span[0], End: span[1]}}})
		if err != nil && memory.CodeOf(err) != memory.CodeInvalid { // what the schema's refusal becomes
			return refused, err
		}
		refused.add(err != nil)
	}
	return refused, nil
}
