package memory

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"innerwork/memory/archive"
)

// thing is a table whose rows an archive holds, a record each, with the rows
// of other tables that belong to one inside it. It comes back whole or not at
// all.
type thing struct {
	table   string
	parts   []part
	without []string // columns that mean something on this server only
	// with is a JSON object of columns that are not in the row t, or are said in
	// another way.
	with    string
	chained bool // a row comes after the one that it supersedes
	// given are the values of columns that no archive has.
	given map[string]string
	// carried things come back as records of what was, beside those of here.
	carried bool
}

// part is a table whose rows belong to one thing each, named by column of.
type part struct{ table, of, order string }

// brought is the node of a reply that was spoken elsewhere.
const brought = `'00000000-0000-0000-0000-000000000000'`

// things is all that an archive holds in records, except ties to coaches, in
// an order in which a row comes after those that it points at.
var things = []thing{
	{table: "tombstones"},
	{table: "conversations", parts: []part{{"events", "conversation", "seq"}}},
	{table: "reflections", without: []string{"length", "withheld"}, chained: true},
	{table: "quotes"},
	{table: "replies",
		parts:   []part{{"sentences", "reply", "n"}, {"mirrored", "reply", "n, p.reflection"}, {"sources", "reply", "handle"}},
		without: []string{"node", "fence", "lease_until"},
		// One that runs just now has no end yet: for the archive it was broken off.
		with: `CASE WHEN t.ended_at IS NULL THEN
			jsonb_build_object('state', 'interrupted', 'reason', 'node lost', 'ended_at', t.at) ELSE '{}' END`,
		given: map[string]string{"node": brought, "lease_until": "r.ended_at"}},
	{table: "insights", parts: []part{{"insight_wordings", "insight", "n"}, {"insight_quotes", "insight", "quote"}}},
	{table: "proposals", parts: []part{{"proposal_quotes", "proposal", "quote"}}},
	{table: "commitments", parts: []part{{"commitment_asks", "commitment", "reply"}}},
	{table: "summaries"},
	{table: "lines", parts: []part{{"line_quotes", "line", "quote"}}},
	{table: "themes"},
	{table: "plans"},
	{table: "releases", parts: []part{{"readings", "release", "id"}}, carried: true},
	{table: "marks", parts: []part{{"answers", "mark", "mark"}}, carried: true,
		with: `jsonb_build_object('line', (SELECT r.line FROM releases r WHERE r.owner = t.owner AND r.id = t.release))`},
}

// record is the expression that makes the record of a row t.
func (k thing) record() string {
	leave := func(columns ...string) string { return ` - '{` + strings.Join(columns, ",") + `}'::text[]` }
	e := `to_jsonb(t)` + leave(append([]string{"owner"}, k.without...)...)
	if k.with != "" {
		e += ` || ` + k.with
	}
	for _, p := range k.parts {
		e += fmt.Sprintf(` || jsonb_build_object('%[1]s', coalesce((SELECT jsonb_agg(to_jsonb(p)%[2]s ORDER BY p.%[3]s)
			FROM %[1]s p WHERE p.owner = t.owner AND p.%[4]s = t.id), '[]'))`, p.table, leave("owner", p.of), p.order, p.of)
	}
	return e
}

// all selects the records of owner $1 in their order, each with how many rows
// of each part it holds.
func (k thing) all() string {
	from := `SELECT t.id, ` + k.record() + ` AS record FROM ` + k.table + ` t WHERE t.owner = $1`
	order := `id`
	switch {
	case k.carried:
		from += ` UNION ALL SELECT c.id::uuid, c.record FROM carried c WHERE c.owner = $1 AND c.kind = '` + k.table + `'`
	case k.chained:
		from = `WITH RECURSIVE chain AS (
			SELECT id, 0 AS depth FROM reflections WHERE owner = $1 AND supersedes IS NULL
			UNION ALL SELECT n.id, chain.depth + 1 FROM reflections n JOIN chain ON n.supersedes = chain.id WHERE n.owner = $1
		) SELECT t.id, depth, ` + k.record() + ` AS record FROM chain JOIN reflections t ON t.owner = $1 AND t.id = chain.id`
		order = `depth, id`
	}
	counts := `'{}'::int[]`
	if len(k.parts) > 0 {
		var each []string
		for _, p := range k.parts {
			each = append(each, `jsonb_array_length(record->'`+p.table+`')`)
		}
		counts = `ARRAY[` + strings.Join(each, ", ") + `]`
	}
	return `SELECT record::text, ` + counts + ` FROM (` + from + `) x ORDER BY ` + order
}

// some selects the records of owner $1 whose ids are in $2, as they would be in
// an archive.
func (k thing) some() string {
	q := `SELECT t.id::text, (` + k.record() + `)::text FROM ` + k.table + ` t WHERE t.owner = $1 AND t.id = ANY ($2::uuid[])`
	if k.carried {
		q += ` UNION ALL SELECT c.id, c.record::text FROM carried c
			WHERE c.owner = $1 AND c.kind = '` + k.table + `' AND c.id::uuid = ANY ($2::uuid[])`
	}
	return q
}

// columnsOf reads which columns each table's rows have in an archive, in the
// order of the table.
func columnsOf(ctx context.Context, q querier) (map[string][]string, error) {
	left := map[string]map[string]bool{}
	leave := func(table string, columns ...string) {
		left[table] = map[string]bool{"owner": true}
		for _, c := range columns {
			left[table][c] = true
		}
	}
	var tables []string
	for _, k := range things {
		tables = append(tables, k.table)
		leave(k.table, k.without...)
		for _, p := range k.parts {
			tables = append(tables, p.table)
			leave(p.table, p.of)
		}
	}
	rows, err := q.Query(ctx, `SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		ORDER BY c.relname, a.attnum`, tables)
	if err != nil {
		return nil, err
	}
	all := map[string][]string{}
	var table, column string
	_, err = pgx.ForEachRow(rows, []any{&table, &column}, func() error {
		if !left[table][column] {
			all[table] = append(all[table], column)
		}
		return nil
	})
	return all, err
}

// write writes the records of one thing, as they come from the database.
func (k thing) write(ctx context.Context, t *tx, w *archive.Writer, columns map[string][]string) error {
	to, err := w.Records(k.table)
	if err != nil {
		return err
	}
	rows, err := t.Query(ctx, k.all(), t.owner)
	if err != nil {
		return err
	}
	var record pgtype.DriverBytes // valid until the next row: nothing is kept
	var counts []int
	n, within := 0, make([]int, len(k.parts))
	_, err = pgx.ForEachRow(rows, []any{&record, &counts}, func() error {
		n++
		for i, c := range counts {
			within[i] += c
		}
		if _, err := to.Write(record); err != nil {
			return err
		}
		_, err := to.Write([]byte{'\n'})
		return err
	})
	if err != nil {
		return err
	}
	w.Table(k.table, archive.Table{Rows: n, Columns: columns[k.table]})
	for i, p := range k.parts {
		w.Table(p.table, archive.Table{Rows: within[i], Columns: columns[p.table]})
	}
	return nil
}
