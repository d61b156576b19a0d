package main

import (
	"slices"
	"testing"
	"time"
)

const (
	herWords   = "I keep the door open. I wait for my team to speak. I answer before they have ended. I want to listen longer."
	modelWords = "You keep the door open. You wait for your team to speak. You answer before they have ended. What would listening longer look like? "
)

// openings reads until the conversations have been opened.
func (s *socket) openings(conversations ...string) (all []frame) {
	s.t.Helper()
	left := slices.Clone(conversations)
	return s.until(func(f frame) bool {
		if kind("end")(f) {
			left = slices.DeleteFunc(left, func(c string) bool { return c == f["conversation"] })
		}
		return len(left) == 0
	})
}

// cursors are where a page that has seen the frames goes on.
func cursors(conversations []string, seen []frame) (follow []frame) {
	for _, c := range conversations {
		after := nothing
		for _, e := range events(seen) {
			if e["conversation"] == c {
				after = frame{"seq": e["seq"], "id": e["id"]}
			}
		}
		follow = append(follow, frame{"conversation": c, "after": after})
	}
	return follow
}

func wantGapless(t testing.TB, stored []frame) {
	t.Helper()
	for i, e := range stored {
		if e["seq"] != float64(i+1) {
			t.Fatalf("event %v stands at place %d", e["seq"], i+1)
		}
	}
}

func count(frames []frame, is func(frame) bool) (n int) {
	for _, f := range frames {
		if is(f) {
			n++
		}
	}
	return n
}

func ready(p *person) int {
	status, _, err := p.ask("GET", "/readyz", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return status
}

// eventually looks until the condition holds.
func eventually(t testing.TB, what string, holds func() bool) {
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
