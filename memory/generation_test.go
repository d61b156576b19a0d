package memory_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"innerwork/memory"
	"innerwork/memory/embed"
	"innerwork/memory/memorytest"
)

// turned is a model whose vectors have the length of another's and mean
// nothing beside them.
type turned struct {
	embed.Wordwise
	name    string
	by      int
	refuses string // a word
	queries atomic.Int32
}

func (m *turned) Model() string { return m.name }

func (m *turned) turn(v []float32, w []embed.Word, err error) ([]float32, []embed.Word, error) {
	out := make([]float32, len(v))
	for i := range v {
		out[i] = v[(i+m.by)%len(v)]
	}
	return out, w, err
}

func (m *turned) Passage(ctx context.Context, text string) ([]float32, error) {
	v, _, err := m.PassageWords(ctx, text)
	return v, err
}

func (m *turned) PassageWords(ctx context.Context, text string) ([]float32, []embed.Word, error) {
	if m.refuses != "" && strings.Contains(text, m.refuses) {
		return nil, nil, errors.New("refused")
	}
	return m.turn(m.Wordwise.PassageWords(ctx, text))
}

func (m *turned) QueryWords(ctx context.Context, text string) ([]float32, []embed.Word, error) {
	m.queries.Add(1)
	return m.turn(m.Wordwise.QueryWords(ctx, text))
}

// nearest is the similarity of what a search for an entry's own words finds.
func nearest(t *testing.T, s *memory.Store, owner memory.ID, text string) float64 {
	t.Helper()
	found, err := s.Search(t.Context(), owner, memory.Search{Text: text})
	if err != nil || len(found) == 0 || found[0].Text != text {
		t.Fatalf("%d found for %q, %v", len(found), text, err)
	}
	return found[0].Similarity
}

func TestAnotherModelIsSearchedWhenItIsWhole(t *testing.T) {
	t.Parallel()
	before, after := &turned{Wordwise: made{}, name: "before"}, &turned{Wordwise: made{}, name: "after", by: 100}
	d := memorytest.Open(t, func(c *memory.Config) { c.Embedder = before })
	owner := d.Leader(t)
	ids := indexed(t, d, owner, journal...)
	now := time.Now()
	s, err := memory.Open(t.Context(), memory.Config{URL: d.URL, Embedder: after, Former: []embed.Embedder{before}, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	asked := func(of, not *turned, text string) {
		t.Helper()
		of.queries.Store(0)
		not.queries.Store(0)
		if near := nearest(t, s, owner, text); near < .7 || of.queries.Load() != 1 || not.queries.Load() != 0 {
			t.Errorf("similarity %v; %s was asked %d times and %s %d times", near, of.name, of.queries.Load(), not.name, not.queries.Load())
		}
	}
	vectors := func(model string) int {
		return d.Count(t, `SELECT count(*) FROM vectors v JOIN generations g ON g.id = v.generation WHERE model = $1`, model)
	}

	asked(before, after, journal[0])
	if done, err := s.Mend(t.Context(), owner, 2); err != nil || done != 2 {
		t.Fatal(done, err)
	}
	asked(before, after, journal[0])
	progress, err := s.Generations(t.Context())
	if err != nil || len(progress) != 2 || progress[0].Missing != 0 || progress[1].Missing != 3 || progress[1].Characters == 0 || progress[1].Filling != 1 {
		t.Errorf("progress %+v, %v", progress, err)
	}

	// What she does meanwhile is right in both.
	edited, said := newID(), "A new entry about the harbour."
	if _, err := s.Edit(t.Context(), owner, ids[1], edited, "The board meeting went on for five hours."); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Forget(t.Context(), owner, ids[2]); err != nil {
		t.Fatal(err)
	}
	written, _, err := s.Write(t.Context(), owner, memory.NewReflection{ID: newID(), Text: said, Zone: "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.IndexAll(t.Context(), owner, []memory.ID{edited, written.ID, ids[1], ids[2]}); err != nil {
		t.Fatal(err)
	}
	asked(before, after, said)
	asked(before, after, "The board meeting went on for five hours.")
	if n := vectors("before"); n != len(journal) {
		t.Errorf("%d vectors of before", n)
	}

	if done, err := s.Mend(t.Context(), owner, 10); err != nil || done != 1 {
		t.Fatalf("mended %d, %v", done, err)
	}
	asked(after, before, journal[0])
	asked(after, before, said)
	if b, a := vectors("before"), vectors("after"); b != len(journal) || a != len(journal) {
		t.Errorf("%d vectors of before, %d of after", b, a)
	}

	now = now.Add(8 * 24 * time.Hour)
	if done, err := s.Mend(t.Context(), owner, 10); err != nil || done != 0 {
		t.Fatalf("mended %d, %v", done, err)
	}
	if b, a := vectors("before"), vectors("after"); b != 0 || a != len(journal) {
		t.Errorf("later, %d vectors of before, %d of after", b, a)
	}
	asked(after, before, journal[0])
}

func TestWithoutTheModelOfBeforeWordsAreSearchedForTheTime(t *testing.T) {
	t.Parallel()
	before, after := &turned{Wordwise: made{}, name: "before"}, &turned{Wordwise: made{}, name: "after", by: 100}
	d := memorytest.Open(t, func(c *memory.Config) { c.Embedder = before })
	owner := d.Leader(t)
	indexed(t, d, owner, journal...)
	s, err := memory.Open(t.Context(), memory.Config{URL: d.URL, Embedder: after})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if near := nearest(t, s, owner, journal[0]); near != 0 || after.queries.Load() != 0 {
		t.Errorf("similarity %v, asked %d times", near, after.queries.Load())
	}
	if g, err := s.Generations(t.Context()); err != nil || len(g) != 1 || g[0].Answers {
		t.Errorf("%+v, %v", g, err)
	}
	if done, err := s.Mend(t.Context(), owner, 10); err != nil || done != len(journal) {
		t.Fatalf("mended %d, %v", done, err)
	}
	if near := nearest(t, s, owner, journal[0]); near < .7 {
		t.Errorf("similarity %v of the new model", near)
	}
	// With no embedder at all, words find it still.
	bare, err := memory.Open(t.Context(), memory.Config{URL: d.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(bare.Close)
	if near := nearest(t, bare, owner, journal[0]); near != 0 {
		t.Errorf("similarity %v of no model", near)
	}
}

// One text that a model refuses does not keep everything else from it.
func TestWhatAModelRefusesHoldsNothingUp(t *testing.T) {
	t.Parallel()
	before, after := &turned{Wordwise: made{}, name: "before"}, &turned{Wordwise: made{}, name: "after", by: 100, refuses: "workshop"}
	d := memorytest.Open(t, func(c *memory.Config) { c.Embedder = before })
	owner := d.Leader(t)
	indexed(t, d, owner, journal...)
	s, err := memory.Open(t.Context(), memory.Config{URL: d.URL, Embedder: after})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if done, err := s.Mend(t.Context(), owner, 10); err != nil || done != len(journal)-1 {
		t.Fatalf("mended %d, %v", done, err)
	}
	if near := nearest(t, s, owner, journal[1]); near < .7 {
		t.Errorf("similarity %v of the new model", near)
	}
	found, err := s.Search(t.Context(), owner, memory.Search{Text: "workshop", Arms: memory.ByText})
	if err != nil || len(found) == 0 || found[0].Text != journal[0] || found[0].Similarity != 0 {
		t.Errorf("found %+v of what has no vector, %v", found, err)
	}
	after.refuses = ""
	if done, err := s.Mend(t.Context(), owner, 10); err != nil || done != 1 {
		t.Fatalf("mended %d later, %v", done, err)
	}
	after.refuses = ":" // everything, so that nothing is tried of all others
	d.Exec(t, `DELETE FROM vectors`)
	if _, err := s.Mend(t.Context(), owner, 10); err == nil {
		t.Error("a model that refuses everything is no error")
	}
}

// What is likely is found as what is exact is: each entry by half of its words.
func TestTheLikelyHoldTheBest(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, func(c *memory.Config) { c.Embedder, c.ExactUpTo = made{}, 1 })
	owner := d.Leader(t)
	r := rand.New(rand.NewPCG(3, 4))
	zipf := rand.NewZipf(r, 1.2, 8, 5000)
	all := make([]memory.NewImported, 1000)
	ids := make([]memory.ID, len(all))
	for i := range all {
		ids[i] = newID()
		all[i] = memory.NewImported{ID: ids[i], Text: spoken(r, zipf, 15), Zone: "UTC", At: time.Date(2025, 1, 1, 0, i, 0, 0, time.UTC),
			Thread: memory.ID{1, byte(i / 10 >> 8), byte(i / 10)}, Turn: i % 10}
	}
	if _, err := d.Import(t.Context(), owner, all); err != nil {
		t.Fatal(err)
	}
	for some := range slices.Chunk(ids, 200) {
		if err := d.IndexAll(t.Context(), owner, some); err != nil {
			t.Fatal(err)
		}
	}
	if n := d.Count(t, `SELECT cardinality(windows) FROM indexes WHERE owner = $1 AND passages = 1000`, owner); n < 60 {
		t.Fatalf("a sample of %d", n)
	}
	for _, arms := range []memory.Arms{memory.AllArms, memory.ByText, memory.ByMeaning} {
		missed := 0
		for i := range 40 {
			words := strings.Fields(all[i*25].Text)
			found, err := d.Search(t.Context(), owner, memory.Search{Text: strings.Join(words[:8], " "), Arms: arms})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(found, func(f memory.Found) bool { return f.Reflection == ids[i*25] }) {
				missed++
			}
		}
		if missed > 1 {
			t.Errorf("arms %b missed %d of 40", arms, missed)
		}
	}
	// Of some days, what is best of these is found.
	within, err := d.Search(t.Context(), owner, memory.Search{Text: all[900].Text, Within: memory.Within{Until: all[300].At}})
	if err != nil || len(within) == 0 {
		t.Fatalf("%d found within, %v", len(within), err)
	}
	for _, f := range within {
		if !f.At.Before(all[300].At) {
			t.Errorf("found one of %v", f.At)
		}
	}
	if none, err := d.Search(t.Context(), owner, memory.Search{Text: all[900].Text, Within: memory.Within{From: all[999].At.AddDate(1, 0, 0)}}); err != nil || len(none) > 0 {
		t.Errorf("%d found where there is nothing, %v", len(none), err)
	}
	// The conversation that she is in is left out here, too.
	found, err := d.Search(t.Context(), owner, memory.Search{Text: all[0].Text, Except: all[0].Thread})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if i := slices.Index(ids, f.Reflection); i < 10 {
			t.Errorf("entry %d of the conversation itself was found", i)
		}
	}
	if words := fmt.Sprint(found[0].Terms); len(found) == 0 || words == "[]" {
		t.Error("why it was found is not said")
	}
}
