package memory

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"innerwork/memory/embed"
)

// embedAll makes the vectors that are missing, of the current generation and,
// while that is filled beside another one, of the one that is searched.
func (s *Store) embedAll(ctx context.Context, owner ID, all map[ID]standing) error {
	if len(all) == 0 {
		return nil
	}
	if s.embedder == nil {
		return s.want(ctx, owner)
	}
	current, err := s.current(ctx)
	if err != nil {
		return err
	}
	if err := s.fill(ctx, owner, current, s.embedder, all); err != nil {
		return err
	}
	now, err := s.state(ctx, owner)
	if err != nil || now.searched.id == current.id {
		return err
	}
	if now.searched.id == 0 { // some vectors are better than none
		_, err := s.system.Exec(ctx, `UPDATE indexes SET generation = $2 WHERE owner = $1 AND generation IS NULL`, owner, current.id)
		return translate(err)
	}
	if e := s.embedderOf(now.searched); e != nil && now.searched.form == formOfVectors {
		return s.fill(ctx, owner, now.searched, e, all)
	}
	return nil
}

// want notes that something is missing in an index.
func (s *Store) want(ctx context.Context, owner ID) error {
	_, err := s.system.Exec(ctx, `
		INSERT INTO indexes (owner, wanting) VALUES ($1, clock_timestamp())
		ON CONFLICT (owner) DO UPDATE SET wanting = excluded.wanting`, owner)
	return translate(err)
}

// coded are passages with their vectors on their way into the database.
type coded struct {
	places      []spot
	reflections []ID
	vectors     []pgvector.HalfVector
	words       [][]byte // nil where the embedder has none
}

// fill makes the vectors of one generation that are missing. The model runs
// outside of any transaction: it takes its time.
func (s *Store) fill(ctx context.Context, owner ID, g generation, e embed.Embedder, all map[ID]standing) error {
	ids := make([]ID, 0, len(all))
	for id := range all {
		ids = append(ids, id)
	}
	var c coded
	var texts []string
	err := s.read(ctx, s.pipeline, owner, func(b *batch) {
		c, texts = coded{}, nil
		b.Queue(`
			SELECT p.reflection, p.place, p.start, p."end" FROM passages p
			WHERE p.owner = $1 AND p.reflection = ANY ($2) AND NOT EXISTS (
				SELECT FROM vectors v WHERE v.owner = p.owner AND v.place = p.place AND v.generation = $3)
			ORDER BY p.place`, owner, ids, g.id).
			Query(func(rows pgx.Rows) error {
				for rows.Next() {
					var id ID
					var p spot
					var start, end int
					if err := rows.Scan(&id, &p, &start, &end); err != nil {
						return err
					}
					c.places, c.reflections = append(c.places, p), append(c.reflections, id)
					texts = append(texts, all[id].label+": "+string([]rune(all[id].text)[start:end]))
				}
				return rows.Err()
			})
	})
	if err != nil || len(texts) == 0 {
		return err
	}
	failed := c.embed(ctx, s.coder, e, texts)
	return errors.Join(s.keep(ctx, owner, g, c), failed) // what was embedded is not embedded again
}

// embed makes the vectors, and the codes of words where the embedder has them.
// At the first error it leaves the rest out. The label is a part of each text.
func (c *coded) embed(ctx context.Context, coder *coder, e embed.Embedder, texts []string) error {
	wordwise, both := e.(embed.Wordwise)
	for i, text := range texts {
		var vector []float32
		var words []embed.Word
		var err error
		if both {
			vector, words, err = wordwise.PassageWords(ctx, text)
		} else {
			vector, err = e.Passage(ctx, text)
		}
		if err != nil {
			c.places, c.reflections = c.places[:i], c.reflections[:i]
			return fmt.Errorf("embed: %w", err)
		}
		c.vectors, c.words = append(c.vectors, pgvector.NewHalfVector(vector)), append(c.words, nil)
		if both {
			c.words[i] = coder.pack(words)
		}
	}
	return nil
}

// keep stores what was embedded of passages that are still there.
func (s *Store) keep(ctx context.Context, owner ID, g generation, c coded) error {
	if len(c.places) == 0 {
		return nil
	}
	b := newBatch(owner)
	b.Queue(`
		INSERT INTO vectors (owner, generation, place, dimension, embedding, signs)
		SELECT $1, $2, p.place, $3, n.embedding, binary_quantize(n.embedding - g.centre)
		FROM unnest($4::bigint[], $5::uuid[], $6::halfvec[]) n (place, reflection, embedding)
		JOIN passages p ON p.owner = $1 AND p.place = n.place AND p.reflection = n.reflection
		JOIN generations g ON g.id = $2
		ON CONFLICT DO NOTHING`, owner, g.id, g.size, c.places, c.reflections, c.vectors)
	b.Queue(`
		INSERT INTO senses (owner, generation, place, words)
		SELECT $1, $2, p.place, n.words
		FROM unnest($3::bigint[], $4::uuid[], $5::bytea[]) n (place, reflection, words)
		JOIN passages p ON p.owner = $1 AND p.place = n.place AND p.reflection = n.reflection
		WHERE n.words IS NOT NULL ON CONFLICT DO NOTHING`, owner, g.id, c.places, c.reflections, c.words)
	return s.send(ctx, s.pipeline, b)
}
