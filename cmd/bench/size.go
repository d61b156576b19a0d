package main

// size says how much is measured.
type size struct {
	streams     []stage
	sockets     int
	reflections []int // of one leader
	says        int   // at each of them
	beside      stage // replies beside indexing
	starts      int
	commits     int
}

// stage is a number of streams at once, and how often each side plays them.
type stage struct{ streams, rounds int }

var (
	whole = size{
		streams: []stage{{1, 12}, {64, 5}, {512, 2}}, sockets: 10_000,
		reflections: []int{100, 1_000, 10_000}, says: 30, beside: stage{8, 4}, starts: 5, commits: 500,
	}
	fraction = size{
		streams: []stage{{1, 2}, {16, 1}, {64, 1}}, sockets: 500,
		reflections: []int{100, 800}, says: 5, beside: stage{4, 1}, starts: 2, commits: 100,
	}
)

// leaders is how many the stages need.
func (s size) leaders() int {
	most := s.beside.streams
	for _, stage := range s.streams {
		most = max(most, stage.streams)
	}
	return most
}
