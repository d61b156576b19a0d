package memory_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

func TestWriteIsOnceForAnID(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	n := memory.NewReflection{ID: newID(), Text: "Today I let them finish.", Zone: "Europe/Lisbon"}
	first, created, err := d.Write(t.Context(), ada, n)
	if err != nil || !created || first.Text != n.Text || first.Kind != memory.Written {
		t.Fatalf("got %+v, %v, %v", first, created, err)
	}
	again, created, err := d.Write(t.Context(), ada, n)
	if err != nil || created || again != first {
		t.Errorf("the same again gave %+v, %v, %v", again, created, err)
	}
	n.Text = "Something else."
	_, _, err = d.Write(t.Context(), ada, n)
	refused(t, memory.CodeConflict, err)
	if _, created, err := d.Write(t.Context(), d.Leader(t), n); err != nil || !created {
		t.Errorf("another leader's id is in the way: %v", err)
	}
	if n := d.Count(t, `SELECT count(*) FROM river_job WHERE kind = 'index' AND args->>'owner' = $1`, ada.String()); n != 1 {
		t.Errorf("%d index jobs for one reflection", n)
	}
}

func TestWriteRefusesWhatCannotBeKept(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	good := memory.NewReflection{ID: newID(), Text: strings.Repeat("é", memory.MaxText), Zone: "UTC"}
	for name, change := range map[string]func(*memory.NewReflection){
		"empty":         func(n *memory.NewReflection) { n.Text = " \n" },
		"too long":      func(n *memory.NewReflection) { n.Text += "é" },
		"not UTF-8":     func(n *memory.NewReflection) { n.Text = "a\xff" },
		"U+0000":        func(n *memory.NewReflection) { n.Text = "a\x00b" },
		"no zone":       func(n *memory.NewReflection) { n.Zone = "" },
		"the machine's": func(n *memory.NewReflection) { n.Zone = "Local" },
		"unknown zone":  func(n *memory.NewReflection) { n.Zone = "Europe/Atlantis" },
		"no id":         func(n *memory.NewReflection) { n.ID = uuid.Nil },
		"next year":     func(n *memory.NewReflection) { n.At = time.Now().AddDate(1, 0, 0) },
	} {
		n := good
		change(&n)
		_, _, err := d.Write(t.Context(), ada, n)
		if memory.CodeOf(err) != memory.CodeInvalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, _, err := d.Write(t.Context(), ada, good); err != nil {
		t.Errorf("%d code points: %v", memory.MaxText, err)
	}
}

func TestReflectionsAreListedInTheirNewestVersionAndFound(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	old, _, err := d.Write(t.Context(), ada, memory.NewReflection{ID: newID(), Text: "My father kept bees.", Zone: "UTC",
		At: time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	k := enter(t, d, ada, "What brings you?")
	said, _ := k.say(t, "The budget meeting went badly.")
	edited := must[memory.Reflection](t)(d.Edit(t.Context(), ada, old.ID, newID(), "My father kept bees and his temper."))
	for _, id := range []memory.ID{old.ID, edited.ID, said} {
		if err := d.Index(t.Context(), ada, id); err != nil {
			t.Fatal(err)
		}
	}
	list := func(f memory.ReflectionFilter) (ids []memory.ID) {
		t.Helper()
		all, err := d.Reflections(t.Context(), ada, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all {
			ids = append(ids, r.ID)
		}
		return ids
	}
	for name, c := range map[string]struct {
		filter memory.ReflectionFilter
		want   []memory.ID
	}{
		"all":     {memory.ReflectionFilter{}, []memory.ID{said, edited.ID}},
		"one":     {memory.ReflectionFilter{Limit: 1}, []memory.ID{said}},
		"written": {memory.ReflectionFilter{Within: memory.Within{Kind: memory.Written}}, []memory.ID{edited.ID}},
		"before":  {memory.ReflectionFilter{Within: memory.Within{Until: edited.At.Add(time.Second)}}, []memory.ID{edited.ID}},
		"after":   {memory.ReflectionFilter{After: memory.Place{At: edited.At.Add(time.Second)}}, []memory.ID{edited.ID}},
	} {
		if ids := list(c.filter); !slices.Equal(ids, c.want) {
			t.Errorf("%s: got %v, want %v", name, ids, c.want)
		}
	}
}
