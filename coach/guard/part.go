package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"innerwork/memory"
)

// part looks in a sentence that may not pass for the one question in it that
// stands by itself: behind a statement that ended ("that was a lot, so how do
// you feel?"), beside the name of whom it speaks to. What is left out must be
// such that the question asks the same without it: no condition, no ground, no
// other question, and no nudge.
func (g *Guard) part(text string, ws []word, e *ear) (Verdict, bool) {
	if fold(text) != text {
		return Verdict{}, false
	}
	end := len(ws)
	if n := named(text, ws); n > 0 {
		end -= n
	}
	said := 0 // where the sentence begins behind "great," and the like
	for said < end-1 && exclaimed[ws[said].raw] && ws[said+1].pause >= comma {
		said++
	}
	for i := 0; i < end; i++ {
		if i > 0 && i == said && !starts(ws[:end], i) {
			if v := g.whole(capital(strings.TrimLeft(text[ws[i].at:], " ")), e); v.Pass && v.Kind == memory.KindMirror {
				return v, true
			}
			continue
		}
		if i > 0 && !starts(ws[:end], i) || i == 0 && end == len(ws) {
			continue
		}
		rest := text[:ws[i].at]
		if i > 0 && (!apart(ws[:i]) || nudgesHer(rest)) {
			return Verdict{}, false
		}
		to := len(text)
		if end < len(ws) {
			to = ws[end-1].to
		}
		sub := capital(text[ws[i].at:to])
		if end < len(ws) && strings.Contains(text, "?") {
			sub += "?"
		}
		if v := g.whole(sub, e); v.Pass && v.Kind == memory.KindQuestion {
			v.rest = rest
			return v, true
		}
	}
	return Verdict{}, false
}

// exclaimed words take in what was said before the sentence itself begins.
var exclaimed = set("great good fine nice cool wow excellent fantastic perfect exactly absolutely definitely totally sure alright okay ok right yes no yep yeah oh ah mm hmm uh um well so and but gotcha fair true lovely wonderful")

// starts says whether an open question may begin at word i of a longer
// sentence.
func starts(ws []word, i int) bool {
	w := ws[i]
	if w.quoted || ws[i].pause < comma && !(links[ws[i-1].raw] || ws[i-1].raw == "so") {
		return false
	}
	if opens, imperative := opensAt(ws[i:]); !opens || imperative {
		return opens
	}
	return (w.raw == "what" || w.raw == "how" || w.raw == "why" || before[w.raw]) && inverted(ws[i:])
}

// apart says whether the words before a question are a statement that the
// question does not need.
func apart(ws []word) bool {
	for i, w := range ws {
		if w.quoted || conditions[w.raw] || causes[w.raw] && w.raw != "so" || w.raw == "given" || w.raw == "as" && (i == 0 || w.pause > 0) {
			return false
		}
		if askers[w.raw] && i+1 < len(ws) && helpers[ws[i+1].raw] {
			return false
		}
	}
	for len(ws) > 0 && (leadIns[ws[0].raw] || fillers[ws[0].raw]) {
		ws = ws[1:]
	}
	return len(ws) == 0 || !helpers[ws[0].raw] && !(fronts[ws[0].raw] && !before[ws[0].raw]) && !strings.HasSuffix(ws[0].raw, "ing")
}

// named is how many words at the end are the name of whom a question speaks
// to: one or two with capitals behind a comma.
func named(text string, ws []word) int {
	for n := 1; n <= 2 && n < len(ws); n++ {
		w := ws[len(ws)-n]
		if c, _ := utf8.DecodeRuneInString(text[w.at:]); !unicode.IsUpper(c) || w.quoted || w.key[0] == '@' {
			return 0
		}
		if w.pause >= comma {
			return n
		}
	}
	return 0
}

// capital begins a text as a sentence begins.
func capital(s string) string {
	c, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(c)) + s[n:]
}
