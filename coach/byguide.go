package coach

import (
	"context"
	"encoding/binary"
	"time"

	"innerwork/coach/guide"
	"innerwork/memory"
)

// fromGuide answers with the guide, which is always complete.
func (r *reply) fromGuide(ctx context.Context) error {
	r.bySomeone = memory.AuthorGuide
	return r.releaseAll(ctx, r.coach.guide.Reply(r.turnForGuide()))
}

// open begins the conversation or the stage that she moved to. A commitment
// that is due is asked about first; at closing, the coach points at what she
// may want to keep.
func (r *reply) open(ctx context.Context) error {
	r.bySomeone = memory.AuthorGuide
	t := r.turnForGuide()
	var due *memory.Commitment
	if r.transcript.Conversation.Stage == memory.Opening {
		var err error
		if due, err = r.coach.store.DueCommitment(ctx, r.turn.lease.Owner, r.coach.now()); err != nil {
			return err
		}
	}
	if due != nil {
		t.Due = &guide.Commitment{Action: due.Action, Date: readableDate(due.Due)}
	}
	if err := r.releaseAll(ctx, r.coach.guide.Begin(t)); err != nil {
		return err
	}
	if due != nil {
		if err := r.coach.store.AskedAbout(ctx, r.turn.lease.Owner, due.ID, r.turn.lease.Reply); err != nil {
			return err
		}
	}
	if r.transcript.Conversation.Stage == memory.Closing {
		return r.propose(ctx)
	}
	return nil
}

// pause answers in a model's place, which is not asked for this reply.
func (r *reply) pause(ctx context.Context, pause []guide.Sentence) error {
	r.bySomeone = memory.AuthorGuide
	if err := r.coach.store.SpeakAs(ctx, r.turn.lease, memory.AuthorGuide, "", ""); err != nil {
		return err
	}
	return r.releaseAll(ctx, pause)
}

// fillIn lets the guide ask where nothing of the model's reply was left.
func (r *reply) fillIn(ctx context.Context) error {
	return r.releaseAll(ctx, r.coach.guide.Fallback(r.turnForGuide()))
}

func (r *reply) releaseAll(ctx context.Context, sentences []guide.Sentence) error {
	_, ids := r.said()
	for _, s := range sentences {
		n := memory.NewSentence{Kind: s.Kind, Author: memory.AuthorGuide, Text: s.Text, QuestionKey: s.QuestionKey}
		if s.Kind == memory.KindQuote {
			n.Text, n.Handle, n.Quote = "", s.Handle, &r.source(s.Handle).Quote
		}
		for _, w := range s.Words {
			n.Mirrors = append(n.Mirrors, ids[w.Said])
		}
		if err := r.release(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// turnForGuide is what the guide may know.
func (r *reply) turnForGuide() guide.Turn {
	practice, _ := r.coach.practice(r.transcript.Conversation.Practice)
	said, _ := r.said()
	t := guide.Turn{
		Practice: practice, Stage: guide.Stage(r.transcript.Conversation.Stage), Said: said, Asked: r.transcript.AskedBefore,
		Seed: binary.BigEndian.Uint64(r.turn.lease.Conversation[8:]) + uint64(len(r.transcript.Turns)),
	}
	for _, turn := range r.transcript.Turns {
		if turn.Sentence == nil {
			continue
		}
		s := guide.Sentence{Kind: turn.Sentence.Kind, Text: turn.Sentence.Text, QuestionKey: turn.Sentence.QuestionKey}
		if turn.Sentence.Quote != nil {
			s.Text = turn.Sentence.Quote.Text
		}
		t.Before = append(t.Before, s)
	}
	for _, s := range r.sources {
		t.Passages = append(t.Passages, guide.Passage{Handle: s.Handle, Text: s.Text})
	}
	return t
}

// readableDate is a stored date as a person reads it.
func readableDate(date string) string {
	d, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return d.Format("2 January 2006")
}
