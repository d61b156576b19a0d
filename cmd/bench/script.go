package main

import (
	"strings"

	"innerwork/coach/coachtest"
)

// mirrors are what the upstream says: sentences of 100 characters, made of what
// she said, so that the guard lets every one through.
var mirrors = []string{
	"You keep the door of your office open in the morning and you answer every question before it is out.",
	"You carried the whole project through the winter and you slept with the telephone beside the pillow.",
	"You sit at the long table with your team and you watch the clock while the others look at the graph.",
	"You gave the new people the easy work and you kept the hard cases on your own desk for a long month.",
	"You walk home along the river every evening and you go through the same meeting again word for word.",
	"You praised the numbers in front of a board and you left the tired faces of your team out of it all.",
	"You drink the first coffee alone in a kitchen and you read the messages of the night standing there.",
	"You promised your brother a quiet weekend and you took the laptop along to the lake for a big offer.",
	"You write the long reports to the owner by hand and you keep most of them in the drawer of the desk.",
	"You came into this work with a loud voice and you learned the slow way from the people at a machine.",
}

// perReply is how many sentences a reply has; the program's own cap is 6.
const perReply = 5

// script is one answer of the upstream, ready to be sent.
type script struct {
	sentences []string
	tokens    []token
	rest      []byte // what follows the last token
}

// token is one piece of the stream.
type token struct {
	event []byte // as it goes over the wire
	ends  int    // the sentence that it ends, or -1
}

// newScript cuts sentences into tokens: words with the space before them, and
// the full stop by itself.
func newScript(sentences ...string) *script {
	s := &script{sentences: sentences}
	for n, sentence := range sentences {
		words := strings.Fields(strings.TrimSuffix(sentence, "."))
		for i, word := range words {
			if i > 0 || n > 0 {
				word = " " + word
			}
			s.tokens = append(s.tokens, token{event(coachtest.Delta("content", word)), -1})
		}
		s.tokens = append(s.tokens, token{event(coachtest.Delta("content", ".")), n})
	}
	s.rest = append(event(`{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`), event("[DONE]")...)
	return s
}

func event(data string) []byte { return []byte("data: " + data + "\n\n") }

// ends are the numbers of bytes of the stream after which each sentence is whole.
func (s *script) ends() (ends []int) {
	at := 0
	for _, t := range s.tokens {
		at += len(t.event)
		if t.ends >= 0 {
			ends = append(ends, at)
		}
	}
	return ends
}

// toldBy is the part of the mirrors that the n-th leader's replies are made of.
func toldBy(n int) []string {
	from := n * perReply % len(mirrors)
	return mirrors[from : from+perReply]
}

// hers is what a leader says so that the mirrors are hers.
func hers(mirrors []string) string {
	return strings.NewReplacer("You ", "I ", " you ", " I ", " your ", " my ").Replace(strings.Join(mirrors, " "))
}
