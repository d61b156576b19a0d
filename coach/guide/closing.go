package guide

import "innerwork/coach/practices"

// closing asks how clear it is, what she takes with her and what stays open,
// one after the other, and then stops asking.
func (d *draft) closing() []Sentence {
	done := map[practices.Part]bool{}
	var last practices.Part
	for _, s := range d.questionsBefore() {
		last = ""
		for _, q := range d.Practice.Closing {
			if q.Asks(s.QuestionKey) || q.Asks(s.Text) {
				done[q.Part], last = true, q.Part
			}
		}
	}
	if last == practices.Clarity {
		if s, ok := d.number(); ok {
			return []Sentence{s}
		}
	}
	for _, part := range []practices.Part{practices.Clarity, practices.Keeping, practices.Next} {
		if done[part] {
			continue
		}
		var qs []practices.Question
		for _, q := range d.Practice.Closing {
			if q.Part == part {
				qs = append(qs, q)
			}
		}
		if len(qs) > 0 {
			return d.withMirror(d.ask(qs))
		}
	}
	return append(d.mirror(), process(sayStopped))
}

// over reports whether the coach has said its last word.
func (d *draft) over() bool { return d.Stage == Closing && d.wasShown(sayStopped) }

func (d *draft) afterEnd() []Sentence {
	switch say := d.answer(); {
	case say != "":
		return []Sentence{process(say)}
	case d.wasShown(sayOver):
		if m := d.mirror(); m != nil {
			return m
		}
	}
	return []Sentence{process(sayOver)}
}

var numerals = set("zero one two three four five six seven eight nine ten")

// number asks about the place she gave on the scale; about the words that
// say it when it is one plain number.
func (d *draft) number() (Sentence, bool) {
	var found []token
	for _, k := range d.last.tokens {
		if k.word && (numerals[k.low] || isNumber(k.text) && len(k.text) <= 2) {
			found = append(found, k)
		}
	}
	switch {
	case len(found) == 0:
		return Sentence{}, false
	case len(found) > 1 || d.denied(found[0].start, found[0].end):
		return d.ask(askNumbers), true
	}
	return d.about(askNumber, found[0].text, found[0].start, found[0].end), true
}
