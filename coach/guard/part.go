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
	marked := strings.Contains(text, "?")
	for i, tries := 0, 0; i < end && tries < 3; i++ {
		if i > 0 && !starts(ws[:end], i, marked) || i == 0 && end == len(ws) {
			continue
		}
		tries++
		rest := text[:ws[i].at]
		if i > 0 && (!apart(ws[:i]) || nudgesHer(rest)) {
			return Verdict{}, false
		}
		to := len(text)
		if end < len(ws) {
			to = ws[end-1].to
		}
		sub := capital(text[ws[i].at:to])
		if end < len(ws) && marked {
			sub += "?"
		}
		if v := g.whole(sub, e); v.Pass && v.Kind == memory.KindQuestion {
			v.rest = rest
			return v, true
		}
	}
	return Verdict{}, false
}

// starts says whether an open question may begin at word i of a longer
// sentence.
func starts(ws []word, i int, marked bool) bool {
	w := ws[i]
	if w.quoted || ws[i].pause < comma && !(links[ws[i-1].raw] || ws[i-1].raw == "so") {
		return false
	}
	if opens, imperative := opensAt(ws[i:]); !opens || imperative {
		return opens
	}
	plain := w.raw == "what" || w.raw == "how" || w.raw == "why" || before[w.raw]
	return (plain || marked && (w.raw == "where" || w.raw == "when")) && inverted(ws[i:]) || w.raw == "what" && marked && !cleft(ws[i:])
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
	if supposes(ws) {
		return false
	}
	for len(ws) > 0 && (leadIns[ws[0].raw] || fillers[ws[0].raw]) {
		ws = ws[1:]
	}
	return len(ws) == 0 || !helpers[ws[0].raw] && !(fronts[ws[0].raw] && !before[ws[0].raw]) && !strings.HasSuffix(ws[0].raw, "ing")
}

// supposes says whether words begin by asking her to suppose something.
func supposes(ws []word) bool {
	ws = unled(withoutFillers(ws))
	return len(ws) > 0 && supposing[ws[0].raw]
}

var supposing = set("imagine picture pretend assume say consider think let take try suppose supposing imagining assuming")

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
