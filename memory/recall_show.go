package memory

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// spare is how many passages more than asked for are read, since a question
// among the best may step back behind them.
const spare = 20

// show reads the best of what was scored, and says why each was found.
func (s *Store) show(ctx context.Context, owner ID, q Search, p past, r scored) ([]Found, error) {
	var places []spot
	at := map[spot]int{}
	for _, i := range best(r.fused, q.Limit+spare) {
		if q.Floor && !r.bears(i) {
			continue
		}
		places = append(places, p.places[i])
		at[p.places[i]] = i
	}
	if len(places) == 0 {
		return nil, nil
	}
	var all []Found
	err := s.read(ctx, s.pipeline, owner, func(b *batch) {
		b.Queue(`
			SELECT p.place, p.id, p.reflection, p.start, p."end", substr(r.text, p.start + 1, p."end" - p.start),
			       r.at, r.conversation, r.kind
			FROM passages p JOIN reflections r ON r.owner = p.owner AND r.id = p.reflection
			WHERE p.owner = $1 AND p.place = ANY ($2) AND NOT r.withheld`, owner, places).
			Query(func(rows pgx.Rows) (err error) {
				all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (f Found, err error) {
					var here spot
					err = row.Scan(&here, &f.ID, &f.Reflection, &f.Start, &f.End, &f.Text, &f.At, &f.Conversation, &f.Kind)
					f.Score = r.fused[at[here]]
					if x := p.similarities[at[here]]; !math.IsNaN(x) {
						f.Similarity = x
					}
					f.Terms = shared(p.terms, here)
					return f, err
				})
				return err
			})
	})
	for i := range all {
		if q.Arms == AllArms && strings.HasSuffix(all[i].Text, "?") {
			all[i].Score += weightOfQuestion
		}
	}
	slices.SortStableFunc(all, func(a, b Found) int {
		if a.Score != b.Score {
			return cmp.Compare(b.Score, a.Score)
		}
		return a.At.Compare(b.At)
	})
	return all[:min(q.Limit, len(all))], err
}
