package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"
)

// frame is what a reader needs to know of a frame of the server.
type frame struct {
	Type    string `json:"type"`
	Kind    string `json:"kind"`
	Seq     int64  `json:"seq"`
	ID      string `json:"id"`
	Message string `json:"message"`
	Reason  string `json:"reason"`
	Said    *struct{ ID string }
	Text    string          // of a sentence
	Reply   json.RawMessage // in a status the id only
}

// socket is one window of a leader.
type socket struct {
	conn *websocket.Conn
	seq  int64 // of the last event
}

// silent ends the patience with a frame that must come; it is no expected time.
const silent = 2 * time.Minute

// headerBytes are those of a websocket frame before a payload of 126 bytes and
// more; sentences are all of that size.
const headerBytes = 4

// dial opens a socket that follows her conversation, and returns when
// everything that happened there has come.
func dial(ctx context.Context, address string, who *leader) (_ *socket, err error) {
	dialer := websocket.Dialer{ReadBufferSize: 512, WriteBufferSize: 512, HandshakeTimeout: time.Minute}
	conn, _, err := dialer.DialContext(ctx, "ws"+strings.TrimPrefix(address, "http")+"/api/socket",
		http.Header{"Authorization": {"Bearer " + who.token}})
	if err != nil {
		return nil, fmt.Errorf("open a socket: %w", err)
	}
	k := &socket{conn: conn}
	defer func() {
		if err != nil {
			conn.Close()
		}
	}()
	hello := map[string]any{"type": "hello", "version": 1, "follow": []any{
		map[string]any{"conversation": who.conversation, "after": map[string]any{"seq": 0, "id": uuid.Nil}},
	}}
	if err := conn.WriteJSON(hello); err != nil {
		return nil, err
	}
	for {
		f, _, _, err := k.next()
		if err != nil {
			return nil, err
		}
		if f.Type == "caught-up" {
			return k, nil
		}
	}
}

// next returns the next frame, how many bytes it had, and when it arrived.
func (k *socket) next() (f frame, bytes int, at time.Time, err error) {
	k.conn.SetReadDeadline(time.Now().Add(silent))
	_, data, err := k.conn.ReadMessage()
	at = time.Now()
	if err != nil {
		return f, 0, at, err
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return f, 0, at, err
	}
	if f.Type == "bye" || f.Type == "error" {
		return f, 0, at, fmt.Errorf("the server said %s: %s%s", f.Type, f.Message, f.Reason)
	}
	return f, len(data) + headerBytes, at, nil
}

// say says the stream's message and reads until the reply to it has ended.
// accepted is called when the message is acknowledged.
func (k *socket) say(s *stream, accepted func()) error {
	s.said = time.Now()
	if err := k.conn.WriteJSON(map[string]any{"type": "say", "id": s.id, "conversation": s.who.conversation, "text": s.message}); err != nil {
		return err
	}
	answered := false // her message has come as an event, so what follows is the reply to it
	for {
		f, size, at, err := k.next()
		if err != nil {
			return err
		}
		switch {
		case f.Type == "said" && f.ID == s.id.String():
			accepted()
			continue
		case f.Type != "event" && f.Type != "sentence":
			continue
		}
		if k.seq > 0 && f.Seq != k.seq+1 {
			s.gaps++
		}
		k.seq = f.Seq
		switch {
		case f.Kind == "said":
			answered = f.Said != nil && f.Said.ID == s.id.String()
		case !answered:
		case f.Type == "sentence":
			s.sentence(f.Text, size, at)
		case f.Kind == "end":
			var reply struct{ State string }
			err := json.Unmarshal(f.Reply, &reply)
			s.state = reply.State
			return err
		}
	}
}
