package guide

import (
	"strings"

	"innerwork/memory"
)

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
