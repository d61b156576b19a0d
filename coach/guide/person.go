package guide

import (
	"strings"
	"unicode"
)

// turned maps her first person to the second.
var turned = map[string]string{
	"i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself",
	"i'm": "you're", "i've": "you've", "i'd": "you'd", "i'll": "you'll",
	"im": "you're", "ive": "you've",
}

// agreeing maps verbs that change with the person.
var agreeing = map[string]string{"am": "are", "was": "were", "wasn't": "weren't", "wasnt": "weren't"}

// apostrophes are put in where haste left them out; elsewhere her spelling stays.
var apostrophes = map[string]string{
	"dont": "don't", "didnt": "didn't", "doesnt": "doesn't", "isnt": "isn't", "arent": "aren't", "werent": "weren't", "wouldnt": "wouldn't",
	"couldnt": "couldn't", "shouldnt": "shouldn't", "havent": "haven't", "hasnt": "hasn't", "hadnt": "hadn't", "cant": "can't", "wont": "won't",
}

// between may stand between "I" and its verb.
var between = set(`always never just still also really only even once then often sometimes usually already now not simply probably honestly
actually certainly certainly both too ever rarely seldom mostly maybe perhaps secretly suddenly truly almost finally`)

// turn says a clause to her: I to you, my to your, and the verbs with them.
// It refuses what it cannot say without a mistake. Words in quotation marks
// stay as they are.
func turn(t text, ts []token) (string, bool) {
	var b strings.Builder
	for i, k := range ts {
		if i > 0 && t.tokensGap(ts[i-1], k) {
			b.WriteByte(' ')
		}
		word, ok := turnWord(ts, i)
		if !ok {
			return "", false
		}
		if strings.Contains(k.text, "’") {
			word = strings.ReplaceAll(word, "'", "’")
		}
		b.WriteString(word)
	}
	said := b.String()
	if shouts(ts) { // nobody is shouted at
		said = strings.ToLower(said)
	}
	return sentenceCase(said), true
}

func turnWord(ts []token, i int) (string, bool) {
	k := ts[i]
	if k.quoted || !k.word {
		return k.text, true
	}
	switch k.low {
	case "we", "us", "ours", "ourselves", "we're", "we've", "we'd", "we'll", "let's", "you", "your", "yours", "yourself", "you're", "you've", "you'd", "you'll", "u",
		"i's", "id", "ill", "our":
		return "", false
	case "mine":
		if i > 0 && (ts[i-1].low == "a" || ts[i-1].low == "the" || ts[i-1].low == "this" || ts[i-1].low == "that") {
			return k.text, true
		}
	case "am", "was", "wasn't", "wasnt":
		switch subjectIsI(ts, i) {
		case yes:
			return agreeing[k.low], true
		case unsure:
			return "", false
		}
		if k.low == "wasnt" {
			return "wasn't", true
		}
		return k.text, true
	}
	if to, ok := turned[k.low]; ok {
		return to, true
	}
	if to, ok := apostrophes[k.low]; ok {
		return to, true
	}
	return k.text, true
}

type answer int

const (
	no answer = iota
	yes
	unsure
)

// subjectIsI finds out whether the verb at i belongs to "I".
func subjectIsI(ts []token, i int) answer {
	for j := i - 1; j >= 0; j-- {
		k := ts[j]
		switch {
		case k.low == "i":
			if j > 0 && (ts[j-1].low == "and" || ts[j-1].low == "or") {
				return unsure
			}
			return yes
		case between[k.low]:
			continue
		case !k.word || joins[k.low] || k.low == "or":
			return unsure // "I sat there and was ashamed"
		}
		break
	}
	if i+1 < len(ts) && ts[i+1].low == "i" {
		return yes // "nor was I"
	}
	if ts[i].low == "am" {
		return unsure
	}
	return no
}

// tokensGap reports whether there was space between two tokens.
func (t text) tokensGap(a, b token) bool { return b.start > a.end }

// shouts reports whether a clause is in capitals.
func shouts(ts []token) bool {
	upper, lower := 0, 0
	for _, k := range ts {
		for _, r := range k.text {
			if unicode.IsUpper(r) {
				upper++
			} else if unicode.IsLower(r) {
				lower++
			}
		}
	}
	return upper > 3 && lower == 0
}

func sentenceCase(s string) string {
	for i, r := range s {
		if unicode.IsLetter(r) {
			return s[:i] + string(unicode.ToUpper(r)) + s[i+len(string(r)):]
		}
		if unicode.IsDigit(r) {
			return s
		}
	}
	return s
}
