package coach

import (
	"context"
	"fmt"
	"iter"
)

// Model is a chat model, reached however. Package openai has the one there is.
type Model interface {
	// Name is the model's own, such as "llama3.2:3b".
	Name() string
	// Stream asks for one reply. It yields pieces as they come; the last one
	// has a Finish. An error ends the sequence and is a *ModelError or the
	// context's; a sequence that ends with neither was cut off upstream.
	// Breaking out of the loop closes the connection before Stream returns.
	// It tries again by itself only as long as nothing was yielded but
	// Retrying pieces.
	Stream(ctx context.Context, p Prompt) iter.Seq2[Piece, error]
}

// Prompt is one question to a model.
type Prompt struct {
	Messages  []Message // the first is the system's
	MaxTokens int       // of the reply
}

// Message is one message of a prompt.
type Message struct {
	Role string // "system", "user" or "assistant"
	Text string
}

// Finish says why a model stopped.
type Finish string

// The ways to finish.
const (
	FinishNone    Finish = ""
	FinishStop    Finish = "stop"
	FinishLength  Finish = "length"
	FinishContent Finish = "content" // a content filter or a refusal
)

// Piece is a part of a model's reply.
type Piece struct {
	Text     string // never reasoning
	Finish   Finish
	Retrying bool   // nothing came yet, and it is being tried again
	Usage    *Usage // when the upstream says it
}

// Usage is what a reply cost, in the upstream's tokens.
type Usage struct{ In, Out int }

// ModelError is a failure of the upstream. Reason is a code that is kept with
// the reply; Mend is a sentence for a person. Neither holds text of the
// upstream, which may quote the prompt.
type ModelError struct {
	Reason string // such as "refused connection", "rate limited", "unauthorized"
	Mend   string // what to do about it
	Free   bool   // the model did not begin to answer, so nothing was spent
	Err    error  // for the log, without words
}

func (e *ModelError) Error() string {
	if e.Err == nil {
		return "model: " + e.Reason
	}
	return fmt.Sprintf("model: %s: %v", e.Reason, e.Err)
}

func (e *ModelError) Unwrap() error { return e.Err }
