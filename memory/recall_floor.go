package memory

// The floor of recall, without which something is always found. A passage
// bears on a query if it and what stands around it cover a good part of the
// query's weight, in words or in what the words mean.
const (
	coverAlone = .45 // of the query's weight, by text alone
	coverSome  = .15
	standsOut  = 1.8 // standard deviations above the mean similarity
	standsFar  = 3.2 // by the vector alone
)

// bears tells whether the passage at an index may be shown at all.
func (r *scored) bears(i int) bool {
	return r.text.covered[i] >= coverAlone ||
		r.text.covered[i] >= coverSome && r.meaning[i] >= standsOut ||
		r.meaning[i] >= standsFar
}
