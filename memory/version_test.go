package memory_test

import (
	"testing"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

func TestAnEditSupersedesAndStaysInTime(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	one := jot(t, d, ada, "I was angry with Ben.")
	if err := d.Index(t.Context(), ada, one.ID); err != nil {
		t.Fatal(err)
	}
	id := newID()
	two := must[memory.Reflection](t)(d.Edit(t.Context(), ada, one.ID, id, "I was angry."))
	if !two.At.Equal(one.At) || two.Zone != one.Zone || two.Kind != one.Kind || *two.Supersedes != one.ID {
		t.Errorf("the edit is %+v, of %+v", two, one)
	}
	if n := d.Count(t, `SELECT count(*) FROM passages WHERE reflection = $1`, one.ID); n != 0 {
		t.Errorf("%d passages of what was superseded", n)
	}
	if again := must[memory.Reflection](t)(d.Edit(t.Context(), ada, one.ID, id, "I was angry.")); again.ID != two.ID {
		t.Errorf("the same edit again made %v", again.ID)
	}
	_, err := d.Edit(t.Context(), ada, one.ID, newID(), "I was sad.")
	refused(t, memory.CodeConflict, err) // no longer the newest
	_, err = d.Edit(t.Context(), ada, two.ID, one.ID, "I was sad.")
	refused(t, memory.CodeConflict, err) // the id is taken
	_, err = d.Edit(t.Context(), ada, two.ID, newID(), "")
	refused(t, memory.CodeInvalid, err)

	three := must[memory.Reflection](t)(d.Edit(t.Context(), ada, two.ID, newID(), "I was sad."))
	for _, id := range []memory.ID{one.ID, two.ID, three.ID} {
		r, versions, err := d.Reflection(t.Context(), ada, id)
		if err != nil || r.ID != id || len(versions) != 3 || versions[0].ID != one.ID || versions[2].ID != three.ID {
			t.Errorf("%v with versions %+v, %v", r.ID, versions, err)
		}
	}
	q := must[memory.Quote](t)(d.FindQuote(t.Context(), ada, one.ID, "with Ben"))
	if q.Start != 12 || q.End != 20 {
		t.Errorf("a quote of the first version is %+v", q)
	}
}

func TestWhatIsKeptApartIsInNoSearchAndEndsItsReleases(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada, cole := d.Leader(t), d.Person(t, memory.RoleCoach)
	d.Coaching(t, ada, cole)
	k := enter(t, d, ada, "What brings you?")
	said, _ := k.say(t, "I lie awake.")
	edited := must[memory.Reflection](t)(d.Edit(t.Context(), ada, said, newID(), "I lie awake, often."))
	if err := d.Index(t.Context(), ada, edited.ID); err != nil {
		t.Fatal(err)
	}
	summary := must[memory.Summary](t)(d.SummaryOf(t.Context(), ada, k.id))
	line := must[memory.Line](t)(d.AddLine(t.Context(), ada, summary.ID,
		memory.NewLine{ID: newID(), Heading: memory.Noticed, Quote: pointer(k.span(t, said, "I lie awake."))}))
	must[memory.Release](t)(d.ReleaseLine(t.Context(), ada, line.ID, cole, false))

	if err := d.SetApart(t.Context(), ada, edited.ID, true); err != nil {
		t.Fatal(err)
	}
	if n := d.Count(t, `SELECT count(*) FROM passages WHERE owner = $1 AND reflection = $2`, ada, edited.ID); n != 0 {
		t.Errorf("%d passages of what is kept apart", n)
	}
	_, _, err := d.Desk(t.Context(), cole, ada)
	refused(t, memory.CodeNotFound, err)
	_, err = d.ReleaseLine(t.Context(), ada, line.ID, cole, false)
	refused(t, memory.CodeConflict, err)
	_, err = d.AddLine(t.Context(), ada, summary.ID, memory.NewLine{ID: newID(), Heading: memory.Keep, Text: "Sleep.",
		Quotes: []memory.Quote{k.span(t, edited.ID, "often")}})
	refused(t, memory.CodeConflict, err)
	_, err = d.Propose(t.Context(), ada, memory.Proposal{Conversation: k.id, Question: "Something to keep?",
		Quotes: []memory.Quote{k.span(t, said, "awake")}})
	refused(t, memory.CodeConflict, err)

	if err := d.SetApart(t.Context(), ada, said, false); err != nil {
		t.Fatal(err)
	}
	if err := d.Index(t.Context(), ada, edited.ID); err != nil {
		t.Fatal(err)
	}
	if n := d.Count(t, `SELECT count(*) FROM passages WHERE owner = $1 AND reflection = $2`, ada, edited.ID); n != 1 {
		t.Errorf("%d passages after it was taken back in", n)
	}
	must[memory.Release](t)(d.ReleaseLine(t.Context(), ada, line.ID, cole, false))
}
