package main

import (
	"flag"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// D13, step by step: any order of acquiring, writing, renewing, ending, stopping
// and sweeping by several nodes on one PostgreSQL, with clocks that differ, nodes
// that fell silent and zombies that write on. A model that knows nothing of SQL
// says what must come of each step.
func TestD13LeasesAsAStateMachine(t *testing.T) {
	t.Parallel()
	cluster := newCluster(t)
	for name, value := range map[string]string{
		"rapid.checks": strconv.Itoa(runs(30, 400)), "rapid.steps": "60", "rapid.nofailfile": "true",
	} {
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		w := newLeaseWorld(t, cluster)
		defer w.leave()
		t.Repeat(map[string]func(*rapid.T){
			"say": w.say, "say again": w.repeat, "another reply": w.again, "release": w.release, "renew": w.renew,
			"end": w.end, "stop": w.stop, "sweep": w.sweep, "time passes": w.tick, "": w.look,
		})
		w.lookWhole(t)
	})
	t.Logf("%d orders of steps, %d steps, %d of them refused", cluster.orders.Load(), cluster.steps.Load(), cluster.refusals.Load())
	if cluster.refusals.Load() == 0 || cluster.swept.Load() == 0 {
		t.Errorf("%d steps were refused, %d replies swept: the steps try nothing", cluster.refusals.Load(), cluster.swept.Load())
	}
	soaked.add(t, "D13", outcome{Runs: int(cluster.steps.Load())})
}

// cluster is several nodes on one database, each with a clock of its own.
type cluster struct {
	*memorytest.Database
	leader func() memory.ID // makes one
	nodes  []*memory.Store
	now    atomic.Int64   // what all clocks go by, in milliseconds
	skews  []atomic.Int64 // how far each node is off

	orders, steps, refusals, swept atomic.Int64
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	const nodes = 3
	c := &cluster{Database: memorytest.Empty(t), skews: make([]atomic.Int64, nodes)}
	c.leader = func() memory.ID { return c.Leader(t) }
	c.now.Store(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).UnixMilli())
	for n := range nodes {
		store, err := memory.Open(t.Context(), memory.Config{URL: c.URL, Now: func() time.Time { return c.clock(n) }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(store.Close)
		c.nodes = append(c.nodes, store)
	}
	return c
}

func (c *cluster) clock(node int) time.Time {
	return time.UnixMilli(c.now.Load() + c.skews[node].Load())
}

// leaseWorld is two conversations of one leader, and what the model holds of them.
type leaseWorld struct {
	*cluster
	t             *rapid.T
	owner         memory.ID
	conversations []*modelled
}

// modelled is what the model expects of a conversation.
type modelled struct {
	id      memory.ID
	events  []string // in order
	cursor  memory.Cursor
	replies []*modelReply // the last may run
	said    []memory.NewSaid
	seqs    map[memory.ID]int64 // of what she said
}

type modelReply struct {
	lease     memory.Lease
	until     time.Time
	sentences int
	ended     memory.ReplyState // "" while it runs
}

func newLeaseWorld(t *rapid.T, c *cluster) *leaseWorld {
	c.orders.Add(1)
	w := &leaseWorld{cluster: c, t: t, owner: c.leader()}
	for n := range c.nodes {
		c.skews[n].Store(rapid.Int64Range(-3000, 3000).Draw(t, "skew"))
	}
	for range 2 {
		k := &modelled{id: newUUID(), seqs: map[memory.ID]int64{}}
		node := w.node(t)
		r := w.newReply(t, node)
		if _, made, err := c.nodes[node].BeginConversation(t.Context(), w.owner, k.id, "identity", r); err != nil || !made {
			t.Fatalf("begin: %v %v", made, err)
		}
		w.accepted(k, r)
		w.conversations = append(w.conversations, k)
	}
	return w
}

// leave ends what runs, so that the next world's sweeps find only their own.
func (w *leaseWorld) leave() {
	for _, k := range w.conversations {
		if r := k.running(); r != nil {
			_ = w.nodes[0].StopReply(w.t.Context(), w.owner, r.lease.Reply)
		}
	}
}

func newUUID() memory.ID { return uuid.Must(uuid.NewV7()) }

func (w *leaseWorld) node(t *rapid.T) int { return rapid.IntRange(0, len(w.nodes)-1).Draw(t, "node") }

func (w *leaseWorld) pick(t *rapid.T) *modelled {
	return rapid.SampledFrom(w.conversations).Draw(t, "conversation")
}

func (w *leaseWorld) newReply(t *rapid.T, node int) memory.NewReply {
	return memory.NewReply{ID: newUUID(), Speaker: memory.AuthorGuide, Node: newUUID(),
		LeaseUntil: w.clock(node).Add(time.Duration(rapid.IntRange(0, 10_000).Draw(t, "lease")) * time.Millisecond)}
}

func (k *modelled) running() *modelReply {
	if n := len(k.replies); n > 0 && k.replies[n-1].ended == "" {
		return k.replies[n-1]
	}
	return nil
}

func (k *modelled) happened(kind memory.EventKind, about any) {
	k.events = append(k.events, fmt.Sprint(kind, " ", about))
}

func (k *modelled) finish(r *modelReply, state memory.ReplyState, reason string) {
	r.ended = state
	k.happened(memory.EventEnd, fmt.Sprint(r.lease.Reply, state, reason))
}

func (w *leaseWorld) accepted(k *modelled, r memory.NewReply) {
	lease := memory.Lease{Owner: w.owner, Conversation: k.id, Reply: r.ID, Fence: 1}
	k.replies = append(k.replies, &modelReply{lease: lease, until: r.LeaseUntil})
	k.happened(memory.EventReply, r.ID)
}

// came wants an outcome: nil, or a refusal with CodeConflict.
func (w *leaseWorld) came(t *rapid.T, err error, allowed bool) {
	w.steps.Add(1)
	if !allowed {
		w.refusals.Add(1)
	}
	if allowed && err != nil || !allowed && memory.CodeOf(err) != memory.CodeConflict {
		t.Fatalf("allowed %v, and it came to %v", allowed, err)
	}
}

func (w *leaseWorld) say(t *rapid.T) {
	k, node := w.pick(t), w.node(t)
	said := memory.NewSaid{ID: newUUID(), Conversation: k.id, Text: "I keep the door open.", Zone: "UTC"}
	next := w.newReply(t, node)
	a, err := w.nodes[node].Say(t.Context(), w.owner, said, next)
	w.came(t, err, true)
	if r := k.running(); r != nil {
		k.finish(r, memory.Stopped, "spoken over")
		if a.Stopped == nil || *a.Stopped != r.lease.Reply {
			t.Fatalf("it stopped %v, not %v", a.Stopped, r.lease.Reply)
		}
	}
	k.happened(memory.EventSaid, said.ID)
	k.said = append(k.said, said)
	k.seqs[said.ID] = int64(len(k.events))
	if !a.New || a.Seq != k.seqs[said.ID] {
		t.Fatalf("acknowledged as %+v, want event %d", a, k.seqs[said.ID])
	}
	w.accepted(k, next)
}

func (w *leaseWorld) repeat(t *rapid.T) {
	k, node := w.pick(t), w.node(t)
	if len(k.said) == 0 {
		t.Skip("nothing is said yet")
	}
	said := rapid.SampledFrom(k.said).Draw(t, "said")
	other := rapid.Bool().Draw(t, "other words")
	if other {
		said.Text = "Something else."
	}
	a, err := w.nodes[node].Say(t.Context(), w.owner, said, w.newReply(t, node))
	w.came(t, err, !other)
	if !other && (a.New || a.Seq != k.seqs[said.ID]) {
		t.Fatalf("acknowledged as %+v, want event %d again", a, k.seqs[said.ID])
	}
}

func (w *leaseWorld) again(t *rapid.T) {
	k, node := w.pick(t), w.node(t)
	r := rapid.SampledFrom(k.replies).Draw(t, "reply")
	next := w.newReply(t, node)
	_, err := w.nodes[node].Again(t.Context(), w.owner, r.lease.Reply, next)
	allowed := r == k.replies[len(k.replies)-1] && r.ended != "" && r.ended != memory.Complete
	w.came(t, err, allowed)
	if allowed {
		w.accepted(k, next)
	}
}

// holder draws a reply and a lease on it: that of its holder, who may be a zombie
// by now, or one with a fence that nobody holds.
func (w *leaseWorld) holder(t *rapid.T) (k *modelled, r *modelReply, l memory.Lease, valid bool) {
	k = w.pick(t)
	r = k.replies[len(k.replies)-1]
	if rapid.IntRange(0, 2).Draw(t, "an older one") == 0 {
		r = rapid.SampledFrom(k.replies).Draw(t, "reply")
	}
	l = r.lease
	l.Fence = rapid.SampledFrom([]int64{1, 1, 1, 1, 1, 0, 2, 3}).Draw(t, "fence")
	return k, r, l, r.ended == "" && l.Fence == 1
}

func (w *leaseWorld) release(t *rapid.T) {
	k, r, l, valid := w.holder(t)
	err := w.nodes[w.node(t)].Release(t.Context(), l, memory.NewSentence{
		N: r.sentences + 1, Kind: memory.KindProcess, Author: memory.AuthorServer, Text: "Take the time you need."})
	w.came(t, err, valid)
	if valid {
		r.sentences++
		k.happened(memory.EventSentence, fmt.Sprint(r.lease.Reply, r.sentences))
	}
}

func (w *leaseWorld) renew(t *rapid.T) {
	_, r, l, valid := w.holder(t)
	node := w.node(t)
	until := w.clock(node).Add(time.Duration(rapid.IntRange(0, 10_000).Draw(t, "lease")) * time.Millisecond)
	w.came(t, w.nodes[node].Renew(t.Context(), l, until), valid)
	if valid {
		r.until = until
	}
}

func (w *leaseWorld) end(t *rapid.T) {
	k, r, l, valid := w.holder(t)
	state := rapid.SampledFrom([]memory.ReplyState{memory.Complete, memory.Cut, memory.Interrupted, memory.Failed}).Draw(t, "state")
	w.came(t, w.nodes[w.node(t)].EndReply(t.Context(), l, memory.End{State: state, Reason: "as drawn"}), valid)
	if valid {
		k.finish(r, state, "as drawn")
	}
}

func (w *leaseWorld) stop(t *rapid.T) {
	k := w.pick(t)
	r := rapid.SampledFrom(k.replies).Draw(t, "reply")
	w.came(t, w.nodes[w.node(t)].StopReply(t.Context(), w.owner, r.lease.Reply), true)
	if r.ended == "" {
		k.finish(r, memory.Stopped, "stopped by her")
	}
}

func (w *leaseWorld) sweep(t *rapid.T) {
	node := w.node(t)
	want := 0
	for _, k := range w.conversations {
		if r := k.running(); r != nil && r.until.Before(w.clock(node)) {
			want++
			k.finish(r, memory.Interrupted, "node lost")
		}
	}
	got, err := w.nodes[node].Sweep(t.Context())
	w.came(t, err, true)
	if got != want {
		t.Fatalf("swept %d, want %d", got, want)
	}
	w.swept.Add(int64(got))
}

func (w *leaseWorld) tick(t *rapid.T) { w.now.Add(rapid.Int64Range(1, 6000).Draw(t, "ms")) }

// look holds what is new in each conversation against the model.
func (w *leaseWorld) look(t *rapid.T) {
	for _, k := range w.conversations {
		k.cursor = w.compare(t, k, k.cursor)
	}
}

// lookWhole reads all from the beginning, as another page would.
func (w *leaseWorld) lookWhole(t *rapid.T) {
	for _, k := range w.conversations {
		w.compare(t, k, memory.Cursor{})
	}
}

func (w *leaseWorld) compare(t *rapid.T, k *modelled, after memory.Cursor) memory.Cursor {
	events, foreign, err := w.nodes[w.node(t)].Events(t.Context(), w.owner, k.id, after, 10_000)
	if err != nil || foreign {
		t.Fatalf("foreign %v, %v", foreign, err)
	}
	want := k.events[after.Seq:]
	if len(events) != len(want) {
		t.Fatalf("after event %d there are %d more, want %d", after.Seq, len(events), len(want))
	}
	for i, e := range events {
		if got := described(e); e.Seq != after.Seq+1 || got != want[i] {
			t.Fatalf("event %d is %q, want event %d to be %q", e.Seq, got, after.Seq+1, want[i])
		}
		after = memory.Cursor{Seq: e.Seq, ID: e.ID}
	}
	return after
}

// described is an event in the model's words.
func described(e memory.Event) string {
	about := ""
	switch e.Kind {
	case memory.EventSaid:
		about = e.Said.ID.String()
	case memory.EventReply:
		about = e.Reply.ID.String()
	case memory.EventSentence:
		about = fmt.Sprint(e.Sentence.Reply, e.Sentence.N)
	case memory.EventEnd:
		about = fmt.Sprint(e.Reply.ID, e.Reply.State, e.Reply.Reason)
	}
	return fmt.Sprint(e.Kind, " ", about)
}
