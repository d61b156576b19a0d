package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"innerwork/coach/coachtest"
)

// house starts, kills and stops instances of the program for whoever asks it over
// HTTP; one request at a time.
type house struct {
	t              *testing.T
	url            string
	binary, folder string
	mu             sync.Mutex
	started        int
	instances      map[string]*instance
}

func newHouse(t *testing.T) *house {
	t.Helper()
	folder, err := os.MkdirTemp("", "innerwork-browser-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	// As root, PostgreSQL runs as another user, who passes here.
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, binary: filepath.Join(folder, "innerwork"), folder: folder, instances: map[string]*instance{}}
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-race", "-o", h.binary, "innerwork/cmd/innerwork").CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, said)
	}
	if err := os.Mkdir(h.runtime(), 0o755); err != nil {
		t.Fatal(err)
	}
	routes := h.routes()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		routes.ServeHTTP(w, r)
	}))
	h.url = server.URL
	t.Cleanup(func() {
		server.Close()
		for _, i := range h.instances {
			h.end(i)
		}
	})
	return h
}

// runtime is where the parts are unpacked, once for all instances.
func (h *house) runtime() string { return filepath.Join(h.folder, "runtime") }

func (h *house) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /instances", func(w http.ResponseWriter, r *http.Request) {
		i, err := h.begin(r.FormValue("speaker"))
		answer(w, err, map[string]string{"id": i.id, "url": "http://" + i.address})
	})
	for pattern, act := range map[string]func(*instance) error{
		"POST /instances/{id}/kill":  (*instance).kill,
		"POST /instances/{id}/start": (*instance).start,
		"POST /instances/{id}/step":  (*instance).step,
		"POST /instances/{id}/left":  (*instance).left,
		"DELETE /instances/{id}":     func(i *instance) error { h.end(i); return nil },
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			i, ok := h.instances[r.PathValue("id")]
			if !ok {
				http.NotFound(w, r)
				return
			}
			answer(w, act(i), struct{}{})
		})
	}
	return mux
}

func answer(w http.ResponseWriter, err error, body any) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(body)
}

// begin makes an instance: with the guide, or with a scripted model.
func (h *house) begin(speaker string) (*instance, error) {
	h.started++
	i := &instance{id: fmt.Sprint(h.started), binary: h.binary, folder: filepath.Join(h.folder, fmt.Sprint("data-", h.started)), address: "127.0.0.1:0"}
	switch speaker {
	case "guide":
	case "honest":
		i.upstream = coachtest.NewUpstream(honest)
	case "hostile":
		i.upstream = coachtest.NewUpstream(coachtest.HostileScript)
	default:
		return i, fmt.Errorf("no speaker %q", speaker)
	}
	h.instances[i.id] = i
	if err := os.Mkdir(i.folder, 0o755); err != nil {
		return i, err
	}
	if err := os.Symlink(h.runtime(), filepath.Join(i.folder, "runtime")); err != nil {
		return i, err
	}
	return i, i.start()
}

// saidByLeaders is a word of every story. No log may hold what leaders say.
const saidByLeaders = "lighthouse"

// end stops an instance and tries that it was well: it ends cleanly when it is
// asked to, no race was seen, and it logged nobody's words.
func (h *house) end(i *instance) {
	delete(h.instances, i.id)
	if err := i.stop(); err != nil {
		h.t.Errorf("an instance did not end well: %v\n%s", err, i.log())
	}
	if strings.Contains(strings.ToLower(i.log()), saidByLeaders) {
		h.t.Errorf("words of a leader were logged:\n%s", i.log())
	}
}

// honest is a model that keeps to its prompt: it mirrors, brings in the first
// passage that it was given, and asks. Each sentence waits for a step.
func honest(_ int, w *coachtest.Wire) {
	var said, system string
	for _, m := range w.Call.Messages {
		switch m.Role {
		case "user":
			said = m.Text
		case "system":
			system = m.Text
		}
	}
	var sentences []string
	if mirror, ok := strings.CutPrefix(said, "I "); ok {
		sentences = append(sentences, "You "+strings.ReplaceAll(mirror, " my ", " your "))
	}
	if strings.Contains(system, "\n[r1] ") {
		sentences = append(sentences, "[r1]")
	}
	sentences = append(sentences, "What matters to you in this?")
	for i, sentence := range sentences {
		if !w.Step() || !w.Token(sentence) {
			return
		}
		if i+1 < len(sentences) && !w.Token("\n\n"+sentences[i+1][:1]) { // so that the one before is over
			return
		}
		if i+1 < len(sentences) {
			sentences[i+1] = sentences[i+1][1:]
		}
	}
	w.End()
}
