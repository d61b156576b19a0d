package main

import (
	"syscall"
	"testing"
	"time"
)

// begun has a reply to a message running on the one node, of which she has seen
// a random number of sentences.
func (n *twoNodes) begun(chance *chance, how func(*telling)) (w *witness, id string) {
	n.t.Helper()
	at := n.at(n.one)
	w = watch(at, at.begin())
	n.begins += 2 // the opening, and this one
	message := newMessage()
	n.model.plan(message, how)
	id = w.say(w.conversations[0], message)
	w.hearUntil(said(id))
	w.hearSentences(id, 1+chance.below(4))
	return w, id
}

// moves has the browser come to the other node with its cursors, and waits for
// the end of the reply that was lost.
func (n *twoNodes) moves(w *witness, id string, lost time.Time) {
	n.t.Helper()
	w.who = n.at(n.other)
	w.come()
	w.settle()
	took := time.Since(lost)
	r := keptOf(n.t, n.db, w.conversations[0]).to(id)
	n.t.Logf("after %d sentences, it ended %v later as %+v", w.count(id), took, r)
	if took > 20*time.Second {
		n.t.Errorf("the reply ended %v after its node was lost", took)
	}
	if r.state != "interrupted" || r.reason != "node lost" || r.fence != 2 {
		n.t.Errorf("it ended as %+v", r)
	}
}

// D2: one of two nodes is lost in the middle of a reply, and the browser comes
// to the other one.
func TestD2NodeLostMidReply(t *testing.T) {
	t.Parallel()
	var killed, frozen, locking outcome
	t.Run("each", func(t *testing.T) { // ends when all three have
		t.Run("killed", func(t *testing.T) { t.Parallel(); killed = nodeKilled(t) })
		t.Run("frozen", func(t *testing.T) { t.Parallel(); frozen = nodeFrozen(t) })
		t.Run("frozen in a transaction", func(t *testing.T) { t.Parallel(); locking = nodeFrozenInTransaction(t) })
	})
	sum := killed.plus(frozen).plus(locking)
	sum.Runs = killed.Runs + frozen.Runs + locking.Runs
	soaked.add(t, "D2", sum)
}

func nodeKilled(t *testing.T) (o outcome) {
	chance := newChance(t)
	n := newTwoNodes(t)
	n.model.pace = func() { chance.pass(20 * time.Millisecond) }
	for range runs(1, 10) {
		w, id := n.begun(chance, stall(4))
		chance.pass(8 * time.Millisecond)
		n.one.signal(syscall.SIGKILL)
		lost := time.Now()
		n.one.exit()
		w.hearOut()
		n.moves(w, id, lost)
		// What she says on the other node is answered there.
		w.say(w.conversations[0], newMessage())
		w.settle()
		o.Runs++
		o = o.plus(w.audit(n.at(n.other), n.db, n.model))
		n.one, n.other = n.other, start(t, n.setup)
	}
	return o
}

// nodeFrozen freezes it for longer than its lease, while the model says
// everything; awake again, it must not write any more.
func nodeFrozen(t *testing.T) (o outcome) {
	chance := newChance(t)
	n := newTwoNodes(t)
	n.model.pace = func() { chance.pass(20 * time.Millisecond) }
	for range runs(1, 10) {
		frozen := make(chan struct{})
		w, id := n.begun(chance, func(a *telling) {
			if a.tell(4) {
				<-frozen
				a.finish()
			}
		})
		chance.pass(8 * time.Millisecond)
		n.one.signal(syscall.SIGSTOP)
		lost := time.Now()
		close(frozen)
		w.s.conn.Close()
		n.moves(w, id, lost)
		n.wakes(w)
		o.Runs++
		o = o.plus(w.audit(n.at(n.other), n.db, n.model))
	}
	return o
}

// nodeFrozenInTransaction freezes it in the middle of storing the end. What it
// holds locked then must not keep the others from going on.
func nodeFrozenInTransaction(t *testing.T) (o outcome) {
	chance := newChance(t)
	n := newTwoNodes(t)
	n.model.pace = func() { chance.pass(2 * time.Millisecond) }
	locker := behind(t, n.server)
	for range runs(1, 5) {
		locked, frozen := make(chan struct{}), make(chan struct{})
		w, id := n.begun(chance, func(a *telling) {
			if a.tell(5) {
				<-locked
				a.finish()
			}
			<-frozen
		})
		w.hearSentences(id, 5)
		// The end waits for a lock, and gets it when its node is frozen.
		tx, err := locker.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), `SELECT FROM conversations WHERE id = $1 FOR UPDATE`, w.conversations[0]); err != nil {
			t.Fatal(err)
		}
		close(locked)
		eventually(t, "the node waits for the lock", func() bool { return storing(t, n.db, "innerwork_pipeline", `wait_event_type = 'Lock'`) })
		n.one.signal(syscall.SIGSTOP)
		lost := time.Now()
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		close(frozen)
		eventually(t, "the node is frozen inside a transaction", func() bool {
			return storing(t, n.db, "innerwork_pipeline", `state = 'idle in transaction'`)
		})
		w.s.conn.Close()
		n.moves(w, id, lost)
		n.wakes(w)
		o.Runs++
		o = o.plus(w.audit(n.at(n.other), n.db, n.model))
	}
	return o
}

// wakes lets the frozen node go on while the conversation goes on on the other
// one, and looks whether it has written; what its call cost it may add.
func (n *twoNodes) wakes(w *witness) {
	n.t.Helper()
	w.say(w.conversations[0], newMessage())
	w.settle()
	before := keptOf(n.t, n.db, w.conversations[0]).print()
	n.one.signal(syscall.SIGCONT)
	awake := n.at(n.one)
	eventually(n.t, "the node that was frozen has given its reply up", func() bool { return awake.metric("innerwork_replies_total") >= float64(n.begins) })
	if after := keptOf(n.t, n.db, w.conversations[0]).print(); after != before {
		n.t.Errorf("awake again, the node wrote; before:\n%s\nafter:\n%s", before, after)
	}
}
