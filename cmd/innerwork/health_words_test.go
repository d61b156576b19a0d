package main

import (
	"testing"

	"innerwork/memory/embed"
	"innerwork/memory/embed/embedtest"
)

type closing struct{ embed.Wordwise }

func (closing) Close() error { return nil }

type wordless struct{ embed.Embedder }

func (wordless) Close() error { return nil }

// The store asks its embedder whether it has vectors of words; being watched
// must not hide them.
func TestBeingWatchedHidesNothing(t *testing.T) {
	t.Parallel()
	var with embed.Embedder = (&watched{EmbedCloser: closing{embedtest.Words{}}}).whole()
	words, ok := with.(embed.Wordwise)
	if !ok {
		t.Fatal("the vectors of words are hidden")
	}
	if _, all, err := words.QueryWords(t.Context(), "a quiet harbour"); err != nil || len(all) != 3 {
		t.Errorf("%d words, %v", len(all), err)
	}
	if _, ok := (&watched{EmbedCloser: wordless{embedtest.Words{}}}).whole().(embed.Wordwise); ok {
		t.Error("vectors of words that are none")
	}
}
