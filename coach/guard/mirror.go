package guard

import (
	"slices"
	"strings"
)

// frames may stand before her words in a mirror: they say whose words follow,
// and nothing about them.
var frames = [][]string{}

func init() {
	for _, f := range []string{
		"so", "and", "but", "okay", "ok", "right", "well", "then", "now", "yes", "not that",
		"it sounds like", "it sounds as though", "it sounds as if", "sounds like", "it seems like", "it seems that", "it seems", "it seems to you", "seems like", "it looks like",
		"what i hear is that", "what i hear is", "i hear that", "i hear you say that", "i hear you say", "i am hearing that", "i am hearing you say", "i hear",
		"you say that", "you say", "you are saying that", "you are saying", "you said that", "you said", "you told me that", "you mentioned that", "you mentioned",
		"you feel that", "you feel like", "you feel as though", "you think that", "you think", "for you", "to you", "in your words", "what you are saying is that", "what you are saying is",
	} {
		frames = append(frames, strings.Fields(f))
	}
}

// mirror says whether a sentence can be laid out, piece by piece, on clauses of
// hers with the persons turned, and from which of her messages they come.
func (e *ear) mirror(ws []word) (from []int, ok bool) {
	ws, _ = unframed(withoutFillers(ws))
	c := cover{ear: e, words: ws, dead: map[[3]int]bool{}, kept: map[string]bool{}}
	for _, w := range ws {
		c.kept[w.key] = true
	}
	if len(ws) == 0 || !c.rest(0, -1, (len(ws)+4)/8) {
		return nil, false
	}
	for _, s := range c.pieces {
		if i := e.sentences[s].from; !slices.Contains(from, i) {
			from = append(from, i)
		}
	}
	slices.Sort(from)
	return from, true
}

// A cover is the search for pieces of hers that make up a mirror.
type cover struct {
	ear    *ear
	words  []word
	pieces []int // the sentence of each piece, last first
	dead   map[[3]int]bool
	kept   map[string]bool // every word of the mirror
}

// rest covers words[i:], at being the sentence of the piece before it (-1 for
// none) and loose the number of words that may stray.
func (c *cover) rest(i, at, loose int) bool {
	if i == len(c.words) {
		return at >= 0
	}
	state := [3]int{i, at, loose}
	if c.dead[state] {
		return false
	}
	ws := c.words[i:]
	if at >= 0 && links[ws[0].raw] && c.rest(i+1, at, loose) {
		return true
	}
	for n := len(ws); n > 0; n-- {
		whole := n == len(ws) || ws[n].pause > 0 || links[ws[n].raw]
		for s := len(c.ear.sentences) - 1; s >= 0; s-- {
			her := c.ear.sentences[s]
			if !(whole && her.holds(ws[:n], nil) || (c.long(n, ws, s, at, whole)) && her.repeats(ws[:n], c.kept)) {
				continue
			}
			if c.rest(i+n, s, loose) {
				c.pieces = append(c.pieces, s)
				return true
			}
		}
	}
	if loose > 0 && at >= 0 && c.ear.mayStray(ws[0]) && c.rest(i+1, at, loose-1) {
		return true
	}
	c.dead[state] = true
	return false
}

// links may join two of her clauses without claiming that one bears on the
// other; "because" and "so" would.
var links = set("and but then while yet")

func unframed(ws []word) ([]word, bool) {
	any := false
	for again := true; again; {
		again = false
		for _, f := range frames {
			if len(ws) > len(f) && saysRaw(ws, f) {
				ws, again, any = ws[len(f):], true, true
			}
		}
	}
	return ws, any
}

func saysRaw(ws []word, f []string) bool {
	if len(ws) < len(f) {
		return false
	}
	for i, w := range f {
		if ws[i].raw != w {
			return false
		}
	}
	return true
}

// mayStray says whether a word may stand in a mirror outside any run of hers:
// it is hers or empty, it is nobody, and it turns nothing.
func (e *ear) mayStray(w word) bool {
	return (functions[w.key] || e.said[w.key]) && !operators[w.key] && !conditions[w.raw] && !others[w.raw] && !causes[w.raw] && w.key[0] != '@' && w.pause == 0
}

// long says whether a run of n words is long enough to stand on its own: three
// words anywhere, two in the message at hand or as a whole clause, and "you" to
// take up the sentence at hand.
func (c *cover) long(n int, ws []word, s, at int, whole bool) bool {
	switch n {
	case 1:
		return s == at && ws[0].key == "@you"
	case 2:
		return whole || at >= 0 && c.ear.sentences[s].from == c.ear.sentences[at].from
	}
	return true
}

// causes are words that make one clause bear on another.
var causes = set("because so since when if therefore thus hence after before until while although though unless whether")

// repeats says whether part is, word for word, a run of this sentence: so runs
// may stand in another order than hers, when they are long enough.
func (s heardSentence) repeats(part []word, kept map[string]bool) bool {
	for start := range s.words {
		a := alignment{her: s.words, part: part, strict: true, kept: kept, before: s.before}
		if a.begins(start) {
			return true
		}
	}
	return false
}

// holds says whether part is, in order, words of this sentence, with nothing
// left out that changes what it says.
func (s heardSentence) holds(part []word, kept map[string]bool) bool {
	solid := 0
	for _, w := range part {
		if !functions[w.key] && w.key[0] != '@' {
			solid++
		}
	}
	if solid == 0 {
		return false
	}
	for start := range s.words {
		a := alignment{her: s.words, part: part, spare: 1 + len(part)/5, before: s.before, dead: map[[3]int]bool{}}
		if a.begins(start) {
			return true
		}
	}
	return false
}

// An alignment tries to lay the words of a mirror on the words of one of her
// sentences.
type alignment struct {
	her, part []word
	spare     int // quiet words that the mirror may have beside hers
	dead      map[[3]int]bool
	strict    bool            // word for word
	kept      map[string]bool // words that stand elsewhere in the mirror, out of the same sentence
	before    string          // the key of the first word of the sentence before, "" for none
}

// begins tries the mirror with its first word of hers at start.
func (a *alignment) begins(start int) bool {
	i := 0
	switch {
	case same(a.part[0], a.her[start]):
	case a.part[0].key == "@you" && len(a.part) > 1 && a.part[1].key == a.her[start].key && a.mayTakeYou(start):
		i = 1
	default:
		return false
	}
	from, _ := clause(a.her, start)
	if i == 1 {
		from = 0
	}
	for _, w := range a.her[from:start] {
		if operators[w.key] && !a.kept[w.key] {
			return false
		}
	}
	for _, w := range a.her[:start] {
		if conditions[w.raw] {
			return false
		}
	}
	return a.next(i+1, start+1, a.spare)
}

var conditions = set("if unless whether suppose wish maybe perhaps")

// mayTakeYou says whether a verb at position i has an unspoken "I": it begins a
// sentence written like a diary's, or follows "and" or a comma, and the clause
// before it is about her.
func (a *alignment) mayTakeYou(i int) bool {
	if w := a.her[i]; functions[w.key] && !helpers[w.raw] || w.key[0] == '@' || others[w.raw] {
		return false
	}
	if i == 0 {
		return a.before == "" || a.before == "@you"
	}
	for i > 0 && (a.her[i].pause > 0 || links[a.her[i-1].raw]) {
		end := i
		if links[a.her[i-1].raw] {
			end--
		}
		if end == 0 {
			return false
		}
		from, _ := clause(a.her, end-1)
		if links[a.her[from].raw] && from+1 < end {
			from++
		}
		switch first := a.her[from]; {
		case first.key == "@you":
			return true
		case functions[first.key] || others[first.raw] || first.key[0] == '@':
			return false
		}
		i = from
	}
	return false
}

var others = set("he she they it you who him her them everyone everybody someone somebody people nobody that this which")

// next lays part[i:] on her[j:], part[i-1] being on her[j-1].
func (a *alignment) next(i, j, spare int) bool {
	if i == len(a.part) {
		return a.endsAt(j)
	}
	if a.strict {
		return j < len(a.her) && same(a.her[j], a.part[i]) && a.next(i+1, j+1, 0)
	}
	state := [3]int{i, j, spare}
	if a.dead[state] {
		return false
	}
	const gap = 6
	for k := j; k < len(a.her) && k-j <= gap; k++ {
		if k > j && !a.mayLeaveOut(j, k) {
			break
		}
		if same(a.her[k], a.part[i]) && (k == j || a.joins(j, k)) && a.next(i+1, k+1, spare) {
			return true
		}
	}
	if spare > 0 && quiet[a.part[i].raw] && a.next(i+1, j, spare-1) {
		return true
	}
	a.dead[state] = true
	return false
}

// same says whether two words say the same in a mirror: one stem, or two words
// that point at the same thing in the same way.
func same(a, b word) bool {
	return a.key == b.key || pointers[a.raw] && pointers[b.raw] || articles[a.raw] && articles[b.raw] || turns[a.raw] != "" && turns[a.raw] == turns[b.raw]
}

var (
	pointers = set("it this that these those")
	articles = set("a an the this that")
	turns    = map[string]string{"he": "he", "him": "he", "they": "they", "them": "they", "she": "she"}
)

// mayLeaveOut says whether her word before position k may be missing in the
// mirror: not when it turns the sense, and not when it is somebody.
func (a *alignment) mayLeaveOut(j, k int) bool {
	w := a.her[k-1]
	if k-1 > j && (w.raw == "me" || w.raw == "us") || w.raw == "me" && j > 0 {
		return true // "she asked me why": whom she asked may go
	}
	return !operators[w.key] && w.key[0] != '@' && !others[w.raw]
}

// joins says whether, with her[j:k] left out, her[k] still belongs to what
// stands before it: a verb must not get another subject, nor "to" another verb.
func (a *alignment) joins(j, k int) bool {
	if tied[a.her[k].raw] {
		return false
	}
	if j > 0 && (a.her[j-1].key == "@you" || others[a.her[j-1].raw]) {
		for _, w := range a.her[j:k] {
			if !light[w.raw] && !strings.HasSuffix(w.raw, "ly") {
				return false
			}
		}
	}
	for _, w := range a.her[j+1 : k] {
		if w.pause >= comma {
			return a.her[k].pause == 0 && a.part != nil
		}
	}
	return true
}

// tied words belong to the word right before them.
var tied = set("to am are is was were be been have has had do does did will would could can may might shall should")

// light words between a subject and its verb may go.
var light = set("just really also still always very quite kind like am are is was were been be have has had do did does so already actually then now")

// endsAt says whether the mirror may end before her[j]: nothing that turns the
// sense follows in the same clause.
func (a *alignment) endsAt(j int) bool {
	if j == len(a.her) {
		return true
	}
	for k := j; k < len(a.her) && (k == j || a.her[k].pause == 0 && !joints[a.her[k].raw]); k++ {
		if k == j && (a.her[k].pause > 0 || joints[a.her[k].raw]) {
			break
		}
		if operators[a.her[k].key] && !a.kept[a.her[k].key] {
			return false
		}
	}
	return !conditions[a.her[j].raw]
}
