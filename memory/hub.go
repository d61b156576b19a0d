package memory

import "sync"

// hub wakes those who follow a conversation. A wake carries nothing: whoever
// is woken reads the events after her own cursor, so that a slow reader costs
// no memory and a wake that comes twice does no harm.
type hub struct {
	mu       sync.Mutex
	watchers map[place]map[*watcher]bool
}

// watcher is one who is woken: of every change, or of those that another node
// made.
type watcher struct {
	wake   chan struct{}
	abroad bool
}

type place struct{ owner, conversation ID }

func newHub() *hub { return &hub{watchers: map[place]map[*watcher]bool{}} }

// wake wakes who follows the place; abroad says that the change was, or may
// have been, made by another node.
func (h *hub) wake(p place, abroad bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wakeThose(p, abroad)
}

func (h *hub) wakeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for p := range h.watchers {
		h.wakeThose(p, true)
	}
}

func (h *hub) wakeThose(p place, abroad bool) {
	for w := range h.watchers[p] {
		if w.abroad && !abroad {
			continue
		}
		select {
		case w.wake <- struct{}{}:
		default: // woken already, and will read this event too
		}
	}
}

func (h *hub) watched() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.watchers) > 0
}

func (h *hub) watch(p place, abroad bool) (wake <-chan struct{}, cancel func()) {
	w := &watcher{wake: make(chan struct{}, 1), abroad: abroad}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchers[p] == nil {
		h.watchers[p] = map[*watcher]bool{}
	}
	h.watchers[p][w] = true
	return w.wake, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.watchers[p], w)
		if len(h.watchers[p]) == 0 {
			delete(h.watchers, p)
		}
	}
}

// Watch gives a channel that receives after new events of the conversation,
// made by any node, several at once as one, until cancel is called. It tells
// nothing of whether the conversation is the owner's: reading the events does.
func (s *Store) Watch(owner, conversation ID) (wake <-chan struct{}, cancel func()) {
	return s.hub.watch(place{owner, conversation}, false)
}

// WatchAbroad is Watch for changes that another node made, or may have made.
func (s *Store) WatchAbroad(owner, conversation ID) (wake <-chan struct{}, cancel func()) {
	return s.hub.watch(place{owner, conversation}, true)
}

// Wake wakes those who follow the conversation here, for something that is no
// event, such as a status.
func (s *Store) Wake(owner, conversation ID) { s.hub.wake(place{owner, conversation}, false) }

// tell wakes who follows the conversation, here and at other nodes.
func (s *Store) tell(owner, conversation ID) {
	p := place{owner, conversation}
	s.hub.wake(p, false)
	s.fanout.tell(conversationNews(p))
}

// tellSession tells who holds sockets, here and at other nodes, that a session
// ended, or any of the person's.
func (s *Store) tellSession(person ID, session *ID) {
	s.ended.tell(person, session)
	s.fanout.tell(sessionNews(person, session))
}
