package main

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// pace is the time between two tokens of a stream.
const pace = time.Second / 30

// upstream is the model server: it plays the script of the stream whose message
// it is asked about.
type upstream struct {
	server   *http.Server
	address  string
	running  sync.WaitGroup
	mu       sync.Mutex
	expected map[string]*stream
}

func newUpstream() (*upstream, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	u := &upstream{address: "http://" + l.Addr().String(), expected: map[string]*stream{}}
	u.server = &http.Server{Handler: u}
	u.running.Go(func() { _ = u.server.Serve(l) }) // ends with close
	return u, nil
}

func (u *upstream) close() {
	u.server.Close()
	u.running.Wait()
}

// expect has the stream played when its message comes.
func (u *upstream) expect(s *stream) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.expected[s.message] = s
}

func (u *upstream) take(message string) *stream {
	u.mu.Lock()
	defer u.mu.Unlock()
	s := u.expected[message]
	delete(u.expected, message)
	return s
}

// ServeHTTP answers a chat completion about an expected message; any other is
// not found.
func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	called := time.Now()
	message, err := lastMessage(r.Body)
	s := u.take(message)
	if err != nil || s == nil {
		http.Error(w, "not expected", http.StatusNotFound)
		return
	}
	s.called = called
	close(s.calling)
	defer close(s.played)
	select {
	case <-s.start:
		u.play(w, r, s)
	case <-r.Context().Done():
	}
}

func lastMessage(body io.Reader) (string, error) {
	var asked struct {
		Messages []struct {
			Content string `json:"content"`
		} `json:"messages"`
	}
	if err := json.NewDecoder(body).Decode(&asked); err != nil {
		return "", err
	}
	if len(asked.Messages) == 0 {
		return "", errors.New("no messages")
	}
	_, err := io.Copy(io.Discard, body) // only then does the server notice that a client leaves
	return asked.Messages[len(asked.Messages)-1].Content, err
}

// play sends the tokens, each at its time, however late the one before was.
func (u *upstream) play(w http.ResponseWriter, r *http.Request, s *stream) {
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w).Flush
	begun := time.Now().Add(s.phase)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for i, t := range s.script.tokens {
		timer.Reset(time.Until(begun.Add(time.Duration(i) * pace)))
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return
		}
		if t.ends >= 0 {
			s.sent[t.ends] = time.Now()
		}
		if _, err := w.Write(t.event); err != nil || flush() != nil {
			return
		}
	}
	_, _ = w.Write(s.script.rest) // a client that left has its sentences
}
