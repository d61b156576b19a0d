package memory

import "slices"

// ranges are the first and the last place of some that stand in a row, sorted
// and apart from each other.
type ranges struct{ first, last []spot }

// sample is the ranges of the sample.
func (n state) sample() (r ranges) {
	for i := 0; i+1 < len(n.windows); i += 2 {
		r.first, r.last = append(r.first, n.windows[i]), append(r.last, n.windows[i+1])
	}
	return r
}

// surroundings are the ranges within reach of the places.
func surroundings(places []spot) (r ranges) {
	for _, p := range slices.Sorted(slices.Values(places)) {
		first := placeAt(p.thread(), max(p.turn()-reach, 0), 0)
		last := placeAt(p.thread(), p.turn()+reach, mostParts-1)
		if n := len(r.last); n > 0 && first <= r.last[n-1] {
			r.last[n-1] = last
			continue
		}
		r.first, r.last = append(r.first, first), append(r.last, last)
	}
	return r
}

// within leaves out what is not in the ranges.
func (m matches) within(r ranges) (in matches) {
	in = matches{term: m.term, words: m.words, of: m.of, weight: m.weight}
	keep := func(places []spot, do func(i int)) {
		at := 0
		for i, p := range places {
			for at < len(r.last) && r.last[at] < p {
				at++
			}
			if at < len(r.first) && r.first[at] <= p {
				do(i)
			}
		}
	}
	keep(m.places, func(i int) {
		in.places, in.counts, in.labels = append(in.places, m.places[i]), append(in.counts, m.counts[i]), append(in.labels, m.labels[i])
	})
	keep(m.lent, func(i int) { in.lent, in.lentBy = append(in.lent, m.lent[i]), append(in.lentBy, m.lentBy[i]) })
	return in
}
