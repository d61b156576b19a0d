package memory

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"innerwork/memory/embed"
)

// embedBudget is how long a search waits for the vector of its query. Text
// alone is a normal answer.
const embedBudget = 400 * time.Millisecond

// The floor of recall, without which something is always found. A passage
// bears on a query if it covers a good part of the query's rare words, or some
// of them and its vector stands out among all the owner's.
const (
	coverAlone  = .45 // of the query's weight, by text alone
	coverMany   = .35 // with manyTerms of its words, as in a message of several sentences
	manyTerms   = 3
	coverSome   = .15
	standsOut   = 1.8 // standard deviations above the mean similarity
	standsFar   = 3.2 // by the vector alone
	vectorShare = .5  // of the vector's z-score in the fused score
	candidates  = 200 // of each arm
)

// Search asks for passages.
type Search struct {
	Text   string
	Limit  int  // at most; 0 is 5
	Except ID   // a conversation whose own words are left out; zero for none
	Floor  bool // leave out what does not bear on the query, so that none is a normal result
}

// Search finds passages of her reflections by words and by meaning, the best
// first. The vector of the query that is late is left out.
func (s *Store) Search(ctx context.Context, owner ID, q Search) (found []Found, err error) {
	defer wrap(&err, "search")
	if q.Limit <= 0 {
		q.Limit = 5
	}
	vector, generation, err := s.queryVector(ctx, q.Text)
	if err != nil {
		return nil, err
	}
	var all []candidate
	err = s.asPipeline(ctx, owner, func(tx *tx) error {
		rows, err := tx.Query(ctx, searchQuery, owner, q.Text, vector, generation, q.Except, candidates)
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c candidate, err error) {
			err = row.Scan(&c.ID, &c.Reflection, &c.Start, &c.End, &c.Text, &c.At, &c.Conversation, &c.Kind,
				&c.text, &c.textMean, &c.textDeviation, &c.covered, &c.Terms, &c.Similarity, &c.similarityMean, &c.similarityDeviation)
			return c, err
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].fuse()
	}
	if q.Floor {
		all = slices.DeleteFunc(all, func(c candidate) bool { return !c.bears() })
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.Score, a.Score) })
	for _, c := range all[:min(q.Limit, len(all))] {
		found = append(found, c.Found)
	}
	return found, nil
}

// queryVector embeds the query within its budget; nil means text only.
func (s *Store) queryVector(ctx context.Context, text string) (*pgvector.HalfVector, int16, error) {
	if s.embedder == nil {
		return nil, 0, nil
	}
	generation, err := s.generation(ctx)
	if err != nil {
		return nil, 0, err
	}
	within, cancel := context.WithTimeout(ctx, embedBudget)
	defer cancel()
	vector, err := s.embedder.Query(within, text)
	if err != nil {
		if ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, embed.ErrEmpty) {
			s.log.Warn("the query was not embedded; searching by text alone", "error", err)
		}
		return nil, 0, nil
	}
	half := pgvector.NewHalfVector(vector)
	return &half, generation, nil
}

// candidate is a passage with what its score is made of.
type candidate struct {
	Found
	text, textMean, textDeviation       float64
	covered                             float64 // share of the query's weight that its words cover
	similarityMean, similarityDeviation float64
}

// fuse adds the z-scores of the two arms: with one arm much stronger than the
// other, reciprocal ranks lose what the scores know.
func (c *candidate) fuse() {
	c.Score = z(c.text, c.textMean, c.textDeviation) + vectorShare*c.outstanding()
}

// outstanding is by how much the vector stands out, in standard deviations.
func (c *candidate) outstanding() float64 {
	return z(c.Similarity, c.similarityMean, c.similarityDeviation)
}

func (c *candidate) bears() bool {
	return c.covered >= coverAlone ||
		c.covered >= coverMany && len(c.Terms) >= manyTerms ||
		c.covered >= coverSome && c.outstanding() >= standsOut ||
		c.outstanding() >= standsFar
}

func z(x, mean, deviation float64) float64 {
	if deviation < 1e-9 || math.IsNaN(x) {
		return 0
	}
	return (x - mean) / deviation
}

// searchQuery scores the owner's passages by BM25 (k1 = .6, b = 0, stemmed) and
// by exact cosine, and returns the best of either arm with the mean and
// deviation of each over all her passages. A word's rarity is counted as among
// a hundred passages at least: with three, every word would look common.
const searchQuery = `
	WITH query AS (
		SELECT lexeme AS term FROM unnest(to_tsvector('english', $2))
	), mine AS MATERIALIZED (
		SELECT p.id, p.reflection, p.start, p."end" FROM passages p
		JOIN reflections r ON r.owner = p.owner AND r.id = p.reflection
		WHERE p.owner = $1 AND (r.conversation IS DISTINCT FROM $5)
	), size AS (
		SELECT greatest(count(*), 1)::float8 AS n, greatest(count(*), 100)::float8 AS assumed FROM mine
	), weight AS (
		SELECT q.term, ln(1 + (size.assumed - d.df + .5) / (d.df + .5)) AS idf
		FROM query q, size, LATERAL (SELECT least(count(*), size.assumed) AS df FROM terms t WHERE t.owner = $1 AND t.term = q.term) d
	), words AS (
		SELECT t.passage, sum(w.idf * t.count * 1.6 / (t.count + .6)) AS score,
		       sum(w.idf) / (SELECT sum(idf) FROM weight) AS covered,
		       array_agg(t.term ORDER BY w.idf DESC) AS terms
		FROM terms t JOIN weight w ON w.term = t.term JOIN mine m ON m.id = t.passage
		WHERE t.owner = $1 GROUP BY t.passage
	), words_all AS (
		SELECT coalesce(sum(score), 0) / size.n AS mean,
		       sqrt(greatest(coalesce(sum(score * score), 0) / size.n - (coalesce(sum(score), 0) / size.n) ^ 2, 0)) AS deviation
		FROM words, size GROUP BY size.n
	), meaning AS MATERIALIZED (
		SELECT v.passage, 1 - (v.embedding <=> $3::halfvec) AS similarity
		FROM vectors v JOIN mine m ON m.id = v.passage
		WHERE v.owner = $1 AND v.generation = $4 AND $3::halfvec IS NOT NULL
	), meaning_all AS (
		SELECT avg(similarity) AS mean, stddev_pop(similarity) AS deviation FROM meaning
	), best AS (
		(SELECT passage FROM words ORDER BY score DESC LIMIT $6)
		UNION
		(SELECT passage FROM meaning ORDER BY similarity DESC LIMIT $6)
	)
	SELECT m.id, m.reflection, m.start, m."end", substr(r.text, m.start + 1, m."end" - m.start), r.at, r.conversation, r.kind,
	       coalesce(w.score, 0), coalesce(wa.mean, 0), coalesce(wa.deviation, 0), coalesce(w.covered, 0), coalesce(w.terms, '{}'),
	       coalesce(g.similarity, 0), coalesce(ga.mean, 0), coalesce(ga.deviation, 0)
	FROM best b JOIN mine m ON m.id = b.passage
	JOIN reflections r ON r.owner = $1 AND r.id = m.reflection
	LEFT JOIN words w ON w.passage = b.passage
	LEFT JOIN meaning g ON g.passage = b.passage
	LEFT JOIN words_all wa ON true
	LEFT JOIN meaning_all ga ON true`
