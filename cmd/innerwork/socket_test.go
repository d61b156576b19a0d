package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// socket is a client that knows transport/protocol.md and nothing of ours.
type socket struct {
	t       testing.TB
	conn    *websocket.Conn
	replies map[string]string // by conversation, the last that this socket was told of
	before  *sync.Map         // by conversation, the last that any of hers was told of
}

var nothing = frame{"seq": 0, "id": ""}

// socket opens one that follows conversations from their beginning.
func (p *person) socket(conversations ...string) *socket {
	p.t.Helper()
	follow := []frame{}
	for _, id := range conversations {
		follow = append(follow, frame{"conversation": id, "after": nothing})
	}
	return p.resume(follow...)
}

// resume opens one that follows from cursors.
func (p *person) resume(follow ...frame) *socket {
	p.t.Helper()
	header := http.Header{"Authorization": {"Bearer " + p.session}}
	conn, _, err := websocket.DefaultDialer.DialContext(p.t.Context(), "ws"+strings.TrimPrefix(p.address, "http")+"/api/socket", header)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { conn.Close() })
	s := &socket{p.t, conn, map[string]string{}, p.replies}
	s.send(frame{"type": "hello", "version": 1, "follow": follow})
	if f := s.next(); f["type"] != "ready" {
		p.t.Fatalf("hello was answered by %v", f)
	}
	return s
}

func (s *socket) send(f frame) {
	s.t.Helper()
	if err := s.conn.WriteJSON(f); err != nil {
		s.t.Fatal(err)
	}
}

func (s *socket) say(conversation, id, text string) {
	s.t.Helper()
	s.send(frame{"type": "say", "id": id, "conversation": conversation, "text": text})
}

// read returns the next frame, or why there is none.
func (s *socket) read() (f frame, err error) {
	if err := s.conn.SetReadDeadline(time.Now().Add(limit)); err != nil {
		return nil, err
	}
	_, data, err := s.conn.ReadMessage()
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	c := field(f, "conversation")
	if kind("reply")(f) {
		s.replies[c] = field(f, "reply", "id")
		s.before.Store(c, s.replies[c])
	}
	if s.replies[c] == "" && f["type"] == "sentence" { // it came back in the midst of a reply
		reply, _ := s.before.Load(c)
		s.replies[c], _ = reply.(string)
	}
	return asEvent(f, s.replies[c]), nil
}

// asEvent gives a sentence the long form of other events, for those who look
// for events of all kinds.
func asEvent(f frame, reply string) frame {
	if f["type"] != "sentence" {
		return f
	}
	s := frame{"reply": reply}
	for _, field := range []string{"kind", "author", "text", "quote", "blanked"} {
		if value, there := f[field]; there {
			s[field] = value
		}
	}
	return frame{"type": "event", "kind": "sentence", "conversation": f["conversation"], "seq": f["seq"], "id": f["id"], "sentence": map[string]any(s)}
}

func (s *socket) next() frame {
	s.t.Helper()
	f, err := s.read()
	if err != nil || f["type"] == "bye" {
		s.t.Fatalf("the socket ended: %v %v", f, err)
	}
	return f
}

// until reads to the first frame for which is holds, and returns all of them.
func (s *socket) until(is func(frame) bool) (all []frame) {
	s.t.Helper()
	for {
		f := s.next()
		if all = append(all, f); is(f) {
			return all
		}
	}
}

// bye reads to the end, and returns the last frame and the close code.
func (s *socket) bye() (last frame, code int) {
	s.t.Helper()
	for {
		f, err := s.read()
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

// kind says whether a frame is an event of the kind.
func kind(k string) func(frame) bool {
	return func(f frame) bool { return f["type"] == "event" && f["kind"] == k }
}

// said says whether a frame acknowledges the message.
func said(id string) func(frame) bool {
	return func(f frame) bool { return f["type"] == "said" && f["id"] == id }
}

// field looks into a frame: field(f, "reply", "state").
func field(f frame, path ...string) string {
	var at any = map[string]any(f)
	for _, name := range path {
		m, _ := at.(map[string]any)
		at = m[name]
	}
	text, _ := at.(string)
	return text
}

// ends reads until n replies of the conversation have ended, and returns them.
func (s *socket) ends(conversation string, n int) (replies []frame, all []frame) {
	s.t.Helper()
	for len(replies) < n {
		f := s.next()
		all = append(all, f)
		if kind("end")(f) && f["conversation"] == conversation {
			reply, _ := f["reply"].(map[string]any)
			replies = append(replies, reply)
		}
	}
	return replies, all
}

func events(frames []frame) (all []frame) {
	for _, f := range frames {
		if f["type"] == "event" {
			all = append(all, f)
		}
	}
	return all
}
