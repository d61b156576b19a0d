package memory_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// taken is an archive as it came.
func taken(t testing.TB, d *memorytest.Database, owner memory.ID) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := d.Export(t.Context(), owner, &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// bringBack brings an archive back and returns the counts by kind.
func bringBack(t testing.TB, d *memorytest.Database, owner memory.ID, packed []byte) map[string]memory.BroughtKind {
	t.Helper()
	all, err := d.Bring(t.Context(), owner, bytes.NewReader(packed), int64(len(packed)), memory.Bringing{})
	if err != nil {
		t.Fatal(err)
	}
	return byKind(all)
}

func byKind(all memory.Brought) map[string]memory.BroughtKind {
	kinds := map[string]memory.BroughtKind{}
	for _, k := range all.Kinds {
		kinds[k.Kind] = k
	}
	return kinds
}

// filesOf unpacks an archive.
func filesOf(t testing.TB, packed []byte) map[string]string {
	t.Helper()
	return must[map[string]string](t)(unpack(packed))
}

func unpack(packed []byte) (map[string]string, error) {
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, f := range z.File {
		from, err := f.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(from)
		if err != nil {
			return nil, err
		}
		files[f.Name] = string(text)
	}
	return files, nil
}

// ofWords leaves out what happened with the account: an export and an import
// are acts themselves.
func ofWords(files map[string]string) map[string]string {
	kept := maps.Clone(files)
	maps.DeleteFunc(kept, func(path, _ string) bool { return strings.HasPrefix(path, "history/") })
	var manifest map[string]any
	if json.Unmarshal([]byte(kept["manifest.json"]), &manifest) == nil {
		delete(manifest, "history")
		said, _ := json.Marshal(manifest)
		kept["manifest.json"] = string(said)
	}
	return kept
}

func sameFiles(t testing.TB, got, want map[string]string) {
	t.Helper()
	for path, text := range want {
		if got[path] != text {
			t.Errorf("%s differs:\n got %.1500s\nwant %.1500s", path, got[path], text)
		}
	}
	for path := range got {
		if _, there := want[path]; !there {
			t.Errorf("%s is too much", path)
		}
	}
}

// notTaken are the tables with an owner of which an archive holds no row, and
// why none is missed.
var notTaken = map[string]string{
	"threads":        "numbers, made anew by the index",
	"passages":       "made anew from reflections",
	"terms":          "made anew from reflections",
	"lent":           "made anew from replies",
	"vectors":        "made anew by the embedder",
	"senses":         "made anew by the embedder",
	"imports":        "a file of hers that she looks over; it goes after a week",
	"import_entries": "of such a file, not taken in yet",
	"import_skips":   "of such a file",
	"learning":       "a switch of the account",
	"paces":          "the times of the last minute",
	"unrecorded":     "how many tokens a day took off the record",
	"forgettings":    "receipts of this database's files",
	"indexes":        "numbers about the index, made anew",
	"shown_lines":    "a view of lines",
	"carried":        "stands among what it was: releases, marks, coachings, acts, consents",
}

func TestEveryTableIsTakenOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	l := live(t, d, "canaries")
	fresh := d.Leader(t)
	packed := taken(t, d, l.leader)
	bringBack(t, d, fresh, packed) // so that carried has its rows
	files := filesOf(t, packed)
	var manifest struct {
		Tables map[string]struct {
			Rows    int
			Columns []string
		}
	}
	if err := json.Unmarshal([]byte(files["manifest.json"]), &manifest); err != nil {
		t.Fatal(err)
	}
	for table, says := range manifest.Tables {
		var record map[string]any
		line, _, _ := strings.Cut(files["records/"+table+".jsonl"], "\n")
		if line == "" {
			continue // a part of another
		}
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		maps.DeleteFunc(record, func(key string, _ any) bool { _, part := manifest.Tables[key]; return part })
		columns := slices.Sorted(slices.Values(says.Columns))
		if table == "marks" {
			columns = append(columns, "line") // of its release
			slices.Sort(columns)
		}
		if keys := slices.Sorted(maps.Keys(record)); !slices.Equal(keys, columns) {
			t.Errorf("a record of %s has %v, the manifest says %v", table, keys, columns)
		}
	}
	seen := map[string]bool{}
	for _, table := range ownedTables(t, d) {
		seen[table] = true
		_, no := notTaken[table]
		rows, yes := manifest.Tables[table]
		switch {
		case yes == no:
			t.Errorf("table %s: taken is %v, left out is %v; it must be one of the two", table, yes, no)
		case yes && rows.Rows == 0:
			t.Errorf("no row of %s was taken, so nothing was tried", table)
		case yes && rows.Rows != d.Count(t, `SELECT count(*) FROM `+table+` WHERE owner = $1`, l.leader)+
			d.Count(t, `SELECT count(*) FROM carried WHERE owner = $1 AND kind = $2`, l.leader, table):
			t.Errorf("%d rows of %s were taken, which are not all", rows.Rows, table)
		}
	}
	for table := range notTaken {
		if !seen[table] {
			t.Errorf("%s is left out and is no table", table)
		}
	}
	if len(manifest.Tables) < 23 {
		t.Errorf("only %d tables were taken", len(manifest.Tables))
	}
}

func ownedTables(t testing.TB, d *memorytest.Database) []string {
	t.Helper()
	rows, err := superuser(t, d).Query(t.Context(), `SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND a.attname = 'owner' AND NOT a.attisdropped`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

// digests is a digest of the owner's rows of every table, there or not.
func digests(t testing.TB, d *memorytest.Database, owner memory.ID) map[string]string {
	t.Helper()
	conn, all := superuser(t, d), map[string]string{}
	for _, table := range ownedTables(t, d) {
		var digest string
		if err := conn.QueryRow(t.Context(), `SELECT coalesce(md5(string_agg(x::text, '' ORDER BY x::text)), '') FROM `+table+` x WHERE owner = $1`, owner).Scan(&digest); err != nil {
			t.Fatal(err)
		}
		all[table] = digest
	}
	return all
}

func TestAnArchiveComesBackByteForByte(t *testing.T) {
	t.Parallel()
	d, elsewhere := memorytest.Open(t, embedded), memorytest.Open(t)
	l := live(t, d, "canaries")
	if err := d.Consent(t.Context(), l.leader, "v1"); err != nil {
		t.Fatal(err)
	}
	first := filesOf(t, taken(t, d, l.leader))
	packed := taken(t, d, l.leader)
	sameFiles(t, ofWords(filesOf(t, packed)), ofWords(first))
	for _, at := range []struct {
		d     *memorytest.Database
		owner memory.ID
	}{{d, d.Leader(t)}, {elsewhere, elsewhere.Leader(t)}} {
		for kind, n := range bringBack(t, at.d, at.owner, packed) {
			if n.New == 0 || n.There+n.Differs+n.Forgotten+n.Left > 0 {
				t.Errorf("%s: %+v", kind, n)
			}
		}
		second := filesOf(t, taken(t, at.d, at.owner))
		sameFiles(t, ofWords(second), ofWords(filesOf(t, packed)))
		for _, kind := range []string{"history/acts.jsonl", "history/consents.jsonl"} {
			for line := range strings.Lines(filesOf(t, packed)[kind]) {
				if !strings.Contains(second[kind], line) {
					t.Errorf("%s lost %s", kind, line)
				}
			}
		}
		before := digests(t, at.d, at.owner)
		for kind, n := range bringBack(t, at.d, at.owner, packed) {
			if n.There == 0 || n.New+n.Differs+n.Forgotten+n.Left > 0 {
				t.Errorf("once more, %s: %+v", kind, n)
			}
		}
		if after := digests(t, at.d, at.owner); !maps.Equal(before, after) {
			t.Error("the same archive once more changed something")
		}
		if n := at.d.Count(t, `SELECT count(*) FROM releases WHERE owner = $1`, at.owner); n > 0 {
			t.Errorf("%d lines are released by an import", n)
		}
	}
	for path, text := range first {
		if strings.Contains(text, l.leader.String()) {
			t.Errorf("%s holds the owner's id", path)
		}
	}
	said := slices.ContainsFunc(slices.Collect(maps.Keys(first)), func(path string) bool {
		return strings.HasPrefix(path, "readable/conversations/") && strings.Contains(first[path], "> I fear canaries more than loss.")
	})
	if !said {
		t.Error("no page holds what she said")
	}
}

func zipOf(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range files {
		to := must[io.Writer](t)(z.Create(name))
		if _, err := io.WriteString(to, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
