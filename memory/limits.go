package memory

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Limits is how much each person may ask for, counted over all nodes. Zero is
// no limit.
type Limits struct {
	// MessagesAMinute bounds, in any minute, what she says and the replies that
	// she asks for again.
	MessagesAMinute int
	// TokensADay bounds what her replies may cost in tokens between one midnight
	// of UTC and the next: a day that no change of her zone makes begin anew.
	TokensADay int
}

// inPace counts one more into the last minute, and returns no row if that would
// be one too many: $1 is the owner, $2 the limit, and $3 says to count without
// refusing. The row is locked until the commit, so that nodes and
// conversations count one after the other; the clock is the database's.
const inPace = `
	INSERT INTO paces AS p (owner, said) SELECT $1, ARRAY[clock_timestamp()] WHERE $2 > 0
	ON CONFLICT (owner) DO UPDATE
		SET said = ARRAY(SELECT t FROM unnest(p.said) AS t WHERE t > excluded.said[1] - interval '1 minute') || excluded.said
		WHERE $3 OR (SELECT count(*) FROM unnest(p.said) AS t WHERE t > excluded.said[1] - interval '1 minute') < $2
	RETURNING owner`

// insertSaid keeps a message if it is within the limit, in one statement.
const insertSaid = `
	WITH pace AS (` + inPace + `)
	INSERT INTO reflections (owner, id, kind, text, conversation, at, zone, apart)
	SELECT $1, $4, 'said', $5, $6, $7, $8, $9 WHERE $2 = 0 OR EXISTS (SELECT FROM pace)`

// insertSaid keeps what she said. A message that a help text answers is counted
// and never refused.
func (t *tx) insertSaid(ctx context.Context, said NewSaid, apart bool) error {
	tag, err := t.Exec(ctx, insertSaid, t.owner, t.store.limits.MessagesAMinute, said.Apart,
		said.ID, said.Text, said.Conversation, t.store.now(), said.Zone, apart)
	if err == nil && tag.RowsAffected() == 0 {
		err = t.tooFast(ctx)
	}
	return err
}

// keepPace counts what asks for a reply and says nothing.
func (t *tx) keepPace(ctx context.Context) error {
	if t.store.limits.MessagesAMinute == 0 {
		return nil
	}
	tag, err := t.Exec(ctx, inPace, t.owner, t.store.limits.MessagesAMinute, false)
	if err == nil && tag.RowsAffected() == 0 {
		err = t.tooFast(ctx)
	}
	return err
}

// tooFast is the refusal, with the time at which there is room again.
func (t *tx) tooFast(ctx context.Context) error {
	var seconds int
	err := t.QueryRow(ctx, `
		SELECT coalesce(greatest(1, ceil(extract(epoch FROM t + interval '1 minute' - clock_timestamp()))), 1)::int
		FROM paces, unnest(said) AS t WHERE owner = $1 ORDER BY t DESC OFFSET $2 LIMIT 1`,
		t.owner, t.store.limits.MessagesAMinute-1).Scan(&seconds)
	if err != nil {
		return err
	}
	return Errorf(CodeTooMany, "That was a lot within a minute, so nothing was stored. It can go on in %d s; keep your words until then and send them again.", seconds)
}

// Cost is what a call to a model takes, in tokens.
type Cost struct{ In, Out int }

// Reserve puts the most that a reply's call may cost on the reply, if the
// person's day has room for it; at its end the reply says what it did cost. So
// a call whose node dies has been counted, and replies that begin at once on
// several nodes do not share the same rest. The error has CodeConflict if the
// lease is lost.
func (s *Store) Reserve(ctx context.Context, l Lease, most Cost) (room bool, err error) {
	defer wrap(&err, "reserve tokens for %v", l.Reply)
	if s.limits.TokensADay == 0 {
		return true, nil
	}
	b := newBatch(l.Owner) // two statements, so that the second one sees what the lock waited for
	b.Queue(`SELECT pg_advisory_xact_lock($1, hashtext($2))`, budgetLock, l.Owner.String())
	held := false
	b.Queue(`
		WITH day AS (
			SELECT coalesce(sum(tokens_in + tokens_out), 0) + $4 + $5 <=
			       $6 - coalesce((SELECT tokens FROM unrecorded WHERE owner = $1 AND day = ($7::timestamptz AT TIME ZONE 'UTC')::date), 0) AS room
			FROM replies WHERE owner = $1 AND id <> $2 AND at >= $7
		)
		UPDATE replies SET tokens_in = CASE WHEN day.room THEN $4 ELSE 0 END, tokens_out = CASE WHEN day.room THEN $5 ELSE 0 END
		FROM day WHERE owner = $1 AND id = $2 AND fence = $3 AND ended_at IS NULL RETURNING day.room`,
		l.Owner, l.Reply, l.Fence, most.In, most.Out, s.limits.TokensADay, s.now().UTC().Truncate(24*time.Hour)).
		Query(func(rows pgx.Rows) error {
			for rows.Next() {
				held = true
				if err := rows.Scan(&room); err != nil {
					return err
				}
			}
			return rows.Err()
		})
	if err := s.send(ctx, s.pipeline, b); err != nil {
		return false, err
	}
	if !held {
		return false, errLost
	}
	return room, nil
}

// budgetLock is the first key of the advisory lock under which one node at a
// time counts a person's tokens; the second one is hers.
const budgetLock = 0x746f6b6e // "tokn"
