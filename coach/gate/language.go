package gate

import (
	"slices"
	"strings"
)

// frequent holds the commonest words of each language the gate can read at
// all, accents off, as normalise leaves them; words that two of them share are
// left out.
var frequent = map[string][]string{
	"en": strings.Fields("the and i you of to it that was is not do my have but with for this be what we they he she are would there at as if so just about would could when been from"),
	"de": strings.Fields("ich und nicht das ist mich mir mein meine zu der ein eine dass aber habe bin sie wir auf fur wenn auch mehr kann will noch nur wie"),
	"fr": strings.Fields("je et ne pas que les des est mon ma mes pour une dans vous nous mais plus suis avec sur ce qui ai elle il moi veux"),
	"es": strings.Fields("yo y que el los las mi mis una por para con pero mas estoy esta muy como cuando todo nada quiero soy hay ella me lo"),
}

// fullTongue is the language whose softened wording the gate knows.
const fullTongue = "en"

// language guesses by frequent words which language a normalised text is in. A
// text of fewer than eight words is taken as English: there is nothing to tell
// it by, and the rules of every language are tried on every text anyway.
func language(t string) (code string, covers Coverage) {
	words := strings.Fields(strings.ReplaceAll(t, " . ", " "))
	if len(words) < 8 && ascii(t) && !spoken(words) {
		return fullTongue, Full
	}
	best, most := "", 0
	for _, code := range []string{"en", "de", "fr", "es"} {
		n := 0
		for _, w := range words {
			if slices.Contains(frequent[code], w) {
				n++
			}
		}
		if n > most {
			best, most = code, n
		}
	}
	switch {
	case most*10 < len(words): // fewer than one word in ten is a frequent one
		return "", Unknown
	case best == fullTongue:
		return best, Full
	}
	return best, Plain
}

// spoken says whether a short text holds two frequent words of one language
// that is not English, and more of it than of English.
func spoken(words []string) bool {
	most, english := 0, 0
	for code, list := range frequent {
		n := 0
		for _, w := range words {
			if slices.Contains(list, w) {
				n++
			}
		}
		if code == fullTongue {
			english = n
		} else {
			most = max(most, n)
		}
	}
	return most >= 2 && most > english
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return c > 127 }) < 0
}
