package transport

import (
	"errors"
	"sync"
	"testing"
	"time"

	"innerwork/coach"
)

func TestWakesWhileWorkingAreNotLost(t *testing.T) {
	t.Parallel()
	const speakers, each = 4, 250
	w := newWorld(t)
	token, her := w.people.add("Ada", coach.RoleLeader)
	conversation := w.talk.begin(her.ID, 0)
	tabs := []*client{w.dial(token), w.dial(token)}
	for _, tab := range tabs {
		tab.hello(conversation)
		tab.catchUp()
	}
	var speaking sync.WaitGroup
	for range speakers {
		speaking.Go(func() {
			for range each {
				w.talk.speak(conversation, 1)
			}
		})
	}
	for i, tab := range tabs {
		for n := 1; n <= speakers*each; n++ {
			if e := tab.want("event"); e["seq"] != float64(n) {
				t.Fatalf("tab %d: event %v where %d should be", i, e["seq"], n)
			}
		}
	}
	speaking.Wait()
}

func TestAnIdleSocketDoesNoWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, her := w.people.add("Ada", coach.RoleLeader)
	conversation := w.talk.begin(her.ID, 3)
	c := w.dial(token)
	c.hello(conversation)
	c.catchUp()
	k := w.server.presence.of(her.ID)[0]
	resting := func() bool {
		k.mu.Lock()
		defer k.mu.Unlock()
		return !k.working && k.outbox == nil
	}
	for deadline := time.Now().Add(patience); !resting(); {
		if time.Now().After(deadline) {
			t.Fatal("it still works, with nothing to do")
		}
	}
	w.talk.speak(conversation, 1)
	c.want("event")
}

func TestPingsAndLooksAtTheSessionKeepTheirOwnTimes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withLimits(func(l *limits) { l.ping, l.recheck = 5*time.Millisecond, time.Hour }))
	token, _ := w.people.add("Ada", coach.RoleLeader)
	c := w.dial(token)
	c.hello()
	looks := w.people.looked()
	pings, enough := 0, errors.New("enough")
	c.conn.SetPingHandler(func(string) error {
		if pings++; pings == 20 {
			return enough
		}
		return nil
	})
	if _, err := c.next(); !errors.Is(err, enough) {
		t.Fatal(err)
	}
	if again := w.people.looked() - looks; again != 0 {
		t.Errorf("the session was looked at %d times in 20 pings, an hour before it was time", again)
	}
}
