package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// wanderer is a page that comes and goes. It keeps the events of each
// conversation as they came, byte for byte, and what it could not know to be
// stored it says again under the same id.
type wanderer struct {
	t     testing.TB
	who   *person
	texts func() string // what it says next; "" when it has said all
	line  *websocket.Dialer

	conn      *websocket.Conn
	histories map[string]*history // by conversation
	unsaid    []unsaid            // not acknowledged, the oldest first
	stored    map[string]string   // id of each acknowledged message → its text
	snapshots int
	refused   int // messages for which it was told to wait
	faults    outcome
}

type unsaid struct{ id, conversation, text string }

// history is a conversation as the page has it.
type history struct {
	events  [][]byte
	last    frame // the cursor
	running int   // replies that have not ended
	reply   int   // where the reply to what was acknowledged last stands
	caught  bool
}

func newWanderer(t testing.TB, who *person, texts func() string, conversations ...string) *wanderer {
	w := &wanderer{t: t, who: who, texts: texts, line: websocket.DefaultDialer, histories: map[string]*history{}, stored: map[string]string{}}
	for _, c := range conversations {
		w.histories[c] = &history{last: nothing}
	}
	return w
}

// visit opens a socket with its cursors, and reads until done or until the line
// breaks.
func (w *wanderer) visit(done func() bool) error {
	if err := w.open(); err != nil {
		return err
	}
	return w.read(done)
}

// open says hello, and again what it could not know to be stored.
func (w *wanderer) open() error {
	header := http.Header{"Authorization": {"Bearer " + w.who.session}}
	conn, _, err := w.line.DialContext(w.t.Context(), "ws"+strings.TrimPrefix(w.who.address, "http")+"/api/socket", header)
	if err != nil {
		return err
	}
	w.conn = conn
	follow := []frame{}
	for c, h := range w.histories {
		h.caught = false
		follow = append(follow, frame{"conversation": c, "after": h.last})
	}
	if err := conn.WriteJSON(frame{"type": "hello", "version": 1, "follow": follow}); err != nil {
		return errors.Join(err, conn.Close())
	}
	for _, u := range w.unsaid {
		if err := w.say(u); err != nil {
			return errors.Join(err, conn.Close())
		}
	}
	return nil
}

func (w *wanderer) read(done func() bool) error {
	defer w.conn.Close()
	for !done() {
		if err := w.conn.SetReadDeadline(time.Now().Add(limit)); err != nil {
			return err
		}
		_, data, err := w.conn.ReadMessage()
		if err != nil {
			return err
		}
		if err := w.apply(data); err != nil {
			return err
		}
		if err := w.speak(); err != nil {
			return err
		}
	}
	return nil
}

func (w *wanderer) say(u unsaid) error {
	return w.conn.WriteJSON(frame{"type": "say", "id": u.id, "conversation": u.conversation, "text": u.text})
}

// speak says something wherever nothing is said or answered.
func (w *wanderer) speak() error {
	for c, h := range w.histories {
		if !h.caught || h.running > 0 || len(h.events) < h.reply || w.waits(c) {
			continue
		}
		if text := w.texts(); text != "" {
			u := unsaid{newID(), c, text}
			w.unsaid = append(w.unsaid, u)
			if err := w.say(u); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *wanderer) waits(conversation string) bool {
	for _, u := range w.unsaid {
		if u.conversation == conversation {
			return true
		}
	}
	return false
}

// resting says whether everything was acknowledged and answered.
func (w *wanderer) resting() bool {
	for _, h := range w.histories {
		if !h.caught || h.running > 0 || len(h.events) < h.reply {
			return false
		}
	}
	return len(w.unsaid) == 0
}

// apply takes in one frame. What comes twice or leaves a hole is counted.
func (w *wanderer) apply(data []byte) error {
	var f frame
	if err := json.Unmarshal(data, &f); err != nil {
		return err
	}
	h := w.histories[field(f, "conversation")]
	switch f["type"] {
	case "ready", "status":
	case "said":
		h.reply = max(h.reply, int(f["seq"].(float64))+1)
		for i, u := range w.unsaid {
			if u.id == f["id"] {
				w.stored[u.id] = u.text
				w.unsaid = append(w.unsaid[:i:i], w.unsaid[i+1:]...)
				break
			}
		}
	case "event", "sentence":
		seq := int(f["seq"].(float64))
		switch {
		case seq <= len(h.events):
			w.faults.Doubled++
			w.t.Errorf("event %d came again", seq)
		case seq > len(h.events)+1:
			w.faults.Lost++
			w.t.Errorf("event %d came after %d", seq, len(h.events))
		}
		h.events = append(h.events, data)
		h.last = frame{"seq": f["seq"], "id": f["id"]}
		switch f["kind"] {
		case "reply":
			h.running++
		case "end":
			h.running--
		}
	case "caught-up":
		h.caught = true
	case "snapshot":
		w.snapshots++
		*h = history{last: nothing}
	case "error":
		if f["code"] != "too_many" {
			return fmt.Errorf("refused: %v", f)
		}
		w.refused++ // it is said again on the next visit
	default:
		return fmt.Errorf("the server said %v", f)
	}
	return nil
}

// fresh is what a page has that sees the conversation for the first time.
func (w *wanderer) fresh(address string) *wanderer {
	who := *w.who
	who.address = address
	again := newWanderer(w.t, &who, func() string { return "" })
	for c := range w.histories {
		again.histories[c] = &history{last: nothing}
	}
	if err := again.visit(again.resting); err != nil {
		w.t.Fatal(err)
	}
	return again
}

func decoded(t testing.TB, raw []byte) (f frame) {
	t.Helper()
	if err := json.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	return f
}
