package main

import (
	"bytes"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// D6: a backup is restored under pages that have seen what came after it, and
// the history is written on. Every page of the lost future is told to begin
// again; a page whose cursor is older than the backup goes on.
func TestD6RestoredUnderARunningBrowser(t *testing.T) {
	t.Parallel()
	data := newData(t)
	p := start(t, setup{data: data})
	she := firstLeader(p)
	c := she.begin()
	s := she.socket(c)
	seen := s.openings(c)
	talk := func(s *socket, texts ...string) (all []frame) {
		for _, text := range texts {
			s.say(c, newID(), text)
			_, frames := s.ends(c, 1)
			all = append(all, frames...)
		}
		return all
	}
	seen = append(seen, talk(s, "I keep the door open.", "Nobody comes in.")...)
	kept := len(events(seen)) // all of them are in the backup
	file := filepath.Join(t.TempDir(), "backup")
	if b, code := toEnd(t, setup{data: data, args: []string{"backup", file}}); code != 0 {
		t.Fatal(b.stderr)
	}
	future := runs(2, 6)
	for range future {
		seen = append(seen, talk(s, "I open it wider.", "I wait longer.")...)
	}
	lost := events(seen)
	p.signal(syscall.SIGTERM)
	if _, code := s.bye(); code != 4000 {
		t.Errorf("the page was sent away with %d", code)
	}
	p.exit()
	if r, code := toEnd(t, setup{data: data, args: []string{"restore", "--replace", file}}); code != 0 {
		t.Fatal(r.stderr)
	}
	p = start(t, setup{data: data})
	she = signIn(p)

	result := outcome{}
	try := func(now string) {
		t.Helper()
		stored := newWanderer(t, she, func() string { return "" }, c).fresh(p.address).histories[c].events
		for at := 0; at <= len(lost); at++ {
			result.Runs++
			foreign := at > kept
			page := newWanderer(t, she, func() string { return "" }, c)
			h := page.histories[c]
			for _, e := range lost[:at] { // what it showed before
				h.events = append(h.events, []byte("shown before the restore"))
				h.last = frame{"seq": e["seq"], "id": e["id"]}
			}
			if err := page.visit(func() bool { return h.caught }); err != nil {
				t.Fatalf("%s, from event %d: %v", now, at, err)
			}
			if told := page.snapshots == 1; told != foreign {
				t.Errorf("%s, from event %d of which %d were kept: %d snapshots", now, at, kept, page.snapshots)
				result.Doubled++
				continue
			}
			first := at
			if foreign {
				first = 0
			}
			if len(h.events) != len(stored) {
				t.Errorf("%s, from event %d: it shows %d events, and %d are there", now, at, len(h.events), len(stored))
				result.Lost++
				continue
			}
			for i := first; i < len(stored); i++ {
				if !bytes.Equal(h.events[i], stored[i]) {
					t.Errorf("%s, from event %d: it shows %s for %s", now, at, h.events[i], stored[i])
					result.Lost++
				}
			}
		}
	}
	try("before it is written on") // the lost future lies beyond the end
	s = she.socket(c)
	s.until(func(f frame) bool { return f["type"] == "caught-up" })
	for range future + 1 {
		talk(s, "I close the door.", "I walk by the river.")
	}
	began := time.Now()
	try("after it was written on") // the same numbers stand for something else
	t.Logf("%d events were kept, %d lost; all cursors in %v", kept, len(lost)-kept, time.Since(began))
	soaked.add(t, "D6", result)
}
