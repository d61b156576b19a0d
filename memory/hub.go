package memory

import (
	"slices"
	"sync"
)

// hub wakes those who follow a conversation. Whoever is woken reads the events
// after her own cursor, so that a slow reader costs no memory and a wake that
// comes twice does no harm. A wake may bring the event that it is for, which
// spares the reading where the cursor stands right before it.
type hub struct {
	mu       sync.Mutex
	watchers map[place][]*watcher
}

// watcher is one who is woken: of every change, or of those that another node
// made.
type watcher struct {
	wake   func(*Event) // does not block
	abroad bool
}

type place struct{ owner, conversation ID }

func newHub() *hub { return &hub{watchers: map[place][]*watcher{}} }

// wake wakes who follows the place; abroad says that the change was, or may
// have been, made by another node.
func (h *hub) wake(p place, abroad bool, fresh *Event) {
	h.mu.Lock()
	those := slices.Clone(h.watchers[p])
	h.mu.Unlock()
	wakeThose(those, abroad, fresh)
}

func (h *hub) wakeAll() {
	h.mu.Lock()
	var all []*watcher
	for _, those := range h.watchers {
		all = append(all, those...)
	}
	h.mu.Unlock()
	wakeThose(all, true, nil)
}

// wakeThose is called without a lock: who is woken may watch or cancel.
func wakeThose(those []*watcher, abroad bool, fresh *Event) {
	for _, w := range those {
		if abroad || !w.abroad {
			w.wake(fresh)
		}
	}
}

func (h *hub) watched() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.watchers) > 0
}

func (h *hub) watch(p place, abroad bool, wake func(*Event)) (cancel func()) {
	w := &watcher{wake, abroad}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.watchers[p] = append(h.watchers[p], w)
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		left := slices.DeleteFunc(h.watchers[p], func(other *watcher) bool { return other == w })
		if h.watchers[p] = left; len(left) == 0 {
			delete(h.watchers, p)
		}
	}
}

// Watch calls wake after new events of the conversation, made by any node,
// until cancel is called; a call under way may still come after that. wake
// must not block. With fresh it brings the one new event, which is stored, as
// it is read but for the model that the reply names. It tells nothing of whether the conversation is the owner's:
// reading the events does.
func (s *Store) Watch(owner, conversation ID, wake func(fresh *Event)) (cancel func()) {
	return s.hub.watch(place{owner, conversation}, false, wake)
}

// WatchAbroad gives a channel that receives after changes that another node
// made, or may have made, several at once as one.
func (s *Store) WatchAbroad(owner, conversation ID) (wake <-chan struct{}, cancel func()) {
	c := make(chan struct{}, 1)
	return c, s.hub.watch(place{owner, conversation}, true, func(*Event) {
		select {
		case c <- struct{}{}:
		default: // woken already, and will see this change too
		}
	})
}

// Wake wakes those who follow the conversation here, for something that is no
// event, such as a status.
func (s *Store) Wake(owner, conversation ID) { s.hub.wake(place{owner, conversation}, false, nil) }

// tell wakes who follows the conversation, here and at other nodes.
func (s *Store) tell(owner, conversation ID, fresh *Event) {
	p := place{owner, conversation}
	s.hub.wake(p, false, fresh)
	s.fanout.tell(conversationNews(p))
}

// tellSession tells who holds sockets, here and at other nodes, that a session
// ended, or any of the person's.
func (s *Store) tellSession(person ID, session *ID) {
	s.ended.tell(person, session)
	s.fanout.tell(sessionNews(person, session))
}
