package transport

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"innerwork/coach"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

func TestOriginsOfSockets(t *testing.T) { // S1, S2, S3
	t.Parallel()
	w := newWorld(t, func(_ *world, c *Config) { c.Origins = []string{"https://coach.example.org"} })
	token, _ := w.people.add("Ada", coach.RoleLeader)
	host := strings.TrimPrefix(w.http.URL, "http://")
	for _, c := range []struct {
		name   string
		origin []string
		bearer bool
		in     bool
	}{
		{"the same", []string{w.http.URL}, false, true},
		{"a configured one", []string{"https://coach.example.org"}, false, true},
		{"another", []string{"http://evil.example"}, false, false},
		{"another with a bearer token", []string{"http://evil.example"}, true, false},
		{"null", []string{"null"}, false, false},
		{"empty", []string{""}, false, false},
		{"a suffix", []string{w.http.URL + ".evil.example"}, false, false},
		{"a prefix", []string{"http://evil" + host}, false, false},
		{"another port", []string{"http://127.0.0.1:1"}, false, false},
		{"another scheme", []string{"https://" + host}, false, false},
		{"a configured host by another scheme", []string{"http://coach.example.org"}, false, false},
		{"a configured host's child", []string{"https://a.coach.example.org"}, false, false},
		{"a user before the host", []string{"http://" + host + "@evil.example"}, false, false},
		{"a path after it", []string{w.http.URL + "/"}, false, false},
		{"two", []string{w.http.URL, "http://evil.example"}, false, false},
		{"none with a cookie", nil, false, false},
		{"none with a bearer token", nil, true, true},
	} {
		conn, res, err := w.upgrade(func(h http.Header) {
			if c.origin != nil {
				h["Origin"] = c.origin
			}
			if c.bearer {
				h.Set("Authorization", "Bearer "+token)
			} else {
				h.Set("Cookie", cookiePlain+"="+token)
			}
		})
		if c.in {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			if extensions := res.Header.Get("Sec-WebSocket-Extensions"); extensions != "" {
				t.Errorf("%s: offered %q", c.name, extensions)
			}
			(&client{t, conn}).hello()
		} else if err == nil || res == nil || res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: let in (%v, %v)", c.name, err, res)
		}
	}
}

func TestTooBigFramesAre1009(t *testing.T) { // S4
	t.Parallel()
	for _, fragments := range []int{1, 7} {
		w := newWorld(t)
		token, _ := w.people.add("Ada", coach.RoleLeader)
		c := w.dial(token)
		c.hello()
		writer, err := c.conn.NextWriter(websocket.TextMessage)
		if err != nil {
			t.Fatal(err)
		}
		whole := bytes.Repeat([]byte("x"), 65_537)
		for part := range fragments {
			// The library ends a fragment where its buffer of 4 KiB is full.
			if _, err := writer.Write(whole[part*len(whole)/fragments : (part+1)*len(whole)/fragments]); err != nil {
				t.Fatal(err)
			}
		}
		writer.Close()
		_, err = c.next()
		if !websocket.IsCloseError(err, websocket.CloseMessageTooBig) {
			t.Errorf("in %d writes: %v, want 1009", fragments, err)
		}
	}
}

func TestFramesPerMinute(t *testing.T) { // of one node; messages are counted where they are stored
	t.Parallel()
	var mu sync.Mutex
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	w := newWorld(t, func(w *world, _ *Config) {
		w.time = func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	})
	token, her := w.people.add("Ada", coach.RoleLeader)
	conversation := w.talk.begin(her.ID, 0)
	tabs := []*client{w.dial(token), w.dial(token)}
	for _, tab := range tabs {
		tab.hello()
	}
	say := func(n int) frame {
		tab := tabs[n%2]
		tab.send(frame{"type": "say", "id": newID(), "conversation": conversation, "text": "again"})
		f, err := tab.next()
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	for n := range 300 {
		if f := say(n); f["type"] != "said" {
			t.Fatalf("message %d: %v", n+1, f)
		}
	}
	if f := say(300); f["code"] != "too_many" {
		t.Errorf("frame 301 within a minute: %v", f)
	}
	tabs[0].conn.Close()
	tabs[0] = w.dial(token)
	tabs[0].hello()
	if f := say(0); f["code"] != "too_many" {
		t.Errorf("coming back made the limit forget: %v", f)
	}
	if n := w.refusals.of("frames"); n != 2 {
		t.Errorf("%d refusals are counted", n)
	}
	mu.Lock()
	now = now.Add(time.Minute)
	mu.Unlock()
	if f := say(0); f["type"] != "said" {
		t.Errorf("a minute later: %v", f)
	}
}

func TestNobodyIsLetGo(t *testing.T) { // S6, S13
	t.Parallel()
	w := newWorld(t, withLimits(func(l *limits) { l.hello = 50 * time.Millisecond }))
	token, _ := w.people.add("Ada", coach.RoleLeader)
	w.dial("no such token").wantBye(4500)
	w.dial(token).wantBye(4504) // says nothing

	// A token in the address is no token.
	h := http.Header{"Origin": {w.http.URL}}
	conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(w.http.URL, "http")+"/api/socket?token="+token+"&access_token="+token, h)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	(&client{t, conn}).wantBye(4500)
	if contains(w.log.String(), token) {
		t.Error("a token is in the log")
	}
}

func TestEndedSessionsEndTheirSockets(t *testing.T) { // S7
	t.Parallel()
	w := newWorld(t, withLimits(func(l *limits) { l.recheck = time.Hour }))
	begin := time.Now()
	token, _ := w.people.add("Ada", coach.RoleLeader)
	c := w.dial(token)
	c.hello()
	person, session := w.people.end(token)
	w.server.SessionEnded(person, &session)
	c.wantBye(4500)

	// Without a session: those that are still good stay.
	token, _ = w.people.add("Bea", coach.RoleLeader)
	gone, stays := w.dial(token), w.dial(token)
	gone.hello()
	person, _ = w.people.end(token)
	w.server.SessionEnded(person, nil)
	gone.wantBye(4500)
	stays.wantBye(4500)

	token, her := w.people.add("Cleo", coach.RoleLeader)
	stays = w.dial(token)
	stays.hello()
	w.server.SessionEnded(her.ID, nil)
	stays.send(frame{"type": "stop", "reply": newID()})
	stays.want("error")

	w.people.fail(errors.New("the database is away"))
	w.server.SessionEnded(her.ID, nil)
	stays.wantBye(4003)
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("that took %v", took)
	}
}

func TestSessionsAreLookedAtAgain(t *testing.T) { // S8
	t.Parallel()
	w := newWorld(t, withLimits(func(l *limits) { l.recheck = 10 * time.Millisecond }))
	token, _ := w.people.add("Ada", coach.RoleLeader)
	c := w.dial(token)
	c.hello()
	w.people.fail(errors.New("the database is away")) // is no reason to end
	c.send(frame{"type": "stop", "reply": newID()})
	c.want("error")
	w.people.fail(nil)
	w.people.end(token)
	c.wantBye(4500)

	token, _ = w.people.add("Bea", coach.RoleLeader, coach.RoleOperator)
	c = w.dial(token)
	c.hello()
	w.people.change(token, func(p *coach.Person) { p.Roles = p.Roles[:1] })
	c.wantBye(4500)
}

func TestSocketsPerPerson(t *testing.T) { // S10
	t.Parallel()
	w := newWorld(t)
	token, _ := w.people.add("Ada", coach.RoleLeader)
	other, _ := w.people.add("Bea", coach.RoleLeader)
	var open []*client
	for range 8 {
		c := w.dial(token)
		c.hello()
		open = append(open, c)
	}
	w.dial(token).wantBye(4502)
	if n := w.refusals.of("sockets of a person"); n != 1 {
		t.Errorf("%d refusals are counted", n)
	}
	w.dial(other).hello()
	open[0].conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""))
	open[0].wantCut()
	for { // the place is free a moment after the goodbye
		c := w.dial(token)
		c.send(frame{"type": "hello", "version": 1, "follow": []frame{}})
		if f, err := c.next(); err == nil && f["type"] == "ready" {
			break
		}
	}
}

func TestSocketsOfTheNode(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(_ *world, c *Config) { c.MaxSockets = 1 })
	a, _ := w.people.add("Ada", coach.RoleLeader)
	b, _ := w.people.add("Bea", coach.RoleLeader)
	w.dial(a).hello()
	w.dial(b).wantBye(4003)
	if n := w.refusals.of("sockets"); n != 1 {
		t.Errorf("%d refusals are counted", n)
	}
}

func TestBrokenFramesEndTheSocket(t *testing.T) { // S11
	t.Parallel()
	w := newWorld(t)
	token, her := w.people.add("Ada", coach.RoleLeader)
	conversation := w.talk.begin(her.ID, 0)
	for name, data := range map[string]string{
		"not JSON":        `{"type":`,
		"no object":       `[]`,
		"no kind":         `{}`,
		"unknown kind":    `{"type":"dance"}`,
		"unknown field":   fmt.Sprintf(`{"type":"unfollow","conversation":%q,"more":1}`, conversation),
		"two objects":     fmt.Sprintf(`{"type":"unfollow","conversation":%q}{}`, conversation),
		"a wrong id":      `{"type":"unfollow","conversation":"x"}`,
		"an id not of v7": fmt.Sprintf(`{"type":"say","id":%q,"conversation":%q,"text":"t"}`, none, conversation),
		"deep nesting":    strings.Repeat(`[`, 10_001),
		"deep in a field": `{"type":"say","text":` + strings.Repeat(`[`, 10_001) + strings.Repeat(`]`, 10_001) + `}`,
		"not UTF-8":       fmt.Sprintf(`{"type":"say","id":%q,"conversation":%q,"text":"%s"}`, newID(), conversation, "\xff"),
		"hello again":     `{"type":"hello","version":1,"follow":[]}`,
	} {
		c := w.dial(token)
		c.hello()
		if err := c.conn.WriteMessage(websocket.TextMessage, []byte(data)); err != nil {
			t.Fatal(err)
		}
		t.Log(name)
		c.wantBye(4503)
	}
	c := w.dial(token)
	c.hello()
	c.conn.WriteMessage(websocket.BinaryMessage, []byte(`{"type":"stop"}`))
	c.wantBye(4503)
	c = w.dial(token)
	c.send(frame{"type": "stop", "reply": none})
	c.wantBye(4503) // before hello
	if n := len(w.talk.history(conversation)); n != 0 {
		t.Errorf("%d events came of broken frames", n)
	}
}

func TestOtherVersionsAreToldWhichIsTooOld(t *testing.T) { // D12
	t.Parallel()
	w := newWorld(t)
	token, _ := w.people.add("Ada", coach.RoleLeader)
	for version, says := range map[int]string{0: "This page is older", 2: "The server is older"} {
		c := w.dial(token)
		c.send(frame{"type": "hello", "version": version, "follow": []frame{}})
		if bye := c.want("bye"); bye["code"] != 4501.0 || !contains(bye["reason"].(string), says) {
			t.Errorf("version %d is told %v", version, bye)
		}
		c.wantCut()
	}
}

func TestAHalfOpenPeerIsLetGo(t *testing.T) { // S12
	t.Parallel()
	w := newWorld(t, withLimits(func(l *limits) { l.ping, l.silence = 5*time.Millisecond, 100*time.Millisecond }))
	token, _ := w.people.add("Ada", coach.RoleLeader)
	quick := w.dial(token)
	quick.hello()
	pings := 0
	quick.conn.SetPingHandler(func(data string) error {
		pings++
		if pings == 60 { // three times the patience: long enough alive
			return errors.New("enough")
		}
		return quick.conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second))
	})
	if _, err := quick.next(); err == nil || err.Error() != "enough" {
		t.Errorf("a peer that answers was let go after %d pings: %v", pings, err)
	}
	quick.conn.Close()

	mute := w.dial(token)
	mute.conn.SetPingHandler(func(string) error { return nil })
	mute.hello()
	mute.wantBye(4002)
	if l := standardLimits(); l.silence > 40*time.Second || l.ping*2 > l.silence {
		t.Errorf("pings every %v with a patience of %v", l.ping, l.silence)
	}
}

func TestAPanicEndsOneSocket(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, her := w.people.add("Ada", coach.RoleLeader)
	conversation := w.talk.begin(her.ID, 0)
	other, c := w.dial(token), w.dial(token)
	other.hello()
	c.hello()
	w.talk.panics = "her secret words"
	c.send(frame{"type": "say", "id": newID(), "conversation": conversation, "text": "t"})
	c.wantBye(4003)
	if log := w.log.String(); contains(log, "secret") || !contains(log, "talk_test.go") {
		t.Errorf("the log: %s", log)
	}
	other.send(frame{"type": "stop", "reply": newID()})
	other.want("error")
}

func TestConsentIsNeededToSay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, her := w.people.add("Ada", coach.RoleLeader)
	w.people.change(token, func(p *coach.Person) { p.Consented = "" })
	conversation := w.talk.begin(her.ID, 0)
	c := w.dial(token)
	c.hello()
	say := frame{"type": "say", "id": newID(), "conversation": conversation, "text": "May I?"}
	c.send(say)
	if e := c.want("error"); e["code"] != "forbidden" {
		t.Errorf("without consent: %v", e)
	}
	w.people.change(token, func(p *coach.Person) { p.Consented = consentVersion })
	c.send(say)
	c.want("said")
}

func TestShutdownSaysComeBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, her := w.people.add("Ada", coach.RoleLeader)
	conversation := w.talk.begin(her.ID, 1)
	c := w.dial(token)
	c.hello(conversation)
	c.catchUp()
	raw := w.upgradeRaw(token) // is accepted and says nothing
	head := make([]byte, 12)
	if _, err := io.ReadFull(raw, head); err != nil || string(head) != "HTTP/1.1 101" {
		t.Fatalf("%q %v", head, err)
	}
	done := make(chan error)
	go func() { done <- w.server.Shutdown(t.Context()) }()
	c.wantBye(4000)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if res := w.ask("", "GET", "/readyz", ""); res.StatusCode != 503 {
		t.Errorf("/readyz after the shutdown: %d", res.StatusCode)
	}
	if _, res, err := w.upgrade(func(h http.Header) { h.Set("Origin", w.http.URL) }); err == nil || res.StatusCode != 503 {
		t.Errorf("a socket after the shutdown: %v %v", res, err)
	}
}
