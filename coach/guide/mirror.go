package guide

import (
	"slices"
	"strings"
	"unicode"
)

// A mirror is short: what is longer is a retelling.
const (
	mirrorLeast = 4
	mirrorMost  = 17
	echoMost    = 15
	wordsMost   = 9 // in the slot of a question
)

// mirrored is a clause ready to be said to her.
type mirrored struct {
	text   string
	clause clause
	score  int
}

// listened is what a clause gains by a word that the practice listens for.
const listened = 3

// mirrors returns what could be said back of the last thing she said, the
// weightiest first.
func mirrors(t text, all []clause, earlier, cues []string) []mirrored {
	repeated := map[string]bool{}
	for _, s := range earlier {
		for st := range content(read(clip(s))) {
			repeated[st] = true
		}
	}
	var out []mirrored
	for _, c := range all {
		m, ok := mirror(t, c)
		if !ok {
			continue
		}
		m.score = weight(c, repeated) + lateness(c, all)
		if anyOf(text{runes: t.runes, tokens: c.tokens}, cues...) {
			m.score += listened
		}
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b mirrored) int {
		if a.score != b.score {
			return b.score - a.score
		}
		return b.clause.sentence - a.clause.sentence // what she came to
	})
	return out
}

// lateness prefers, a little, what she came to at the end.
func lateness(c clause, all []clause) int {
	if c.sentence == all[len(all)-1].sentence {
		if c.whole {
			return 2
		}
		return 1
	}
	return 0
}

func weight(c clause, repeated map[string]bool) int {
	score, subjects := 0, 0
	if anyIn(c.tokens, weighty) {
		score += 3
	}
	if anyIn(c.tokens, absolute) {
		score += 2
	}
	if firstPerson[c.tokens[0].low] || c.tokens[0].low == "but" {
		score += 2
	}
	back := 0
	for _, k := range c.tokens {
		if k.low == "but" {
			score++
		}
		if k.word && !common[k.low] && !weighty[k.low] {
			if subjects++; repeated[stem(k.low)] && back < 3 {
				back++
				score++
			}
		}
	}
	if ordersHer(c.tokens) {
		score -= 3 // said back, what she could do sounds like what to do
	}
	if subjects == 0 && !anyIn(c.tokens, set("want wanted need afraid")) {
		score -= 3 // "you know that it isn't": nothing to look at
	}
	score += min(subjects, 2)
	switch n := countWords(c.tokens); {
	case n > 14:
		score -= 3
	case n < 5:
		score--
	}
	return min(score, 12)
}

// ordersHer reports "I should", "I could": not what somebody else could.
func ordersHer(ts []token) bool {
	for i, k := range ts {
		for _, next := range ts[i+1 : min(i+3, len(ts))] {
			if firstPerson[k.low] && orders[next.low] && !helping[next.low] && next.low != "have" {
				return true
			}
		}
	}
	return false
}

// mirror says a clause to her: turned to "you" when that says no more than
// she did, or else as her own words in quotation marks.
func mirror(t text, c clause) (mirrored, bool) {
	n := countWords(c.tokens)
	if n < mirrorLeast || n > mirrorMost || !plain(t, c) || !stands(c) {
		return mirrored{}, false
	}
	if !echoOnly(c) {
		if said, ok := turn(t, c.tokens); ok {
			return mirrored{text: stop(said), clause: c}, true
		}
	}
	if n > echoMost || !quotable(c) {
		return mirrored{}, false
	}
	return mirrored{text: "“" + stop(t.slice(c.start, c.end)) + "”", clause: c}, true
}

// stop ends a sentence.
func stop(s string) string {
	for _, end := range []string{"…", ".", ".”", ".\""} {
		if strings.HasSuffix(s, end) {
			return s
		}
	}
	return s + "."
}

// plain reports whether a span is ordinary prose, fit to be shown again.
func plain(t text, c clause) bool {
	for i, k := range c.tokens {
		if fillers[k.low] || strings.HasPrefix(k.low, "i-") || strings.Contains(k.text, "--") ||
			k.low == "mean" && i == 1 && c.tokens[0].low == "i" || k.low == "know" && i > 0 && c.tokens[i-1].low == "you" ||
			k.text == "." && i+1 < len(c.tokens) && k.end != c.tokens[i+1].start {
			return false // a transcript's stammer, or two sentences around a quotation mark
		}
	}
	if unfinished[c.tokens[len(c.tokens)-1].low] || anyIn(c.tokens, set("you you're you've you'd you'll your yours guess")) {
		return false // "you" may be the coach, or anybody
	}
	quotes := 0
	for _, r := range t.runes[c.start:c.end] {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == ' ' || r == '\u00a0' || strings.ContainsRune(",.;:'’-–—…%$€£&", r):
		case r == '"' || r == '“' || r == '”':
			quotes++
		default:
			return false
		}
	}
	return quotes%2 == 0
}

// stands reports whether a clause reads as a sentence and is about her: it
// starts like one and has her in it, or names nobody else.
func stands(c clause) bool {
	first := c.tokens[0].low
	if !openers[first] || !english(c.tokens) || !hasVerb(c.tokens) {
		return false
	}
	if hanging[first] && !slices.ContainsFunc(c.tokens, func(k token) bool { return k.text == "," }) {
		return false
	}
	return about(c)
}

// about reports whether a clause has her in it, or names nobody else.
func about(c clause) bool {
	hers := anyIn(c.tokens, firstPerson) || anyIn(c.tokens, set("me my myself mine"))
	return hers || !anyIn(c.tokens, tender)
}

// stays reports whether a question can be asked about a clause: it is about
// her, and no "I don't know" or "I think", of which there is nothing to ask.
func stays(c clause) bool {
	if !about(c) {
		return false
	}
	for i, k := range c.tokens {
		if firstPerson[k.low] {
			rest := c.tokens[i+1:]
			if len(rest) > 1 && helping[rest[0].low] {
				rest = rest[1:]
			}
			return len(rest) == 0 || rest[0].low != "know" && !(attributing[rest[0].low] && rest[0].low != "feel" && rest[0].low != "felt")
		}
	}
	return true
}

func hasVerb(ts []token) bool {
	for i, k := range ts {
		if k.low == "i" && i+1 < len(ts) && ts[i+1].word && !joins[ts[i+1].low] {
			return true
		}
		if verbs[k.low] || i > 0 && strings.HasSuffix(k.low, "ed") && len(k.low) > 4 {
			return true
		}
	}
	return false
}

// quotable reports whether a clause can stand inside “…”.
func quotable(c clause) bool {
	for _, k := range c.tokens {
		if strings.ContainsAny(k.text, "\"“”") {
			return false
		}
	}
	return true
}

// english reports whether the words look like the one language that the
// turning of persons knows.
func english(ts []token) bool {
	words, known := 0, 0
	for _, k := range ts {
		if k.word {
			words++
			if functionWords[k.low] || common[k.low] {
				known++
			}
		}
	}
	return words > 0 && known*6 >= words
}

// slotWords returns a short clause of hers for the slot of a question.
func slotWords(t text, all []clause, used func(string) bool) (clause, bool) {
	var best clause
	most := 1
	for _, c := range all {
		n := countWords(c.tokens)
		if n < 3 || n > wordsMost || !plain(t, c) || !quotable(c) || n < 4 && !c.whole {
			continue
		}
		first := c.tokens[0].low
		if used(t.slice(c.start, c.end)) || !stays(c) || !english(c.tokens) || !hasVerb(c.tokens) ||
			!openers[first] && !subjects[first] && !hasVerb(c.tokens[:1]) && !strings.HasSuffix(first, "ed") {
			continue
		}
		if score := weight(c, nil); score > most {
			best, most = c, score
		}
	}
	return best, most > 1
}

// clip bounds the work on a very long text.
func clip(s string) string {
	if r := []rune(s); len(r) > 20000 {
		return string(r[:20000])
	}
	return s
}
