package memory

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"innerwork/memory/embed"
)

// Index makes the passages, terms and vectors of a reflection, or takes them
// away if it is kept apart, superseded or forgotten. It does only what is
// missing, so it may run again at any time.
func (s *Store) Index(ctx context.Context, owner, reflection ID) (err error) {
	defer wrap(&err, "index %v", reflection)
	if err := s.asPipeline(ctx, owner, func(tx *tx) error { return tx.cut(ctx, reflection) }); err != nil {
		return err
	}
	if s.embedder == nil {
		return nil
	}
	return s.embed(ctx, owner, reflection)
}

// cut makes the passages and terms.
func (t *tx) cut(ctx context.Context, reflection ID) error {
	var text string
	var length int
	var searched, cut bool
	err := t.QueryRow(ctx, `
		SELECT r.text, r.length,
		       NOT r.apart AND NOT EXISTS (SELECT FROM reflections n WHERE n.owner = r.owner AND n.supersedes = r.id),
		       EXISTS (SELECT FROM passages p WHERE p.owner = r.owner AND p.reflection = r.id)
		FROM reflections r WHERE r.owner = $1 AND r.id = $2`, t.owner, reflection).Scan(&text, &length, &searched, &cut)
	if err == pgx.ErrNoRows {
		return nil // forgotten meanwhile; its passages went with it
	}
	if err != nil {
		return err
	}
	if !searched {
		_, err := t.Exec(ctx, `DELETE FROM passages WHERE owner = $1 AND reflection = $2`, t.owner, reflection)
		return err
	}
	if cut {
		return nil
	}
	batch := &pgx.Batch{}
	runes := []rune(text)
	for _, p := range cutPassages(text) {
		id := t.store.newID()
		batch.Queue(`INSERT INTO passages (owner, id, reflection, length, start, "end") VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (owner, reflection, start) DO NOTHING`, t.owner, id, reflection, length, p.start, p.end)
		batch.Queue(`INSERT INTO terms (owner, term, passage, count)
			SELECT $1, lexeme, $2, cardinality(positions) FROM unnest(to_tsvector('english', $3))
			WHERE EXISTS (SELECT FROM passages WHERE owner = $1 AND id = $2)`, t.owner, id, string(runes[p.start:p.end]))
	}
	return t.SendBatch(ctx, batch).Close()
}

// embed makes the vectors that are missing. The model runs outside of any
// transaction: it takes its time.
func (s *Store) embed(ctx context.Context, owner, reflection ID) error {
	generation, err := s.generation(ctx)
	if err != nil {
		return err
	}
	type missing struct {
		ID   ID
		Text string
	}
	var todo []missing
	err = s.asPipeline(ctx, owner, func(tx *tx) error {
		rows, err := tx.Query(ctx, `
			SELECT p.id, substr(r.text, p.start + 1, p."end" - p.start)
			FROM passages p JOIN reflections r ON r.owner = p.owner AND r.id = p.reflection
			WHERE p.owner = $1 AND p.reflection = $2 AND NOT EXISTS (
				SELECT FROM vectors v WHERE v.owner = p.owner AND v.passage = p.id AND v.generation = $3)
			ORDER BY p.start`, owner, reflection, generation)
		if err != nil {
			return err
		}
		todo, err = pgx.CollectRows(rows, pgx.RowToStructByPos[missing])
		return err
	})
	if err != nil {
		return err
	}
	for _, p := range todo {
		vector, err := s.embedder.Passage(ctx, p.Text)
		if errors.Is(err, embed.ErrEmpty) {
			continue // such as a line of dashes: nothing to find by meaning
		}
		if err != nil {
			return fmt.Errorf("embed: %w", err)
		}
		err = s.asPipeline(ctx, owner, func(tx *tx) error {
			_, err := tx.Exec(ctx, `
				INSERT INTO vectors (owner, generation, passage, dimension, embedding)
				SELECT $1, $2, id, $4, $5 FROM passages WHERE owner = $1 AND id = $3
				ON CONFLICT DO NOTHING`,
				owner, generation, p.ID, s.embedder.Dimension(), pgvector.NewHalfVector(vector))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// generation finds or makes the generation of the store's embedder.
func (s *Store) generation(ctx context.Context) (id int16, err error) {
	const find = `SELECT id FROM generations WHERE model = $1 AND dimension = $2`
	err = s.system.QueryRow(ctx, find, s.embedder.Model(), s.embedder.Dimension()).Scan(&id)
	if err == pgx.ErrNoRows {
		_, err = s.system.Exec(ctx, `INSERT INTO generations (model, dimension) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
			s.embedder.Model(), s.embedder.Dimension())
		if err == nil {
			err = s.system.QueryRow(ctx, find, s.embedder.Model(), s.embedder.Dimension()).Scan(&id)
		}
	}
	return id, translate(err)
}
