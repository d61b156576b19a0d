package memory_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

func TestAQuestionMakesItsAnswerFindable(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What did your grandmother leave to you?")
	said, _ := k.say(t, "Only her watch, which I wear to the board.")
	later, _ := k.say(t, "And a debt.")
	indexed(t, d, k.leader, journal...)
	for _, id := range []memory.ID{said, later} {
		if err := d.Index(t.Context(), k.leader, id); err != nil {
			t.Fatal(err)
		}
	}
	ask := memory.Search{Text: "my grandmother", Floor: true}
	found, err := d.Search(t.Context(), k.leader, ask)
	if err != nil || len(found) == 0 || found[0].Reflection != said {
		t.Fatalf("found %+v, %v", found, err)
	}
	if len(found[0].Terms) != 0 {
		t.Errorf("it is said to share %v", found[0].Terms)
	}
	for _, f := range found {
		if strings.Contains(f.Text, "grandmother") {
			t.Errorf("words of a reply were found: %q", f.Text)
		}
	}
	ask.Except = k.id
	if found, err := d.Search(t.Context(), k.leader, ask); err != nil || len(found) != 0 {
		t.Errorf("found %d without the conversation, %v", len(found), err)
	}
}

func TestForgettingTakesBackWhatAReplyLent(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	canary := "q" + strings.ToLower(rand.Text()[:11]) + "7"
	k := enter(t, d, d.Leader(t), "What brings you?")
	first, _ := k.say(t, "I fear it.")
	_, reply := k.say(t, "Still.", memory.NewSentence{Kind: memory.KindMirror, Author: memory.AuthorModel,
		Text: "You fear " + canary + ".", Mirrors: []memory.ID{first}})
	last, _ := k.say(t, "Yes.")
	if err := d.Index(t.Context(), k.leader, last); err != nil {
		t.Fatal(err)
	}
	if alive := holding(t, d, canary); alive["lent"] != 1 {
		t.Fatalf("the canary is alive in %v: this test would prove nothing", alive)
	}
	receipt := must[memory.Receipt](t)(d.Forget(t.Context(), k.leader, first))
	if left := holding(t, d, canary); len(left) > 0 || receipt.Removed["lent"] == 0 {
		t.Errorf("the canary is still in %v; the receipt is %v", left, receipt.Removed)
	}
	// Indexed again, the reply whose sentence is blank lends nothing of it.
	d.Exec(t, `DELETE FROM passages`)
	if err := d.Index(t.Context(), k.leader, last); err != nil {
		t.Fatal(err)
	}
	if n := d.Count(t, `SELECT count(*) FROM lent WHERE reply = $1`, reply); n != 0 {
		t.Errorf("%d terms of a blank reply", n)
	}
}

func TestAnEditTakesOverThePlace(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What did your grandmother leave to you?")
	said, _ := k.say(t, "Her watch.")
	k.say(t, "And a debt.")
	place := func(id memory.ID) int {
		if err := d.Index(t.Context(), k.leader, id); err != nil {
			t.Fatal(err)
		}
		return d.Count(t, `SELECT place FROM passages WHERE reflection = $1`, id)
	}
	before := place(said)
	edited := must[memory.Reflection](t)(d.Edit(t.Context(), k.leader, said, newID(), "Her ring."))
	if after := place(edited.ID); after != before {
		t.Errorf("it stood at %d and stands at %d", before, after)
	}
}

func TestImportsKeepTheirThreadsApart(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	owner := d.Leader(t)
	at := time.Date(2024, 5, 8, 9, 0, 0, 0, time.UTC)
	one, other := newID(), newID()
	entry := func(thread memory.ID, turn int, label, text string) memory.NewImported {
		return memory.NewImported{ID: newID(), Text: text, At: at, Zone: "UTC", Thread: thread, Turn: turn, Label: label}
	}
	all := []memory.NewImported{
		entry(one, 0, "Ines", "How was the glacier?"), entry(one, 1, "Rui", "Cold."),
		entry(other, 0, "Ines", "Warm."), entry(memory.ID{}, 0, "", "A day alone."),
	}
	for want := range 2 { // the second time all are there
		if created, err := d.Import(t.Context(), owner, all); err != nil || created != len(all)*(1-want) {
			t.Fatalf("created %d, %v", created, err)
		}
	}
	for _, n := range all {
		if err := d.Index(t.Context(), owner, n.ID); err != nil {
			t.Fatal(err)
		}
	}
	find := func(text string) (ids []memory.ID) {
		found, err := d.Search(t.Context(), owner, memory.Search{Text: text, Floor: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			ids = append(ids, f.Reflection)
		}
		return ids
	}
	if got := find("glacier"); len(got) != 2 || got[0] == all[2].ID || got[1] == all[2].ID {
		t.Errorf("glacier found %v", got)
	}
	if got := find("Rui"); len(got) != 1 || got[0] != all[1].ID {
		t.Errorf("the label found %v of %+v", got, all)
	}
	if got := find("May 2024"); len(got) != 4 {
		t.Errorf("the date found %v", got)
	}
	all[0].Text = "Another."
	_, err := d.Import(t.Context(), owner, all[:1])
	refused(t, memory.CodeConflict, err)
}

func TestWhatIsMissingIsIndexedAnew(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, withWords)
	owner := d.Leader(t)
	ids := indexed(t, d, owner, journal...)
	d.Exec(t, `DELETE FROM vectors WHERE place = (SELECT place FROM passages WHERE reflection = $1)`, ids[0])
	d.Exec(t, `DELETE FROM passages WHERE reflection = $1`, ids[1])
	d.Exec(t, `UPDATE reflections SET apart = true WHERE id = $1`, ids[2])
	for _, want := range []int{1, 1, 0} {
		if done, err := d.Mend(t.Context(), owner, 1); err != nil || done != want {
			t.Fatalf("mended %d, %v; want %d", done, err, want)
		}
	}
	if n := d.Count(t, `SELECT count(*) FROM senses s JOIN vectors v USING (owner, generation, place) JOIN passages p USING (owner, place)`); n != len(journal) {
		t.Errorf("%d of %d are whole", n, len(journal))
	}
}

func TestARoundMendsTheIndexOfEverybody(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, withWords)
	all := 0
	for i, n := range []int{3, 220, 2} { // more than a run of the job does
		owner := d.Leader(t)
		entries := make([]memory.NewImported, n)
		for j := range entries {
			entries[j] = memory.NewImported{ID: newID(), Text: fmt.Sprintf("Entry %d of person %d.", j, i), At: time.Now(), Zone: "UTC"}
		}
		if _, err := d.Import(t.Context(), owner, entries); err != nil {
			t.Fatal(err)
		}
		all += n
	}
	d.Exec(t, `DELETE FROM river_job`)
	d.Exec(t, `INSERT INTO indexes (owner, wanting) SELECT id, now() FROM people`) // as if each had failed for good
	work(t, d)
	within, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for d.Count(t, `SELECT count(*) FROM vectors`) < all {
		select {
		case <-tick.C:
		case <-within.Done():
			t.Fatalf("%d of %d are indexed", d.Count(t, `SELECT count(*) FROM vectors`), all)
		}
	}
}
