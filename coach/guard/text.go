package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"golang.org/x/text/unicode/norm"
)

// A word is one word of a sentence as the guard compares it.
type word struct {
	raw    string // lower case, contractions undone
	key    string // the stem; persons have keys of their own ("@you")
	pause  int    // what stands before it: nothing, a comma's worth, a full stop's worth
	quoted bool   // it stands between quotation marks
	cut    bool   // a hyphen and the next word follow at once: "w-where"
	at, to int    // where it stands in the folded text, in bytes
}

const (
	comma = 1
	stop  = 2
)

// spoken says from whose mouth a text comes, which decides whom "I" and "you"
// mean: the same person has the same key in her text and in the coach's.
type spoken map[string]string

var byHer = spoken{
	"i": "@you", "me": "@you", "my": "@your", "mine": "@yours", "myself": "@yourself",
	"we": "@you", "us": "@you", "our": "@your", "ours": "@yours", "ourselves": "@yourself",
	"you": "@2", "your": "@2r", "yours": "@2s", "yourself": "@2self", "yourselves": "@2self",
}

var byCoach = spoken{
	"i": "@coach", "me": "@coach", "my": "@coach", "mine": "@coach", "myself": "@coach",
	"we": "@coach", "us": "@coach", "our": "@coach", "ours": "@coach", "ourselves": "@coach",
	"you": "@you", "your": "@your", "yours": "@yours", "yourself": "@yourself", "yourselves": "@yourself",
}

// fold brings a text to one form: compatibility forms, quotation marks and
// blanks made plain, invisible and direction characters gone.
func fold(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\t':
			return c
		case invisible(c):
			return -1
		case unicode.IsSpace(c):
			return ' '
		}
		switch c {
		case '’', '‘', 'ʼ', '´', '`', '′':
			return '\''
		case '“', '”', '„', '«', '»', '‟', '″', '「', '」', '‹', '›':
			return '"'
		}
		return c
	}, norm.NFKC.String(s))
}

// words takes a text apart. It never fails: what is no word is a pause.
func words(text string, who spoken) []word {
	var out []word
	pause, quoted := stop, false
	begin := 0
	add := func(raw string, end int) {
		quote := false
		for strings.HasPrefix(raw, "'") {
			raw, quote = raw[1:], true
		}
		if quote {
			quoted = true
		}
		closes := strings.HasSuffix(raw, "'") && quoted
		raw = strings.TrimRight(raw, "'")
		for _, w := range undo(raw) {
			out = append(out, word{raw: w, key: key(w, who), pause: pause, quoted: quoted, at: begin, to: end})
			pause = 0
		}
		if closes {
			quoted = false
		}
	}
	var b strings.Builder
	flush := func(end int) {
		if b.Len() > 0 {
			add(b.String(), end)
			b.Reset()
		}
	}
	text = fold(text)
	for i, c := range text {
		switch {
		case unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.Is(unicode.M, c) || c == '\'':
			if b.Len() == 0 {
				begin = i
			}
			b.WriteRune(unicode.ToLower(c))
			continue
		}
		flush(i)
		switch {
		case c == '-' && len(out) > 0 && out[len(out)-1].to == i:
			out[len(out)-1].cut = true
		case c == '"':
			quoted = !quoted
		case strings.ContainsRune(".!?。！？\n…", c):
			pause = stop
		case strings.ContainsRune(",;:–—()、，", c):
			pause = max(pause, comma)
		}
	}
	flush(len(text))
	return out
}

var contractions = map[string]string{
	"can't": "can not", "cannot": "can not", "won't": "will not", "shan't": "shall not", "let's": "let us",
	"dont": "do not", "cant": "can not", "wont": "will not", "didnt": "did not", "doesnt": "does not", "isnt": "is not",
	"wasnt": "was not", "arent": "are not", "couldnt": "could not", "wouldnt": "would not", "shouldnt": "should not",
	"havent": "have not", "hasnt": "has not", "hadnt": "had not", "werent": "were not",
	"im": "i am", "ive": "i have", "youre": "you are", "youve": "you have", "theyre": "they are", "thats": "that is", "whats": "what is",
	"gonna": "going to", "wanna": "want to", "gotta": "got to", "'cause": "because", "cuz": "because", "cos": "because",
	"ain't": "is not", "i'm": "i am", "anymore": "any more", "spose": "suppose", "s'pose": "suppose", "lotta": "lot of", "outta": "out of", "sorta": "sort of", "kinda": "kind of", "dunno": "do not know",
}

var endings = []struct{ short, full string }{{"n't", "not"}, {"'re", "are"}, {"'ve", "have"}, {"'ll", "will"}, {"'d", "would"}, {"'m", "am"}}

// isWords are the words after which 's is "is" and not a possessive.
var isWords = set("it that what there here who he she how where when this everything nothing something everyone nobody")

func undo(w string) []string {
	if full, ok := contractions[w]; ok {
		return strings.Fields(full)
	}
	if head, ok := strings.CutSuffix(w, "'d"); ok && askers[head] {
		return []string{head, "did"} // "where'd he go"
	}
	for _, e := range endings {
		if head, ok := strings.CutSuffix(w, e.short); ok && head != "" {
			return []string{head, e.full}
		}
	}
	if head, ok := strings.CutSuffix(w, "'s"); ok && head != "" {
		if isWords[head] {
			return []string{head, "is"}
		}
		return []string{head}
	}
	if w = strings.ReplaceAll(w, "'", ""); w == "" {
		return nil
	}
	return []string{w}
}

// irregular brings the commonest irregular forms to one key.
var irregular = forms(`be am is are been being | was were | have has had having | do does did done doing | go goes went gone going
say says said saying | tell told | think thought | know knew known | see saw seen | hear heard | feel felt | find found | get got gotten | give gave given
take took taken | come came | become became | begin began begun | keep kept | leave left | lose lost | make made | mean meant | meet met | pay paid
put | read | run ran | sell sold | send sent | sit sat | sleep slept | speak spoke spoken | spend spent | stand stood | teach taught | understand understood
wake woke woken | wear wore worn | win won | write wrote written | break broke broken | bring brought | build built | buy bought | catch caught | choose chose chosen
draw drew drawn | drink drank drunk | drive drove driven | eat ate eaten | fall fell fallen | fight fought | fly flew flown | forget forgot forgotten | forgive forgave forgiven
grow grew grown | hide hid hidden | hold held | lead led | lie lay lain | ride rode ridden | rise rose risen | seek sought | shake shook shaken | sing sang sung
steal stole stolen | swear swore sworn | tear tore torn | throw threw thrown | hang hung | bear bore borne | blow blew blown | freeze froze frozen | shrink shrank shrunk
child children | man men | woman women | person people | life lives | wife wives | self selves | foot feet
more most much many | little less least`)

// alike brings words that say the same to one key, so that a mirror may use
// the other one. None of them differs in degree, in praise or in blame.
var alike = forms(`mother mum mom mam mommy mummy | father dad daddy | child kid kids | grandmother grandma granny | grandfather grandpa | spouse partner
begin start starts started starting begins beginning | speak talk talks talked talking speaks speaking | difficult hard tough
big large huge | little small | fast quick quickly | afraid scared frightened | angry mad | sad unhappy | glad happy | tired exhausted
job work | boss manager supervisor | firm company business | money cash | house home | cigarette cigarettes smoke smokes smoking smoked | alcohol drink drinks drinking
big large | often frequently | nearly almost | enough sufficient
buy purchase | use uses using used | help assist | okay ok fine alright | sure certain | whole entire | annoyed irritated | upset distressed
somebody someone | anybody anyone | everybody everyone | kind sort type | maybe perhaps | till until | while whilst | toward towards
one 1 | two 2 | three 3 | four 4 | five 5 | six 6 | seven 7 | eight 8 | nine 9 | ten 10 | eleven 11 | twelve 12 | twenty 20 | thirty 30 | forty 40 | fifty 50 | hundred 100 | picture image | phone telephone`)

func forms(s string) map[string]string {
	m := map[string]string{}
	for _, line := range strings.FieldsFunc(s, func(c rune) bool { return c == '|' || c == '\n' }) {
		f := strings.Fields(line)
		for _, w := range f {
			m[w] = f[0]
		}
	}
	return m
}

func key(w string, who spoken) string {
	if k, ok := who[w]; ok {
		return k
	}
	if base, ok := irregular[w]; ok {
		w = base
	}
	if same, ok := alike[w]; ok {
		w = same
	}
	stem := stemmed(w)
	if same, ok := alikeStems[stem]; ok && inflected(w) {
		return same
	}
	return stem
}

// alikeStems is alike for the inflected forms of its words: "working" is
// "work".
var alikeStems = func() map[string]string {
	m := map[string]string{}
	for w, same := range alike {
		m[stemmed(w)] = stemmed(same)
	}
	return m
}()

// inflected says whether a word has one of the endings that change its form and
// not what it means; "hardly" is not "hard".
func inflected(w string) bool {
	return strings.HasSuffix(w, "s") || strings.HasSuffix(w, "ed") || strings.HasSuffix(w, "ing")
}

func stemmed(w string) string {
	env := snowballstem.NewEnv(w)
	english.Stem(env)
	return env.Current()
}

func set(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// invisible characters are never shown and never part a word.
func invisible(c rune) bool {
	return c != '\n' && c != '\t' && c != '\r' && (unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Cc, c)) ||
		unicode.Is(unicode.Variation_Selector, c) || c == utf8.RuneError || c == '\u3164' || c == '\u115f' || c == '\u1160'
}
