package memory

// The floor of recall, without which something is always found. A passage
// bears on a query if it and what stands around it cover a good part of the
// query's weight: in words and in what the words mean, or, where that is not
// known, in words or by a vector that stands out.
//
// The thresholds are round. With these, of questions about other people's
// lives seven in ten find nothing, of those about one's own one in thirteen
// (conversations of other people, 2026-11; `evaluate recall`).
const (
	bearing = .8 // of covered + 2 · strength

	coverAlone = .4  // of the query's weight, by text alone
	coverSome  = .15 // with a vector that stands out
	standsOut  = 1.8 // standard deviations above the mean similarity
	standsFar  = 3.2 // by the vector alone
)

// bears tells whether the passage at an index may be shown at all.
func (r *scored) bears(i int) bool {
	if r.strength != nil {
		return r.text.covered[i]+2*r.strength[i] >= bearing
	}
	return r.text.covered[i] >= coverAlone ||
		r.text.covered[i] >= coverSome && r.meaning[i] >= standsOut ||
		r.meaning[i] >= standsFar
}
