package memory

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"innerwork/memory/embed"
)

// embedBudget is how long a search waits for the vector of its query. Text
// alone is a normal answer.
const embedBudget = 400 * time.Millisecond

// candidates is how many passages a search may return.
const candidates = 200

// The arms are added as z-scores: where one is much stronger than another,
// reciprocal ranks lose what the scores know. The weights are round; the
// optimum is flat (a trial on conversations of other people, 2026-11).
const (
	weightOfText     = 1
	weightOfMeaning  = .5 // the vector of the passage
	weightOfWords    = 1  // late interaction
	weightOfQuestion = -.5
)

// Search asks for passages.
type Search struct {
	Text   string
	Limit  int // at most; 0 is 5
	Except ID  // a conversation whose own words are left out; zero for none
	Within Within
	Floor  bool // leave out what does not bear on the query, so that none is a normal result
	Arms   Arms // 0: all that there are
}

// Arms chooses by what a search finds, so that each can be measured alone.
type Arms uint8

// The arms of a search.
const (
	ByText    Arms = 1 << iota // the words themselves, stemmed
	ByMeaning                  // the vector of the passage
	ByWords                    // the vectors of its words
	AllArms   = ByText | ByMeaning | ByWords
)

// Search finds passages of her reflections by words and by meaning, the best
// first. The vector of the query that is late is left out.
func (s *Store) Search(ctx context.Context, owner ID, q Search) (found []Found, err error) {
	defer wrap(&err, "search")
	if q.Limit <= 0 {
		q.Limit = 5
	}
	if q.Arms == 0 {
		q.Arms = AllArms
	}
	here, err := s.state(ctx, owner)
	if err != nil {
		return nil, err
	}
	sense, err := s.senseOf(ctx, here, q)
	if err != nil {
		return nil, err
	}
	allowed, err := s.allowed(ctx, owner, q.Within)
	if err != nil || allowed != nil && len(allowed) == 0 {
		return nil, err
	}
	var past past
	if here.passages > s.exactUpTo && len(here.windows) > 0 {
		past, err = s.likely(ctx, owner, q, sense, here, allowed)
	} else {
		past, err = s.past(ctx, owner, q, sense)
	}
	if err != nil || len(past.places) == 0 {
		return nil, err
	}
	past.narrow(allowed)
	divide(q.Text, past.terms)
	scored, err := s.score(ctx, owner, q, sense, past)
	if err != nil {
		return nil, err
	}
	return s.show(ctx, owner, q, past, scored)
}

// sense is what the query means, as far as that was known in time.
type sense struct {
	generation int16
	vector     *pgvector.HalfVector // nil: text only
	words      []embed.Word         // nil: no late interaction
}

// senseOf embeds the query within its budget.
func (s *Store) senseOf(ctx context.Context, here state, q Search) (n sense, err error) {
	if q.Arms&(ByMeaning|ByWords) == 0 {
		return n, nil
	}
	embedder := s.embedderOf(here.searched)
	if embedder == nil {
		return n, nil
	}
	n.generation = here.searched.id
	within, cancel := context.WithTimeout(ctx, embedBudget)
	defer cancel()
	var vector []float32
	if wordwise, ok := embedder.(embed.Wordwise); ok {
		vector, n.words, err = wordwise.QueryWords(within, q.Text)
	} else {
		vector, err = embedder.Query(within, q.Text)
	}
	if err != nil {
		if ctx.Err() != nil {
			return n, ctx.Err()
		}
		if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, embed.ErrEmpty) {
			s.log.Warn("the query was not embedded; searching by text alone", "error", err)
		}
		return sense{}, nil
	}
	half := pgvector.NewHalfVector(vector)
	n.vector = &half
	return n, nil
}

// past is all of the owner that a query is held against.
type past struct {
	places       []spot // of her passages, sorted
	terms        []matches
	similarities []float64 // of the query and each place; NaN where it is not known
	barred       []bool    // places that are not to be shown; nil: none
	usual        *usual    // of all passages, where these are only the likely ones
}

// past reads where her passages stand, where the terms of the query do, and how
// near each passage is: one round trip each for words and for vectors, at the
// same time, since each keeps a core of the database busy.
func (s *Store) past(ctx context.Context, owner ID, q Search, n sense) (p past, err error) {
	var near nearness
	var terms *[]matches
	err = s.both(ctx, owner, func(b *batch) {
		b.Queue(`
			SELECT array_agg(place) FROM (
				SELECT place FROM passages WHERE owner = $1 AND `+notExcept+` ORDER BY place) p`, owner, q.Except).
			Query(func(rows pgx.Rows) error {
				return raw(rows, func(values [][]byte) (err error) {
					p.places, err = spotsOf(values[0])
					return err
				})
			})
		terms = b.askTerms(q.Text)
	}, n, func(b *batch) {
		b.Queue(`
			SELECT array_agg(place), array_agg((1 - (embedding <=> $3))::real)
			FROM vectors WHERE owner = $1 AND generation = $2`, owner, n.generation, n.vector).Query(near.read)
	})
	if err != nil {
		return p, err
	}
	p.terms = *terms
	p.similarities = near.at(p.places)
	return p, nil
}

// notExcept leaves out the places of the conversation $2.
const notExcept = `place NOT BETWEEN
	coalesce((SELECT number << 32 FROM threads WHERE owner = $1 AND thread = $2), 1) AND
	coalesce((SELECT ((number + 1) << 32) - 1 FROM threads WHERE owner = $1 AND thread = $2), 0)`

// raw hands on the bytes of each row.
func raw(rows pgx.Rows, do func(values [][]byte) error) error {
	for rows.Next() {
		if err := do(rows.RawValues()); err != nil {
			return err
		}
	}
	return rows.Err()
}

// scored is a search's opinion of each place, in their order.
type scored struct {
	fused   []float64 // -Inf: no candidate
	text    texts
	meaning []float64 // z-scores
	// strength is what the meanings of the words cover; nil where they are not
	// known, or of too few passages to tell what is near from what is usual.
	strength shares
}

func (s *Store) score(ctx context.Context, owner ID, q Search, n sense, p past) (r scored, err error) {
	r.text = byText(p.terms, p.places, p.all())
	r.meaning = p.meaning()
	r.fused = make([]float64, len(p.places))
	inText := p.standardText(r.text.scores)
	for i := range r.fused {
		if q.Arms&ByText != 0 {
			r.fused[i] += weightOfText * inText[i]
		}
		if q.Arms&ByMeaning != 0 {
			r.fused[i] += weightOfMeaning * r.meaning[i]
		}
		if p.bars(i) {
			r.fused[i] = math.Inf(-1)
		}
	}
	if q.Arms&ByWords == 0 || n.words == nil {
		return r, nil
	}
	return r, s.lookAgain(ctx, owner, n, p, &r)
}

// lookAgain adds late interaction to the scores of the best so far; everything
// else is out.
func (s *Store) lookAgain(ctx context.Context, owner ID, n sense, p past, r *scored) error {
	asked := s.askedWords(n.words, p.terms)
	if len(asked) == 0 {
		return nil
	}
	first := make([]float64, len(p.places))
	for i, x := range p.standardText(r.text.scores) {
		first[i] = weightOfText*x + weightOfMeaning*r.meaning[i]
		if p.bars(i) {
			first[i] = math.Inf(-1)
		}
	}
	in := pool(p.places, best(first, latePool))
	places := make([]spot, len(in))
	for i, at := range in {
		places[i] = p.places[at]
	}
	packed, err := s.senses(ctx, owner, n.generation, places)
	if err != nil {
		return err
	}
	scores, strength := byWords(asked, places, packed)
	inWords := standard(scores)
	if len(packed) >= leastPassages {
		r.strength = make(shares, len(strength))
		for part := range strength {
			r.strength[part] = make([]float64, len(p.places))
		}
	}
	fused := make([]float64, len(p.places))
	for i := range fused {
		fused[i] = math.Inf(-1)
	}
	for i, at := range in {
		fused[at] = r.fused[at] + weightOfWords*inWords[i]
		for part := range r.strength {
			r.strength[part][at] = strength[part][i]
		}
	}
	r.fused = fused
	return nil
}

// all is how many passages she has.
func (p past) all() int {
	if p.usual != nil {
		return p.usual.passages
	}
	return len(p.places)
}

// standardText turns scores of text into z-scores among all passages.
func (p past) standardText(scores []float64) []float64 {
	if p.usual == nil {
		return standard(scores)
	}
	all := make([]float64, len(scores))
	for i, x := range scores {
		all[i] = over(x, p.usual.text, p.usual.textBy)
	}
	return all
}

// meaning is by how many standard deviations each passage is nearer to the
// query than the mean of all; 0 for what is not embedded yet.
func (p past) meaning() []float64 {
	near := make([]float64, 0, len(p.places))
	for _, x := range p.similarities {
		if !math.IsNaN(x) {
			near = append(near, x)
		}
	}
	mean, deviation := spread(near)
	if p.usual != nil {
		mean, deviation = p.usual.near, p.usual.nearBy
	}
	all := make([]float64, len(p.places))
	for i, x := range p.similarities {
		if !math.IsNaN(x) && deviation > 1e-9 {
			all[i] = (x - mean) / deviation
		}
	}
	return all
}

// standard turns scores into z-scores.
func standard(scores []float64) []float64 {
	mean, deviation := spread(scores)
	all := make([]float64, len(scores))
	for i, x := range scores {
		if deviation > 1e-9 {
			all[i] = (x - mean) / deviation
		}
	}
	return all
}

func spread(x []float64) (mean, deviation float64) {
	if len(x) == 0 {
		return 0, 0
	}
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for _, v := range x {
		deviation += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(deviation / float64(len(x)))
}
