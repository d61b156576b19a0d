package main

import (
	"strings"
	"sync"
	"time"
)

// printed is what a program prints, to be waited for.
type printed struct {
	mu     sync.Mutex
	text   strings.Builder
	closed bool
	more   chan struct{} // closed at the next change
}

func newPrinted() *printed { return &printed{more: make(chan struct{})} }

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text.Write(b)
	close(p.more)
	p.more = make(chan struct{})
	return len(b), nil
}

func (p *printed) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	close(p.more)
	p.more = make(chan struct{})
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// await waits for a text; false says that it can come no more, or not in time.
func (p *printed) await(text string) bool {
	late := time.After(limit)
	for {
		p.mu.Lock()
		found, closed, more := strings.Contains(p.text.String(), text), p.closed, p.more
		p.mu.Unlock()
		if found || closed {
			return found
		}
		select {
		case <-more:
		case <-late:
			return false
		}
	}
}
