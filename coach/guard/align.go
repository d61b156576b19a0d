package guard

import "strings"

// An alignment tries to lay the words of a mirror on the words of one of her
// sentences.
type alignment struct {
	her, part []word
	spare     int // quiet words that the mirror may have beside hers
	dead      map[[3]int]bool
	strict    bool            // word for word
	kept      map[string]bool // words that stand elsewhere in the mirror, out of the same sentence
	before    string          // the key of the first word of the sentence before, "" for none
	whole     bool            // the mirror must go on to the end of her clause
	effort    *int
}

// begins tries the mirror with its first word of hers at start.
func (a *alignment) begins(start int) bool {
	if *a.effort--; *a.effort < 0 {
		return false
	}
	i := 0
	switch {
	case same(a.part[0], a.her[start]):
	case a.part[0].key == "@you" && len(a.part) > 1 && a.part[1].key == a.her[start].key && a.mayTakeYou(start):
		i = 1
	case a.elides(start):
		i, a.whole = 2, true
	default:
		return false
	}
	from, _ := clause(a.her, start)
	if i > 0 {
		from = 0
	}
	for _, w := range a.her[from:start] {
		if operators[w.key] && !a.kept[w.key] {
			return false
		}
	}
	if conditioned(a.her[:start]) {
		return false
	}
	return a.next(i+1, start+1, a.spare)
}

// conditioned says whether what stands before makes the rest depend on it;
// "maybe, but" has been taken back.
func conditioned(ws []word) bool {
	open := false
	for _, w := range ws {
		switch {
		case w.raw == "maybe" || w.raw == "perhaps":
			open = true
		case w.raw == "but":
			open = false
		case conditions[w.raw]:
			return true
		}
	}
	return open
}

// elides says whether her sentence begins, as in a diary, with what she is
// doing ("Sitting in the car again."), and the mirror says "you are" before it.
func (a *alignment) elides(start int) bool {
	if len(a.part) < 3 || a.part[0].key != "@you" || a.part[1].key != "be" || !same(a.part[2], a.her[start]) || !strings.HasSuffix(a.her[start].raw, "ing") {
		return false
	}
	for _, w := range a.her[:start] {
		if !light[w.raw] {
			return false
		}
	}
	return a.before == "" || a.before == "@you"
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
	if *a.effort--; *a.effort < 0 {
		return false
	}
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
	return a.key == b.key || pointers[a.raw] && pointers[b.raw] || articles[a.raw] && articles[b.raw] || turns[a.raw] != "" && turns[a.raw] == turns[b.raw] ||
		a.key == "@your" && b.raw == "the" || a.raw == "the" && b.key == "@your"
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
	if a.whole && a.her[j].pause == 0 {
		return false
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
