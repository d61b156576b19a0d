package main

import (
	"errors"
	"strings"

	"innerwork/coach/coachtest"
)

// honest is a model that keeps to its prompt: it mirrors, brings in the first
// passage that it was given, and asks. Each sentence waits for a step, and comes
// with the beginning of the next, which shows that it is over.
func honest(_ int, w *coachtest.Wire) {
	var said, system string
	for _, m := range w.Call.Messages {
		switch m.Role {
		case "user":
			said = m.Text
		case "system":
			system = m.Text
		}
	}
	var sentences []string
	if mirror, ok := strings.CutPrefix(said, "I "); ok {
		sentences = append(sentences, "You "+strings.ReplaceAll(mirror, " my ", " your "))
	}
	if strings.Contains(system, "\n[r1] ") {
		sentences = append(sentences, "[r1]")
	}
	sentences = append(sentences, "What matters to you in this?")
	begun := 0 // letters of the sentence that came with the one before
	for n, sentence := range sentences {
		text := sentence[begun:]
		if n+1 < len(sentences) {
			begun = 1
			text += "\n\n" + sentences[n+1][:begun]
		}
		if !w.Step() || !w.Token(text) {
			return
		}
	}
	w.End()
}

// step lets the honest model say its next sentence.
func step(i *instance) error {
	if i.upstream == nil || !i.upstream.Step() {
		return errors.New("no model waits")
	}
	return nil
}

// left waits for the model's last call to be over, and fails if it was heard to
// its end.
func left(i *instance) error {
	calls := i.upstream.Calls()
	if len(calls) == 0 || !calls[len(calls)-1].Left() {
		return errors.New("the model was heard to its end")
	}
	return nil
}
