package memory_test

import (
	"context"
	"testing"

	"innerwork/memory"
	"innerwork/memory/embed"
	"innerwork/memory/memorytest"
)

// flat is an embedder to which every text means the same.
type flat struct{}

func (flat) Model() string                                      { return "flat" }
func (flat) Dimension() int                                     { return 3 }
func (flat) Passage(context.Context, string) ([]float32, error) { return []float32{1, 0, 0}, nil }
func (flat) Query(context.Context, string) ([]float32, error)   { return []float32{1, 0, 0}, nil }

func (f flat) PassageWords(context.Context, string) ([]float32, []embed.Word, error) {
	return []float32{1, 0, 0}, []embed.Word{{Text: "same", Vector: []float32{1, 0, 0}}}, nil
}

func (f flat) QueryWords(ctx context.Context, text string) ([]float32, []embed.Word, error) {
	return f.PassageWords(ctx, text)
}

// embedded has vectors and every limit, so that every table has its row.
func embedded(c *memory.Config) {
	c.Embedder, c.Limits = flat{}, memory.Limits{MessagesAMinute: 1000, TokensADay: 1_000_000}
}

// life is a leader of whom every table with an owner has a row.
type life struct {
	scene
	coach                            memory.ID
	said, edited, journal, forgotten memory.Reflection
	reply, sourced                   memory.ID
	open, kept                       memory.Proposal
	asItStands, reworded, typed      memory.Insight
	commitment                       memory.Commitment
	summary                          memory.Summary
	quote, worded                    memory.Line
	ofQuote, ofWorded                memory.Release
	mark                             memory.Mark
	theme                            memory.Theme
	incoming                         memory.Import
	plan                             *memory.Plan
}

// live lets a leader say, in two versions, a sentence with the canary, and
// makes of it everything that can be made. What she types herself is without.
func live(t testing.TB, d *memorytest.Database, canary string) (l life) {
	t.Helper()
	ctx := t.Context()
	l.scene = enter(t, d, d.Leader(t), "What brings you?")
	l.coach = d.Person(t, memory.RoleCoach)
	d.Coaching(t, l.leader, l.coach)
	l.journal = jot(t, d, l.leader, "The board wants numbers, and I want sleep.")
	l.forgotten = jot(t, d, l.leader, "Not worth keeping.")
	if _, err := d.Forget(ctx, l.leader, l.forgotten.ID); err != nil {
		t.Fatal(err)
	}

	l.incoming = bring(t, d, l.leader, "kiln.csv", "date,text\n2024-03-09,The kiln is lit.\n2024-03-10,\n")

	said, reply := l.say(t, "I fear "+canary+" more than loss.", memory.NewSentence{Kind: memory.KindProcess, Author: memory.AuthorGuide, Text: "Take your time."})
	l.reply = reply
	l.edited = must[memory.Reflection](t)(d.Edit(ctx, l.leader, said, newID(), "I fear "+canary+" more than losing."))
	l.said, _, _ = d.Reflection(ctx, l.leader, said)
	for _, id := range []memory.ID{said, l.edited.ID, l.journal.ID} {
		if err := d.Index(ctx, l.leader, id); err != nil {
			t.Fatal(err)
		}
	}
	words, later := l.span(t, said, canary), l.span(t, l.edited.ID, canary+" more")
	numbers := l.span(t, l.journal.ID, "numbers")

	found, err := d.Search(ctx, l.leader, memory.Search{Text: canary})
	if err != nil || len(found) == 0 {
		t.Fatalf("found %+v, %v", found, err)
	}
	answers := memory.NewSaid{ID: newID(), Conversation: l.id, Text: "Yes.", Zone: "UTC"}
	next := newReply()
	if _, err := d.Say(ctx, l.leader, answers, next); err != nil {
		t.Fatal(err)
	}
	lease := memory.Lease{Owner: l.leader, Conversation: l.id, Reply: next.ID, Fence: 1}
	if err := d.SetSources(ctx, lease, []memory.Source{{Found: found[0], Handle: "r1", Given: true}}); err != nil {
		t.Fatal(err)
	}
	l.sourced = next.ID
	l.release(t, next.ID,
		memory.NewSentence{Kind: memory.KindMirror, Author: memory.AuthorModel, Text: "You fear " + canary + ".", Mirrors: []memory.ID{said}},
		memory.NewSentence{Kind: memory.KindQuote, Author: memory.AuthorServer, Quote: &later, Handle: "r1"},
		question("What would losing be?"))

	l.kept = propose(t, l.scene, words, numbers)
	l.open = propose(t, l.scene, later)
	keep := must[memory.Insight](t)
	l.asItStands = keep(d.CreateInsight(ctx, l.leader, memory.NewInsight{ID: newID(), Quotes: []memory.Quote{words, numbers}, Conversation: &l.id}))
	l.typed = keep(d.KeepProposal(ctx, l.leader, l.kept.ID, newID(), "I count what I cannot say."))
	l.reworded = keep(d.CreateInsight(ctx, l.leader, memory.NewInsight{ID: newID(), Quotes: []memory.Quote{later}}))
	l.reworded = keep(d.Reword(ctx, l.leader, l.reworded.ID, "Losing is a small word."))

	l.commitment = must[memory.Commitment](t)(d.CreateCommitment(ctx, l.leader,
		memory.NewCommitment{ID: newID(), Action: "Sleep before the board", Due: "2026-12-01", Zone: "UTC", Conversation: &l.id}))
	if err := d.AskedAbout(ctx, l.leader, l.commitment.ID, next.ID); err != nil {
		t.Fatal(err)
	}
	l.summary = must[memory.Summary](t)(d.SummaryOf(ctx, l.leader, l.id))
	line := must[memory.Line](t)
	l.quote = line(d.AddLine(ctx, l.leader, l.summary.ID, memory.NewLine{ID: newID(), Heading: memory.Noticed, Quote: &words}))
	l.worded = line(d.AddLine(ctx, l.leader, l.summary.ID, memory.NewLine{ID: newID(), Heading: memory.Keep,
		Text: "Numbers are not the fear.", Quotes: []memory.Quote{later, numbers}}))
	l.ofQuote = must[memory.Release](t)(d.ReleaseLine(ctx, l.leader, l.quote.ID, l.coach, true))
	l.ofWorded = must[memory.Release](t)(d.ReleaseLine(ctx, l.leader, l.worded.ID, l.coach, true))
	if _, _, err := d.Desk(ctx, l.coach, l.leader); err != nil {
		t.Fatal(err)
	}
	l.mark = must[memory.Mark](t)(d.AddMark(ctx, l.coach, l.leader,
		memory.Mark{ID: newID(), Release: l.ofWorded.ID, On: memory.OnLine, Kind: memory.Unsupported, Note: "Which numbers?"}))
	l.theme = must[memory.Theme](t)(d.KeepTheme(ctx, l.leader, memory.Theme{ID: newID(), Name: "Loss", Words: "fear losing"}))
	l.plan = must[*memory.Plan](t)(d.KeepPlan(ctx, l.leader, newID(), 0, memory.PlanWords{Alone: "Walk to the river.", People: "Ines, next door"}))
	must[bool](t)(d.Spend(ctx, l.leader, 10))
	must[memory.Learning](t)(d.PauseLearning(ctx, l.leader, false))
	must[memory.Mark](t)(d.AnswerMark(ctx, l.leader, l.mark.ID, "Those of the spring."))
	// As an archive of another account would have brought it.
	for _, line := range []memory.ID{l.quote.ID, l.worded.ID} {
		d.Exec(t, `INSERT INTO carried (owner, kind, id, line, record) SELECT $1, 'marks', $2, $3::uuid,
			jsonb_build_object('id', $2::text, 'release', $4::text, 'line', $3::uuid, 'coach', $4::text, 'on', 'line', 'kind', 'leading',
				'note', $5::text, 'at', '2026-11-01T08:00:00+00:00', 'answers', '[]'::jsonb)`,
			l.leader, newID().String(), line, newID().String(), map[bool]string{true: "Why " + canary + "?", false: "Which numbers?"}[line == l.quote.ID])
	}
	return l
}
