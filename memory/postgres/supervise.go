package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	patience  = 20 * time.Second       // a shutdown in order becomes one at once
	grace     = 10 * time.Second       // a shutdown at once becomes a kill
	lastWords = 500 * time.Millisecond // for the output of a dead postmaster to arrive
	maxDeaths = 5                      // deaths in a row before we give up
	firstWait = 100 * time.Millisecond // before the second try to start again; then doubled
	calm      = time.Minute            // a life this long makes earlier deaths forgotten
)

// errStopped is how PostgreSQL ends when somebody else stops it in order.
var errStopped = errors.New("somebody stopped it")

// ownSettings come after those of the caller and win. PostgreSQL's log tells about
// the server and never about a statement: an error's text, its detail, the statement
// and its parameters may all hold somebody's words, and the client has them anyway.
var ownSettings = []string{
	"listen_addresses=", "port=" + port, "unix_socket_permissions=0700",
	"wal_level=logical", // a rewrite follows what is written
	"log_destination=stderr", "logging_collector=off", "log_line_prefix=%m [%p] ",
	"log_min_messages=log", // in this list "log" ranks above "error"
	"log_min_error_statement=panic", "log_error_verbosity=terse",
	"log_statement=none", "log_duration=off", "log_lock_waits=off",
	"log_min_duration_statement=-1", "log_min_duration_sample=-1", "log_transaction_sample_rate=0",
	"log_parameter_max_length=0", "log_parameter_max_length_on_error=0",
}

// startOnce starts PostgreSQL and returns when it accepts connections. stale is the
// process id in a lock file that nobody holds any more, or 0.
func (s *Server) startOnce(ctx context.Context, stale int) (*process, error) {
	// The folder is ours alone and no PostgreSQL runs: a lock in it is dead, also when
	// its process id means somebody else by now.
	for _, name := range []string{".s.PGSQL." + port, ".s.PGSQL." + port + ".lock"} {
		if err := os.Remove(filepath.Join(s.socket, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	args := []string{"-D", s.cluster()}
	for _, name := range slices.Sorted(maps.Keys(s.settings)) {
		args = append(args, "-c", name+"="+s.settings[name])
	}
	for _, setting := range append(ownSettings, "unix_socket_directories="+s.socket) {
		args = append(args, "-c", setting)
	}
	cmd := exec.Command(s.program("postgres"), args...)
	cmd.Dir = s.cluster()
	cmd.Env = environment()
	if stale != 0 {
		// PostgreSQL believes a lock file whose process lives, whoever that is by now,
		// but not one of its grandparent. Deleting the file instead would also delete
		// the check for shared memory that is still in use.
		cmd.Env = append(cmd.Env, "PG_GRANDPARENT_PID="+strconv.Itoa(stale))
	}
	cmd.SysProcAttr = s.owner.attributes()
	dieWithUs(cmd.SysProcAttr, syscall.SIGINT)
	cmd.Stdout, cmd.Stderr = s.output, s.output
	cmd.WaitDelay = lastWords // a busy child that outlives the postmaster holds its output open
	ready := s.output.watch()
	p, err := launch(cmd)
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	select {
	case <-ready:
		return p, nil
	case <-p.exited:
		return nil, fmt.Errorf("PostgreSQL ended while it started (%w); it said:\n%s", p.err, s.output.last())
	case <-ctx.Done():
		_ = s.end(ctx, p) // the reason is ctx's
		return nil, fmt.Errorf("start PostgreSQL: %w; it said:\n%s", context.Cause(ctx), s.output.last())
	}
}

// supervise owns the running PostgreSQL until life ends or it cannot be brought back.
func (s *Server) supervise(life, hurry context.Context, p *process) {
	defer close(s.done)
	s.err = errors.Join(s.explain(s.keep(life, hurry, p)), s.close())
}

func (s *Server) keep(life, hurry context.Context, p *process) error {
	for deaths := 0; ; {
		born := time.Now()
		select {
		case <-life.Done():
			return s.end(hurry, p)
		case do := <-s.swap:
			if next, err := do(p); err == nil || next != p {
				p = next
				continue
			}
			<-p.exited // it was stopped and neither of the two started
		case <-p.exited:
		}
		if time.Since(born) > calm {
			deaths = 0
		}
		err := fmt.Errorf("it ended: %w", cmp.Or(p.err, errStopped))
		s.log.Error("PostgreSQL died and is started again", "reason", err)
		for {
			deaths++
			if deaths > maxDeaths {
				return fmt.Errorf("PostgreSQL died %d times in a row: %w", maxDeaths, err)
			}
			var failure error
			if p, failure = s.restart(life, deaths); failure == nil {
				break
			}
			if life.Err() != nil {
				return nil // stopped before it was back
			}
			s.log.Error("PostgreSQL did not come back", "try", deaths, "error", failure)
			err = failure
		}
		s.log.Info("PostgreSQL is back")
	}
}

// restart waits longer from try to try: what killed it may need time to go away.
func (s *Server) restart(life context.Context, try int) (*process, error) {
	if try > 1 {
		select {
		case <-life.Done():
			return nil, life.Err()
		case <-time.After(firstWait << (try - 2)):
		}
	}
	stale, err := s.settle(life)
	if err != nil {
		return nil, err
	}
	return s.startOnce(life, stale)
}

// end stops PostgreSQL in order: connections end, a checkpoint is written. When that
// takes too long, or hurry ends, it stops at once and recovers at the next start. One
// that recovers right now has nothing to write, and PostgreSQL 18 may wait for ever
// when it is told to stop in order then (seen in 18.6), so it stops at once.
func (s *Server) end(hurry context.Context, p *process) error {
	if !s.output.accepts() {
		p.endAtOnce()
		return nil
	}
	p.signal(syscall.SIGINT)
	select {
	case <-p.exited:
		if p.err != nil {
			return fmt.Errorf("PostgreSQL ended badly: %w", p.err)
		}
		return nil
	case <-hurry.Done():
	case <-time.After(patience):
	}
	p.endAtOnce()
	return errors.New("PostgreSQL did not stop in time and was ended at once; the next start recovers")
}

func (p *process) endAtOnce() {
	p.signal(syscall.SIGQUIT)
	select {
	case <-p.exited:
	case <-time.After(grace):
		p.signal(syscall.SIGKILL)
		<-p.exited
	}
}

// settle makes sure that no PostgreSQL works on the cluster, which only one that
// outlived its program can do, since we hold the lock. It returns the process id that
// a dead one left in its lock file, or 0.
func (s *Server) settle(ctx context.Context) (stale int, err error) {
	file := filepath.Join(s.cluster(), "postmaster.pid")
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("lock file of PostgreSQL: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, convErr := strconv.Atoi(strings.TrimSpace(first))
	if err == nil && len(text) == 0 {
		// A full disk leaves it empty; PostgreSQL then refuses to start for good.
		if err := os.Remove(file); err != nil {
			return 0, err
		}
	} else if err == nil && (convErr != nil || pid <= 0) {
		return 0, fmt.Errorf("lock file of PostgreSQL: %s does not begin with a process id", file)
	}
	if pid > 0 && runsOn(s.cluster(), pid) {
		s.log.Info("a PostgreSQL that outlived its program is stopped first", "pid", pid)
		if err := s.stopStranger(ctx, pid); err != nil {
			return 0, err
		}
	}
	// Without their postmaster they can do nothing but keep the next one from starting.
	for _, pid := range orphans(s.cluster()) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	return pid, nil
}

// stopStranger stops a PostgreSQL that is not our child, so it cannot be waited for
// but only looked at.
func (s *Server) stopStranger(ctx context.Context, pid int) error {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGINT, patience}, {syscall.SIGQUIT, grace}} {
		if err := syscall.Kill(pid, step.signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop the earlier PostgreSQL (pid %d): %w", pid, err)
		}
		for limit := time.After(step.wait); runsOn(s.cluster(), pid); {
			select {
			case <-look.C:
				continue
			case <-ctx.Done():
				return context.Cause(ctx)
			case <-limit:
			}
			break
		}
	}
	if runsOn(s.cluster(), pid) {
		return fmt.Errorf("the earlier PostgreSQL (pid %d) does not stop; end it and start again", pid)
	}
	return nil
}
