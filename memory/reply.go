package memory

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
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
// CodeConflict if the lease is lost. With CodeUnavailable nobody knows whether
// it was kept: the same again settles it.
//
// It is the step that a reader waits for, so it is one round trip: the lock on
// the conversation, as everywhere first, and one statement that does nothing
// unless the fence still stands.
func (s *Store) Release(ctx context.Context, l Lease, n NewSentence) (err error) {
	defer wrap(&err, "release sentence %d of %v", n.N, l.Reply)
	var quote, reflection *ID
	var start, end int
	if n.Quote != nil {
		id := s.newID()
		quote, reflection, start, end = &id, &n.Quote.Reflection, n.Quote.Start, n.Quote.End
	}
	e := Event{Conversation: l.Conversation, Kind: EventSentence, Sentence: &Sentence{
		Reply: l.Reply, N: n.N, Kind: n.Kind, Author: n.Author, Text: n.Text, QuestionKey: n.QuestionKey}}
	b := newBatch(l.Owner)
	b.Queue(lockConversation, l.Owner, l.Conversation).Exec(func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() == 0 {
			return pgx.ErrNoRows
		}
		return nil
	})
	b.Queue(release, l.Owner, l.Reply, l.Fence, l.Conversation, n.N, n.Kind, n.Author, n.Text, n.QuestionKey, s.now(),
		n.Mirrors, n.Handle, s.newID(), quote, reflection, start, end).QueryRow(func(row pgx.Row) error {
		if err := row.Scan(&e.Seq, &e.ID, &e.At); err != pgx.ErrNoRows {
			return err
		}
		return errLost
	})
	err = s.send(ctx, s.pipeline, b)
	switch {
	case violates(err, "23505"):
		if err := s.keptBefore(ctx, l, n); err != nil {
			return err
		}
		s.tell(l.Owner, l.Conversation, nil)
	case CodeOf(err) == CodeUnavailable:
		s.pipeline.Reset() // after a restart of PostgreSQL the others are dead, too
		return err
	case err != nil:
		return err
	case e.Seq == 0 || n.Quote != nil: // its words stand elsewhere
		s.tell(l.Owner, l.Conversation, nil)
	default:
		s.tell(l.Owner, l.Conversation, &e)
	}
	return nil
}

// keptBefore makes sure that the sentence is there already, from a try whose
// answer was lost, and is this one.
func (s *Store) keptBefore(ctx context.Context, l Lease, n NewSentence) error {
	same := false
	err := s.read(ctx, s.pipeline, l.Owner, func(b *batch) {
		b.Queue(`SELECT kind = $4 AND text = $5 FROM sentences WHERE owner = $1 AND reply = $2 AND n = $3`,
			l.Owner, l.Reply, n.N, n.Kind, n.Text).QueryRow(func(row pgx.Row) error { return row.Scan(&same) })
	})
	if err == nil && !same {
		return Errorf(CodeConflict, "This reply has another sentence in that place.")
	}
	return err
}

const release = `
	WITH held AS (
		SELECT FROM replies WHERE owner = $1 AND id = $2 AND fence = $3 AND ended_at IS NULL
	), begun AS (
		UPDATE replies SET state = 'streaming' FROM held WHERE owner = $1 AND id = $2 AND state <> 'streaming'
	), quoted AS (
		INSERT INTO quotes (owner, id, reflection, length, start, "end")
		SELECT $1, $14, $15, coalesce((SELECT length FROM reflections WHERE owner = $1 AND id = $15), 0), $16, $17
		FROM held WHERE $14::uuid IS NOT NULL
	), said AS (
		INSERT INTO sentences (owner, reply, n, kind, author, text, quote, question_key, at)
		SELECT $1, $2, $5, $6, $7, $8, $14, $9, $10 FROM held
	), took_up AS (
		INSERT INTO mirrored (owner, reply, n, reflection)
		SELECT DISTINCT $1::uuid, $2::uuid, $5::int, m FROM held, unnest($11::uuid[]) m
	), used AS (
		UPDATE sources SET quoted = true FROM held WHERE owner = $1 AND reply = $2 AND handle = $12
	), at AS (
		UPDATE conversations SET last_seq = last_seq + 1, last_at = clock_timestamp() FROM held
		WHERE owner = $1 AND id = $4 RETURNING last_seq
	)
	INSERT INTO events (owner, conversation, seq, id, kind, about, n, at)
	SELECT $1, $4, at.last_seq, $13, 'sentence', $2, $5, clock_timestamp() FROM at
	RETURNING seq, right(id::text, 8), at`

// insertQuote takes the length from the reflection itself; a reflection that
// is not there gives no row, and a span outside of it is refused. Release does
// the same.
const insertQuote = `INSERT INTO quotes (owner, id, reflection, length, start, "end")
	VALUES ($1, $2, $3, coalesce((SELECT length FROM reflections WHERE owner = $1 AND id = $3), 0), $4, $5)`

// SetSources keeps the passages that came up for the reply, in the order of
// their handles.
func (s *Store) SetSources(ctx context.Context, l Lease, sources []Source) (err error) {
	defer wrap(&err, "sources of %v", l.Reply)
	if len(sources) == 0 {
		return nil
	}
	return s.underLease(ctx, l, `found = $4`, []any{len(sources)}, func(tx *tx) error {
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

// CountUsage adds what a reply cost after she stopped it or its node was taken
// for dead, when the row can no longer be written under the lease.
func (s *Store) CountUsage(ctx context.Context, l Lease, e End) (err error) {
	defer wrap(&err, "usage of %v", l.Reply)
	if e.Dropped == nil {
		e.Dropped = map[string]int{}
	}
	return s.asPipeline(ctx, l.Owner, func(tx *tx) error {
		_, err := tx.Exec(ctx, `UPDATE replies SET tokens_in = $3, tokens_out = $4, dropped = $5
			WHERE owner = $1 AND id = $2 AND state IN ('stopped', 'interrupted')`, l.Owner, l.Reply, e.TokensIn, e.TokensOut, e.Dropped)
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
