package memory_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"strings"
	"testing"

	"innerwork/memory"
	"innerwork/memory/archive"
	"innerwork/memory/memorytest"
)

// repacked is an archive with changed files and hashes that fit them again, as
// somebody writes it who means to.
func repacked(t testing.TB, packed []byte, change func(files map[string]string, m *archive.Manifest)) []byte {
	t.Helper()
	files := filesOf(t, packed)
	var m archive.Manifest
	if err := json.Unmarshal([]byte(files["manifest.json"]), &m); err != nil {
		t.Fatal(err)
	}
	delete(files, "manifest.json")
	delete(files, "FORMAT.md") // the writer's own
	change(files, &m)
	var out bytes.Buffer
	w := must[*archive.Writer](t)(archive.NewWriter(&out))
	for path, text := range files {
		to := must[io.Writer](t)(w.File(path))
		if _, err := io.WriteString(to, text); err != nil {
			t.Fatal(err)
		}
	}
	for name, table := range m.Tables {
		w.Table(name, table)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func replaced(path, old, new string) func(map[string]string, *archive.Manifest) {
	return func(files map[string]string, _ *archive.Manifest) {
		files["records/"+path+".jsonl"] = strings.ReplaceAll(files["records/"+path+".jsonl"], old, new)
	}
}

func TestAnArchiveWrittenByHandBreaksNothing(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	l := live(t, d, "canaries")
	packed := taken(t, d, l.leader)
	victim := live(t, d, "sparrows")
	running := newReply()
	if _, _, err := d.SetStage(t.Context(), victim.leader, victim.id, memory.Opening, &running); err != nil {
		t.Fatal(err)
	}
	fresh := d.Leader(t)
	before, hers := digests(t, d, fresh), digests(t, d, victim.leader)
	for name, change := range map[string]func(map[string]string, *archive.Manifest){
		"a span outside of the text": replaced("quotes", `"start": 7`, `"start": -7`),
		"a longer text":              replaced("quotes", `"length": 3`, `"length": 9`),
		"a reply that runs":          replaced("replies", `"state": "complete"`, `"state": "streaming"`),
		"a foreign zone":             replaced("reflections", `"UTC"`, `"Local"`),
		"events out of order":        replaced("conversations", `"last_seq": `, `"last_seq": 1`),
		"a line that is no JSON":     replaced("insights", `{`, `<`),
		"a thing of nobody":          replaced("insights", `"id"`, `"di"`),
		"a thing that is not there":  func(f map[string]string, _ *archive.Manifest) { delete(f, "records/quotes.jsonl") },
		"a NUL":                      replaced("reflections", `numbers`, `num\u0000bers`),
		"a column of tomorrow": func(_ map[string]string, m *archive.Manifest) {
			m.Tables["reflections"] = archive.Table{Columns: append(m.Tables["reflections"].Columns, "mood")}
		},
		"a column of ours": func(_ map[string]string, m *archive.Manifest) {
			m.Tables["replies"] = archive.Table{Columns: append(m.Tables["replies"].Columns, "owner")}
		},
		"a column that is none": func(_ map[string]string, m *archive.Manifest) {
			m.Tables["replies"] = archive.Table{Columns: []string{`id) SELECT 1; DROP TABLE replies; --`}}
		},
	} {
		written := repacked(t, packed, change)
		_, err := d.Bring(t.Context(), fresh, bytes.NewReader(written), int64(len(written)), memory.Bringing{})
		if memory.CodeOf(err) != memory.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
		if after := digests(t, d, fresh); !maps.Equal(after, before) {
			t.Fatalf("%s: something was stored", name)
		}
	}
	// Ids of another owner's rows are nobody's business but hers.
	counts := bringBack(t, d, fresh, taken(t, d, victim.leader))
	if counts["replies"].New == 0 {
		t.Errorf("replies: %+v", counts["replies"])
	}
	if after := digests(t, d, victim.leader); !maps.Equal(after, hers) {
		t.Error("another owner's rows changed")
	}
}

func TestAnArchiveThatIsNotAsItWasWrittenIsRefused(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	packed := taken(t, d, live(t, d, "canaries").leader)
	flipped := bytes.Clone(packed)
	flipped[len(flipped)/3] ^= 1
	fresh := d.Leader(t)
	before := digests(t, d, fresh)
	for name, c := range map[string]struct {
		packed []byte
		says   string
	}{
		"nothing":         {nil, "no archive of Innerwork"},
		"no zip":          {[]byte("Dear diary"), "no archive of Innerwork"},
		"cut off":         {packed[:len(packed)-100], "no archive of Innerwork"},
		"one bit":         {flipped, "not as it was written"},
		"another program": {zipOf(t, map[string]string{"entries.json": "{}"}), "no archive of Innerwork"},
		"another's manifest": {zipOf(t, map[string]string{"manifest.json": `{"name": "app"}`}),
			"no archive of Innerwork"},
		"a newer format": {zipOf(t, map[string]string{"manifest.json": `{"program": "innerwork", "format": 2}`}), "newer Innerwork"},
		"a file added":   {zipOf(t, map[string]string{"manifest.json": `{"program": "innerwork", "format": 1}`, "more": ""}), "not as it was written"},
		"a file missing": {zipOf(t, map[string]string{"manifest.json": `{"program": "innerwork", "format": 1, "files": {"records/x": "00"}}`}),
			"not as it was written"},
	} {
		_, err := d.Bring(t.Context(), fresh, bytes.NewReader(c.packed), int64(len(c.packed)), memory.Bringing{})
		if memory.CodeOf(err) != memory.CodeInvalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if after := digests(t, d, fresh); !maps.Equal(after, before) {
		t.Error("something was stored")
	}
}

func TestOneArchiveOfHersAtATime(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	leader := d.Leader(t)
	jot(t, d, leader, "Once.")
	var again error
	out := writerFunc(func(p []byte) (int, error) {
		if again == nil {
			again = d.Export(t.Context(), leader, io.Discard)
		}
		return len(p), nil
	})
	if err := d.Export(t.Context(), leader, out); err != nil {
		t.Fatal(err)
	}
	refused(t, memory.CodeTooMany, again)
	if err := d.Export(t.Context(), leader, io.Discard); err != nil {
		t.Errorf("after the first has ended: %v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// She may bring sentences to replies of an archive, and to no other.
func TestNobodyPutsWordsIntoAReplyOfHere(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	l := live(t, d, "canaries")
	herself := as(t, d, "innerwork_act", l.leader)
	for what, query := range map[string]string{
		"a sentence": `INSERT INTO sentences (owner, reply, n, kind, author, text) VALUES ($1, $2, 99, 'mirror', 'model', 'You must.')`,
		"a mirror":   `INSERT INTO mirrored (owner, reply, n, reflection) SELECT owner, reply, n, '` + l.journal.ID.String() + `' FROM sentences WHERE owner = $1 AND reply = $2`,
		"a source": `INSERT INTO sources (owner, reply, handle, passage, reflection, length, start, "end", score)
			SELECT owner, $2, 'r9', id, id, length, 0, 1, 1 FROM reflections WHERE owner = $1 LIMIT 1`,
	} {
		if got := state(t, herself, query, l.leader, l.reply); got != "42501" {
			t.Errorf("%s: %s", what, got)
		}
	}
}
