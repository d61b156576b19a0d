package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"innerwork/coach/coachtest"
)

// house starts, kills and stops instances of the program for whoever asks it over
// HTTP. What it is asked is done in the test's own goroutine, one after the other.
type house struct {
	t         *testing.T
	url       string
	asked     chan func()
	begun     int
	instances map[string]*instance
}

// instance is one coach with a data folder and an address of its own.
type instance struct {
	*program
	ID       string `json:"id"`
	URL      string `json:"url"`
	setup    setup
	upstream *coachtest.Upstream // nil for the guide
	log      string              // of the processes before this one
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, asked: make(chan func()), instances: map[string]*instance{}}
	server := httptest.NewServer(h.routes())
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

// open does what is asked until done says how it went, which it returns.
func (h *house) open(done <-chan error) error {
	for {
		select {
		case act := <-h.asked:
			act()
		case err := <-done:
			for _, i := range h.instances {
				h.end(i)
			}
			return err
		}
	}
}

func (h *house) routes() http.Handler {
	mux := http.NewServeMux()
	on := func(pattern string, act func(r *http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			over := make(chan struct{})
			select {
			case h.asked <- func() { defer close(over); answer(w, r, act) }:
				<-over
			case <-h.t.Context().Done():
				http.Error(w, "the test is over", http.StatusServiceUnavailable)
			}
		})
	}
	on("POST /instances", func(r *http.Request) (any, error) { return h.begin(r.FormValue("speaker")) })
	for pattern, act := range map[string]func(*instance) error{
		"POST /instances/{id}/kill":  h.kill,
		"POST /instances/{id}/stop":  h.stop,
		"POST /instances/{id}/gone":  h.gone,
		"POST /instances/{id}/start": h.start,
		"POST /instances/{id}/step":  step,
		"POST /instances/{id}/left":  left,
		"DELETE /instances/{id}":     h.end,
	} {
		on(pattern, func(r *http.Request) (any, error) {
			i, ok := h.instances[r.PathValue("id")]
			if !ok {
				return nil, fmt.Errorf("no instance %q", r.PathValue("id"))
			}
			return i, act(i)
		})
	}
	return mux
}

func answer(w http.ResponseWriter, r *http.Request, act func(*http.Request) (any, error)) {
	body, err := act(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(body)
}

// begin makes an instance: with the guide, or with a scripted model.
func (h *house) begin(speaker string) (*instance, error) {
	h.begun++
	i := &instance{ID: fmt.Sprint(h.begun), setup: setup{data: newData(h.t)}}
	i.setup.env = []string{"INNERWORK_EMBEDDER=local", "INNERWORK_LOG=debug"}
	switch speaker {
	case "guide":
	case "honest":
		i.upstream = coachtest.NewUpstream(honest)
	case "hostile":
		i.upstream = coachtest.NewUpstream(coachtest.HostileScript)
	default:
		return nil, fmt.Errorf("no speaker %q", speaker)
	}
	if i.upstream != nil {
		h.t.Cleanup(i.upstream.Close)
		i.setup.env = append(i.setup.env, "OPENAI_BASE_URL="+i.upstream.URL(), "OPENAI_MODEL=scripted")
	}
	h.instances[i.ID] = i
	if err := h.start(i); err != nil {
		return nil, err
	}
	i.URL = i.address
	i.setup.env = append(i.setup.env, "INNERWORK_LISTEN="+strings.TrimPrefix(i.address, "http://"))
	return i, nil
}

// start starts it, where it was before if it was anywhere.
func (h *house) start(i *instance) error {
	i.program = start(h.t, i.setup)
	return nil
}

// kill ends it without a warning.
func (h *house) kill(i *instance) error {
	i.signal(syscall.SIGKILL)
	i.exit()
	i.log += i.stdout.String() + i.stderr.String()
	return nil
}

// stop asks it to end, and does not wait for that.
func (h *house) stop(i *instance) error {
	i.signal(syscall.SIGTERM)
	return nil
}

// gone waits until it has ended as it was asked to, which it does not do well when
// a race was seen.
func (h *house) gone(i *instance) error {
	code := i.exit()
	i.log += i.stdout.String() + i.stderr.String()
	if code != 0 {
		h.t.Errorf("an instance ended with code %d; printed was:\n%s", code, i.log)
	}
	return nil
}

// saidByLeaders is a word of every story. No log may hold what leaders say.
const saidByLeaders = "lighthouse"

// end stops it, and tries that it ends well and that it logged nobody's words.
func (h *house) end(i *instance) error {
	delete(h.instances, i.ID)
	i.signal(syscall.SIGTERM)
	if err := h.gone(i); err != nil {
		return err
	}
	if strings.Contains(strings.ToLower(i.log), saidByLeaders) {
		h.t.Errorf("words of a leader were logged:\n%s", i.log)
	}
	if i.upstream != nil {
		i.upstream.Close()
	}
	return nil
}
