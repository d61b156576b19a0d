package memory

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Turn is one entry of a transcript: what she said, or a sentence replied.
type Turn struct {
	Said     *Reflection
	Sentence *Sentence
}

// Transcript is what a reply is made from.
type Transcript struct {
	Conversation Conversation
	Turns        []Turn   // in order; without what was forgotten or blanked
	AskedBefore  []string // keys of questions asked in her earlier conversations, the latest first
	Quoted       []ID     // passages quoted in this conversation
}

// Transcript reads a conversation for the pipeline. What is kept apart stays
// out of it.
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
		for _, e := range events {
			switch {
			case e.Said != nil && !e.Said.Apart:
				t.Turns = append(t.Turns, Turn{Said: e.Said})
			case e.Sentence != nil && !e.Sentence.Blanked:
				t.Turns = append(t.Turns, Turn{Sentence: e.Sentence})
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

func (t *tx) askedBefore(ctx context.Context, conversation ID) ([]string, error) {
	rows, err := t.Query(ctx, `
		SELECT s.question_key FROM sentences s JOIN replies r ON r.owner = s.owner AND r.id = s.reply
		WHERE s.owner = $1 AND s.question_key <> '' AND r.conversation <> $2
		ORDER BY s.at DESC LIMIT 500`, t.owner, conversation)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
