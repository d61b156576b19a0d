package memory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"innerwork/memory/journals"
)

// StageImport reads a file and keeps what is in it aside, so that she can look
// it over; nothing is a reflection yet. A file that cannot be read leaves
// nothing.
func (s *Store) StageImport(ctx context.Context, owner ID, n NewImport) (_ Import, err error) {
	defer wrap(&err, "stage import %v", n.ID)
	if err := first(checkIDs(n.ID), checkZone(n.Zone)); err != nil {
		return Import{}, err
	}
	if n.Size > MaxUpload {
		return Import{}, UploadTooLarge()
	}
	n.Name = strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return -1
		}
		return r
	}, n.Name)
	if err := s.asPerson(ctx, owner, func(tx *tx) error { return tx.beginImport(ctx, n) }); err != nil {
		return Import{}, err
	}
	defer func() {
		if err != nil {
			_ = s.DropImport(context.WithoutCancel(ctx), owner, n.ID) // what is left goes when its time is over
		}
	}()
	staging := &staging{ctx: ctx, store: s, owner: owner, id: n.ID, skips: map[journals.Reason]*ImportSkip{}}
	report, err := journals.Read(ctx, journals.Upload{File: n.File, Size: n.Size, Name: n.Name, Modified: n.Modified, Choices: n.Choices, Now: s.now()}, staging)
	if err == nil {
		err = staging.flush()
	}
	if refusal, ok := errors.AsType[journals.Refusal](err); ok {
		return Import{}, Errorf(CodeInvalid, "%s", string(refusal))
	}
	if err != nil {
		return Import{}, err
	}
	if err := s.asPerson(ctx, owner, func(tx *tx) error { return tx.finishStaging(ctx, n, report, staging.skips) }); err != nil {
		return Import{}, err
	}
	return s.ImportPreview(ctx, owner, n.ID)
}

// beginImport makes the row that entries hang on.
func (t *tx) beginImport(ctx context.Context, n NewImport) error {
	var waiting int
	if err := t.QueryRow(ctx, `
		SELECT count(*) FROM imports i WHERE i.owner = $1 AND i.id <> $2 AND i.expires_at > $3
		  AND (i.read_at IS NULL OR EXISTS (SELECT FROM import_entries e WHERE e.owner = i.owner AND e.import = i.id AND e.outcome IS NULL))`,
		t.owner, n.Replaces, t.store.now()).Scan(&waiting); err != nil {
		return err
	}
	if waiting >= importsAtOnce {
		return Errorf(CodeTooMany, "%d files wait to be taken in. Take one in or throw it away first.", waiting)
	}
	expires := t.store.now().Add(readWithin)
	if _, err := t.Exec(ctx, `INSERT INTO imports (owner, id, name, zone, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		t.owner, n.ID, n.Name, n.Zone, t.store.now(), expires); err != nil {
		return err
	}
	return t.expireLater(ctx, n.ID, expires)
}

// finishStaging says what was left out, and which entries are here already or
// were forgotten: their words do not wait.
func (t *tx) finishStaging(ctx context.Context, n NewImport, report journals.Report, skips map[journals.Reason]*ImportSkip) error {
	encoded, err := json.Marshal(report)
	if err != nil {
		return fmt.Errorf("encode a report: %w", err)
	}
	batch := &pgx.Batch{}
	for _, s := range skips {
		batch.Queue(`INSERT INTO import_skips (owner, import, reason, count, places) VALUES ($1, $2, $3, $4, $5)`,
			t.owner, n.ID, s.Reason, s.Count, s.Places)
	}
	batch.Queue(`
		UPDATE import_entries e SET text = NULL, outcome = 'forgotten' FROM tombstones t
		WHERE e.owner = $1 AND e.import = $2 AND t.owner = e.owner AND t.id = e.reflection`, t.owner, n.ID)
	batch.Queue(`
		UPDATE import_entries e SET text = NULL, outcome = 'here' FROM reflections r
		WHERE e.owner = $1 AND e.import = $2 AND r.owner = e.owner AND r.id = e.reflection AND e.outcome IS NULL`, t.owner, n.ID)
	batch.Queue(`DELETE FROM imports i WHERE owner = $1 AND id = $2 AND id <> $3
		AND NOT EXISTS (SELECT FROM import_entries e WHERE e.owner = i.owner AND e.import = i.id AND e.outcome = 'stored')`, t.owner, n.Replaces, n.ID)
	batch.Queue(`UPDATE imports SET report = $3, read_at = $4, expires_at = $5 WHERE owner = $1 AND id = $2`,
		t.owner, n.ID, encoded, t.store.now(), t.store.now().Add(keepImport))
	return t.SendBatch(ctx, batch).Close()
}

// staging takes what is read from a file and writes it down in pieces, each a
// transaction of its own: reading may take its time.
type staging struct {
	ctx   context.Context // of the one call that reads the file
	store *Store
	owner ID
	id    ID
	n     int
	open  []staged
	size  int // bytes of the words in open
	skips map[journals.Reason]*ImportSkip
}

type staged struct {
	journals.Entry
	n      int
	id     ID
	thread *ID
	turn   *int
}

// At most so much is written down at once.
const (
	stageEntries = 500
	stageBytes   = 4 << 20
	placesShown  = 20
)

// Entry takes one entry.
func (g *staging) Entry(e journals.Entry) error {
	g.n++
	next := staged{Entry: e, n: g.n, id: entryID(e)}
	if e.Thread != "" && e.Turn < mostParts {
		thread := uuid.NewSHA1(importSpace, []byte("thread "+e.Thread))
		next.thread, next.turn = &thread, &e.Turn
	}
	g.open = append(g.open, next)
	if g.size += len(e.Text); len(g.open) < stageEntries && g.size < stageBytes {
		return nil
	}
	return g.flush()
}

// Skip counts what is left out.
func (g *staging) Skip(reason journals.Reason, place string, count int) error {
	s := g.skips[reason]
	if s == nil {
		s = &ImportSkip{Reason: reason, Places: []string{}}
		g.skips[reason] = s
	}
	s.Count += count
	if len(s.Places) < placesShown {
		s.Places = append(s.Places, place)
	}
	return nil
}

// importSpace is where the ids of imported entries come from.
var importSpace = uuid.MustParse("5f0c1f5e-3f0b-4a0e-9a70-6d0c4ac2b7a1")

// entryID is made of what an entry is: its words, whatever the ends of their
// lines, its day, and where it stands in a thread. So the same entry from
// another file, or another program, is the same reflection; the zone that she
// chooses changes nothing.
func entryID(e journals.Entry) ID {
	text := strings.TrimSpace(strings.ReplaceAll(e.Text, "\r\n", "\n"))
	var key strings.Builder
	for _, part := range []string{e.Date(), e.Thread, e.Key, text} {
		fmt.Fprintf(&key, "%d:%s", len(part), part)
	}
	return uuid.NewSHA1(importSpace, []byte(key.String()))
}

// flush writes down what is open. The same words on the same day once more are
// left out.
func (g *staging) flush() error {
	if len(g.open) == 0 {
		return nil
	}
	var fresh []int
	err := g.store.asPerson(g.ctx, g.owner, func(tx *tx) (err error) {
		fresh, err = tx.stage(g.ctx, g.id, g.open)
		return err
	})
	if err != nil {
		return err
	}
	in := make(map[int]bool, len(fresh))
	for _, n := range fresh {
		in[n] = true
	}
	for _, e := range g.open {
		if !in[e.n] {
			if err := g.Skip(journals.Repeated, e.Place, 1); err != nil {
				return err
			}
		}
	}
	g.open, g.size = g.open[:0], 0
	return nil
}

// stage inserts entries and returns the numbers of those that were not there.
func (t *tx) stage(ctx context.Context, id ID, all []staged) (fresh []int, err error) {
	var (
		n, turns                              []*int
		ids                                   []ID
		threads                               []*ID
		texts, zones, origins, labels, places []string
		ats                                   []time.Time
		walls, days                           []bool
	)
	for i := range all {
		e := &all[i]
		n, turns, ids, threads = append(n, &e.n), append(turns, e.turn), append(ids, e.id), append(threads, e.thread)
		texts, zones, origins = append(texts, e.Text), append(zones, e.Zone), append(origins, string(e.Origin))
		labels, places = append(labels, e.Label), append(places, e.Place)
		ats, walls, days = append(ats, e.At), append(walls, e.Wall), append(days, e.Day)
	}
	rows, err := t.Query(ctx, `
		INSERT INTO import_entries (owner, import, n, reflection, text, at, wall, zone, day, origin, label, thread, turn, place)
		SELECT $1, $2, * FROM unnest($3::int[], $4::uuid[], $5::text[], $6::timestamptz[], $7::boolean[], $8::text[], $9::boolean[],
			$10::text[], $11::text[], $12::uuid[], $13::int[], $14::text[])
		ON CONFLICT (owner, import, reflection) DO NOTHING RETURNING n`,
		t.owner, id, n, ids, texts, ats, walls, zones, days, origins, labels, threads, turns, places)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int])
}
