package memory

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// ForgetAgain forgets in s, which was opened on a restored backup, what was
// forgotten in the present database since: ids that left a tombstone, and
// accounts that were erased. Both addresses are the superuser's, since it reads
// everybody's ids; it reads no words.
func (s *Store) ForgetAgain(ctx context.Context, present, restored string) (err error) {
	defer wrap(&err, "forget again")
	now, err := pgx.Connect(ctx, present)
	if err != nil {
		return err
	}
	defer now.Close(context.WithoutCancel(ctx))
	then, err := pgx.Connect(ctx, restored)
	if err != nil {
		return err
	}
	defer then.Close(context.WithoutCancel(ctx))
	var there bool
	if err := now.QueryRow(ctx, `SELECT to_regclass('public.forgettings') IS NOT NULL`).Scan(&there); err != nil || !there {
		return err
	}
	if err := s.forgetEverything(ctx, now, then); err != nil {
		return err
	}
	if err := s.forgetIDs(ctx, now, then); err != nil {
		return err
	}
	rows, _ := now.Query(ctx, `SELECT id FROM people WHERE erased_at IS NOT NULL`)
	erased, err := pgx.CollectRows(rows, pgx.RowTo[ID])
	if err != nil {
		return err
	}
	rows, _ = then.Query(ctx, `SELECT id FROM people WHERE erased_at IS NULL AND id = ANY ($1)`, erased)
	if erased, err = pgx.CollectRows(rows, pgx.RowTo[ID]); err != nil {
		return err
	}
	for _, person := range erased {
		id := s.newID()
		if err := s.accounts(ctx, func(t pgx.Tx) error { return s.leave(ctx, t, person, id) }); err != nil {
			return err
		}
		if err := s.left(ctx, person, id); err != nil {
			return err
		}
	}
	return carryReceipts(ctx, now, then)
}

// forgetEverything forgets everything of those who did so since the backup:
// themes and staged imports leave no tombstones.
func (s *Store) forgetEverything(ctx context.Context, now, then *pgx.Conn) error {
	rows, _ := now.Query(ctx, `SELECT owner, id FROM forgettings WHERE kind = $1`, ForgetEverything)
	type receipt struct{ Owner, ID ID }
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[receipt])
	if err != nil {
		return err
	}
	for _, r := range all {
		var since bool
		err := then.QueryRow(ctx, `SELECT EXISTS (SELECT FROM people WHERE id = $1 AND erased_at IS NULL)
			AND NOT EXISTS (SELECT FROM forgettings WHERE owner = $1 AND id = $2)`, r.Owner, r.ID).Scan(&since)
		if err != nil {
			return err
		}
		for done := !since; !done; {
			forgotten, err := s.ForgetAll(ctx, r.Owner, r.ID, Scope{Kind: ForgetEverything})
			if err != nil {
				return err
			}
			done = forgotten.DoneAt != nil
		}
	}
	return nil
}

// forgetIDs forgets what has a tombstone now and is there in the backup.
func (s *Store) forgetIDs(ctx context.Context, now, then *pgx.Conn) error {
	if _, err := then.Exec(ctx, `CREATE TEMPORARY TABLE buried (owner uuid, id uuid, at timestamptz, PRIMARY KEY (owner, id))`); err != nil {
		return err
	}
	if err := copyRows(ctx, now, then, `SELECT owner, id, at FROM tombstones`, "buried", "owner", "id", "at"); err != nil {
		return err
	}
	for _, from := range []struct {
		table string
		kind  ScopeKind
	}{{"conversations", ForgetConversation}, {"reflections", ForgetReflection}} {
		for {
			var owner, id ID
			err := then.QueryRow(ctx, `SELECT t.owner, t.id FROM `+from.table+` t JOIN buried USING (owner, id) LIMIT 1`).Scan(&owner, &id)
			if err == pgx.ErrNoRows {
				break
			}
			if err != nil {
				return err
			}
			if _, err := s.ForgetAll(ctx, owner, s.newID(), Scope{Kind: from.kind, About: &id}); err != nil {
				return err
			}
		}
	}
	for _, table := range []string{"lines", "insights", "commitments", "plans"} {
		if _, err := then.Exec(ctx, `DELETE FROM `+table+` t USING buried b WHERE b.owner = t.owner AND b.id = t.id`); err != nil {
			return err
		}
	}
	_, err := then.Exec(ctx, `INSERT INTO tombstones (owner, id, at) SELECT owner, id, at FROM buried WHERE owner IN (SELECT id FROM people) ON CONFLICT DO NOTHING`)
	return err
}

// carryReceipts takes the receipts along. What they are about came back onto
// the disk with the backup, so the second stage begins anew.
func carryReceipts(ctx context.Context, now, then *pgx.Conn) error {
	const columns = `owner, id, kind, about, since, until, at, done_at, removed`
	if _, err := then.Exec(ctx, `CREATE TEMPORARY TABLE carried AS SELECT `+columns+` FROM forgettings LIMIT 0`); err != nil {
		return err
	}
	if err := copyRows(ctx, now, then, `SELECT `+columns+` FROM forgettings`, "carried",
		"owner", "id", "kind", "about", "since", "until", "at", "done_at", "removed"); err != nil {
		return err
	}
	_, err := then.Exec(ctx, `INSERT INTO forgettings (`+columns+`) SELECT `+columns+` FROM carried
		WHERE owner IN (SELECT id FROM people) ON CONFLICT DO NOTHING`)
	if err == nil {
		_, err = then.Exec(ctx, `UPDATE forgettings SET rewritten_at = NULL`)
	}
	return err
}

func copyRows(ctx context.Context, from, to *pgx.Conn, query, table string, columns ...string) error {
	rows, err := from.Query(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	_, err = to.CopyFrom(ctx, pgx.Identifier{table}, columns, rowsOf{rows})
	if err != nil {
		return fmt.Errorf("carry %s: %w", table, translate(err))
	}
	return nil
}

// rowsOf lets the rows of one connection be copied into another.
type rowsOf struct{ pgx.Rows }
