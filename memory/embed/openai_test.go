package embed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// service answers every embedding with the given handler.
func service(t *testing.T, handler http.HandlerFunc) OpenAIConfig {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return OpenAIConfig{BaseURL: server.URL + "/v1", Key: "sesame", Model: "tiny", Dimension: 3}
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func vectors(numbers string) string {
	return `{"object":"list","model":"tiny","data":[{"object":"embedding","index":0,"embedding":[` + numbers + `]}]}`
}

func open(t *testing.T, c OpenAIConfig) Embedder {
	t.Helper()
	e, err := Open(t.Context(), Config{Kind: KindOpenAI, OpenAI: c})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func TestOpenAI(t *testing.T) {
	t.Parallel()
	type request struct {
		Input      []string
		Model      string
		Dimensions int
	}
	asked := make(chan request, 2)
	c := service(t, func(w http.ResponseWriter, r *http.Request) {
		var body request
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		if r.URL.Path != "/v1/embeddings" || r.Header.Get("Authorization") != "Bearer sesame" {
			t.Errorf("asked at %s with %q", r.URL.Path, r.Header.Get("Authorization"))
		}
		asked <- body
		answer(http.StatusOK, vectors("3,0,4"))(w, r)
	})
	e := open(t, c)
	if e.Model() != "tiny" || e.Dimension() != 3 {
		t.Errorf("it calls itself %s of %d", e.Model(), e.Dimension())
	}
	for _, embed := range []func(context.Context, string) ([]float32, error){e.Passage, e.Query} {
		v, err := embed(t.Context(), "what I keep")
		if err != nil || math.Abs(float64(v[0])-.6) > 1e-6 || math.Abs(float64(v[2])-.8) > 1e-6 {
			t.Errorf("got %v, %v; want a unit vector", v, err)
		}
		if got := <-asked; !slices.Equal(got.Input, []string{"what I keep"}) || got.Model != "tiny" || got.Dimensions != 3 {
			t.Errorf("asked for %+v", got)
		}
	}
	if _, err := e.Query(t.Context(), " \t"); !errors.Is(err, ErrEmpty) || len(asked) != 0 {
		t.Errorf("nothing to embed: %v after %d requests", err, len(asked))
	}
}

func TestOpenAIAsksForTheDimensionOnce(t *testing.T) {
	t.Parallel()
	inputs := make(chan string, 1)
	c := service(t, func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		if _, ok := body["dimensions"]; ok {
			t.Error("it asks for a dimension that nobody configured")
		}
		inputs <- fmt.Sprint(body["input"])
		answer(http.StatusOK, vectors("0,1"))(w, r)
	})
	c.Dimension = 0
	if e := open(t, c); e.Dimension() != 2 {
		t.Errorf("dimension %d, want 2", e.Dimension())
	}
	if got := <-inputs; got != "[dimension]" {
		t.Errorf("the question was %s", got)
	}
}

func TestOpenAIFaults(t *testing.T) {
	t.Parallel()
	const words = "my own secret words"
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		status  int
		says    string
	}{
		{"wrong key", answer(401, `{"error":{"message":"bad key, you sent `+words+`","type":"auth"}}`), 401, "key"},
		{"unknown model", answer(404, `{"error":{"message":"no model; `+words+`"}}`), 404, `"tiny"`},
		{"not its address", answer(404, `<h1>`+words+`</h1>`), 404, "address"},
		{"too many", answer(429, `{"error":{"message":"`+words+`"}}`), 429, "wait"},
		{"text refused", answer(400, `{"error":{"message":"too long: `+words+`"}}`), 400, "refused the text"},
		{"its own failure", answer(500, words), 500, "failed"},
		{"wrong dimension", answer(200, vectors("1,2")), 200, "2 numbers instead of 3"},
		{"NaN", answer(200, vectors("1,NaN,2")), 200, "not an embedding"},
		{"beyond a float", answer(200, vectors("1,1e60,2")), 200, "not an embedding"},
		{"all zero", answer(200, vectors("0,0,0")), 200, "no direction"},
		{"null for NaN", answer(200, vectors("null,null,null")), 200, "no direction"},
		{"no vector", answer(200, `{"data":[]}`), 200, "without a vector"},
		{"empty vector", answer(200, vectors("")), 200, "without a vector"},
		{"half an answer", answer(200, `{"data":[{"embedding":[1,2`), 200, "not an embedding"},
		{"a page", answer(200, `<h1>`+words+`</h1>`), 200, "not an embedding"},
		{"nothing at all", answer(200, ``), 200, "not an embedding"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v, err := open(t, service(t, c.handler)).Passage(t.Context(), words)
			var fault *ServiceError
			if v != nil || !errors.As(err, &fault) || fault.Status != c.status || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v, %v; want a ServiceError of status %d that says %q", v, err, c.status, c.says)
			}
			if strings.Contains(err.Error(), words) {
				t.Errorf("the error repeats the text: %v", err)
			}
		})
	}
}

func TestOpenAINeverFollowsToAnotherAddress(t *testing.T) {
	t.Parallel()
	reached := make(chan struct{}, 1)
	elsewhere := service(t, func(w http.ResponseWriter, r *http.Request) {
		reached <- struct{}{}
		answer(200, vectors("1,2,3"))(w, r)
	})
	c := service(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.BaseURL+"/embeddings", http.StatusTemporaryRedirect)
	})
	if _, err := open(t, c).Query(t.Context(), "mine"); !errors.Is(err, errRedirect) {
		t.Errorf("Query = %v, want a refusal to follow", err)
	}
	if len(reached) > 0 {
		t.Error("the words went to another address")
	}
}

func TestOpenAISilence(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	c := service(t, func(_ http.ResponseWriter, r *http.Request) { <-over })
	t.Cleanup(func() { close(over) }) // before the server's own, which waits for the handlers
	c.Timeout = 20 * time.Millisecond
	e := open(t, c)
	if _, err := e.Query(t.Context(), "anyone"); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "20ms") {
		t.Errorf("Query of a silent service = %v, want its own deadline", err)
	}
	late, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Query(late, "anyone"); !errors.Is(err, context.Canceled) {
		t.Errorf("Query after its time = %v, want Canceled", err)
	}
}

func TestOpenAIThatCannotStart(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	refusing := service(t, answer(401, `{}`))
	refusing.Dimension = 0
	for name, c := range map[string]OpenAIConfig{
		"nobody listens": {BaseURL: gone.URL, Model: "tiny"},
		"wrong key":      refusing,
	} {
		e, err := Open(t.Context(), Config{Kind: KindOpenAI, OpenAI: c})
		var none *None
		if e != nil || !errors.As(err, &none) || none.Err == nil || none.Mend == "" {
			t.Errorf("%s: Open = %v, %v; want a *None with its cause and its mend", name, e, err)
		}
	}
	for name, c := range map[string]OpenAIConfig{
		"no model":           {BaseURL: "http://localhost/v1"},
		"no scheme":          {BaseURL: "localhost:11434/v1", Model: "tiny"},
		"another scheme":     {BaseURL: "ftp://localhost/v1", Model: "tiny"},
		"negative dimension": {BaseURL: "http://localhost/v1", Model: "tiny", Dimension: -1},
		"negative timeout":   {BaseURL: "http://localhost/v1", Model: "tiny", Timeout: -1},
	} {
		e, err := Open(t.Context(), Config{Kind: KindOpenAI, OpenAI: c})
		var none *None
		if e != nil || err == nil || errors.As(err, &none) {
			t.Errorf("%s: Open = %v, %v; want a refusal that is not a *None", name, e, err)
		}
	}
}
