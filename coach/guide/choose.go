package guide

import (
	"slices"
	"strings"

	"innerwork/coach/practices"
)

// enough is the weight of one word that a single practice listens for.
const enough = 1

// Choose returns the key of the practice whose words to listen for are most in
// what she said, or "" when nothing she said points to one: a word counts less
// the more practices listen for it, half when it is said of anything, and more
// when it is a phrase. The first of equals wins.
func Choose(ps []practices.Practice, said string) (key string) {
	t := read(clip(said))
	if strange(t) || elsewhere(t.tokens) {
		return ""
	}
	listening := map[string]int{}
	for _, p := range ps {
		for _, cue := range p.Cues {
			listening[cue]++
		}
	}
	best := 0.0
	for _, p := range ps {
		score := 0.0
		for i, cue := range p.Cues {
			if slices.Contains(p.Cues[:i], cue) {
				continue
			}
			if _, _, ok := find(t, cue); !ok {
				continue
			}
			weight := 1.0
			switch {
			case strings.Contains(cue, " "):
				weight = 1.5
			case common[cue]:
				weight = 0.5
			}
			score += weight / float64(listening[cue])
		}
		if score >= enough && score > best {
			best, key = score, p.Key
		}
	}
	return key
}
