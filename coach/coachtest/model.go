package coachtest

import (
	"context"
	"iter"
	"slices"
	"strings"
	"sync"

	"innerwork/coach"
)

// Answer is what a Model says to one prompt.
type Answer struct {
	Pieces []coach.Piece
	Hold   <-chan struct{} // before Err or the end; nil holds nothing
	Err    error
}

// Model is a coach.Model that answers every prompt by a function of it.
type Model struct {
	name   string
	answer func(coach.Prompt) Answer

	mu      sync.Mutex
	prompts []coach.Prompt
}

// NewModel has answer called once for each reply, perhaps by several at once.
func NewModel(name string, answer func(coach.Prompt) Answer) *Model {
	return &Model{name: name, answer: answer}
}

// Name is the name that it was given.
func (m *Model) Name() string { return m.name }

// Prompts are the prompts so far, in the order in which they came.
func (m *Model) Prompts() []coach.Prompt {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.prompts)
}

// Stream yields the answer to p.
func (m *Model) Stream(ctx context.Context, p coach.Prompt) iter.Seq2[coach.Piece, error] {
	return func(yield func(coach.Piece, error) bool) {
		m.mu.Lock()
		m.prompts = append(m.prompts, coach.Prompt{Messages: slices.Clone(p.Messages), MaxTokens: p.MaxTokens})
		m.mu.Unlock()
		answer := m.answer(p)
		for _, piece := range answer.Pieces {
			if ctx.Err() != nil {
				yield(coach.Piece{}, ctx.Err())
				return
			}
			if !yield(piece, nil) {
				return
			}
		}
		if answer.Hold != nil {
			select {
			case <-answer.Hold:
			case <-ctx.Done():
				yield(coach.Piece{}, ctx.Err())
				return
			}
		}
		if answer.Err != nil {
			yield(coach.Piece{}, answer.Err)
		}
	}
}

// Says is an answer of words, one piece each, that finishes as it should.
func Says(text string) Answer {
	var a Answer
	for _, token := range tokens(text) {
		a.Pieces = append(a.Pieces, coach.Piece{Text: token})
	}
	usage := &coach.Usage{In: 1, Out: len(a.Pieces)}
	a.Pieces = append(a.Pieces, coach.Piece{Finish: coach.FinishStop, Usage: usage})
	return a
}

// Echo mirrors the last thing that the person said.
func Echo(p coach.Prompt) Answer { return Says(lastOf(p.Messages, "user")) }

// EchoScript is Echo for an upstream.
func EchoScript(_ int, w *Wire) {
	if w.Tokens(tokens(lastOf(w.Call.Messages, "user"))...) {
		w.End()
	}
}

// Stepped is Echo for an upstream, a token for each Upstream.Step.
func Stepped(_ int, w *Wire) {
	for _, token := range tokens(lastOf(w.Call.Messages, "user")) {
		if !w.Step() || !w.Token(token) {
			return
		}
	}
	w.End()
}

// tokens splits text before every space; joined, they are the text again.
func tokens(text string) []string {
	var out []string
	for text != "" {
		end := strings.IndexByte(text[1:], ' ') + 1
		if end == 0 {
			end = len(text)
		}
		out = append(out, text[:end])
		text = text[end:]
	}
	return out
}

func lastOf(messages []coach.Message, role string) string {
	for _, m := range slices.Backward(messages) {
		if m.Role == role {
			return m.Text
		}
	}
	return ""
}
