package guard

import (
	"slices"
	"strings"
)

// Heard is what a reply may draw on.
type Heard struct {
	Said     []string // her words in this conversation, oldest first
	Handles  []string // the handles given to the model, without brackets: "r1"
	Passages []string // the texts behind them, so that a retyped one is caught
	Hurt     bool     // what she said last is of a hurt that lies behind her
}

// ear is Heard taken apart once for a whole reply.
type ear struct {
	sentences []heardSentence
	said      map[string]bool    // stems she said
	plainly   map[string]bool    // stems she said at least once in a clause without a negation
	pairs     map[[2]string]bool // neighbours in one sentence
	handles   map[string]bool
	passages  [][]word
	hurt      bool
}

type heardSentence struct {
	from   int    // index of Said
	words  []word // settled
	said   []word // as she said it
	before string // the first key of the sentence before it in the same message
}

func listen(h Heard) *ear {
	e := &ear{said: map[string]bool{}, plainly: map[string]bool{}, pairs: map[[2]string]bool{}, handles: map[string]bool{}, hurt: h.Hurt}
	for i, text := range h.Said {
		all := words(text, byHer)
		before := ""
		for len(all) > 0 {
			n := 1
			for n < len(all) && all[n].pause < stop {
				n++
			}
			e.add(heardSentence{from: i, said: all[:n:n], before: before})
			if first := all[0].key; first[0] == '@' || functions[first] {
				before = first
			}
			all = all[n:]
		}
	}
	for _, id := range h.Handles {
		e.handles[id] = true
	}
	for _, p := range h.Passages {
		e.passages = append(e.passages, words(p, nil))
	}
	return e
}

func (e *ear) add(s heardSentence) {
	s.said = withoutFillers(s.said)
	generic(s.said)
	s.words = settled(slices.Clone(s.said))
	e.sentences = append(e.sentences, s)
	for i, w := range s.said {
		e.said[w.key] = true
		if i > 0 {
			e.pairs[[2]string{s.said[i-1].key, w.key}] = true
		}
		if !negatedAt(s.said, i) {
			e.plainly[w.key] = true
		}
	}
}

// generic gives "you" her own key where it is nobody's speech: "you bring fruit
// and you wait" says what one does, she too.
func generic(ws []word) {
	for _, w := range ws {
		if w.quoted || attributions[w.raw] {
			return
		}
	}
	for i, w := range ws {
		if own := byCoach[w.raw]; w.key[0] == '@' && w.key[1] == '2' {
			ws[i].key = own
		}
	}
}

var attributions = set("say says said saying tell tells told telling ask asks asked asking think thinks thought call calls called write wrote writes shout shouted yell yelled hear heard like")

var negations = set("not never no nobody nothing none neither nor nowhere without hardly barely")

// negatedAt says whether a negation stands within the three words before word
// i, in its own clause.
func negatedAt(ws []word, i int) bool {
	from, _ := clause(ws, i)
	for _, w := range ws[max(from, i-3):i] {
		if negations[w.raw] {
			return true
		}
	}
	return false
}

var joints = set("and but so because when while which since")

// clause gives the span of the clause that word i stands in.
func clause(ws []word, i int) (from, to int) {
	for from = i; from > 0 && ws[from].pause == 0 && !joints[ws[from].raw]; from-- {
	}
	for to = i + 1; to < len(ws) && ws[to].pause == 0 && !joints[ws[to].raw]; to++ {
	}
	return from, to
}

var fillers = set("um uh erm er hmm hm mm mhm yeah oh ah huh")

// withoutFillers leaves out what speech puts between words: "um", "you know",
// and a word begun twice ("what what", "it is it is").
func withoutFillers(ws []word) []word {
	ws = slices.Clone(ws)
	var out []word
	for i := 0; i < len(ws); i++ {
		w := ws[i]
		aside := i > 0 && w.pause > 0 && i+1 < len(ws) && (w.raw == "you" && ws[i+1].raw == "know" || w.raw == "i" && ws[i+1].raw == "mean") &&
			(i+2 == len(ws) || ws[i+2].pause > 0)
		switch n := len(out); {
		case w.cut && i+1 < len(ws) && !w.quoted && strings.HasPrefix(ws[i+1].raw, w.raw): // "w-where", "to-to"
			ws[i+1].pause = max(ws[i+1].pause, w.pause)
			continue
		case fillers[w.raw]:
			if w.pause == stop && i+1 < len(ws) {
				ws[i+1].pause = stop
			} else if i+1 < len(ws) && ws[i+1].pause == comma && w.pause < stop && n > 0 {
				ws[i+1].pause = 0
			}
			continue
		case aside:
			i++
			continue
		case n > 0 && out[n-1].raw == w.raw && w.pause < stop && len(w.raw) < 6 && !w.quoted:
			continue
		case n > 1 && i+1 < len(ws) && out[n-2].raw == w.raw && out[n-1].raw == ws[i+1].raw && w.pause < stop && functions[w.key] && !w.quoted:
			i++
			continue
		}
		out = append(out, w)
	}
	return out
}

// retypes says whether a sentence holds five words in a row of a passage that
// she has not said in this conversation.
func (e *ear) retypes(ws []word) bool {
	const run = 5
	for i := 0; i+run <= len(ws); i++ {
		if e.holds(ws[i:i+run], false) {
			continue
		}
		for _, p := range e.passages {
			if contains(p, ws[i:i+run]) {
				return true
			}
		}
	}
	return false
}

// holds says whether the words stand in a row in what she said; exactly, or
// with persons turned.
func (e *ear) holds(ws []word, exact bool) bool {
	for _, s := range e.sentences {
		if exact && contains(s.said, ws) || !exact && containsKeys(s.said, ws) {
			return true
		}
	}
	return false
}

func contains(text, part []word) bool {
	return within(text, part, func(a, b word) bool { return a.raw == b.raw })
}

func containsKeys(text, part []word) bool {
	return within(text, part, func(a, b word) bool { return a.key == b.key })
}

func within(text, part []word, same func(a, b word) bool) bool {
	for i := 0; i+len(part) <= len(text); i++ {
		ok := true
		for j := range part {
			if !same(text[i+j], part[j]) {
				ok = false
				break
			}
		}
		if ok {
			return true
		}
	}
	return false
}
