package main

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// deafLine stands between a browser and the coach; in it, what comes from the
// coach can get lost.
type deafLine struct {
	listener net.Listener
	deaf     atomic.Bool // from now on, nothing from the coach comes through

	mu    sync.Mutex
	lost  bytes.Buffer // what did not come through
	conns []net.Conn
	wait  sync.WaitGroup
}

func newDeafLine(t testing.TB, address string) *deafLine {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	u := &deafLine{listener: listener}
	u.wait.Go(func() {
		for {
			browser, err := listener.Accept()
			if err != nil {
				return
			}
			coach, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
			if err != nil {
				browser.Close()
				continue
			}
			u.mu.Lock()
			u.conns = append(u.conns, browser, coach)
			u.mu.Unlock()
			u.wait.Go(func() { _, _ = io.Copy(coach, browser) })
			u.wait.Go(func() { _, _ = io.Copy(ending{u, browser}, coach) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		u.cut()
		u.wait.Wait()
	})
	return u
}

// ending is the browser's end of the tunnel.
type ending struct {
	*deafLine
	browser net.Conn
}

func (e ending) Write(b []byte) (int, error) {
	if !e.deaf.Load() {
		return e.browser.Write(b)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lost.Write(b)
}

// swallowed says whether a text got lost.
func (u *deafLine) swallowed(text string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return bytes.Contains(u.lost.Bytes(), []byte(text))
}

// cut ends all connections through the tunnel.
func (u *deafLine) cut() {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, c := range u.conns {
		c.Close()
	}
}

// D4: the socket is cut after the message was stored, and before she was told;
// she sends it again.
func TestD4CutBeforeTheAcknowledgement(t *testing.T) {
	t.Parallel()
	chance := newChance(t)
	model := newMirrors(t)
	model.pace = func() { chance.pass(2 * time.Millisecond) }
	data := newData(t)
	p := start(t, setup{data: data, env: model.env()})
	she := firstLeader(p)
	db := superuser(t, data)
	var o outcome
	written := 0
	for o.Runs < runs(3, 20) {
		line := newDeafLine(t, p.address)
		through := *she
		through.address = "http://" + line.listener.Addr().String()
		w := watch(&through, she.begin())
		conversation, message := w.conversations[0], newMessage()
		line.deaf.Store(true)
		id := w.say(conversation, message)
		acknowledgement := `{"type":"said","id":"` + id
		if chance.below(2) == 0 {
			eventually(t, "the acknowledgement got lost", func() bool { return line.swallowed(acknowledgement) })
		}
		eventually(t, "the message is stored", func() bool { return len(keptOf(t, db, conversation).said) == 1 })
		line.cut()
		w.hearOut()
		if w.acknowledged[id] != nil {
			t.Fatal("the acknowledgement came through")
		}
		if line.swallowed(acknowledgement) {
			written++
		}
		chance.pass(20 * time.Millisecond) // anywhere in the reply
		w.who = she
		w.come()
		w.settle()
		if k := keptOf(t, db, conversation); len(k.said) != 1 || k.to(id).state != "complete" {
			t.Errorf("%d messages are kept, and the reply is %+v", len(k.said), k.to(id))
		}
		if calls := len(model.calls(message)); calls != 1 {
			o.Doubled++
			t.Errorf("the model was called %d times", calls)
		}
		o.Runs++
		o = o.plus(w.audit(she, db, model))
		w.s.conn.Close()
	}
	t.Logf("the acknowledgement was on its way %d times", written)
	soaked.add(t, "D4", o)
}
