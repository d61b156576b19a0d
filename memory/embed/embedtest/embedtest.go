// Package embedtest is an embedder for tests: no model, no files, the same
// vector for the same text on every machine and in every run.
//
// It keeps true that texts which share words, or forms of one word ("trust",
// "trusted", "trusting"), lie closer than texts which share none. It knows
// nothing of meaning, and refuses to look as if it did.
package embedtest

import (
	"context"
	"hash/fnv"
	"math"
	"strings"
	"unicode"

	"innerwork/memory/embed"
)

const dimension = 64

// Words is the embedder; its zero value is ready.
type Words struct{}

var (
	_ embed.EmbedCloser = Words{}
	_ embed.Wordwise    = Words{}
)

// Model is "words-64".
func (Words) Model() string { return "words-64" }

// Dimension is 64.
func (Words) Dimension() int { return dimension }

// Passage counts the stems of text into 64 signed buckets.
func (Words) Passage(ctx context.Context, text string) ([]float32, error) { return vector(ctx, text) }

// Query is the same as Passage.
func (Words) Query(ctx context.Context, text string) ([]float32, error) { return vector(ctx, text) }

// PassageWords gives each word the vector that it has alone.
func (Words) PassageWords(ctx context.Context, text string) ([]float32, []embed.Word, error) {
	whole, err := vector(ctx, text)
	if err != nil {
		return nil, nil, err
	}
	var words []embed.Word
	for _, word := range strings.FieldsFunc(strings.ToLower(text), noWord) {
		v, err := vector(ctx, word)
		if err != nil {
			return nil, nil, err
		}
		words = append(words, embed.Word{Text: word, Vector: v})
	}
	return whole, words, nil
}

// QueryWords is the same as PassageWords.
func (w Words) QueryWords(ctx context.Context, text string) ([]float32, []embed.Word, error) {
	return w.PassageWords(ctx, text)
}

// Close has nothing to give back.
func (Words) Close() error { return nil }

func vector(ctx context.Context, text string) ([]float32, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, embed.ErrEmpty
	}
	v := make([]float32, dimension)
	for _, word := range strings.FieldsFunc(strings.ToLower(text), noWord) {
		h := fnv.New32a()
		h.Write([]byte(stem(word)))
		sum := h.Sum32()
		sign := float32(1)
		if sum&(1<<31) != 0 {
			sign = -1
		}
		v[sum%dimension] += sign
	}
	var square float64
	for _, x := range v {
		square += float64(x) * float64(x)
	}
	if square == 0 { // signs only, or words that cancel each other
		v[0], square = 1, 1
	}
	for i := range v {
		v[i] = float32(float64(v[i]) / math.Sqrt(square))
	}
	return v, nil
}

func noWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// stem cuts the commonest English endings off words that stay long enough.
func stem(word string) string {
	for _, ending := range []string{"ings", "ing", "edly", "ed", "ly", "es", "s"} {
		if cut, ok := strings.CutSuffix(word, ending); ok && len(cut) >= 3 {
			return strings.TrimSuffix(cut, "e")
		}
	}
	return strings.TrimSuffix(word, "e")
}
