package memory_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"innerwork/memory"
	"innerwork/memory/embed"
	"innerwork/memory/memorytest"
)

// made is an embedder of the local one's dimension that costs nothing: each
// word has a direction of its own.
type made struct{}

func (made) Model() string  { return "made" }
func (made) Dimension() int { return 384 }

func (m made) Passage(ctx context.Context, text string) ([]float32, error) {
	v, _, err := m.PassageWords(ctx, text)
	return v, err
}

func (m made) Query(ctx context.Context, text string) ([]float32, error) { return m.Passage(ctx, text) }

func (m made) QueryWords(ctx context.Context, text string) ([]float32, []embed.Word, error) {
	return m.PassageWords(ctx, text)
}

func (m made) PassageWords(_ context.Context, text string) ([]float32, []embed.Word, error) {
	var words []embed.Word
	sum := make([]float32, 384)
	for _, w := range strings.Fields(text) {
		h := fnv.New64a()
		h.Write([]byte(w))
		r := rand.New(rand.NewPCG(h.Sum64(), 1))
		v := make([]float32, 384)
		for i := range v {
			v[i] = float32(r.NormFloat64() / math.Sqrt(384))
			sum[i] += v[i]
		}
		words = append(words, embed.Word{Text: w, Vector: v})
	}
	return sum, words, nil
}

// spoken makes a text of n words, common and rare ones as in a language.
func spoken(r *rand.Rand, zipf *rand.Zipf, n int) string {
	var words []string
	for range n {
		x := zipf.Uint64()
		words = append(words, fmt.Sprintf("w%c%c%cx", 'a'+x%26, 'a'+x/26%26, 'a'+x/676%26))
	}
	return strings.Join(words, " ")
}

// BenchmarkSearch leaves the model's pass out.
func BenchmarkSearch(b *testing.B) {
	for _, size := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			d := memorytest.Open(b, func(c *memory.Config) { c.Embedder = made{} })
			owner := d.Leader(b)
			r := rand.New(rand.NewPCG(1, 2))
			zipf := rand.NewZipf(r, 1.2, 8, 5000)
			for from := 0; from < size; from += 500 {
				var all []memory.NewImported
				for i := range 500 {
					thread := memory.ID{1, byte((from + i) / 10 >> 8), byte((from + i) / 10)}
					all = append(all, memory.NewImported{ID: newID(), Text: spoken(r, zipf, 25), Zone: "UTC",
						At: time.Date(2025, 1, 1, 0, from+i, 0, 0, time.UTC), Thread: thread, Turn: i % 10})
				}
				if _, err := d.Import(b.Context(), owner, all); err != nil {
					b.Fatal(err)
				}
				ids := make([]memory.ID, len(all))
				for i, n := range all {
					ids[i] = n.ID
				}
				if err := d.IndexAll(b.Context(), owner, ids); err != nil {
					b.Fatal(err)
				}
			}
			d.Exec(b, `VACUUM ANALYZE`)
			for b.Loop() {
				found, err := d.Search(b.Context(), owner, memory.Search{Text: spoken(r, zipf, 12)})
				if err != nil || len(found) == 0 {
					b.Fatal(len(found), err)
				}
			}
			b.ReportMetric(float64(d.Count(b, `SELECT (pg_total_relation_size('passages') + pg_total_relation_size('terms') +
				pg_total_relation_size('vectors') + pg_total_relation_size('senses') + pg_total_relation_size('threads')) / $1`, size)), "B/reflection")
		})
	}
}
