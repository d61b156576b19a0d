// Package guide is the built-in coach: it needs no model and no network.
//
// It keeps true: a reply has one question at most, open, and not one that was
// asked before while others of its stage remain; a mirror is one clause of
// what she said, turned from "I" to "you" or in quotation marks, with every
// "not" and "maybe" that belongs to it; the past is pointed at by a handle and
// never retyped; the same Turn gives the same reply.
//
// It refuses to understand: it finds words, not meanings. It gives no advice,
// verdict, comfort or praise, names nothing she has not named, and never
// changes the stage of a conversation.
package guide

import (
	"strings"

	"innerwork/coach/practices"
	"innerwork/memory"
)

// Stage is a part of a conversation. It changes only when she says so.
type Stage = practices.Stage

// The stages of a conversation, in order.
const (
	Opening   = practices.Opening
	Exploring = practices.Exploring
	Closing   = practices.Closing
)

// Passage is a part of her past that recall found for this turn.
type Passage struct {
	Handle string // "r1"
	Text   string
}

// Commitment is something she said she would do and is now asked about.
type Commitment struct {
	Action string
	Date   string // as she reads dates
}

// Turn is all that a reply depends on.
type Turn struct {
	Practice practices.Practice
	Stage    Stage
	Said     []string    // hers, of this conversation, oldest first; empty when the coach opens
	Before   []Sentence  // what this conversation showed her, oldest first; a quote's Text holds the passage's text
	Asked    []string    // keys or texts of questions of earlier conversations, newest first
	Passages []Passage   // recalled for what she said last
	Due      *Commitment // asked about when the coach opens
	Seed     uint64      // of the conversation and the number of the turn
}

// Span is a place in what she said.
type Span struct {
	Said       int // index into Turn.Said
	Start, End int // in runes; End is behind the last
}

// Sentence is one sentence of a reply.
type Sentence struct {
	Kind        memory.SentenceKind
	Text        string // empty for a quote: the server puts it in
	Handle      string // of a quote
	QuestionKey string // of a question
	Words       []Span // where a mirror or the words in a question come from
}

// Guide answers. It has no state; its zero value is ready.
type Guide struct{}

// Begin opens the stage that she moved to, before she says anything in it.
func (Guide) Begin(t Turn) []Sentence { return newDraft(t).begin() }

// Reply answers the last thing she said, or opens the conversation.
func (Guide) Reply(t Turn) []Sentence {
	d := newDraft(t)
	if len(t.Said) == 0 {
		return d.begin()
	}
	if d.over() {
		return d.afterEnd()
	}
	if s := d.request(); s != nil {
		return s
	}
	if s := d.pause(); s != nil && t.Stage != Closing {
		return s
	}
	switch t.Stage {
	case Opening:
		return d.opening()
	case Closing:
		return d.closing()
	default:
		return d.exploring()
	}
}

// Answer is what the coach says, before anything else, to a leader who asks it
// for advice, facts, its opinion, its word, its work or its company; empty when she does
// none of these. It is true of a model's replies too.
func (Guide) Answer(t Turn) []Sentence {
	if len(t.Said) == 0 {
		return nil
	}
	if say := newDraft(t).answer(); say != "" {
		return []Sentence{process(say)}
	}
	return nil
}

// Fallback is for a reply of a model of which nothing was left: an answer to
// what she asks of the coach, or at most a mirror, and one question.
func (Guide) Fallback(t Turn) []Sentence {
	d := newDraft(t)
	switch {
	case len(t.Said) == 0:
		return []Sentence{d.ask(t.Practice.Questions(t.Stage))}
	case d.over():
		return d.afterEnd()
	case d.answer() != "":
		return d.request()
	case t.Stage == Closing:
		return d.closing()
	case d.heard == unclear:
		return []Sentence{d.ask(t.Practice.Questions(t.Stage))}
	case d.heard != nothing:
		return []Sentence{d.ask(bankFor[d.heard])}
	case t.Stage == Opening:
		return d.withMirror(d.ask(askWanting))
	}
	return d.explore()
}

var bankFor = map[request][]practices.Question{
	aboutItself: askItself, advice: askAdvised, opinion: askOpinion, information: askFacts, correction: askCorrect, ending: askEnding,
	leaving: askElse, praise: askPraise, complaint: askPlain, silence: askSilence, notKnowing: askUnknown, foreign: askForeign,
	word: askWord, work: askWork, company: askCompany,
}

func (d *draft) begin() []Sentence {
	if d.Stage == Opening && d.Due != nil && strings.TrimSpace(d.Due.Action) != "" {
		action := strings.Join(strings.Fields(d.Due.Action), " ")
		say := "You wrote down “" + action + "”"
		if d.Due.Date != "" {
			say += ", for " + d.Due.Date
		}
		return []Sentence{process(say + "."), d.ask(askDue)}
	}
	if d.Stage == Closing {
		d.chosen = nil // it answers a stage, not a sentence of hers
		return d.closing()
	}
	return []Sentence{d.ask(d.Practice.Questions(d.Stage))}
}

// answers are what the coach can and cannot do, by what she asks for.
var answers = map[request]string{aboutItself: saySoftware, advice: sayNoAdvice, information: sayNoFacts, opinion: sayNoOpinion, word: sayNoWord, work: sayNoWork, company: sayNoCompany}

// answer is what the coach says about itself to what she asks of it, or "".
func (d *draft) answer() string {
	if say, ok := answers[d.heard]; ok {
		return d.anew(say)
	}
	return ""
}

// anew is a sentence, or the one of its other forms that was not shown yet, or
// else was shown longest ago.
func (d *draft) anew(say string) string {
	best, longest := say, -1
	for _, form := range append([]string{say}, again[say]...) {
		if ago := d.since(func(s Sentence) bool { return s.Text == form }); ago > longest {
			best, longest = form, ago
		}
	}
	return best
}

// request answers what she asks of the coach itself, and a message with next
// to nothing in it; nil when she did neither.
func (d *draft) request() []Sentence {
	say := d.answer()
	if d.Stage == Closing { // the closing goes on, and ends
		if say == "" {
			return nil
		}
		return append([]Sentence{process(say)}, d.closing()...)
	}
	questions := bankFor[d.heard]
	switch d.heard {
	case nothing:
		return nil
	case praise: // nothing to say to that
	case ending:
		say = d.anew(sayClosing)
	case foreign:
		say = d.once(sayEnglish)
	case leaving:
		say = d.anew(sayLeave)
	case complaint:
		say = d.anew(sayOnlyAsk)
	case correction:
		say = d.anew(sayWrong)
	case unclear:
		say, questions = d.anew(sayOther), d.next()
	case notKnowing:
		say = d.once(sayNoHurry)
	case silence:
		if d.agrees() {
			questions = d.next()
		} else if say = d.once(sayNoHurry); say == "" {
			say = d.once(sayChoose)
		}
	}
	if say == "" {
		return []Sentence{d.ask(questions)}
	}
	return []Sentence{process(say), d.ask(questions)}
}

// once is a sentence that is said once in a conversation.
func (d *draft) once(say string) string {
	if d.wasShown(say) {
		return ""
	}
	return say
}

// next is where the next question comes from when what she said has none in it.
func (d *draft) next() []practices.Question {
	switch {
	case d.Stage == Opening && !d.hasSubject():
		return askSilence
	case d.Stage == Opening:
		return askWanting
	}
	return d.Practice.Questions(d.Stage)
}

// offerAfter is how many questions pass before the closing is offered, once,
// beside a reply without a mirror or else three questions later.
const offerAfter = 9

func (d *draft) opening() []Sentence {
	answered := 0
	for _, q := range d.questionsBefore() {
		if !belongs(q, askDue) {
			answered++
		}
	}
	switch {
	case answered == 0: // she came in speaking, or answered for a commitment
		return d.withMirror(d.ask(d.Practice.Opening))
	case Hurt(d.Said): // not where in it to begin: what it is to how she leads
		return d.withMirror(d.ask(askNow))
	case answered < 2:
		return d.withMirror(d.ask(askWanting))
	case !d.wasShown(sayExploring) && (d.hasSubject() || answered >= 4):
		return append(d.mirror(), process(sayExploring), d.ask(askWanting))
	case !d.wasShown(sayExploring):
		return d.withMirror(d.ask(askWanting))
	}
	return d.explore()
}

// hasSubject reports whether she said enough for there to be something to explore.
func (d *draft) hasSubject() bool {
	n := 0
	for _, t := range d.lately {
		n += len(content(t))
	}
	return n >= 3
}

func (d *draft) exploring() []Sentence {
	if s := d.quote(); s != nil {
		return s
	}
	s := d.explore()
	n := len(d.questionsBefore())
	if n >= offerAfter && !d.wasShown(sayClosing) && (len(s) == 1 || n >= offerAfter+3) {
		s = []Sentence{process(sayClosing), s[len(s)-1]} // no mirror: fewer words
	}
	return s
}

func process(text string) Sentence { return Sentence{Kind: memory.KindProcess, Text: text} }
