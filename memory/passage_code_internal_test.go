package memory

import (
	"math"
	"math/rand/v2"
	"testing"

	"innerwork/memory/embed"
)

func TestCodesKeepTheAngle(t *testing.T) {
	t.Parallel()
	c := newCoder()
	r := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		a, b := make([]float32, 384), make([]float32, 384)
		var ab, aa, bb float64
		near := r.Float64()
		for i := range a {
			a[i] = float32(r.NormFloat64())
			b[i] = float32(near)*a[i] + float32(1-near)*float32(r.NormFloat64())
			ab += float64(a[i]) * float64(b[i])
			aa += float64(a[i]) * float64(a[i])
			bb += float64(b[i]) * float64(b[i])
		}
		want := 1 - 2*math.Acos(ab/math.Sqrt(aa*bb))/math.Pi
		one, other := c.code(a), c.code(b)
		if got := agreement(one.differs(&other)); math.Abs(got-want) > .18 { // four deviations of 512 coins
			t.Errorf("agreement %.2f of vectors that agree by %.2f", got, want)
		}
	}
}

// What is stored means something only while codes are made in the same way.
func TestCodesAreTheSameInEveryProgram(t *testing.T) {
	t.Parallel()
	vector := make([]float32, 384)
	for i := range vector {
		vector[i] = float32(i%7) - 3
	}
	got := newCoder().code(vector)
	if got[0] != 0x8d83e9c1cda82f0d || got[1] != 0xb263477804d6b2ce {
		t.Errorf("a code begins with %#x, %#x", got[0], got[1])
	}
}

func TestPackingLeavesOutMarks(t *testing.T) {
	t.Parallel()
	c := newCoder()
	words := []embed.Word{{Text: "no", Vector: []float32{1}}, {Text: "!", Vector: []float32{-1}}, {Text: "2", Vector: []float32{0, 1}}}
	codes := unpack(c.pack(words))
	if len(codes) != 2 || codes[0] != c.code([]float32{1}) || codes[1] != c.code([]float32{0, 1}) {
		t.Errorf("unpacked %d codes, or others", len(codes))
	}
}
