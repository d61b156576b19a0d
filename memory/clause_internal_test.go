package memory

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// The same cases hold for the page, which shows what will be kept.
func TestASpanIsWidenedToItsClause(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/clauses.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Text, Chosen, Whole string }
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		before, _, there := strings.Cut(c.Text, c.Chosen)
		if !there {
			t.Fatalf("%q is not in %q", c.Chosen, c.Text)
		}
		start := utf8.RuneCountInString(before)
		from, to := WholeClause(c.Text, start, start+utf8.RuneCountInString(c.Chosen))
		if got := string([]rune(c.Text)[from:to]); got != c.Whole {
			t.Errorf("%q of %q became %q, want %q", c.Chosen, c.Text, got, c.Whole)
		}
	}
}

func TestAWidenedSpanHoldsTheChosenOneAndStaysAsItIs(t *testing.T) {
	t.Parallel()
	pieces := []string{"I", "do", "not", "don't", "think", "trust", "them", "maybe", "if", "and", "but", "leave", ",", ".", "\n", "’", "🙂", "said", "3.5"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 30).Draw(t, "words"), " ")
		n := utf8.RuneCountInString(text)
		start := rapid.IntRange(0, n-1).Draw(t, "start")
		end := rapid.IntRange(start+1, n).Draw(t, "end")
		from, to := WholeClause(text, start, end)
		chosen, whole := string([]rune(text)[start:end]), string([]rune(text)[from:to])
		if from < 0 || to > n || !strings.Contains(whole, strings.TrimSpace(chosen)) {
			t.Fatalf("%q of %q became %q", chosen, text, whole)
		}
		if a, b := WholeClause(text, from, to); a != from || b != to {
			t.Fatalf("%q of %q is widened again, to %q", whole, text, string([]rune(text)[a:b]))
		}
	})
}
