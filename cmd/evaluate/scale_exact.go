package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"innerwork/memory"
)

// smallPasts are owners beside large ones: a search by meaning must find of
// theirs exactly what comparing every row finds.
var smallPasts = []int{1, 50, 5000}

// equals is the share of questions whose first ten by meaning are those of an
// exact search, in the same order.
func (g *growing) equals(ctx context.Context, m *made, p grown) (float64, error) {
	var same share
	for _, text := range p.asks {
		vector, err := m.Query(ctx, text)
		if err != nil {
			return 0, err
		}
		rows, err := g.super.Query(ctx, `
			SELECT p.id FROM vectors v JOIN passages p USING (owner, place)
			WHERE v.owner = $1 ORDER BY v.embedding <=> $2, p.place LIMIT 10`, p.owner, fmt.Sprint(pgvector.NewHalfVector(vector)))
		if err != nil {
			return 0, err
		}
		want, err := pgx.CollectRows(rows, pgx.RowTo[memory.ID])
		if err != nil {
			return 0, err
		}
		found, err := g.Search(ctx, p.owner, memory.Search{Text: text, Limit: 10, Arms: memory.ByMeaning})
		if err != nil {
			return 0, err
		}
		got := make([]memory.ID, len(found))
		for i, f := range found {
			got[i] = f.ID
		}
		same.add(slices.Equal(got, want))
	}
	return same.of(), nil
}
