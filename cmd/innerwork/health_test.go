package main

import (
	"context"
	"errors"
	"testing"

	"innerwork/memory/embed"
)

// moody is an embedder whose next outcome can be set.
type moody struct {
	embed.EmbedCloser
	err error
}

func (m *moody) Passage(context.Context, string) ([]float32, error) { return nil, m.err }
func (m *moody) Query(context.Context, string) ([]float32, error)   { return nil, m.err }

func TestAnEmbedderIsFailingFromItsLastUse(t *testing.T) {
	t.Parallel()
	m := &moody{}
	w := &watched{EmbedCloser: m}
	uses := map[string]func(context.Context, string) ([]float32, error){"passage": w.Passage, "query": w.Query}
	for _, step := range []struct {
		err     error
		failing bool
	}{
		{nil, false},
		{errors.New("connection refused"), true},
		{embed.ErrEmpty, true},   // says nothing of the embedder
		{context.Canceled, true}, // nor does a caller who went away
		{nil, false},
		{context.Canceled, false},
		{context.DeadlineExceeded, true}, // too slow for its caller
		{nil, false},
	} {
		for name, use := range uses {
			m.err = step.err
			if _, err := use(t.Context(), "text"); !errors.Is(err, step.err) {
				t.Errorf("%s: %v is passed on as %v", name, step.err, err)
			}
			if got := w.failing.Load(); got != step.failing {
				t.Errorf("%s: after %v it is failing: %t", name, step.err, got)
			}
		}
	}
}
