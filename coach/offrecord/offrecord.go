// Package offrecord is a memory that has no database behind it, for what a
// leader does not want kept.
//
// It keeps true: what is said here is in this process and nowhere else, and
// goes when she closes it, leaves for a while, or the process stops. By its
// type it can neither read her past nor write anything: all that it is given is
// two counters, which take no words.
//
// It refuses to recall, to propose and to conclude.
package offrecord

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"innerwork/memory"
)

// The limits of what one process holds.
const (
	MostTalks    = 4   // of one person, at a time
	MostMessages = 300 // of hers in one
)

// Linger is how long what was said stays after she left.
const Linger = 15 * time.Minute

type (
	id    = memory.ID
	place struct{ owner, conversation id }
)

// Counters counts what she asks for, as on the record, and no words.
type Counters interface {
	// KeepPace counts a message and refuses one too many; of help it refuses none.
	KeepPace(ctx context.Context, owner id, help bool) error
	// Spend counts tokens if the day has room for them; with less than nothing it
	// gives back.
	Spend(ctx context.Context, owner id, tokens int) (room bool, err error)
}

// Memory holds conversations off the record.
type Memory struct {
	counters Counters
	now      func() time.Time

	mu    sync.Mutex
	talks map[place]*talk
	of    map[id]place // replies
}

// New makes an empty one; now is time.Now if nil.
func New(c Counters, now func() time.Time) *Memory {
	if now == nil {
		now = time.Now
	}
	return &Memory{counters: c, now: now, talks: map[place]*talk{}, of: map[id]place{}}
}

// Has reports whether the conversation is one of these.
func (m *Memory) Has(owner, conversation id) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.talks[place{owner, conversation}] != nil
}

// HasReply reports whether the reply belongs to one of these.
func (m *Memory) HasReply(owner, reply id) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.of[reply].owner == owner && owner != uuid.Nil
}

// Sweep drops what nobody has looked at for a while, and says nothing of it.
func (m *Memory) Sweep(context.Context) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for p, t := range m.talks {
		if len(t.watchers) == 0 && m.now().Sub(t.left) >= Linger {
			m.drop(p)
		}
	}
	return 0, nil
}

func (m *Memory) drop(p place) {
	close(m.talks[p].over)
	delete(m.talks, p)
	for reply, at := range m.of {
		if at == p {
			delete(m.of, reply)
		}
	}
}

// in runs do on a conversation, and wakes who watches it if something happened.
func (m *Memory) in(owner, conversation id, do func(*talk) error) error {
	m.mu.Lock()
	t := m.talks[place{owner, conversation}]
	if t == nil {
		m.mu.Unlock()
		return gone
	}
	before := len(t.events)
	err := do(t)
	t.left = m.now()
	var watchers []*watcher
	if len(t.events) > before {
		watchers = append(watchers, t.watchers...)
	}
	m.mu.Unlock()
	for _, w := range watchers {
		w.wake(nil)
	}
	return err
}

// leased runs do on a reply whose lease still holds.
func (m *Memory) leased(l memory.Lease, do func(*talk, *reply)) error {
	err := m.in(l.Owner, l.Conversation, func(t *talk) error {
		r, err := t.held(l)
		if err == nil {
			do(t, r)
		}
		return err
	})
	if err == gone {
		return lost
	}
	return err
}

// ofReply finds where a reply belongs.
func (m *Memory) ofReply(owner, reply id) (conversation id, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p := m.of[reply]; p.owner == owner && owner != uuid.Nil {
		return p.conversation, nil
	}
	return uuid.Nil, gone
}

var (
	gone = memory.Errorf(memory.CodeNotFound, "This conversation was off the record and is gone.")
	lost = memory.Errorf(memory.CodeConflict, "This reply has ended.")
)
