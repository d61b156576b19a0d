package guide

import (
	"strings"
	"unicode"
)

// token is a word of a text, or a run of punctuation.
type token struct {
	text       string
	low        string // lower case, straight apostrophe
	start, end int    // in runes of the text
	word       bool
	quoted     bool // inside quotation marks: somebody's words, to be left as they are
}

// text is what she said once, cut into tokens.
type text struct {
	runes  []rune
	tokens []token
}

func (t text) slice(start, end int) string { return string(t.runes[start:end]) }

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

func isApostrophe(r rune) bool { return r == '\'' || r == '’' }

// read cuts a text into tokens. An apostrophe or hyphen between letters
// belongs to the word.
func read(s string) text {
	t := text{runes: []rune(s)}
	quoted := false
	for i := 0; i < len(t.runes); {
		r := t.runes[i]
		if r != '\n' && unicode.IsSpace(r) {
			i++
			continue
		}
		j := i + 1
		if isWordRune(r) {
			for j < len(t.runes) && (isWordRune(t.runes[j]) ||
				(isApostrophe(t.runes[j]) || t.runes[j] == '-') && j+1 < len(t.runes) && isWordRune(t.runes[j+1])) {
				j++
			}
		} else {
			for j < len(t.runes) && t.runes[j] == r { // "..." and "!!" are one
				j++
			}
		}
		tok := token{text: t.slice(i, j), start: i, end: j, word: isWordRune(r)}
		tok.low = strings.ReplaceAll(strings.ToLower(tok.text), "’", "'")
		switch {
		case r == '“':
			quoted = true
		case r == '”':
			quoted = false
		case r == '"':
			quoted = !quoted
		case r == '\n':
			quoted = false
		}
		tok.quoted = quoted
		t.tokens = append(t.tokens, tok)
		i = j
	}
	return t
}

// stem cuts the commonest endings, so that "teams" and "team" are one.
func stem(low string) string {
	low = strings.TrimSuffix(low, "'s")
	for _, end := range []string{"ing", "ed", "ies", "es", "s", "ly"} {
		if base, ok := strings.CutSuffix(low, end); ok && len(base) >= 3 && !strings.HasSuffix(low, "ss") {
			if n := len(base); n > 3 && base[n-1] == base[n-2] && !strings.ContainsRune("ls", rune(base[n-1])) {
				base = base[:n-1]
			}
			return strings.TrimSuffix(base, "e")
		}
	}
	return strings.TrimSuffix(low, "e")
}

// content returns the stems of the words with a subject of their own, each
// with a token that shows it.
func content(t text) map[string]token {
	m := map[string]token{}
	for _, k := range t.tokens {
		if k.word && !common[k.low] && len([]rune(k.low)) >= 3 && !isNumber(k.low) {
			m[stem(k.low)] = k
		}
	}
	return m
}

func isNumber(s string) bool { return strings.Trim(s, "0123456789") == "" }

// find looks for a cue, word by word, and returns its token range.
func find(t text, cue string) (from, to int, ok bool) {
	parts := strings.Fields(cue)
	for i := range t.tokens {
		j := i
		for _, p := range parts {
			if j >= len(t.tokens) || !t.tokens[j].word || !inflects(t.tokens[j].low, p, len(parts) == 1) {
				break
			}
			j++
		}
		if j-i == len(parts) && !t.tokens[i].quoted {
			return i, j, true
		}
	}
	return 0, 0, false
}

// inflects reports whether a word is the cue or the cue with a plain ending.
func inflects(word, cue string, endings bool) bool {
	if word == cue {
		return true
	}
	if !endings || len(cue) < 4 {
		return false
	}
	for _, end := range []string{"s", "es", "d", "ed", "ing"} {
		if word == cue+end {
			return true
		}
	}
	base, ok := strings.CutSuffix(cue, "e")
	return ok && word == base+"ing"
}
