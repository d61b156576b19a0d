package offrecord

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/google/uuid"

	"innerwork/memory"
)

// BeginConversation makes a conversation with the reply that opens it. The same
// id again is the same conversation.
func (m *Memory) BeginConversation(_ context.Context, owner, conversation id, practice string, opening memory.NewReply) (c memory.Conversation, made bool, err error) {
	if owner == uuid.Nil || conversation == uuid.Nil {
		return c, false, memory.Errorf(memory.CodeInvalid, "An id is missing.")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p := place{owner, conversation}
	if t := m.talks[p]; t != nil {
		return t.Conversation, false, nil
	}
	has := 0
	for other := range m.talks {
		if other.owner == owner {
			has++
		}
	}
	if has >= MostTalks {
		return c, false, memory.Errorf(memory.CodeTooMany, "There are %d conversations off the record already. End one of them first.", MostTalks)
	}
	now := m.now()
	t := &talk{Conversation: memory.Conversation{ID: conversation, Practice: practice, Stage: memory.Opening, StartedAt: now, LastAt: now, OffRecord: true, Node: &opening.Node},
		said: map[id]said{}, replies: map[id]*reply{}, left: now, over: make(chan struct{})}
	m.talks[p], m.of[opening.ID] = t, p
	t.accept(now, nil, opening)
	return t.Conversation, true, nil
}

// Conversations lists none: what is off the record is in no list.
func (m *Memory) Conversations(context.Context, id, memory.ConversationFilter) ([]memory.Conversation, error) {
	return nil, nil
}

// Conversation returns one of hers.
func (m *Memory) Conversation(_ context.Context, owner, conversation id) (c memory.Conversation, err error) {
	err = m.in(owner, conversation, func(t *talk) error {
		c = t.Conversation
		return nil
	})
	return c, err
}

// Say takes a message; nothing of it is kept. The same id with the same text is
// the same message.
func (m *Memory) Say(ctx context.Context, owner id, n memory.NewSaid, next memory.NewReply) (a memory.Acknowledged, err error) {
	if err := memory.CheckSaid(n); err != nil {
		return a, err
	}
	known, err := m.saidBefore(owner, n)
	if err != nil || known.Seq > 0 {
		return known, err
	}
	if err := m.counters.KeepPace(ctx, owner, n.Apart); err != nil {
		return a, err
	}
	err = m.in(owner, n.Conversation, func(t *talk) error {
		switch now := m.now(); {
		case len(t.said) >= MostMessages:
			return memory.Errorf(memory.CodeTooMany, "This conversation is as long as one off the record may be. Begin a new one.")
		default:
			if n.Resume && t.Paused {
				t.resume(now)
			}
			a = memory.Acknowledged{ID: n.ID, Conversation: n.Conversation, New: true, Stage: t.Stage, Paused: t.Paused || n.Apart}
			a.Stopped = t.stopRunning(now, "spoken over")
			r := memory.Reflection{ID: n.ID, Kind: memory.Said, Text: n.Text, Conversation: &n.Conversation, At: now, Zone: n.Zone, Apart: a.Paused}
			a.Seq = t.add(now, memory.Event{Kind: memory.EventSaid, Said: &r})
			t.said[n.ID] = said{n.Text, a.Seq}
			if t.Title == "" && !a.Paused {
				runes := []rune(n.Text)
				t.Title = string(runes[:min(120, utf8.RuneCountInString(n.Text))])
			}
			if t.Practice == "" && !a.Paused {
				t.Practice = n.Practice
			}
			if n.Apart && !t.Paused {
				t.pause(now)
			}
			m.of[next.ID] = place{owner, n.Conversation}
			t.accept(now, &n.ID, next)
			return nil
		}
	})
	return a, err
}

func (m *Memory) saidBefore(owner id, n memory.NewSaid) (a memory.Acknowledged, err error) {
	err = m.in(owner, n.Conversation, func(t *talk) error {
		switch was, there := t.said[n.ID]; {
		case there && was.text != n.Text:
			return memory.Errorf(memory.CodeConflict, "There is another message under this id already. Nothing was changed.")
		case there:
			a = memory.Acknowledged{ID: n.ID, Conversation: n.Conversation, Seq: was.seq}
		}
		return nil
	})
	return a, err
}

// StopReply ends a running reply because she says so.
func (m *Memory) StopReply(_ context.Context, owner, replyID id) error {
	conversation, err := m.ofReply(owner, replyID)
	if err != nil {
		return err
	}
	return m.in(owner, conversation, func(t *talk) error {
		if t.running != nil && t.running.ID == replyID {
			t.stopRunning(m.now(), "stopped by her")
		}
		return nil
	})
}

// Again makes another reply to what the given one answered.
func (m *Memory) Again(ctx context.Context, owner, replyID id, next memory.NewReply) (r memory.Reply, err error) {
	conversation, err := m.ofReply(owner, replyID)
	if err != nil {
		return r, err
	}
	if err := m.counters.KeepPace(ctx, owner, false); err != nil {
		return r, err
	}
	err = m.in(owner, conversation, func(t *talk) error {
		was := t.replies[replyID]
		last := slices.IndexFunc(t.events, func(e memory.Event) bool { return e.Kind == memory.EventReply && e.Reply.ID == replyID })
		later := slices.ContainsFunc(t.events[last+1:], func(e memory.Event) bool { return e.Kind == memory.EventReply })
		if later || t.Paused || !was.State.Ended() || was.State == memory.Complete {
			return memory.Errorf(memory.CodeConflict, "This reply cannot be tried again: the conversation has gone on.")
		}
		m.of[next.ID] = place{owner, conversation}
		r = t.accept(m.now(), was.Reflection, next)
		return nil
	})
	return r, err
}

// AskHelp makes a reply for the help text, on her asking.
func (m *Memory) AskHelp(_ context.Context, owner, conversation id, next memory.NewReply) (r memory.Reply, err error) {
	err = m.in(owner, conversation, func(t *talk) error {
		now := m.now()
		t.stopRunning(now, "stopped by her")
		if !t.Paused {
			t.pause(now)
		}
		m.of[next.ID] = place{owner, conversation}
		r = t.accept(now, nil, next)
		return nil
	})
	return r, err
}

// SetStage moves a conversation on. One that is closed is gone at once, and who
// watches it hears that.
func (m *Memory) SetStage(_ context.Context, owner, conversation id, stage memory.Stage, opening *memory.NewReply) (c memory.Conversation, opened bool, err error) {
	err = m.in(owner, conversation, func(t *talk) error {
		defer func() { c = t.Conversation }()
		if t.Stage == stage {
			return nil
		}
		now := m.now()
		opened = opening != nil && !t.Paused
		if opened || stage == memory.Closed {
			t.stopRunning(now, "spoken over")
		}
		t.Stage = stage
		if stage == memory.Closed {
			t.ClosedAt = &now
			m.drop(place{owner, conversation})
		}
		t.add(now, memory.Event{Kind: memory.EventStage, Stage: stage})
		if opened {
			m.of[opening.ID] = place{owner, conversation}
			t.accept(now, nil, *opening)
		}
		return nil
	})
	return c, opened, err
}

// SetClarity is not a part of what is off the record: it would be kept.
func (m *Memory) SetClarity(context.Context, id, id, int) (memory.Conversation, error) {
	return memory.Conversation{}, memory.Errorf(memory.CodeConflict, "Off the record no mark is kept.")
}

// ResumeConversation takes coaching up again, because she says go on.
func (m *Memory) ResumeConversation(_ context.Context, owner, conversation id) (c memory.Conversation, err error) {
	err = m.in(owner, conversation, func(t *talk) error {
		if t.Paused {
			t.resume(m.now())
		}
		c = t.Conversation
		return nil
	})
	return c, err
}

// Events returns what happened after the cursor.
func (m *Memory) Events(_ context.Context, owner, conversation id, after memory.Cursor, limit int) (events []memory.Event, foreign bool, err error) {
	err = m.in(owner, conversation, func(t *talk) error {
		events, foreign = t.after(after, limit)
		return nil
	})
	return events, foreign, err
}

// Watch calls wake after new events until cancel is called. While somebody
// watches, the conversation stays.
func (m *Memory) Watch(owner, conversation id, wake func(*memory.Event)) (cancel func()) {
	w := &watcher{wake}
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.talks[place{owner, conversation}]
	if t == nil {
		return func() {}
	}
	t.watchers = append(t.watchers, w)
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		t.watchers = slices.DeleteFunc(t.watchers, func(o *watcher) bool { return o == w })
		t.left = m.now()
	}
}

// WatchAbroad receives once the conversation is gone, so that a reply under way
// ends; no other node knows of this one.
func (m *Memory) WatchAbroad(owner, conversation id) (<-chan struct{}, func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if t := m.talks[place{owner, conversation}]; t != nil {
		return t.over, func() {}
	}
	over := make(chan struct{})
	close(over)
	return over, func() {}
}

// Wake wakes who watches, for something that is no event.
func (m *Memory) Wake(owner, conversation id) {
	m.mu.Lock()
	var watchers []*watcher
	if t := m.talks[place{owner, conversation}]; t != nil {
		watchers = append(watchers, t.watchers...)
	}
	m.mu.Unlock()
	for _, w := range watchers {
		w.wake(nil)
	}
}
