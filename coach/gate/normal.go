package gate

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// alike maps letters of other alphabets, and digits set inside words, to the
// Latin letter they are drawn like.
var alike = strings.NewReplacer(
	"а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "х", "x", "у", "y", "і", "i", "ѕ", "s", "к", "k", "м", "m", "т", "t", "н", "h", "в", "b", "ԁ", "d",
	"α", "a", "ε", "e", "ο", "o", "ι", "i", "κ", "k", "ν", "v", "ρ", "p", "τ", "t", "υ", "u", "χ", "x",
	"ı", "i", "ß", "ss",
)

// contractions are undone so that a rule is written once, in full forms. The
// key carries no apostrophe; what is also a plain word of its own (well, were,
// its, shed, wed, ill) stays out and is undone only when it has one.
var contractions = map[string]string{
	"im": "i am", "ive": "i have", "id": "i would", "dont": "do not", "doesnt": "does not", "didnt": "did not",
	"cant": "can not", "cannot": "can not", "couldnt": "could not", "wouldnt": "would not", "shouldnt": "should not",
	"wont": "will not", "isnt": "is not", "arent": "are not", "aint": "is not", "wasnt": "was not", "werent": "were not",
	"havent": "have not", "hasnt": "has not", "hadnt": "had not", "youre": "you are", "theyre": "they are",
	"theyd": "they would", "theyve": "they have", "theyll": "they will", "hes": "he is", "shes": "she is",
	"thats": "that is", "whats": "what is", "theres": "there is", "wanna": "want to", "gonna": "going to",
	"u": "you", "everyones": "everyone is", "everybodys": "everybody is", "anymore": "any more", "noone": "no one",
}

var apostrophed = map[string]string{
	"i'll": "i will", "he'd": "he would", "she'd": "she would", "we'd": "we would", "you'd": "you would",
	"he'll": "he will", "she'll": "she will", "we'll": "we will", "you'll": "you will", "it'll": "it will",
	"we're": "we are", "it's": "it is", "we've": "we have", "you've": "you have", "it'd": "it would",
	"who'd": "who would", "who's": "who is", "everyone'd": "everyone would", "let's": "let us",
}

// normalise brings a text to lower-case words between single blanks, with "."
// as the only mark, at the end of each sentence or clause: " i am fine . ". So
// a rule can be matched as plain words and never runs over a full stop.
func normalise(text string) string {
	text = alike.Replace(strings.ToLower(stripMarks(norm.NFKD.String(text))))
	var words []string
	var word strings.Builder
	end := func() {
		if w := strings.Trim(word.String(), "'"); w != "" {
			words = append(words, undo(w)...)
		}
		word.Reset()
	}
	for _, c := range text {
		switch {
		case unicode.IsLetter(c) || unicode.IsDigit(c):
			word.WriteRune(c)
		case c == '\'' || c == '’' || c == '‘' || c == 'ʼ' || c == '´' || c == '`':
			word.WriteRune('\'')
		case invisible(c):
		case c == '*' || c == '@' || c == '$' || c == '!' && word.Len() == 0:
			word.WriteRune(drawn(c))
		case strings.ContainsRune(".!?;:\n。！？", c):
			end()
			if len(words) > 0 && words[len(words)-1] != "." {
				words = append(words, ".")
			}
		default:
			end()
		}
	}
	end()
	return " " + strings.Join(words, " ") + " "
}

// undo splits a contraction into its words; digits inside a word of letters
// become the letters they are drawn like.
func undo(w string) []string {
	if full, ok := apostrophed[w]; ok {
		return strings.Fields(full)
	}
	owner := strings.HasSuffix(w, "'s")
	w = strings.ReplaceAll(w, "'", "")
	if full, ok := contractions[w]; ok {
		return strings.Fields(full)
	}
	if owner {
		return []string{strings.TrimSuffix(w, "s"), "s"}
	}
	if strings.IndexFunc(w, unicode.IsLetter) >= 0 && strings.IndexFunc(w, unicode.IsDigit) >= 0 {
		w = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t").Replace(w)
	}
	return []string{w}
}

// squeeze joins letters that stand apart ("s u i c i d e") back into words. It
// returns "" when no four stand in a row, so that there is nothing to read.
func squeeze(t string) string {
	var out []string
	run, found := "", false
	for _, w := range append(strings.Fields(t), "") {
		if len(w) == 1 && w != "." {
			run += w
			found = found || len(run) >= 4
			continue
		}
		if run != "" {
			out = append(out, run)
			run = ""
		}
		if w != "" && w != "." {
			out = append(out, w)
		}
	}
	if !found {
		return ""
	}
	return " " + strings.Join(out, " ") + " "
}

// stripMarks removes the accents that NFKD has set apart.
func stripMarks(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Mn, c) {
			return -1
		}
		return c
	}, s)
}

// invisible characters are dropped, so that they cannot part a word.
func invisible(c rune) bool {
	return unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Variation_Selector, c) || c == '\u115f' || c == '\u3164' || c == '\u00ad'
}

func drawn(c rune) rune {
	switch c {
	case '@':
		return 'a'
	case '$':
		return 's'
	case '!':
		return 'i'
	}
	return c
}
