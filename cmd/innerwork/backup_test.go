package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"innerwork/memory/memorytest"
)

// Words that an escape, a normalisation or a trimmed end would change.
const written = "  Grüße an die, die blieben — ‘they’ said \\N, \\. and\ttab.\r\n\u0061\u0308 is not \u00e4; 🌊\n\n"

func TestBackupOfARunningCoachComesBack(t *testing.T) {
	t.Parallel()
	data := newData(t)
	p := start(t, setup{data: data})
	she := firstLeader(p)
	reflection, conversation := newID(), she.begin()
	she.want(201, "POST", "/api/reflections", frame{"id": reflection, "text": written, "zone": "Europe/Vienna"})
	s := she.socket(conversation)
	s.ends(conversation, 1)
	message := newID()
	s.say(conversation, message, "I keep the door open, and nobody comes in.")
	s.ends(conversation, 1)
	before := everything(she, conversation, reflection)

	file := filepath.Join(t.TempDir(), "backup")
	b, code := toEnd(t, setup{data: data, args: []string{"backup", file}})
	if info, err := os.Stat(file); code != 0 || err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("backup: exit code %d, %v\n%s", code, err, b.stderr)
	}
	again, code := toEnd(t, setup{data: data, args: []string{"backup", file}})
	wantRefusal(t, again, code, "there already")
	left, err := filepath.Glob(file + "*")
	if err != nil || len(left) != 1 {
		t.Errorf("beside the backup there is %v", left)
	}

	running, code := toEnd(t, setup{data: data, args: []string{"restore", file}})
	wantRefusal(t, running, code, "while the coach is stopped")
	p.stop()
	if err := os.RemoveAll(filepath.Join(data, "postgres")); err != nil {
		t.Fatal(err)
	}
	if r, code := toEnd(t, setup{data: data, args: []string{"restore", file}}); code != 0 {
		t.Fatalf("restore: exit code %d\n%s", code, r.stderr)
	}

	p = start(t, setup{data: data})
	if p.token != "" {
		t.Error("it offers to make a first account again")
	}
	she = signIn(p)
	if after := everything(she, conversation, reflection); !slices.Equal(before, after) {
		t.Errorf("before the backup:\n%s\nafter the restore:\n%s", before, after)
	}
	if got := texts(t, superuser(t, data)); !slices.Equal(got, []string{written, "I keep the door open, and nobody comes in."}) {
		t.Errorf("PostgreSQL has %q", got)
	}
	// What was restored goes on.
	s = she.socket(conversation)
	s.say(conversation, newID(), "The door is open still.")
	if replies, _ := s.ends(conversation, 3); replies[2]["state"] != "complete" {
		t.Errorf("the next reply ended as %v", replies[2])
	}
}

// everything is what she can see of a conversation and a reflection.
func everything(p *person, conversation, reflection string) (all []string) {
	p.t.Helper()
	s := p.socket(conversation)
	for _, f := range events(s.until(func(f frame) bool { return f["type"] == "caught-up" })) {
		all = append(all, fmt.Sprint(f))
	}
	return append(all, fmt.Sprint(p.want(200, "GET", "/api/reflections/"+reflection, nil)),
		fmt.Sprint(p.want(200, "GET", "/api/conversations/"+conversation, nil)))
}

// texts are all reflections, the oldest first, as PostgreSQL has them.
func texts(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT text FROM reflections ORDER BY at, id`)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// superuser looks behind everything, by the address that psql-url prints.
func superuser(t *testing.T, data string) *pgx.Conn {
	t.Helper()
	p, code := toEnd(t, setup{data: data, args: []string{"psql-url"}})
	if code != 0 {
		t.Fatal(p.stderr)
	}
	conn, err := pgx.Connect(t.Context(), strings.TrimSpace(p.stdout.String()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(t.Context()) })
	return conn
}

func TestRestoreRefusesWhatIsNoBackup(t *testing.T) {
	t.Parallel()
	data := newData(t)
	p := start(t, setup{data: data})
	firstLeader(p).want(201, "POST", "/api/reflections", frame{"id": newID(), "text": written, "zone": "UTC"})
	folder := t.TempDir()
	good := filepath.Join(folder, "good")
	if b, code := toEnd(t, setup{data: data, args: []string{"backup", good}}); code != 0 {
		t.Fatal(b.stderr)
	}
	p.stop()

	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(whole)
	for i := len(damaged) * 3 / 4; i < len(damaged); i++ {
		damaged[i] ^= 0x55
	}
	foreign, err := memorytest.Empty(t).Server().Command(t.Context(), "pg_dump", "--format=custom", "--dbname=postgres").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"a text": []byte("Dear diary\n"), "nothing": nil, "half": whole[:len(whole)/2],
		"most": whole[:len(whole)-100], "damaged": damaged, "another database": foreign,
		"half of one, sealed again": sealed(t, whole[:len(whole)/2]),
	} {
		file := filepath.Join(folder, "bad")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		r, code := toEnd(t, setup{data: data, args: []string{"restore", "--replace", file}})
		wantRefusal(t, r, code, file, "nothing was changed")
		if t.Failed() {
			t.Fatalf("the backup was %s", name)
		}
	}
	r, code := toEnd(t, setup{data: data, args: []string{"restore", good}})
	wantRefusal(t, r, code, "--replace")
	nowhere, code := toEnd(t, setup{data: filepath.Join(folder, "none"), args: []string{"backup", filepath.Join(folder, "empty")}})
	wantRefusal(t, nowhere, code, "nothing is kept in", "INNERWORK_DATA")
	if _, err := os.Stat(filepath.Join(folder, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it made a data folder: %v", err)
	}

	// With leave, it takes the place of what is there, which is kept.
	if r, code := toEnd(t, setup{data: data, args: []string{"restore", "--replace", good}}); code != 0 {
		t.Fatal(r.stderr)
	}
	start(t, setup{data: data})
	conn := superuser(t, data)
	got := databases(t, conn)
	if len(got) != 2 || got[0] != "innerwork" || !strings.HasPrefix(got[1], "innerwork_before_") {
		t.Fatalf("there are the databases %v", got)
	}
	config := conn.Config().Copy()
	config.Database = got[1]
	before, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close(t.Context())
	for _, c := range []*pgx.Conn{conn, before} {
		if got := texts(t, c); !slices.Equal(got, []string{written}) {
			t.Errorf("PostgreSQL has %q", got)
		}
	}
}

// sealed makes of some bytes what passes for a whole backup.
func sealed(t *testing.T, content []byte) []byte {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "sealed"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := seal(f); err != nil {
		t.Fatal(err)
	}
	content, err = os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func databases(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT datname FROM pg_database WHERE datname LIKE 'innerwork%' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return all
}
