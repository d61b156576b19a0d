package main

import (
	"syscall"
	"testing"
	"time"
)

// D1: the coach is killed at random points of a streamed reply, while one more
// message is on its way, and started again on the same data.
func TestD1ServerKilledMidReply(t *testing.T) {
	t.Parallel()
	chance := newChance(t)
	model := newMirrors(t)
	model.pace = func() { chance.pass(30 * time.Millisecond) }
	data := newData(t)
	p := start(t, setup{data: data, env: model.env()})
	she := firstLeader(p)

	var o outcome
	var all []*witness
	var slowest time.Duration
	for tries := 0; o.Runs < runs(2, 20); tries++ {
		if tries > 3*runs(2, 20) {
			t.Fatalf("only %d of %d kills hit a reply", o.Runs, tries)
		}
		w := watch(she, she.begin(), she.begin())
		all = append(all, w)
		streamed, onItsWay := newMessage(), newMessage()
		model.plan(streamed, stall(4)) // the last sentence is never over
		first := w.say(w.conversations[0], streamed)
		w.hearUntil(said(first))
		w.hearSentences(first, 1+chance.below(4))
		second := w.say(w.conversations[1], onItsWay)
		if chance.below(2) == 0 {
			w.hearUntil(said(second)) // what was acknowledged a moment ago is kept, too
		} else {
			chance.pass(30 * time.Millisecond)
		}
		p.signal(syscall.SIGKILL)
		killed := time.Now()
		p.exit()
		w.hearOut()
		unsure := len(w.unacknowledged())

		p = start(t, setup{data: data, env: model.env()})
		began := time.Now() // before that, nobody can end anything
		she.address = p.address
		w.come()
		w.settle()
		slowest = max(slowest, time.Since(killed))
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("the replies ended %v after the restart", took)
		}

		db := superuser(t, data)
		k := keptOf(t, db, w.conversations[0])
		n, r := len(k.sentences[k.to(first).id]), k.to(first)
		if n >= 1 && n < 5 {
			o.Runs++
			if r.state != "interrupted" || r.reason != "node lost" {
				t.Errorf("it ended as %+v", r)
			}
		}
		t.Logf("killed after %d sentences, with %d messages not acknowledged; ready %v and all ended %v later", n, unsure, began.Sub(killed), time.Since(killed))
		o = o.plus(w.audit(she, db, model))
		w.s.conn.Close()
	}
	db := superuser(t, data)
	for _, w := range all { // and nothing was undone by a later kill
		o = o.plus(w.audit(she, db, model))
	}
	last := all[len(all)-1]
	last.come()
	again := she.want(202, "POST", "/api/replies/"+last.replyIn(last.conversations[0])+"/again", frame{"speaker": "guide"})
	if end := last.hearUntil(func(f frame) bool { return kind("end")(f) && field(f, "reply", "id") == again["id"] }); field(end, "reply", "state") != "complete" {
		t.Errorf("tried again, it ended as %v", end)
	}
	t.Logf("the slowest end came %v after the kill", slowest)
	soaked.add(t, "D1", o)
}
