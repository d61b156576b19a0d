package coachtest

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"time"
)

// Wire is the answer to one call, as a script writes it. Everything that writes
// is sent at once, and is false when the client is gone.
type Wire struct {
	Call *Call

	w       http.ResponseWriter
	gone    <-chan struct{}
	steps   <-chan struct{}
	started bool
}

// Begin sends the status and the headers, given as pairs. Without it, the first
// thing written begins a stream with status 200.
func (w *Wire) Begin(status int, headers ...string) {
	w.started = true
	for i := 0; i+1 < len(headers); i += 2 {
		w.w.Header().Set(headers[i], headers[i+1])
	}
	w.w.WriteHeader(status)
}

// Raw sends s as it is.
func (w *Wire) Raw(s string) bool {
	if !w.started {
		w.Begin(http.StatusOK, "Content-Type", "text/event-stream")
	}
	if _, err := io.WriteString(w.w, s); err != nil {
		return false
	}
	if err := http.NewResponseController(w.w).Flush(); err != nil {
		return false
	}
	select {
	case <-w.gone:
		return false
	default:
		return true
	}
}

// Data sends one event.
func (w *Wire) Data(s string) bool { return w.Raw("data: " + s + "\n\n") }

// Token sends a piece of the reply.
func (w *Wire) Token(text string) bool { return w.Data(Delta("content", text)) }

// Tokens sends pieces of the reply.
func (w *Wire) Tokens(texts ...string) bool {
	for _, text := range texts {
		if !w.Token(text) {
			return false
		}
	}
	return true
}

// Finish sends a reason to finish, such as "stop".
func (w *Wire) Finish(reason string) bool {
	return w.Data(`{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"` + reason + `"}]}`)
}

// Usage sends the chunk that has no choices.
func (w *Wire) Usage() bool {
	return w.Data(`{"object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}}`)
}

// Done sends the end of the stream.
func (w *Wire) Done() bool { return w.Data("[DONE]") }

// End is a finish, the usage and the end.
func (w *Wire) End() { _ = w.Finish("stop") && w.Usage() && w.Done() }

// Step waits until Upstream.Step lets it go on.
func (w *Wire) Step() bool {
	select {
	case <-w.steps:
		return true
	case <-w.gone:
		return false
	}
}

// Pace waits for d.
func (w *Wire) Pace(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-w.gone:
		return false
	}
}

// Hang says nothing more until the client is gone.
func (w *Wire) Hang() { <-w.gone }

// Abort closes the connection in the middle of the answer.
func (w *Wire) Abort() { panic(http.ErrAbortHandler) }

// Reset ends the connection with a TCP reset.
func (w *Wire) Reset() {
	conn, _, err := http.NewResponseController(w.w).Hijack()
	if err != nil {
		w.Abort()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// Delta is a chunk whose delta has one field.
func Delta(field, text string) string {
	chunk, err := json.Marshal(map[string]any{
		"object":  "chat.completion.chunk",
		"choices": []any{map[string]any{"index": 0, "delta": map[string]string{field: text}, "finish_reason": nil}},
	})
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(chunk)
}
