package offrecord

import (
	"context"
	"errors"
	"time"

	"innerwork/memory"
)

// Transcript is this conversation and nothing of her past.
func (m *Memory) Transcript(_ context.Context, owner, conversation id) (t memory.Transcript, err error) {
	err = m.in(owner, conversation, func(k *talk) error {
		t.Conversation = k.Conversation
		for _, e := range k.events {
			switch {
			case e.Said != nil && !e.Said.Apart:
				t.Turns = append(t.Turns, memory.Turn{Said: e.Said, First: e.Said.ID})
			case e.Sentence != nil:
				t.Turns = append(t.Turns, memory.Turn{Sentence: e.Sentence})
			}
		}
		return nil
	})
	return t, err
}

// Release shows a sentence.
func (m *Memory) Release(_ context.Context, l memory.Lease, n memory.NewSentence) error {
	return m.leased(l, func(t *talk, r *reply) {
		r.State = memory.Streaming
		s := &memory.Sentence{Reply: l.Reply, N: n.N, Kind: n.Kind, Author: n.Author, Text: n.Text, QuestionKey: n.QuestionKey}
		if n.Author == memory.AuthorModel {
			s.Model, s.PromptVersion = r.Model, r.PromptVersion
		}
		t.add(m.now(), memory.Event{Kind: memory.EventSentence, Sentence: s})
	})
}

// SpeakAs changes who speaks in a reply.
func (m *Memory) SpeakAs(_ context.Context, l memory.Lease, speaker memory.Author, model, promptVersion string) error {
	return m.leased(l, func(_ *talk, r *reply) { r.Speaker, r.Model, r.PromptVersion = speaker, model, promptVersion })
}

// Renew finds out whether the reply is still to be written. That she looks on,
// or that anything happens, is not a part of it.
func (m *Memory) Renew(_ context.Context, l memory.Lease, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.talks[place{l.Owner, l.Conversation}]
	if t == nil {
		return lost
	}
	_, err := t.held(l)
	return err
}

// Reserve counts the most that a reply may cost, if the day has room for it.
func (m *Memory) Reserve(ctx context.Context, l memory.Lease, most memory.Cost) (room bool, err error) {
	if room, err = m.counters.Spend(ctx, l.Owner, most.In+most.Out); err != nil || !room {
		return room, err
	}
	return true, m.leased(l, func(_ *talk, r *reply) { r.reserved = most.In + most.Out })
}

// EndReply settles what a reply cost and ends it, in this order, so that
// whoever sees the end finds the day's share as it is. A reply ends although
// nothing could be settled: then what was reserved stays counted.
func (m *Memory) EndReply(ctx context.Context, l memory.Lease, e memory.End) error {
	if err := m.Renew(ctx, l, m.now()); err != nil {
		return err
	}
	settled := m.CountUsage(ctx, l, e)
	return errors.Join(settled, m.leased(l, func(t *talk, r *reply) { t.end(m.now(), r, e.State, e.Reason) }))
}

// CountUsage settles what a reply cost that she stopped.
func (m *Memory) CountUsage(ctx context.Context, l memory.Lease, e memory.End) error {
	settle := 0
	err := m.in(l.Owner, l.Conversation, func(t *talk) error {
		if r := t.replies[l.Reply]; r != nil && r.reserved > 0 {
			settle, r.reserved = e.TokensIn+e.TokensOut-r.reserved, 0
		}
		return nil
	})
	if err != nil || settle == 0 {
		return nil
	}
	_, err = m.counters.Spend(ctx, l.Owner, settle)
	return err
}

// Search finds nothing: there is no past here.
func (m *Memory) Search(context.Context, id, memory.Search) ([]memory.Found, error) { return nil, nil }

// SetSources has none to keep.
func (m *Memory) SetSources(context.Context, memory.Lease, []memory.Source) error { return nil }

// Proposals are none.
func (m *Memory) Proposals(context.Context, id, memory.ProposalFilter) ([]memory.Proposal, error) {
	return nil, nil
}

// DeclinedSpans are none.
func (m *Memory) DeclinedSpans(context.Context, id) ([]memory.Quote, error) { return nil, nil }

// Propose proposes nothing: it would be kept.
func (m *Memory) Propose(context.Context, id, memory.Proposal) (memory.Proposal, error) {
	return memory.Proposal{}, nil
}

// DueCommitment is none: a commitment is of the record.
func (m *Memory) DueCommitment(context.Context, id, time.Time) (*memory.Commitment, error) {
	return nil, nil
}

// AskedAbout has nothing to note.
func (m *Memory) AskedAbout(context.Context, id, id, id) error { return nil }
