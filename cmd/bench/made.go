package main

import (
	"math/rand/v2"
	"slices"
	"strings"

	"innerwork/coach/gate"
	"innerwork/coach/practices"
)

// maker makes reflections of a leader who does not exist. Their words are drawn
// from the running text of the practices, so that each is as frequent as in
// plain English about leading: how often a word occurs is what a search by words
// costs. They make no sense, and need none.
type maker struct{ words []string }

func newMaker() maker {
	var all []string
	for _, p := range practices.Built() {
		texts := []string{p.Intention, p.Not, p.Listen, p.Boundary, p.Insights, p.OverTime}
		for _, q := range slices.Concat(p.Opening, p.Exploring, p.Closing) {
			texts = append(texts, q.Text)
		}
		all = append(all, strings.Fields(strings.ToLower(strings.Join(texts, " ")))...)
	}
	var m maker
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
		if text := m.written(n); gate.Check(text).Kind == gate.None {
			return text
		}
	}
}
