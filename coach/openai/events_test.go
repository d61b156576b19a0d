package openai

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"innerwork/coach/coachtest"
)

func readEvents(r io.Reader) (string, error) {
	out, err := io.ReadAll(newEvents(io.NopCloser(r)))
	return string(out), err
}

func TestEvents(t *testing.T) {
	t.Parallel()
	chunk := coachtest.Delta("content", "x")
	for name, c := range map[string]struct {
		body, want string
		fault      reason
	}{
		"nothing":             {"", "", ""},
		"a stream":            {"data: " + chunk + "\n\ndata: [DONE]\n\n", "data: " + chunk + "\ndata: [DONE]\n", ""},
		"no space":            {"data:" + chunk + "\n", "data: " + chunk + "\n", ""},
		"other fields":        {"retry: 5\nid: 4\nevent: message\n:\n\ndata\ndata: " + chunk + "\n", "data: " + chunk + "\n", ""},
		"no last line end":    {"data: [DONE]", "data: [DONE]\n", ""},
		"a null error first":  {`data: {"error":null,"choices":[]}` + "\n", `data: {"id":"","error":null,"choices":[]}` + "\n", ""},
		"half a line":         {"data: " + chunk + "\ndata: {\"cho", "data: " + chunk + "\n", cutOff},
		"a bare error":        {"\n{\"error\":{\"message\":\"x\"}}", "", upstream},
		"an error later":      {"data: " + chunk + "\n{\"error\":\"x\"}\n", "data: " + chunk + "\n", upstream},
		"an error object":     {"data: {\"object\":\"error\",\"message\":\"x\"}\n", "", upstream},
		"an error with cause": {"data: {\"error\":{\"code\":\"context_length_exceeded\"}}\n", "", tooLong},
		"not an object":       {"data: 17\n", "", unreadable},
		"half a completion":   {`{"choices":[{"message":{"content":"a`, "", ""},
		"other JSON":          {`{"detail":"Not Found"}`, "", noModel},
		"broken JSON":         {`{"choices":oops}`, "", unreadable},
		"giant completion":    {`{"choices":"` + strings.Repeat("a", 2*longestLine) + `"}`, "", unreadable},
		"HTML":                {"\ufeff\r\n <html>", "", noModel},
	} {
		got, err := readEvents(strings.NewReader(c.body))
		if name == "half a completion" {
			if !errors.Is(err, io.ErrUnexpectedEOF) || got != "" {
				t.Errorf("%s: %q, %v", name, got, err)
			}
			continue
		}
		f, _ := errors.AsType[*fault](err)
		if got != c.want || (f == nil) != (c.fault == "") || f != nil && f.reason != c.fault {
			t.Errorf("%s: %q, %v, want %q, %q", name, got, err, c.want, c.fault)
		}
	}
}

// Whatever comes, go-openai sees only lines that it reads as they are meant, and
// how the bytes were split makes no difference.
func FuzzEvents(f *testing.F) {
	chunk := coachtest.Delta("content", "né")
	for _, seed := range []string{
		"data: " + chunk + "\r\n\r\ndata: [DONE]\n", "\ufeff: hello\n\ndata:" + chunk + "\n", `data: {"error":null,"choices":[]}` + "\n",
		"event: error\ndata: {}\n", "error: x\n", `{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}]}`,
		"{\"error\":1}", "<html>", "data: {\"a", "data:\ndata\n\x00", "data: {\"error\":{\"code\":7}}\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		out, err := readEvents(bytes.NewReader(body))
		if _, ok := errors.AsType[*fault](err); err != nil && !ok && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("ended with %v", err)
		}
		for line := range strings.Lines(out) {
			value, isData := strings.CutPrefix(line, "data: ")
			if !isData || !strings.HasSuffix(value, "\n") {
				t.Fatalf("line %q", line)
			}
			var object struct {
				Error *json.RawMessage `json:"error"`
			}
			if value != "[DONE]\n" && (json.Unmarshal([]byte(value), &object) != nil || object.Error != nil || strings.HasPrefix(value, `{"error":`)) {
				t.Fatalf("data %q", value)
			}
		}
		torn, tornErr := readEvents(iotest.OneByteReader(bytes.NewReader(body)))
		if torn != out || (tornErr == nil) != (err == nil) || err != nil && tornErr.Error() != err.Error() {
			t.Errorf("%q, %v; torn into bytes: %q, %v", out, err, torn, tornErr)
		}
	})
}
