package gate

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/optimize"
)

//go:embed likeness/*.txt
var examples embed.FS

// The files of examples, by what their sentences tell of.
const (
	ofSelf     = "self"
	ofOther    = "other"
	ofTowards  = "towards"
	ofHarm     = "harm"
	ofNone     = "none"
	ofEveryday = "everyday"
)

var kindsOfExamples = []string{ofSelf, ofOther, ofTowards, ofHarm, ofNone, ofEveryday}

// LikenessName names the file that keeps what is learned from the examples with
// an embedding model: another one whenever either changes.
func LikenessName(model string) string {
	h := sha256.New()
	fmt.Fprintln(h, model, restraint, spread)
	for _, kind := range kindsOfExamples {
		h.Write(exampleText(kind))
	}
	return "likeness-" + hex.EncodeToString(h.Sum(nil)[:6]) + ".json"
}

func exampleText(kind string) []byte {
	text, err := examples.ReadFile("likeness/" + kind + ".txt")
	if err != nil {
		panic("gate: the examples inside the program: " + err.Error())
	}
	return text
}

// Learn makes a Likeness from the examples: half a minute of work, all of it
// the embedder's. It calls progress after each example.
func Learn(ctx context.Context, e Embedder, progress func(done, of int)) (*Likeness, error) {
	var texts, kinds []string
	for _, kind := range kindsOfExamples {
		for _, line := range strings.Split(string(exampleText(kind)), "\n") {
			if line != "" && line[0] != '#' {
				texts, kinds = append(texts, line), append(kinds, kind)
			}
		}
	}
	var vectors [][]float64
	for i, text := range texts {
		v, err := e.Query(ctx, text)
		if err != nil {
			return nil, fmt.Errorf("learn from the examples of the gate: %w", err)
		}
		wide := make([]float64, len(v))
		for j, x := range v {
			wide[j] = float64(x)
		}
		vectors = append(vectors, wide)
		progress(i+1, len(texts))
	}
	l := &Likeness{Mean: make([]float64, len(vectors[0]))}
	for _, v := range vectors {
		floats.Add(l.Mean, v)
	}
	floats.Scale(1/float64(len(vectors)), l.Mean)
	for _, v := range vectors {
		floats.Sub(v, l.Mean)
	}
	for _, p := range []struct {
		plane *Plane
		near  string // the kinds on its near side
	}{
		{&l.Danger, ofSelf + " " + ofOther + " " + ofTowards}, {&l.Other, ofOther}, {&l.Towards, ofTowards}, {&l.Harm, ofHarm},
	} {
		near := make([]bool, len(kinds))
		for i, kind := range kinds {
			near[i] = strings.Contains(" "+p.near+" ", " "+kind+" ")
		}
		var err error
		if *p.plane, err = part(vectors, near); err != nil {
			return nil, fmt.Errorf("learn from the examples of the gate: %w", err)
		}
	}
	return l, nil
}

const (
	restraint = 0.3 // the weight of the examples against that of small weights
	spread    = 8   // by which vectors are stretched, so that weights need not be large
)

// part finds the plane between two kinds of vectors: logistic regression, kept
// small.
func part(vectors [][]float64, near []bool) (Plane, error) {
	n := len(vectors[0])
	sign := func(i int) float64 {
		if near[i] {
			return 1
		}
		return -1
	}
	at := func(x []float64, i int) float64 { return spread*floats.Dot(x[:n], vectors[i]) + x[n] }
	problem := optimize.Problem{
		Func: func(x []float64) float64 {
			sum := floats.Dot(x, x) / 2
			for i := range vectors {
				sum += restraint * softplus(-sign(i)*at(x, i))
			}
			return sum
		},
		Grad: func(gradient, x []float64) {
			copy(gradient, x)
			for i, v := range vectors {
				s := sign(i)
				pull := -restraint * s / (1 + math.Exp(s*at(x, i)))
				floats.AddScaled(gradient[:n], spread*pull, v)
				gradient[n] += pull
			}
		},
	}
	found, err := optimize.Minimize(problem, make([]float64, n+1), &optimize.Settings{GradientThreshold: 1e-3}, &optimize.LBFGS{})
	if err != nil {
		return Plane{}, err
	}
	floats.Scale(spread, found.X[:n])
	return Plane{Weights: found.X[:n], Bias: found.X[n]}, nil
}

// softplus is log(1 + exp(x)), without overflow.
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// Prepare returns what was learned with an embedder: as one of the folders keeps
// it, or learned now, and then kept in the last of them that may be written.
func Prepare(ctx context.Context, e Embedder, progress func(done, of int), folders ...string) (*Likeness, error) {
	name := LikenessName(e.Model())
	for _, folder := range folders {
		l, err := readLikeness(filepath.Join(folder, name))
		if !errors.Is(err, fs.ErrNotExist) {
			return l, err
		}
	}
	l, err := Learn(ctx, e, progress)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	for _, folder := range slices.Backward(folders) {
		if keep(folder, name, text) == nil {
			break
		}
	}
	return l, nil
}

// readLikeness refuses what is not whole.
func readLikeness(path string) (*Likeness, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var l Likeness
	if err := json.Unmarshal(text, &l); err != nil {
		return nil, fmt.Errorf("%s: %w (delete it, and it is learned again)", path, err)
	}
	for _, p := range []Plane{l.Danger, l.Other, l.Towards, l.Harm} {
		if len(p.Weights) == 0 || len(p.Weights) != len(l.Mean) {
			return nil, fmt.Errorf("%s is not whole; delete it, and it is learned again", path)
		}
	}
	return &l, nil
}

// keep writes a file whole or not at all.
func keep(folder, name string, text []byte) error {
	f, err := os.CreateTemp(folder, name+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // in vain, once it has its name
	_, err = f.Write(text)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(folder, name))
}
