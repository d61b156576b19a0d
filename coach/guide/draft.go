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
	noMirror bool // the question has words of hers in it; a mirror would be too many

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
	for _, m := range mirrors(d.last, d.clauses, d.Said[:d.lastAt]) {
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
	return anyOf(d.last, "yes", "ok", "okay", "yeah", "yep", "sure", "right", "no")
}

// needsPause reports whether three of the last four exchanges, this one among
// them, went into a hurt that lies behind her, with no pause since.
func (d *draft) needsPause() bool {
	if len(d.Said) < 3 || d.since(func(s Sentence) bool { return s.Text == sayPause }) < 4 {
		return false
	}
	n := 0
	for _, s := range d.Said[max(0, len(d.Said)-4):] {
		if painful(clip(s)) {
			n++
		}
	}
	return n >= 3 && painful(clip(d.Said[d.lastAt]))
}

// afterPause goes to her leading now, if that is what she chose.
func (d *draft) afterPause() []Sentence {
	if d.since(func(s Sentence) bool { return s.Text == sayPause }) != 1 || !anyOf(d.last, "lead", "work", "team", "now", "job", "people") {
		return nil
	}
	return []Sentence{d.ask(askNow)}
}

func anyOf(t text, cues ...string) bool {
	for _, cue := range cues {
		if _, _, ok := find(t, cue); ok {
			return true
		}
	}
	return false
}

// A quote comes in from the second exchange on, and then not for some turns.
const (
	quoteFrom  = 2
	quoteEvery = 4
	quoteMost  = 400 // runes
)

// quote brings in a passage of her past that shares words with what she just
// said; nil when none does.
func (d *draft) quote() []Sentence {
	if len(d.Said) < quoteFrom || d.since(func(s Sentence) bool { return s.Kind == memory.KindQuote }) < quoteEvery {
		return nil
	}
	var best *Passage
	most := 2
	for i, p := range d.Passages {
		if p.Handle == "" || len([]rune(p.Text)) > quoteMost || d.isHere(p.Text) {
			continue
		}
		score := 0
		for st, k := range content(read(p.Text)) {
			if _, ok := d.subjects[st]; ok {
				score++
				if len(k.low) >= 6 {
					score++
				}
			}
		}
		if score > most {
			best, most = &d.Passages[i], score
		}
	}
	if best == nil {
		return nil
	}
	say := sayBefore[d.hash("before")%uint64(len(sayBefore))]
	for _, s := range sayBefore {
		if !d.wasShown(s) && d.wasShown(say) {
			say = s
		}
	}
	return []Sentence{process(say), {Kind: memory.KindQuote, Handle: best.Handle}, d.ask(askBeside)}
}

// isHere reports whether a passage is of this conversation, or was quoted in it.
func (d *draft) isHere(passage string) bool {
	passage = strings.TrimSpace(passage)
	if passage == "" {
		return true
	}
	for _, s := range d.Said {
		if strings.Contains(s, passage) {
			return true
		}
	}
	for _, s := range d.Before {
		if strings.Contains(s.Text, passage) {
			return true
		}
	}
	return false
}
