package guard

import "strings"

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

// mirror says whether every clause of a sentence is one of hers with the
// persons turned, and from which of her messages.
func (e *ear) mirror(ws []word) (from []int, ok bool) {
	ws = withoutFillers(ws)
	ws, _ = unframed(ws)
	if len(ws) < 2 {
		return nil, false
	}
	seen := map[int]bool{}
	for len(ws) > 0 {
		n, source := e.longest(ws)
		if n == 0 {
			return nil, false
		}
		if !seen[source] {
			seen[source] = true
			from = append(from, source)
		}
		ws = ws[n:]
		if len(ws) > 0 && links[ws[0].raw] {
			ws = ws[1:]
		}
	}
	return from, true
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

// longest finds the longest beginning of ws, ending where a clause may end,
// that is one of her clauses.
func (e *ear) longest(ws []word) (n, from int) {
	for n = len(ws); n > 0; n-- {
		if n < len(ws) && ws[n].pause == 0 && !links[ws[n].raw] {
			continue
		}
		part := ws[:n]
		for i := len(e.sentences) - 1; i >= 0; i-- {
			if e.sentences[i].holds(part) {
				return n, e.sentences[i].from
			}
		}
	}
	return 0, 0
}

// holds says whether part is, in order, words of this sentence, with nothing
// left out that changes what it says.
func (s heardSentence) holds(part []word) bool {
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
		a := alignment{her: s.words, part: part, spare: 1 + len(part)/6, dead: map[[3]int]bool{}}
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
	spare     int // words of the mirror that need not be hers, if they are insertable
	dead      map[[3]int]bool
	turned    bool
}

// insertable words carry no claim, so a mirror may have one that she left out.
var insertable = set("a an the that this to of for in on at with am are is be being been have has do does did it and about as there")

// begins tries the mirror with its first word of hers at start.
func (a *alignment) begins(start int) bool {
	i := 0
	switch {
	case a.part[0].key == a.her[start].key:
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
		if operators[w.key] {
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

// mayTakeYou says whether a verb at position i has an unspoken "I": it follows
// "and" or a comma in a sentence whose only person so far is she.
func (a *alignment) mayTakeYou(i int) bool {
	if i == 0 {
		return false
	}
	if a.her[i].pause == 0 && !links[a.her[i-1].raw] {
		return false
	}
	found := false
	for _, w := range a.her[:i] {
		if w.key == "@you" {
			found = true
		} else if others[w.raw] {
			return false
		}
	}
	return found
}

var others = set("he she they it you who him her them everyone everybody someone somebody people nobody that this which")

// next lays part[i:] on her[j:], part[i-1] being on her[j-1].
func (a *alignment) next(i, j, spare int) bool {
	if i == len(a.part) {
		return a.endsAt(j)
	}
	state := [3]int{i, j, spare}
	if a.dead[state] {
		return false
	}
	const gap = 5
	for k := j; k < len(a.her) && k-j <= gap; k++ {
		if k > j && !a.mayLeaveOut(j, k) {
			break
		}
		if a.her[k].key == a.part[i].key && (k == j || a.joins(j, k)) && a.next(i+1, k+1, spare) {
			return true
		}
	}
	if spare > 0 && insertable[a.part[i].raw] && a.next(i+1, j, spare-1) {
		return true
	}
	a.dead[state] = true
	return false
}

// mayLeaveOut says whether her word before position k may be missing in the
// mirror: not when it turns the sense, and not when it is somebody.
func (a *alignment) mayLeaveOut(j, k int) bool {
	w := a.her[k-1]
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
		if operators[a.her[k].key] {
			return false
		}
	}
	return !conditions[a.her[j].raw]
}
