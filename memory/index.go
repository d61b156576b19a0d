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
// away if it is withheld, superseded or forgotten. It does only what is
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
	r, err := t.standing(ctx, reflection)
	if err == pgx.ErrNoRows {
		return nil // forgotten meanwhile; its passages went with it
	}
	if err != nil {
		return err
	}
	if !r.searched {
		_, err := t.Exec(ctx, `DELETE FROM passages WHERE owner = $1 AND reflection = $2`, t.owner, reflection)
		return err
	}
	if r.cut {
		return nil
	}
	number, err := t.number(ctx, r.thread)
	if err != nil {
		return err
	}
	if r.conversation != nil {
		if err := t.lendReplies(ctx, *r.conversation, number); err != nil {
			return err
		}
	}
	batch := &pgx.Batch{}
	runes := []rune(r.text)
	for part, p := range cutPassages(r.text) {
		id, at := t.store.newID(), placeAt(number, r.turn, part)
		batch.Queue(`INSERT INTO passages (owner, id, reflection, length, start, "end", place) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (owner, reflection, start) DO NOTHING`, t.owner, id, reflection, r.length, p.start, p.end, at)
		batch.Queue(`INSERT INTO terms (owner, term, place, count, label)
			SELECT $1, coalesce(w.lexeme, l.lexeme), $3, least(coalesce(cardinality(w.positions), 0), 100), l.lexeme IS NOT NULL
			FROM unnest(stemmed($4)) w FULL JOIN unnest(stemmed($5)) l ON l.lexeme = w.lexeme
			WHERE EXISTS (SELECT FROM passages WHERE owner = $1 AND id = $2)`, t.owner, id, at, string(runes[p.start:p.end]), r.label)
	}
	return t.SendBatch(ctx, batch).Close()
}

// uncoded is a passage without a vector.
type uncoded struct {
	place spot
	text  string
}

// embed makes the vectors that are missing. The model runs outside of any
// transaction: it takes its time.
func (s *Store) embed(ctx context.Context, owner, reflection ID) error {
	generation, err := s.generation(ctx)
	if err != nil {
		return err
	}
	var todo []uncoded
	var label string
	err = s.asPipeline(ctx, owner, func(tx *tx) error {
		rows, err := tx.Query(ctx, `
			SELECT p.place, substr(r.text, p.start + 1, p."end" - p.start)
			FROM passages p JOIN reflections r ON r.owner = p.owner AND r.id = p.reflection
			WHERE p.owner = $1 AND p.reflection = $2 AND NOT EXISTS (
				SELECT FROM vectors v WHERE v.owner = p.owner AND v.place = p.place AND v.generation = $3)
			ORDER BY p.place`, owner, reflection, generation)
		if err != nil {
			return err
		}
		todo, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (u uncoded, err error) {
			err = row.Scan(&u.place, &u.text)
			return u, err
		})
		if err != nil || len(todo) == 0 {
			return err
		}
		r, err := tx.standing(ctx, reflection)
		label = r.label
		return err
	})
	if err != nil {
		return err
	}
	for _, p := range todo {
		if err := s.encode(ctx, owner, reflection, generation, label, p); err != nil {
			return err
		}
	}
	return nil
}

// encode makes the vector of one passage, and the codes of its words where the
// embedder has them. The label is a part of what is embedded.
func (s *Store) encode(ctx context.Context, owner, reflection ID, generation int16, label string, p uncoded) (err error) {
	var vector []float32
	var words []embed.Word
	text := label + ": " + p.text
	if wordwise, ok := s.embedder.(embed.Wordwise); ok {
		vector, words, err = wordwise.PassageWords(ctx, text)
	} else {
		vector, err = s.embedder.Passage(ctx, text)
	}
	if errors.Is(err, embed.ErrEmpty) {
		return nil // nothing to find by meaning
	}
	if err != nil {
		return fmt.Errorf("embed: %w", err)
	}
	b := newBatch(owner)
	b.Queue(`
		INSERT INTO vectors (owner, generation, place, dimension, embedding)
		SELECT $1, $2, place, $5, $6 FROM passages WHERE owner = $1 AND place = $3 AND reflection = $4
		ON CONFLICT DO NOTHING`, owner, generation, p.place, reflection, s.embedder.Dimension(), pgvector.NewHalfVector(vector))
	if words != nil {
		b.Queue(`
			INSERT INTO senses (owner, generation, place, words)
			SELECT $1, $2, place, $5 FROM passages WHERE owner = $1 AND place = $3 AND reflection = $4
			ON CONFLICT DO NOTHING`, owner, generation, p.place, reflection, s.coder.pack(words))
	}
	return s.send(ctx, s.pipeline, b)
}

// kindOfVectors is a part of a generation's name: vectors of passages that are
// headed with their date, and codes of 512 bits for their words.
const kindOfVectors = " dated 512"

// generation finds or makes the generation of the store's embedder.
func (s *Store) generation(ctx context.Context) (id int16, err error) {
	const find = `SELECT id FROM generations WHERE model = $1 AND dimension = $2`
	model := s.embedder.Model() + kindOfVectors
	err = s.system.QueryRow(ctx, find, model, s.embedder.Dimension()).Scan(&id)
	if err == pgx.ErrNoRows {
		_, err = s.system.Exec(ctx, `INSERT INTO generations (model, dimension) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
			model, s.embedder.Dimension())
		if err == nil {
			err = s.system.QueryRow(ctx, find, model, s.embedder.Dimension()).Scan(&id)
		}
	}
	return id, translate(err)
}
