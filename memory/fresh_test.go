package memory_test

import (
	"testing"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

func TestAFreshSentenceIsTheOneThatIsRead(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := converse(t, d, d.Leader(t))
	said, lease := k.say("I hold on to it.")
	var fresh []*memory.Event
	defer d.Watch(k.owner, k.conversation, func(e *memory.Event) { fresh = append(fresh, e) })()
	release := func(n memory.NewSentence) {
		t.Helper()
		if err := d.Release(t.Context(), lease, n); err != nil {
			t.Fatal(err)
		}
	}
	release(memory.NewSentence{N: 1, Kind: memory.KindMirror, Author: memory.AuthorGuide, Text: "You hold on to it.", Mirrors: []memory.ID{said.ID}})
	release(memory.NewSentence{N: 2, Kind: memory.KindQuote, Author: memory.AuthorServer, Quote: &memory.Quote{Reflection: said.ID, Start: 0, End: 6}})
	release(memory.NewSentence{N: 1, Kind: memory.KindMirror, Author: memory.AuthorGuide, Text: "You hold on to it."}) // the answer was lost
	events := k.events()
	stored := events[len(events)-2]
	if len(fresh) != 3 || fresh[0] == nil || fresh[1] != nil || fresh[2] != nil {
		t.Fatalf("woken with %v", fresh)
	}
	if a, b := *fresh[0], stored; a.Seq != b.Seq || a.ID != b.ID || !a.At.Equal(b.At) || *a.Sentence != *b.Sentence {
		t.Errorf("fresh %+v %+v\nstored %+v %+v", a, a.Sentence, b, b.Sentence)
	}
	if n := d.Count(t, `SELECT count(*) FROM sentences WHERE owner = $1`, k.owner); n != 2 {
		t.Errorf("%d sentences are stored", n)
	}
	if err := d.Release(t.Context(), lease, memory.NewSentence{N: 1, Kind: memory.KindMirror, Author: memory.AuthorGuide, Text: "Another."}); memory.CodeOf(err) != memory.CodeConflict {
		t.Errorf("another sentence in its place: %v", err)
	}
}
