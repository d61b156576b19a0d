package openai

import (
	"context"
	"errors"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"innerwork/coach"
	"innerwork/coach/coachtest"
)

// ends is what a fault must come to.
type ends struct {
	finish coach.Finish // or
	reason reason
	said   bool // the whole question came before
	calls  int  // 0: one
	limits Config
}

var soon = 150 * time.Millisecond

var wanted = map[string]ends{
	"F1":             {finish: coach.FinishStop, said: true},
	"F2":             {finish: coach.FinishStop, said: true},
	"F2 lively":      {finish: coach.FinishStop, said: true},
	"F3":             {finish: coach.FinishStop, said: true},
	"F4":             {reason: cutOff, said: true},
	"F4 done":        {reason: cutOff, said: true},
	"F4 abort":       {reason: cutOff, said: true},
	"F5":             {reason: cutOff, said: true},
	"F6":             {reason: cutOff},
	"F6 early":       {reason: cutOff}, // it may be on its way to a bill
	"F7":             {reason: unreadable},
	"F7 bare":        {reason: unreadable},
	"F7 type":        {reason: unreadable},
	"F8":             {reason: upstream},
	"F9":             {reason: upstream},
	"F10":            {reason: upstream},
	"F11":            {finish: coach.FinishStop, said: true},
	"F12":            {reason: noModel},
	"F12 unlabelled": {reason: noModel},
	"F13":            {reason: unreadable},
	"F14":            {finish: coach.FinishStop, said: true},
	"F15 header":     {reason: silent, limits: Config{FirstToken: soon}},
	"F15 first":      {reason: silent, limits: Config{FirstToken: soon}},
	"F15 between":    {reason: silent, said: true, limits: Config{BetweenTokens: 5 * soon}},
	"F16":            {reason: tooSlow, limits: Config{Total: 2 * soon}},
	"F16 text":       {finish: coach.FinishLength, said: true, limits: Config{Total: 10 * soon}},
	"F17":            {finish: coach.FinishLength},
	"F18":            {finish: coach.FinishStop, said: true, calls: 2},
	"F19 500":        {reason: unavailable, calls: 3},
	"F19 502":        {reason: unavailable, calls: 3},
	"F19 503":        {reason: unavailable, calls: 3},
	"F19 529":        {reason: unavailable, calls: 3},
	"F20":            {reason: upstream, said: true},
	"F21 401":        {reason: unauthorized},
	"F21 403":        {reason: forbidden},
	"F21 404":        {reason: wrongAddress},
	"F21 model":      {reason: unknownModel},
	"F21 context":    {reason: tooLong},
	"F21 redirect":   {reason: redirected},
	"F22":            {finish: coach.FinishLength, said: true},
	"F23 filter":     {finish: coach.FinishContent, said: true},
	"F23 refusal":    {finish: coach.FinishContent, said: true},
	"F23 at once":    {finish: coach.FinishContent},
	"F24":            {finish: coach.FinishStop, said: true},
	"F25":            {finish: coach.FinishStop, said: true},
	"F26":            {finish: coach.FinishStop, said: true},
	"F27":            {reason: saidNothing},
}

func TestFaults(t *testing.T) {
	t.Parallel()
	// With characters of two, three and four bytes, to be torn in F26.
	tokens := []string{"Où", " est", " <ce", " 日本", "語", " 🌱", "?"}
	question := strings.Join(tokens, "")
	played := coachtest.Faults()
	if len(played) != len(wanted) {
		t.Errorf("%d faults are played, %d are wanted", len(played), len(wanted))
	}
	for _, fault := range played {
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			want, ok := wanted[fault.Name]
			if !ok {
				t.Fatal("nothing is wanted of it")
			}
			u := serve(t, fault.Script(coachtest.Telling{Tokens: tokens, Pace: 10 * time.Millisecond}))
			var pauses taken
			c := want.limits
			c.BaseURL, c.Wait = u.URL(), pauses.wait
			began := time.Now()
			h := listen(t, open(t, c).Stream(t.Context(), prompt()))
			took := time.Since(began)

			if h.finish != want.finish {
				t.Errorf("finish %q, want %q", h.finish, want.finish)
			}
			expectReason(t, h.err, want.reason)
			switch {
			case want.said && h.text != question:
				t.Errorf("text %q", h.text)
			case want.finish == coach.FinishNone && !strings.HasPrefix(question, h.text):
				t.Errorf("text %q", h.text)
			}
			if calls := max(want.calls, 1); len(u.Calls()) != calls || h.retrying != calls-1 || len(pauses.list) != calls-1 {
				t.Errorf("%d calls, %d times retrying, pauses %v; want %d calls", len(u.Calls()), h.retrying, pauses.list, calls)
			}
			switch fault.Name {
			case "F2", "F2 lively":
				if took > 2*time.Second {
					t.Errorf("complete after %v", took)
				}
			case "F17":
				if len(h.text) > longestText(100)+len(question) {
					t.Errorf("cut after %d bytes", len(h.text))
				}
			case "F18":
				if pauses.list[0] < 7*time.Second {
					t.Errorf("waited %v", pauses.list[0])
				}
			}
			if !h.settled() {
				t.Errorf("neither finished nor failed: %+v", h)
			}
			if said := fault.Ends == "complete"; said != (h.finish == coach.FinishStop) {
				t.Errorf("finish %q, but the reply ends %s", h.finish, fault.Ends)
			}
			over(t, u, time.Second)
		})
	}
}

func (h heard) settled() bool { return (h.finish == coach.FinishNone) != (h.err == nil) }

// expectReason also looks for words of the upstream or the prompt in the error.
func expectReason(t *testing.T, err error, want reason) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Errorf("failed: %v", err)
		}
		return
	}
	said, ok := errors.AsType[*coach.ModelError](err)
	if !ok {
		t.Fatalf("ended with %v, want a ModelError", err)
	}
	if said.Reason != string(want) {
		t.Errorf("reason %q, want %q", said.Reason, want)
	}
	if !strings.HasSuffix(said.Mend, ".") || !strings.Contains(said.Mend, " ") {
		t.Errorf("mend %q is no sentence", said.Mend)
	}
	for _, word := range []string{"engine", "slow down", "Bad Gateway", "loading", "overloaded", "not yours", "pulling", "available context", "Sign in", "oops", "Segmentation", "Cormorant", "open question"} {
		if strings.Contains(said.Error()+said.Mend, word) {
			t.Errorf("%q is of the upstream or the prompt: %v; %s", word, err, said.Mend)
		}
	}
}

func TestUnreached(t *testing.T) {
	t.Parallel()
	ok := func(_ int, w *coachtest.Wire) { w.Token("yes"); w.End() }
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		address, err := coachtest.Refused()
		if err != nil {
			t.Fatal(err)
		}
		expectUnreached(t, open(t, Config{BaseURL: address}), unreachable, 2)
	})
	t.Run("no such name", func(t *testing.T) {
		t.Parallel()
		m := open(t, Config{BaseURL: "http://model.invalid/v1"})
		m.transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "model.invalid", IsNotFound: true}}
		}
		expectUnreached(t, m, unknownHost, 2)
	})
	t.Run("certificate", func(t *testing.T) {
		t.Parallel()
		u := coachtest.NewTLSUpstream(ok)
		t.Cleanup(u.Close)
		expectUnreached(t, open(t, Config{BaseURL: u.URL()}), badCertificate, 0)
		if n := len(u.Calls()); n != 0 {
			t.Errorf("%d calls behind a bad certificate", n)
		}
	})
	t.Run("no TLS", func(t *testing.T) {
		t.Parallel()
		u := serve(t, ok)
		m := open(t, Config{BaseURL: "https" + strings.TrimPrefix(u.URL(), "http")})
		expectUnreached(t, m, noTLS, 0)
	})
	t.Run("back at the second try", func(t *testing.T) {
		t.Parallel()
		u := serve(t, ok)
		m := open(t, Config{BaseURL: u.URL()})
		dial := m.transport.DialContext
		tries := 0
		m.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			if tries++; tries == 1 {
				return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
			}
			return dial(ctx, network, address)
		}
		m.config.Wait = new(taken).wait
		if h := listen(t, m.Stream(t.Context(), prompt())); h.err != nil || h.text != "yes" || h.retrying != 1 {
			t.Errorf("heard %+v", h)
		}
	})
}

func expectUnreached(t *testing.T, m *Model, want reason, retries int) {
	t.Helper()
	m.config.Wait = new(taken).wait
	h := listen(t, m.Stream(t.Context(), prompt()))
	expectReason(t, h.err, want)
	said, _ := errors.AsType[*coach.ModelError](h.err)
	if h.retrying != retries || h.text != "" || said != nil && !strings.Contains(said.Mend, m.Host()) {
		t.Errorf("heard %+v, want %d tries again and the mend to name %s", h, retries, m.Host())
	}
}

// It is not parallel, so that what it measures is its own.
func TestGiantLineMemory(t *testing.T) {
	for _, fault := range coachtest.Faults() {
		if fault.Name != "F13" {
			continue
		}
		u := serve(t, fault.Script(coachtest.Telling{}))
		m := open(t, Config{BaseURL: u.URL()})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		h := listen(t, m.Stream(t.Context(), prompt()))
		runtime.ReadMemStats(&after)
		expectReason(t, h.err, unreadable)
		allocated := after.TotalAlloc - before.TotalAlloc
		t.Logf("%d KiB allocated in all, the upstream's included", allocated>>10)
		if allocated > 4<<20 {
			t.Errorf("%d bytes were allocated for a line of 16 MB", allocated)
		}
		return
	}
	t.Fatal("F13 is not played")
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	date := "Mon, 23 Nov 2026 10:00:00 GMT"
	for name, c := range map[string]struct {
		header http.Header
		want   time.Duration
	}{
		"none":         {http.Header{}, 0},
		"seconds":      {http.Header{"Retry-After": {"7"}}, 7 * time.Second},
		"milliseconds": {http.Header{"Retry-After-Ms": {"1500"}, "Retry-After": {"2"}}, 1500 * time.Millisecond},
		"a date":       {http.Header{"Retry-After": {"Mon, 23 Nov 2026 10:00:09 GMT"}, "Date": {date}}, 9 * time.Second},
		"past":         {http.Header{"Retry-After": {"Mon, 23 Nov 2026 09:00:00 GMT"}, "Date": {date}}, 0},
		"no clock":     {http.Header{"Retry-After": {"Mon, 23 Nov 2026 10:00:09 GMT"}}, 0},
		"negative":     {http.Header{"Retry-After": {"-4"}}, 0},
		"nonsense":     {http.Header{"Retry-After": {"soon"}}, 0},
		"endless":      {http.Header{"Retry-After": {"1e300"}}, 1e6 * time.Second},
	} {
		if got := retryAfter(c.header); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// A server that wants more patience than there is gets no second call.
func TestLongestWait(t *testing.T) {
	t.Parallel()
	u := serve(t, func(_ int, w *coachtest.Wire) { w.Begin(429, "Retry-After", "31") })
	var pauses taken
	h := listen(t, open(t, Config{BaseURL: u.URL(), Wait: pauses.wait}).Stream(t.Context(), prompt()))
	expectReason(t, h.err, rateLimited)
	if len(u.Calls()) != 1 || len(pauses.list) != 0 {
		t.Errorf("%d calls, pauses %v", len(u.Calls()), pauses.list)
	}
}

// What a failed reply cost is told where the server says it, and a request that
// was refused cost nothing.
func TestCostOfAFailure(t *testing.T) {
	t.Parallel()
	for name, free := range map[string]bool{"F12": true, "F19 503": true, "F20": false, "F21 401": true, "F27": false} {
		for _, fault := range coachtest.Faults() {
			if fault.Name != name {
				continue
			}
			u := serve(t, fault.Script(coachtest.Telling{}))
			var usage *coach.Usage
			var failed *coach.ModelError
			var pauses taken
			for piece, err := range open(t, Config{BaseURL: u.URL(), Wait: pauses.wait}).Stream(t.Context(), prompt()) {
				if piece.Usage != nil {
					usage = piece.Usage
				}
				failed, _ = errors.AsType[*coach.ModelError](err)
			}
			if failed == nil || failed.Free != free {
				t.Errorf("%s: %v, want free %v", name, failed, free)
			}
			if told := name == "F27"; told != (usage != nil) || told && *usage != (coach.Usage{In: 11, Out: 7}) {
				t.Errorf("%s: usage %v", name, usage)
			}
		}
	}
}
