package guide

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
	"strings"

	"innerwork/coach/practices"
	"innerwork/memory"
)

// candidate is a question that can be asked now, its slot filled.
type candidate struct {
	question practices.Question
	text     string
	words    *Span
	score    float64
	age      int // how long ago it was asked, in questions; -1 for never
}

// ask chooses one question: the fittest of those never asked, or else the one
// asked longest ago.
func (d *draft) ask(qs []practices.Question) Sentence {
	var best *candidate
	for _, q := range qs {
		c, ok := d.candidate(q)
		if !ok {
			continue
		}
		if best == nil || better(c, *best) {
			best = &c
		}
	}
	if best == nil { // a practice of slots and cues only; the loader refuses one
		return d.ask(askSilence)
	}
	s := Sentence{Kind: memory.KindQuestion, Text: best.text, QuestionKey: best.question.Key}
	if best.words != nil {
		s.Words = []Span{*best.words}
	}
	return s
}

func better(a, b candidate) bool {
	if (a.age < 0) != (b.age < 0) {
		return a.age < 0
	}
	if a.age != b.age {
		return a.age > b.age
	}
	return a.score > b.score
}

func (d *draft) candidate(q practices.Question) (candidate, bool) {
	c := candidate{question: q, text: q.Text, age: -1}
	for i, asked := range d.recent {
		if q.Asks(asked) {
			c.age = i
			break
		}
	}
	if q.Part == practices.Cued || q.Slot() != practices.SlotNone {
		if d.lastAt < 0 || !d.fill(&c) {
			return c, false
		}
		if len(q.Slot()) > 0 && d.hurts() {
			return c, false // her words of a hurt, held up to her, lead into it
		}
	}
	c.score = d.fit(c) + float64(d.hash(q.Key)%1000)/350
	return c, true
}

// fill puts her words into the slot; a cued question wants its cue as well.
func (d *draft) fill(c *candidate) bool {
	q := c.question
	var from, to int
	if q.Part == practices.Cued {
		ok := false
		for _, cue := range q.Cues {
			if from, to, ok = find(d.last, cue); ok {
				break
			}
		}
		if !ok {
			return false
		}
	}
	var start, end int
	switch q.Slot() {
	case practices.SlotNone: // a cue she denied was not said
		return !d.denied(d.last.tokens[from].start, d.last.tokens[to-1].end)
	case practices.SlotWord:
		start, end = d.last.tokens[from].start, d.last.tokens[to-1].end
		if d.denied(start, end) {
			return false
		}
	case practices.SlotWords:
		words, ok := d.slotWords()
		if !ok {
			return false
		}
		start, end = words.start, words.end
	}
	words := d.last.slice(start, end)
	if d.wasUsed(words) {
		return false
	}
	c.text, c.words = q.Fill(words), &Span{d.lastAt, start, end}
	return true
}

// denied reports whether the sentence around a span denies or hedges, so that
// a single word of it would say what she did not.
func (d *draft) denied(start, end int) bool {
	for _, s := range sentences(d.last) {
		if s[0].start <= start && end <= s[len(s)-1].end {
			rest := slices.DeleteFunc(slices.Clone(s), func(k token) bool { return start <= k.start && k.end <= end })
			return hedged(rest) || anyIn(rest, conditions)
		}
	}
	return true
}

// hash is a number of this turn and a name.
func (d *draft) hash(name string) uint64 {
	h := fnv.New64a()
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], d.Seed)
	h.Write(b[:])
	h.Write([]byte(name))
	return h.Sum64() >> 7
}

// explore is a mirror, where one fits, and a question of the practice.
func (d *draft) explore() []Sentence {
	if s, ok := d.repeated(); ok {
		return []Sentence{s}
	}
	q := d.ask(d.Practice.Exploring)
	d.noMirror = d.overlaps(q)
	return d.withMirror(q)
}

// overlaps reports whether a question quotes a whole clause: with a mirror
// beside it she would hear herself twice.
func (d *draft) overlaps(q Sentence) bool {
	return len(q.Words) > 0 && len(strings.Fields(d.last.slice(q.Words[0].Start, q.Words[0].End))) > 2
}

const (
	repeatedIn    = 3 // messages
	repeatedEvery = 5
)

// repeated asks about a word that came back in three of her messages.
func (d *draft) repeated() (Sentence, bool) {
	if len(d.Said) < repeatedIn || !english(d.last.tokens) || d.hurts() || d.since(func(s Sentence) bool { return belongs(s, askRepeated) }) < repeatedEvery {
		return Sentence{}, false
	}
	count := map[string]int{}
	for _, s := range d.Said {
		for st := range content(read(clip(s))) {
			count[st]++
		}
	}
	var best token
	most := repeatedIn - 1
	for _, k := range d.last.tokens { // in her order, so that the choice is the same every time
		if !k.word || k.quoted || common[k.low] || hedges[k.low] || negations[k.low] || holders[k.low] || count[stem(k.low)] <= most || d.denied(k.start, k.end) || d.wasUsed(k.text) {
			continue
		}
		if !isNumber(k.low) && len([]rune(k.low)) >= 4 && plainWord(k.text) {
			best, most = k, count[stem(k.low)]
		}
	}
	if best.text == "" {
		return Sentence{}, false
	}
	return d.about(askRepeated, best.text, best.start, best.end), true
}

func plainWord(s string) bool {
	for _, r := range s {
		if !isWordRune(r) && !isApostrophe(r) && r != '-' {
			return false
		}
	}
	return strings.ToLower(s) == s // a name or a title asks for another question
}

// about asks a question of a bank about words of hers.
func (d *draft) about(qs []practices.Question, words string, start, end int) Sentence {
	filled := make([]practices.Question, len(qs))
	for i, q := range qs {
		filled[i] = practices.Question{Key: q.Key, Text: q.Fill(words)}
	}
	s := d.ask(filled)
	s.Words = []Span{{d.lastAt, start, end}}
	return s
}
