package transport

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"innerwork/coach"
)

// exampleClient is a whole client, written from protocol.md alone. It knows
// nothing of this server's code: an address, a session and JSON are all it uses.
// Whoever writes another client may begin by reading it from top to bottom.
//
// What it remembers between connections is what any client has to remember: the
// events that it shows, with the last one of each conversation as its cursor, and
// the messages that nobody has acknowledged yet.
type exampleClient struct {
	address string // "ws://host/api/socket"
	session string // the value of the cookie that POST /api/sign-in sets

	conn    *websocket.Conn
	shown   map[string][]exampleEvent // by conversation, from event 1 on
	unsent  []exampleSay              // in the order in which she said them
	refused map[string]string         // what was refused → the code
	stay    bool                      // the last bye said not to come back
}

// exampleCursor names an event: its number, and its id, which tells two histories
// apart that have the same numbers.
type exampleCursor struct {
	Seq int    `json:"seq"`
	ID  string `json:"id"`
}

// exampleEvent has the fields that this client uses. Others are passed over, as
// are kinds that it does not know.
type exampleEvent struct {
	exampleCursor
	Kind  string `json:"kind"`
	Said  *struct{ Text string }
	Text  string // of a sentence; it belongs to the reply before it
	Reply *struct{ ID, State, Reason string }
}

type exampleSay struct {
	Type         string `json:"type"`
	ID           string `json:"id"`
	Conversation string `json:"conversation"`
	Text         string `json:"text"`
}

// Connect opens a socket and says hello with a cursor for each conversation that
// it knows. Only then is it sure what was stored, so what was never acknowledged
// is said again, under the same ids: the server keeps each of them once.
func (c *exampleClient) Connect() error {
	conn, _, err := websocket.DefaultDialer.Dial(c.address, http.Header{"Authorization": {"Bearer " + c.session}})
	if err != nil {
		return err
	}
	c.conn = conn
	follow := []map[string]any{}
	for conversation := range c.shown {
		follow = append(follow, map[string]any{"conversation": conversation, "after": c.cursor(conversation)})
	}
	if err := conn.WriteJSON(map[string]any{"type": "hello", "version": 1, "follow": follow}); err != nil {
		return err
	}
	for _, say := range c.unsent {
		if err := conn.WriteJSON(say); err != nil {
			return err
		}
	}
	return nil
}

// cursor is the last event that it has, or the one that stands for none.
func (c *exampleClient) cursor(conversation string) exampleCursor {
	if events := c.shown[conversation]; len(events) > 0 {
		return events[len(events)-1].exampleCursor
	}
	return exampleCursor{}
}

// Follow adds a conversation while the socket is open.
func (c *exampleClient) Follow(conversation string) error {
	c.shown[conversation] = nil
	return c.conn.WriteJSON(map[string]any{"type": "follow", "conversation": conversation, "after": c.cursor(conversation)})
}

// Say keeps the message until it is acknowledged; the id, a UUID of version 7, is
// the client's.
func (c *exampleClient) Say(id, conversation, text string) error {
	say := exampleSay{"say", id, conversation, text}
	c.unsent = append(c.unsent, say)
	return c.conn.WriteJSON(say)
}

// Stop stops a reply. Its end comes as an event.
func (c *exampleClient) Stop(reply string) error {
	return c.conn.WriteJSON(map[string]any{"type": "stop", "reply": reply})
}

// Next takes in one frame and returns its type. An error means that the socket
// is gone: Connect again after a pause that grows, unless stay says otherwise.
func (c *exampleClient) Next() (string, error) {
	_, data, err := c.conn.ReadMessage()
	if err != nil {
		return "", err
	}
	var f struct {
		Type         string
		Conversation string
		ID           string // of said
		About        string // of error
		Code         any    // of error, and of bye
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return "", err
	}
	forget := func(id string) {
		c.unsent = slices.DeleteFunc(c.unsent, func(s exampleSay) bool { return s.ID == id })
	}
	switch f.Type {
	case "said": // on disk: only now may the copy go
		forget(f.ID)
	case "event", "sentence":
		var e exampleEvent
		if err := json.Unmarshal(data, &e); err != nil {
			return "", err
		}
		if f.Type == "sentence" { // the short form of an event; its kind is the sentence's own
			e.Kind = f.Type
		}
		if have := c.cursor(f.Conversation).Seq; e.Seq != have+1 {
			return "", fmt.Errorf("event %d came after %d", e.Seq, have) // never happens; follow again from nothing if it does
		}
		c.shown[f.Conversation] = append(c.shown[f.Conversation], e)
		if e.Kind == "forgot" { // what came before holds less now
			return "forgot", c.Follow(f.Conversation)
		}
	case "snapshot": // another history: show nothing of the old one; it comes from 1
		c.shown[f.Conversation] = nil
	case "error":
		c.refused[f.About] = f.Code.(string)
		if f.Code != "too_many" && f.Code != "unavailable" && f.Code != "internal" {
			forget(f.About) // to send it again as it is would change nothing; show it to her
		}
	case "bye":
		c.stay = f.Code.(float64) >= 4500
	}
	return f.Type, nil
}

// until takes in frames up to one for which it holds.
func (c *exampleClient) until(t *testing.T, what string, holds func(frame string) bool) {
	t.Helper()
	c.conn.SetReadDeadline(time.Now().Add(patience))
	for {
		frame, err := c.Next()
		if err != nil {
			t.Fatalf("waiting for %s: %v", what, err)
		}
		if holds(frame) {
			return
		}
	}
}

func (c *exampleClient) last(conversation string) exampleEvent {
	events := c.shown[conversation]
	return events[len(events)-1]
}

// A whole conversation, with all that a client has to be ready for.
func TestExampleClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, her := w.people.add("Ada", coach.RoleLeader)
	id := w.talk.begin(her.ID, 2) // POST /api/conversations
	conversation := id.String()
	c := &exampleClient{address: "ws" + strings.TrimPrefix(w.http.URL, "http") + "/api/socket", session: token,
		shown: map[string][]exampleEvent{}, refused: map[string]string{}}
	caughtUp := func(f string) bool { return f == "caught-up" }
	wantShown := func(when string) {
		t.Helper()
		stored := w.talk.history(id)
		if len(c.shown[conversation]) != len(stored) {
			t.Fatalf("%s: it shows %d events, and %d are stored", when, len(c.shown[conversation]), len(stored))
		}
		for i, e := range stored {
			if got := c.shown[conversation][i]; got.ID != string(e.ID) || got.Kind != string(e.Kind) {
				t.Errorf("%s: event %d is %+v, want %+v", when, i+1, got, e)
			}
		}
	}

	// Connect, and follow.
	if err := c.Connect(); err != nil {
		t.Fatal(err)
	}
	c.until(t, "ready", func(f string) bool { return f == "ready" })
	if err := c.Follow(conversation); err != nil {
		t.Fatal(err)
	}
	c.until(t, "the opening", caughtUp)
	wantShown("at the beginning")

	// Say something. The acknowledgement and the event come in either order.
	first := newID().String()
	if err := c.Say(first, conversation, "I keep stepping in before anyone else can."); err != nil {
		t.Fatal(err)
	}
	c.until(t, "acknowledgement and event", func(string) bool {
		return len(c.unsent) == 0 && c.last(conversation).Said != nil
	})

	// The line is cut: one message was on its way, and sentences come meanwhile.
	second := newID().String()
	if err := c.Say(second, conversation, "And then I am tired."); err != nil {
		t.Fatal(err)
	}
	for len(w.talk.history(id)) < 4 { // it has arrived; its acknowledgement is never read
		c.until(t, "the second message", func(string) bool { return true })
		c.unsent = append(c.unsent[:0], exampleSay{"say", second, conversation, "And then I am tired."})
	}
	c.conn.Close()
	w.talk.speak(id, 3)
	if err := c.Connect(); err != nil {
		t.Fatal(err)
	}
	c.until(t, "what was missed", caughtUp)
	for len(c.unsent) > 0 {
		c.until(t, "the acknowledgement, again", func(f string) bool { return f == "said" })
	}
	wantShown("after the cut")
	if n := len(w.talk.history(id)); n != 2+2+3 {
		t.Errorf("%d events are stored: the message said twice is there twice", n)
	}

	// The same id with other words is refused.
	if err := c.Say(second, conversation, "Something else."); err != nil {
		t.Fatal(err)
	}
	c.until(t, "the refusal", func(f string) bool { return f == "error" })
	if c.refused[second] != "conflict" || len(c.unsent) != 0 {
		t.Errorf("refused: %v, unsent: %v", c.refused, c.unsent)
	}

	// Stop a reply.
	w.talk.reply(id)
	c.until(t, "the reply", func(string) bool { return c.last(conversation).Kind == "reply" })
	reply := c.last(conversation).Reply.ID
	if err := c.Stop(reply); err != nil {
		t.Fatal(err)
	}
	c.until(t, "its end", func(string) bool { return c.last(conversation).Kind == "end" })
	if end := c.last(conversation).Reply; end.ID != reply || end.State != "stopped" {
		t.Errorf("it ended as %+v", end)
	}
	wantShown("after the stop")

	// The server is restored from a backup, so this history is another one.
	c.conn.Close()
	w.talk.restore(id, 4)
	if err := c.Connect(); err != nil {
		t.Fatal(err)
	}
	c.until(t, "the snapshot", func(f string) bool { return f == "snapshot" })
	c.until(t, "the other history", caughtUp)
	wantShown("after the restore")

	// Sent away: this one may come back.
	go w.server.Shutdown(t.Context())
	c.until(t, "bye", func(f string) bool { return f == "bye" })
	if c.stay {
		t.Error("it takes a restart for the end")
	}
}
