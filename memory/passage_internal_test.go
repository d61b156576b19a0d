package memory

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPassagesHoldEveryWordOnce(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("I did not say it. She waited, and I looked at the table for a while. ", 40)
	for name, text := range map[string]string{
		"short":             "One sentence.",
		"long":              long,
		"one long sentence": strings.Repeat("and then and then ", 100),
		"no word edges":     strings.Repeat("x", 1500),
		"other scripts":     strings.Repeat("我没有说出来。她在等。", 80) + strings.Repeat("Я молчал. ", 60),
		"emoji and joiners": strings.Repeat("👩‍🚒 é ", 150),
		"only space":        " \n\t ",
		"ends of lines":     strings.Repeat("I waited.\r\n\r\nShe left.\r\n", 60),
		"wide spaces":       strings.Repeat("\u3000我没有说。\u2028\u00a0", 80),
		"accents apart":     strings.Repeat("I wa\u0301ited fo\u0308r he\u0301r. ", 60),
	} {
		runes := []rune(text)
		covered := make([]bool, len(runes))
		for _, p := range cutPassages(text) {
			if p.end-p.start > passageLength || p.start >= p.end || p.end > len(runes) {
				t.Errorf("%s: a passage from %d to %d", name, p.start, p.end)
			}
			part := string(runes[p.start:p.end])
			if strings.TrimSpace(part) != part || !utf8.ValidString(part) {
				t.Errorf("%s: a passage with space at its edge", name)
			}
			for i := p.start; i < p.end; i++ {
				if covered[i] {
					t.Fatalf("%s: character %d is in two passages", name, i)
				}
				covered[i] = true
			}
		}
		for i, r := range runes {
			if !covered[i] && !unicode.IsSpace(r) {
				t.Fatalf("%s: character %d is in no passage", name, i)
			}
		}
	}
}

func TestPassagesEndWithSentences(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("I did not say it, and nobody asked me to. ", 30)
	runes := []rune(text)
	for _, p := range cutPassages(text) {
		if end := runes[p.end-1]; end != '.' {
			t.Errorf("a passage ends with %q", end)
		}
	}
}
