package main

import (
	crand "crypto/rand"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"innerwork/coach/coachtest"
)

// chance is a source of random points, for several goroutines at once.
type chance struct {
	mu   sync.Mutex
	rand *rand.Rand
}

// newChance prints its seed.
func newChance(t testing.TB) *chance {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return &chance{rand: rand.New(rand.NewPCG(seed, 0))}
}

// below is a number from 0 to n-1.
func (c *chance) below(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rand.IntN(n)
}

// pass lets a random time below d go by, so that what comes next comes at
// another point each time.
func (c *chance) pass(d time.Duration) { <-time.After(time.Duration(c.below(int(d)))) }

const beginsMessage = "I keep the door open. "

// newMessage is what she says; no two messages are the same.
func newMessage() string {
	return beginsMessage + "I wait for my team to speak. I want to listen longer. I remember " +
		"zq" + strings.ToLower(crand.Text()[:10]) + " at night."
}

// answerTo is what the mirroring model answers to a message: five sentences,
// which the guard lets through, all of them.
func answerTo(message string) (sentences []string) {
	for said := range strings.SplitSeq(strings.TrimSuffix(message, "."), ". ") {
		mirror := "You " + strings.TrimPrefix(said, "I ") + "."
		sentences = append(sentences, strings.ReplaceAll(mirror, " my ", " your "))
	}
	return append(sentences, "What would listening longer look like?")
}

// mirrors is a model that gives her own words back, sentence by sentence, and
// asks. It remembers how far each of its calls came.
type mirrors struct {
	*coachtest.Upstream
	pace func() // between two words; nil: none

	mu    sync.Mutex
	plans map[string]func(*telling) // by message; none: to the end
	told  map[string][]*telling
}

// telling is one answer on its way.
type telling struct {
	*coachtest.Wire
	pace     func()
	words    [][]string // by sentence
	said     int        // words
	finished bool       // it said so, and then only the rest of the stream came
}

func newMirrors(t testing.TB) *mirrors {
	t.Helper()
	m := &mirrors{plans: map[string]func(*telling){}, told: map[string][]*telling{}}
	m.Upstream = coachtest.NewUpstream(m.answer)
	t.Cleanup(m.Close)
	return m
}

// env points a program to the model, with patience for its silences.
func (m *mirrors) env(more ...string) []string {
	return append([]string{"OPENAI_BASE_URL=" + m.URL(), "OPENAI_MODEL=scripted",
		"INNERWORK_MODEL_BETWEEN_TOKENS=1h", "INNERWORK_MODEL_TOTAL=1h"}, more...)
}

// plan says how the answer to a message is told.
func (m *mirrors) plan(message string, how func(*telling)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.plans[message] = how
}

func (m *mirrors) answer(_ int, w *coachtest.Wire) {
	said := ""
	for _, turn := range w.Call.Messages {
		if turn.Role == "user" {
			said = turn.Text
		}
	}
	// Messages that got no answer stand before the one to be answered.
	message := said[max(0, strings.LastIndex(said, beginsMessage)):]
	a := &telling{Wire: w, pace: m.pace}
	for _, sentence := range answerTo(message) {
		a.words = append(a.words, strings.SplitAfter(sentence+" ", " "))
	}
	m.mu.Lock()
	m.told[message] = append(m.told[message], a)
	how := m.plans[message]
	m.mu.Unlock()
	if how == nil {
		how = (*telling).finish
	}
	how(a)
}

// calls are those for a message, once each of them is over.
func (m *mirrors) calls(message string) []*telling {
	m.mu.Lock()
	told := append([]*telling(nil), m.told[message]...)
	m.mu.Unlock()
	for _, a := range told {
		<-a.Call.Over()
	}
	return told
}

// called says how many calls there were for a message so far.
func (m *mirrors) called(message string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.told[message])
}

// call is the first one for a message, which may not be over.
func (m *mirrors) call(t testing.TB, message string) *telling {
	t.Helper()
	eventually(t, "the model is called", func() bool { return m.called(message) > 0 })
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.told[message][0]
}

// tell says words until n sentences are over, which the beginning of the next
// one shows.
func (a *telling) tell(n int) bool {
	words := 0
	for i, sentence := range a.words {
		for j, word := range sentence {
			if i == n && j == 1 || i > n {
				return true
			}
			if words++; words <= a.said || word == "" {
				continue
			}
			if a.pace != nil {
				a.pace()
			}
			if !a.Token(word) {
				return false
			}
			a.said = words
		}
	}
	return true
}

// finish says the rest and ends in order.
func (a *telling) finish() {
	if !a.tell(len(a.words)) || !a.Finish("stop") {
		return
	}
	a.finished = true
	_ = a.Usage() && a.Done()
}

// stall tells n sentences and then nothing more.
func stall(n int) func(*telling) {
	return func(a *telling) {
		if a.tell(n) {
			a.Hang()
		}
	}
}
