package guard

import "strings"

// A turn of phrase that English has in more than one form, and the form in
// which two texts are compared. What is shown stays as it was written.
type turn struct{ from, to []string }

// turnings are closed: helping verbs, pronouns, measures. Nothing here differs
// in whether or how surely a thing is so.
var turnings = turned(`no one = nobody | not anybody = nobody | not anyone = nobody | not anything = nothing
am going to = will | are going to = will | is going to = will | am gonna = will
would like to = want to | have got a = have a | has got a = have a | have got to = need to | has got to = need to | have to = need to | has to = need to | got to = need to
am unable to = can not | are unable to = can not | is unable to = can not
a lot of = many | lots of = many | loads of = many | plenty of = many | a couple of = few | a couple = few | a few = few
in order to = to | so as to = to | due to = because of | as well = too | each other = one another | as if = as though`)

// performed words only say that a sentence is being said: "I'm saying (that)".
// Denied, they leave "not that" behind.
var performed = turned(`are not saying that = not that | are not saying = not that | am not saying that = not that | am not saying = not that
are saying that = | are saying = | am saying that = | am saying = | are just saying that = | am just saying that = | are just saying = | am just saying =`)

func turned(s string) (all []turn) {
	for _, line := range strings.FieldsFunc(s, func(c rune) bool { return c == '|' || c == '\n' }) {
		from, to, _ := strings.Cut(line, "=")
		all = append(all, turn{strings.Fields(from), strings.Fields(to)})
	}
	return all
}

// settled brings turns of phrase to the form in which they are compared.
func settled(ws []word) []word {
	out := make([]word, 0, len(ws))
	for i := 0; i < len(ws); {
		if to, n, ok := turning(ws[i:]); ok {
			for j, raw := range to {
				w := word{raw: raw, key: key(raw, nil), at: ws[i].at, to: ws[i+n-1].to}
				if j == 0 {
					w.pause = ws[i].pause
				}
				out = append(out, w)
			}
			if len(to) == 0 && i+n < len(ws) {
				ws[i+n].pause = max(ws[i+n].pause, ws[i].pause)
			}
			i += n
			continue
		}
		out = append(out, ws[i])
		i++
	}
	return out
}

// turning is what the words at the beginning of ws become, and how many they
// are.
func turning(ws []word) (to []string, n int, ok bool) {
	if ws[0].key == "@you" && len(ws) > 2 {
		for _, t := range performed {
			if n := 1 + len(t.from); len(ws) > n && runs(ws[1:n], t.from) {
				return t.to, n, true
			}
		}
	}
	for _, t := range turnings {
		if n := len(t.from); len(ws) >= n && runs(ws[:n], t.from) && (t.from[n-1] != "to" || len(ws) > n) {
			return t.to, n, true
		}
	}
	return nil, 0, false
}

// runs says whether words are these, with no pause and no quotation mark
// between them.
func runs(ws []word, raws []string) bool {
	for i, w := range ws {
		if w.raw != raws[i] || w.quoted || i > 0 && w.pause > 0 {
			return false
		}
	}
	return true
}
