// Package embed turns text into vectors, so that passages can be found by what
// they mean. There are three kinds: a small model on this machine, any service
// that speaks OpenAI's protocol, and none.
//
// It keeps true that every vector is finite, of unit length and of the one
// dimension that its embedder names, and that having no embedder is a normal
// state with a reason that a person understands: Open then returns a *None,
// and search goes on with words alone. It refuses to guess a second way when
// the configured one fails: words never go to a service that nobody chose.
// No error of this package carries a word of the text.
package embed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// Embedder turns text into unit vectors. It is safe for concurrent use.
//
// Passage and Query return ErrEmpty for text without a visible character, and
// the context's error when its time is over, without waiting for the rest.
type Embedder interface {
	// Model names what made a vector, "e5-small-v2-int8" for one; never "".
	// Vectors of different models or dimensions cannot be compared.
	Model() string
	// Dimension is the length of every vector.
	Dimension() int
	// Passage embeds a text that is kept.
	Passage(ctx context.Context, text string) ([]float32, error)
	// Query embeds a text that searches.
	Query(ctx context.Context, text string) ([]float32, error)
}

// Word is a word of a text, in small letters, and its unit vector in its place:
// what it means there.
type Word struct {
	Text   string
	Vector []float32
}

// Wordwise is an Embedder that also gives the vectors of the single words of a
// text, from the same pass of the model. Marks of punctuation are words.
type Wordwise interface {
	Embedder
	PassageWords(ctx context.Context, text string) (vector []float32, words []Word, err error)
	QueryWords(ctx context.Context, text string) (vector []float32, words []Word, err error)
}

// EmbedCloser is an Embedder in the hands of its owner. Close gives back what
// it holds, after the embeddings under way; nobody uses it from then on.
type EmbedCloser interface {
	Embedder
	io.Closer
}

var (
	// ErrEmpty says that the text has nothing to embed.
	ErrEmpty = errors.New("nothing to embed")
	// ErrClosed says that a local embedder was used after Close.
	ErrClosed = errors.New("the embedder is closed")
)

// None says why there is no embedder. It is an error only in form: the program
// starts, shows Reason, and searches by words.
type None struct {
	Reason string // one sentence for everybody: what is missing
	Mend   string // for whoever runs the program: what to do; "" when nothing can be done
	Err    error  // the cause, where there is one
}

func (n *None) Error() string {
	text := "search by words only: " + n.Reason
	if n.Mend != "" {
		text += " (" + n.Mend + ")"
	}
	if n.Err != nil {
		text += ": " + n.Err.Error()
	}
	return text
}

func (n *None) Unwrap() error { return n.Err }

// The kinds of embedder.
const (
	KindLocal  = "local"
	KindOpenAI = "openai"
	KindNone   = "none"
)

// Config chooses an embedder; only the part of its kind is read.
type Config struct {
	Kind   string
	Local  LocalConfig
	OpenAI OpenAIConfig
}

// LocalConfig says where the local model's files are.
type LocalConfig struct {
	Parts   string // the folder with the fetched wheel and jar
	Runtime string // the folder that they are unpacked into, made when missing
}

// Open returns the configured embedder. A *None means that there is none and
// that the program goes on without; any other error is a configuration that
// nobody can have meant.
func Open(ctx context.Context, c Config) (EmbedCloser, error) {
	switch c.Kind {
	case KindLocal:
		return openLocal(c.Local)
	case KindOpenAI:
		return openOpenAI(ctx, c.OpenAI)
	case KindNone:
		return nil, &None{Reason: "embeddings are switched off"}
	}
	return nil, fmt.Errorf("embedder %q: must be %s, %s or %s", c.Kind, KindLocal, KindOpenAI, KindNone)
}

// empty tells whether text has nothing to embed.
func empty(text string) bool { return strings.TrimSpace(text) == "" }

// unit scales v to length 1 in place. A vector that has no direction, or is not
// made of numbers, is refused.
func unit(v []float32) error {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	length := math.Sqrt(sum)
	if length == 0 || math.IsNaN(length) || math.IsInf(length, 0) {
		return fmt.Errorf("a vector of length %v has no direction", length)
	}
	for i := range v {
		v[i] = float32(float64(v[i]) / length)
	}
	return nil
}
