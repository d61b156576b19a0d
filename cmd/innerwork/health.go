package main

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"innerwork/memory"
	"innerwork/memory/embed"
	"innerwork/transport"
)

// health tells the truth about the parts.
type health struct {
	store    *memory.Store
	kind     string   // of embedder that is configured
	embedder *watched // nil for none
	model    guarded  // nil for none
}

// guarded is a model behind a breaker.
type guarded interface {
	State() string
	Reached() time.Time
}

// Parts looks at PostgreSQL for at most two seconds; of the others it says how
// they did when they were used last.
func (h health) Parts(ctx context.Context) (p transport.Parts) {
	within, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	p.PostgreSQL.There = h.store.Ping(within) == nil
	p.Embedder.Kind = h.kind
	if h.embedder != nil {
		p.Embedder.There, p.Embedder.Failing = true, h.embedder.failing.Load()
	}
	if p.PostgreSQL.There {
		if all, err := h.store.Generations(within); err == nil {
			for _, g := range all {
				if p.Embedder.There && !g.Answers {
					p.Embedder.ByWords += g.Searched
				}
				if g.Current {
					p.Embedder.Filling, p.Embedder.Missing = g.Filling, g.Missing
				}
			}
		}
	}
	if h.model != nil {
		p.Model.Configured, p.Model.Breaker = true, h.model.State()
		if at := h.model.Reached(); !at.IsZero() {
			at = at.UTC().Truncate(time.Second)
			p.Model.ReachedAt = &at
		}
	}
	return p
}

// watched is an embedder that remembers how its last use went.
type watched struct {
	embed.EmbedCloser
	failing atomic.Bool
}

// watchedWords is one that also has vectors of words.
type watchedWords struct {
	*watched
	words embed.Wordwise
}

// whole has all that the embedder has: what hides the words of one that has
// them makes a search worse without a sign.
func (w *watched) whole() embed.Embedder {
	if words, ok := w.EmbedCloser.(embed.Wordwise); ok {
		return watchedWords{w, words}
	}
	return w
}

// PassageWords embeds a text that is kept, and its words.
func (w watchedWords) PassageWords(ctx context.Context, text string) ([]float32, []embed.Word, error) {
	v, words, err := w.words.PassageWords(ctx, text)
	w.note(err)
	return v, words, err
}

// QueryWords embeds a text that searches, and its words.
func (w watchedWords) QueryWords(ctx context.Context, text string) ([]float32, []embed.Word, error) {
	v, words, err := w.words.QueryWords(ctx, text)
	w.note(err)
	return v, words, err
}

// Passage embeds a text that is kept.
func (w *watched) Passage(ctx context.Context, text string) ([]float32, error) {
	v, err := w.EmbedCloser.Passage(ctx, text)
	w.note(err)
	return v, err
}

// Query embeds a text that searches.
func (w *watched) Query(ctx context.Context, text string) ([]float32, error) {
	v, err := w.EmbedCloser.Query(ctx, text)
	w.note(err)
	return v, err
}

// note leaves out what says nothing of the embedder: a text without a word, and
// a caller who went away.
func (w *watched) note(err error) {
	if !errors.Is(err, embed.ErrEmpty) && !errors.Is(err, context.Canceled) {
		w.failing.Store(err != nil)
	}
}
