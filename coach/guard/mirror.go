package guard

import (
	"slices"
	"strings"
)

// frames may stand before her words in a mirror: they say whose words follow,
// and nothing about them.
var frames = [][]string{}

func init() {
	for _, f := range []string{
		"so", "and", "but", "okay", "ok", "right", "well", "then", "now", "yes",
		"it sounds like", "it sounds as though", "it sounds as if", "sounds like", "it seems like", "it seems that", "it seems", "it seems to you", "seems like", "it looks like",
		"what i hear is that", "what i hear is", "i hear that", "i hear you say that", "i hear you say", "i am hearing that", "i am hearing you say", "i hear",
		"you say that", "you say", "you are saying that", "you are saying", "you said that", "you said", "you told me that", "you mentioned that", "you mentioned",
		"it sounds to me like", "it sounds to me as though", "it looks as though", "it feels like", "it feels as though", "it feels as if", "it seems as though", "it seems as if", "it seems to me that", "it is like", "i am hearing",
		"if i hear you", "if i hear you right", "if i understand you", "if i understand you right", "if i understand", "if i understand correctly", "if i am hearing you right", "from what you say", "from what you are saying", "from what you said", "from what i hear",
		"what you are describing is", "what you are telling me is that", "what you are telling me is", "you are telling me that", "you are telling me", "you tell me that", "you tell me", "you were saying that", "you were saying", "you are talking about", "you talk about", "you talked about",
		"you have noticed that", "you noticed that", "you have noticed", "you noticed", "you notice that", "you find that", "you find", "you know that", "you are aware that", "you are feeling like", "you are feeling that", "you are feeling", "you are thinking that", "you are thinking",
		"on one hand", "on the one hand", "on the other hand", "at the same time", "in other words", "so basically", "basically", "essentially", "sort of", "kind of", "i guess", "because", "or", "although", "though", "even though", "especially", "part of you", "a part of you",
		"it felt like", "it felt as though", "it felt as if", "it sounded like", "it seemed like", "it seemed as though", "you felt like", "you felt that", "you felt as though",
		"there is a part of you that says", "part of you says", "a part of you says", "one part of you says", "another part of you says", "part of you feels", "a part of you feels", "on one side", "on the one side", "on the other side", "on one level", "on another level", "and yet", "yet", "also", "meanwhile",
		"as you say", "as you said", "like you say", "like you said", "the way you put it", "as you put it", "your words were", "in your own words", "once more", "again", "first", "and also", "you also say that", "you also said that", "you also said", "you also say",
		"you feel that", "you feel like", "you feel as though", "you think that", "you think", "for you", "to you", "in your words", "what you are saying is that", "what you are saying is",
	} {
		frames = append(frames, strings.Fields(f))
	}
}

// mirror says whether a sentence can be laid out, piece by piece, on clauses of
// hers with the persons turned, and from which of her messages they come.
func (e *ear) mirror(ws []word) (from []int, ok bool) {
	ws, _ = unframed(settled(untagged(withoutFillers(ws))))
	c := cover{ear: e, words: ws, dead: map[[3]int]bool{}, kept: map[string]bool{}, effort: maxEffort}
	for _, w := range ws {
		c.kept[w.key] = true
	}
	switch len(ws) {
	case 0:
		return nil, false
	case 1: // one word out of a sentence may be the half of what she said
		return e.echo(ws)
	}
	if !c.rest(0, -1, (len(ws)+4)/8) {
		return e.echo(ws)
	}
	for _, s := range c.pieces {
		if i := e.sentences[s].from; !slices.Contains(from, i) {
			from = append(from, i)
		}
	}
	slices.Sort(from)
	return from, true
}

// A cover is the search for pieces of hers that make up a mirror.
type cover struct {
	ear    *ear
	words  []word
	pieces []int // the sentence of each piece, last first
	dead   map[[3]int]bool
	kept   map[string]bool // every word of the mirror
	effort int             // steps left
}

// maxEffort bounds the search for one mirror, some tenths of a second; a
// sentence that takes longer is not one she would recognise, and is dropped.
const maxEffort = 200_000

// rest covers words[i:], at being the sentence of the piece before it (-1 for
// none) and loose the number of words that may stray.
func (c *cover) rest(i, at, loose int) bool {
	if i == len(c.words) {
		return at >= 0
	}
	state := [3]int{i, at, loose}
	if c.dead[state] {
		return false
	}
	ws := c.words[i:]
	if at >= 0 && links[ws[0].raw] && c.rest(i+1, at, loose) {
		return true
	}
	if at >= 0 && (ws[0].pause >= comma || links[c.words[i-1].raw]) {
		for _, f := range frames {
			if !causes[f[0]] && !conditions[f[0]] && f[0] != "or" && f[0] != "even" && len(ws) > len(f) && saysRaw(ws, f) && c.rest(i+len(f), at, loose) {
				return true
			}
		}
	}
	for n := len(ws); n > 0; n-- {
		whole := n == len(ws) || ws[n].pause > 0 || links[ws[n].raw]
		for s := len(c.ear.sentences) - 1; s >= 0; s-- {
			her := c.ear.sentences[s]
			if at >= 0 && s != at && n < few && !c.joint(i) {
				continue
			}
			if !(whole && her.holds(ws[:n], nil, &c.effort) || (c.long(n, ws, s, at, whole)) && her.repeats(ws[:n], c.kept, &c.effort)) {
				continue
			}
			if c.rest(i+n, s, loose) {
				c.pieces = append(c.pieces, s)
				return true
			}
		}
	}
	if loose > 0 && at >= 0 && mayStray(ws[0]) && c.rest(i+1, at, loose-1) {
		return true
	}
	c.dead[state] = true
	return false
}

// links may join two of her clauses without claiming that one bears on the
// other; "because" and "so" would.
var links = set("and but then while yet")

// tags may end a mirror: they ask whether it was heard right.
var tags = [][]string{}

func init() {
	for _, t := range []string{
		"right", "is that right", "is that correct", "is that it", "is that so", "is it", "correct", "yes", "yeah", "okay", "ok", "huh",
		"did i hear that right", "did i hear you right", "did i get that right", "you said", "you say", "for you", "basically", "then", "though",
		"as you say", "as you said", "as you put it", "like you say", "like you said", "you told me", "in your words", "is what you said", "is that what you are saying", "is that fair", "am i right",
	} {
		tags = append(tags, strings.Fields(t))
	}
}

// untagged leaves out a tag that stands behind a pause.
func untagged(ws []word) []word {
	for _, t := range tags {
		if at := len(ws) - len(t); at > 0 && ws[at].pause >= comma && saysRaw(ws[at:], t) && len(ws) == at+len(t) {
			return ws[:at]
		}
	}
	return ws
}

func unframed(ws []word) ([]word, bool) {
	any := false
	for again := true; again; {
		again = false
		for _, f := range frames {
			if len(ws) > len(f) && saysRaw(ws, f) {
				ws, again, any = ws[len(f):], true, true
			}
		}
	}
	return ws, any
}

func saysRaw(ws []word, f []string) bool {
	if len(ws) < len(f) {
		return false
	}
	for i, w := range f {
		if ws[i].raw != w {
			return false
		}
	}
	return true
}

// mayStray says whether a word may stand in a mirror outside any run of hers:
// it is empty, it is nobody, and it turns nothing. A word of hers from elsewhere
// would put another thing where hers was.
func mayStray(w word) bool {
	return functions[w.key] && !operators[w.key] && !conditions[w.raw] && !others[w.raw] && !causes[w.raw] && w.key[0] != '@' && w.pause == 0
}

// long says whether a run of n words is long enough to stand on its own: three
// words anywhere, two in the message at hand or as a whole clause, and "you" to
// take up the sentence at hand.
func (c *cover) long(n int, ws []word, s, at int, whole bool) bool {
	switch n {
	case 1:
		return s == at
	case 2:
		return whole || c.sentence(ws[:n], s) || at >= 0 && c.ear.sentences[s].from == c.ear.sentences[at].from
	}
	return true
}

// few words out of another sentence are only a thing: they need a joint.
const few = 3

// joint says whether a piece out of another sentence of hers may begin at word
// i: behind a pause or a link, or with a word that says where or when. Else
// "you want to see" would take its object from elsewhere.
func (c *cover) joint(i int) bool {
	return c.words[i].pause > 0 || links[c.words[i-1].raw] || c.words[i].key == "@you" || before[c.words[i].raw] || causes[c.words[i].raw]
}

// sentence says whether two words are the whole of a sentence of hers ("four
// hours"): however short, it said something on its own.
func (c *cover) sentence(part []word, s int) bool {
	her := c.ear.sentences[s].words
	return len(her) == len(part) && containsKeys(her, part)
}

// causes are words that make one clause bear on another.
var causes = set("because so since when if therefore thus hence after before until while although though unless whether")

// repeats says whether part is, word for word, a run of this sentence: so runs
// may stand in another order than hers, when they are long enough.
func (s heardSentence) repeats(part []word, kept map[string]bool, effort *int) bool {
	for start := range s.words {
		a := alignment{her: s.words, part: part, strict: true, kept: kept, before: s.before, effort: effort}
		if a.begins(start) {
			return true
		}
	}
	return false
}

// holds says whether part is, in order, words of this sentence, with nothing
// left out that changes what it says.
func (s heardSentence) holds(part []word, kept map[string]bool, effort *int) bool {
	solid := 0
	for _, w := range part {
		if !functions[w.key] && w.key[0] != '@' {
			solid++
		}
	}
	if solid == 0 {
		return false
	}
	for start := range s.words {
		a := alignment{her: s.words, part: part, spare: 1 + len(part)/5, before: s.before, effort: effort, dead: map[[3]int]bool{}}
		if a.begins(start) {
			return true
		}
	}
	return false
}
