package openai

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/sashabaranov/go-openai"
)

// longestLine bounds a line of an answer, and an answer that is no stream.
const longestLine = 256 << 10

// events is the body of an answer in the one form that go-openai reads without
// mistakes: lines of "data: ", each with a JSON object that is no error, or with
// [DONE]. Comments, other fields, line ends and a byte order mark are taken out,
// one plain JSON completion is made into a stream, and everything else ends it
// with a fault. It holds at most one line.
type events struct {
	body    io.Closer
	lines   *bufio.Reader
	line    []byte
	out     []byte
	err     error
	started bool
}

func newEvents(body io.ReadCloser) *events {
	return &events{body: body, lines: bufio.NewReader(body)}
}

func (e *events) Close() error { return e.body.Close() }

func (e *events) Read(p []byte) (int, error) {
	for len(e.out) == 0 {
		if e.err != nil {
			return 0, e.err
		}
		e.out, e.err = e.next()
	}
	n := copy(p, e.out)
	e.out = e.out[n:]
	return n, nil
}

// next reads up to one line, and returns what go-openai is to see of it.
func (e *events) next() ([]byte, error) {
	if !e.started {
		if plain, err := e.start(); plain || err != nil {
			return e.completion(err)
		}
	}
	err := e.readLine()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	out, fault := event(bytes.TrimSpace(e.line))
	if fault != nil {
		if err != nil && fault.reason == unreadable {
			fault.reason = cutOff // half a line
		}
		return nil, fault
	}
	return out, err
}

// start skips what may come before the first line and says whether the answer
// is one JSON object: servers put the wrong content type on either.
func (e *events) start() (plain bool, err error) {
	e.started = true
	if mark, _ := e.lines.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = e.lines.Discard(3)
	}
	for {
		first, err := e.lines.ReadByte()
		if err != nil {
			return false, err
		}
		switch first {
		case ' ', '\t', '\r', '\n':
			continue
		case '<':
			return false, &fault{reason: noModel}
		}
		return first == '{', e.lines.UnreadByte()
	}
}

// readLine puts the next line into e.line; at io.EOF it has no end.
func (e *events) readLine() error {
	e.line = e.line[:0]
	for {
		part, err := e.lines.ReadSlice('\n')
		if len(e.line)+len(part) > longestLine {
			return &fault{reason: unreadable}
		}
		e.line = append(e.line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// event judges one line.
func event(line []byte) ([]byte, *fault) {
	name, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimSpace(value)
	switch string(name) {
	case "", "id", "retry":
		return nil, nil // nothing, or a comment that keeps the line open
	case "event":
		if string(value) == "error" {
			return nil, &fault{reason: upstream}
		}
		return nil, nil
	case "error":
		return nil, &fault{reason: upstream}
	case "data":
		return data(value)
	}
	if bytes.HasPrefix(line, []byte(`{"error"`)) {
		return data(line)
	}
	return nil, &fault{reason: unreadable}
}

func data(value []byte) ([]byte, *fault) {
	switch string(value) {
	case "":
		return nil, nil
	case "[DONE]":
		return []byte("data: [DONE]\n"), nil
	}
	var probe struct {
		Object string          `json:"object"`
		Error  json.RawMessage `json:"error"`
	}
	if json.Unmarshal(value, &probe) != nil {
		return nil, &fault{reason: unreadable}
	}
	if probe.Object == "error" || len(probe.Error) > 0 && !bytes.Equal(probe.Error, []byte("null")) {
		f := &fault{reason: upstream}
		if told := complaint(value); told != "" {
			f.reason = told
		}
		return nil, f
	}
	out := append([]byte("data: "), value...)
	if bytes.HasPrefix(value, []byte(`{"error":`)) {
		// It is null, but go-openai takes every such line for an error.
		out = append([]byte(`data: {"id":"",`), value[1:]...)
	}
	return append(out, '\n'), nil
}

// completion turns an answer that is no stream into one.
func (e *events) completion(err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	limited := &io.LimitedReader{R: e.lines, N: longestLine}
	var whole json.RawMessage
	if err := json.NewDecoder(limited).Decode(&whole); err != nil {
		if _, ok := errors.AsType[*json.SyntaxError](err); ok || limited.N == 0 {
			return nil, &fault{reason: unreadable}
		}
		return nil, err
	}
	if _, fault := data(whole); fault != nil {
		return nil, fault
	}
	var answer openai.ChatCompletionResponse
	if json.Unmarshal(whole, &answer) != nil || len(answer.Choices) == 0 {
		return nil, &fault{reason: noModel}
	}
	said := answer.Choices[0]
	chunk, err := json.Marshal(openai.ChatCompletionStreamResponse{
		Choices: []openai.ChatCompletionStreamChoice{{
			Delta:        openai.ChatCompletionStreamChoiceDelta{Content: said.Message.Content, Refusal: said.Message.Refusal},
			FinishReason: said.FinishReason,
		}},
		Usage: &answer.Usage,
	})
	if err != nil {
		return nil, &fault{reason: unreadable}
	}
	return append(append([]byte("data: "), chunk...), "\ndata: [DONE]\n"...), io.EOF
}
