package memory_test

import (
	"testing"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// What a reply was given can be looked up later, with what she said of it, and
// what she forgot since is gone and counted.
func TestWhatAReplyWasGivenStaysTrue(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, withWords)
	owner := d.Leader(t)
	ids := indexed(t, d, owner, journal...)
	k := enter(t, d, owner, "What brings you?")
	sources := make([]memory.Source, 3)
	for i, id := range []memory.ID{ids[2], ids[3], ids[4]} {
		all, err := d.Search(t.Context(), owner, memory.Search{Text: journal[2+i], Limit: 1})
		if err != nil || len(all) != 1 || all[0].Reflection != id {
			t.Fatalf("found %+v, %v", all, err)
		}
		sources[i] = memory.Source{Found: all[0], Handle: []string{"r1", "r2", "r3"}[i], Given: i < 2}
	}
	said := memory.NewSaid{ID: newID(), Conversation: k.id, Text: "I broke a promise.", Zone: "UTC"}
	next := newReply()
	if _, err := d.Say(t.Context(), owner, said, next); err != nil {
		t.Fatal(err)
	}
	lease := memory.Lease{Owner: owner, Conversation: k.id, Reply: next.ID, Fence: 1}
	if err := d.SetSources(t.Context(), lease, sources); err != nil {
		t.Fatal(err)
	}
	given := func() memory.Given {
		t.Helper()
		return must[memory.Given](t)(d.Given(t.Context(), owner, next.ID))
	}
	g := given()
	if g.Found != 3 || g.Gone != 0 || len(g.Sources) != 3 || g.Said == nil || g.Said.Text != said.Text || g.Reply.ID != next.ID {
		t.Fatalf("%+v", g)
	}
	if s := g.Sources[0]; !s.Given || s.Text != journal[2] || len(s.Terms) == 0 || s.Similarity == 0 || s.At.IsZero() {
		t.Errorf("first %+v", s)
	}
	if g.Sources[2].Given {
		t.Error("what was only found is said to be given")
	}

	if err := d.SetUnfit(t.Context(), owner, next.ID, "r2", true); err != nil {
		t.Fatal(err)
	}
	refused(t, memory.CodeNotFound, d.SetUnfit(t.Context(), owner, next.ID, "r9", true))
	if recalled, hers := found(t, d, owner, ids[3], "walking home along the river"); !recalled || hers != "used" {
		t.Error("a verdict on one use of her words reached another")
	}
	must[memory.Reflection](t)(d.Edit(t.Context(), owner, ids[2], newID(), "I kept it after all."))
	if err := d.SetOutdated(t.Context(), owner, ids[4], true); err != nil {
		t.Fatal(err)
	}
	g = given()
	if !g.Sources[1].Unfit || g.Sources[0].Unfit || !g.Sources[0].Edited || g.Sources[0].Text != journal[2] || g.Sources[2].OutdatedAt == nil {
		t.Errorf("%+v", g.Sources)
	}
	if err := d.SetUnfit(t.Context(), owner, next.ID, "r2", false); err != nil {
		t.Fatal(err)
	}
	if given().Sources[1].Unfit {
		t.Error("the verdict was not taken back")
	}
	if _, err := d.Forget(t.Context(), owner, ids[3]); err != nil {
		t.Fatal(err)
	}
	if g = given(); g.Found != 3 || g.Gone != 1 || len(g.Sources) != 2 {
		t.Errorf("%+v", g)
	}
	if _, err := d.Forget(t.Context(), owner, said.ID); err != nil {
		t.Fatal(err)
	}
	if g = given(); g.Said != nil {
		t.Errorf("it still says %+v", g.Said)
	}
}
