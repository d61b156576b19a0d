package postgres

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

func killHard(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

func postmaster(t *testing.T, cluster string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(cluster, "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestComesBackAfterItsDeath(t *testing.T) {
	t.Parallel()
	s := start(t, filepath.Join(tempFolder(t), "data"))
	pool, err := pgxpool.New(t.Context(), s.URL(Role, Database))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(t.Context(), "create table kept as select 'acknowledged' as word"); err != nil {
		t.Fatal(err)
	}
	// A session that computes does not notice its postmaster's death by itself, and its
	// hold on shared memory would keep the next one from starting.
	busy, err := pgx.Connect(t.Context(), s.URL(Role, Database))
	if err != nil {
		t.Fatal(err)
	}
	busyEnded := make(chan error, 1)
	go func() {
		_, err := busy.Exec(context.Background(), "do $$ begin loop end loop; end $$")
		busyEnded <- err
	}()
	eventually(t, "the session computes", func() bool {
		var n int
		err := pool.QueryRow(t.Context(), "select count(*) from pg_stat_activity where state = 'active' and query like 'do %'").Scan(&n)
		return err == nil && n == 1
	})
	before := postmaster(t, s.cluster())
	killHard(t, before)
	var word string
	eventually(t, "the same pool answers", func() bool {
		err := pool.QueryRow(t.Context(), "select word from kept").Scan(&word)
		return err == nil && postmaster(t, s.cluster()) != before
	})
	if word != "acknowledged" {
		t.Errorf("kept %q", word)
	}
	if err := <-busyEnded; err == nil {
		t.Error("an endless loop ended well")
	}
	_ = busy.Close(context.Background())
	if err := s.Err(); err != nil {
		t.Error(err)
	}
}

func TestGivesUpWhenItCannotComeBack(t *testing.T) {
	t.Parallel()
	o := options(t, filepath.Join(tempFolder(t), "data"))
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	control := filepath.Join(s.cluster(), "global", "pg_control")
	if err := os.Rename(control, control+".away"); err != nil {
		t.Fatal(err)
	}
	killHard(t, postmaster(t, s.cluster()))
	<-s.Done()
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), "could not find the database system") {
		t.Errorf("the reason is %v", err)
	}
	if err := s.Stop(t.Context()); err == nil {
		t.Error("Stop calls it clean")
	}
	if err := os.Rename(control+".away", control); err != nil {
		t.Fatal(err)
	}
	s = start(t, o.Data) // the data folder is free, and recovers
	if got := one[int](t, connect(t, s.URL(Role, Database)), "select 1"); got != 1 {
		t.Errorf("answered %d", got)
	}
}

// startChild runs this test binary as a program with a server, and returns it with the
// server's address.
func startChild(t *testing.T, data string, attributes *syscall.SysProcAttr) (*exec.Cmd, string) {
	t.Helper()
	o := options(t, data)
	if _, err := unpack(o.Parts, o.Runtime); err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if attributes != nil { // another user cannot pass the folder that holds this binary
		text, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		program = filepath.Join(tempFolder(t), "child")
		if err := os.WriteFile(program, text, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), childData+"="+data,
		"INNERWORK_PARTS="+o.Parts, "INNERWORK_TEST_RUNTIME="+o.Runtime)
	cmd.SysProcAttr = attributes
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || strings.HasPrefix(line, "failed") {
		t.Fatalf("child: %s %v", line, err)
	}
	url := strings.TrimSpace(line)
	t.Cleanup(func() { os.RemoveAll(socketOf(t, url)) })
	return cmd, url
}

func socketOf(t *testing.T, url string) string {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	return config.Host
}

func TestNextStartAfterOurDeath(t *testing.T) {
	t.Parallel()
	data := filepath.Join(tempFolder(t), "data")
	cmd, url := startChild(t, data, nil)
	execute(t, connect(t, url), "create table kept as select 'acknowledged' as word")
	cluster := filepath.Join(data, "cluster")
	pid := postmaster(t, cluster)
	killHard(t, cmd.Process.Pid)
	_ = cmd.Wait()
	if runtime.GOOS == "linux" {
		eventually(t, "PostgreSQL follows us", func() bool { return !runsOn(cluster, pid) })
	}
	s := start(t, data)
	if got := one[string](t, connect(t, s.URL(Role, Database)), "select word from kept"); got != "acknowledged" {
		t.Errorf("kept %q", got)
	}
	if _, err := os.Stat(socketOf(t, url)); !os.IsNotExist(err) {
		t.Errorf("the socket folder of the dead program is left: %v", err)
	}
}

func TestPostgresThatOutlivedItsProgramIsStopped(t *testing.T) {
	t.Parallel()
	data := filepath.Join(tempFolder(t), "data")
	s := start(t, data)
	stop(t, s)
	// Started by nobody who cares, as it would be where a child does not follow.
	socket, err := socketFolder(os.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(socket) })
	if err := s.owner.give(socket); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(s.program("postgres"), "-D", s.cluster(), "-c", "listen_addresses=", "-c", "unix_socket_directories="+socket)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = s.cluster(), environment(), s.owner.attributes()
	stranger, err := launch(cmd)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the stranger runs", func() bool {
		text, err := os.ReadFile(filepath.Join(s.cluster(), "postmaster.pid"))
		return err == nil && strings.Contains(string(text), "ready")
	})
	next := start(t, data)
	<-stranger.exited
	if stranger.err != nil {
		t.Errorf("it was not stopped in order: %v", stranger.err)
	}
	if got := one[int](t, connect(t, next.URL(Role, Database)), "select 1"); got != 1 {
		t.Errorf("answered %d", got)
	}
}
