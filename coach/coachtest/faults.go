package coachtest

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Telling is what the faults say before and around what goes wrong.
type Telling struct {
	Tokens     []string      // of the reply; nil is an open question
	Pace       time.Duration // between the bytes of F16; 0 is a second
	RetryAfter time.Duration // that F18 asks for, in whole seconds; 0 is 7 s
}

// Fault is one way in which an upstream fails, or only looks as if it did.
type Fault struct {
	Name string
	// Ends is the state of the reply: complete, cut, interrupted or failed.
	// Interrupted takes for granted that a sentence came before.
	Ends string
	play func(t Telling, n int, w *Wire)
}

// Script is the fault as an upstream plays it.
func (f Fault) Script(t Telling) Script {
	if t.Tokens == nil {
		t.Tokens = []string{"What", " would", " you", " like", " to", " look", " at", " first", "?", " "}
	}
	t.Pace = cmp.Or(t.Pace, time.Second)
	t.RetryAfter = cmp.Or(t.RetryAfter, 7*time.Second)
	return func(n int, w *Wire) { f.play(t, n, w) }
}

// Faults are those that an upstream can play, in order. Two more need no script:
// a server that is not there (Refused), and one whose certificate nobody signed
// (NewTLSUpstream).
func Faults() []Fault {
	return []Fault{
		{"F1", "complete", func(t Telling, _ int, w *Wire) { w.Tokens(t.Tokens...); w.End() }},
		{"F2", "complete", func(t Telling, _ int, w *Wire) { w.Tokens(t.Tokens...); w.Finish("stop"); w.Hang() }},
		{"F2 lively", "complete", func(t Telling, _ int, w *Wire) {
			w.Tokens(t.Tokens...)
			w.Finish("stop")
			for w.Raw(": still here\n\n") && w.Pace(t.Pace/100) {
			}
		}},
		{"F3", "complete", func(t Telling, _ int, w *Wire) { w.Tokens(t.Tokens...); w.Finish("stop"); w.Token("more"); w.End() }},
		{"F4", "interrupted", func(t Telling, _ int, w *Wire) { w.Tokens(t.Tokens...) }},
		{"F4 done", "interrupted", func(t Telling, _ int, w *Wire) { w.Tokens(t.Tokens...); w.Done() }},
		{"F4 abort", "interrupted", func(t Telling, _ int, w *Wire) { w.Tokens(t.Tokens...); w.Abort() }},
		{"F5", "interrupted", func(t Telling, _ int, w *Wire) {
			w.Tokens(t.Tokens...)
			half := Delta("content", "and then")
			w.Raw("data: " + half[:len(half)/2])
		}},
		{"F6", "interrupted", func(t Telling, _ int, w *Wire) { w.Tokens(t.Tokens...); w.Reset() }},
		{"F6 early", "failed", func(_ Telling, _ int, w *Wire) { w.Reset() }},
		{"F7", "failed", func(t Telling, _ int, w *Wire) { w.Data("{choices: oops}"); w.Tokens(t.Tokens...); w.End() }},
		{"F7 bare", "failed", func(t Telling, _ int, w *Wire) { w.Raw("Segmentation fault\n"); w.Tokens(t.Tokens...); w.End() }},
		{"F7 type", "failed", func(t Telling, _ int, w *Wire) { w.Data(`{"choices":"none"}`); w.Tokens(t.Tokens...); w.End() }},
		{"F8", "failed", func(t Telling, _ int, w *Wire) { w.Data(complain("the engine died")); w.Tokens(t.Tokens...); w.End() }},
		{"F9", "failed", func(t Telling, _ int, w *Wire) {
			w.Raw("error: " + complain("the engine died") + "\n\n")
			w.Tokens(t.Tokens...)
			w.End()
		}},
		{"F10", "failed", func(t Telling, _ int, w *Wire) {
			w.Raw("event: error\n")
			w.Data(complain("the engine died"))
			w.Tokens(t.Tokens...)
			w.End()
		}},
		{"F11", "complete", func(t Telling, _ int, w *Wire) { w.plain(strings.Join(t.Tokens, ""), "stop") }},
		{"F12", "failed", func(_ Telling, _ int, w *Wire) {
			w.Begin(http.StatusOK, "Content-Type", "text/html; charset=utf-8")
			w.Raw("<!doctype html><title>Sign in</title>")
		}},
		{"F12 unlabelled", "failed", func(_ Telling, _ int, w *Wire) { w.Raw("<html><title>Sign in</title></html>") }},
		{"F13", "failed", func(t Telling, _ int, w *Wire) { w.giant(); w.Tokens(t.Tokens...); w.End() }},
		{"F14", "complete", func(t Telling, _ int, w *Wire) {
			for range 400 {
				w.Raw(": keep-alive\n\n")
			}
			w.Tokens(t.Tokens...)
			w.End()
		}},
		{"F15 header", "failed", func(_ Telling, _ int, w *Wire) { w.Hang() }},
		{"F15 first", "failed", func(_ Telling, _ int, w *Wire) { w.Data(Delta("role", "assistant")); w.Hang() }},
		{"F15 between", "interrupted", func(t Telling, _ int, w *Wire) { w.Tokens(t.Tokens...); w.Hang() }},
		{"F16", "failed", func(t Telling, _ int, w *Wire) {
			for w.Raw(":") && w.Pace(t.Pace) {
			}
		}},
		{"F16 text", "cut", func(t Telling, _ int, w *Wire) {
			w.Tokens(t.Tokens...)
			for w.Raw(":") && w.Pace(t.Pace) {
			}
		}},
		{"F17", "cut", func(t Telling, _ int, w *Wire) {
			for w.Tokens(t.Tokens...) {
			}
		}},
		{"F18", "complete", func(t Telling, n int, w *Wire) {
			if n == 0 {
				w.refuse(http.StatusTooManyRequests, "slow down", "Retry-After", strconv.Itoa(int(t.RetryAfter.Seconds())))
				return
			}
			w.Tokens(t.Tokens...)
			w.End()
		}},
		{"F19 500", "failed", func(_ Telling, _ int, w *Wire) { w.refuse(http.StatusInternalServerError, "the engine died") }},
		{"F19 502", "failed", func(_ Telling, _ int, w *Wire) {
			w.Begin(http.StatusBadGateway, "Content-Type", "text/html")
			w.Raw("<html><h1>Bad Gateway</h1></html>")
		}},
		{"F19 503", "failed", func(_ Telling, _ int, w *Wire) { w.refuse(http.StatusServiceUnavailable, "loading model") }},
		{"F19 529", "failed", func(_ Telling, _ int, w *Wire) { w.refuse(529, "overloaded") }},
		{"F20", "interrupted", func(t Telling, _ int, w *Wire) { w.Tokens(t.Tokens...); w.Data(complain("the engine died")) }},
		{"F21 401", "failed", func(_ Telling, _ int, w *Wire) { w.refuse(http.StatusUnauthorized, "invalid key") }},
		{"F21 403", "failed", func(_ Telling, _ int, w *Wire) { w.refuse(http.StatusForbidden, "not yours") }},
		{"F21 404", "failed", func(_ Telling, _ int, w *Wire) {
			w.Begin(http.StatusNotFound, "Content-Type", "text/plain")
			w.Raw("404 page not found")
		}},
		{"F21 model", "failed", func(_ Telling, _ int, w *Wire) {
			w.refuse(http.StatusNotFound, "model 'dream' not found, try pulling it first")
		}},
		{"F21 context", "failed", func(_ Telling, _ int, w *Wire) {
			w.refuse(http.StatusBadRequest, "the request exceeds the available context size")
		}},
		{"F21 redirect", "failed", func(_ Telling, _ int, w *Wire) {
			w.Begin(http.StatusTemporaryRedirect, "Location", "/v1/chat/completions")
		}},
		{"F22", "cut", func(t Telling, _ int, w *Wire) {
			w.Tokens(t.Tokens...)
			_ = w.Finish("length") && w.Usage() && w.Done()
		}},
		{"F23 filter", "cut", func(t Telling, _ int, w *Wire) { w.Tokens(t.Tokens...); _ = w.Finish("content_filter") && w.Done() }},
		{"F23 refusal", "cut", func(t Telling, _ int, w *Wire) {
			w.Tokens(t.Tokens...)
			w.Data(Delta("refusal", "I cannot go on with this."))
			w.End()
		}},
		{"F23 at once", "failed", func(_ Telling, _ int, w *Wire) { _ = w.Finish("refusal") && w.Done() }},
		{"F24", "complete", func(t Telling, _ int, w *Wire) {
			w.Data(`{"error":null,"choices":[]}`)
			w.Data(`{"choices":[{"index":0,"delta":{"role":"assistant","content":null},"finish_reason":null}],"usage":null}`)
			w.Tokens(t.Tokens...)
			w.End()
		}},
		{"F25", "complete", func(t Telling, _ int, w *Wire) {
			w.Data(Delta("reasoning_content", Thought))
			w.Tokens("<thi", "nk>", Thought, "</th", "ink>\n\n")
			w.Tokens(t.Tokens...)
			w.Tokens("<", "think>", Thought)
			w.End()
		}},
		{"F26", "complete", func(t Telling, _ int, w *Wire) {
			w.Raw("\ufeff")
			for _, token := range t.Tokens {
				w.torn("data: " + Delta("content", token) + "\r\n\r\n")
			}
			w.torn("data:" + `{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}` + "\r\n\r\ndata: [DONE]")
		}},
		{"F27", "failed", func(_ Telling, _ int, w *Wire) { w.Token("\n "); w.End() }},
	}
}

// Thought is what the model of F25 thinks, and nobody may see.
const Thought = "She wants to hear that she is right, so let me tell her."

func complain(message string) string {
	return `{"error":{"message":` + strconv.Quote(message) + `,"type":"server_error","code":null}}`
}

func (w *Wire) refuse(status int, message string, headers ...string) {
	w.Begin(status, append(headers, "Content-Type", "application/json")...)
	w.Raw(complain(message))
}

func (w *Wire) plain(text, finish string) {
	w.Begin(http.StatusOK, "Content-Type", "application/json")
	w.Raw(`{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":` + strconv.Quote(text) +
		`},"finish_reason":"` + finish + `"}],"usage":{"prompt_tokens":11,"completion_tokens":7}}` + "\n")
}

// giant is a line of 16 MB.
func (w *Wire) giant() {
	part := strings.Repeat("a", 64<<10)
	w.Raw(`data: {"choices":[{"index":0,"delta":{"content":"`)
	for range 256 {
		if !w.Raw(part) {
			return
		}
	}
	w.Raw("\"}}]}\n\n")
}

// torn sends every byte on its own, characters in halves too.
func (w *Wire) torn(s string) {
	for i := range len(s) {
		if !w.Raw(s[i : i+1]) {
			return
		}
	}
}
