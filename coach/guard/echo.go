package guard

import "slices"

// hedged words may stand before an echo in her clause: she is giving an answer
// ("I'd say a six"), not telling whose words they are.
var hedged = set("would say guess think suppose be like about just more that it will")

// echo says whether a few words are, one after the other, the answer that she
// has just given: a number, a thing, "nothing". It has nobody in it and no
// helping verb, so it claims nothing; who said it of whom, and whether it was
// denied, must not be lost with the words before it.
func (e *ear) echo(ws []word) (from []int, ok bool) {
	solid := false
	for _, w := range ws {
		if w.key[0] == '@' && w.key != "@your" || helpers[w.raw] || others[w.raw] || conditions[w.raw] || causes[w.raw] || links[w.raw] {
			return nil, false
		}
		solid = solid || !functions[w.key] || counts[w.key] || numeral(w.raw) || w.raw == "nothing"
	}
	if !solid || len(ws) > few+1 || len(e.sentences) == 0 {
		return nil, false
	}
	last := e.sentences[len(e.sentences)-1].from
	for _, s := range slices.Backward(e.sentences) {
		if s.from != last {
			break
		}
		for i := 0; i+len(ws) <= len(s.words); i++ {
			if containsKeys(s.words[i:i+len(ws)], ws) && s.answers(i) && s.ends(i+len(ws)) {
				return []int{last}, true
			}
		}
	}
	return nil, false
}

var counts = stems("one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred zero half none")

// answers says whether nothing stands before word i in its clause but herself
// and her giving an answer.
func (s heardSentence) answers(i int) bool {
	from, _ := clause(s.words, i)
	for _, w := range s.words[from:i] {
		if w.key != "@you" && !hedged[w.raw] && w.key != "be" {
			return false
		}
	}
	return true
}

// ends says whether the clause ends before word j.
func (s heardSentence) ends(j int) bool {
	return j == len(s.words) || s.words[j].pause > 0 || joints[s.words[j].raw]
}
