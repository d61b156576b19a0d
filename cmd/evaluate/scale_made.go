package main

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"innerwork/memory"
	"innerwork/memory/embed"
)

// What is made is like what people write in what a search notices: some words
// are in a tenth of all entries and most are rare, an entry is on one thing,
// and the vectors of a model lie close together.
const (
	vocabulary = 20_000
	topics     = 200
	general    = 600 // words that belong to no topic
	dimension  = 384 // as the local model's
)

// made makes texts and vectors from a seed. It is an embedder that costs
// nothing.
type made struct {
	middle [dimension]float32 // where all vectors lie
	mu     sync.Mutex         // guards known
	known  map[string][]float32
}

func newMade() *made {
	m := &made{known: map[string][]float32{}}
	direction(m.middle[:], 1, 0)
	return m
}

func (*made) Model() string  { return "made from a seed" }
func (*made) Dimension() int { return dimension }

// wordNames turns a number below 1,000,000 into a word and back.
const consonants, vowels = "bcdfghjklmnpqrstvwxz", "aeiou"

func wordOf(n int) string {
	var b strings.Builder
	for range 3 {
		b.WriteByte(consonants[n%20])
		b.WriteByte(vowels[n/20%5])
		n /= 100
	}
	return b.String() + "k"
}

func numberOf(word string) (n int) {
	for i := 4; i >= 0; i -= 2 {
		n = n*100 + strings.IndexByte(consonants, word[i]) + 20*strings.IndexByte(vowels, word[i+1])
	}
	return n
}

// direction is a unit vector of its own for each pair of numbers.
func direction(v []float32, kind, n uint64) {
	r := rand.New(rand.NewPCG(kind, n))
	var sum float64
	for i := range v {
		v[i] = float32(r.NormFloat64())
		sum += float64(v[i]) * float64(v[i])
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
}

// of is what a word means: its topic and itself.
func (m *made) of(word string) []float32 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v := m.known[word]; v != nil {
		return v
	}
	v, about := make([]float32, dimension), make([]float32, dimension)
	kind, n := uint64(2), uint64(len(m.known))
	if len(word) == 7 && !strings.ContainsAny(word, "0123456789") {
		n = uint64(numberOf(word))
		if n >= general {
			kind = 3
		}
	}
	direction(v, 4, n)
	direction(about, kind, n%topics)
	if kind == 3 {
		for i := range v {
			v[i] = .7*v[i] + .7*about[i]
		}
	}
	m.known[word] = v
	return v
}

// PassageWords is how near an entry lies to what it is on, about .75 to
// anything else.
func (m *made) PassageWords(_ context.Context, text string) ([]float32, []embed.Word, error) {
	var words []embed.Word
	sum := make([]float32, dimension)
	for _, w := range strings.Fields(text) {
		own := m.of(w)
		for i := range sum {
			sum[i] += own[i]
		}
		words = append(words, embed.Word{Text: w, Vector: own})
	}
	if len(words) == 0 {
		return nil, nil, embed.ErrEmpty
	}
	normed(sum)
	for i := range sum {
		sum[i] = .86*m.middle[i] + .51*sum[i]
	}
	normed(sum)
	return sum, words, nil
}

func normed(v []float32) {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
}

func (m *made) Passage(ctx context.Context, text string) ([]float32, error) {
	v, _, err := m.PassageWords(ctx, text)
	return v, err
}

func (m *made) Query(ctx context.Context, text string) ([]float32, error) {
	return m.Passage(ctx, text)
}

func (m *made) QueryWords(ctx context.Context, text string) ([]float32, []embed.Word, error) {
	return m.PassageWords(ctx, text)
}

// writer makes entries and what is asked about them.
type writer struct {
	*rand.Rand
	any, ofTopic *rand.Zipf
	at           time.Time
	thread       memory.ID
	turn         int
	topic        int
}

func newWriter(seed uint64) *writer {
	r := rand.New(rand.NewPCG(seed, 2026))
	return &writer{Rand: r, any: rand.NewZipf(r, 1.15, 10, vocabulary-1), ofTopic: rand.NewZipf(r, 1.1, 4, (vocabulary-general)/topics-2),
		at: time.Date(2000, 1, 1, 8, 0, 0, 0, time.UTC)}
}

// word is one that anybody may use, or half of the time one of the topic.
func (w *writer) word() string {
	if w.IntN(2) == 0 {
		return wordOf(int(w.any.Uint64()))
	}
	return wordOf(general + int(w.ofTopic.Uint64())*topics + w.topic)
}

// entries are n of them in the order of time: half stand alone, half in
// threads of ten.
func (w *writer) entries(n int) []memory.NewImported {
	all := make([]memory.NewImported, n)
	for i := range all {
		if w.turn == 0 || w.turn == 10 || w.thread == (memory.ID{}) {
			w.thread, w.turn, w.topic = memory.ID{}, 0, w.IntN(topics)
			if w.IntN(11) == 0 {
				w.thread = newID()
			}
		}
		w.at = w.at.Add(time.Duration(w.IntN(180)) * time.Minute)
		words := make([]string, 8+w.IntN(35))
		for j := range words {
			words[j] = w.word()
		}
		all[i] = memory.NewImported{ID: newID(), Text: strings.Join(words, " ") + ".", At: w.at, Zone: "UTC", Thread: w.thread, Turn: w.turn}
		if w.thread != (memory.ID{}) {
			w.turn++
		}
	}
	return all
}

// asks are questions, each with some words of one entry and some of its own.
func (w *writer) asks(of []memory.NewImported, n int) []string {
	all := make([]string, n)
	for i := range all {
		words := strings.Fields(strings.TrimSuffix(of[w.IntN(len(of))].Text, "."))
		w.Shuffle(len(words), func(a, b int) { words[a], words[b] = words[b], words[a] })
		words = words[:min(6, len(words))]
		for range 4 {
			words = append(words, wordOf(int(w.any.Uint64())))
		}
		all[i] = strings.Join(words, " ")
	}
	return all
}
