package postgres

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

func TestNeverRunsAsRoot(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	s := start(t, filepath.Join(tempFolder(t), "data"))
	info, err := os.Stat(filepath.Join(s.cluster(), "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	if uid := info.Sys().(*syscall.Stat_t).Uid; uid < firstUID || uid > lastUID {
		t.Errorf("runs as %d", uid)
	}
}

func TestUserWithoutAName(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 || runtime.GOOS != "linux" {
		t.Skip("needs root, to become somebody else, and Linux's user namespaces")
	}
	folder := tempFolder(t)
	const uid = 54321
	_, url := startChild(t, filepath.Join(folder, "data"), &syscall.SysProcAttr{
		Credential: &syscall.Credential{Uid: uid, Gid: uid},
	})
	if got := one[string](t, connect(t, url), "select current_user::text"); got != Role {
		t.Errorf("answered as %q", got)
	}
	info, err := os.Stat(filepath.Join(folder, "data", "cluster", "PG_VERSION"))
	if err != nil {
		t.Fatal(err)
	}
	if owner := info.Sys().(*syscall.Stat_t).Uid; owner != uid {
		t.Errorf("the cluster belongs to %d", owner)
	}
}

func TestUnreachableFolderIsNamed(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("needs root: only then is PostgreSQL another user")
	}
	closed := filepath.Join(tempFolder(t), "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := Start(t.Context(), options(t, filepath.Join(closed, "data")))
	if err == nil {
		stop(t, s)
		t.Fatal("started in a folder that PostgreSQL cannot reach")
	}
	if !strings.Contains(err.Error(), "chmod o+x "+closed) {
		t.Errorf("no mend in %q", err)
	}
}
