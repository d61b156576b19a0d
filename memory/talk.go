package memory

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// ConversationFilter narrows a list of conversations.
type ConversationFilter struct {
	Query  string    // words that she said in it; "" for all
	Before time.Time // last spoken in before; zero for the newest
	Limit  int       // at most; 0 is 50
}

const selectConversation = `
	SELECT c.id, c.practice, c.stage, c.paused_at IS NOT NULL, c.clarity, coalesce(f.title, ''),
	       c.started_at, c.last_at, c.closed_at, c.last_seq
	FROM conversations c LEFT JOIN LATERAL (
		SELECT left(r.text, 120) AS title FROM events e
		JOIN reflections r ON r.owner = e.owner AND r.id = newest(e.owner, e.about)
		WHERE e.owner = c.owner AND e.conversation = c.id AND e.kind = 'said' AND NOT r.apart
		ORDER BY e.seq LIMIT 1
	) f ON true `

func scanConversation(row pgx.CollectableRow) (c Conversation, err error) {
	err = row.Scan(&c.ID, &c.Practice, &c.Stage, &c.Paused, &c.Clarity, &c.Title, &c.StartedAt, &c.LastAt, &c.ClosedAt, &c.LastSeq)
	return c, err
}

// Conversations lists hers, the one last spoken in first.
func (s *Store) Conversations(ctx context.Context, owner ID, f ConversationFilter) (all []Conversation, err error) {
	defer wrap(&err, "conversations")
	if f.Limit <= 0 {
		f.Limit = 50
	}
	if f.Before.IsZero() {
		f.Before = s.now().Add(time.Hour)
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		rows, err := tx.Query(ctx, selectConversation+`
			WHERE c.owner = $1 AND c.last_at < $2 AND ($4 = '' OR EXISTS (
				SELECT FROM reflections r WHERE r.owner = c.owner AND r.conversation = c.id
				AND to_tsvector('english', r.text) @@ websearch_to_tsquery('english', $4)
				AND NOT EXISTS (SELECT FROM reflections n WHERE n.owner = r.owner AND n.supersedes = r.id)))
			ORDER BY c.last_at DESC LIMIT $3`, owner, f.Before, f.Limit, f.Query)
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, scanConversation)
		return err
	})
	return all, err
}

// Conversation returns one of hers.
func (s *Store) Conversation(ctx context.Context, owner, id ID) (c Conversation, err error) {
	defer wrap(&err, "conversation %v", id)
	err = s.asPerson(ctx, owner, func(tx *tx) (err error) {
		c, err = tx.conversation(ctx, id)
		return err
	})
	return c, err
}

func (t *tx) conversation(ctx context.Context, id ID) (Conversation, error) {
	rows, err := t.Query(ctx, selectConversation+`WHERE c.owner = $1 AND c.id = $2`, t.owner, id)
	if err != nil {
		return Conversation{}, err
	}
	return pgx.CollectExactlyOneRow(rows, scanConversation)
}

// BeginConversation makes a conversation with the reply that opens it. The
// same id again is the same conversation, and made is false.
func (s *Store) BeginConversation(ctx context.Context, owner, id ID, practice string, opening NewReply) (c Conversation, made bool, err error) {
	defer wrap(&err, "begin conversation %v", id)
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		tag, err := tx.Exec(ctx, `INSERT INTO conversations (owner, id, practice, started_at, last_at)
			VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING`, owner, id, practice, s.now())
		if err != nil {
			return err
		}
		if made = tag.RowsAffected() == 1; made {
			if err := tx.accept(ctx, id, nil, opening); err != nil {
				return err
			}
		}
		c, err = tx.conversation(ctx, id)
		return err
	})
	return c, made, err
}

// SetStage moves a conversation on, because she says so; to Closed ends it.
// Moving back is allowed until it is closed. The reply that opens the stage,
// unless it is nil, comes with it, or neither does: opened says that it did,
// which it does not while coaching is paused or where the stage stays as it
// is. A reply that runs is stopped by it.
func (s *Store) SetStage(ctx context.Context, owner, id ID, stage Stage, opening *NewReply) (c Conversation, opened bool, err error) {
	defer wrap(&err, "set stage of %v", id)
	c, err = s.changeConversation(ctx, owner, id, func(tx *tx, now Conversation) error {
		opened = false
		if now.Stage == stage {
			return nil
		}
		if now.Stage == Closed {
			return Errorf(CodeConflict, "This conversation is closed. Begin a new one; what you said here can be found from there.")
		}
		opens := opening != nil && !now.Paused
		if opens || stage == Closed {
			reason := "spoken over"
			if stage == Closed {
				reason = "closed"
			}
			if _, err := tx.stopRunning(ctx, id, reason); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `UPDATE conversations SET stage = $3, closed_at = CASE WHEN $3 = 'closed' THEN $4::timestamptz END
			WHERE owner = $1 AND id = $2`, owner, id, stage, s.now()); err != nil {
			return err
		}
		if _, _, err := tx.event(ctx, id, EventStage, nil, 0, stage); err != nil || !opens {
			return err
		}
		opened = true
		return tx.accept(ctx, id, nil, *opening)
	})
	return c, opened && err == nil, err
}

// SetClarity keeps how clear it is to her, 0..10.
func (s *Store) SetClarity(ctx context.Context, owner, id ID, clarity int) (c Conversation, err error) {
	defer wrap(&err, "set clarity of %v", id)
	if clarity < 0 || clarity > 10 {
		return c, Errorf(CodeInvalid, "Clarity is a number from 0 to 10.")
	}
	return s.changeConversation(ctx, owner, id, func(tx *tx, _ Conversation) error {
		_, err := tx.Exec(ctx, `UPDATE conversations SET clarity = $3 WHERE owner = $1 AND id = $2`, owner, id, clarity)
		return err
	})
}

// ResumeConversation takes coaching up again after a help text, because she
// says go on.
func (s *Store) ResumeConversation(ctx context.Context, owner, id ID) (c Conversation, err error) {
	defer wrap(&err, "resume %v", id)
	return s.changeConversation(ctx, owner, id, func(tx *tx, now Conversation) error {
		if !now.Paused {
			return nil
		}
		return tx.resume(ctx, id)
	})
}

func (t *tx) resume(ctx context.Context, id ID) error {
	if _, err := t.Exec(ctx, `UPDATE conversations SET paused_at = NULL WHERE owner = $1 AND id = $2`, t.owner, id); err != nil {
		return err
	}
	_, _, err := t.event(ctx, id, EventResumed, nil, 0, "")
	return err
}

func (s *Store) changeConversation(ctx context.Context, owner, id ID, change func(*tx, Conversation) error) (c Conversation, err error) {
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		if err := tx.lockConversation(ctx, id); err != nil {
			return err
		}
		now, err := tx.conversation(ctx, id)
		if err != nil {
			return err
		}
		if err := change(tx, now); err != nil {
			return err
		}
		c, err = tx.conversation(ctx, id)
		return err
	})
	return c, err
}

// lockConversation keeps other changes of the conversation waiting until the
// commit. An UPDATE that changes nothing is the lock: SELECT FOR UPDATE would
// need the grant on every column.
func (t *tx) lockConversation(ctx context.Context, id ID) error {
	tag, err := t.Exec(ctx, lockConversation, t.owner, id)
	if err == nil && tag.RowsAffected() == 0 {
		return pgx.ErrNoRows
	}
	return err
}

const lockConversation = `UPDATE conversations SET last_seq = last_seq WHERE owner = $1 AND id = $2`
