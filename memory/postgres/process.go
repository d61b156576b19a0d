package postgres

import (
	"context"
	"os/exec"
	"runtime"
	"syscall"
)

// process is a child that is waited for.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{}
	err    error // readable once exited is closed
}

// launch starts a child in a goroutine that lives as long as it and keeps its thread:
// where the kernel tells a child that its parent died, it means the thread that
// forked.
func launch(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		close(p.exited)
	}()
	return p, <-started
}

// signal may find the child gone, which is what every signal here is for.
func (p *process) signal(s syscall.Signal) { _ = p.cmd.Process.Signal(s) }

// run launches a child and waits for it; when ctx ends first the child is killed with
// its whole process group.
func run(ctx context.Context, cmd *exec.Cmd) error {
	p, err := launch(cmd)
	if err != nil {
		return err
	}
	select {
	case <-p.exited:
		return p.err
	case <-ctx.Done():
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-p.exited
		return context.Cause(ctx)
	}
}
