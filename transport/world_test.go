package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"innerwork/coach"
)

const consentVersion = "2026-11"

func newID() coach.ID { return uuid.Must(uuid.NewV7()) }

// world is a Server on a real port with stores in memory behind it.
type world struct {
	t        testing.TB
	server   *Server
	http     *httptest.Server
	recorder *recorder
	people   *register
	talk     *talk
	log      *lines
	parts    Parts
	refusals refusals
	time     func() time.Time
	limits   limits
	listen   func(net.Listener) net.Listener // wraps the server's
}

func (w *world) Parts(context.Context) Parts { return w.parts }

// refusals counts what the limits refused.
type refusals struct {
	mu sync.Mutex
	by map[string]int
}

func (r *refusals) count(limit string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by == nil {
		r.by = map[string]int{}
	}
	r.by[limit]++
}

func (r *refusals) of(limit string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.by[limit]
}

// lines is a log that can be looked at while it is written.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// newWorld starts a server; change may change what it is made of.
func newWorld(t testing.TB, change ...func(*world, *Config)) *world {
	t.Helper()
	r := &recorder{}
	w := &world{t: t, recorder: r, parts: Parts{PostgreSQL: PostgreSQLPart{There: true}}, log: &lines{}, time: time.Now, limits: standardLimits(),
		people: &register{recorder: r, byToken: map[string]entry{}}, talk: newTalk(r)}
	c := Config{
		Accounts: w.people, People: r, Invitations: r, Dialogue: w.talk, Journal: r, Imports: r, Archives: r, Corrections: r, OverTime: r, Plans: r,
		Forgetting: r, Rewriter: r, Conclusions: r, Summaries: r,
		Coaches: r, Desk: r, Health: w, Restraint: r,
		Search:  func() Search { return Search{Reason: "there is no embedder here"} },
		Web:     http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<!doctype html>") }),
		Version: "test", Consent: Consent{consentVersion, "This is software."},
		Log: slog.New(slog.NewTextHandler(w.log, nil)), Registry: prometheus.NewRegistry(), NewID: newID,
		Now: func() time.Time { return w.time() }, Refused: w.refusals.count,
	}
	for _, f := range change {
		f(w, &c)
	}
	s, err := newServer(c, w.limits)
	if err != nil {
		t.Fatal(err)
	}
	w.server = s
	w.http = httptest.NewUnstartedServer(s)
	if w.listen != nil {
		w.http.Listener = w.listen(w.http.Listener)
	}
	w.http.Start()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		w.http.Close()
	})
	return w
}

// withLimits changes the limits of the server to be made.
func withLimits(change func(*limits)) func(*world, *Config) {
	return func(w *world, _ *Config) { change(&w.limits) }
}

// answered is an answer that was read to its end.
type answered struct {
	*http.Response
	body string
}

func (a answered) failure(t *testing.T) failure {
	t.Helper()
	var f failure
	if err := json.Unmarshal([]byte(a.body), &f); err != nil || f.Code == "" || f.Message == "" {
		t.Fatalf("not an error with a code and a message: %q", a.body)
	}
	return f
}

// ask makes one request as the holder of token.
func (w *world) ask(token, method, path, body string, change ...func(*http.Request)) answered {
	w.t.Helper()
	r, err := http.NewRequest(method, w.http.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if token != "" {
		r.AddCookie(&http.Cookie{Name: cookiePlain, Value: token})
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, f := range change {
		f(r)
	}
	res, err := w.http.Client().Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answered{res, string(data)}
}
