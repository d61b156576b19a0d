package openai

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"innerwork/coach"
	"innerwork/coach/coachtest"
)

// fickle is a model whose next answer can be set.
type fickle struct {
	*coachtest.Model
	next coachtest.Answer
}

func newFickle() *fickle {
	f := &fickle{}
	f.Model = coachtest.NewModel("fickle", func(coach.Prompt) coachtest.Answer { return f.next })
	return f
}

var (
	fails   = coachtest.Answer{Err: &coach.ModelError{Reason: string(unauthorized), Mend: "Check the key."}}
	endless = coachtest.Answer{Err: &coach.ModelError{Reason: string(tooLong), Mend: "Begin a new one."}}
	half    = coachtest.Answer{Pieces: []coach.Piece{{Text: "What"}}}
)

func TestBreaker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newFickle()
		b := NewBreaker(m, time.Minute)
		ask := func(a coachtest.Answer) heard {
			m.next = a
			return listen(t, b.Stream(t.Context(), prompt()))
		}
		expectCalls := func(want int, when string) {
			t.Helper()
			if got := len(m.Prompts()); got != want {
				t.Fatalf("%s: the model was called %d times, want %d", when, got, want)
			}
		}
		for range failuresInARow - 1 {
			expectReason(t, ask(fails).err, unauthorized)
		}
		ask(coachtest.Says("yes"))
		for range failuresInARow - 2 {
			ask(fails)
		}
		ask(half) // a stream that only ends is a failure too
		ask(endless)
		left, cancel := context.WithCancel(t.Context())
		cancel()
		m.next = coachtest.Says("too late")
		if h := listen(t, b.Stream(left, prompt())); !errors.Is(h.err, context.Canceled) {
			t.Errorf("stopped with %v", h.err)
		}
		expectCalls(2*failuresInARow+1, "four in a row, with others between that do not count")
		ask(fails)
		expectCalls(2*failuresInARow+2, "the fifth in a row")

		h := ask(coachtest.Says("yes"))
		expectReason(t, h.err, resting)
		expectCalls(2*failuresInARow+2, "the breaker is open")
		if said, _ := errors.AsType[*coach.ModelError](h.err); !strings.HasSuffix(said.Mend, "Check the key.") {
			t.Errorf("mend %q does not say what to do", said.Mend)
		}

		time.Sleep(time.Minute + time.Second) // of the bubble's clock
		expectReason(t, ask(fails).err, unauthorized)
		expectReason(t, ask(fails).err, resting)
		expectCalls(2*failuresInARow+3, "the probe failed")

		time.Sleep(time.Minute + time.Second)
		m.next = coachtest.Says("too late")
		if h := listen(t, b.Stream(left, prompt())); !errors.Is(h.err, context.Canceled) {
			t.Errorf("the probe stopped with %v", h.err)
		}
		if h := ask(coachtest.Says("yes")); h.err != nil || h.text != "yes" {
			t.Errorf("the probe heard %+v", h)
		}
		expectReason(t, ask(fails).err, unauthorized)
		if b.Name() != "fickle" {
			t.Errorf("its name is %q", b.Name())
		}
	})
}

// While one reply is the probe, the others do not wait for it.
func TestOneProbe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newFickle()
		b := NewBreaker(m, time.Minute)
		m.next = fails
		for range failuresInARow {
			listen(t, b.Stream(t.Context(), prompt()))
		}
		time.Sleep(time.Minute + time.Second)
		m.next = coachtest.Says("two words")
		for piece, err := range b.Stream(t.Context(), prompt()) {
			if err != nil {
				t.Fatal(err)
			}
			h := listen(t, b.Stream(t.Context(), prompt()))
			expectReason(t, h.err, resting)
			if piece.Text != "" {
				break // a reply that was stopped after words came shows that the model is back
			}
		}
		if h := listen(t, b.Stream(t.Context(), prompt())); h.err != nil {
			t.Errorf("after the probe: %v", h.err)
		}
	})
}

// What is shown of the model is what is so.
func TestBreakerSaysHowTheModelIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newFickle()
		b := NewBreaker(m, time.Minute)
		expect := func(state string, reached time.Time) {
			t.Helper()
			if b.State() != state || !b.Reached().Equal(reached) {
				t.Errorf("%s, reached %v; want %s, %v", b.State(), b.Reached(), state, reached)
			}
		}
		expect("closed", time.Time{})
		began := time.Now()
		m.next = coachtest.Says("two words")
		listen(t, b.Stream(t.Context(), prompt()))
		expect("closed", began)
		time.Sleep(time.Second)
		m.next = fails
		for range failuresInARow {
			expect("closed", began)
			listen(t, b.Stream(t.Context(), prompt()))
		}
		expect("open", began)
		time.Sleep(time.Minute + time.Second)
		expect("half-open", began)
		m.next = coachtest.Says("back")
		listen(t, b.Stream(t.Context(), prompt()))
		expect("closed", began.Add(time.Minute+2*time.Second))
	})
}

// A call is free only if no model began with it.
func TestFreeFailures(t *testing.T) {
	t.Parallel()
	m, err := New(Config{BaseURL: "http://127.0.0.1:1/v1", Model: "m"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		err  error
		free bool
	}{
		{&fault{reason: unreachable}, true},
		{&fault{reason: unknownHost}, true},
		{&fault{reason: badCertificate}, true},
		{&fault{reason: unauthorized, status: 401}, true},
		{&fault{reason: rateLimited, status: 429}, true},
		{&fault{reason: cutOff}, false},
		{&fault{reason: silent}, false},
		{&fault{reason: upstream}, false},
		{&fault{reason: saidNothing}, false},
		{errors.New("of a kind that nobody knows"), false},
	} {
		if said := m.explain(c.err); said.Free != c.free {
			t.Errorf("%s is free: %t", said.Reason, said.Free)
		}
	}
	if !new(Breaker).resting().Free {
		t.Error("a call that is not made costs something")
	}
}
