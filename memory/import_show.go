package memory

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// What an entry's moment and zone are, with the zone of its import $3.
const (
	entryAt   = `(CASE WHEN e.wall THEN (e.at AT TIME ZONE 'UTC') AT TIME ZONE $3 ELSE e.at END)`
	entryZone = `(CASE WHEN e.zone = '' THEN $3 ELSE e.zone END)`
)

const importColumns = `SELECT id, name, zone, created_at, expires_at, read_at IS NOT NULL, report FROM imports`

func scanImport(row pgx.CollectableRow) (i Import, err error) {
	err = row.Scan(&i.ID, &i.Name, &i.Zone, &i.CreatedAt, &i.ExpiresAt, &i.Read, &i.Report)
	return i, err
}

// Imports lists the files that are on their way in or can be taken back, the
// latest first, each with its counts only.
func (s *Store) Imports(ctx context.Context, owner ID) (all []Import, err error) {
	defer wrap(&err, "imports")
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		rows, err := tx.Query(ctx, importColumns+` WHERE owner = $1 AND expires_at > $2 ORDER BY created_at DESC, id`, owner, s.now())
		if err != nil {
			return err
		}
		if all, err = pgx.CollectRows(rows, scanImport); err != nil {
			return err
		}
		for i := range all {
			if all[i].Count, err = tx.countImport(ctx, all[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// ImportPreview is what she looks over before she takes a file in, and where
// the taking in stands.
func (s *Store) ImportPreview(ctx context.Context, owner, id ID) (i Import, err error) {
	defer wrap(&err, "preview of import %v", id)
	err = s.asPerson(ctx, owner, func(tx *tx) (err error) {
		if i, err = tx.importByID(ctx, id, ""); err != nil {
			return err
		}
		return errors.Join(tx.lookOver(ctx, &i), tx.skips(ctx, &i), tx.samples(ctx, &i))
	})
	return i, err
}

func (t *tx) importByID(ctx context.Context, id ID, lock string) (Import, error) {
	rows, err := t.Query(ctx, importColumns+` WHERE owner = $1 AND id = $2 AND expires_at > $3 `+lock, t.owner, id, t.store.now())
	if err != nil {
		return Import{}, err
	}
	return pgx.CollectExactlyOneRow(rows, scanImport)
}

func (t *tx) countImport(ctx context.Context, id ID) (c ImportCount, err error) {
	err = t.QueryRow(ctx, `
		SELECT count(*), count(*) FILTER (WHERE outcome IS NULL), count(*) FILTER (WHERE outcome = 'stored'),
		       count(*) FILTER (WHERE outcome = 'here'), count(*) FILTER (WHERE outcome = 'forgotten')
		FROM import_entries WHERE owner = $1 AND import = $2`, t.owner, id).Scan(&c.Entries, &c.Waiting, &c.Stored, &c.Here, &c.Forgotten)
	return c, err
}

// lookOver counts, and tells from when to when.
func (t *tx) lookOver(ctx context.Context, i *Import) (err error) {
	if i.Count, err = t.countImport(ctx, i.ID); err != nil {
		return err
	}
	return t.QueryRow(ctx, `
		SELECT min(`+entryAt+`), max(`+entryAt+`), count(*) FILTER (WHERE day), count(*) FILTER (WHERE e.zone = ''),
		       count(*) FILTER (WHERE origin = 'named'), count(*) FILTER (WHERE origin = 'modified')
		FROM import_entries e WHERE owner = $1 AND import = $2`, t.owner, i.ID, i.Zone).
		Scan(&i.From, &i.To, &i.Days, &i.Unzoned, &i.Named, &i.Modified)
}

func (t *tx) skips(ctx context.Context, i *Import) error {
	rows, err := t.Query(ctx, `SELECT reason, count, places FROM import_skips WHERE owner = $1 AND import = $2 ORDER BY count DESC, reason`, t.owner, i.ID)
	if err != nil {
		return err
	}
	i.Skipped, err = pgx.CollectRows(rows, pgx.RowToStructByPos[ImportSkip])
	return err
}

func (t *tx) samples(ctx context.Context, i *Import) error {
	rows, err := t.Query(ctx, `
		WITH line AS (
			SELECT n, row_number() OVER (ORDER BY at, n) - 1 AS stands, count(*) OVER () AS whole
			FROM import_entries WHERE owner = $1 AND import = $2 AND outcome IS NULL
		), chosen AS (SELECT DISTINCT stands FROM line, generate_series(0, 4) AS k WHERE stands = k * (whole - 1) / 4)
		SELECT left(e.text, 400), char_length(e.text) <= 400, `+entryAt+`, `+entryZone+`, e.day, e.label, e.place
		FROM line JOIN chosen USING (stands) JOIN import_entries e ON e.owner = $1 AND e.import = $2 AND e.n = line.n ORDER BY stands`,
		t.owner, i.ID, i.Zone)
	if err != nil {
		return err
	}
	i.Samples, err = pgx.CollectRows(rows, pgx.RowToStructByPos[ImportSample])
	return err
}

// SetImportZone chooses the zone of the dates that have none. What was taken in
// already stays as it is.
func (s *Store) SetImportZone(ctx context.Context, owner, id ID, zone string) (_ Import, err error) {
	defer wrap(&err, "zone of import %v", id)
	if err := checkZone(zone); err != nil {
		return Import{}, err
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		tag, err := tx.Exec(ctx, `UPDATE imports SET zone = $3 WHERE owner = $1 AND id = $2 AND expires_at > $4`, owner, id, zone, s.now())
		if err == nil && tag.RowsAffected() == 0 {
			err = pgx.ErrNoRows
		}
		return err
	})
	if err != nil {
		return Import{}, err
	}
	return s.ImportPreview(ctx, owner, id)
}
