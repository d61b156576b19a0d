package memory

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"strings"
	"unicode"

	"innerwork/memory/embed"
)

// A code is the direction of a word's vector in bits: each says on which side
// of a plane it lies, and the share of bits in which two differ grows with the
// angle between them (Charikar 2002). The planes are pseudo-random and fixed.
type code [codeBits / 64]uint64

const (
	codeBits  = 512
	codeBytes = codeBits / 8
)

// coder turns vectors into codes: three rounds of changing signs and a
// Hadamard transform, which are as good as random planes and cost n log n
// (Andoni et al. 2015, "Practical and Optimal LSH for Angular Distance").
// Vectors may have up to 512 dimensions; longer ones are folded.
type coder struct{ signs [3][codeBits]float32 }

func newCoder() *coder {
	c := &coder{}
	r := rand.NewPCG(2026, 11) // the same in every program, or stored codes mean nothing
	for i := range c.signs {
		for j := range c.signs[i] {
			c.signs[i][j] = float32(int(r.Uint64()&1)*2 - 1)
		}
	}
	return c
}

func (c *coder) code(vector []float32) (bits code) {
	var x [codeBits]float32
	for i, v := range vector {
		x[i%codeBits] += v
	}
	for _, signs := range c.signs {
		for i := range x {
			x[i] *= signs[i]
		}
		hadamard(&x)
	}
	for i, v := range x {
		if v > 0 {
			bits[i/64] |= 1 << (i % 64)
		}
	}
	return bits
}

func hadamard(x *[codeBits]float32) {
	for half := 1; half < len(x); half *= 2 {
		for from := 0; from < len(x); from += 2 * half {
			for i := from; i < from+half; i++ {
				x[i], x[i+half] = x[i]+x[i+half], x[i]-x[i+half]
			}
		}
	}
}

// agreement is 1 for codes that are the same, 0 for those of vectors at a right
// angle and -1 for opposites: one minus the angle in right angles.
func agreement(differs int) float64 { return 1 - 2*float64(differs)/codeBits }

func (c *code) differs(other *code) (n int) {
	for i := range c {
		n += bits.OnesCount64(c[i] ^ other[i])
	}
	return n
}

// pack codes the words that mean something by themselves; marks do not.
func (c *coder) pack(words []embed.Word) []byte {
	packed := make([]byte, 0, len(words)*codeBytes)
	for _, w := range words {
		if !strings.ContainsFunc(w.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			continue
		}
		for _, part := range c.code(w.Vector) {
			packed = binary.LittleEndian.AppendUint64(packed, part)
		}
	}
	return packed
}

// unpack reads what pack wrote.
func unpack(packed []byte) []code {
	codes := make([]code, len(packed)/codeBytes)
	for i := range codes {
		for j := range codes[i] {
			codes[i][j] = binary.LittleEndian.Uint64(packed[i*codeBytes+j*8:])
		}
	}
	return codes
}
