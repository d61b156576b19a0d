package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"innerwork/coach/gate"
	"innerwork/coach/practices"
	"innerwork/memory/embed"
)

// maker makes reflections of a leader who does not exist. Their words are drawn
// from the running text of the practices, so that each is as frequent as in
// plain English about leading: how often a word occurs is what a search by words
// costs. They make no sense, and need none.
type maker struct {
	words []string
	gate  *gate.Gate
}

func newMaker() maker {
	var all []string
	for _, p := range practices.Built() {
		texts := []string{p.Intention, p.Not, p.Listen, p.Boundary, p.Insights, p.OverTime}
		for _, q := range slices.Concat(p.Opening, p.Exploring, p.Closing) {
			texts = append(texts, q.Text)
		}
		all = append(all, strings.Fields(strings.ToLower(strings.Join(texts, " ")))...)
	}
	m := maker{gate: new(gate.Gate)}
	for _, word := range all {
		if word = strings.Trim(word, `.,;:?!"'()—–…`); word != "" && !strings.ContainsAny(word, "{}[]<>") {
			m.words = append(m.words, word)
		}
	}
	return m
}

// written is a reflection of two sentences and 28 words, always the same one of
// a number.
func (m maker) written(n uint64) string {
	chance := rand.New(rand.NewPCG(n, 8460))
	sentence := func() string {
		words := make([]string, 14)
		for i := range words {
			words[i] = m.words[chance.IntN(len(m.words))]
		}
		words[0] = strings.ToUpper(words[0][:1]) + words[0][1:]
		return strings.Join(words, " ") + "."
	}
	return sentence() + " " + sentence()
}

// said is one that may be said to the coach: words at random can sound like a
// cry for help, which is answered without the model.
func (m maker) said(n uint64) string {
	for ; ; n += 1 << 32 {
		if text := m.written(n); m.gate.Check(context.Background(), text).Kind == gate.None {
			return text
		}
	}
}

// liken has the maker ask the gate that the product has: the rules and what was
// learned from examples. Without the embedding model the product has the rules
// alone, too.
func (m maker) liken(ctx context.Context, parts string) (close func() error, err error) {
	e, err := embed.Open(ctx, embed.Config{
		Kind: embed.KindLocal, Local: embed.LocalConfig{Parts: parts, Runtime: filepath.Join(parts, "runtime")},
	})
	if _, ok := errors.AsType[*embed.None](err); ok {
		return func() error { return nil }, nil
	}
	if err != nil {
		return nil, err
	}
	l, err := gate.Prepare(ctx, e, func(int, int) {}, parts)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	m.gate.Liken(l, e)
	return e.Close, nil
}
