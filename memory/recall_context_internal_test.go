package memory

import (
	"math"
	"testing"
)

func TestNeighboursLendTheLessTheFurther(t *testing.T) {
	t.Parallel()
	places := []spot{placeAt(1, 0, 0), placeAt(1, 1, 0), placeAt(1, 2, 0), placeAt(1, 2, 1), placeAt(1, 9, 0), placeAt(2, 1, 0)}
	best := make([]float64, len(places))
	lend(best, places, placeAt(1, 1, 0), 0, 2)
	for i, want := range []float64{2 * ofAfter, 2, 2 * ofBefore, 2 * ofBefore, 0, 0} {
		if math.Abs(best[i]-want) > 1e-9 {
			t.Errorf("place %d is lent %v, want %v", i, best[i], want)
		}
	}
	lend(best, places, placeAt(1, 2, 1), 5, 1) // less than what is there but for its own thread's parts
	for i, want := range []float64{2 * ofAfter, 2, 2 * ofBefore, 2 * ofBefore, 0, 0} {
		if math.Abs(best[i]-want) > 1e-9 {
			t.Errorf("place %d is lowered or raised to %v, want %v", i, best[i], want)
		}
	}
}

func TestPlacesSortAsTheyWereSaid(t *testing.T) {
	t.Parallel()
	sorted := []spot{placeAt(1, 0, 0), placeAt(1, 0, 1), placeAt(1, 1, 0), placeAt(1, mostParts, mostParts), placeAt(2, 0, 0), placeAt(1<<31-1, 0, 0)}
	for i, p := range sorted[1:] {
		if p <= sorted[i] {
			t.Errorf("place %d does not come after the one before", i+1)
		}
	}
	if p := placeAt(7, 5, 3); p.thread() != 7 || p.turn() != 5 || p.part() != 3 {
		t.Errorf("thread %d, turn %d, part %d", p.thread(), p.turn(), p.part())
	}
}

func TestRareWordsOfAQueryWeighMost(t *testing.T) {
	t.Parallel()
	places := []spot{placeAt(1, 0, 0), placeAt(2, 0, 0), placeAt(3, 0, 0)}
	query := []matches{
		{term: "common", places: places, counts: []int16{1, 1, 1}, labels: make([]bool, 3), of: 3},
		{term: "rare", places: places[1:2], counts: []int16{1}, labels: make([]bool, 1), of: 1},
		{term: "date", places: places[2:], counts: []int16{0}, labels: []bool{true}, of: 1},
	}
	text := byText(query, places, len(places))
	if text.scores[1] <= text.scores[0] || text.scores[2] <= text.scores[0] || query[1].weight <= query[0].weight {
		t.Errorf("scores %v, weights %v and %v", text.scores, query[0].weight, query[1].weight)
	}
	if got := shared(query, places[1]); len(got) != 2 || got[0] != "rare" {
		t.Errorf("shared %v", got)
	}
}
