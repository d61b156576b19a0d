package gate

import (
	"context"
	"math"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// Embedder turns a text into a vector of what it means. An embed.Embedder is
// one; only a local one is of use here, since what it is given is what somebody
// may tell nobody else.
type Embedder interface {
	Model() string
	Query(ctx context.Context, text string) ([]float32, error)
}

// Likeness tells sentences of danger and of harm at work from other talk by
// what they mean. All that it knows it learned from the examples in this
// folder.
type Likeness struct {
	Mean                         []float64 // of the examples' vectors
	Danger, Other, Towards, Harm Plane
}

// A Plane parts the sentences of one kind from the others: on its near side the
// weighted sum is above zero.
type Plane struct {
	Weights []float64
	Bias    float64
}

// Thresholds say how alike a message must be.
type Thresholds struct {
	Danger float64 // alone
	Wide   float64 // beside a phrase that other talk has too
	Harm   float64
}

// Usual are the thresholds of the product. They are round, and were set on
// other people's messages (cmd/evaluate crisis).
var Usual = Thresholds{Danger: 0.3, Wide: -2.5, Harm: -0.3}

// alikeness is how much a message is like each kind.
type alikeness struct {
	danger, harm float64
	about        About // of the sentence most like danger
}

// mostPieces bounds what one message costs: longer ones are read in pieces of
// several sentences.
const mostPieces = 40

// read compares a message with what was learned, sentence by sentence. The
// longer it is, the more likely one of its sentences is like anything, so the
// most alike must be the more so.
func (l *Likeness) read(ctx context.Context, e Embedder, text string) (*alikeness, error) {
	all := pieces(text)
	a := &alikeness{danger: math.Inf(-1), harm: math.Inf(-1), about: Self}
	for _, piece := range all {
		v, err := e.Query(ctx, piece)
		if err != nil {
			return nil, err
		}
		if z := l.Danger.of(v, l.Mean); z > a.danger {
			a.danger, a.about = z, Self
			other, towards := l.Other.of(v, l.Mean), l.Towards.of(v, l.Mean)
			switch {
			case towards > 0 && towards > other:
				a.about = Towards
			case other > 0:
				a.about = Other
			}
		}
		a.harm = max(a.harm, l.Harm.of(v, l.Mean))
	}
	a.danger -= math.Log(float64(max(1, len(all))))
	return a, nil
}

func (p Plane) of(v []float32, mean []float64) float64 {
	sum := p.Bias
	for i, x := range v {
		sum += p.Weights[i] * (float64(x) - mean[i])
	}
	return sum
}

// pieces cuts a message into sentences, or, where there are too many, into as
// many runs of them.
func pieces(text string) []string {
	var all []string
	state := -1
	for text != "" {
		var s string
		s, text, state = uniseg.FirstSentenceInString(text, state)
		if s = strings.TrimSpace(s); strings.IndexFunc(s, unicode.IsLetter) >= 0 {
			all = append(all, s)
		}
	}
	each := (len(all) + mostPieces - 1) / mostPieces
	if each < 2 {
		return all
	}
	var runs []string
	for len(all) > 0 {
		n := min(each, len(all))
		runs, all = append(runs, strings.Join(all[:n], " ")), all[n:]
	}
	return runs
}
