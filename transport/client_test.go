package transport

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// frame is a frame as protocol.md describes it: a JSON object.
type frame map[string]any

// client speaks protocol.md frame by frame, right or wrong, for tests;
// example_client_test.go has one that remembers and comes back.
type client struct {
	t    testing.TB
	conn *websocket.Conn
}

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// dial opens a socket as a browser with a session cookie does.
func (w *world) dial(token string) *client {
	w.t.Helper()
	conn, res, err := w.upgrade(func(h http.Header) {
		h.Set("Origin", w.http.URL)
		h.Set("Cookie", cookiePlain+"="+token)
	})
	if err != nil {
		w.t.Fatalf("%v (%v)", err, res)
	}
	return &client{w.t, conn}
}

func (w *world) upgrade(change func(http.Header)) (*websocket.Conn, *http.Response, error) {
	h := http.Header{}
	change(h)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	dialer := websocket.Dialer{EnableCompression: true} // as browsers do
	conn, res, err := dialer.DialContext(ctx, "ws"+strings.TrimPrefix(w.http.URL, "http")+"/api/socket", h)
	if err == nil {
		w.t.Cleanup(func() { conn.Close() })
	}
	return conn, res, err
}

func (c *client) send(f frame) {
	c.t.Helper()
	if err := c.conn.WriteJSON(f); err != nil {
		c.t.Fatal(err)
	}
}

// next returns the next frame, or an error when the socket is closed.
func (c *client) next() (frame, error) {
	c.conn.SetReadDeadline(time.Now().Add(patience))
	kind, data, err := c.conn.ReadMessage()
	if err != nil {
		return nil, err
	}
	if kind != websocket.TextMessage {
		return nil, errors.New("not a text frame")
	}
	var f frame
	err = json.Unmarshal(data, &f)
	if f["type"] == "sentence" { // the short form of an event
		f["type"], f["kind"] = "event", "sentence"
	}
	return f, err
}

// want returns the next frame, which must be of the kind.
func (c *client) want(kind string) frame {
	c.t.Helper()
	f, err := c.next()
	if err != nil {
		c.t.Fatalf("waiting for %q: %v", kind, err)
	}
	if f["type"] != kind {
		c.t.Fatalf("got %v, want %q", f, kind)
	}
	return f
}

// wantBye reads to the end, which must be with the code, said twice: in a bye
// for pages and as the close code.
func (c *client) wantBye(code int) {
	c.t.Helper()
	var last frame
	for {
		f, err := c.next()
		if err == nil {
			last = f
			continue
		}
		var closed *websocket.CloseError
		if !errors.As(err, &closed) || closed.Code != code {
			c.t.Fatalf("ended with %v, want close code %d", err, code)
		}
		if last["type"] != "bye" || last["code"] != float64(code) || last["reason"] == "" {
			c.t.Fatalf("the last frame was %v, want bye with %d", last, code)
		}
		return
	}
}

// wantCut reads until the connection is gone, however it goes.
func (c *client) wantCut() {
	c.t.Helper()
	for {
		if _, err := c.next(); err != nil {
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				c.t.Fatal("the connection is still there")
			}
			return
		}
	}
}

const none = ""

func from(seq any, id any) frame { return frame{"seq": seq, "id": id} }

// hello opens the protocol, following the conversations from their beginning.
func (c *client) hello(conversations ...any) {
	c.t.Helper()
	follow := []frame{}
	for _, id := range conversations {
		follow = append(follow, frame{"conversation": id, "after": from(0, none)})
	}
	c.send(frame{"type": "hello", "version": 1, "follow": follow})
	c.want("ready")
}

// catchUp reads events up to caught-up and returns them.
func (c *client) catchUp() (events []frame) {
	c.t.Helper()
	for {
		f, err := c.next()
		if err != nil {
			c.t.Fatal(err)
		}
		switch f["type"] {
		case "event":
			events = append(events, f)
		case "caught-up":
			return events
		default:
			c.t.Fatalf("unexpected %v", f)
		}
	}
}

// upgradeRaw does the handshake by hand and returns the connection, for what
// no library would send.
func (w *world) upgradeRaw(token string) net.Conn {
	w.t.Helper()
	address := strings.TrimPrefix(w.http.URL, "http://")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { conn.Close() })
	request := "GET /api/socket HTTP/1.1\r\nHost: " + address + "\r\nOrigin: " + w.http.URL +
		"\r\nCookie: " + cookiePlain + "=" + token +
		"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	if _, err := io.WriteString(conn, request); err != nil {
		w.t.Fatal(err)
	}
	return conn
}
