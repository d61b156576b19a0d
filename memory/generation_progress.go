package memory

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Generation says how far the vectors of one model are. It holds no words.
type Generation struct {
	Model      string `json:"model"`
	Form       string `json:"form"` // what of a passage is embedded
	Dimension  int    `json:"dimension"`
	Current    bool   `json:"current"`    // of the embedder that is configured
	Answers    bool   `json:"answers"`    // its embedder can be asked; else its people search by words alone
	Searched   int    `json:"searched"`   // people whose searches use it
	Filling    int    `json:"filling"`    // people whose vectors are still being made
	Missing    int    `json:"missing"`    // passages of theirs, as last counted
	Characters int64  `json:"characters"` // of these; a token is about four
}

// Generations lists the models that made vectors, the first one first. What is
// still missing is counted for the current one.
func (s *Store) Generations(ctx context.Context) (all []Generation, err error) {
	defer wrap(&err, "generations")
	rows, err := s.system.Query(ctx, `
		SELECT g.id, g.model, g.kind, g.dimension, count(i.owner) FILTER (WHERE i.generation = g.id),
		       count(i.owner) FILTER (WHERE i.generation <> g.id AND i.since IS NULL),
		       coalesce(sum(i.missing) FILTER (WHERE i.beside = g.id OR i.beside IS NULL), 0),
		       coalesce(sum(i.characters) FILTER (WHERE i.beside = g.id OR i.beside IS NULL), 0)
		FROM generations g LEFT JOIN indexes i ON i.generation = g.id OR i.beside = g.id AND i.since IS NULL
		GROUP BY g.id ORDER BY g.id`)
	if err != nil {
		return nil, translate(err)
	}
	all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (n Generation, err error) {
		var g generation
		err = row.Scan(&g.id, &g.model, &g.form, &g.size, &n.Searched, &n.Filling, &n.Missing, &n.Characters)
		n.Model, n.Form, n.Dimension = g.model, g.form, g.size
		n.Answers, n.Current = s.embedderOf(g) != nil, g.of(s.embedder) && g.form == formOfVectors
		return n, err
	})
	return all, translate(err)
}
