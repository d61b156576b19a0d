package transport

import (
	"context"
	"strings"
	"sync"
	"time"

	"innerwork/coach"
)

// talk is Dialogue in memory: what is said becomes an event.
type talk struct {
	*recorder
	mu       sync.Mutex
	owners   map[coach.ID]coach.ID // by conversation
	events   map[coach.ID][]coach.Event
	watchers map[*func(*coach.Event)]coach.ID
	statuses map[coach.ID]coach.Status
	down     error  // answers every reading of events
	panics   string // if set, what is said panics with it
}

func newTalk(r *recorder) *talk {
	return &talk{recorder: r, owners: map[coach.ID]coach.ID{}, events: map[coach.ID][]coach.Event{},
		watchers: map[*func(*coach.Event)]coach.ID{}, statuses: map[coach.ID]coach.Status{}}
}

// begin makes a conversation with n sentences in it.
func (d *talk) begin(owner coach.ID, n int) coach.ID {
	id := newID()
	d.mu.Lock()
	d.owners[id] = owner
	d.mu.Unlock()
	d.speak(id, n)
	return id
}

func (d *talk) speak(conversation coach.ID, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.speakLocked(conversation, n)
}

func (d *talk) speakLocked(conversation coach.ID, n int) {
	for range n {
		d.addLocked(conversation, coach.Event{Kind: coach.EventSentence, Sentence: &coach.Sentence{
			Reply: newID(), N: 1, Kind: "question", Author: "guide",
			Text: "What would it mean to you to put this down for a while, and who would notice it first of all people?",
		}})
	}
}

func (d *talk) add(conversation coach.ID, e coach.Event) coach.Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.addLocked(conversation, e)
}

func (d *talk) addLocked(conversation coach.ID, e coach.Event) coach.Event {
	e.Conversation, e.ID, e.At = conversation, coach.EventID(newID().String()[28:]), time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	e.Seq = int64(len(d.events[conversation])) + 1
	d.events[conversation] = append(d.events[conversation], e)
	if e.Sentence != nil { // as the store does
		d.wake(conversation, &e)
	} else {
		d.wake(conversation, nil)
	}
	return e
}

func (d *talk) wake(conversation coach.ID, fresh *coach.Event) {
	for w, c := range d.watchers {
		if c == conversation {
			(*w)(fresh)
		}
	}
}

func (d *talk) set(conversation coach.ID, s coach.Status) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.statuses[conversation] = s
	d.wake(conversation, nil)
}

// reply begins a reply.
func (d *talk) reply(conversation coach.ID) {
	d.add(conversation, coach.Event{Kind: coach.EventReply, Reply: &coach.Reply{
		ID: newID(), Conversation: conversation, State: coach.ReplyState("accepted"), Speaker: "guide",
	}})
}

// restore gives the conversation another history of n sentences, all of it at
// once.
func (d *talk) restore(conversation coach.ID, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events[conversation] = nil
	d.speakLocked(conversation, n)
}

func (d *talk) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.down = err
}

func (d *talk) history(conversation coach.ID) []coach.Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]coach.Event(nil), d.events[conversation]...)
}

func (d *talk) Events(_ context.Context, owner, conversation coach.ID, after coach.Cursor, limit int) ([]coach.Event, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down != nil {
		return nil, false, d.down
	}
	if d.owners[conversation] != owner {
		return nil, false, refuse(coach.CodeNotFound, "There is no such conversation.")
	}
	all := d.events[conversation]
	if after.Seq > int64(len(all)) || after.Seq > 0 && all[after.Seq-1].ID != after.ID {
		return nil, true, nil
	}
	events := append([]coach.Event(nil), all[after.Seq:min(int(after.Seq)+limit, len(all))]...)
	for i, e := range events { // a store reads them into memory of their own
		if e.Sentence != nil {
			own := *e.Sentence
			own.Text = strings.Clone(own.Text)
			events[i].Sentence = &own
		}
	}
	return events, false, nil
}

func (d *talk) Watch(_, conversation coach.ID, wake func(*coach.Event)) func() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.watchers[&wake] = conversation
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.watchers, &wake)
	}
}

func (d *talk) Status(_, conversation coach.ID) (coach.Status, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s, ok := d.statuses[conversation]
	return s, ok
}

func (d *talk) Accept(_ context.Context, owner coach.ID, say coach.Say) (coach.SaidAt, error) {
	if d.panics != "" {
		panic(d.panics)
	}
	d.mu.Lock()
	mine := d.owners[say.Conversation] == owner
	for _, e := range d.events[say.Conversation] {
		if e.Said != nil && e.Said.ID == say.ID {
			d.mu.Unlock()
			if e.Said.Text != say.Text {
				return coach.SaidAt{}, refuse(coach.CodeConflict, "Something else was said under this id.")
			}
			return coach.SaidAt{ID: say.ID, Conversation: say.Conversation, Seq: e.Seq, Kept: true}, nil
		}
	}
	d.mu.Unlock()
	if !mine {
		return coach.SaidAt{}, refuse(coach.CodeNotFound, "There is no such conversation.")
	}
	e := d.add(say.Conversation, coach.Event{Kind: coach.EventSaid, Said: &coach.Reflection{ID: say.ID, Kind: "said", Text: say.Text, Zone: say.Zone}})
	return coach.SaidAt{ID: say.ID, Conversation: say.Conversation, Seq: e.Seq, Kept: true}, nil
}

func (d *talk) Stop(_ context.Context, _, reply coach.ID) error {
	for conversation := range d.owners {
		for _, e := range d.history(conversation) {
			if e.Kind == coach.EventReply && e.Reply.ID == reply {
				stopped := *e.Reply
				stopped.State, stopped.Reason = coach.ReplyState("stopped"), "stopped by her"
				d.add(conversation, coach.Event{Kind: coach.EventEnd, Reply: &stopped})
				return nil
			}
		}
	}
	return refuse(coach.CodeNotFound, "There is no such reply.")
}

func (d *talk) Practices() []coach.PracticeCard { return nil }
func (d *talk) Speaker() coach.Speaker          { return coach.Speaker{Kind: "guide"} }
func (d *talk) HelpText() coach.Help            { return coach.Help{Text: "Call somebody."} }

// node is the one process of these tests.
var node = newID()

func (d *talk) Node() coach.ID { return node }
func (d *talk) Begin(_ context.Context, owner, id coach.ID, practice string) (coach.Conversation, error) {
	return coach.Conversation{ID: id}, d.note("Begin", owner, id, practice)
}
func (d *talk) BeginOffRecord(_ context.Context, owner, id coach.ID, practice string) (coach.Conversation, error) {
	return coach.Conversation{ID: id, OffRecord: true}, d.note("BeginOffRecord", owner, id, practice)
}
func (d *talk) Conversations(_ context.Context, owner coach.ID, f coach.ConversationFilter) ([]coach.Conversation, error) {
	return nil, d.note("Conversations", owner, f.Query, f.Before)
}
func (d *talk) Conversation(_ context.Context, owner, id coach.ID) (coach.Conversation, error) {
	return coach.Conversation{ID: id}, d.note("Conversation", owner, id)
}
func (d *talk) SetStage(_ context.Context, owner, id coach.ID, stage coach.Stage) (coach.Conversation, error) {
	return coach.Conversation{}, d.note("SetStage", owner, id, stage)
}
func (d *talk) Close(_ context.Context, owner, id coach.ID, clarity *int) (coach.Conversation, error) {
	if clarity == nil {
		return coach.Conversation{}, d.note("Close", owner, id, "-")
	}
	return coach.Conversation{}, d.note("Close", owner, id, clarity)
}
func (d *talk) SetClarity(_ context.Context, owner, id coach.ID, clarity int) (coach.Conversation, error) {
	return coach.Conversation{}, d.note("SetClarity", owner, id, clarity)
}
func (d *talk) Resume(_ context.Context, owner, id coach.ID) (coach.Conversation, error) {
	return coach.Conversation{}, d.note("Resume", owner, id)
}
func (d *talk) Help(_ context.Context, owner, id coach.ID) (coach.Reply, error) {
	return coach.Reply{}, d.note("Help", owner, id)
}
func (d *talk) Again(_ context.Context, owner, reply coach.ID, speaker coach.Author) (coach.Reply, error) {
	return coach.Reply{}, d.note("Again", owner, reply, speaker)
}
