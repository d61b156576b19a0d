package memory

// The floor of recall, without which something is always found. A passage
// bears on a query if it and what stands around it cover a good part of the
// weight of the query, or of a part of a long one: in words and in what the words
// mean, or, where that is not known, in words or by a vector that stands out.
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
	for part, covered := range r.text.covered {
		switch {
		case r.strength == nil:
			if covered[i] >= coverAlone || covered[i] >= coverSome && r.meaning[i] >= standsOut {
				return true
			}
		case part < len(r.strength):
			if covered[i]+2*r.strength[part][i] >= bearing {
				return true
			}
		case covered[i] >= bearing: // no word of this part was embedded
			return true
		}
	}
	return r.strength == nil && r.meaning[i] >= standsFar
}
