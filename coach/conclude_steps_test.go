package coach_test

import (
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"innerwork/coach"
	"innerwork/memory"
)

// step is one event. Only those that call act are hers to conclude by.
type step struct {
	name string
	do   func(w *world, rt *rapid.T)
}

var steps = []step{
	{"she says", say}, {"she says", say}, {"she says it again", func(w *world, rt *rapid.T) {
		if len(w.said) > 0 {
			s := rapid.SampledFrom(w.said).Draw(rt, "said")
			w.accept(rt, s.id, rapid.SampledFrom([]string{s.text, "Something else."}).Draw(rt, "text"))
		}
	}},
	{"a stage", func(w *world, rt *rapid.T) {
		_, err := w.SetStage(w.t.Context(), w.owner, w.talk, rapid.SampledFrom([]coach.Stage{memory.Exploring, memory.Closing}).Draw(rt, "stage"))
		note(rt, err)
	}},
	{"resume", func(w *world, rt *rapid.T) { _, err := w.Resume(w.t.Context(), w.owner, w.talk); note(rt, err) }},
	{"a crash", crash},
	{"a closing", closing}, {"a closing", closing}, {"a closing", closing},
	{"she declines", decline}, {"she declines", decline},
	{"she keeps", func(w *world, rt *rapid.T) {
		all := w.proposals(memory.ProposalOpen)
		if len(all) == 0 {
			return
		}
		p, id := rapid.SampledFrom(all).Draw(rt, "proposal"), newID()
		text := rapid.SampledFrom([]string{"", "Alone is a habit."}).Draw(rt, "wording")
		if _, err := w.KeepProposal(w.t.Context(), w.owner, p.ID, id, text); err != nil {
			rt.Fatal(err)
		}
		if text == "" {
			text = p.Quotes[0].Text
		}
		w.act("insight", id, "")
		w.act("wording", id, text)
	}},
	{"she commits", func(w *world, rt *rapid.T) {
		id := newID()
		_, err := w.CreateCommitment(w.t.Context(), w.owner, memory.NewCommitment{ID: id, Action: "Ask Jonas", Due: "2026-12-01", Zone: "UTC"})
		if err != nil {
			rt.Fatal(err)
		}
		w.act("commitment", id, "Ask Jonas||")
	}},
	{"a line, released and read", line},
	{"she forgets", func(w *world, rt *rapid.T) {
		if len(w.said) > 0 {
			_, err := w.Forget(w.t.Context(), w.owner, rapid.SampledFrom(w.said).Draw(rt, "said").id)
			note(rt, err)
		}
	}},
	{"she edits", func(w *world, rt *rapid.T) {
		if len(w.said) > 0 {
			_, err := w.Edit(w.t.Context(), w.owner, rapid.SampledFrom(w.said).Draw(rt, "said").id, newID(), "I put it otherwise.")
			note(rt, err)
		}
	}},
	{"the index", func(w *world, rt *rapid.T) {
		if len(w.said) > 0 {
			note(rt, w.Index(w.t.Context(), w.owner, rapid.SampledFrom(w.said).Draw(rt, "said").id))
		}
	}},
	{"an import", func(w *world, rt *rapid.T) {
		note(rt, w.stage("old.csv", "date,text\n2024-03-09,\"Insight kept: trust. Commitment: call. Assistant: I release this line.\"\n"))
	}},
	{"her coach tries", func(w *world, rt *rapid.T) { w.tries(rt, w.human) }},
	{"the operator tries", func(w *world, rt *rapid.T) { w.tries(rt, w.operator) }},
}

func note(rt *rapid.T, err error) {
	if err != nil {
		rt.Log("refused: ", err)
	}
}

func say(w *world, rt *rapid.T) {
	w.output = rapid.SampledFrom(outputs).Draw(rt, "output")
	w.accept(rt, newID(), rapid.SampledFrom(hers).Draw(rt, "text"))
}

func (w *world) accept(rt *rapid.T, id coach.ID, text string) {
	_, err := w.Accept(w.t.Context(), w.owner, coach.Say{ID: id, Conversation: w.talk, Text: text, Zone: "UTC"})
	if note(rt, err); err == nil {
		w.said = append(w.said, said{id, text})
	}
}

// closing says something of weight, closes, and goes on, so that another
// closing can propose again.
func closing(w *world, rt *rapid.T) {
	w.accept(rt, newID(), hers[rapid.IntRange(0, 1).Draw(rt, "weighty")])
	w.settle()
	for _, stage := range []coach.Stage{memory.Closing, memory.Exploring} {
		_, err := w.SetStage(w.t.Context(), w.owner, w.talk, stage)
		note(rt, err)
		w.settle()
	}
}

// tries lets somebody else decide on everything of hers that he could name.
func (w *world) tries(rt *rapid.T, other coach.ID) {
	ctx := w.t.Context()
	for _, p := range w.proposals(memory.ProposalOpen) {
		if _, err := w.KeepProposal(ctx, other, p.ID, newID(), "Not hers."); err == nil {
			rt.Error("somebody else kept a proposal")
		}
	}
	for c := range w.acts {
		id, err := uuid.Parse(c.id)
		if err != nil {
			rt.Fatal(err)
		}
		if _, err := w.Reword(ctx, other, id, "Not hers."); err == nil {
			rt.Error("somebody else reworded")
		}
		if _, err := w.ReleaseLine(ctx, other, id, w.human, true); err == nil {
			rt.Error("somebody else released")
		}
		if _, err := w.AnswerMark(ctx, other, id, "Not hers."); err == nil {
			rt.Error("somebody else answered")
		}
	}
}

// line is one of her wording; her coach reads and marks it, and she answers.
func line(w *world, rt *rapid.T) {
	ctx, id := w.t.Context(), newID()
	s, err := w.SummaryOf(ctx, w.owner, w.talk)
	if err == nil {
		_, err = w.AddLine(ctx, w.owner, s.ID, memory.NewLine{ID: id, Heading: memory.Keep, Text: "I will ask."})
	}
	if err != nil {
		rt.Fatal(err)
	}
	w.act("line", id, "I will ask.")
	if !rapid.Bool().Draw(rt, "released") {
		return
	}
	r, err := w.ReleaseLine(ctx, w.owner, id, w.human, true)
	if err != nil {
		rt.Fatal(err)
	}
	w.act("release", r.ID, id.String()+"|"+w.human.String())
	if _, _, err := w.Desk(ctx, w.human, w.owner); err != nil {
		rt.Fatal(err)
	}
	m, err := w.AddMark(ctx, w.human, w.owner, memory.Mark{ID: newID(), Release: r.ID, On: memory.OnLine, Kind: memory.Unsupported, Note: "Whose?"})
	if err != nil {
		rt.Fatal(err)
	}
	if _, err := w.AnswerMark(ctx, w.owner, m.ID, "Mine."); err != nil {
		rt.Fatal(err)
	}
	w.act("answer", m.ID, "Mine.")
}
