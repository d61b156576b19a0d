package memory_test

import (
	"bytes"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

func TestAnOlderArchiveDoesNotBringBackWhatWasForgotten(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	const canary = "kestrels"
	l := live(t, d, canary)
	older := taken(t, d, l.leader)
	must[memory.Receipt](t)(d.Forget(t.Context(), l.leader, l.said.ID))
	newer := taken(t, d, l.leader)
	fresh := d.Leader(t)
	for kind, n := range bringBack(t, d, fresh, newer) {
		if n.Differs+n.Forgotten+n.Left > 0 {
			t.Errorf("%s: %+v", kind, n)
		}
	}
	for _, owner := range []memory.ID{l.leader, fresh} {
		before := digests(t, d, owner)
		counts := bringBack(t, d, owner, older)
		for kind, forgotten := range map[string]int{"reflections": 2, "quotes": 8, "insights": 1, "proposals": 2, "lines": 1, "releases": 1, "marks": 1} {
			if counts[kind].Forgotten != forgotten {
				t.Errorf("%s: %+v, want %d forgotten", kind, counts[kind], forgotten)
			}
		}
		for kind, n := range counts {
			if n.New+n.Differs+n.Left > 0 {
				t.Errorf("%s: %+v", kind, n)
			}
		}
		if after := digests(t, d, owner); !maps.Equal(after, before) {
			for table := range after {
				if after[table] != before[table] {
					t.Errorf("%s changed", table)
				}
			}
		}
	}
	if left := holding(t, d, canary); len(left) > 0 {
		t.Errorf("the canary is back in %v", left)
	}
}

func TestAConversationGoesOnWhereTheArchiveKnowsMore(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What brings you?")
	k.say(t, "I hold on.", question("To what?"))
	early := taken(t, d, k.leader)
	k.say(t, "To the plan.", question("And then?"))
	must[memory.Conversation](t)(d.SetClarity(t.Context(), k.leader, k.id, 7))
	late := taken(t, d, k.leader)
	fresh := d.Leader(t)
	bringBack(t, d, fresh, early)
	if n := bringBack(t, d, fresh, late)["conversations"]; n.New != 1 {
		t.Errorf("the conversation did not go on: %+v", n)
	}
	sameFiles(t, ofWords(filesOf(t, taken(t, d, fresh))), ofWords(filesOf(t, late)))
	for kind, n := range bringBack(t, d, fresh, early) {
		if n.New > 0 || n.Differs > 0 {
			t.Errorf("the earlier one again, %s: %+v", kind, n)
		}
	}
	there := scene{d, fresh, k.id}
	there.say(t, "Then I let go.", question("What stays?"))
	k.say(t, "Something else.")
	if n := bringBack(t, d, fresh, taken(t, d, k.leader)); n["conversations"].Differs != 1 || n["reflections"].New != 1 {
		t.Errorf("two ways apart: %+v", n)
	}
	there.say(t, "Still here.")
}

func TestWhatDiffersStaysAsItIs(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	l := live(t, d, "plovers")
	packed := taken(t, d, l.leader)
	fresh := d.Leader(t)
	if _, _, err := d.Write(t.Context(), fresh, memory.NewReflection{ID: l.journal.ID, Text: "Another text, of the very same length as that.", Zone: "UTC"}); err != nil {
		t.Fatal(err)
	}
	counts := bringBack(t, d, fresh, packed)
	if n := counts["reflections"]; n.Differs != 1 || n.New != 3 {
		t.Errorf("reflections: %+v", n)
	}
	if n := counts["quotes"]; n.Left == 0 {
		t.Errorf("quotes: %+v", n)
	}
	if n := d.Count(t, `SELECT count(*) FROM quotes WHERE owner = $1 AND reflection = $2`, fresh, l.journal.ID); n != 0 {
		t.Errorf("%d quotes of the archive point at other words", n)
	}
	r, _, err := d.Reflection(t.Context(), fresh, l.journal.ID)
	if err != nil || r.Text != "Another text, of the very same length as that." {
		t.Errorf("hers became %+v, %v", r, err)
	}
	if n := d.Count(t, `SELECT count(*) FROM river_job WHERE kind = 'index' AND args->>'owner' = $1`, fresh.String()); n != 4 {
		t.Errorf("%d reflections are to be indexed", n)
	}
}

func TestAPreviewSaysWhatWouldComeAndStoresNothing(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	l := live(t, d, "dunlins")
	packed := taken(t, d, l.leader)
	fresh := d.Leader(t)
	jot(t, d, fresh, "Mine.")
	before := digests(t, d, fresh)
	audit := d.Count(t, `SELECT count(*) FROM audit`)
	var done, total int
	preview, err := d.Bring(t.Context(), fresh, bytes.NewReader(packed), int64(len(packed)),
		memory.Bringing{Preview: true, Progress: func(d, of int) { done, total = d, of }})
	if err != nil {
		t.Fatal(err)
	}
	if after := digests(t, d, fresh); !maps.Equal(after, before) || d.Count(t, `SELECT count(*) FROM audit`) != audit {
		t.Error("the preview changed something")
	}
	if done == 0 || done != total {
		t.Errorf("%d of %d were looked at", done, total)
	}
	if came := bringBack(t, d, fresh, packed); !maps.Equal(came, byKind(preview)) {
		t.Errorf("the preview said %+v, what came was %+v", preview, came)
	}
}

func TestAReplyThatRunsIsTakenAsBrokenOff(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What brings you?")
	said, reply := memory.NewSaid{ID: newID(), Conversation: k.id, Text: "Wait.", Zone: "UTC"}, newReply()
	if _, err := d.Say(t.Context(), k.leader, said, reply); err != nil {
		t.Fatal(err)
	}
	asked := question("For what?")
	asked.N = 1
	if err := d.Release(t.Context(), memory.Lease{Owner: k.leader, Conversation: k.id, Reply: reply.ID, Fence: 1}, asked); err != nil {
		t.Fatal(err)
	}
	packed := taken(t, d, k.leader)
	fresh := d.Leader(t)
	bringBack(t, d, fresh, packed)
	if n := d.Count(t, `SELECT count(*) FROM replies WHERE owner = $1 AND id = $2 AND state = 'interrupted'`, fresh, reply.ID); n != 1 {
		t.Error("the reply runs on in the other account, or is not there")
	}
	sameFiles(t, ofWords(filesOf(t, taken(t, d, fresh))), ofWords(filesOf(t, packed)))
	there := scene{d, fresh, k.id}
	there.say(t, "I go on here.", question("Where to?"))
}

// Any small life comes back byte for byte, and once more changes nothing.
func TestAnyLifeComesBack(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	rapid.Check(t, func(r *rapid.T) {
		k := enter(t, d, d.Leader(t), "What brings you?")
		ctx := t.Context()
		words := rapid.StringMatching(`[a-zé]{2,8}( [a-z—"\\>#\n]{2,8}){1,4}`)
		var mine []memory.ID
		for range rapid.IntRange(1, 8).Draw(r, "steps") {
			text := words.Draw(r, "text")
			some := func() memory.ID { return mine[rapid.IntRange(0, len(mine)-1).Draw(r, "which")] }
			switch step := rapid.IntRange(0, 6).Draw(r, "step"); {
			case step == 0 || len(mine) == 0:
				mine = append(mine, jot(t, d, k.leader, text).ID)
			case step == 1:
				said, _ := k.say(t, text, question("And?"))
				mine = append(mine, said)
			case step == 2: // a superseded one refuses
				if e, err := d.Edit(ctx, k.leader, some(), newID(), text); err == nil {
					mine = append(mine, e.ID)
				}
			case step == 3:
				_, _ = d.Forget(ctx, k.leader, some()) // a forgotten one stays so
			case step == 4:
				_, _ = d.CreateInsight(ctx, k.leader, memory.NewInsight{ID: newID(), Quotes: []memory.Quote{{Reflection: some(), Start: 0, End: 2}}, Conversation: &k.id})
			case step == 5:
				s := must[memory.Summary](t)(d.SummaryOf(ctx, k.leader, k.id))
				_, _ = d.AddLine(ctx, k.leader, s.ID, memory.NewLine{ID: newID(), Heading: memory.Keep, Text: text, Quotes: []memory.Quote{{Reflection: some(), Start: 1, End: 2}}})
			case step == 6:
				_ = d.SetApart(ctx, k.leader, some(), true)
			}
		}
		packed := taken(t, d, k.leader)
		fresh := d.Leader(t)
		bringBack(t, d, fresh, packed)
		sameFiles(t, ofWords(filesOf(t, taken(t, d, fresh))), ofWords(filesOf(t, packed)))
		for kind, n := range bringBack(t, d, k.leader, packed) {
			if n.New+n.Differs+n.Forgotten+n.Left > 0 {
				r.Fatalf("her own archive brought %s: %+v", kind, n)
			}
		}
	})
}
