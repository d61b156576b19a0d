package postgres

import (
	"bytes"
	"os"
	"strings"
	"sync"
)

const (
	logLimit  = 1 << 20 // bytes in one log file; there are at most two
	tailLines = 12      // lines that an error shows
)

// output takes what PostgreSQL writes: into a bounded file, and its last lines into
// errors. A full disk loses log lines and never holds PostgreSQL up.
type output struct {
	mu        sync.Mutex
	path      string
	limit     int64
	file      *os.File
	size      int64
	partial   []byte
	tail      []string
	ready     chan struct{} // nil once it was closed
	accepting bool
}

func openOutput(path string) (*output, error) {
	o := &output{path: path, limit: logLimit}
	return o, o.open()
}

func (o *output) open() (err error) {
	if o.file, err = os.OpenFile(o.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return err
	}
	info, err := o.file.Stat()
	if err != nil {
		return err
	}
	o.size = info.Size()
	return nil
}

// watch forgets the last lines, and returns a channel that is closed when PostgreSQL
// says that it accepts connections.
func (o *output) watch() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ready, o.tail, o.partial, o.accepting = make(chan struct{}), nil, nil, false
	return o.ready
}

// accepts says whether PostgreSQL accepts connections; otherwise it starts or recovers.
func (o *output) accepts() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.accepting
}

func (o *output) last() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Join(o.tail, "\n")
}

// Write never fails: an error would close PostgreSQL's standard error.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.partial = append(o.partial, b...)
	for {
		line, rest, whole := bytes.Cut(o.partial, []byte("\n"))
		if !whole {
			return len(b), nil
		}
		o.line(string(line))
		o.partial = rest
	}
}

func (o *output) line(line string) {
	// A panic's statement is the one thing that settings cannot keep out of the log;
	// lines that begin with a tab continue the one before.
	if strings.HasPrefix(line, "\t") || strings.Contains(line, "] STATEMENT:") {
		return
	}
	switch {
	case strings.HasSuffix(line, "database system is ready to accept connections"):
		o.accepting = true
		if o.ready != nil {
			close(o.ready)
			o.ready = nil
		}
	case strings.HasSuffix(line, "terminating any other active server processes"):
		o.accepting = false // one crashed; all begin anew, and recover first
	}
	o.tail = append(o.tail, line)
	if len(o.tail) > tailLines {
		o.tail = o.tail[1:]
	}
	if o.file == nil {
		return
	}
	if o.size >= o.limit {
		_ = o.file.Close()
		_ = os.Rename(o.path, o.path+".1")
		if o.open() != nil {
			return
		}
	}
	n, _ := o.file.WriteString(line + "\n")
	o.size += int64(n)
}

func (o *output) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.file == nil {
		return nil
	}
	file := o.file
	o.file = nil
	return file.Close()
}

// lastLines returns the end of a text.
func lastLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}
