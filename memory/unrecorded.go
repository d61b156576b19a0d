package memory

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// KeepPace counts, off the record, what asks for a reply, as on the record:
// refused with CodeTooMany beyond the limit of a minute, help never.
func (s *Store) KeepPace(ctx context.Context, owner ID, help bool) (err error) {
	defer wrap(&err, "keep pace")
	if s.limits.MessagesAMinute == 0 {
		return nil
	}
	return s.asPerson(ctx, owner, func(tx *tx) error {
		tag, err := tx.Exec(ctx, inPace, owner, s.limits.MessagesAMinute, help)
		if err == nil && tag.RowsAffected() == 0 {
			err = tx.tooFast(ctx)
		}
		return err
	})
}

// Spend counts tokens that are used off the record, if the day has room for
// them; with fewer than none it gives back what was counted too much.
func (s *Store) Spend(ctx context.Context, owner ID, tokens int) (room bool, err error) {
	defer wrap(&err, "spend tokens")
	if s.limits.TokensADay == 0 {
		return true, nil
	}
	b := newBatch(owner) // two statements, so that the second one sees what the lock waited for
	b.Queue(`SELECT pg_advisory_xact_lock($1, hashtext($2))`, budgetLock, owner.String())
	b.Queue(`
		WITH day AS (SELECT ($3::timestamptz AT TIME ZONE 'UTC')::date AS day), used AS (
			SELECT coalesce((SELECT sum(tokens_in + tokens_out) FROM replies WHERE owner = $1 AND at >= $3), 0)
			     + coalesce((SELECT tokens FROM unrecorded u, day WHERE u.owner = $1 AND u.day = day.day), 0) AS tokens
		)
		INSERT INTO unrecorded AS u (owner, day, tokens)
		SELECT $1, day.day, greatest($2::bigint, 0) FROM day, used WHERE $2::bigint <= 0 OR used.tokens + $2::bigint <= $4
		ON CONFLICT (owner, day) DO UPDATE SET tokens = greatest(u.tokens + $2::bigint, 0)
		RETURNING true`, owner, tokens, s.now().UTC().Truncate(24*time.Hour), s.limits.TokensADay).
		Query(func(rows pgx.Rows) error {
			room = rows.Next()
			rows.Close()
			return rows.Err()
		})
	err = s.send(ctx, s.pipeline, b)
	return room, err
}
