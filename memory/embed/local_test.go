//go:build cgo

package embed

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"innerwork/memory/embed/wordpiece"
)

// fetched gives the configuration with the real parts. A laptop without them
// skips the test; where CI is set that is a failure.
func fetched(t testing.TB) LocalConfig {
	t.Helper()
	parts := filepath.Join("..", "..", "parts")
	for _, pattern := range []string{modelPart.archive, "onnxruntime-*.whl"} {
		if found, err := filepath.Glob(filepath.Join(parts, pattern)); err != nil || len(found) == 0 {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s is not in parts; make parts fetches it", pattern)
			}
			t.Skipf("%s is not in parts; make parts fetches it", pattern)
		}
	}
	return LocalConfig{Parts: parts, Runtime: unpacked}
}

func openReal(t testing.TB) *local {
	t.Helper()
	e, err := Open(context.Background(), Config{Kind: KindLocal, Local: fetched(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e.(*local)
}

// reference reads what the reference implementation gave; each file says which.
func reference[T any](t testing.TB, file string) []T {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var kept struct{ Cases []T }
	if err := json.Unmarshal(raw, &kept); err != nil {
		t.Fatal(err)
	}
	if len(kept.Cases) == 0 {
		t.Fatalf("%s has no cases", file)
	}
	return kept.Cases
}

func TestTokensAgreeWithTheReference(t *testing.T) {
	t.Parallel()
	c := fetched(t)
	folder, err := modelPart.unpack(c.Parts, c.Runtime)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(folder, "tokenizer.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tokenizer, err := wordpiece.New(f)
	if err != nil {
		t.Fatal(err)
	}
	type tokens struct {
		Text string
		IDs  []int64
	}
	for _, c := range reference[tokens](t, "tokens.json") {
		if got := tokenizer.IDs(c.Text, localTokens); !slices.Equal(got, c.IDs) {
			t.Errorf("%.60q: %v, want %v", c.Text, got, c.IDs)
		}
	}
}

type kept struct {
	Kind, Text string
	Vector     []float32
}

func (k kept) again(ctx context.Context, e Embedder) ([]float32, error) {
	if k.Kind == "query" {
		return e.Query(ctx, k.Text)
	}
	return e.Passage(ctx, k.Text)
}

func TestVectorsAgreeWithTheReference(t *testing.T) {
	t.Parallel()
	e := openReal(t)
	if e.Model() != "e5-small-v2-int8" || e.Dimension() != 384 {
		t.Errorf("it calls itself %s of %d", e.Model(), e.Dimension())
	}
	for _, c := range reference[kept](t, "vectors.json") {
		v, err := c.again(t.Context(), e)
		if err != nil || len(v) != e.Dimension() {
			t.Fatalf("%.60q: %d numbers, %v", c.Text, len(v), err)
		}
		if length := dot(v, v); math.Abs(length-1) > 1e-5 {
			t.Errorf("%.60q: squared length %v", c.Text, length)
		}
		if cosine := dot(v, c.Vector); cosine < .9999 {
			t.Errorf("%.60q: cosine %v with the reference", c.Text, cosine)
		}
	}
}

func TestManyAtOnceGiveTheSameVectors(t *testing.T) {
	t.Parallel()
	one, other := openReal(t), openReal(t) // two share the library, as parallel tests do
	cases := reference[kept](t, "vectors.json")[:7]
	var group sync.WaitGroup
	for i := range 4 * len(cases) {
		group.Go(func() {
			c, e := cases[i%len(cases)], one
			if i%2 == 0 {
				e = other
			}
			if v, err := c.again(t.Context(), e); err != nil || dot(v, c.Vector) < .9999 {
				t.Errorf("%.60q among others: %v", c.Text, err)
			}
		})
	}
	group.Wait()
}

func TestMeaningIsNear(t *testing.T) {
	t.Parallel()
	e := openReal(t)
	query, err := e.Query(t.Context(), "When did I have trouble handing work over to others?")
	if err != nil {
		t.Fatal(err)
	}
	near, err := e.Passage(t.Context(), "I redid the slides at midnight because I could not bear to let Ana finish them her way.")
	if err != nil {
		t.Fatal(err)
	}
	far, err := e.Passage(t.Context(), "The lake was frozen and we walked across it before lunch.")
	if err != nil {
		t.Fatal(err)
	}
	if dot(query, near) <= dot(query, far) {
		t.Errorf("near %v, far %v", dot(query, near), dot(query, far))
	}
}

func TestTimeIsOver(t *testing.T) {
	t.Parallel()
	e := openReal(t)
	long := strings.Repeat("the same knot before every meeting ", 200)

	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Query(over, "late"); !errors.Is(err, context.Canceled) {
		t.Errorf("before it began: %v, want Canceled", err)
	}

	began := time.Now()
	if _, err := e.Passage(t.Context(), long); err != nil {
		t.Fatal(err)
	}
	whole := time.Since(began)
	stopped := whole
	for range 5 { // the best of five, since the machine may be busy with other things
		short, cancel := context.WithTimeout(t.Context(), whole/50)
		began = time.Now()
		if v, err := e.Passage(short, long); v != nil || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("while it ran: %v, want DeadlineExceeded", err)
		}
		stopped = min(stopped, time.Since(began))
		cancel()
	}
	if stopped > whole/2 {
		t.Errorf("the run went on for %v of %v after its time", stopped, whole)
	}

	c := reference[kept](t, "vectors.json")[0]
	if v, err := c.again(t.Context(), e); err != nil || dot(v, c.Vector) < .9999 {
		t.Errorf("the next text suffers: %v", err)
	}

	e.passages <- struct{}{} // a passage is under way
	waiting, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := e.Passage(waiting, "behind it"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while it waited: %v, want DeadlineExceeded", err)
	}
	if _, err := e.Query(t.Context(), "past it"); err != nil {
		t.Errorf("a query waits for passages: %v", err)
	}
	<-e.passages
}

func TestClose(t *testing.T) {
	t.Parallel()
	e := openReal(t)
	if _, err := e.Query(t.Context(), "\n"); !errors.Is(err, ErrEmpty) {
		t.Errorf("nothing to embed: %v, want ErrEmpty", err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if _, err := e.Passage(t.Context(), "a sentence under way"); err != nil && !errors.Is(err, ErrClosed) {
				t.Error(err)
			}
		})
	}
	for range 2 {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
	group.Wait()
	if _, err := e.Query(t.Context(), "after"); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v, want ErrClosed", err)
	}
}

func TestOpenAgain(t *testing.T) {
	t.Parallel()
	c := Config{Kind: KindLocal, Local: fetched(t)}
	for range 3 {
		e, err := Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Query(t.Context(), "again"); err != nil {
			t.Error(err)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
}

func dot(a, b []float32) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}
