package memory

import (
	"slices"
	"strings"
	"testing"
)

func TestALongQueryIsCutIntoParts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		query string
		parts int
	}{
		"short":                {"What did I promise Ana?", 1},
		"one long sentence":    {strings.Repeat("and then I waited ", 40), 1},
		"a few words go along": {"Yes. I know. I told him on Monday that I would not sign it this year either. Well.", 1},
		"two":                  {"I told him on Monday that I would not sign it this year. My daughter asked whether I would come to the play.", 2},
		"very long":            {strings.Repeat("I told him on Monday that I would not sign it this year. ", 200), partsAtAll - 1},
		"none":                 {"", 0},
	} {
		parts := partsOf(c.query)
		if len(parts) != c.parts {
			t.Errorf("%s: %d parts, not %d: %q", name, len(parts), c.parts, parts)
		}
		for _, w := range wordsOf(c.query) {
			if !slices.ContainsFunc(parts, func(words []string) bool { return slices.Contains(words, w) }) {
				t.Errorf("%s: %q is in no part", name, w)
			}
		}
	}
}

func TestAPassageBearsOnOnePartOfAQuery(t *testing.T) {
	t.Parallel()
	places := []spot{placeAt(1, 0, 0), placeAt(2, 0, 0)}
	query := []matches{
		{term: "kiln", words: []string{"kiln"}, places: places[:1], counts: []int16{1}, labels: make([]bool, 1), of: 1},
		{term: "board", words: []string{"board"}, of: 1}, {term: "budget", words: []string{"budget"}, of: 1},
		{term: "margin", words: []string{"margin"}, of: 1}, {term: "price", words: []string{"price"}, of: 1},
	}
	divide("The kiln was cold again when I came down in the morning. The board asked for a budget, a margin and a price per unit.", query)
	r := scored{text: byText(query, places, len(places)), meaning: make([]float64, 2)}
	if !r.bears(0) || r.bears(1) {
		t.Errorf("the kiln bears: %v; something else: %v; covered %v", r.bears(0), r.bears(1), r.text.covered)
	}
}
