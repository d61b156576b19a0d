package memory

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"innerwork/memory/archive"
)

// columnsOfBoth finds which columns there are to bring. An older archive may
// lack some, which then are as they are by default; one with others is newer.
func (b *bringer) columnsOfBoth(ctx context.Context) (err error) {
	known, err := columnsOf(ctx, b)
	if err != nil {
		return err
	}
	b.columns = map[string][]string{}
	for table, t := range b.archive.Manifest.Tables {
		for _, c := range t.Columns {
			if table == "coachings" {
				continue // a record, and no row
			}
			if !slices.Contains(known[table], c) {
				return archive.ErrNewer
			}
		}
		b.columns[table] = t.Columns
	}
	return nil
}

// here reads what there is already under the same ids. A conversation that may
// grow is held still.
func (b *bringer) here(ctx context.Context, k thing, all []one) (map[ID]json.RawMessage, error) {
	ids := idsOf(all)
	if k.table == "conversations" && !b.Preview {
		if _, err := b.Exec(ctx, `SELECT FROM conversations WHERE owner = $1 AND id = ANY ($2) ORDER BY id FOR UPDATE`, b.owner, ids); err != nil {
			return nil, err
		}
	}
	rows, err := b.Query(ctx, k.some(), b.owner, ids)
	if err != nil {
		return nil, err
	}
	here := map[ID]json.RawMessage{}
	var id ID
	var record string
	_, err = pgx.ForEachRow(rows, []any{&id, &record}, func() error {
		here[id] = json.RawMessage(record)
		return nil
	})
	return here, err
}

// insert stores new things with their parts. It names the columns that come:
// no other can be written this way.
func (b *bringer) insert(ctx context.Context, k thing, all []one) error {
	array := arrayOf(all)
	if k.carried {
		_, err := b.Exec(ctx, `INSERT INTO carried (owner, kind, id, line, record)
			SELECT $1, $2, r->>'id', (r->>'line')::uuid, r FROM jsonb_array_elements($3::jsonb) r`, b.owner, k.table, array)
		return err
	}
	columns, values := []string{"owner"}, []string{"$1"}
	for _, c := range b.columns[k.table] {
		columns, values = append(columns, quoteName(c)), append(values, "r."+quoteName(c))
	}
	for c, value := range k.given {
		columns, values = append(columns, c), append(values, value)
	}
	if _, err := b.Exec(ctx, fmt.Sprintf(`INSERT INTO %[1]s (%s) SELECT %s FROM jsonb_populate_recordset(NULL::%[1]s, $2::jsonb) r`,
		k.table, strings.Join(columns, ", "), strings.Join(values, ", ")), b.owner, array); err != nil {
		return err
	}
	if err := b.insertParts(ctx, k, array); err != nil {
		return err
	}
	switch k.table {
	case "conversations":
		return b.inOrderOfEvents(ctx, all)
	case "reflections":
		return b.keptAll(ctx, idsOf(all))
	}
	return nil
}

// insertParts stores what belongs to the things of a JSON array.
func (b *bringer) insertParts(ctx context.Context, k thing, array string) error {
	for _, p := range k.parts {
		var columns, values string
		for _, c := range b.columns[p.table] {
			columns, values = columns+", "+quoteName(c), values+", r."+quoteName(c)
		}
		if _, err := b.Exec(ctx, fmt.Sprintf(`INSERT INTO %[1]s (owner, %[2]s%[3]s) SELECT $1, (x->>'id')::uuid%[4]s
			FROM jsonb_array_elements($2::jsonb) x, jsonb_populate_recordset(NULL::%[1]s, x->'%[1]s') r`, p.table, p.of, columns, values),
			b.owner, array); err != nil {
			return err
		}
	}
	return nil
}

// inOrderOfEvents refuses a conversation whose next event would be one that it
// has.
func (b *bringer) inOrderOfEvents(ctx context.Context, all []one) error {
	var wrong bool
	err := b.QueryRow(ctx, `SELECT EXISTS (SELECT FROM conversations c WHERE c.owner = $1 AND c.id = ANY ($2)
		AND c.last_seq <> (SELECT coalesce(max(seq), 0) FROM events e WHERE e.owner = c.owner AND e.conversation = c.id))`, b.owner, idsOf(all)).Scan(&wrong)
	if err == nil && wrong {
		return archive.ErrDamaged
	}
	return err
}

// keptAll goes with new reflections, as kept with one: none of them may have
// been forgotten meanwhile.
func (b *bringer) keptAll(ctx context.Context, reflections []ID) error {
	var forgotten bool
	err := b.QueryRow(ctx, `SELECT EXISTS (SELECT FROM tombstones WHERE owner = $1 AND id = ANY ($2))`, b.owner, reflections).Scan(&forgotten)
	if err != nil {
		return err
	}
	if forgotten {
		return Errorf(CodeUnavailable, "Something of this was forgotten just now, so nothing was stored. Please try again.")
	}
	return b.indexAfterOthers(ctx, reflections)
}

// account carries what happened with another account, as far as it is not
// what happened with this one.
func (b *bringer) account(ctx context.Context, here accountRecords, all *Brought) error {
	for _, kind := range []string{"coachings", "consents", "acts"} {
		counts := BroughtKind{Kind: kind, History: true}
		known := map[string]bool{}
		for _, record := range here.records[kind] {
			known[record] = true
		}
		rows, err := b.Query(ctx, `SELECT record::text FROM carried WHERE owner = $1 AND kind = $2`, b.owner, kind)
		if err != nil {
			return err
		}
		carried, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, record := range carried {
			known[record] = true
		}
		lines := b.archive.History(kind)
		if kind == "coachings" {
			lines = b.archive.Records(kind)
		}
		batch := &pgx.Batch{}
		for record, err := range lines {
			if err != nil {
				return err
			}
			if known[string(record)] {
				counts.There++
				continue
			}
			known[string(record)] = true
			counts.New++
			batch.Queue(`INSERT INTO carried (owner, kind, id, record)
				VALUES ($1, $2, encode(sha256(convert_to($3::jsonb::text, 'UTF8')), 'hex'), $3)`, b.owner, kind, string(record))
		}
		if !b.Preview {
			if err := b.SendBatch(ctx, batch).Close(); err != nil {
				return err
			}
		}
		all.Kinds = append(all.Kinds, counts)
	}
	return nil
}

func idsOf(all []one) []ID {
	ids := make([]ID, len(all))
	for i, o := range all {
		ids[i] = o.id
	}
	return ids
}

func arrayOf(all []one) string {
	var array bytes.Buffer
	array.WriteByte('[')
	for i, o := range all {
		if i > 0 {
			array.WriteByte(',')
		}
		array.Write(o.raw)
	}
	array.WriteByte(']')
	return array.String()
}

func quoteName(column string) string { return pgx.Identifier{column}.Sanitize() }
