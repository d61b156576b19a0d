package guard

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"innerwork/memory"
)

// Drop says why a sentence did not reach her. It is a count's name, never a
// reason to let anything through.
type Drop string

// The kinds of dropped sentences.
const (
	Empty          Drop = "empty"
	TooLong        Drop = "too-long"
	Markup         Drop = "markup"          // a link, an image, HTML, code
	UnknownHandle  Drop = "unknown-handle"  // a handle that was not given, or one inside a sentence
	Retyped        Drop = "retyped"         // a quotation or a passage in the model's own typing
	Closed         Drop = "closed-question" // yes or no
	SecondQuestion Drop = "second-question" // in the sentence or in the reply
	HiddenAdvice   Drop = "hidden-advice"   // a deed dressed as a question
	Leading        Drop = "leading"         // takes for granted what she has not said
	Advice         Drop = "advice"          // a deed, told
	Memory         Drop = "claim-of-past"   // "last week you said", without a handle
	Human          Drop = "human-claim"     // speaks of itself as of a person
	Unknown        Drop = "not-hers"        // says what she has not said
	IntoEvent      Drop = "into-the-event"  // goes into what hurt her, not into how she leads now
	Dangling       Drop = "dangling"        // a question about a sentence that was dropped
	Repeated       Drop = "repeated"
	Over           Drop = "over-the-cap" // the reply is full
)

// A Verdict is what becomes of one sentence.
type Verdict struct {
	Pass   bool
	Kind   memory.SentenceKind // when it passes
	Text   string              // the cleaned text to release; empty for a handle
	Handle string              // for KindQuote: which passage the server puts in
	From   []int               // for KindMirror: the messages of hers whose words it uses
	Drop   Drop                // when it does not pass

	rest string // what was left out before a question that stands by itself
}

// A Guard decides over whole sentences. The zero value has no process
// sentences and default caps.
type Guard struct {
	process      map[string]string
	MaxSentence  int // characters in a sentence
	MaxSentences int // sentences in a reply
	MaxReply     int // characters in a reply
}

// New makes a guard that lets the given process sentences pass as they stand.
func New(process []string) *Guard {
	g := &Guard{process: map[string]string{}, MaxSentence: 320, MaxSentences: 6, MaxReply: 900}
	for _, p := range process {
		g.process[plain(p)] = p
	}
	return g
}

func plain(s string) string { return raws(words(s, nil)) }

// Judge decides over one sentence. It counts nothing; a Reply does.
func (g *Guard) Judge(sentence string, h Heard) Verdict {
	return g.judge(sentence, listen(h))
}

var (
	handle    = regexp.MustCompile(`^\[([A-Za-z]\d{1,4})\][.!]?$`)
	someRef   = regexp.MustCompile(`\[[^\]]*\]`)
	anyMarkup = regexp.MustCompile(`(?i)[<>\[\]{}|\\~^=]|https?:|www\.|://|\b(?:javascript|data|mailto|file|ftp)\s*:|&#?\w+;|\.(?:com|org|net|io|dev|xyz|ai)\b`)
)

// judge decides over a sentence, and where it may not pass over the question
// that stands by itself in it.
func (g *Guard) judge(sentence string, e *ear) Verdict {
	v := g.whole(sentence, e)
	switch v.Drop {
	case Unknown, Closed, Human, HiddenAdvice, Leading, Advice, Memory, TooLong, IntoEvent:
		text := Clean(sentence)
		if inside, ok := g.part(text, words(text, byCoach), e); ok {
			return inside
		}
	}
	return v
}

func (g *Guard) whole(sentence string, e *ear) Verdict {
	if utf8.RuneCountInString(sentence) > 4*g.MaxSentence {
		return Verdict{Drop: TooLong}
	}
	text := Clean(sentence)
	if m := handle.FindStringSubmatch(text); m != nil {
		if id := strings.ToLower(m[1]); e.handles[id] {
			return Verdict{Pass: true, Kind: memory.KindQuote, Handle: id}
		}
		return Verdict{Drop: UnknownHandle}
	}
	switch {
	case utf8.RuneCountInString(text) > g.MaxSentence:
		return Verdict{Drop: TooLong}
	case anyMarkup.MatchString(text):
		if someRef.MatchString(text) && !strings.Contains(text, "](") {
			return Verdict{Drop: UnknownHandle}
		}
		return Verdict{Drop: Markup}
	}
	ws := words(text, byCoach)
	if len(ws) == 0 {
		return Verdict{Drop: Empty}
	}
	if own, ok := g.process[raws(ws)]; ok {
		return Verdict{Pass: true, Kind: memory.KindProcess, Text: own}
	}
	if foreign(text) {
		return Verdict{Drop: Unknown}
	}
	if e.misquotes(ws) || e.retypes(ws) {
		return Verdict{Drop: Retyped}
	}
	marks := strings.Count(text, "?")
	if marks > 1 && !strings.HasSuffix(text, "??") {
		return Verdict{Drop: SecondQuestion}
	}
	if from, ok := e.mirror(ws); ok && !(marks > 0 && wonders(ws)) {
		return Verdict{Pass: true, Kind: memory.KindMirror, Text: stated(text), From: from}
	}
	if broken.MatchString(text) {
		return Verdict{Drop: Unknown}
	}
	drop, asks, ok := e.question(ws, marks > 0)
	if ok {
		return Verdict{Pass: true, Kind: memory.KindQuestion, Text: asked(text, marks > 0)}
	}
	if !asks {
		drop = statement(ws, drop)
	}
	return Verdict{Drop: drop}
}

// wonders says whether words are an open question from the first on: back as a
// statement it would be no sentence.
func wonders(ws []word) bool {
	ws = unled(withoutFillers(ws))
	return len(ws) > 1 && askers[ws[0].raw] && inverted(ws)
}

// broken says that a question stops in the middle.
var broken = regexp.MustCompile(`[-–—,]["']?\s*[?.!…]*$`)

// misquotes says whether anything between quotation marks is not, word for
// word, hers.
func (e *ear) misquotes(ws []word) bool {
	for i := 0; i < len(ws); i++ {
		if !ws[i].quoted {
			continue
		}
		j := i
		for j < len(ws) && ws[j].quoted {
			j++
		}
		if !e.holds(ws[i:j], true) {
			return true
		}
		i = j
	}
	return false
}

// stated ends a mirror as the statement it is, asked or not.
func stated(text string) string {
	return begun(strings.TrimRight(text, "?!. …,-–—")) + "."
}

// asked ends a question with one mark, and what only invites with a full stop.
func asked(text string, marked bool) string {
	mark := "?"
	if !marked && invites(unled(withoutFillers(words(text, byCoach)))) {
		mark = "."
	}
	return begun(strings.TrimRight(text, "?!. …")) + mark
}

// begun takes off what a sentence cannot begin with.
func begun(text string) string {
	if rest := strings.TrimLeft(text, "-–—,;:. …"); rest != text && rest != "" {
		return capital(rest)
	}
	return text
}

// foreign says whether a text has letters beside Latin ones, or marks that no
// question or mirror needs.
func foreign(text string) bool {
	return strange.MatchString(text)
}

var strange = regexp.MustCompile(`[^\p{Latin}\p{M}\p{N}\p{P}\s+$€£]`)

var (
	telling = set("should must try consider stop start make take let give go write ask talk call remember need ought could might recommend suggest advise")
	past    = set("earlier last previously ago yesterday wrote mentioned shared remember before")
)

// statement names, for the count, what a dropped statement was.
func statement(ws []word, drop Drop) Drop {
	for _, w := range ws {
		if w.key == "@coach" {
			return Human
		}
	}
	for i, w := range ws {
		if i == 0 && telling[w.raw] || w.raw == "should" || w.raw == "ought" || w.raw == "must" || w.raw == "recommend" || w.raw == "suggest" {
			return Advice
		}
	}
	for i, w := range ws {
		if past[w.raw] && i < 6 {
			return Memory
		}
	}
	return Unknown
}
