package openai

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/sashabaranov/go-openai"

	"innerwork/coach"
)

// pauses are the waits before another try, where the server names none.
var pauses = [...]time.Duration{time.Second, 3 * time.Second}

// roomToThink is added to the limit of a model whose thinking counts as output,
// in tokens: without it the limit is spent before the first word.
const roomToThink = 4096

// Stream asks for one reply, and at most twice more as long as it may.
func (m *Model) Stream(ctx context.Context, p coach.Prompt) iter.Seq2[coach.Piece, error] {
	return func(yield func(coach.Piece, error) bool) {
		limited, cancel := context.WithTimeoutCause(ctx, m.config.Total, errTotal)
		defer cancel()
		for try := 0; ; try++ {
			r := &reply{model: m, yield: yield, limit: longestText(p.MaxTokens)}
			err := r.run(limited, m.request(p))
			if err == nil || r.left {
				return
			}
			if ctx.Err() == nil {
				if pause, again := m.again(err, try); again {
					if !yield(coach.Piece{Retrying: true}, nil) {
						return
					}
					if m.config.Wait(limited, pause) == nil {
						continue
					}
				}
			}
			if ctx.Err() != nil {
				yield(coach.Piece{}, ctx.Err())
				return
			}
			if r.usage != nil && !yield(coach.Piece{Usage: r.usage}, nil) {
				return // what failed was charged all the same
			}
			yield(coach.Piece{}, m.explain(err))
			return
		}
	}
}

// again says whether a failure may pass, and after what time. A server's own
// wish is kept in full or not at all: to come back early is no use.
func (m *Model) again(err error, try int) (time.Duration, bool) {
	f, ok := errors.AsType[*fault](err)
	if !ok || !f.passes || try >= len(pauses) || f.after > m.config.LongestWait {
		return 0, false
	}
	return max(f.after, pauses[try]), true
}

// request is p in go-openai's form. Models that think count their thinking as
// output and want the limit under another name; go-openai knows which.
func (m *Model) request(p coach.Prompt) openai.ChatCompletionRequest {
	r := openai.ChatCompletionRequest{
		Model:         m.config.Model,
		StreamOptions: &openai.StreamOptions{IncludeUsage: true},
	}
	for _, said := range p.Messages {
		r.Messages = append(r.Messages, openai.ChatCompletionMessage{Role: said.Role, Content: said.Text})
	}
	plain := r
	//lint:ignore SA1019 servers on one's own machine know the limit by no other name
	plain.MaxTokens = p.MaxTokens
	err := openai.NewReasoningValidator().Validate(plain)
	if !errors.Is(err, openai.ErrReasoningModelMaxTokensDeprecated) {
		return plain
	}
	r.MaxCompletionTokens = p.MaxTokens + roomToThink
	return r
}

// longestText is where a model that does not stop is cut, in bytes. No language
// comes near it within the tokens that were asked for.
func longestText(tokens int) int {
	if tokens <= 0 {
		return 64 << 10
	}
	return tokens * 24
}
