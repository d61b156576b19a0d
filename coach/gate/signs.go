package gate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A sign is a theme that means little alone.
type sign struct {
	weight int
	cues   *regexp.Regexp
}

// Signs add up within a few sentences: what is said softly is said in pieces.
type signs []sign

const (
	stretch = 4 // sentences that are read together
	enough  = 4 // what a stretch must weigh
	weighty = 2 // one of its signs must weigh this much
)

// find returns where the first stretch that weighs enough begins and ends.
func (s signs) find(t string) []int {
	if len(s) == 0 {
		return nil
	}
	var ends []int
	for i := 0; i < len(t); i++ {
		if t[i] == '.' {
			ends = append(ends, i+1)
		}
	}
	if len(ends) == 0 || ends[len(ends)-1] < len(strings.TrimRight(t, " ")) {
		ends = append(ends, len(t))
	}
	for i := range ends {
		from, to := 0, ends[min(i+stretch, len(ends))-1]
		if i > 0 {
			from = ends[i-1]
		}
		if s.weigh(t[from:to]) {
			return []int{from, to}
		}
		if to == len(t) {
			break
		}
	}
	return nil
}

func (s signs) weigh(t string) bool {
	sum, heaviest := 0, 0
	for _, sign := range s {
		if sign.cues.MatchString(t) {
			sum, heaviest = sum+sign.weight, max(heaviest, sign.weight)
		}
	}
	return sum >= enough && heaviest >= weighty
}

var signName = regexp.MustCompile(`^(crisis|harm) sign ([1-3]) .+$`)

// readSigns compiles the sections "harm sign 2 deceit" and the like of a route.
func readSigns(sections map[string][]string, of string) (all signs, err error) {
	var names []string
	for name := range sections {
		if m := signName.FindStringSubmatch(name); m != nil && m[1] == of {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		cues, err := join(sections[name])
		if err != nil {
			return nil, fmt.Errorf("[%s]: %w", name, err)
		}
		all = append(all, sign{weight: int(signName.FindStringSubmatch(name)[2][0] - '0'), cues: cues})
	}
	return all, nil
}
