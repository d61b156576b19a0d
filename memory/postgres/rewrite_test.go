package postgres

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// hits counts a text in every byte of every file under a folder.
func hits(t *testing.T, folder, text string) (n int) {
	t.Helper()
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		n += bytes.Count(content, []byte(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestARewriteLosesNothingAndKeepsNothing(t *testing.T) {
	t.Parallel()
	data := filepath.Join(tempFolder(t), "data")
	s := start(t, data)
	c := connect(t, s.URL(Role, Database))
	canary := strings.ToLower(rand.Text())
	execute(t, c, `create table said (id int primary key, n bigint generated always as identity, text text not null, length int generated always as (length(text)) stored)`)
	execute(t, c, `create table keyless (text text)`)
	execute(t, c, `alter table said enable row level security`)
	execute(t, c, `alter table said force row level security`)
	execute(t, c, `create policy own on said using (true) with check (true)`)
	execute(t, c, `insert into said (id, text) select -i, md5(i::text) from generate_series(1, 5000) i`)
	execute(t, c, `insert into said (id, text) values (0, $1)`, canary)
	execute(t, c, `analyze said`)
	execute(t, c, `delete from said where id = 0`)
	super := connect(t, s.URL(Superuser, "postgres"))
	execute(t, super, "create database innerwork_before_20260101_000000")
	execute(t, super, "checkpoint")
	if n := hits(t, data, canary); n == 0 {
		t.Fatal("the search of the bytes finds nothing alive: this test would prove nothing")
	}

	pool, err := pgxpool.New(t.Context(), s.URL(Role, Database))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	quit, written := make(chan struct{}), make(chan int)
	go func() { // writes until it is told to stop, and tries again what was refused
		n := 0
		for {
			select {
			case <-quit:
				written <- n
				return
			default:
			}
			n++
			for {
				if _, err := pool.Exec(context.Background(), `insert into said (id, text) values ($1, 'later') on conflict do nothing`, n); err == nil {
					break
				}
			}
		}
	}()
	backup, err := pgx.Connect(t.Context(), s.URL(Superuser, Database)+"&application_name=pg_dump")
	if err != nil {
		t.Fatal(err)
	}
	dumped := make(chan error, 1)
	steps := map[RewriteStep]bool{}
	r, err := s.Rewrite(t.Context(), func(p Progress) {
		switch {
		case p.Step == RewriteFollow:
			execute(t, super, "checkpoint")
			go func() {
				_, err := backup.Exec(context.Background(), "select pg_sleep(0.5)") // a dump takes its time
				dumped <- errors.Join(err, backup.Close(context.Background()))
			}()
		case p.Step == RewriteSwitch:
			select {
			case err := <-dumped:
				if err != nil {
					t.Errorf("the dump was cut off: %v", err)
				}
			default:
				t.Error("it did not wait for a dump")
			}
		}
		steps[p.Step] = true
	})
	if err != nil {
		t.Error(err)
	}
	close(quit)
	n := <-written
	t.Logf("%d rows were written meanwhile; nobody was served for %v", n, r.Pause)
	if len(steps) != 5 || r.Pause <= 0 || len(r.SetAside) != 1 {
		t.Errorf("%v, %+v", steps, r)
	}
	again := connect(t, s.URL(Role, Database))
	if got := one[int](t, again, `select count(*) from said where id > 0`); got != n || n < 10 {
		t.Errorf("%d rows of %d", got, n)
	}
	if got := one[int](t, again, `select count(*) from said where id < 0`); got != 5000 {
		t.Errorf("%d rows of before", got)
	}
	if max, next := one[int](t, again, `select max(n) from said`), one[int](t, again, `insert into said (id, text) values (-6000, 'x') returning n`); next <= max {
		t.Errorf("the sequence goes on with %d after %d", next, max)
	}
	if got := one[int](t, connect(t, s.URL(Superuser, Database)), `select (select count(*) from pg_publication) + (select count(*) from pg_subscription) + (select count(*) from pg_replication_slots)`); got != 0 {
		t.Errorf("%d things of the rewrite are left", got)
	}
	execute(t, connect(t, s.URL(Superuser, Database)), "checkpoint")
	if n := hits(t, data, canary); n != 0 {
		t.Errorf("the canary is still there %d times", n)
	}
	if _, err := s.Rewrite(t.Context(), nil); err != nil {
		t.Errorf("once more: %v", err)
	}
}

func TestARewriteThatIsKilledLosesNothing(t *testing.T) {
	t.Parallel()
	for _, step := range []RewriteStep{RewritePrepare, RewriteCopy, RewriteFollow, RewriteSwitch, "stopped", "away", "swapped", RewriteRemove} {
		t.Run(string(step), func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(tempFolder(t), "data")
			s := start(t, data)
			execute(t, connect(t, s.URL(Role, Database)), `create table kept as select i, md5(i::text) as text from generate_series(1, 1000) i`)
			stop(t, s)
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), childData+"="+data, "INNERWORK_TEST_REWRITE="+string(step),
				"INNERWORK_PARTS="+parts(t), "INNERWORK_TEST_RUNTIME="+filepath.Join(shared, "runtime"))
			said, _ := cmd.CombinedOutput()
			if !strings.Contains(string(said), "dying at "+string(step)) {
				t.Fatalf("it did not come as far as %s: %s", step, said)
			}
			s = start(t, data)
			if got := one[int](t, connect(t, s.URL(Role, Database)), `select count(*) from kept where text = md5(i::text)`); got != 1000 {
				t.Errorf("%d rows", got)
			}
			for _, folder := range []string{oldFolder, nextFolder} {
				if _, err := os.Stat(filepath.Join(data, folder)); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s: %v", folder, err)
				}
			}
			if leaves := step == RewriteCopy || step == RewriteSwitch || step == "away"; leaves { // a slot, a publication, a folder
				if _, err := s.Rewrite(t.Context(), nil); err != nil {
					t.Errorf("the next rewrite: %v", err)
				}
			}
		})
	}
}

// The row is taken from the fresh cluster right before it would take over.
func TestAClusterThatLacksARowDoesNotTakeOver(t *testing.T) {
	t.Parallel()
	data := filepath.Join(tempFolder(t), "data")
	s := start(t, data)
	execute(t, connect(t, s.URL(Role, Database)), `create table kept as select i from generate_series(1, 1000) i`)
	_, err := s.Rewrite(t.Context(), func(p Progress) {
		if p.Step != RewriteSwitch {
			return
		}
		lock, err := os.ReadFile(filepath.Join(data, nextFolder, "postmaster.pid"))
		if err != nil {
			t.Error(err)
			return
		}
		next := &Server{socket: strings.Split(string(lock), "\n")[4]}
		execute(t, connect(t, next.URL(Superuser, Database)), `delete from kept where i = 7`)
	})
	if err == nil || !strings.Contains(err.Error(), "public.kept has 1000 rows, and 999 in the fresh cluster") {
		t.Errorf("it said %v", err)
	}
	count := func() {
		t.Helper()
		if got := one[int](t, connect(t, s.URL(Role, Database)), `select count(*) from kept`); got != 1000 {
			t.Errorf("%d rows", got)
		}
	}
	count()
	if _, err := s.Rewrite(t.Context(), nil); err != nil {
		t.Errorf("the next rewrite: %v", err)
	}
	count()
}
