package guide

import "strings"

// clause is a span of what she said that stands by itself: nothing that
// denies, hedges or conditions it is left outside.
type clause struct {
	tokens     []token
	start, end int // in runes; closing punctuation left out
	sentence   int // which sentence of the message, from 0
	whole      bool
}

// hedged reports whether any token denies or hedges.
func hedged(ts []token) bool {
	for i, k := range ts {
		if negations[k.low] || hedges[k.low] || strings.HasSuffix(k.low, "n't") {
			return true
		}
		if i > 0 && k.low == "of" && (ts[i-1].low == "sort" || ts[i-1].low == "kind") {
			return true
		}
	}
	return false
}

func anyIn(ts []token, in map[string]bool) bool {
	for _, k := range ts {
		if in[k.low] {
			return true
		}
	}
	return false
}

// sentences cuts at the ends of sentences and lines; a dot inside a number
// or "…" does not end one.
func sentences(t text) [][]token {
	var out [][]token
	from := 0
	for i, k := range t.tokens {
		if !endsSentence(t, i) {
			continue
		}
		end := i + 1
		if k.text[0] == '\n' {
			end = i
		}
		if end > from {
			out = append(out, t.tokens[from:end])
		}
		from = i + 1
	}
	if from < len(t.tokens) {
		out = append(out, t.tokens[from:])
	}
	return out
}

func endsSentence(t text, i int) bool {
	k := t.tokens[i]
	switch k.text[0] {
	case '\n', '!', '?':
		return !k.quoted || k.text[0] == '\n'
	case '.':
		if len(k.text) > 1 || k.quoted { // "..." goes on
			return false
		}
		return k.end >= len(t.runes) || !isWordRune(t.runes[k.end])
	}
	return strings.ContainsAny(k.text, "。！？")
}

// clauses returns every span of a message that can stand by itself.
func clauses(t text) []clause {
	ss := sentences(t)
	var out []clause
	for n, s := range ss {
		if last := s[len(s)-1]; strings.ContainsAny(last.text, "?？") {
			continue // what she asks is answered, not repeated
		}
		if n > 0 && countWords(ss[n-1]) <= 2 && anyIn(ss[n-1], hedges) {
			continue // "Maybe. I hate it."
		}
		qualifiedAfter := n+1 < len(ss) && (ss[n+1][0].low == "or" || countWords(ss[n+1]) <= 4 && takesBack(ss[n+1]))
		cuts, reach := boundaries(s), reachOf(s)
		for a := range cuts {
			if !reach.canStart(s, cuts[a]) {
				continue
			}
			for b := a + 1; b <= len(cuts); b++ {
				to := len(s)
				if b < len(cuts) {
					to = cuts[b]
				}
				if to-cuts[a] > tokensMost {
					break
				}
				if b == len(cuts) && qualifiedAfter || !canEnd(s, cuts, b) {
					continue
				}
				if c, ok := trim(s[cuts[a]:to]); ok {
					c.sentence, c.whole = n, a == 0 && b == len(cuts)
					out = append(out, c)
				}
			}
		}
	}
	return out
}

// takesBack reports whether a short sentence weakens the one before it:
// "Maybe.", "Or not.", "Not really."
func takesBack(s []token) bool {
	first := s[0].low
	return first == "or" || first == "no" || first == "kidding" || first == "just" || first == "well" || first == "unless" || first == "if" ||
		hedges[first] || negations[first] || first == "sort" || first == "kind" ||
		first == "i" && len(s) > 1 && (hedges[s[1].low] || negations[s[1].low])
}

func countWords(ts []token) int {
	n := 0
	for _, k := range ts {
		if k.word {
			n++
		}
	}
	return n
}

// boundaries returns the places in a sentence where a clause with a subject
// of its own begins; the first is 0.
func boundaries(s []token) []int {
	cuts := []int{0}
	for i := 1; i < len(s); i++ {
		at := -1
		prev := s[i-1]
		switch {
		case s[i].quoted || !s[i].word || joins[prev.low]:
		case !prev.word && strings.ContainsAny(prev.text, ",;:—–-…."):
			if subjects[s[i].low] || joined(s, i, subjects) {
				at = i
			}
		case joined(s, i, firstPerson) && i-cuts[len(cuts)-1] >= 3 && subjects[s[cuts[len(cuts)-1]].low]:
			at = i
		}
		if at > 0 {
			cuts = append(cuts, at)
		}
	}
	return cuts
}

// joined reports whether at i stands "and", "but" or "and then" before one of
// the words.
func joined(s []token, i int, words map[string]bool) bool {
	for j := i; j < len(s) && j < i+3; j++ {
		if j > i && words[s[j].low] {
			return true
		}
		if !joins[s[j].low] {
			return false
		}
	}
	return false
}

// tokensMost bounds a clause, marks included; longer ones are of no use.
const tokensMost = 40

// reach says from which place in a sentence on something said before still
// bears on what follows.
type reach struct{ denial, holder, condition int }

func reachOf(s []token) reach {
	r := reach{len(s), len(s), len(s)}
	for i := len(s) - 1; i >= 0; i-- {
		if hedged(s[max(0, i-1) : i+1]) {
			r.denial = i
		}
		if holders[s[i].low] {
			r.holder = i
		}
		if conditions[s[i].low] {
			r.condition = i
		}
	}
	return r
}

// canStart reports whether the words before i may be left off.
func (r reach) canStart(s []token, i int) bool {
	if s[i].low == "but" || s[i].low == "yet" {
		return i <= r.condition
	}
	return i <= r.denial && i <= r.holder
}

// canEnd reports whether the words from the boundary cuts[b] on may be left off.
func canEnd(s []token, cuts []int, b int) bool {
	if b == len(cuts) {
		return true
	}
	i := cuts[b]
	next := s[i:]
	if b+1 < len(cuts) {
		next = s[i:cuts[b+1]]
	}
	if s[i].low == "but" || s[i].low == "yet" {
		return false // what comes before "but" is half of it
	}
	return !(countWords(next) <= 4 && hedged(next)) // ", I think"
}

// trim takes the joining word and the closing punctuation off. "But" stays:
// it says that there was another side.
func trim(ts []token) (clause, bool) {
	for len(ts) > 0 && (!ts[0].word && !opensQuote(ts[0]) || ts[0].low == "and" || ts[0].low == "so" || ts[0].low == "then" || leadIns[ts[0].low]) {
		ts = ts[1:]
	}
	for len(ts) > 0 && !ts[len(ts)-1].word && !strings.ContainsAny(ts[len(ts)-1].text, "\"”'’%$€£") {
		ts = ts[:len(ts)-1]
	}
	if len(ts) == 0 {
		return clause{}, false
	}
	return clause{tokens: ts, start: ts[0].start, end: ts[len(ts)-1].end}, true
}

// leadIns say nothing; "no" does, and stays.
var leadIns = set(`well yes yeah oh ok okay right`)

func opensQuote(k token) bool { return strings.ContainsAny(k.text, "\"“'‘$€£") }
