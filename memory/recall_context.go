package memory

import (
	"math"
	"slices"
)

// What stands around a passage counts for it, the less the further away: the
// question makes its answer findable. Each word of the query takes its best
// match in the passage or, weakened, in a neighbour of the same thread; taking
// the maximum for each word is better than adding neighbours up (a trial on
// conversations of other people, 2026-11).
const (
	ofBefore = .7 // what the turn before is worth
	ofAfter  = .5 // and the turn after
	fading   = .8 // with every turn more
	reach    = 6  // turns; what is further away does not count
)

// fades is the kernel: the worth of a neighbour that stands so many steps
// before the passage.
func fades(steps int) float64 {
	switch {
	case steps == 0:
		return 1
	case steps > 0:
		return ofBefore * math.Pow(fading, float64(steps-1))
	}
	return ofAfter * math.Pow(fading, float64(-steps-1))
}

var faded = func() (table [2*reach + 1]float64) {
	for i := range table {
		table[i] = fades(i - reach)
	}
	return table
}()

// find is where p stands among the sorted places, or would; it looks first at
// and after a guess, since most lookups come in order.
func find(places []spot, p spot, guess int) (at int, ok bool) {
	for at = guess; at < len(places) && at < guess+8; at++ {
		if places[at] >= p {
			if at == 0 || places[at-1] < p {
				return at, places[at] == p
			}
			break
		}
	}
	return slices.BinarySearch(places, p)
}

// around calls do with each of the sorted places that stand within so many
// turns of p, which stands at or would, and with what p is worth to it.
func around(places []spot, p spot, at, turns int, do func(i int, worth float64)) {
	for i := at; i < len(places); i++ {
		steps, ok := places[i].before(p)
		if !ok || places[i].turn() != p.turn() && steps > turns {
			break
		}
		if steps <= reach {
			do(i, faded[steps+reach])
		}
	}
	for i := at - 1; i >= 0; i-- {
		steps, ok := places[i].before(p)
		if !ok || places[i].turn() != p.turn() && -steps > turns {
			break
		}
		if -steps <= reach {
			do(i, faded[steps+reach])
		}
	}
}

// lend raises each of the sorted places around p to what x there is worth, and
// returns where p stands or would.
func lend(best []float64, places []spot, p spot, guess int, x float64) int {
	at, _ := find(places, p, guess)
	around(places, p, at, reach, func(i int, worth float64) { best[i] = max(best[i], worth*x) })
	return at
}
