package postgres

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// ErrInUse means that another Innerwork has the data folder.
var ErrInUse = errors.New("another Innerwork is using this data folder")

// lock is the right to a data folder, held by the kernel for as long as we live. The
// file holds our process id and the socket folder, for whoever comes next.
type lock struct {
	file     *os.File
	previous string // socket folder of the run before
}

func takeLock(data string) (*lock, error) {
	file, err := os.OpenFile(filepath.Join(data, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	text, readErr := io.ReadAll(io.LimitReader(file, 4096))
	pid, socket, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w (pid %s): %s", ErrInUse, pid, data)
		}
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	l := &lock{file: file, previous: socket}
	if err := errors.Join(readErr, l.write("")); err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	return l, nil
}

// write notes who holds the lock. An empty socket keeps the previous one noted, so
// that a start that fails early does not forget what is to be swept.
func (l *lock) write(socket string) error {
	if socket == "" {
		socket = l.previous
	}
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err := l.file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"+socket+"\n"), 0)
	return err
}

// release leaves the file where it is: removing it would let two programs lock two
// files of the same name.
func (l *lock) release() error { return l.file.Close() }
