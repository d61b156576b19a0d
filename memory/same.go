package memory

import (
	"slices"
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
)

// grammar are the words of English that carry no subject of their own.
var grammar = strings.Fields(`a an the this that these those such same other another each every either both all any some one ones
	i me my mine myself we us our ours ourselves you your yours yourself he him his himself she her hers herself they them their theirs themselves it its itself
	somebody someone something anybody anyone anything everybody everyone everything people thing things stuff lot bit kind sort way ways
	who whom whose which what when where why how whether if then than so as and or but because though although while until unless
	am is are was were be been being have has had having do does did doing done will would can could may might must shall should ought
	of in on at by for from with to into onto out off up down over under about after before again against between during through around across
	here there now today yesterday tomorrow always never often sometimes ever just only also too very really quite still already yet even almost maybe perhaps
	think thought know knew feel felt say said tell told want wanted like get got go going went gone come came make made take took see saw look looked seem need
	time day days week weeks month months year years much many more most less least good well yes yeah okay anymore`)

var denials = strings.Fields("not no never nobody nothing none neither nor without hardly barely cannot")

// Subjects are the stems of the words of a text that have a subject of their
// own, each once, in its order.
func Subjects(text string) (stems []string) {
	for _, w := range textWords(text) {
		if len(w) > 3 && !slices.Contains(grammar, w) && !slices.Contains(denials, w) {
			if s := stemOf(w); !slices.Contains(stems, s) {
				stems = append(stems, s)
			}
		}
	}
	return stems
}

// WordOf is the first word of a text that has a stem, as it stands there; the
// stem where there is none.
func WordOf(text, stem string) string {
	for _, w := range textWords(text) {
		if stemOf(w) == stem {
			return w
		}
	}
	return stem
}

// enoughAlike is the share of the shorter text's words that the other must have,
// to say the same.
const enoughAlike = 0.75

// SaysTheSame says whether two texts say near the same in other words: whether
// three quarters of the shorter one's words, by their stems and in any order,
// are in the other, and both deny something or neither does.
func SaysTheSame(a, b string) bool {
	x, deniesX := gist(a)
	y, deniesY := gist(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 2 { // too little to tell by
		return deniesX == deniesY && slices.Equal(x, y) && slices.Equal(textWords(a), textWords(b))
	}
	shared := 0
	for _, w := range x {
		if slices.Contains(y, w) {
			shared++
		}
	}
	return deniesX == deniesY && float64(shared) >= enoughAlike*float64(len(x))
}

// gist is the stems of a text's words without those of grammar alone, and
// whether it denies anything.
func gist(text string) (stems []string, denies bool) {
	for _, w := range textWords(text) {
		switch {
		case slices.Contains(denials, w) || strings.HasSuffix(w, "n't"):
			denies = true
		case !slices.Contains(grammar, w):
			stems = append(stems, stemOf(w))
		}
	}
	slices.Sort(stems)
	return slices.Compact(stems), denies
}

func textWords(text string) (all []string) {
	for _, w := range clauseWords([]rune(text)) {
		all = append(all, w.low)
	}
	return all
}

func stemOf(word string) string {
	env := snowballstem.NewEnv(word)
	english.Stem(env)
	return env.Current()
}
