package memory

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
)

// Index makes the passages, terms and vectors of a reflection, or takes them
// away if it is withheld, superseded or forgotten. It does only what is
// missing, so it may run again at any time.
func (s *Store) Index(ctx context.Context, owner, reflection ID) error {
	return s.IndexAll(ctx, owner, []ID{reflection})
}

// IndexAll is Index for several reflections of one owner, in two transactions
// for all of them: per reflection that is a tenth of the work. Some hundreds at
// once are enough.
func (s *Store) IndexAll(ctx context.Context, owner ID, reflections []ID) (err error) {
	defer wrap(&err, "index %d reflections", len(reflections))
	var all map[ID]standing
	err = s.asPipeline(ctx, owner, func(tx *tx) (err error) {
		all, err = tx.cut(ctx, reflections)
		return err
	})
	if err != nil {
		return err
	}
	return s.embedAll(ctx, owner, all)
}

// made are the passages of several reflections on their way into the database:
// a column each.
type made struct {
	ids, reflections     []ID
	lengths, starts, end []int
	places               []spot
	texts, labels        []string
}

// cut makes the passages and terms. It returns where the reflections stand
// that are searched. What is taken away goes last: forgetting, too, holds the
// reflections before it touches what stands on them.
func (t *tx) cut(ctx context.Context, reflections []ID) (map[ID]standing, error) {
	all, err := t.standing(ctx, reflections)
	if err != nil {
		return nil, err
	}
	var unsearched []ID
	var threads, conversations []ID
	for id, r := range all {
		switch {
		case !r.searched:
			unsearched = append(unsearched, id)
			delete(all, id)
		case !r.cut:
			threads = append(threads, r.thread)
			if r.conversation != nil {
				conversations = append(conversations, *r.conversation)
			}
		}
	}
	numbers, err := t.numbers(ctx, threads)
	if err != nil {
		return nil, err
	}
	for _, conversation := range slices.Compact(inLockOrder(conversations)) {
		if err := t.lendReplies(ctx, conversation, numbers[conversation]); err != nil {
			return nil, err
		}
	}
	var m made
	for id, r := range all {
		if !r.cut {
			m.add(t.store.newID, id, r, numbers[r.thread])
		}
	}
	if err := t.insert(ctx, m); err != nil {
		return nil, err
	}
	if err := t.spread(ctx); err != nil || len(unsearched) == 0 {
		return all, err
	}
	_, err = t.Exec(ctx, `DELETE FROM passages WHERE owner = $1 AND reflection = ANY ($2)`, t.owner, unsearched)
	return all, err
}

// add cuts one reflection.
func (m *made) add(newID func() ID, reflection ID, r standing, number int64) {
	runes := []rune(r.text)
	for part, p := range cutPassages(r.text) {
		m.ids = append(m.ids, newID())
		m.reflections = append(m.reflections, reflection)
		m.lengths = append(m.lengths, r.length)
		m.starts, m.end = append(m.starts, p.start), append(m.end, p.end)
		m.places = append(m.places, placeAt(number, r.turn, part))
		m.texts = append(m.texts, string(runes[p.start:p.end]))
		m.labels = append(m.labels, r.label)
	}
}

// insert keeps passages that are not there yet, and their terms.
func (t *tx) insert(ctx context.Context, m made) error {
	if len(m.ids) == 0 {
		return nil
	}
	b := &pgx.Batch{}
	b.Queue(`
		INSERT INTO passages (owner, id, reflection, length, start, "end", place)
		SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::int[], $6::int[], $7::bigint[])
		ON CONFLICT (owner, reflection, start) DO NOTHING`, t.owner, m.ids, m.reflections, m.lengths, m.starts, m.end, m.places)
	b.Queue(`
		INSERT INTO terms (owner, term, place, count, label)
		SELECT $1, w.term, m.place, w.count, w.label
		FROM unnest($2::uuid[], $3::bigint[], $4::text[], $5::text[]) m (id, place, text, label)
		JOIN passages p ON p.owner = $1 AND p.id = m.id,
		LATERAL (SELECT coalesce(w.lexeme, l.lexeme) AS term, least(coalesce(cardinality(w.positions), 0), 100) AS count, l.lexeme IS NOT NULL AS label
		         FROM unnest(stemmed(m.text)) w FULL JOIN unnest(stemmed(m.label)) l ON l.lexeme = w.lexeme) w`,
		t.owner, m.ids, m.places, m.texts, m.labels)
	return t.SendBatch(ctx, b).Close()
}
