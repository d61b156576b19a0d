package memory_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"innerwork/memory"
	"innerwork/memory/embed"
	"innerwork/memory/embed/embedtest"
	"innerwork/memory/memorytest"
)

// journal is what one leader wrote over the months.
var journal = []string{
	"My father built the workshop and I never asked him what it cost him.",
	"The board meeting went on for four hours. I spoke twice.",
	"I promised Ana a decision by Friday and I did not keep it.",
	"Walking home along the river, I noticed how tired my legs were.",
	"When the merger failed I told nobody that I was relieved.",
}

func withWords(c *memory.Config) { c.Embedder = embedtest.Words{} }

// indexed keeps texts as reflections, a day apart, and indexes them.
func indexed(t *testing.T, d *memorytest.Database, owner memory.ID, texts ...string) []memory.ID {
	t.Helper()
	var ids []memory.ID
	for i, text := range texts {
		id := newID()
		d.Exec(t, `INSERT INTO reflections (owner, id, kind, text, at, zone) VALUES ($1, $2, 'written', $3, $4, 'UTC')`,
			owner, id, text, time.Date(2026, 10, 1+i, 9, 0, 0, 0, time.UTC))
		if err := d.Index(t.Context(), owner, id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

func TestSearchFindsWhatBears(t *testing.T) {
	t.Parallel()
	for name, embedder := range map[string]func(*memory.Config){"words and meaning": withWords, "words alone": func(*memory.Config) {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := memorytest.Open(t, embedder)
			owner := d.Leader(t)
			ids := indexed(t, d, owner, journal...)
			found, err := d.Search(t.Context(), owner, memory.Search{Text: "the promises I did not keep to Ana", Floor: true})
			if err != nil || len(found) == 0 {
				t.Fatalf("found %d, %v", len(found), err)
			}
			if found[0].Reflection != ids[2] || found[0].Text != journal[2] || len(found[0].Terms) == 0 {
				t.Errorf("first %+v", found[0])
			}
			found, err = d.Search(t.Context(), owner, memory.Search{Text: "quarterly spreadsheet templates", Floor: true})
			if err != nil || len(found) != 0 {
				t.Errorf("found %d for what she never wrote of, %v", len(found), err)
			}
		})
	}
}

func TestSearchKeepsToTheOwner(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, withWords)
	one, other := d.Leader(t), d.Leader(t)
	indexed(t, d, one, journal...)
	indexed(t, d, other, "I promised the council a decision by Friday.")
	found, err := d.Search(t.Context(), other, memory.Search{Text: journal[2], Limit: 100})
	if err != nil || len(found) != 1 || !strings.Contains(found[0].Text, "council") {
		t.Errorf("found %+v, %v", found, err)
	}
}

func TestIndexFollowsTheReflection(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, withWords)
	owner := d.Leader(t)
	id := indexed(t, d, owner, journal[0])[0]
	rows := func() int { return d.Count(t, `SELECT count(*) FROM passages p JOIN vectors v ON v.place = p.place`) }
	if err := d.Index(t.Context(), owner, id); err != nil || rows() != 1 {
		t.Errorf("indexed twice: %d rows, %v", rows(), err)
	}
	d.Exec(t, `UPDATE reflections SET apart = true WHERE id = $1`, id)
	if err := d.Index(t.Context(), owner, id); err != nil || rows() != 0 {
		t.Errorf("kept apart: %d rows, %v", rows(), err)
	}
	d.Exec(t, `DELETE FROM reflections WHERE id = $1`, id)
	if err := d.Index(t.Context(), owner, id); err != nil {
		t.Errorf("forgotten meanwhile: %v", err)
	}
}

// broken fails as an embedding service does.
type broken struct {
	embedtest.Words
	err error
}

func (b broken) QueryWords(context.Context, string) ([]float32, []embed.Word, error) {
	return nil, nil, b.err
}

func TestSearchGoesOnWithoutTheQuerysVector(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]error{
		"late": context.DeadlineExceeded, "empty": embed.ErrEmpty, "gone": errors.New("connection refused"),
	} {
		d := memorytest.Open(t, func(c *memory.Config) { c.Embedder = broken{err: failure} })
		owner := d.Leader(t)
		indexed(t, d, owner, journal...)
		found, err := d.Search(t.Context(), owner, memory.Search{Text: "promised Ana", Floor: true})
		if err != nil || len(found) != 1 || found[0].Similarity != 0 {
			t.Errorf("%s: found %+v, %v", name, found, err)
		}
	}
}

// work runs the background jobs until the test ends.
func work(t *testing.T, d *memorytest.Database) {
	t.Helper()
	if err := d.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.StopWork(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
}

func TestJobsIndexWhatWasSaid(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, withWords)
	k := converse(t, d, d.Leader(t))
	work(t, d)
	k.say(journal[4])
	eventually(t, func() bool {
		found, err := d.Search(t.Context(), k.owner, memory.Search{Text: "relieved that the merger failed"})
		if err != nil {
			t.Fatal(err)
		}
		return len(found) == 1 && found[0].Similarity > 0
	})
}

// eventually looks until it is so.
func eventually(t testing.TB, so func() bool) {
	t.Helper()
	late := time.After(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("it did not come to be so")
		}
	}
}
