package memory

import (
	"container/heap"
	"math"
	"slices"
)

// best are the indices of the n highest scores, the best first, of two that
// are equal the earlier; what is minus infinite is none.
func best(scores []float64, n int) []int {
	h := &lowest{scores: scores}
	for i, x := range scores {
		switch {
		case math.IsInf(x, -1):
		case len(h.at) < n:
			heap.Push(h, i)
		case x > scores[h.at[0]]:
			h.at[0] = i
			heap.Fix(h, 0)
		}
	}
	slices.SortFunc(h.at, func(a, b int) int {
		switch {
		case scores[a] > scores[b] || scores[a] == scores[b] && a < b:
			return -1
		}
		return 1
	})
	return h.at
}

// lowest is a heap of indices with the lowest score first.
type lowest struct {
	scores []float64
	at     []int
}

func (h *lowest) Len() int           { return len(h.at) }
func (h *lowest) Less(i, j int) bool { return h.scores[h.at[i]] < h.scores[h.at[j]] }
func (h *lowest) Swap(i, j int)      { h.at[i], h.at[j] = h.at[j], h.at[i] }
func (h *lowest) Push(x any)         { h.at = append(h.at, x.(int)) }
func (h *lowest) Pop() any {
	last := h.at[len(h.at)-1]
	h.at = h.at[:len(h.at)-1]
	return last
}
