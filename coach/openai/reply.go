package openai

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/sashabaranov/go-openai"

	"innerwork/coach"
)

// errLeft ends a try whose reader broke out of the loop.
var errLeft = errors.New("nobody reads")

// reply is one try at one reply.
type reply struct {
	model *Model
	yield func(coach.Piece, error) bool
	limit int // of text, in bytes

	patience *patience
	thought  thought
	length   int  // of the text so far, in bytes
	said     bool // something that is not a space
	refused  bool
	left     bool
	finish   coach.Finish
	usage    *coach.Usage
}

// run asks and yields until the reply is finished (nil) or it failed.
func (r *reply) run(ctx context.Context, q openai.ChatCompletionRequest) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.patience = newPatience(r.model.config.FirstToken, cancel)
	defer r.patience.stop()
	client := r.model.client
	client.HTTPClient = &call{transport: r.model.transport, patience: r.patience}
	stream, err := openai.NewClientWithConfig(client).CreateChatCompletionStream(ctx, q)
	if err != nil {
		return r.ended(ctx, err)
	}
	defer stream.Close()
	for {
		chunk, err := stream.Recv()
		if err != nil {
			return r.ended(ctx, err)
		}
		enough, err := r.take(chunk)
		if err != nil {
			return err
		}
		if enough {
			return r.done()
		}
	}
}

// take yields what is text in a chunk. After the finish only the usage counts:
// some servers finish twice. Enough says to wait for nothing more.
func (r *reply) take(chunk openai.ChatCompletionStreamResponse) (enough bool, err error) {
	if u := chunk.Usage; u != nil {
		r.usage = &coach.Usage{In: u.PromptTokens, Out: u.CompletionTokens}
	}
	if r.finish != coach.FinishNone || len(chunk.Choices) == 0 {
		return false, nil
	}
	choice := chunk.Choices[0]
	if choice.Delta.Content != "" || choice.Delta.ReasoningContent != "" {
		r.patience.limit = r.model.config.BetweenTokens
	}
	r.refused = r.refused || choice.Delta.Refusal != ""
	text, err := r.thought.strip(choice.Delta.Content)
	if err != nil {
		return false, err
	}
	finish, err := finishOf(choice.FinishReason)
	if err != nil {
		return false, err
	}
	if finish != coach.FinishNone {
		text += r.thought.rest()
	}
	if err := r.emit(text); err != nil {
		return false, err
	}
	if r.length > r.limit {
		r.finish = coach.FinishLength
		return true, nil
	}
	if r.finish = finish; finish != coach.FinishNone {
		r.patience.last(r.model.config.AfterFinish)
	}
	return false, nil
}

func (r *reply) emit(text string) error {
	text = strings.ReplaceAll(text, "\x00", "") // PostgreSQL keeps none
	if !r.said {
		text = strings.TrimLeft(text, " \t\r\n")
	}
	if text == "" {
		return nil
	}
	r.said = true
	r.length += len(text)
	if !r.yield(coach.Piece{Text: text}, nil) {
		r.left = true
		return errLeft
	}
	return nil
}

// ended sorts out why there is no next chunk. Whatever happens after the finish
// no longer matters.
func (r *reply) ended(ctx context.Context, err error) error {
	if r.finish != coach.FinishNone {
		return r.done()
	}
	switch context.Cause(ctx) {
	case nil:
	case errTotal:
		if r.said {
			r.finish = coach.FinishLength
			return r.done()
		}
		return &fault{reason: tooSlow}
	case errSilent:
		return &fault{reason: silent}
	default:
		return ctx.Err()
	}
	if f, ok := errors.AsType[*fault](err); ok {
		return f
	}
	if unreadableChunk(err) {
		return &fault{reason: unreadable}
	}
	if errors.Is(err, io.EOF) {
		return &fault{reason: cutOff}
	}
	return &fault{reason: cutOff, err: wordless(err)}
}

// done yields the last piece.
func (r *reply) done() error {
	if r.refused && r.finish == coach.FinishStop {
		r.finish = coach.FinishContent
	}
	if !r.said && r.finish != coach.FinishContent {
		return &fault{reason: saidNothing}
	}
	r.left = !r.yield(coach.Piece{Finish: r.finish, Usage: r.usage}, nil)
	return nil
}

// finishOf reads a reason to finish in the dialects there are. One that it does
// not know, or that asks for a tool that was never offered, finishes nothing.
func finishOf(reason openai.FinishReason) (coach.Finish, error) {
	switch reason {
	case "", openai.FinishReasonNull:
		return coach.FinishNone, nil
	case openai.FinishReasonStop, "end_turn", "stop_sequence", "eos", "eos_token":
		return coach.FinishStop, nil
	case openai.FinishReasonLength, "max_tokens":
		return coach.FinishLength, nil
	case openai.FinishReasonContentFilter, "refusal", "safety":
		return coach.FinishContent, nil
	}
	return coach.FinishNone, &fault{reason: brokeOff}
}
