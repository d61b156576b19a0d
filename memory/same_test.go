package memory_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"innerwork/memory"
)

func TestNearTheSameWordsSayTheSame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"I realise that I never ask my team what they fear.", "I never ask the team what it fears, I realised.", true},
		{"I want to listen before I answer.", "Before answering I want to be listening.", true},
		{"I want to listen before I answer.", "I want to leave the firm in spring.", false},
		{"I trust my deputy with the budget.", "I don't trust my deputy with the budget.", false},
		{"I will stop.", "I will stop.", true},
		{"I will stop.", "I will go.", false},
		{"", "", true},
	} {
		if got := memory.SaysTheSame(c.a, c.b); got != c.same {
			t.Errorf("%q and %q: %t", c.a, c.b, got)
		}
		if memory.SaysTheSame(c.b, c.a) != c.same {
			t.Errorf("%q and %q: not the same both ways", c.b, c.a)
		}
	}
}

// However she rewords it with the same subjects, it is what she declined.
func TestRewordingsSayTheSame(t *testing.T) {
	t.Parallel()
	subjects := []string{"patience", "meeting", "silence", "budget", "deputy", "courage", "promise", "garden"}
	around := []string{"I", "really", "want", "the", "and", "my", "with", "for", "about", "it", "then", "so", "just"}
	rapid.Check(t, func(t *rapid.T) {
		chosen := rapid.SliceOfNDistinct(rapid.SampledFrom(subjects), 3, 6, rapid.ID[string]).Draw(t, "subjects")
		reword := func(label string) string {
			var words []string
			for _, s := range rapid.Permutation(chosen).Draw(t, label) {
				words = append(words, rapid.SampledFrom(around).Draw(t, label), s)
			}
			return strings.Join(words, " ")
		}
		a, b := reword("a"), reword("b")
		if !memory.SaysTheSame(a, b) {
			t.Fatalf("%q and %q are not the same", a, b)
		}
	})
}
