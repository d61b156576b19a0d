package postgres

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"
)

// childData, when set, makes this test binary a program that starts a server on that
// data folder, says so, and waits to be killed.
const childData = "INNERWORK_TEST_CHILD_DATA"

// shared is one folder for the unpacked runtime, passable for every user.
var shared string

func TestMain(m *testing.M) {
	if data := os.Getenv(childData); data != "" {
		child(data)
	}
	os.Exit(func() int {
		folder, err := openFolder()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(folder)
		shared = folder
		code := m.Run()
		if code == 0 {
			if err := goleak.Find(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
		}
		return code
	}())
}

func child(data string) {
	s, err := Start(context.Background(), Options{
		Parts: os.Getenv("INNERWORK_PARTS"), Runtime: os.Getenv("INNERWORK_TEST_RUNTIME"), Data: data,
		Settings: map[string]string{"fsync": "off"},
	})
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	fmt.Println(s.URL(Role, Database))
	if step := os.Getenv("INNERWORK_TEST_REWRITE"); step != "" {
		die := func(at string) {
			if at == step {
				fmt.Println("dying at", at)
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			}
		}
		s.swapping = die
		_, err := s.Rewrite(context.Background(), func(p Progress) { die(string(p.Step)) })
		fmt.Println("rewritten:", err)
		os.Exit(1)
	}
	select {}
}

// openFolder differs from testing's temporary folder in that another user may pass it.
func openFolder() (string, error) {
	folder, err := os.MkdirTemp("", "innerwork-test-")
	if err != nil {
		return "", err
	}
	return folder, os.Chmod(folder, 0o777)
}

func tempFolder(t *testing.T) string {
	t.Helper()
	folder, err := openFolder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}

// parts finds the fetched parts. On a laptop their absence skips a test, in CI it
// fails.
func parts(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("INNERWORK_PARTS")
	for dir, _ := os.Getwd(); folder == "" && dir != "/"; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			folder = filepath.Join(dir, "parts")
		}
	}
	if _, err := findWheel(folder); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return folder
}

func options(t *testing.T, data string) Options {
	t.Helper()
	return Options{
		Parts: parts(t), Runtime: filepath.Join(shared, "runtime"), Data: data,
		Settings: map[string]string{"fsync": "off"},
	}
}

func start(t *testing.T, data string) *Server {
	t.Helper()
	s, err := Start(t.Context(), options(t, data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, s) })
	return s
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

func execute(t *testing.T, c *pgx.Conn, sql string, args ...any) {
	t.Helper()
	if _, err := c.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func one[T any](t *testing.T, c *pgx.Conn, sql string, args ...any) (value T) {
	t.Helper()
	if err := c.QueryRow(t.Context(), sql, args...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return value
}

// eventually looks until the condition holds; a minute is the end of patience, not an
// expected time.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	limit := time.After(time.Minute)
	for !holds() {
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("still not so: %s", what)
		}
	}
}
