package memory

import (
	"context"
	"errors"
	"math"
	"slices"
)

// Of a person with very many passages not all are read for a search, but those
// that can be among the best: what has a rare word of the query, what is near
// to it at a first look, and what stands around these. They are then scored as
// all are elsewhere. What is usual among all passages is learnt from a sample.
const (
	rareUpTo   = .04 // of all passages have a word that is looked up everywhere
	rareAtMost = 2_000
	nearUpTo   = .03 // of all passages are held against the query exactly, after the first look
	nearLeast  = 1_000
	seedsAtAll = 300 // the best of these, whose surroundings are scored
	windowsAll = 64  // pieces of the sample
	windowOf   = 24  // passages in a row
	spreadAt   = 1.1 // times as many passages as before, or fewer: the sample is taken anew
)

// spread takes the sample anew where the index has grown.
func (t *tx) spread(ctx context.Context) error {
	_, err := t.Exec(ctx, `
		UPDATE indexes SET spread_over = passages, windows = coalesce((
			SELECT array_agg(place ORDER BY place) FROM (
				SELECT place, row_number() OVER (ORDER BY place) - 1 AS n, count(*) OVER () / $3 AS step FROM passages WHERE owner = $1
			) p WHERE n % greatest(step, $4) IN (0, $4 - 1)), '{}')
		WHERE owner = $1 AND passages > $2 AND (passages >= spread_over * $5::float8 OR passages <= spread_over / $5::float8)`,
		t.owner, t.store.exactUpTo, windowsAll, windowOf, spreadAt)
	return err
}

// usual is what all passages are like, as the sample tells.
type usual struct {
	passages                   int
	text, textBy, near, nearBy float64 // means and standard deviations
}

// likely reads what past reads, of the passages that can be among the best of
// those that are allowed; nil allows all.
func (s *Store) likely(ctx context.Context, owner ID, q Search, n sense, here state, allowed []spot) (p past, err error) {
	rare := max(rareAtMost, int(rareUpTo*float64(here.passages)))
	sample := here.sample()
	var terms *[]matches
	var some *among
	var first, known *nearness
	err = s.both(ctx, owner, func(b *batch) {
		terms = b.askRare(q.Text, rare)
		some = b.askAmong(q, nil, sample)
	}, n, func(b *batch) {
		first = b.askFirst(n, allowed, max(nearLeast, int(nearUpTo*float64(here.passages))))
		known = b.askNear(n, sample)
	})
	if err != nil {
		return p, err
	}
	if len(some.places) < leastPassages { // most of the sample was forgotten since
		return s.past(ctx, owner, q, n)
	}
	p.usual = learn(here.passages, *terms, some, known)

	seeds := p.usual.seeds(*terms, first, allowed)
	around := surroundings(seeds)
	var found []string // everywhere already
	for _, m := range *terms {
		if m.places != nil && m.of < rare {
			found = append(found, m.term)
		}
	}
	var there *among
	var near *nearness
	if err := s.both(ctx, owner, func(b *batch) { there = b.askAmong(q, found, around) }, n,
		func(b *batch) { near = b.askNear(n, around) }); err != nil {
		return p, err
	}
	p.places = there.places
	for _, m := range *terms {
		if in, ok := there.terms[m.term]; ok {
			in.of, in.words = m.of, m.words
			p.terms = append(p.terms, in)
			continue
		}
		p.terms = append(p.terms, m.within(around))
	}
	p.similarities = near.at(p.places)
	return p, nil
}

// both reads words and vectors at the same time; without a vector, words alone.
func (s *Store) both(ctx context.Context, owner ID, words func(*batch), n sense, vectors func(*batch)) error {
	others := make(chan error, 1)
	go func() {
		if n.vector == nil {
			vectors(newBatch(owner)) // asks nothing
			others <- nil
			return
		}
		others <- s.read(ctx, s.pipeline, owner, vectors)
	}()
	err := s.read(ctx, s.pipeline, owner, words)
	return errors.Join(err, <-others)
}

// learn tells what is usual, and how common the words of the query are that
// are too common to count.
func learn(passages int, terms []matches, sample *among, known *nearness) *usual {
	u := &usual{passages: passages}
	share := float64(passages) / float64(max(1, len(sample.places)))
	var in []matches
	for i := range terms {
		m, ok := sample.terms[terms[i].term]
		if estimate := int(share * float64(len(m.places))); terms[i].cut {
			terms[i].of = max(terms[i].of, estimate)
		}
		if ok {
			m.of = terms[i].of
			in = append(in, m)
		}
	}
	u.text, u.textBy = spread(byText(in, sample.places, passages).scores)
	near := make([]float64, len(known.similarities))
	for i, x := range known.similarities {
		near[i] = float64(x)
	}
	u.near, u.nearBy = spread(near)
	return u
}

// seeds are the passages that are best by their rare words and the first look,
// of those that are allowed.
func (u *usual) seeds(terms []matches, first *nearness, allowed []spot) []spot {
	var places []spot
	for _, m := range terms {
		places = append(places, m.places...)
	}
	places = append(places, first.places...)
	slices.Sort(places)
	places = slices.Compact(places)
	if allowed != nil {
		at := 0
		places = slices.DeleteFunc(places, func(p spot) (out bool) {
			at, out = find(allowed, p, at)
			return !out
		})
	}
	scores := byText(terms, places, u.passages).scores
	for i, x := range first.at(places) {
		scores[i] = weightOfText * over(scores[i], u.text, u.textBy)
		if !math.IsNaN(x) {
			scores[i] += weightOfMeaning * over(x, u.near, u.nearBy)
		}
	}
	var chosen []spot
	for _, i := range best(scores, seedsAtAll) {
		chosen = append(chosen, places[i])
	}
	return chosen
}

// over is by how many deviations x is above a mean.
func over(x, mean, deviation float64) float64 {
	if deviation <= 1e-9 {
		return 0
	}
	return (x - mean) / deviation
}
