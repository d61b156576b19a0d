package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"innerwork/memory/memorytest"
)

func TestMain(m *testing.M) { memorytest.Main(m) }

// limit ends the patience of a test with what must come; it is no expected time.
const limit = time.Minute

// binary builds the program with the race detector, once, where a build of the
// same source is found again.
var binary = sync.OnceValues(func() (string, error) {
	path, err := filepath.Abs("../../bin/innerwork.race")
	if err != nil {
		return "", err
	}
	if out, err := exec.Command("go", "build", "-race", "-o", path, ".").CombinedOutput(); err != nil {
		return "", errors.New("build: " + string(out))
	}
	return path, nil
})

// newFolder is a folder that the user that PostgreSQL runs as can pass, unlike
// those of testing.
func newFolder(t testing.TB) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "innerwork-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

// newData is a new data folder, with the unpacked PostgreSQL shared between all.
func newData(t testing.TB) string {
	t.Helper()
	data := filepath.Join(newFolder(t), "data")
	prepareData(t, data)
	return data
}

// prepareData makes a data folder where the test wants it.
func prepareData(t testing.TB, data string) {
	t.Helper()
	runtime := filepath.Join(parts(t), "runtime")
	if err := errors.Join(os.MkdirAll(runtime, 0o755), os.Mkdir(data, 0o755), os.Chmod(data, 0o755), os.Symlink(runtime, filepath.Join(data, "runtime"))); err != nil {
		t.Fatal(err)
	}
}

func parts(t testing.TB) string {
	t.Helper()
	parts, err := memorytest.Parts()
	if err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

// setup says how a program is started. What is left out has a default for tests.
type setup struct {
	data   string   // data folder
	folder string   // where it works, and looks for .env; a new one
	env    []string // such as "OPENAI_MODEL=x", before what the tests set
	args   []string // none: serve
}

// program is one process of the built binary.
type program struct {
	t      testing.TB
	cmd    *exec.Cmd
	stdout *printed
	stderr *printed
	ended  chan struct{} // closed when it is gone and all it printed is there

	address string // "http://127.0.0.1:port", once it serves
	token   string // for the first account, if there is none yet
}

// launch starts the binary. Unless the setup says otherwise it listens on a
// free port, coaches with the guide and searches by words. It is gone at the
// end of the test.
func launch(t testing.TB, s setup) *program {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	if s.folder == "" {
		s.folder = t.TempDir()
	}
	p := &program{t: t, cmd: exec.Command(path, s.args...), stdout: newPrinted(), stderr: newPrinted(), ended: make(chan struct{})}
	p.cmd.Dir = s.folder
	p.cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.folder, "TMPDIR=" + os.TempDir(), "INNERWORK_LISTEN=127.0.0.1:0",
		"INNERWORK_DATA=" + s.data, "INNERWORK_PARTS=" + parts(t), "INNERWORK_EMBEDDER=none",
	}, s.env...)
	p.cmd.Stdout, p.cmd.Stderr = p.stdout, p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // the exit code says it
		p.stdout.close()
		p.stderr.close()
		close(p.ended)
	}()
	t.Cleanup(p.clean)
	return p
}

func (p *program) clean() {
	p.signal(syscall.SIGKILL)
	<-p.ended
	said := p.stderr.String()
	if strings.Contains(said, "DATA RACE") || strings.Contains(said, "panic:") {
		p.t.Errorf("the program wrote:\n%s", said)
	} else if p.t.Failed() {
		p.t.Logf("%v printed:\n%s%s", p.cmd.Args[1:], p.stdout, said)
	}
}

// start runs the coach and waits until it says that it is ready.
func start(t testing.TB, s setup) *program {
	t.Helper()
	p := launch(t, s)
	p.awaitReady()
	return p
}

var (
	readyLine = regexp.MustCompile(`Innerwork is ready\.\s+(https?://\S+)`)
	tokenLine = regexp.MustCompile(`the token is (\S+)`)
)

func (p *program) awaitReady() {
	p.t.Helper()
	p.await(p.stdout, "^C stops it")
	p.address = readyLine.FindStringSubmatch(p.stdout.String())[1]
	if m := tokenLine.FindStringSubmatch(p.stdout.String()); m != nil {
		p.token = m[1]
	}
}

// await waits until the text is printed.
func (p *program) await(out *printed, text string) {
	p.t.Helper()
	if !out.await(text) {
		p.t.Fatalf("%q never came; printed was:\n%s%s", text, p.stdout, p.stderr)
	}
}

// toEnd runs the binary and waits for its end.
func toEnd(t testing.TB, s setup) (p *program, code int) {
	t.Helper()
	p = launch(t, s)
	return p, p.exit()
}

// exit waits for the end and returns the exit code, -1 after a signal.
func (p *program) exit() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(limit):
		p.t.Fatalf("it does not end; printed was:\n%s%s", p.stdout, p.stderr)
	}
	return p.cmd.ProcessState.ExitCode()
}

// signal may find the program gone.
func (p *program) signal(s syscall.Signal) { _ = p.cmd.Process.Signal(s) }

// stop stops the coach as an operator does.
func (p *program) stop() {
	p.t.Helper()
	p.signal(syscall.SIGTERM)
	if code := p.exit(); code != 0 {
		p.t.Fatalf("exit code %d; printed was:\n%s%s", code, p.stdout, p.stderr)
	}
}
