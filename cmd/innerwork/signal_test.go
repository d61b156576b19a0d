package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"innerwork/coach/coachtest"
)

func TestSecondInstanceIsRefused(t *testing.T) {
	t.Parallel()
	data := newData(t)
	first := start(t, setup{data: data})
	she := firstLeader(first)
	second, code := toEnd(t, setup{data: data})
	wantRefusal(t, second, code, "another Innerwork is using this data folder", "INNERWORK_DATA", strconv.Itoa(first.cmd.Process.Pid))
	conversation := she.begin()
	if replies, _ := she.socket(conversation).ends(conversation, 1); replies[0]["state"] != "complete" {
		t.Errorf("the first one answered with %v", replies[0])
	}
	first.stop()
}

func TestSignalsStopInOrder(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]syscall.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := newData(t)
			p := start(t, setup{data: data})
			she := firstLeader(p)
			conversation := she.begin()
			one, two := she.socket(conversation), she.socket()
			one.ends(conversation, 1)
			postmaster := postmaster(t, data)
			p.signal(s)
			for _, k := range []*socket{one, two} {
				last, code := k.bye()
				if code != 4000 || last["type"] != "bye" || last["code"] != 4000.0 || last["reason"] == "" {
					t.Errorf("the last frame was %v and the close code %d", last, code)
				}
			}
			if code := p.exit(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if err := syscall.Kill(postmaster, 0); err != syscall.ESRCH {
				t.Errorf("PostgreSQL is still there: %v", err)
			}
			if _, err := os.Stat(filepath.Join(data, "psql-url")); !os.IsNotExist(err) {
				t.Errorf("the address of the database is left: %v", err)
			}
			start(t, setup{data: data}).stop() // the folder is free
		})
	}
}

// A reply that does not end holds the shutdown up; the second ^C does not wait.
func TestSecondSignalDoesNotWait(t *testing.T) {
	t.Parallel()
	model := coachtest.NewUpstream(func(_ int, w *coachtest.Wire) { w.Hang() })
	t.Cleanup(model.Close)
	p := start(t, setup{data: newData(t), env: []string{"OPENAI_BASE_URL=" + model.URL(), "OPENAI_MODEL=m"}})
	she := firstLeader(p)
	conversation := she.begin()
	s := she.socket(conversation)
	s.ends(conversation, 1)
	s.say(conversation, newID(), "I keep the door open.")
	s.until(func(f frame) bool { return f["type"] == "status" && f["state"] == "thinking" })
	began := time.Now()
	p.signal(syscall.SIGINT)
	p.await(p.stdout, "stopping")
	p.signal(syscall.SIGINT)
	p.exit()
	if status := p.cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signal() != syscall.SIGINT {
		t.Errorf("it ended as %v", p.cmd.ProcessState)
	}
	if took := time.Since(began); took > patience {
		t.Errorf("it took %v", took)
	}
}

// postmaster is the process id of the embedded PostgreSQL.
func postmaster(t *testing.T, data string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(data, "postgres", "cluster", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}
