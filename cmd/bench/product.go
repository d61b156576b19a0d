package main

import (
	"bufio"
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// product is one run of the program that is measured.
type product struct {
	cmd     *exec.Cmd
	ended   chan struct{}
	data    string
	address string
	took    time.Duration // from the start until it answered that it is ready
}

// checkBinary refuses a program that is slower than the one people run.
func checkBinary(path string) error {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s: %w; run `make build` first", path, err)
	}
	for _, s := range info.Settings {
		if s.Key == "-race" && s.Value == "true" {
			return fmt.Errorf("%s was built with the race detector", path)
		}
	}
	return nil
}

var readyLine = regexp.MustCompile(`Innerwork is ready\.\s+(http://\S+)`)

// startProduct starts the program on a data folder and waits until it is ready.
// The model is the scripted one; its patience is long, since a round begins only
// when all its streams are there. Everything else is as it comes.
func startProduct(ctx context.Context, o options, data, model string) (*product, error) {
	binary, err := filepath.Abs(o.Binary)
	if err != nil {
		return nil, err
	}
	parts, err := filepath.Abs(o.Parts)
	if err != nil {
		return nil, err
	}
	p := &product{cmd: exec.Command(binary, "serve"), ended: make(chan struct{}), data: data}
	p.cmd.Dir = filepath.Dir(data) // where no .env is
	p.cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + p.cmd.Dir, "TMPDIR=" + os.TempDir(), "INNERWORK_LISTEN=127.0.0.1:0", "INNERWORK_LOG=warn",
		"INNERWORK_DATA=" + data, "INNERWORK_PARTS=" + parts, "OPENAI_BASE_URL=" + model + "/v1", "OPENAI_MODEL=scripted",
		"INNERWORK_MODEL_FIRST_TOKEN=5m", "INNERWORK_MODEL_TOTAL=10m",
	}
	p.cmd.Stderr = os.Stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	printed := make(chan string, 1) // the address
	go func() {
		defer close(p.ended)
		var text strings.Builder
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			text.WriteString(lines.Text() + "\n")
			if m := readyLine.FindStringSubmatch(text.String()); m != nil && strings.Contains(lines.Text(), "stops it") {
				printed <- m[1]
			}
		}
		_ = p.cmd.Wait() // the exit code says it
	}()
	select {
	case p.address = <-printed:
	case <-p.ended:
		return nil, errors.New("the program ended before it was ready")
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), p.stop())
	}
	answer, err := http.Get(p.address + "/readyz")
	if err != nil {
		return nil, errors.Join(err, p.stop())
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	if answer.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("ready, and then not: %s", answer.Status), p.stop())
	}
	p.took = time.Since(began)
	return p, nil
}

// stop stops the program as an operator does.
func (p *product) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may be gone
	select {
	case <-p.ended:
	case <-time.After(time.Minute):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("the program ended with code %d", code)
	}
	return nil
}

// database is the address of its database, for one of the database's roles.
func (p *product) database(role string) (string, error) {
	left, err := os.ReadFile(filepath.Join(p.data, "psql-url"))
	if err != nil {
		return "", err
	}
	address, err := url.Parse(strings.TrimSpace(string(left)))
	if err != nil {
		return "", err
	}
	if role != "" {
		address.User = url.User(role)
	}
	return address.String(), nil
}
