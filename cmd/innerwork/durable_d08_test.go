package main

import (
	"testing"
	"time"
)

// D8: a reply is stopped, or spoken over, through either node: the model's
// server sees the close within a second, what she has seen stays, and what it
// cost is counted. A second is little on a busy machine, so the other tests wait.
func TestD8Stop(t *testing.T) {
	chance := newChance(t)
	n := newTwoNodes(t)
	n.model.pace = func() { chance.pass(2 * time.Millisecond) }
	here := watch(n.at(n.one), n.she.begin())
	conversation := here.conversations[0]
	there := watch(n.at(n.other), conversation)
	var o outcome
	var slowest time.Duration
	for o.Runs < runs(4, 20) {
		message := newMessage()
		n.model.plan(message, stall(4))
		id := here.say(conversation, message)
		here.hearUntil(said(id))
		here.hearSentences(id, 1+chance.below(4))
		chance.pass(8 * time.Millisecond)
		call := n.model.call(t, message)

		w, by, where := here, "stopped by her", "the same node"
		if o.Runs%2 == 1 {
			w, where = there, "the other node"
		}
		next := newMessage()
		began := time.Now()
		if o.Runs/2%2 == 0 {
			w.s.send(frame{"type": "stop", "reply": here.replyIn(conversation)})
		} else {
			by = "spoken over"
			w.say(conversation, next)
		}
		select {
		case <-call.Call.Over():
		case <-time.After(limit):
			t.Fatalf("%s through %s: the model's server is never told", by, where)
		}
		took := time.Since(began)
		slowest = max(slowest, took)
		t.Logf("%s through %s: closed after %v", by, where, took)
		if took > time.Second || !call.Call.Left() {
			t.Errorf("%s through %s: the model's server saw it after %v, before its end: %t", by, where, took, call.Call.Left())
		}
		w.settle()
		here.hearUntilEnd(id)
		here.settle()
		var k kept
		eventually(t, "what it cost is counted", func() bool {
			k = keptOf(t, n.db, conversation)
			return k.to(id).tokensIn > 0 && k.to(id).tokensOut > 0
		})
		if r := k.to(id); r.state != "stopped" || r.reason != by {
			t.Errorf("it ended as %+v", r)
		}
		if n := len(k.sentences[k.to(id).id]); n < 1 || n > 4 || n < here.count(id) {
			o.Lost++
			t.Errorf("%d sentences were seen and %d are kept", here.count(id), n)
		}
		o.Runs++
	}
	o = o.plus(here.audit(n.at(n.one), n.db, n.model)).plus(there.audit(n.at(n.other), n.db, n.model))
	t.Logf("the slowest close came after %v", slowest)
	soaked.add(t, "D8", o)
}
