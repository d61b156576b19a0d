package openai

import (
	"context"
	"errors"
	"io"
	"time"
)

var (
	errSilent = errors.New("the model server was silent for too long")
	errTotal  = errors.New("the reply took too long")
)

// patience gives up on a server that says nothing. It runs only while something
// is waited for, so that a slow reader is not taken for a silent server. It
// belongs to one goroutine.
type patience struct {
	limit time.Duration
	timer *time.Timer
	final bool
}

func newPatience(limit time.Duration, cancel context.CancelCauseFunc) *patience {
	p := &patience{limit: limit, timer: time.AfterFunc(limit, func() { cancel(errSilent) })}
	p.pause()
	return p
}

func (p *patience) begin() {
	if !p.final {
		p.timer.Reset(p.limit)
	}
}

func (p *patience) pause() {
	if !p.final {
		p.timer.Stop()
	}
}

// last gives d for everything that may still come, however lively.
func (p *patience) last(d time.Duration) {
	p.final = true
	p.timer.Reset(d)
}

func (p *patience) stop() { p.timer.Stop() }

// patient is a body whose every byte is waited for with patience.
type patient struct {
	io.ReadCloser
	patience *patience
}

func (b *patient) Read(p []byte) (int, error) {
	b.patience.begin()
	defer b.patience.pause()
	return b.ReadCloser.Read(p)
}
