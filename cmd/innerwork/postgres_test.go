package main

import (
	"slices"
	"syscall"
	"testing"
	"time"
)

func TestPostgresKilledMidReply(t *testing.T) {
	t.Parallel()
	env, stalled := stalling(t, func(n int) int { return []int{6, 1000}[min(n, 1)] })
	data := newData(t)
	p := start(t, setup{data: data, env: env})
	she := firstLeader(p)
	c := she.begin()
	s := she.socket(c)
	seen := s.openings(c)
	first, second := newID(), newID()
	s.say(c, first, herWords)
	seen = append(seen, s.until(said(first))...)
	awaitStall(t, stalled)
	if err := syscall.Kill(postmaster(t, data), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is not ready", func() bool { return ready(she) == 503 })
	acknowledged := false
	for !acknowledged {
		s.say(c, second, "I am still here.")
		// There may be errors about the conversation, too, whose events cannot be read.
		answer := s.until(func(f frame) bool { return said(second)(f) || f["type"] == "error" && f["about"] == second })
		seen = append(seen, answer...)
		f := answer[len(answer)-1]
		if acknowledged = f["type"] == "said"; acknowledged {
			break
		}
		if f["code"] != "unavailable" || f["message"] == "" {
			t.Fatalf("it was refused with %v", f)
		}
		eventually(t, "it is ready", func() bool { return ready(she) == 200 })
	}
	p.await(p.stderr, "PostgreSQL is back")
	// Her words ended the reply before; this one is made, or says that it failed
	// (a connection may be found dead only when it is used) and is made again.
	for state := ""; state != "complete"; {
		seen = append(seen, s.until(func(f frame) bool { return kind("end")(f) && field(f, "reply", "reflection") == second })...)
		end := seen[len(seen)-1]
		if state = field(end, "reply", "state"); state == "failed" || state == "interrupted" {
			t.Logf("it ended as %v", end["reply"])
			she.want(202, "POST", "/api/replies/"+field(end, "reply", "id")+"/again", nil)
		} else if state != "complete" {
			t.Fatalf("it ended as %v", end)
		}
	}
	stored := events(she.socket(c).until(func(f frame) bool { return f["type"] == "caught-up" }))
	wantGapless(t, stored)
	for _, id := range []string{first, second} {
		if n := count(stored, func(f frame) bool { return field(f, "said", "id") == id }); n != 1 {
			t.Errorf("a message is there %d times", n)
		}
	}
	if got, want := sentences(c, seen), sentences(c, stored); !slices.Equal(got, want) {
		t.Errorf("she saw\n%q\nand stored is\n%q", got, want)
	}
	p.stop()
}

func ready(p *person) int {
	status, _, err := p.ask("GET", "/readyz", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return status
}

// eventually looks until the condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for late := time.After(limit); !holds(); {
		select {
		case <-look.C:
		case <-late:
			t.Fatalf("still not so: %s", what)
		}
	}
}
