package memory

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Turn is one entry of a transcript: what she said, in its newest version, or a
// sentence replied.
type Turn struct {
	Said     *Reflection
	First    ID // of what was said, before any edit
	Sentence *Sentence
}

// Transcript is what a reply is made from.
type Transcript struct {
	Conversation Conversation
	// Turns are in order, without what was forgotten or blanked. A question that
	// took up words that are not to be used has its key and no text.
	Turns       []Turn
	AskedBefore []string // keys of questions asked in her earlier conversations, each once, the latest first
	Quoted      []ID     // passages quoted in this conversation
}

// Transcript reads a conversation for the pipeline. What is kept apart or
// outdated stays out of it, and so do the sentences that quote or mirror such
// words or those of an older version.
func (s *Store) Transcript(ctx context.Context, owner, conversation ID) (t Transcript, err error) {
	defer wrap(&err, "transcript of %v", conversation)
	err = s.asPipeline(ctx, owner, func(tx *tx) error {
		if t.Conversation, err = tx.conversation(ctx, conversation); err != nil {
			return err
		}
		events, err := tx.events(ctx, conversation)
		if err != nil {
			return err
		}
		newest, struck, err := tx.asTheyStand(ctx, conversation)
		if err != nil {
			return err
		}
		for _, e := range events {
			switch {
			case e.Said != nil:
				if r := newest[e.Said.ID]; r != nil && !r.Apart && r.OutdatedAt == nil {
					t.Turns = append(t.Turns, Turn{Said: r, First: e.Said.ID})
				}
			case e.Sentence == nil || e.Sentence.Blanked:
			case !struck[sentenceKey{e.Sentence.Reply, e.Sentence.N}]:
				t.Turns = append(t.Turns, Turn{Sentence: e.Sentence})
			case e.Sentence.Kind == KindQuestion:
				asked := *e.Sentence
				asked.Text = ""
				t.Turns = append(t.Turns, Turn{Sentence: &asked})
			}
		}
		if t.AskedBefore, err = tx.askedBefore(ctx, conversation); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT DISTINCT s.passage FROM sources s JOIN replies r ON r.owner = s.owner AND r.id = s.reply
			WHERE s.owner = $1 AND r.conversation = $2 AND s.quoted`, owner, conversation)
		if err != nil {
			return err
		}
		t.Quoted, err = pgx.CollectRows(rows, pgx.RowTo[ID])
		return err
	})
	return t, err
}

type sentenceKey struct {
	reply ID
	n     int
}

// asTheyStand reads the newest version of each message of a conversation, and
// the sentences in it that took up words that are not to be used as they were.
func (t *tx) asTheyStand(ctx context.Context, conversation ID) (newest map[ID]*Reflection, taken map[sentenceKey]bool, err error) {
	said := map[ID]ID{}
	var ids []ID
	rows, err := t.Query(ctx, `
		SELECT e.about, CASE WHEN n.id IS NULL THEN e.about ELSE newest(e.owner, n.id) END
		FROM events e LEFT JOIN reflections n ON n.owner = e.owner AND n.supersedes = e.about
		WHERE e.owner = $1 AND e.conversation = $2 AND e.kind = 'said' AND e.about IS NOT NULL`, t.owner, conversation)
	if err != nil {
		return nil, nil, err
	}
	var first, last ID
	if _, err := pgx.ForEachRow(rows, []any{&first, &last}, func() error {
		said[first] = last
		ids = append(ids, last)
		return nil
	}); err != nil {
		return nil, nil, err
	}
	all, err := inside(ctx, t, (*batch).reflections, ids...)
	if err != nil {
		return nil, nil, err
	}
	newest = map[ID]*Reflection{}
	for first, last := range said {
		newest[first] = all[last]
	}
	rows, err = t.Query(ctx, `
		SELECT s.reply, s.n FROM replies p
		JOIN sentences s ON s.owner = p.owner AND s.reply = p.id
		WHERE p.owner = $1 AND p.conversation = $2 AND EXISTS (
			SELECT FROM reflections f WHERE f.owner = $1 AND f.id IN (
				SELECT q.reflection FROM quotes q WHERE q.owner = $1 AND q.id = s.quote
				UNION ALL SELECT m.reflection FROM mirrored m WHERE m.owner = $1 AND m.reply = s.reply AND m.n = s.n)
			AND `+struck+`)`, t.owner, conversation)
	if err != nil {
		return nil, nil, err
	}
	taken = map[sentenceKey]bool{}
	var k sentenceKey
	_, err = pgx.ForEachRow(rows, []any{&k.reply, &k.n}, func() error {
		taken[k] = true
		return nil
	})
	return newest, taken, err
}

func (t *tx) askedBefore(ctx context.Context, conversation ID) ([]string, error) {
	rows, err := t.Query(ctx, `
		SELECT s.question_key FROM sentences s JOIN replies r ON r.owner = s.owner AND r.id = s.reply
		WHERE s.owner = $1 AND s.question_key <> '' AND r.conversation <> $2
		GROUP BY s.question_key ORDER BY max(s.at) DESC LIMIT 5000`, t.owner, conversation)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
