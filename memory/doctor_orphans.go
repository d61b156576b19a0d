package memory

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// orphans holds every foreign key of the catalogue against the rows: what was
// written while PostgreSQL did not look, in a damaged or doctored database.
func (s *Store) orphans(ctx context.Context, people []ID, all *tallies) error {
	rows, err := s.system.Query(ctx, `
		SELECT c.conrelid::regclass::text, c.confrelid::regclass::text,
		       array_agg(quote_ident(f.attname) ORDER BY k.n), array_agg(quote_ident(t.attname) ORDER BY k.n),
		       bool_or(f.attname = 'owner') AND has_table_privilege('`+roleAct+`', c.conrelid, 'SELECT') AND has_table_privilege('`+roleAct+`', c.confrelid, 'SELECT'),
		       has_table_privilege('`+roleSystem+`', c.conrelid, 'SELECT') AND has_table_privilege('`+roleSystem+`', c.confrelid, 'SELECT')
		FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace,
		LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY k (f, t, n),
		LATERAL (SELECT attname FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = k.f) f,
		LATERAL (SELECT attname FROM pg_attribute WHERE attrelid = c.confrelid AND attnum = k.t) t
		WHERE n.nspname = 'public' AND c.contype = 'f' GROUP BY c.oid ORDER BY 1, 2, c.conname`)
	if err != nil {
		return translate(err)
	}
	type tie struct {
		child, parent string
		from, to      []string
		owned, shared bool
	}
	ties, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t tie, err error) {
		err = row.Scan(&t.child, &t.parent, &t.from, &t.to, &t.owned, &t.shared)
		return t, err
	})
	if err != nil {
		return translate(err)
	}
	queries := map[bool][]string{}
	var unseen int
	for _, t := range ties {
		if !t.owned && !t.shared {
			unseen++
			continue
		}
		var same, there []string
		for i := range t.from {
			same = append(same, "p."+t.to[i]+" = c."+t.from[i])
			there = append(there, "c."+t.from[i]+" IS NOT NULL")
		}
		where := strings.Join(there, " AND ")
		if t.owned {
			where += " AND c.owner = $1"
		}
		queries[t.owned] = append(queries[t.owned], fmt.Sprintf(`SELECT count(*) FROM %s c WHERE %s AND NOT EXISTS (SELECT FROM %s p WHERE %s)`,
			t.child, where, t.parent, strings.Join(same, " AND ")))
	}
	orphans := Finding{What: "rows whose parent is missing", Wrong: true}
	all.add(orphans)
	count := func(b *batch, query string, args ...any) {
		b.Queue(query, args...).QueryRow(func(row pgx.Row) error {
			found := orphans
			err := row.Scan(&found.N)
			all.add(found)
			return err
		})
	}
	for _, owner := range people {
		if err := s.read(ctx, s.act, owner, func(b *batch) {
			for _, q := range queries[true] {
				count(b, q, owner)
			}
		}); err != nil {
			return err
		}
	}
	for _, q := range queries[false] {
		found := orphans
		if err := s.system.QueryRow(ctx, q).Scan(&found.N); err != nil {
			return translate(err)
		}
		all.add(found)
	}
	all.add(Finding{What: "ties between tables that were held against the rows", N: len(ties) - unseen})
	return nil
}
