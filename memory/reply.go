package memory

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Lease is the right to write one reply. It ends when the fence of the reply
// has moved on: she stopped it, or its node was taken for dead.
type Lease struct {
	Owner        ID
	Conversation ID
	Reply        ID
	Fence        int64
}

// errLost says that the lease is no longer held.
var errLost = Errorf(CodeConflict, "This reply has ended.")

// NewSentence is a sentence to release.
type NewSentence struct {
	N           int
	Kind        SentenceKind
	Author      Author
	Text        string // "" for a quote
	Quote       *Quote // for KindQuote
	Handle      string // the source that the quote was taken from, if it was
	QuestionKey string
	Mirrors     []ID // the reflections whose words it took up
}

// Release keeps a sentence; only then may anybody see it. The error has
// CodeConflict if the lease is lost.
func (s *Store) Release(ctx context.Context, l Lease, n NewSentence) (err error) {
	defer wrap(&err, "release sentence %d of %v", n.N, l.Reply)
	return s.underLease(ctx, l, `state = 'streaming'`, nil, func(tx *tx) error {
		var quote *ID
		if n.Quote != nil {
			id := s.newID()
			quote = &id
			if _, err := tx.Exec(ctx, insertQuote, l.Owner, id, n.Quote.Reflection, n.Quote.Start, n.Quote.End); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `INSERT INTO sentences (owner, reply, n, kind, author, text, quote, question_key, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			l.Owner, l.Reply, n.N, n.Kind, n.Author, n.Text, quote, n.QuestionKey, s.now()); err != nil {
			return err
		}
		for _, r := range n.Mirrors {
			if _, err := tx.Exec(ctx, `INSERT INTO mirrored (owner, reply, n, reflection) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
				l.Owner, l.Reply, n.N, r); err != nil {
				return err
			}
		}
		if n.Handle != "" {
			if _, err := tx.Exec(ctx, `UPDATE sources SET quoted = true WHERE owner = $1 AND reply = $2 AND handle = $3`,
				l.Owner, l.Reply, n.Handle); err != nil {
				return err
			}
		}
		_, _, err := tx.event(ctx, l.Conversation, EventSentence, &l.Reply, n.N, "")
		return err
	})
}

// insertQuote takes the length from the reflection itself; a reflection that
// is not there gives no row, and a span outside of it is refused.
const insertQuote = `INSERT INTO quotes (owner, id, reflection, length, start, "end")
	VALUES ($1, $2, $3, coalesce((SELECT length FROM reflections WHERE owner = $1 AND id = $3), 0), $4, $5)`

// SetSources keeps the passages that came up for the reply, in the order of
// their handles.
func (s *Store) SetSources(ctx context.Context, l Lease, sources []Source) (err error) {
	defer wrap(&err, "sources of %v", l.Reply)
	if len(sources) == 0 {
		return nil
	}
	return s.underLease(ctx, l, `state = state`, nil, func(tx *tx) error {
		batch := &pgx.Batch{}
		for _, f := range sources {
			terms := f.Terms
			if terms == nil {
				terms = []string{}
			}
			batch.Queue(`
				INSERT INTO sources (owner, reply, handle, passage, reflection, length, start, "end", score, similarity, terms, given)
				SELECT $1, $2, $3, $4, r.id, r.length, $6, $7, $8, $9, $10, $11 FROM reflections r WHERE r.owner = $1 AND r.id = $5`,
				l.Owner, l.Reply, f.Handle, f.ID, f.Reflection, f.Start, f.End, f.Score, f.Similarity, terms, f.Given)
		}
		if err := tx.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		_, _, err := tx.event(ctx, l.Conversation, EventSources, &l.Reply, 0, "")
		return err
	})
}

// End is how a reply ended.
type End struct {
	State     ReplyState
	Reason    string // a code
	TokensIn  int
	TokensOut int
	Dropped   map[string]int // what the guard dropped, by kind
}

// EndReply ends a reply. The error has CodeConflict if it has ended already.
func (s *Store) EndReply(ctx context.Context, l Lease, e End) (err error) {
	defer wrap(&err, "end reply %v", l.Reply)
	if e.Dropped == nil {
		e.Dropped = map[string]int{}
	}
	return s.underLease(ctx, l, `state = $4, reason = $5, tokens_in = $6, tokens_out = $7, dropped = $8, ended_at = $9`,
		[]any{e.State, e.Reason, e.TokensIn, e.TokensOut, e.Dropped, s.now()}, func(tx *tx) error {
			_, _, err := tx.event(ctx, l.Conversation, EventEnd, &l.Reply, 0, "")
			return err
		})
}

// SpeakAs changes who speaks in a reply that has not ended, such as to the
// guide when the model cannot be reached.
func (s *Store) SpeakAs(ctx context.Context, l Lease, speaker Author, model, promptVersion string) (err error) {
	defer wrap(&err, "speaker of %v", l.Reply)
	return s.underLease(ctx, l, `speaker = $4, model = $5, prompt_version = $6`, []any{speaker, model, promptVersion}, nil)
}

// Renew moves the end of a lease. The error has CodeConflict if it is lost.
func (s *Store) Renew(ctx context.Context, l Lease, until time.Time) (err error) {
	defer wrap(&err, "renew lease of %v", l.Reply)
	return s.underLease(ctx, l, `lease_until = $4`, []any{until}, nil)
}

// underLease changes the reply's row, which fails unless the fence still
// stands, and then does the rest in the same transaction. The conversation is
// locked first, as everywhere, so that two transactions never wait for each
// other.
func (s *Store) underLease(ctx context.Context, l Lease, set string, args []any, do func(*tx) error) error {
	return s.asPipeline(ctx, l.Owner, func(tx *tx) error {
		if do != nil {
			if err := tx.lockConversation(ctx, l.Conversation); err != nil {
				return err
			}
		}
		tag, err := tx.Exec(ctx, `UPDATE replies SET `+set+` WHERE owner = $1 AND id = $2 AND fence = $3 AND ended_at IS NULL`,
			append([]any{l.Owner, l.Reply, l.Fence}, args...)...)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return errLost
		}
		if do == nil {
			return nil
		}
		return do(tx)
	})
}

// Sweep ends the replies whose lease has run out: their node is gone, or
// cannot reach the database, and the fence keeps it from writing on. It works
// for all owners and sees no words. It returns how many it ended.
func (s *Store) Sweep(ctx context.Context) (ended int, err error) {
	defer wrap(&err, "sweep")
	rows, err := s.system.Query(ctx, `SELECT owner, id, conversation, fence FROM replies
		WHERE ended_at IS NULL AND lease_until < $1 ORDER BY lease_until LIMIT 100`, s.now())
	if err != nil {
		return 0, translate(err)
	}
	lost, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l Lease, err error) {
		err = row.Scan(&l.Owner, &l.Reply, &l.Conversation, &l.Fence)
		return l, err
	})
	if err != nil {
		return 0, translate(err)
	}
	for _, l := range lost {
		err := s.as(ctx, s.system, l.Owner, func(tx *tx) error {
			if err := tx.lockConversation(ctx, l.Conversation); err != nil {
				return err
			}
			tag, err := tx.Exec(ctx, `UPDATE replies SET state = 'interrupted', reason = 'node lost', fence = fence + 1, ended_at = $5
				WHERE owner = $1 AND id = $2 AND fence = $3 AND ended_at IS NULL AND lease_until < $4`,
				l.Owner, l.Reply, l.Fence, s.now(), s.now())
			if err != nil || tag.RowsAffected() == 0 {
				return err
			}
			ended++
			_, _, err = tx.event(ctx, l.Conversation, EventEnd, &l.Reply, 0, "")
			return err
		})
		if err != nil {
			return ended, err
		}
	}
	return ended, nil
}
