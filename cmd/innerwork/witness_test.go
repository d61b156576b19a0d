package main

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/gorilla/websocket"
)

// witness is a client that comes back after every cut and remembers all that it
// was told, over all its sockets.
type witness struct {
	t             testing.TB
	who           *person
	s             *socket // the present one
	conversations []string
	sent          map[string]frame // what it said, by id
	acknowledged  map[string]frame // by id
	again         map[string]int   // how often it asked for another reply, by message
	seen          []frame          // events, as they came
	last          map[string]float64
	outcome       outcome // what was seen to be wrong on the way
}

// watch follows conversations of hers from their beginning, until they have
// been opened.
func watch(who *person, conversations ...string) *witness {
	who.t.Helper()
	w := &witness{
		t: who.t, who: who, conversations: conversations, sent: map[string]frame{}, acknowledged: map[string]frame{},
		again: map[string]int{}, last: map[string]float64{},
	}
	w.come()
	for len(w.running()) > 0 || len(w.last) < len(conversations) {
		w.hear()
	}
	return w
}

// come opens a socket that goes on where the one before was cut.
func (w *witness) come() {
	w.t.Helper()
	w.s = w.who.resume(cursors(w.conversations, w.seen)...)
}

// listen takes the next frame down, or says why there is none.
func (w *witness) listen() (frame, error) {
	f, err := w.s.read()
	if err != nil {
		return nil, err
	}
	switch f["type"] {
	case "said":
		w.acknowledged[field(f, "id")] = f
	case "snapshot":
		w.outcome.Lost++
		w.t.Logf("its cursor was called foreign: %v", f)
	case "event":
		c := field(f, "conversation")
		seq, _ := f["seq"].(float64)
		switch after := w.last[c]; {
		case seq <= after:
			w.outcome.Doubled++
			w.t.Logf("after event %v came event %v", after, f)
		case seq > after+1:
			w.outcome.Lost++
			w.t.Logf("after event %v came event %v", after, f)
		}
		w.last[c] = seq
		w.seen = append(w.seen, f)
	}
	return f, nil
}

// hear is listen where a frame must come.
func (w *witness) hear() frame {
	w.t.Helper()
	f, err := w.listen()
	if err != nil || f["type"] == "bye" {
		w.t.Fatalf("the socket ended: %v %v", f, err)
	}
	return f
}

// hearUntil hears up to the first frame for which is holds, and returns it.
func (w *witness) hearUntil(is func(frame) bool) frame {
	w.t.Helper()
	for {
		if f := w.hear(); is(f) {
			return f
		}
	}
}

// hearOut hears everything that still comes over a socket that ends, and returns
// the last frame and the close code, if there was one.
func (w *witness) hearOut() (last frame, code int) {
	for {
		f, err := w.listen()
		if err == nil {
			last = f
			continue
		}
		if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
			code = closed.Code
		}
		return last, code
	}
}

// say says a message, under an id of its own.
func (w *witness) say(conversation, message string) (id string) {
	w.t.Helper()
	id = newID()
	w.sent[id] = frame{"type": "say", "id": id, "conversation": conversation, "text": message}
	w.s.send(w.sent[id])
	return id
}

// unacknowledged are the messages of which it does not know that they are kept.
func (w *witness) unacknowledged() (ids []string) {
	for _, id := range slices.Sorted(maps.Keys(w.sent)) {
		if w.acknowledged[id] == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// running are the replies that were seen to begin and not to end.
func (w *witness) running() (replies []string) {
	for _, e := range w.seen {
		id := field(e, "reply", "id")
		if kind("reply")(e) {
			replies = append(replies, id)
		} else if kind("end")(e) {
			replies = slices.DeleteFunc(replies, func(r string) bool { return r == id })
		}
	}
	return replies
}

// settle sends again what was not acknowledged, and hears until everything is
// acknowledged, answered and ended.
func (w *witness) settle() {
	w.t.Helper()
	for _, id := range w.unacknowledged() {
		w.s.send(w.sent[id])
	}
	answered := func() bool {
		for id := range w.sent {
			if !slices.ContainsFunc(w.seen, func(e frame) bool { return kind("end")(e) && field(e, "reply", "reflection") == id }) {
				return false
			}
		}
		return true
	}
	for len(w.unacknowledged()) > 0 || len(w.running()) > 0 || !answered() {
		w.hear()
	}
}

// count is how many sentences of the reply to a message were seen.
func (w *witness) count(message string) int {
	reply := ""
	for _, e := range w.seen {
		if kind("reply")(e) && field(e, "reply", "reflection") == message {
			reply = field(e, "reply", "id")
		}
	}
	return count(w.seen, func(e frame) bool { return kind("sentence")(e) && field(e, "sentence", "reply") == reply })
}

// hearSentences hears until n sentences of the reply to a message were seen.
func (w *witness) hearSentences(message string, n int) {
	w.t.Helper()
	for w.count(message) < n {
		w.hear()
	}
}

// same says whether two frames hold the same.
func same(a, b frame) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && string(x) == string(y)
}

// replyIn is the last reply of a conversation.
func (w *witness) replyIn(conversation string) (id string) {
	for _, e := range w.seen {
		if kind("reply")(e) && e["conversation"] == conversation {
			id = field(e, "reply", "id")
		}
	}
	return id
}

// hearUntilEnd hears until the reply to a message has ended.
func (w *witness) hearUntilEnd(message string) {
	w.t.Helper()
	ended := func(e frame) bool { return kind("end")(e) && field(e, "reply", "reflection") == message }
	for !slices.ContainsFunc(w.seen, ended) {
		w.hear()
	}
}
