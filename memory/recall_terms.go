package memory

import (
	"math"
	"slices"

	"github.com/jackc/pgx/v5"
)

// matches is where one stemmed term of the query stands.
type matches struct {
	term   string
	words  []string // of the query, that have this stem
	places []spot   // of passages, sorted
	counts []int16
	labels []bool // whether it is in the label or the date
	lent   []spot // of replies
	lentBy []int16
	of     int     // how many passages have it
	cut    bool    // that many at least
	weight float64 // idf
	parts  parts   // of the query, in which it stands
}

// askTerms reads the terms of a query and where they stand.
func (b *batch) askTerms(query string) *[]matches {
	all := &[]matches{}
	b.Queue(`
		WITH query AS (
			SELECT word, lexeme AS term FROM unnest($2::text[]) AS word, unnest(stemmed(word))
		)
		SELECT q.term, q.words, p.places, p.counts, l.places, l.counts
		FROM (SELECT term, array_agg(word) AS words FROM query GROUP BY term) q,
		LATERAL (SELECT array_agg(place) AS places, array_agg(marked) AS counts
		         FROM (SELECT place, (count * 2 + label::int)::int2 AS marked FROM terms WHERE owner = $1 AND term = q.term ORDER BY place) t) p,
		LATERAL (SELECT array_agg(place) AS places, array_agg(count) AS counts
		         FROM (SELECT place, count FROM lent WHERE owner = $1 AND term = q.term ORDER BY place) t) l
		ORDER BY q.term`, b.owner, wordsOf(query)).Query(func(rows pgx.Rows) (err error) {
		*all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (m matches, err error) {
			if err := row.Scan(&m.term, &m.words, nil, nil, nil, nil); err != nil {
				return m, err
			}
			err = m.read(row.RawValues()[2:])
			m.of = len(m.places)
			return m, err
		})
		return err
	})
	return all
}

// The text arm is BM25 without a norm for length: passages are of one size,
// and a short turn that has the word is no better for being short. Term
// frequency saturates early (a trial on conversations of other people, 2026-11:
// b = 0 and k1 = .6 with stems and without stopwords are ten points better
// than plain tokens with the usual b = .75, k1 = 1.2).
const saturation = .6

func saturated(count int16) float64 {
	return float64(count) * (1 + saturation) / (float64(count) + saturation)
}

// leastPassages is among how many passages a word's rarity is counted at
// least: with three, every word would look common.
const leastPassages = 100

// texts is what the text arm says of each of the places.
type texts struct {
	scores  []float64
	covered shares // by the passage and its neighbours
}

// byText scores the places by the terms of a query; it sets their weights by
// how many of all passages have them.
// What is in a label is the passage's own and is not lent to neighbours.
func byText(query []matches, places []spot, all int) texts {
	var in parts
	for _, m := range query {
		in |= m.parts
	}
	t := texts{make([]float64, len(places)), shareOut(in, len(places))}
	n := float64(max(all, leastPassages))
	whole := make([]float64, len(t.covered))
	best := make([]float64, len(places))
	for i := range query {
		m := &query[i]
		df := min(float64(m.of), n)
		m.weight = math.Log(1 + (n-df+.5)/(df+.5))
		for _, part := range m.parts.of() {
			whole[part] += m.weight
		}
		clear(best)
		at := 0
		for j, p := range m.places {
			if m.counts[j] > 0 {
				at = lend(best, places, p, at, saturated(m.counts[j]))
			}
			if m.labels[j] {
				var ok bool
				if at, ok = find(places, p, at); ok {
					best[at] = max(best[at], saturated(m.counts[j]+1))
				}
			}
		}
		at = 0
		for j, p := range m.lent {
			at = lend(best, places, p, at, saturated(m.lentBy[j]))
		}
		for at, x := range best {
			t.scores[at] += m.weight * x
		}
		for _, part := range m.parts.of() {
			for at, x := range best {
				t.covered[part][at] += m.weight * min(1, x)
			}
		}
	}
	for part, weight := range whole {
		for at := range t.covered[part] {
			t.covered[part][at] /= max(weight, 1e-9)
		}
	}
	return t
}

// shared are the terms of the query that a passage has itself, the rarest first.
func shared(query []matches, p spot) []string {
	var found []matches
	for _, m := range query {
		if _, ok := slices.BinarySearch(m.places, p); ok {
			found = append(found, m)
		}
	}
	slices.SortStableFunc(found, func(a, b matches) int {
		switch {
		case a.weight > b.weight:
			return -1
		case a.weight < b.weight:
			return 1
		}
		return 0
	})
	var terms []string
	for _, m := range found {
		terms = append(terms, m.term)
	}
	return terms
}
