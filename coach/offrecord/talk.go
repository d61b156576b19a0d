package offrecord

import (
	"encoding/hex"
	"slices"
	"time"

	"github.com/google/uuid"

	"innerwork/memory"
)

// talk is one conversation: its events, which are all that it is.
type talk struct {
	memory.Conversation
	events   []memory.Event
	said     map[id]said
	replies  map[id]*reply
	running  *reply
	watchers []*watcher
	left     time.Time     // when something last happened, or the last watcher left
	over     chan struct{} // closed when it is gone
}

type said struct {
	text string
	seq  int64
}

type reply struct {
	memory.Reply
	fence    int64
	reserved int // tokens
}

type watcher struct{ wake func(*memory.Event) }

func (t *talk) add(at time.Time, e memory.Event) int64 {
	t.LastSeq++
	t.LastAt = at
	random := uuid.New()
	e.Conversation, e.Seq, e.At, e.ID = t.ID, t.LastSeq, at, memory.EventID(hex.EncodeToString(random[:4]))
	t.events = append(t.events, e)
	return e.Seq
}

// accept makes a reply that is to be written.
func (t *talk) accept(at time.Time, answers *id, n memory.NewReply) memory.Reply {
	r := &reply{fence: 1, Reply: memory.Reply{ID: n.ID, Conversation: t.ID, Reflection: answers, State: memory.Accepted,
		Speaker: n.Speaker, Model: n.Model, PromptVersion: n.PromptVersion, At: at}}
	t.replies[n.ID], t.running = r, r
	accepted := r.Reply
	t.add(at, memory.Event{Kind: memory.EventReply, Reply: &accepted})
	return accepted
}

// end ends a reply. Whoever still writes it is refused from here on.
func (t *talk) end(at time.Time, r *reply, state memory.ReplyState, reason string) {
	r.State, r.Reason = state, reason
	r.fence++
	if t.running == r {
		t.running = nil
	}
	ended := r.Reply
	t.add(at, memory.Event{Kind: memory.EventEnd, Reply: &ended})
}

func (t *talk) stopRunning(at time.Time, reason string) *id {
	r := t.running
	if r == nil {
		return nil
	}
	t.end(at, r, memory.Stopped, reason)
	return &r.ID
}

// held is the reply under a lease.
func (t *talk) held(l memory.Lease) (*reply, error) {
	r := t.replies[l.Reply]
	if r == nil || r.fence != l.Fence || r.State.Ended() {
		return nil, lost
	}
	return r, nil
}

func (t *talk) pause(at time.Time) {
	t.Paused = true
	t.add(at, memory.Event{Kind: memory.EventPaused})
}

func (t *talk) resume(at time.Time) {
	t.Paused = false
	t.add(at, memory.Event{Kind: memory.EventResumed})
}

// after are the events behind a cursor; foreign says that it is of another
// history.
func (t *talk) after(c memory.Cursor, limit int) (events []memory.Event, foreign bool) {
	from := 0
	if c.Seq > 0 {
		foreign = c.Seq > int64(len(t.events)) || t.events[c.Seq-1].ID != c.ID
		if !foreign {
			from = int(c.Seq)
		}
	}
	events = t.events[from:]
	return slices.Clone(events[:min(limit, len(events))]), foreign
}
