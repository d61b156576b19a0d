package memory

import (
	"math"

	"github.com/jackc/pgx/v5"
)

// nearness is how near some passages are to the query.
type nearness struct {
	places       []spot // sorted
	similarities []float32
}

// at are the similarities of sorted places; NaN where it is not known.
func (n *nearness) at(places []spot) []float64 {
	all := make([]float64, len(places))
	for i := range all {
		all[i] = math.NaN()
	}
	at := 0
	for i, here := range n.places {
		var ok bool
		if at, ok = find(places, here, at); ok {
			all[at] = float64(n.similarities[i])
		}
	}
	return all
}

func (n *nearness) read(rows pgx.Rows) error {
	return raw(rows, func(values [][]byte) (err error) {
		if n.places, err = spotsOf(values[0]); err == nil {
			n.similarities, err = realsOf(values[1])
		}
		return err
	})
}

// askFirst looks at the signs of all vectors, or of those that are allowed, and
// exactly at the nearest.
func (b *batch) askFirst(n sense, allowed []spot, most int) *nearness {
	first := &nearness{}
	in, args := `vectors`, []any{b.owner, n.generation, n.vector, most}
	if allowed != nil {
		in, args = `unnest($5::bigint[]) AS a (place) JOIN vectors USING (place)`, append(args, allowed)
	}
	b.Queue(`
		SELECT array_agg(v.place ORDER BY v.place), array_agg((1 - (v.embedding <=> $3))::real ORDER BY v.place)
		FROM (
			SELECT place FROM `+in+` WHERE owner = $1 AND generation = $2
			ORDER BY signs <~> (SELECT binary_quantize($3::halfvec - centre) FROM generations WHERE id = $2) LIMIT $4
		) c JOIN vectors v ON v.owner = $1 AND v.generation = $2 AND v.place = c.place`, args...).Query(first.read)
	return first
}

// askNear reads how near the passages in ranges are.
func (b *batch) askNear(n sense, in ranges) *nearness {
	near := &nearness{}
	b.Queue(`
		SELECT array_agg(v.place), array_agg((1 - (v.embedding <=> $3))::real)
		FROM unnest($4::bigint[], $5::bigint[]) r (first, last),
		LATERAL (SELECT place, embedding FROM vectors WHERE owner = $1 AND generation = $2 AND place BETWEEN r.first AND r.last ORDER BY place) v`,
		b.owner, n.generation, n.vector, in.first, in.last).Query(near.read)
	return near
}
