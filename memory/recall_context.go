package memory

import (
	"math"
	"slices"
	"sort"
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

// worth is what a neighbour counts for the passage at p; 0 beyond the reach.
func (p spot) worth(neighbour spot) float64 {
	steps, ok := p.before(neighbour)
	if !ok || steps > reach || steps < -reach {
		return 0
	}
	return faded[steps+reach]
}

// around is the range of the sorted places that stand within so many turns of p.
func around(places []spot, p spot, turns int) (from, to int) {
	first := placeAt(p.thread(), max(0, p.turn()-turns), 0)
	last := placeAt(p.thread(), p.turn()+turns, mostParts-1)
	from = sort.Search(len(places), func(i int) bool { return places[i] >= first })
	to = from
	for to < len(places) && places[to] <= last {
		to++
	}
	return from, to
}

// lend raises each of the sorted places around p to what x there is worth.
// A long reflection's parts are neighbours of each other only, and all of them
// of the turns around.
func lend(best []float64, places []spot, p spot, x float64) {
	from, to := around(places, p, reach)
	for i := from; i < to; i++ {
		if w := places[i].worth(p); w > 0 {
			best[i] = max(best[i], w*x)
		}
	}
}

// indexOf finds a place among the sorted.
func indexOf(places []spot, p spot) (int, bool) { return slices.BinarySearch(places, p) }
