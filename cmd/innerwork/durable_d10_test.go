package main

import (
	"slices"
	"syscall"
	"testing"
	"time"
)

// D10: the server is told to stop while twenty replies run and messages come.
func TestD10TermUnderLoad(t *testing.T) {
	t.Parallel()
	chance := newChance(t)
	var o outcome
	for range runs(1, 5) {
		o = o.plus(termUnderLoad(t, chance))
		o.Runs++
	}
	soaked.add(t, "D10", o)
}

func termUnderLoad(t *testing.T, chance *chance) (o outcome) {
	const sockets, each = 4, 5
	model := newMirrors(t)
	data := newData(t)
	p := start(t, setup{data: data, env: model.env()})
	she := firstLeader(p)
	letGo := make(chan struct{})
	var all []*witness
	var running []string // messages
	for range sockets {
		var conversations []string
		for range each {
			conversations = append(conversations, she.begin())
		}
		w := watch(she, conversations...)
		all = append(all, w)
		for i, c := range conversations {
			message := newMessage()
			n := 1 + chance.below(4)
			model.plan(message, func(a *telling) {
				if !a.tell(n) {
					return
				}
				if i%2 == 0 { // half of them do not end by themselves
					a.Hang()
					return
				}
				<-letGo
				a.finish()
			})
			id := w.say(c, message)
			running = append(running, id)
			w.hearSentences(id, n)
		}
	}
	var coming []string
	for range 10 {
		coming = append(coming, she.begin())
	}
	late := watch(she, coming...)
	all = append(all, late)
	var says []frame
	for i := range 30 {
		id := newID()
		late.sent[id] = frame{"type": "say", "id": id, "conversation": coming[i%len(coming)], "text": newMessage()}
		says = append(says, late.sent[id])
	}
	sending := make(chan int)
	go func() { // until the socket is closed
		n := 0
		for n < len(says) && late.s.conn.WriteJSON(says[n]) == nil {
			n++
			chance.pass(40 * time.Millisecond)
		}
		sending <- n
	}()
	chance.pass(500 * time.Millisecond)

	told := time.Now()
	p.signal(syscall.SIGTERM)
	for i, w := range all {
		last, code := w.hearOut()
		if code != 4000 || last["type"] != "bye" || last["code"] != 4000.0 {
			t.Errorf("the last frame was %v and the close code %d", last, code)
		}
		if i == 0 { // whoever was sent away must not be sent here again
			if status, _, err := she.ask("GET", "/readyz", nil); err == nil && status != 503 {
				t.Errorf("it says to be ready, with status %d", status)
			}
			t.Logf("the first socket was closed %v after the signal", time.Since(told))
		}
	}
	t.Logf("the last socket was closed %v after the signal; %d of %d messages were sent", time.Since(told), <-sending, len(says))
	chance.pass(2 * time.Second)
	close(letGo)
	code := p.exit()
	took := time.Since(told)
	t.Logf("it was gone %v after the signal", took)
	if code != 0 || took > 30*time.Second {
		t.Errorf("it ended %v after the signal with exit code %d", took, code)
	}

	p = start(t, setup{data: data, env: model.env()})
	she.address = p.address
	db := superuser(t, data)
	states := map[string]int{}
	for _, w := range all {
		for _, c := range w.conversations {
			for _, r := range keptOf(t, db, c).replies {
				orderly := r.state == "complete" || r.state == "stopped" || r.state == "interrupted" && r.reason == "shutting down"
				if !r.ended || !orderly {
					t.Errorf("a reply was left as %+v", r)
				}
				if slices.Contains(running, r.reflection) {
					states[r.state]++
				}
			}
		}
	}
	t.Logf("of the replies that ran, ended as: %v", states)
	if states["complete"] != len(running)/5*2 || states["interrupted"] != len(running)/5*3 {
		t.Errorf("half of the replies could finish, and ended are %v", states)
	}
	for _, w := range all {
		w.come()
		w.settle()
		o = o.plus(w.audit(she, db, model))
		w.s.conn.Close()
	}
	p.stop()
	return o
}
