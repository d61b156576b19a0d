package memory

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// PreviewLine is what a coach will see of a line of hers, read from the same
// view as his desk. Release and ReleasedAt are zero: nothing was released.
func (s *Store) PreviewLine(ctx context.Context, owner, id ID, withQuestion bool) (l DeskLine, err error) {
	defer wrap(&err, "preview %v", id)
	l = DeskLine{Leader: owner, New: true, ReleasedAt: s.now(), Marks: []Mark{}}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		return tx.QueryRow(ctx, `
			SELECT v.conversation, v.heading, v.text, v.cited, CASE WHEN $3 THEN v.asked END
			FROM shown_lines v WHERE v.owner = $1 AND v.line = $2`, owner, id, withQuestion).
			Scan(&l.Conversation, &l.Heading, &l.Text, &l.Cited, &l.Asked)
	})
	if err != nil {
		return DeskLine{}, err
	}
	return l, nil
}

// ReleaseLine lets one coach see one line, with or without the question that
// came before it. He must be a coach whom she confirmed. Releasing a line
// again to the same coach is the same release, unless the question is to come
// or go: then the old one ends.
func (s *Store) ReleaseLine(ctx context.Context, owner, line, coach ID, withQuestion bool) (r Release, err error) {
	defer wrap(&err, "release line %v", line)
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		if err := tx.mayRelease(ctx, line, coach); err != nil {
			return err
		}
		live, err := tx.releases(ctx, `r.line = $2 AND r.coach = $3 AND r.revoked_at IS NULL`, line, coach)
		if err != nil {
			return err
		}
		if len(live) > 0 && live[0].WithQuestion == withQuestion {
			r = live[0]
			return nil
		}
		if _, err := tx.endReleases(ctx, `line = $3 AND coach = $4`, line, coach); err != nil {
			return err
		}
		id := s.newID()
		if _, err := tx.Exec(ctx, `INSERT INTO releases (owner, id, line, coach, with_question, at) VALUES ($1, $2, $3, $4, $5, $6)`,
			owner, id, line, coach, withQuestion, s.now()); err != nil {
			return err
		}
		if err := s.note(ctx, tx, owner, owner, "line released", &id, false); err != nil {
			return err
		}
		r, err = tx.release(ctx, id)
		return err
	})
	return r, err
}

// mayRelease says clearly what the policies on releases would refuse.
func (t *tx) mayRelease(ctx context.Context, line, coach ID) error {
	// Held until the commit, so that keeping the words apart comes before the
	// look below or after the release.
	if _, err := t.Exec(ctx, `
		UPDATE reflections SET apart = apart WHERE owner = $1 AND id IN (
			SELECT q.reflection FROM lines l
			LEFT JOIN line_quotes k ON k.owner = l.owner AND k.line = l.id
			JOIN quotes q ON q.owner = l.owner AND q.id IN (l.quote, k.quote)
			WHERE l.owner = $1 AND l.id = $2)`, t.owner, line); err != nil {
		return err
	}
	var there, tied, apart bool
	err := t.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM lines WHERE owner = $1 AND id = $2),
		       EXISTS (SELECT FROM coachings WHERE owner = $1 AND coach = $3 AND confirmed_at IS NOT NULL AND ended_at IS NULL),
		       EXISTS (SELECT FROM lines l
		               LEFT JOIN line_quotes k ON k.owner = l.owner AND k.line = l.id
		               JOIN quotes q ON q.owner = l.owner AND q.id IN (l.quote, k.quote)
		               JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
		               WHERE l.owner = $1 AND l.id = $2 AND f.apart)`, t.owner, line, coach).Scan(&there, &tied, &apart)
	switch {
	case err != nil:
		return err
	case !there:
		return pgx.ErrNoRows
	case !tied:
		return Errorf(CodeConflict, "This is not a coach whom you have confirmed, so nothing was released. Invite and confirm your coach first.")
	case apart:
		return errApart
	}
	return nil
}

// Revoke ends a release: the coach no longer sees the line. Ending it twice is
// the same.
func (s *Store) Revoke(ctx context.Context, owner, release ID) (r Release, err error) {
	defer wrap(&err, "revoke %v", release)
	err = s.asPerson(ctx, owner, func(tx *tx) (err error) {
		if _, err = tx.endReleases(ctx, `id = $3`, release); err != nil {
			return err
		}
		r, err = tx.release(ctx, release)
		return err
	})
	return r, err
}

// endReleases ends the live releases of hers for which the condition holds,
// each with a line in her audit, and returns how many; its parameters begin
// with $3.
func (t *tx) endReleases(ctx context.Context, condition string, args ...any) (int, error) {
	tag, err := t.Exec(ctx, `
		WITH ended AS (
			UPDATE releases SET revoked_at = $2 WHERE owner = $1 AND revoked_at IS NULL AND `+condition+` RETURNING id
		)
		INSERT INTO audit (person, actor, act, about, at) SELECT $1, $1, 'release ended', id, $2 FROM ended`,
		append([]any{t.owner, t.store.now()}, args...)...)
	return int(tag.RowsAffected()), err
}

func (t *tx) release(ctx context.Context, id ID) (Release, error) {
	all, err := t.releases(ctx, `r.id = $2`, id)
	if err != nil {
		return Release{}, err
	}
	if len(all) == 0 {
		return Release{}, pgx.ErrNoRows
	}
	return all[0], nil
}

// releases reads those of hers for which the condition holds, with their
// readings; its parameters begin with $2.
func (t *tx) releases(ctx context.Context, condition string, args ...any) ([]Release, error) {
	rows, err := t.Query(ctx, `
		SELECT r.id, r.line, r.coach, r.with_question, r.at, r.revoked_at, coalesce((
			SELECT jsonb_agg(jsonb_build_object('id', d.id, 'release', d.release, 'coach', d.coach, 'at', d.at) ORDER BY d.at, d.id)
			FROM readings d WHERE d.owner = r.owner AND d.release = r.id), '[]')
		FROM releases r WHERE r.owner = $1 AND `+condition+` ORDER BY r.at, r.id`, append([]any{t.owner}, args...)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Release, err error) {
		err = row.Scan(&r.ID, &r.Line, &r.Coach, &r.WithQuestion, &r.At, &r.RevokedAt, &r.Readings)
		return r, err
	})
}
