package postgres

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// makeFolder makes folder and what is missing above it. What it makes gets the mode
// whatever the umask, since PostgreSQL may be another user; what was there before
// stays as it is.
func makeFolder(folder string, mode fs.FileMode) error {
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := makeFolder(filepath.Dir(folder), mode); err != nil {
		return err
	}
	if err := os.Mkdir(folder, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return os.Chmod(folder, mode)
}

// Reachable says whether PostgreSQL can work in folder, which need not exist yet.
// When we are root it runs as another user, who must be allowed to pass every folder
// above; a home of root usually forbids that. The error names the folder and a mend.
func Reachable(folder string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	for parent := filepath.Dir(folder); ; parent = filepath.Dir(parent) {
		info, err := os.Stat(parent)
		if err == nil && info.Mode().Perm()&0o001 == 0 {
			return fmt.Errorf("started by root, PostgreSQL runs as another user, who cannot pass %s (mode %04o); "+
				"choose another folder than %s, or `chmod o+x %s`, or do not run as root",
				parent, info.Mode().Perm(), folder, parent)
		}
		if parent == filepath.Dir(parent) {
			return nil
		}
	}
}

// needed is the space below which a new cluster is not begun: it is born with about
// 40 MB, of which 16 are the first segment of the write-ahead log.
const needed = 200 << 20

func free(folder string) (uint64, error) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		return 0, err
	}
	return disk.Bavail * uint64(disk.Bsize), nil
}

// explainSpace adds the free space and the folder to an error of a full disk.
func explainSpace(err error, folder string) error {
	if err == nil || !(errors.Is(err, syscall.ENOSPC) || strings.Contains(err.Error(), "No space left on device")) {
		return err
	}
	left, statErr := free(folder)
	if statErr != nil {
		return err
	}
	return fmt.Errorf("the disk of %s is full (%d MB free); make room and start again: %w", folder, left>>20, err)
}

// explain turns what PostgreSQL says into what a person can do.
func (s *Server) explain(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, fs.ErrPermission) || strings.Contains(err.Error(), "ermission denied") {
		return errors.Join(err, Reachable(s.cluster()), Reachable(s.program("postgres")))
	}
	return explainSpace(err, s.data)
}
