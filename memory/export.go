package memory

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/jackc/pgx/v5"

	"innerwork/memory/archive"
)

// Export writes everything of hers as one zip (see package archive): records
// with their history for programs, pages for her. It reads one moment, row
// after row, and keeps none in memory. That she did is in her audit, and so
// in the archive itself. Another export or import of hers that is under way is
// waited for by nobody: CodeTooMany.
//
// Where it fails it has written a part; without its end that is no zip.
func (s *Store) Export(ctx context.Context, owner ID, to io.Writer) (err error) {
	defer wrap(&err, "export")
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		if err := tx.leavingAlone(ctx); err != nil {
			return err
		}
		return s.note(ctx, tx, owner, owner, "archive taken", nil, false)
	})
	if err != nil {
		return err
	}
	account, err := s.accountOf(ctx, owner)
	if err != nil {
		return err
	}
	snapshot := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return s.asWith(ctx, s.act, snapshot, owner, func(tx *tx) error {
		if err := tx.leavingAlone(ctx); err != nil {
			return err
		}
		w, err := archive.NewWriter(to)
		if err != nil {
			return err
		}
		columns, err := columnsOf(ctx, tx)
		if err != nil {
			return err
		}
		for _, k := range things {
			if err := k.write(ctx, tx, w, columns); err != nil {
				return fmt.Errorf("%s: %w", k.table, err)
			}
		}
		if err := tx.writeAccount(ctx, w, account); err != nil {
			return err
		}
		if err := tx.writePages(ctx, w, account.names); err != nil {
			return fmt.Errorf("pages: %w", err)
		}
		return w.Close()
	})
}

// leavingAlone has one export or import of hers at a time, on whatever node,
// and gives it the time that a slow line takes.
func (t *tx) leavingAlone(ctx context.Context) error {
	var alone bool
	err := t.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(hashtextextended('archive ' || $1::text, 0)),
		set_config('TimeZone', 'UTC', true), set_config('idle_in_transaction_session_timeout', '300000', true)`, t.owner).Scan(&alone, nil, nil)
	if err == nil && !alone {
		return Errorf(CodeTooMany, "An archive of yours is being made or brought back already. Wait until that has ended.")
	}
	return err
}

// accountRecords is what stands in tables without words: records as they go
// into an archive, by kind.
type accountRecords struct {
	records map[string][]string
	names   map[ID]string // of her coaches
}

// accountOf reads what happened with her account. She herself is nobody in it.
func (s *Store) accountOf(ctx context.Context, owner ID) (a accountRecords, err error) {
	a = accountRecords{map[string][]string{}, map[ID]string{}}
	err = s.accounts(ctx, func(t pgx.Tx) error {
		if _, err := t.Exec(ctx, `SELECT set_config('TimeZone', 'UTC', true)`); err != nil {
			return err
		}
		for kind, query := range map[string]string{
			"coachings": `SELECT jsonb_build_object('coach', k.coach, 'name', p.name, 'redeemed_at', k.redeemed_at, 'confirmed_at', k.confirmed_at, 'ended_at', k.ended_at)::text
				FROM coachings k JOIN people p ON p.id = k.coach WHERE k.owner = $1`,
			"consents": `SELECT jsonb_build_object('version', version, 'at', at)::text FROM consents WHERE person = $1`,
			"acts": `SELECT jsonb_build_object('act', act, 'about', nullif(about, $1), 'by', nullif(actor, $1), 'at', at)::text
				FROM audit WHERE person = $1`,
		} {
			rows, err := t.Query(ctx, query, owner)
			if err != nil {
				return err
			}
			if a.records[kind], err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
				return err
			}
		}
		rows, err := t.Query(ctx, `SELECT k.coach, p.name FROM coachings k JOIN people p ON p.id = k.coach WHERE k.owner = $1`, owner)
		if err != nil {
			return err
		}
		var id ID
		var name string
		_, err = pgx.ForEachRow(rows, []any{&id, &name}, func() error {
			a.names[id] = name
			return nil
		})
		return err
	})
	return a, err
}

// writeAccount writes what happened with the account, here and in accounts
// before this one, in one order.
func (t *tx) writeAccount(ctx context.Context, w *archive.Writer, a accountRecords) error {
	for _, kind := range []string{"coachings", "consents", "acts"} {
		to, err := w.History(kind)
		key := `record->>'at'`
		if kind == "coachings" {
			to, err = w.Records(kind)
			key = `record->>'coach'`
		}
		if err != nil {
			return err
		}
		rows, err := t.Query(ctx, `SELECT DISTINCT record::text, `+key+` COLLATE "C" FROM (
			SELECT r::jsonb AS record FROM unnest($3::text[]) r
			UNION ALL SELECT record FROM carried WHERE owner = $1 AND kind = $2) x ORDER BY 2, 1`, t.owner, kind, slices.Clip(a.records[kind]))
		if err != nil {
			return err
		}
		var record, by string
		n := 0
		if _, err := pgx.ForEachRow(rows, []any{&record, &by}, func() error {
			n++
			_, err := fmt.Fprintln(to, record)
			return err
		}); err != nil {
			return err
		}
		if kind == "coachings" {
			w.Table(kind, archive.Table{Rows: n, Columns: []string{"coach", "name", "redeemed_at", "confirmed_at", "ended_at"}})
		}
	}
	return nil
}
