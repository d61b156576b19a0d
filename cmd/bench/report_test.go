package main

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// played is a stream whose sentences took the given times.
func played(took ...time.Duration) *stream {
	s := newStream(nil, "", newScript(mirrors[:len(took)]...), nil, 0)
	at := time.Now()
	for n, d := range took {
		s.sent[n] = at
		s.sentence(mirrors[n], 250, at.Add(d))
	}
	s.state = "complete"
	return s
}

func TestReportSubtractsTheProxy(t *testing.T) {
	t.Parallel()
	r := &report{Added: map[string]added{}}
	ours := []*stream{played(5*time.Millisecond, 3*time.Millisecond), played(9 * time.Millisecond)}
	proxied := []*stream{played(time.Millisecond, 2*time.Millisecond), played(4 * time.Millisecond)}
	if err := r.streams(64, ours, proxied); err != nil {
		t.Fatal(err)
	}
	if got := r.Added["64"]; got != (added{P50: 3, P99: 5}) || r.Bytes != 2.5 || r.Lost != 0 {
		t.Errorf("added %+v, %v bytes, %d lost", got, r.Bytes, r.Lost)
	}
	late := played(time.Millisecond)
	late.arrived[0], late.gaps = time.Time{}, 1
	if err := r.streams(1, []*stream{late}, proxied); err != nil || r.Lost != 2 {
		t.Errorf("%d lost, want the sentence and the gap: %v", r.Lost, err)
	}
	doubled := played(time.Millisecond)
	doubled.doubled = 1
	cut := played(time.Millisecond)
	cut.state = "cut"
	for _, bad := range []*stream{doubled, cut} {
		if r.streams(1, []*stream{bad}, proxied) == nil {
			t.Errorf("taken for good: %+v", bad)
		}
	}
	if r.streams(1, ours, []*stream{late}) == nil {
		t.Error("the proxy lost a sentence, and nobody said so")
	}
}

func TestLastLineIsTheFigures(t *testing.T) {
	t.Parallel()
	r := &report{
		Added: map[string]added{}, SayToCall: map[string]float64{"100": 10, "10000": 30, "1000": 12}, Sockets: 10_000,
		alone: besides{reply: []time.Duration{time.Second}}, besides: besides{reply: []time.Duration{1100 * time.Millisecond}},
	}
	for _, n := range []int{1, 64, 512} {
		if err := r.streams(n, []*stream{played(3 * time.Millisecond)}, []*stream{played(time.Millisecond)}); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	if err := r.print(&out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var got map[string]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil {
		t.Fatal(err)
	}
	want := []string{"added_sentence_ms", "bytes_per_text_byte", "indexing_slowdown", "kib_per_idle_socket", "lost_frames", "ready_s", "say_to_call_ms", "sockets"}
	if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, want) {
		t.Errorf("keys %v", keys)
	}
	if got["indexing_slowdown"] != .1 {
		t.Errorf("slowdown %v", got["indexing_slowdown"])
	}
	if at64 := got["added_sentence_ms"].(map[string]any)["64"].(map[string]any); at64["p50"] != 2. || at64["p99"] != 2. {
		t.Errorf("added at 64: %v", at64)
	}
	verdicts := map[string]string{} // by figure
	for _, line := range lines {
		cells := regexp.MustCompile(`  +`).Split(line, -1)
		verdicts[cells[0]] = cells[len(cells)-1]
	}
	for figure, want := range map[string]string{
		"sentence, streams at once: 64, p50": "MISSED", "sentence, streams at once: 64, p99": "held", "frames lost, streams at once: 512": "held",
		"message to model, 1000 reflections, p50": "held", "message to model, 10000 reflections, p50": "MISSED",
		"a reply beside indexing, longer by": "held", "bytes of frames for a byte of text": "held",
	} {
		if verdicts[figure] != want {
			t.Errorf("%s: %q, want %q", figure, verdicts[figure], want)
		}
	}
}
