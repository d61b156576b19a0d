package memory

import (
	"errors"

	"github.com/jackc/pgx/v5"
)

// among is what stands in some ranges of places.
type among struct {
	places []spot
	terms  map[string]matches
}

// stems are the terms of the query's words $2.
const stems = `query AS (SELECT lexeme AS term, array_agg(word) AS words FROM unnest($2::text[]) AS word, unnest(stemmed(word)) GROUP BY lexeme)`

// askRare reads the terms of a query, and of those that fewer than so many
// passages have where they stand. Where all are common, it is where they stand
// last.
func (b *batch) askRare(query string, fewer int) *[]matches {
	all := &[]matches{}
	b.Queue(`
		WITH `+stems+`, sized AS MATERIALIZED (
			SELECT *, (SELECT count(*) FROM (SELECT FROM terms t WHERE owner = $1 AND t.term = q.term LIMIT $3) t) AS n FROM query q
		), chosen AS MATERIALIZED (
			SELECT *, n < $3 OR min(n) OVER () = $3 AS read FROM sized
		)
		SELECT c.term, c.words, c.n, p.places, p.counts, l.places, l.counts
		FROM chosen c,
		LATERAL (SELECT array_agg(place ORDER BY place) AS places, array_agg(marked ORDER BY place) AS counts
		         FROM (SELECT place, (count * 2 + label::int)::int2 AS marked FROM terms
		               WHERE owner = $1 AND term = c.term AND c.read ORDER BY place DESC LIMIT $3) t) p,
		LATERAL (SELECT array_agg(place ORDER BY place) AS places, array_agg(count ORDER BY place) AS counts
		         FROM (SELECT place, count FROM lent WHERE owner = $1 AND term = c.term AND c.read ORDER BY place DESC LIMIT $3) t) l
		ORDER BY c.term`, b.owner, wordsOf(query), fewer).Query(func(rows pgx.Rows) (err error) {
		*all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (m matches, err error) {
			if err := row.Scan(&m.term, &m.words, &m.of, nil, nil, nil, nil); err != nil {
				return m, err
			}
			m.cut = m.of >= fewer
			return m, m.read(row.RawValues()[3:])
		})
		return err
	})
	return all
}

// askAmong reads the passages in ranges that a search may find, and where the
// terms of the query stand there but for some.
func (b *batch) askAmong(q Search, but []string, in ranges) *among {
	a := &among{terms: map[string]matches{}}
	b.Queue(`
		SELECT array_agg(p.place) FROM unnest($3::bigint[], $4::bigint[]) r (first, last),
		LATERAL (SELECT place FROM passages WHERE owner = $1 AND place BETWEEN r.first AND r.last AND `+notExcept+` ORDER BY place) p`,
		b.owner, q.Except, in.first, in.last).
		Query(func(rows pgx.Rows) error {
			return raw(rows, func(values [][]byte) (err error) {
				a.places, err = spotsOf(values[0])
				return err
			})
		})
	b.Queue(`
		WITH `+stems+`, chosen AS MATERIALIZED (
			SELECT term, first, last FROM query, unnest($3::bigint[], $4::bigint[]) r (first, last) WHERE term <> ALL ($5::text[])
		), own AS (
			SELECT c.term, array_agg(t.place ORDER BY t.place) AS places, array_agg(t.marked ORDER BY t.place) AS counts
			FROM chosen c, LATERAL (
				SELECT place, (count * 2 + label::int)::int2 AS marked FROM terms
				WHERE owner = $1 AND term = c.term AND place BETWEEN c.first AND c.last OFFSET 0) t
			GROUP BY c.term
		), others AS (
			SELECT c.term, array_agg(t.place ORDER BY t.place) AS places, array_agg(t.count ORDER BY t.place) AS counts
			FROM chosen c, LATERAL (
				SELECT place, count FROM lent
				WHERE owner = $1 AND term = c.term AND place BETWEEN c.first AND c.last OFFSET 0) t
			GROUP BY c.term
		)
		SELECT q.term, own.places, own.counts, others.places, others.counts
		FROM query q LEFT JOIN own USING (term) LEFT JOIN others USING (term)
		WHERE q.term <> ALL ($5)`, b.owner, wordsOf(q.Text), in.first, in.last, append([]string{}, but...)).
		Query(func(rows pgx.Rows) error {
			for rows.Next() {
				var m matches
				if err := rows.Scan(&m.term, nil, nil, nil, nil); err != nil {
					return err
				}
				if err := m.read(rows.RawValues()[1:]); err != nil {
					return err
				}
				a.terms[m.term] = m
			}
			return rows.Err()
		})
	return a
}

// read reads where a term stands: places and counts, own and lent.
func (m *matches) read(raw [][]byte) error {
	var errs [4]error
	m.places, errs[0] = spotsOf(raw[0])
	m.counts, errs[1] = countsOf(raw[1])
	m.lent, errs[2] = spotsOf(raw[2])
	m.lentBy, errs[3] = countsOf(raw[3])
	m.labels = make([]bool, len(m.counts))
	for i, marked := range m.counts {
		m.counts[i], m.labels[i] = marked/2, marked%2 == 1
	}
	return errors.Join(errs[:]...)
}
