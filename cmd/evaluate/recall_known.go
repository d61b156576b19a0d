package main

import (
	"context"
	"errors"
	"path/filepath"
	"sync"

	"innerwork/memory/embed"
)

// known embeds each query once: it is asked in many ways, and what the model
// takes is not what a search takes.
type known struct {
	embed.Wordwise
	close func() error

	mu      sync.Mutex // guards queries
	queries map[string]meant
}

type meant struct {
	vector []float32
	words  []embed.Word
}

func newKnown(e embed.EmbedCloser) (*known, error) {
	w, ok := e.(embed.Wordwise)
	if !ok {
		return nil, errors.Join(errors.New("this embedder has no vectors of words"), e.Close())
	}
	return &known{Wordwise: w, close: e.Close, queries: map[string]meant{}}, nil
}

func (k *known) Close() error { return k.close() }

// QueryWords answers from what is known.
func (k *known) QueryWords(ctx context.Context, text string) ([]float32, []embed.Word, error) {
	if err := k.learn(ctx, text); err != nil {
		return nil, nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	m := k.queries[text]
	return m.vector, m.words, nil
}

// learn embeds a query that is new. It takes the time that it takes: the
// budget of a search is not what is measured here.
func (k *known) learn(ctx context.Context, text string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, ok := k.queries[text]; ok {
		return nil
	}
	vector, words, err := k.Wordwise.QueryWords(context.WithoutCancel(ctx), text)
	if err != nil {
		return err
	}
	k.queries[text] = meant{vector, words}
	return nil
}

// local is the product's own model, as make parts fetched it.
func (p parts) local() embed.LocalConfig {
	return embed.LocalConfig{Parts: p.Parts, Runtime: filepath.Join(p.Parts, "runtime")}
}
