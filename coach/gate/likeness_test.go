package gate

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"innerwork/memory/embed/embedtest"
)

// counted counts what is embedded.
type counted struct {
	embedtest.Words
	n      atomic.Int64
	broken bool
}

func (c *counted) Query(ctx context.Context, text string) ([]float32, error) {
	if c.n.Add(1); c.broken {
		return nil, errors.New("out of order")
	}
	return c.Words.Query(ctx, text)
}

func quietly(int, int) {}

// Whatever turns a text into a vector, what is learned must at least tell the
// examples apart from each other.
func TestWhatIsLearnedTellsTheExamplesApart(t *testing.T) {
	t.Parallel()
	e := new(counted)
	l, err := Learn(t.Context(), e, quietly)
	if err != nil {
		t.Fatal(err)
	}
	right, all := 0, 0
	for _, kind := range kindsOfExamples {
		for _, text := range strings.Split(string(exampleText(kind)), "\n") {
			if text == "" || text[0] == '#' {
				continue
			}
			a, err := l.read(t.Context(), e, text)
			if err != nil {
				t.Fatal(err)
			}
			danger := kind == ofSelf || kind == ofOther || kind == ofTowards
			if all++; a.danger > 0 == danger && a.harm > 0 == (kind == ofHarm) {
				right++
			}
		}
	}
	if share := float64(right) / float64(all); share < 0.8 {
		t.Errorf("%.2f of the examples are on their own side", share)
	}
}

func TestWhatIsLearnedIsKept(t *testing.T) {
	t.Parallel()
	readOnly, folder := filepath.Join(t.TempDir(), "not there"), t.TempDir()
	e := new(counted)
	first, err := Prepare(t.Context(), e, quietly, folder, readOnly)
	if err != nil {
		t.Fatal(err)
	}
	learned := e.n.Load()
	again, err := Prepare(t.Context(), e, quietly, readOnly, folder)
	if err != nil {
		t.Fatal(err)
	}
	if e.n.Load() != learned {
		t.Error("it was learned again")
	}
	if again.Danger.Bias != first.Danger.Bias || len(again.Mean) != len(first.Mean) {
		t.Error("what was kept is not what was learned")
	}
	file := filepath.Join(folder, LikenessName(e.Model()))
	if err := os.WriteFile(file, []byte(`{"Mean":[1]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Prepare(t.Context(), e, quietly, folder); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("half a file was taken, or the error does not name it: %v", err)
	}
}

// A gate whose embedder fails has its rules, the wide ones too.
func TestGateFallsBackOnItsRules(t *testing.T) {
	t.Parallel()
	plane := Plane{Weights: make([]float64, 64), Bias: -9}
	none := &Likeness{Mean: make([]float64, 64), Danger: plane, Other: plane, Towards: plane, Harm: plane}
	const wide = "I can not see a way out of this."
	for _, c := range []struct {
		name string
		e    Embedder
		want Kind
	}{{"an embedder that works and is not alarmed", new(counted), None}, {"one that fails", &counted{broken: true}, Crisis}} {
		g := new(Gate)
		g.Liken(none, c.e)
		if got := g.Check(t.Context(), wide).Kind; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if got := g.Check(t.Context(), "I want to kill myself.").Kind; got != Crisis {
			t.Errorf("%s: a plain statement is %s", c.name, got)
		}
	}
}

func TestLongMessagesAreReadInPieces(t *testing.T) {
	t.Parallel()
	e := new(counted)
	l := &Likeness{}
	for _, p := range []*Plane{&l.Danger, &l.Other, &l.Towards, &l.Harm} {
		p.Weights = make([]float64, e.Dimension())
	}
	l.Mean = make([]float64, e.Dimension())
	if _, err := l.read(t.Context(), e, strings.Repeat("This is one more sentence. ", 600)); err != nil {
		t.Fatal(err)
	}
	if n := e.n.Load(); n > mostPieces {
		t.Errorf("%d pieces were embedded, want %d at most", n, mostPieces)
	}
}
