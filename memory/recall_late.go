package memory

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"innerwork/memory/embed"
)

// Late interaction compares each word of the query, as it is meant there, with
// each word of a passage, as it is meant here (Khattab and Zaharia 2020,
// "ColBERT"), from the vectors that the embedder's one pass leaves behind. It
// looks again at the best of the other arms and at what stands around them.
const (
	lateTurns = 4   // around a candidate; six find no more
	latePool  = 200 // candidates that are looked at again
)

// asked is a word of the query and what it means.
type asked struct {
	code   code
	weight float64
	parts  parts
}

// askedWords weighs the embedded words of a query by the terms that they are;
// words without a term, such as "the", say nothing.
func (s *Store) askedWords(words []embed.Word, query []matches) []asked {
	terms := map[string]*matches{}
	for i := range query {
		for _, w := range query[i].words {
			terms[folded(w)] = &query[i]
		}
	}
	var all []asked
	for _, w := range words {
		if m := terms[w.Text]; m != nil && m.weight > 0 {
			all = append(all, asked{s.coder.code(w.Vector), m.weight, m.parts})
			delete(terms, w.Text)
		}
	}
	return all
}

// pool widens candidates (indices of places) to what stands around them.
func pool(places []spot, candidates []int) []int {
	in := make([]bool, len(places))
	for _, at := range candidates {
		around(places, places[at], at, lateTurns, func(i int, _ float64) { in[i] = true })
	}
	var all []int
	for at, is := range in {
		if is {
			all = append(all, at)
		}
	}
	return all
}

// senses reads the packed words of places; what is not there is not embedded
// yet.
func (s *Store) senses(ctx context.Context, owner ID, generation int16, places []spot) (map[spot][]byte, error) {
	packed := make(map[spot][]byte, len(places))
	err := s.read(ctx, s.pipeline, owner, func(b *batch) {
		b.Queue(`SELECT place, words FROM senses WHERE owner = $1 AND generation = $2 AND place = ANY ($3)`, owner, generation, places).
			Query(func(rows pgx.Rows) error {
				for rows.Next() {
					values := rows.RawValues()
					var p spot
					if err := rows.Scan(&p, nil); err != nil {
						return err
					}
					packed[p] = slices.Clone(values[1])
				}
				return rows.Err()
			})
	})
	return packed, err
}

// byWords scores the places of the pool, in their order. For each word of the
// query the best of a passage's words counts, from the mean of all passages (0)
// to equality (1): the vectors of one model lie close together. The strength is
// the share of each part of the query that the meanings cover.
func byWords(query []asked, places []spot, packed map[spot][]byte) (scores []float64, strength shares) {
	codes := make([][]code, len(places))
	for i, p := range places {
		codes[i] = unpack(packed[p])
	}
	var in parts
	for _, q := range query {
		in |= q.parts
	}
	scores, strength = make([]float64, len(places)), shareOut(in, len(places))
	whole := make([]float64, len(strength))
	own, best := make([]float64, len(places)), make([]float64, len(places))
	for _, q := range query {
		var sum, n float64
		for i := range codes {
			own[i] = 0
			if len(codes[i]) == 0 {
				continue
			}
			least := codeBits
			for j := range codes[i] {
				least = min(least, q.code.differs(&codes[i][j]))
			}
			own[i] = agreement(least)
			sum += own[i]
			n++
		}
		mean := sum / max(n, 1)
		clear(best)
		for i, x := range own {
			if x > mean {
				lend(best, places, places[i], i, (x-mean)/(1-mean))
			}
		}
		for i := range scores {
			scores[i] += q.weight * best[i]
		}
		for _, part := range q.parts.of() {
			whole[part] += q.weight
			for i, x := range best {
				strength[part][i] += q.weight * x
			}
		}
	}
	for part, weight := range whole {
		for i := range strength[part] {
			strength[part][i] /= max(weight, 1e-9)
		}
	}
	return scores, strength
}
