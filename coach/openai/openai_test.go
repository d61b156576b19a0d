package openai

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"innerwork/coach"
	"innerwork/coach/coachtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const sheSaid = "Cormorant asked me twice."

func prompt() coach.Prompt {
	return coach.Prompt{MaxTokens: 100, Messages: []coach.Message{
		{Role: "system", Text: "Ask one open question."},
		{Role: "user", Text: sheSaid},
	}}
}

// pauses taken between tries, in place of the time that they would take.
type taken struct {
	mu   sync.Mutex
	list []time.Duration
}

func (p *taken) wait(_ context.Context, d time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list = append(p.list, d)
	return nil
}

func open(t *testing.T, c Config) *Model {
	t.Helper()
	if c.Model == "" {
		c.Model = "dream"
	}
	m, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func serve(t *testing.T, s coachtest.Script) *coachtest.Upstream {
	t.Helper()
	u := coachtest.NewUpstream(s)
	t.Cleanup(u.Close)
	return u
}

// heard is all that a stream yielded.
type heard struct {
	text     string
	finish   coach.Finish
	usage    *coach.Usage
	retrying int
	err      error
}

func listen(t *testing.T, pieces iter.Seq2[coach.Piece, error]) heard {
	t.Helper()
	var h heard
	for piece, err := range pieces {
		if h.finish != coach.FinishNone || h.err != nil {
			t.Errorf("the stream went on after its end: %+v, %v", piece, err)
		}
		h.text += piece.Text
		h.finish = piece.Finish
		h.err = err
		if piece.Retrying {
			h.retrying++
			if h.text != "" {
				t.Error("it is tried again after the first token")
			}
		}
		if piece.Usage != nil {
			h.usage = piece.Usage
		}
	}
	return h
}

// over waits until the upstream has seen the end of its first call.
func over(t *testing.T, u *coachtest.Upstream, within time.Duration) *coachtest.Call {
	t.Helper()
	call := u.Calls()[0]
	select {
	case <-call.Over():
	case <-time.After(within):
		t.Fatalf("the upstream still has its client after %v", within)
	}
	return call
}

func TestAsks(t *testing.T) {
	t.Parallel()
	u := serve(t, coachtest.EchoScript)
	h := listen(t, open(t, Config{BaseURL: u.URL() + "/", Key: "sesame"}).Stream(t.Context(), prompt()))
	if h.err != nil || h.text != sheSaid || h.finish != coach.FinishStop {
		t.Errorf("heard %+v", h)
	}
	if h.usage == nil || *h.usage != (coach.Usage{In: 11, Out: 7}) {
		t.Errorf("usage %v", h.usage)
	}
	calls := u.Calls()
	if len(calls) != 1 {
		t.Fatalf("%d calls", len(calls))
	}
	c := calls[0]
	if c.Path != "/v1/chat/completions" || c.Key != "Bearer sesame" || c.Model != "dream" || c.MaxTokens != 100 {
		t.Errorf("asked %+v", c)
	}
	if !slices.Equal(c.Messages, prompt().Messages) {
		t.Errorf("messages %+v", c.Messages)
	}
	if c.Left() {
		t.Error("the answer was not read to its end")
	}
}

// A model that thinks is given room for it, under the name that it knows.
func TestRoomToThink(t *testing.T) {
	t.Parallel()
	for model, want := range map[string][2]int{"gpt-4o": {100, 0}, "llama3.2:3b": {100, 0}, "o3-mini": {0, 100 + roomToThink}, "gpt-5": {0, 100 + roomToThink}} {
		wire, err := json.Marshal(open(t, Config{Model: model}).request(prompt()))
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			MaxTokens           int `json:"max_tokens"`
			MaxCompletionTokens int `json:"max_completion_tokens"`
		}
		if err := json.Unmarshal(wire, &got); err != nil {
			t.Fatal(err)
		}
		if [2]int{got.MaxTokens, got.MaxCompletionTokens} != want {
			t.Errorf("%s: %+v, want %v", model, got, want)
		}
	}
}

func TestLeaves(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]struct {
		host   string
		leaves bool
	}{
		"":                                {"api.openai.com", true},
		"http://localhost:11434/v1":       {"localhost:11434", false},
		"http://LocalHost./v1":            {"LocalHost.", false},
		"http://box.localhost/v1":         {"box.localhost", true},
		"http://127.8.9.1:80/v1":          {"127.8.9.1:80", false},
		"http://[::1]:8080/v1":            {"[::1]:8080", false},
		"http://0.0.0.0:8080/v1":          {"0.0.0.0:8080", false},
		"http://192.168.1.7:8080/v1":      {"192.168.1.7:8080", true},
		"https://localhost.example.org":   {"localhost.example.org", true},
		"https://127.0.0.1.example.org":   {"127.0.0.1.example.org", true},
		"http://host.docker.internal:1/v": {"host.docker.internal:1", true},
	} {
		m := open(t, Config{BaseURL: address})
		if m.Host() != want.host || m.Leaves() != want.leaves {
			t.Errorf("%q: %s leaves %v, want %+v", address, m.Host(), m.Leaves(), want)
		}
		if !want.leaves && m.transport.Proxy != nil {
			t.Errorf("%q: a proxy may take the words elsewhere", address)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]Config{
		"no model":      {BaseURL: "http://localhost/v1"},
		"no scheme":     {Model: "dream", BaseURL: "localhost:11434/v1"},
		"no server":     {Model: "dream", BaseURL: "http:///v1"},
		"other scheme":  {Model: "dream", BaseURL: "ftp://localhost/v1"},
		"a password":    {Model: "dream", BaseURL: "http://me:secret@localhost/v1"},
		"a query":       {Model: "dream", BaseURL: "http://localhost/v1?key=secret"},
		"negative time": {Model: "dream", Total: -1},
	} {
		m, err := New(c)
		if err == nil {
			t.Errorf("%s: got %v", name, m)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells the secret: %v", name, err)
		}
	}
}

func TestStop(t *testing.T) {
	t.Parallel()
	t.Run("by leaving the loop", func(t *testing.T) {
		t.Parallel()
		u := serve(t, coachtest.Stepped)
		go u.Step()
		for piece, err := range open(t, Config{BaseURL: u.URL()}).Stream(t.Context(), prompt()) {
			if err != nil || piece.Text != "Cormorant" {
				t.Errorf("first came %+v, %v", piece, err)
			}
			break
		}
		if !over(t, u, time.Second).Left() {
			t.Error("the upstream did not see its client leave")
		}
	})
	t.Run("by the context", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		u := serve(t, func(_ int, w *coachtest.Wire) {
			w.Token("What")
			cancel()
			w.Hang()
		})
		h := listen(t, open(t, Config{BaseURL: u.URL()}).Stream(ctx, prompt()))
		if !errors.Is(h.err, context.Canceled) {
			t.Errorf("ended with %v", h.err)
		}
		if !over(t, u, time.Second).Left() {
			t.Error("the upstream did not see its client leave")
		}
	})
	t.Run("while it waits to try again", func(t *testing.T) {
		t.Parallel()
		u := serve(t, func(_ int, w *coachtest.Wire) { w.Begin(503) })
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var h heard
		for piece, err := range open(t, Config{BaseURL: u.URL()}).Stream(ctx, prompt()) {
			if piece.Retrying {
				cancel()
			}
			h.err = err
		}
		if !errors.Is(h.err, context.Canceled) || len(u.Calls()) != 1 {
			t.Errorf("ended with %v after %d calls", h.err, len(u.Calls()))
		}
	})
}
