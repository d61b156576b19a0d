package embed

import (
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// unpacked is one runtime folder for all tests with the real parts: unpacking
// 60 MB anew in each is slow under the race detector, and nodes share one too.
var unpacked string

func TestMain(m *testing.M) {
	var err error
	if unpacked, err = os.MkdirTemp("", "embed-*"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if err := os.RemoveAll(unpacked); err != nil {
			panic(err)
		}
		os.Exit(code)
	}))
}

func TestOpenNone(t *testing.T) {
	t.Parallel()
	e, err := Open(t.Context(), Config{Kind: KindNone})
	var none *None
	if e != nil || !errors.As(err, &none) || none.Reason == "" {
		t.Fatalf("Open = %v, %v; want no embedder and a reason", e, err)
	}
}

func TestOpenUnknownKind(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), Config{Kind: "locla"})
	var none *None
	if err == nil || errors.As(err, &none) || !strings.Contains(err.Error(), `"locla"`) {
		t.Fatalf("Open = %v; want a refusal that names the word, and not a *None", err)
	}
}

func TestPlatform(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		goos, goarch string
		runs         bool
	}{
		{"linux", "amd64", true}, {"linux", "arm64", true}, {"darwin", "arm64", true},
		{"darwin", "amd64", false}, {"windows", "amd64", false}, {"linux", "386", false},
	} {
		_, err := platformOf(c.goos, c.goarch)
		var none *None
		if (err == nil) != c.runs || (!c.runs && (!errors.As(err, &none) || !strings.Contains(none.Reason, c.goos+"/"+c.goarch))) {
			t.Errorf("platformOf(%s, %s) = %v", c.goos, c.goarch, err)
		}
	}
}

func TestUnit(t *testing.T) {
	t.Parallel()
	v := []float32{3, 0, -4}
	if err := unit(v); err != nil || v[0] != 0.6 || v[2] != -0.8 {
		t.Errorf("unit = %v, %v", v, err)
	}
	huge := []float32{math.MaxFloat32, math.MaxFloat32}
	if err := unit(huge); err != nil || math.Abs(float64(huge[0])-math.Sqrt2/2) > 1e-6 {
		t.Errorf("unit of a huge vector = %v, %v", huge, err)
	}
	for _, v := range [][]float32{{}, {0, 0}, {1, float32(math.NaN())}, {float32(math.Inf(1)), 1}} {
		if err := unit(v); err == nil {
			t.Errorf("unit(%v) was taken", v)
		}
	}
}
