package postgres

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestFirstStart(t *testing.T) {
	t.Parallel()
	s := start(t, filepath.Join(tempFolder(t), "data"))
	c := connect(t, s.URL(Role, Database))
	for question, want := range map[string]string{
		"select current_user::text": Role,
		"select concat_ws(' ', rolsuper, rolbypassrls, rolcreatedb, rolcreaterole) from pg_roles where rolname = current_user": "f f f t",
		"select pg_get_userbyid(datdba)::text from pg_database where datname = current_database()":                             Role,
		"select ('[1,2]'::vector <-> '[1,4]')::text":                                                                           "2",
		"select current_setting('listen_addresses')":                                                                           "",
		"select current_setting('unix_socket_permissions')":                                                                    "0700",
		"select current_setting('server_version_num')::int / 10000 || ''":                                                      major(),
		"select upper('é') || datcollate from pg_database where datname = current_database()":                                  "ÉC",
	} {
		if got := one[string](t, c, question); got != want {
			t.Errorf("%s: %q, not %q", question, got, want)
		}
	}
	execute(t, c, "create role act login; create table kept (n int)")
	super := connect(t, s.URL(Superuser, "postgres"))
	execute(t, super, "create database later template template1 owner innerwork")
	later := connect(t, s.URL(Role, "later"))
	if got := one[string](t, later, "select extname::text from pg_extension where extname = 'vector'"); got != "vector" {
		t.Errorf("a later database has %q", got)
	}
}

func TestListensOnNoNetwork(t *testing.T) {
	t.Parallel()
	o := options(t, filepath.Join(tempFolder(t), "data"))
	o.Settings["listen_addresses"] = "127.0.0.1" // a caller's setting must not win
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer stop(t, s)
	c := connect(t, s.URL(Role, Database))
	if got := one[string](t, c, "select current_setting('listen_addresses')"); got != "" {
		t.Errorf("listens on %q", got)
	}
	info, err := os.Stat(s.socket)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o700 {
		t.Errorf("socket folder has mode %v", info.Mode())
	}
	text, err := os.ReadFile(filepath.Join(s.cluster(), "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	// The sixth line is the address that PostgreSQL listens on.
	if lines := strings.Split(string(text), "\n"); lines[5] != "" {
		t.Errorf("postmaster.pid names the address %q", lines[5])
	}
}

func TestDataOutlivesStops(t *testing.T) {
	t.Parallel()
	data := filepath.Join(tempFolder(t), "data")
	s := start(t, data)
	execute(t, connect(t, s.URL(Role, Database)), "create table kept as select 'still here' as word")
	socket := s.socket
	stop(t, s)
	stop(t, s) // again is the same
	select {
	case <-s.Done():
	default:
		t.Error("Done is open after Stop")
	}
	if _, err := os.Stat(socket); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket folder is left: %v", err)
	}
	s = start(t, data)
	if got := one[string](t, connect(t, s.URL(Role, Database)), "select word from kept"); got != "still here" {
		t.Errorf("kept %q", got)
	}
}

func TestSecondInstanceIsRefused(t *testing.T) {
	t.Parallel()
	data := filepath.Join(tempFolder(t), "data")
	s := start(t, data)
	c := connect(t, s.URL(Role, Database))
	before := one[int](t, c, "select pg_backend_pid()")
	_, err := Start(t.Context(), options(t, data))
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), fmt.Sprintf("pid %d", os.Getpid())) {
		t.Fatalf("second start: %v", err)
	}
	if after := one[int](t, c, "select pg_backend_pid()"); before != after {
		t.Error("the first instance lost its connection")
	}
}

func TestOtherMajorVersionIsRefused(t *testing.T) {
	t.Parallel()
	data := filepath.Join(tempFolder(t), "data")
	s := start(t, data)
	stop(t, s)
	version := filepath.Join(s.cluster(), "PG_VERSION")
	if err := os.WriteFile(version, []byte("17\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), options(t, data))
	if err == nil {
		t.Fatal("started on data of another version")
	}
	for _, word := range []string{"PostgreSQL 17", "PostgreSQL " + major(), "innerwork backup", "innerwork restore", data} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
}

func TestStaleLockFileOfALivingStranger(t *testing.T) {
	t.Parallel()
	data := filepath.Join(tempFolder(t), "data")
	s := start(t, data)
	stop(t, s)
	// The process id of this test lives and is no PostgreSQL: a number used again.
	file := filepath.Join(s.cluster(), "postmaster.pid")
	text := strings.Join([]string{strconv.Itoa(os.Getpid()), s.cluster(), "1", port, s.socket, "", " 1 1", "ready", ""}, "\n")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.owner.give(file); err != nil {
		t.Fatal(err)
	}
	s = start(t, data)
	if got := one[int](t, connect(t, s.URL(Role, Database)), "select 1"); got != 1 {
		t.Errorf("answered %d", got)
	}
}

func TestEmptyLockFileOfAFullDisk(t *testing.T) {
	t.Parallel()
	data := filepath.Join(tempFolder(t), "data")
	s := start(t, data)
	stop(t, s)
	if err := os.WriteFile(filepath.Join(s.cluster(), "postmaster.pid"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s = start(t, data)
	if got := one[int](t, connect(t, s.URL(Role, Database)), "select 1"); got != 1 {
		t.Errorf("answered %d", got)
	}
}

func TestLogHoldsNoWords(t *testing.T) {
	t.Parallel()
	s := start(t, filepath.Join(tempFolder(t), "data"))
	c := connect(t, s.URL(Role, Database))
	const canary = "xq7canary"
	execute(t, c, "create table words (word text unique check (word <> '"+canary+"'))")
	execute(t, c, "insert into words values ('"+canary+"2')")
	for _, bad := range []string{
		"insert into words values ('" + canary + "2')", // a detail
		"insert into words values ('" + canary + "')",  // a detail with the row
		"select '" + canary + "'::int",                 // the message itself
		"selec " + canary,                              // a statement
	} {
		if _, err := c.Exec(t.Context(), bad); err == nil || !strings.Contains(fmt.Sprintf("%+v", err), "SQLSTATE") {
			t.Fatalf("%s: %v", bad, err)
		}
	}
	if _, err := c.Exec(t.Context(), "select $1::text::int", canary); err == nil {
		t.Fatal("a parameter that is no number passed")
	}
	// Its crash makes the postmaster tell what a session was doing.
	pid := one[int](t, c, "select pg_backend_pid() /* "+canary+" */")
	killHard(t, pid)
	eventually(t, "the crash is in the log", func() bool {
		return strings.Contains(s.output.last(), "terminated by signal 9") && !s.output.accepts()
	})
	// PostgreSQL 18 does not heed a shutdown in order while it recovers.
	stop(t, s)
	text, err := os.ReadFile(filepath.Join(s.data, "postgres.log"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "ready to accept connections") {
		t.Error("the log is not PostgreSQL's")
	}
	if strings.Contains(string(text), canary) {
		t.Errorf("the log holds words:\n%s", text)
	}
}

func TestToolsWork(t *testing.T) {
	t.Parallel()
	s := start(t, filepath.Join(tempFolder(t), "data"))
	execute(t, connect(t, s.URL(Role, Database)), "create table kept as select 'in the dump' as word")
	dump, err := s.Command(t.Context(), "pg_dump", "-Fc").Output()
	if err != nil {
		t.Fatal(err)
	}
	execute(t, connect(t, s.URL(Superuser, "postgres")), "create database again owner innerwork")
	restore := s.Command(t.Context(), "pg_restore", "-d", "again", "--exit-on-error")
	restore.Stdin = strings.NewReader(string(dump))
	if said, err := restore.CombinedOutput(); err != nil {
		t.Fatalf("pg_restore: %v: %s", err, said)
	}
	said, err := s.Command(t.Context(), "psql", "-d", "again", "-XAtc", "select word from kept").Output()
	if err != nil || strings.TrimSpace(string(said)) != "in the dump" {
		t.Errorf("psql: %q, %v", said, err)
	}
}
