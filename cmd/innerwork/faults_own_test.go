package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"innerwork/coach/coachtest"
)

// playGiant is F13 on a program of its own, whose memory is measured.
func playGiant(t *testing.T, played []coachtest.Fault) {
	u := newFaulty(t, played...)
	data := newData(t)
	p := start(t, setup{data: data, env: []string{
		"OPENAI_BASE_URL=" + u.URL(), "OPENAI_MODEL=faulty", "GOGC=10", // what waits to be collected is not what it takes
	}})
	she := firstLeader(p)
	c := she.begin()
	s := she.socket(c)
	s.openings(c)
	for range 3 { // so that the growth of the first replies is not the giant's
		wantAnswer(t, s, c)
	}
	growth := mostMemory(t, p)
	s.say(c, newID(), aboutFault("F13"))
	replies, frames := s.ends(c, 1)
	grown := growth()
	wantEnd(t, played[0], replies[0], frames)
	t.Logf("a line of 16 MB took %d KiB more at the highest", grown>>10)
	if grown > 4<<20 {
		t.Errorf("a line of 16 MB took %d bytes", grown)
	}
	if n := len(u.called("F13")); n != 1 {
		t.Errorf("%d calls", n)
	}
	wantUsage(t, superuser(t, data), played[0], field(replies[0], "id"))
	wantAnswer(t, s, c)
}

// mostMemory begins to watch how much of the program is in memory, and returns
// what tells how much more it was at the highest, in bytes.
func mostMemory(t *testing.T, p *program) (grown func() int) {
	t.Helper()
	folder := fmt.Sprintf("/proc/%d/", p.cmd.Process.Pid)
	most := func() int {
		status, err := os.ReadFile(folder + "status")
		if errors.Is(err, fs.ErrNotExist) { // elsewhere: all that Go ever took
			return int(measured(p)["go_memstats_sys_bytes"])
		}
		m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
		if m == nil {
			t.Fatalf("no memory in its status: %v", err)
		}
		kib, err := strconv.Atoi(string(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		return kib << 10
	}
	// From here on the highest is counted anew.
	if err := os.WriteFile(folder+"clear_refs", []byte("5"), 0); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	before := most()
	return func() int { return most() - before }
}

// playUnreached is F28: no server, no such name, a certificate that nobody signed.
func playUnreached(t *testing.T, held *heldFaults) {
	nowhere, err := coachtest.Refused()
	if err != nil {
		t.Fatal(err)
	}
	unsigned := coachtest.NewTLSUpstream(func(_ int, w *coachtest.Wire) { w.Tokens(faultTokens...); w.End() })
	t.Cleanup(unsigned.Close)
	var all sync.WaitGroup
	defer func() {
		all.Wait()
		if n := len(unsigned.Calls()); n != 0 {
			t.Errorf("%d calls went behind a bad certificate", n)
		}
	}()
	for name, of := range map[string]struct {
		address, reason string
		retries         bool
	}{
		"F28 refused": {nowhere, "no connection", true},
		// A name that no resolver asks anybody about.
		"F28 name":        {"http://model..invalid/v1", "unknown host", true},
		"F28 certificate": {unsigned.URL(), "bad certificate", false},
	} {
		all.Go(func() {
			held.run(t, name, func(t *testing.T) {
				data := newData(t)
				p := start(t, setup{data: data, env: []string{"OPENAI_BASE_URL=" + of.address, "OPENAI_MODEL=absent", "GODEBUG=netdns=go"}})
				she := firstLeader(p)
				c := she.begin()
				s := she.socket(c)
				s.openings(c)
				s.say(c, newID(), aboutFault(name))
				replies, frames := s.ends(c, 1)
				wantEnd(t, coachtest.Fault{Name: name, Ends: "failed"}, replies[0], frames)
				if replies[0]["reason"] != of.reason {
					t.Errorf("it ended as %v", replies[0])
				}
				if of.retries != (count(frames, func(f frame) bool { return f["type"] == "status" && f["state"] == "retrying" }) > 0) {
					t.Errorf("retries: want %v of %v", of.retries, frames)
				}
				p.await(p.stderr, "OPENAI_BASE_URL")
				var in int
				if err := superuser(t, data).QueryRow(t.Context(), `SELECT tokens_in + tokens_out FROM replies WHERE id = $1`, replies[0]["id"]).Scan(&in); err != nil || in != 0 {
					t.Errorf("%d tokens were counted for what was never sent: %v", in, err)
				}
				// The next message goes its way, too; and the guide helps out.
				s.say(c, newID(), "I think of the café once more.")
				replies, _ = s.ends(c, 1)
				she.under(t).want(202, "POST", "/api/replies/"+field(replies[0], "id")+"/again", frame{"speaker": "guide"})
				if replies, _ = s.ends(c, 1); replies[0]["state"] != "complete" {
					t.Errorf("the guide's ended as %v", replies[0])
				}
			})
		})
	}
}

// playBreaker is F29: five failures in a row, and then a model that is well.
func playBreaker(t *testing.T) {
	broken := make(chan struct{}) // closed when the model is well
	u := coachtest.NewUpstream(func(_ int, w *coachtest.Wire) {
		select {
		case <-broken:
			w.Tokens(faultTokens...)
			w.End()
		default:
			w.Begin(401)
		}
	})
	t.Cleanup(u.Close)
	p := start(t, setup{data: newData(t), env: []string{
		"OPENAI_BASE_URL=" + u.URL(), "OPENAI_MODEL=broken", "INNERWORK_MODEL_REST=" + restOfBreaker.String(),
	}})
	she := firstLeader(p)
	c := she.begin()
	s := she.socket(c)
	s.openings(c)
	reason := func() string {
		s.say(c, newID(), "I keep the door open.")
		replies, frames := s.ends(c, 1)
		if replies[0]["state"] == "complete" {
			if count(frames, kind("sentence")) == 0 {
				t.Error("an empty complete")
			}
			return ""
		}
		wantEnd(t, coachtest.Fault{Ends: "failed"}, replies[0], frames)
		return field(replies[0], "reason")
	}
	var opened time.Time
	for range 5 {
		opened = time.Now()
		if got := reason(); got != "unauthorized" {
			t.Fatalf("it failed because %q", got)
		}
	}
	close(broken)
	// Open: no call, and the rest of her work goes on.
	if got := reason(); got != "resting" {
		t.Errorf("after five failures, it failed because %q", got)
	}
	if n := len(u.Calls()); n != 5 {
		t.Errorf("%d calls, want 5", n)
	}
	last := events(she.socket(c).until(func(f frame) bool { return f["type"] == "caught-up" }))
	she.want(202, "POST", "/api/replies/"+field(last[len(last)-1], "reply", "id")+"/again", frame{"speaker": "guide"})
	if replies, _ := s.ends(c, 1); replies[0]["state"] != "complete" || replies[0]["speaker"] != "guide" {
		t.Errorf("the guide's ended as %v", replies[0])
	}
	she.want(201, "POST", "/api/reflections", frame{"id": newID(), "text": "The model rests, and I go on.", "zone": "UTC"})
	if since := time.Since(opened); since > restOfBreaker {
		t.Logf("the rest was over after %v, before all of this was seen", since)
	}
	// The rest passes, and one probe closes it.
	timer := time.NewTimer(time.Until(opened.Add(restOfBreaker + time.Second)))
	defer timer.Stop()
	<-timer.C
	for range 2 {
		if got := reason(); got != "" {
			t.Errorf("after the rest, it failed because %q", got)
		}
	}
}

// restOfBreaker is long enough that what must happen during the rest does.
const restOfBreaker = 15 * time.Second

// The limits of F15 and F29, as they are unless configured.
func TestFaultLimitsOfTheTable(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"FirstToken": "60s", "Tokens": "30s", "Rest": "1m"} {
		f, _ := reflect.TypeFor[config]().FieldByName(name)
		if got := f.Tag.Get("envDefault"); got != want {
			t.Errorf("%s is %q, want %q", f.Tag.Get("env"), got, want)
		}
	}
}

// Every reason with which a reply can fall short has words on the page, and stands
// on the page of the wire.
func TestFaultReasonsHaveWords(t *testing.T) {
	t.Parallel()
	reasons := []string{"node lost", "shutting down", "internal", "length", "content", "cut off", "spoken over"}
	tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "coach", "openai", "fault.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	known := len(reasons)
	ast.Inspect(tree, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		kind, _ := spec.Type.(*ast.Ident)
		literal, ok := spec.Values[0].(*ast.BasicLit)
		if ok && kind != nil && kind.Name == "reason" {
			reason, _ := strconv.Unquote(literal.Value)
			reasons = append(reasons, reason)
		}
		return true
	})
	if len(reasons) < known+20 {
		t.Fatalf("only the reasons %q were found", reasons)
	}
	wire, err := os.ReadFile(filepath.Join("..", "..", "transport", "protocol.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reasons {
		if !strings.Contains(string(wire), "`"+r+"`") {
			t.Errorf("protocol.md does not name the reason %q", r)
		}
		if words := pageWords(t)[r]; !strings.HasSuffix(words, ".") || !strings.Contains(words, " ") {
			t.Errorf("the page says %q for the reason %q", words, r)
		}
	}
}
