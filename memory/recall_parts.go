package memory

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/rivo/uniseg"
)

// A whole message is a query, too, and may be long: that a passage bears on one
// thing she said is enough. So the floor looks at parts of a query, a few
// sentences each, and a passage must clear it for one of them.
const (
	partsAtAll = 8 // a bit of a part each
	partOf     = 8 // words at least, so that no part is a "Yes, I know."
)

// parts says in which parts of a query a term stands, a bit for each.
type parts uint8

// of are the numbers of the parts.
func (p parts) of() []int {
	var all []int
	for n := range partsAtAll {
		if p&(1<<n) != 0 {
			all = append(all, n)
		}
	}
	return all
}

// divide marks in which parts of the query each of its terms stands.
func divide(query string, terms []matches) {
	for n, words := range partsOf(query) {
		for i := range terms {
			for _, w := range terms[i].words {
				if _, ok := slices.BinarySearch(words, w); ok {
					terms[i].parts |= 1 << n
				}
			}
		}
	}
}

// partsOf cuts a query at the edges of sentences, and returns the words of each
// part.
func partsOf(query string) (all [][]string) {
	least := max(partOf, len(strings.Fields(query))/partsAtAll+1)
	rest, state := query, -1
	var part, sentence string
	for rest != "" {
		sentence, rest, state = uniseg.FirstSentenceInString(rest, state)
		part += sentence
		if len(strings.Fields(part)) >= least && len(strings.Fields(rest)) >= least || rest == "" {
			all, part = append(all, wordsOf(part)), ""
		}
	}
	return all
}

// shares are, for each part of a query, how much of its weight each of some
// passages covers, 0..1.
type shares [][]float64

// shareOut begins the shares of so many passages in the parts of some terms.
func shareOut(terms parts, passages int) shares {
	all := make(shares, bits.Len8(uint8(terms)))
	for n := range all {
		all[n] = make([]float64, passages)
	}
	return all
}
