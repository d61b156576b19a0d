package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"

	"innerwork/coach/coachtest"
)

// instance is the program as a process, with a data folder of its own.
type instance struct {
	id, binary, folder string
	address            string              // with port 0 until the first start
	upstream           *coachtest.Upstream // nil for the guide
	process            *exec.Cmd           // nil while it does not run
	ended              <-chan error        // gives the process's end, once
	output             output
}

// start starts it and waits until it is ready.
func (i *instance) start() error {
	parts, err := filepath.Abs("../../parts")
	if err != nil {
		return err
	}
	i.process = exec.Command(i.binary, "serve")
	i.process.Dir = i.folder // where there is no .env
	i.process.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + i.folder, "INNERWORK_LOG=debug",
		"INNERWORK_LISTEN=" + i.address, "INNERWORK_DATA=" + i.folder, "INNERWORK_PARTS=" + parts,
	}
	if i.upstream != nil {
		i.process.Env = append(i.process.Env, "OPENAI_BASE_URL="+i.upstream.URL(), "OPENAI_MODEL=scripted")
	}
	ready := i.output.expect()
	i.process.Stdout, i.process.Stderr = &i.output, &i.output
	if err := i.process.Start(); err != nil {
		i.process = nil
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- i.process.Wait() }()
	select {
	case i.address = <-ready:
		i.ended = ended
		return nil
	case err := <-ended:
		i.process = nil
		return fmt.Errorf("it did not start: %w\n%s", err, i.log())
	}
}

// kill ends it without a warning.
func (i *instance) kill() error {
	if err := i.process.Process.Kill(); err != nil {
		return err
	}
	<-i.ended
	i.process = nil
	return nil
}

// stop asks it to end, and is nil when it ended with code 0.
func (i *instance) stop() error {
	if i.upstream != nil {
		defer i.upstream.Close()
	}
	if i.process == nil {
		return nil
	}
	if err := i.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	err := <-i.ended
	i.process = nil
	return err
}

// step lets the honest model say its next sentence.
func (i *instance) step() error {
	if !i.upstream.Step() {
		return errors.New("the model is closed")
	}
	return nil
}

// left waits for the model's last call to be over and fails if it was played to
// its end.
func (i *instance) left() error {
	calls := i.upstream.Calls()
	if len(calls) == 0 || !calls[len(calls)-1].Left() {
		return errors.New("the model was heard to its end")
	}
	return nil
}

func (i *instance) log() string { return i.output.String() }

// output keeps what an instance prints, and hands over its address when it has
// been printed.
type output struct {
	mu    sync.Mutex
	all   bytes.Buffer
	from  int
	ready chan string
}

var isReady = regexp.MustCompile(`Innerwork is ready\.\s+http://(\S+)\n`)

func (o *output) expect() <-chan string {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.from, o.ready = o.all.Len(), make(chan string, 1)
	return o.ready
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all.Write(p)
	if o.ready != nil {
		if m := isReady.FindSubmatch(o.all.Bytes()[o.from:]); m != nil {
			o.ready <- string(m[1])
			o.ready = nil
		}
	}
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.String()
}
