package guide

import (
	"strings"

	"innerwork/coach/practices"
	"innerwork/memory"
)

// draft is one reply while it is made.
type draft struct {
	Turn
	last     text // what she said last
	lastAt   int  // its index in Said
	lately   []text
	clauses  []clause         // of last
	subjects map[string]token // of last
	heard    request
	recent   []string // questions asked, keys and texts, newest first
	chosen   *mirrored
	hurt     *bool // what she said last goes into a hurt; nil before it was looked for
	noMirror bool  // the question has words of hers in it; a mirror would be too many

	words struct { // for the slot of a question, found once
		clause clause
		ok     bool
		done   bool
	}
}

func newDraft(t Turn) *draft {
	d := &draft{Turn: t, lastAt: len(t.Said) - 1}
	if d.lastAt >= 0 {
		for _, s := range t.Said[max(0, d.lastAt-2):] {
			d.lately = append(d.lately, read(clip(s)))
		}
		d.last = d.lately[len(d.lately)-1]
		d.clauses, d.subjects = clauses(d.last), content(d.last)
		d.heard = hears(string(d.last.runes), d.last)
	}
	for i := len(t.Before) - 1; i >= 0; i-- {
		if s := t.Before[i]; s.Kind == memory.KindQuestion {
			d.recent = append(d.recent, s.Text)
			if s.QuestionKey != "" {
				d.recent = append(d.recent, s.QuestionKey)
			}
		}
	}
	d.recent = append(d.recent, t.Asked...)
	if d.lastAt >= 0 && d.heard == nothing {
		d.chooseMirror()
	}
	return d
}

// questionsBefore returns the questions of this conversation, oldest first.
func (d *draft) questionsBefore() []Sentence {
	var out []Sentence
	for _, s := range d.Before {
		if s.Kind == memory.KindQuestion {
			out = append(out, s)
		}
	}
	return out
}

// since counts the questions after the last sentence that is true of; it is
// large when there was none.
func (d *draft) since(is func(Sentence) bool) int {
	n := 0
	for i := len(d.Before) - 1; i >= 0; i-- {
		if is(d.Before[i]) {
			return n
		}
		if d.Before[i].Kind == memory.KindQuestion {
			n++
		}
	}
	return 1000
}

// wasShown reports whether this conversation showed a sentence.
func (d *draft) wasShown(text string) bool {
	return d.since(func(s Sentence) bool { return s.Text == text }) < 1000
}

// wasUsed reports whether words of hers stood in quotation marks before.
func (d *draft) wasUsed(words string) bool {
	words = strings.ToLower(words)
	for _, s := range d.Before {
		if strings.Contains(strings.ToLower(s.Text), "“"+words) {
			return true
		}
	}
	return false
}

func belongs(s Sentence, qs []practices.Question) bool {
	for _, q := range qs {
		if q.Asks(s.QuestionKey) || q.Asks(s.Text) {
			return true
		}
	}
	return false
}

// A clause of less weight than this is not said back; every few turns only a
// heavy one is, so that the mirror does not become a tic.
const (
	mirrorWeight = 3
	mirrorHeavy  = 8
	onlyAskFor   = 3 // questions after she said that mirrors are no help
)

func (d *draft) chooseMirror() {
	if d.since(func(s Sentence) bool { return s.Text == sayOnlyAsk }) <= onlyAskFor {
		return
	}
	for _, m := range mirrors(d.last, d.clauses, d.Said[:d.lastAt], d.Practice.Cues) {
		if d.wasMirrored(m.text) {
			continue
		}
		if m.score < mirrorWeight || m.score < mirrorHeavy && d.since(isMirror) == 0 && d.hash("mirror")%3 == 0 {
			return
		}
		d.chosen = &m
		return
	}
}

func isMirror(s Sentence) bool { return s.Kind == memory.KindMirror }

// wasMirrored compares without case and marks: the same clause is not said
// back twice, however she wrote it.
func (d *draft) wasMirrored(text string) bool {
	for _, s := range d.Before {
		if isMirror(s) && bare(s.Text) == bare(text) {
			return true
		}
	}
	return false
}

func bare(s string) string {
	var b strings.Builder
	for _, k := range read(s).tokens {
		if k.word {
			b.WriteString(k.low + " ")
		}
	}
	return b.String()
}

// mirror is the chosen mirror, or nothing.
func (d *draft) mirror() []Sentence {
	if d.chosen == nil || d.noMirror {
		return nil
	}
	c := d.chosen.clause
	return []Sentence{{
		Kind: memory.KindMirror, Text: d.chosen.text,
		Words: []Span{{d.lastAt, c.start, c.end}},
	}}
}

func (d *draft) withMirror(q Sentence) []Sentence { return append(d.mirror(), q) }

// slotWords is the clause for the slot of a question.
func (d *draft) slotWords() (clause, bool) {
	if !d.words.done {
		d.words.clause, d.words.ok = slotWords(d.last, d.clauses, d.wasUsed)
		d.words.done = true
	}
	return d.words.clause, d.words.ok
}

// agrees reports a bare yes: it asks for no patience, only for the next question.
func (d *draft) agrees() bool {
	return anyIn(d.last.tokens, set("yes ok okay yeah yep yup sure right no nope fine lol haha hahaha ha hehe true good exactly"))
}
