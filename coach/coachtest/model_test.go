package coachtest

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"innerwork/coach"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func spoken() coach.Prompt {
	return coach.Prompt{MaxTokens: 9, Messages: []coach.Message{
		{Role: "system", Text: "Kestrel rules apply here."},
		{Role: "user", Text: "first"},
		{Role: "assistant", Text: "What then?"},
		{Role: "user", Text: "The  heron stood still."},
	}}
}

func TestModel(t *testing.T) {
	t.Parallel()
	m := NewModel("echo", Echo)
	var text string
	var last coach.Piece
	for piece, err := range m.Stream(t.Context(), spoken()) {
		if err != nil {
			t.Fatal(err)
		}
		text += piece.Text
		last = piece
	}
	if text != "The  heron stood still." || last.Finish != coach.FinishStop || last.Usage == nil {
		t.Errorf("said %q, last %+v", text, last)
	}
	asked := m.Prompts()
	if len(asked) != 1 || asked[0].MaxTokens != 9 || asked[0].Messages[0].Text != "Kestrel rules apply here." {
		t.Errorf("asked %+v", asked)
	}
}

func TestModelHolds(t *testing.T) {
	t.Parallel()
	died := errors.New("died")
	hold := make(chan struct{})
	m := NewModel("held", func(coach.Prompt) Answer {
		return Answer{Pieces: []coach.Piece{{Text: "one"}}, Hold: hold, Err: died}
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var ended error
	for piece, err := range m.Stream(ctx, spoken()) {
		if piece.Text == "one" {
			cancel()
		}
		ended = err
	}
	if !errors.Is(ended, context.Canceled) {
		t.Errorf("held until %v", ended)
	}
	for piece, err := range m.Stream(t.Context(), spoken()) {
		if piece.Text == "one" {
			close(hold)
		}
		ended = err
	}
	if !errors.Is(ended, died) {
		t.Errorf("let go, it ends with %v", ended)
	}
}

func TestHostile(t *testing.T) {
	t.Parallel()
	var whole string
	for _, piece := range SaysHostile(spoken()).Pieces {
		whole += piece.Text
	}
	seen := map[string]bool{}
	kinds := map[string]string{}
	for _, h := range HostileTo(spoken()) {
		if seen[h.Text] || !strings.Contains(whole, h.Text) {
			t.Errorf("%q is said twice or not at all", h.Text)
		}
		seen[h.Text] = true
		kinds[h.Kind] += h.Text
	}
	if !strings.Contains(kinds["retyped quote"], "The heron stood still.") || !strings.Contains(kinds["prompt"], "Kestrel rules") {
		t.Errorf("nothing is made of the prompt: %v", kinds)
	}
}

func TestUpstreamRefusesOthers(t *testing.T) {
	t.Parallel()
	u := NewUpstream(EchoScript)
	defer u.Close()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Post(u.URL()+"/chat/completions", "application/json", strings.NewReader("{"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusBadRequest || len(u.Calls()) != 0 {
		t.Errorf("status %d, %d calls", answer.StatusCode, len(u.Calls()))
	}
}

func TestCloseEndsEverything(t *testing.T) {
	t.Parallel()
	begun := make(chan struct{})
	u := NewUpstream(func(_ int, w *Wire) { close(begun); w.Step() })
	failed := make(chan error, 1)
	go func() {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		answer, err := client.Post(u.URL()+"/chat/completions", "application/json", strings.NewReader("{}"))
		if err == nil {
			answer.Body.Close()
		}
		failed <- err
	}()
	<-begun
	u.Close()
	u.Close()
	if err := <-failed; err == nil {
		t.Error("the client was answered")
	}
	if !u.Calls()[0].Left() || u.Step() {
		t.Error("the script was not told that it is over")
	}
}
