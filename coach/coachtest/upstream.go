package coachtest

import (
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"

	"innerwork/coach"
)

// Script plays the answer to the n-th call, from 0. It runs in the goroutine of
// its request, and must end when the wire says that the client is gone.
type Script func(n int, w *Wire)

// Call is one request that an upstream got.
type Call struct {
	Path      string
	Key       string // as it was sent, with "Bearer "
	Model     string
	Messages  []coach.Message
	MaxTokens int

	over chan struct{}
	left bool
}

// Over is closed when the answer has been played or the client is gone.
func (c *Call) Over() <-chan struct{} { return c.over }

// Left says whether the client closed before the script had ended. It is known
// once the call is over.
func (c *Call) Left() bool {
	<-c.over
	return c.left
}

// Upstream is a scripted OpenAI-compatible server on a port of 127.0.0.1.
type Upstream struct {
	server *httptest.Server
	script Script
	steps  chan struct{}
	closed chan struct{}
	once   sync.Once

	mu    sync.Mutex
	calls []*Call
}

// NewUpstream serves script until Close.
func NewUpstream(script Script) *Upstream {
	u := newUpstream(script)
	u.server.Start()
	return u
}

// NewTLSUpstream is the same behind a certificate that nobody signed.
func NewTLSUpstream(script Script) *Upstream {
	u := newUpstream(script)
	u.server.StartTLS()
	return u
}

func newUpstream(script Script) *Upstream {
	u := &Upstream{script: script, steps: make(chan struct{}), closed: make(chan struct{})}
	u.server = httptest.NewUnstartedServer(u)
	u.server.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes are wanted here
	return u
}

// URL is the base address, with the version.
func (u *Upstream) URL() string { return u.server.URL + "/v1" }

// Close cuts every connection and waits for the scripts to end.
func (u *Upstream) Close() {
	u.once.Do(func() {
		close(u.closed)
		u.server.CloseClientConnections()
		u.server.Close()
	})
}

// Calls are the requests so far, in the order in which they came.
func (u *Upstream) Calls() []*Call {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.calls)
}

// Step lets one waiting Wire.Step go on, and waits until there is one. It is
// false when the upstream closed instead.
func (u *Upstream) Step() bool {
	select {
	case u.steps <- struct{}{}:
		return true
	case <-u.closed:
		return false
	}
}

// ServeHTTP answers a chat completion by the script.
func (u *Upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Model    string `json:"model"`
		Messages []struct {
			Role    string `json:"role"`
			Content string `json:"content"`
		} `json:"messages"`
		MaxTokens           int `json:"max_tokens"`
		MaxCompletionTokens int `json:"max_completion_tokens"`
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		http.Error(w, "not a chat completion", http.StatusBadRequest)
		return
	}
	_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that a client leaves
	call := &Call{
		Path: r.URL.Path, Key: r.Header.Get("Authorization"), Model: asked.Model,
		MaxTokens: max(asked.MaxTokens, asked.MaxCompletionTokens), over: make(chan struct{}),
	}
	for _, m := range asked.Messages {
		call.Messages = append(call.Messages, coach.Message{Role: m.Role, Text: m.Content})
	}
	u.mu.Lock()
	n := len(u.calls)
	u.calls = append(u.calls, call)
	u.mu.Unlock()
	defer func() {
		call.left = r.Context().Err() != nil
		close(call.over)
	}()
	u.script(n, &Wire{Call: call, w: w, gone: r.Context().Done(), steps: u.steps})
}

// Refused is a base address at which nothing listens.
func Refused() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return "http://" + l.Addr().String() + "/v1", l.Close()
}
