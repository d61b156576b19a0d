package memory_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

func TestAThemeShowsWhatWasSaidOverTimeByDate(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, withWords)
	owner := d.Leader(t)
	ids := indexed(t, d, owner, "The board wants numbers.", "I slept badly.", "The board wants me gone.", "The board was kind.")
	if err := d.SetOutdated(t.Context(), owner, ids[2], true); err != nil {
		t.Fatal(err)
	}
	theme := must[memory.Theme](t)(d.KeepTheme(t.Context(), owner, memory.Theme{ID: newID(), Name: "Them", Words: "the board"}))
	theme.Name = "My board"
	if again := must[memory.Theme](t)(d.KeepTheme(t.Context(), owner, theme)); again.Name != "My board" || !again.At.Equal(theme.At) {
		t.Errorf("renamed to %+v", again)
	}
	_, all, err := d.OfTheme(t.Context(), owner, theme.ID)
	if err != nil {
		t.Fatal(err)
	}
	var got []memory.ID
	for _, f := range all {
		got = append(got, f.Reflection)
	}
	if want := []memory.ID{ids[0], ids[2], ids[3]}; !slices.Equal(got, want) || all[1].OutdatedAt == nil {
		t.Errorf("got %+v", all)
	}
	r, near, err := d.Alike(t.Context(), owner, ids[0])
	if err != nil || r.ID != ids[0] || len(near) == 0 || slices.ContainsFunc(near, func(f memory.Found) bool { return f.Reflection == ids[0] }) {
		t.Errorf("near %+v, %v", near, err)
	}
	for _, bad := range []memory.Theme{{ID: newID(), Words: "x"}, {ID: newID(), Name: "x"}, {Name: "x", Words: "x"}, {ID: newID(), Name: "a\x00b", Words: "x"}} {
		_, err := d.KeepTheme(t.Context(), owner, bad)
		refused(t, memory.CodeInvalid, err)
	}
	if err := d.RemoveTheme(t.Context(), owner, theme.ID); err != nil {
		t.Fatal(err)
	}
	refused(t, memory.CodeNotFound, d.RemoveTheme(t.Context(), owner, theme.ID))
}

func TestOnThisDayIsTheDayInHerZone(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 31, 22, 30, 0, 0, time.UTC) // the first of April in Berlin
	d := memorytest.Open(t, func(c *memory.Config) { c.Now = func() time.Time { return now } })
	owner := d.Leader(t)
	for text, at := range map[string]time.Time{
		"a year ago":         time.Date(2025, 4, 1, 21, 59, 0, 0, time.UTC),
		"a year and a day":   time.Date(2025, 3, 31, 21, 59, 0, 0, time.UTC),
		"just that day":      time.Date(2025, 3, 31, 22, 0, 0, 0, time.UTC),
		"a month ago":        time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		"thirteen months":    time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC),
		"today":              now,
		"nine years ago":     time.Date(2017, 4, 1, 12, 0, 0, 0, time.UTC),
		"ten days after all": time.Date(2025, 4, 11, 12, 0, 0, 0, time.UTC),
	} {
		d.Exec(t, `INSERT INTO reflections (owner, id, kind, text, at, zone) VALUES ($1, $2, 'written', $3, $4, 'UTC')`, owner, newID(), text, at)
	}
	day := func(zone string) (texts []string) {
		t.Helper()
		for _, r := range must[[]memory.Reflection](t)(d.OnThisDay(t.Context(), owner, zone)) {
			texts = append(texts, r.Text)
		}
		return texts
	}
	if got, want := day("Europe/Berlin"), []string{"a month ago", "a year ago", "just that day", "nine years ago"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// The 31st there, which most months do not have.
	if got, want := day("UTC"), []string{"just that day", "a year and a day"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	_, err := d.OnThisDay(t.Context(), owner, "Nowhere/Land")
	refused(t, memory.CodeInvalid, err)
}

func TestClarityMarksComeInTheirOrder(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	owner := d.Leader(t)
	for _, clarity := range []int{3, 8, 5} {
		k := enter(t, d, owner, "What brings you?")
		k.say(t, fmt.Sprintf("It is %d.", clarity))
		must[memory.Conversation](t)(d.SetClarity(t.Context(), owner, k.id, clarity))
	}
	enter(t, d, owner, "Unmarked?")
	var got []int
	for _, m := range must[[]memory.ClarityMark](t)(d.ClarityMarks(t.Context(), owner)) {
		got = append(got, m.Clarity)
		if m.Title != fmt.Sprintf("It is %d.", m.Clarity) || m.At.IsZero() {
			t.Errorf("%+v", m)
		}
	}
	if !slices.Equal(got, []int{3, 8, 5}) {
		t.Errorf("got %v", got)
	}
}

// Entries of the same moment do not fall between two pages.
func TestPagesOfReflectionsMeet(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	owner := d.Leader(t)
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	d.Exec(t, `INSERT INTO reflections (owner, id, kind, text, at, zone)
		SELECT $1, gen_random_uuid(), 'imported', 'entry ' || n, $2::timestamptz + n / 10 * interval '1 hour', 'UTC' FROM generate_series(0, 94) n`, owner, at)
	seen := map[memory.ID]bool{}
	var after memory.Place
	for range 100 {
		page := must[[]memory.Reflection](t)(d.Reflections(t.Context(), owner, memory.ReflectionFilter{After: after, Limit: 7}))
		if len(page) == 0 {
			break
		}
		for _, r := range page {
			if seen[r.ID] {
				t.Fatal("an entry came twice")
			}
			seen[r.ID] = true
		}
		after = memory.Place{At: page[len(page)-1].At, ID: page[len(page)-1].ID}
	}
	if len(seen) != 95 {
		t.Errorf("%d entries of 95", len(seen))
	}
}
