package main

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"innerwork/memory"
)

// D13, all at once: several nodes do to one conversation whatever they can at
// the same time, some of them die in the middle of it, and afterwards the history
// is one that a single writer at a time could have written.
func TestD13LeasesInRaces(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	const hands, acts = 6, 40
	result := outcome{}
	for round := range runs(8, 100) {
		k := &contested{cluster: c, t: t, owner: c.Leader(t), id: newUUID(), took: map[memory.ID]*taken{}}
		opening := k.newReply(time.Minute)
		if _, _, err := c.nodes[0].BeginConversation(t.Context(), k.owner, k.id, "identity", opening); err != nil {
			t.Fatal(err)
		}
		k.acquired(opening)
		var all sync.WaitGroup
		for n := range hands {
			chance := rand.New(rand.NewPCG(seed, uint64(round*hands+n)))
			all.Go(func() {
				for range acts {
					k.act(chance)
				}
			})
		}
		all.Wait()
		result.Runs += hands * acts
		k.judge(&result)
	}
	t.Logf("%d acts by %d hands on %d nodes", result.Runs, hands, len(c.nodes))
	soaked.add(t, "D13 in races", result)
}

// contested is a conversation that many hands write to.
type contested struct {
	*cluster
	t         *testing.T
	owner, id memory.ID

	mu     sync.Mutex
	leases []memory.Lease
	took   map[memory.ID]*taken
	said   []memory.NewSaid
	told   map[memory.ID]bool // messages that were acknowledged
	swept  int
	unsure int // sweeps that died
}

// taken is what hands did to a reply, as far as they know.
type taken struct {
	next     int          // sentence
	released map[int]bool // sentences that were kept
	unsure   map[int]bool // sentences that a hand died over
	ended    int          // how often a hand was told that it ended it
	dying    bool         // a hand died over its end
}

func (k *contested) newReply(lease time.Duration) memory.NewReply {
	return memory.NewReply{ID: newUUID(), Speaker: memory.AuthorGuide, Node: newUUID(), LeaseUntil: time.UnixMilli(k.now.Load()).Add(lease)}
}

func (k *contested) acquired(r memory.NewReply) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.leases = append(k.leases, memory.Lease{Owner: k.owner, Conversation: k.id, Reply: r.ID, Fence: 1})
	k.took[r.ID] = &taken{released: map[int]bool{}, unsure: map[int]bool{}}
}

// act does one thing on one node; one in eight dies in the middle of it.
func (k *contested) act(chance *rand.Rand) {
	node := k.nodes[chance.IntN(len(k.nodes))]
	ctx, cancel := context.WithCancel(k.t.Context())
	defer cancel()
	dies := chance.IntN(8) == 0
	if dies {
		defer time.AfterFunc(time.Duration(chance.IntN(6000))*time.Microsecond, cancel).Stop()
	}
	k.mu.Lock()
	lease := k.leases[max(0, len(k.leases)-1-chance.IntN(3))]
	took := k.took[lease.Reply]
	took.next++
	n := took.next
	k.mu.Unlock()
	var err error
	known := func(do func()) {
		k.mu.Lock()
		defer k.mu.Unlock()
		do()
	}
	switch what := chance.IntN(20); {
	case what < 10:
		err = node.Release(ctx, lease, memory.NewSentence{N: n, Kind: memory.KindProcess, Author: memory.AuthorServer, Text: "Take the time you need."})
		known(func() { took.released[n], took.unsure[n] = err == nil, dies && err != nil })
	case what < 13:
		err = node.EndReply(ctx, lease, memory.End{State: memory.Complete, Reason: "finished"})
		known(func() {
			if err == nil {
				took.ended++
			}
			took.dying = took.dying || dies && err != nil
		})
	case what < 14:
		err = node.StopReply(ctx, k.owner, lease.Reply) // says nothing of who ended it
	case what < 15:
		err = node.Renew(ctx, lease, time.UnixMilli(k.now.Load()).Add(time.Second))
	case what < 16:
		var ended int
		ended, err = node.Sweep(ctx)
		known(func() {
			k.swept += ended
			if err != nil {
				k.unsure++
			}
		})
	case what < 17:
		k.now.Add(int64(chance.IntN(800)))
	case what < 18:
		r := k.newReply(time.Second)
		k.acquired(r) // before: a zombie may write to it the moment it is there
		_, err = node.Again(ctx, k.owner, lease.Reply, r)
	default:
		said := memory.NewSaid{ID: newUUID(), Conversation: k.id, Text: "I keep the door open.", Zone: "UTC"}
		known(func() {
			if len(k.said) > 0 && chance.IntN(2) == 0 {
				said = k.said[chance.IntN(len(k.said))]
			}
			k.said = append(k.said, said)
		})
		r := k.newReply(time.Second)
		k.acquired(r)
		_, err = node.Say(ctx, k.owner, said, r)
		known(func() {
			if k.told == nil {
				k.told = map[memory.ID]bool{}
			}
			k.told[said.ID] = k.told[said.ID] || err == nil
		})
	}
	// Refusals are the point, and an attempt on a reply that never came to be is
	// refused too; anything else is a fault unless it died.
	if code := memory.CodeOf(err); err != nil && !dies && code != memory.CodeConflict && code != memory.CodeNotFound {
		k.t.Errorf("code %q: %v", code, err)
	}
}

// judge reads the history and finds two writers, holes and second ends in it.
func (k *contested) judge(result *outcome) {
	t := k.t
	events, foreign, err := k.nodes[0].Events(t.Context(), k.owner, k.id, memory.Cursor{}, 100_000)
	if err != nil || foreign {
		t.Fatalf("foreign %v, %v", foreign, err)
	}
	doubled := func(what string, e memory.Event) {
		result.Doubled++
		t.Errorf("%s: event %d, %s", what, e.Seq, described(e))
	}
	var running memory.ID
	ends, said, swept := map[memory.ID]int{}, map[memory.ID]int{}, 0
	sentences := map[memory.ID][]int{}
	for i, e := range events {
		if e.Seq != int64(i+1) {
			t.Fatalf("event %d stands at place %d", e.Seq, i+1)
		}
		switch e.Kind {
		case memory.EventSaid:
			if said[e.Said.ID]++; said[e.Said.ID] > 1 {
				doubled("a message came twice", e)
			}
		case memory.EventReply:
			if running != (memory.ID{}) {
				doubled("two replies run", e)
			}
			running = e.Reply.ID
		case memory.EventSentence:
			if e.Sentence.Reply != running {
				doubled("a writer behind the fence", e)
			}
			sentences[e.Sentence.Reply] = append(sentences[e.Sentence.Reply], e.Sentence.N)
		case memory.EventEnd:
			if e.Reply.ID != running {
				doubled("an end of what does not run", e)
			}
			running = memory.ID{}
			ends[e.Reply.ID]++
			if e.Reply.Reason == "node lost" {
				swept++
			}
			if took := k.took[e.Reply.ID]; e.Reply.State == memory.Complete && took.ended == 0 && !took.dying {
				result.FalseComplete++
				t.Errorf("complete, and nobody ended it so: %s", described(e))
			}
		}
	}
	for id, took := range k.took {
		if took.ended > 1 || ends[id] > 1 {
			result.Doubled++
			t.Errorf("%v was ended %d times, as %d hands were told", id, ends[id], took.ended)
		}
		for n, kept := range took.released {
			if there := slices.Contains(sentences[id], n); kept && !there || !kept && there && !took.unsure[n] {
				result.Lost++
				t.Errorf("sentence %d of %v: released %v, and in the history %v", n, id, kept, there)
			}
		}
	}
	for id, told := range k.told {
		if told && said[id] == 0 {
			result.Lost++
			t.Errorf("the message %v was acknowledged, and is not there", id)
		}
	}
	if k.swept > swept || k.swept < swept && k.unsure == 0 {
		t.Errorf("the sweeps ended %d, the history says %d", k.swept, swept)
	}
	if running != (memory.ID{}) {
		if err := k.nodes[0].StopReply(t.Context(), k.owner, running); err != nil {
			t.Error(err)
		}
	}
}
