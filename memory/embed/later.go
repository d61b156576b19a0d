package embed

import (
	"context"
	"sync"
)

// Later is the local embedder, opened when it is first asked: for people whose
// vectors it made before another one was configured, and who may be none.
func Later(c LocalConfig) EmbedCloser { return &later{config: c} }

type later struct {
	config LocalConfig

	mu     sync.Mutex // guards the rest
	opened Wordwise
	failed error
}

func (*later) Model() string  { return localModel }
func (*later) Dimension() int { return localDimension }

// open remembers a failure, too: parts do not come back by themselves.
func (l *later) open() (Wordwise, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.opened == nil && l.failed == nil {
		e, err := openLocal(l.config)
		if l.failed = err; err == nil {
			l.opened = e.(Wordwise)
		}
	}
	return l.opened, l.failed
}

func (l *later) Passage(ctx context.Context, text string) ([]float32, error) {
	e, err := l.open()
	if err != nil {
		return nil, err
	}
	return e.Passage(ctx, text)
}

func (l *later) Query(ctx context.Context, text string) ([]float32, error) {
	e, err := l.open()
	if err != nil {
		return nil, err
	}
	return e.Query(ctx, text)
}

func (l *later) PassageWords(ctx context.Context, text string) ([]float32, []Word, error) {
	e, err := l.open()
	if err != nil {
		return nil, nil, err
	}
	return e.PassageWords(ctx, text)
}

func (l *later) QueryWords(ctx context.Context, text string) ([]float32, []Word, error) {
	e, err := l.open()
	if err != nil {
		return nil, nil, err
	}
	return e.QueryWords(ctx, text)
}

func (l *later) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.opened == nil {
		return nil
	}
	return l.opened.(EmbedCloser).Close()
}
