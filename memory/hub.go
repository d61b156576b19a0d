package memory

import "sync"

// hub wakes those who follow a conversation. A wake carries nothing: whoever
// is woken reads the events after her own cursor, so that a slow reader costs
// no memory and a wake that comes twice does no harm.
type hub struct {
	mu       sync.Mutex
	watchers map[place]map[chan struct{}]bool
}

type place struct{ owner, conversation ID }

func newHub() *hub { return &hub{watchers: map[place]map[chan struct{}]bool{}} }

func (h *hub) wake(owner, conversation ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.watchers[place{owner, conversation}] {
		select {
		case c <- struct{}{}:
		default: // woken already, and will read this event too
		}
	}
}

// Watch gives a channel that receives after new events of the conversation,
// several at once as one, until cancel is called. It tells nothing of whether
// the conversation is the owner's: reading the events does.
func (s *Store) Watch(owner, conversation ID) (wake <-chan struct{}, cancel func()) {
	c := make(chan struct{}, 1)
	at := place{owner, conversation}
	h := s.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchers[at] == nil {
		h.watchers[at] = map[chan struct{}]bool{}
	}
	h.watchers[at][c] = true
	return c, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.watchers[at], c)
		if len(h.watchers[at]) == 0 {
			delete(h.watchers, at)
		}
	}
}

// Wake wakes those who follow the conversation, for something that is no
// event, such as a status.
func (s *Store) Wake(owner, conversation ID) { s.hub.wake(owner, conversation) }
