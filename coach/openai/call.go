package openai

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sashabaranov/go-openai"
)

// call sends one request for go-openai and gives it only an answer that it can
// read; everything else is a fault. It stands where an http.Client would, so
// that nothing follows a redirect.
type call struct {
	transport http.RoundTripper
	patience  *patience
}

// longestRefusal is how much of a refusal is looked at, in bytes.
const longestRefusal = 16 << 10

func (c *call) Do(r *http.Request) (*http.Response, error) {
	c.patience.begin()
	answer, err := c.transport.RoundTrip(r)
	c.patience.pause()
	if err != nil {
		return nil, unreached(err)
	}
	body := &patient{answer.Body, c.patience}
	if answer.StatusCode != http.StatusOK {
		defer body.Close()
		start, _ := io.ReadAll(io.LimitReader(body, longestRefusal)) // as much as there is
		return nil, refusal(answer, start)
	}
	if kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")); kind == "text/html" {
		body.Close()
		return nil, &fault{reason: noModel, status: answer.StatusCode}
	}
	answer.Body = newEvents(body)
	return answer, nil
}

// refusal reads a status that is not 200.
func refusal(answer *http.Response, start []byte) *fault {
	f := &fault{status: answer.StatusCode, after: retryAfter(answer.Header)}
	told := complaint(start)
	switch code := answer.StatusCode; {
	case code >= 300 && code < 400:
		f.reason = redirected
	case code == http.StatusUnauthorized:
		f.reason = unauthorized
	case told == noCredit || code == http.StatusPaymentRequired:
		f.reason = noCredit
	case code == http.StatusForbidden:
		f.reason = forbidden
	case code == http.StatusTooManyRequests:
		f.reason, f.passes = rateLimited, true
	case code >= 500:
		f.reason, f.passes = unavailable, code != http.StatusNotImplemented
	case told != "":
		f.reason = told
	case code == http.StatusNotFound || code == http.StatusMethodNotAllowed:
		f.reason = wrongAddress
	case code == http.StatusRequestEntityTooLarge:
		f.reason = tooLong
	case code < 300:
		f.reason = noModel
	default:
		f.reason = rejected
	}
	return f
}

// complaint finds in a server's error what a person can mend. The error's words
// are looked at here and go no further: they may quote the prompt.
func complaint(body []byte) reason {
	var told struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
	}
	if json.Unmarshal(body, &told) != nil {
		return ""
	}
	var detail struct {
		Code    any    `json:"code"`
		Type    string `json:"type"`
		Message string `json:"message"`
	}
	if json.Unmarshal(told.Error, &detail) != nil {
		_ = json.Unmarshal(told.Error, &detail.Message) // some say it in a bare string
	}
	code, _ := detail.Code.(string)
	words := strings.ToLower(strings.Join([]string{code, detail.Type, detail.Message, told.Message}, " "))
	for _, known := range []struct {
		reason reason
		marks  []string
	}{
		{noCredit, []string{"insufficient_quota", "insufficient_balance"}},
		{tooLong, []string{"context_length_exceeded", "exceed_context_size", "context length", "context size", "context window"}},
		{unknownModel, []string{"model_not_found", "unknown_model"}},
	} {
		for _, mark := range known.marks {
			if strings.Contains(words, mark) {
				return known.reason
			}
		}
	}
	if strings.Contains(words, "model") && (strings.Contains(words, "not found") || strings.Contains(words, "does not exist")) {
		return unknownModel
	}
	return ""
}

// retryAfter is the wait that a server asks for: in milliseconds as OpenAI says
// it, in seconds, or as a date, which is held against the server's own clock.
func retryAfter(h http.Header) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms > 0 {
		return seconds(ms / 1000)
	}
	asked := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(asked, 64); err == nil && s > 0 {
		return seconds(s)
	}
	until, err := http.ParseTime(asked)
	now, err2 := http.ParseTime(h.Get("Date"))
	if err != nil || err2 != nil {
		return 0
	}
	return max(0, until.Sub(now))
}

// seconds keeps a nonsensical number from turning into a short wait.
func seconds(s float64) time.Duration {
	return time.Duration(min(s, 1e6) * float64(time.Second))
}

func unreadableChunk(err error) bool {
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		return true
	}
	_, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok
}

// neverSent is an error of go-openai before it sent anything.
func neverSent(err error) bool { return errors.Is(err, openai.ErrChatCompletionInvalidModel) }
