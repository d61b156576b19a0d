package guide

import (
	"encoding/binary"
	"hash/fnv"
	"regexp"
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
			wide, ok := around(d.last, d.clauses, start, end)
			if !ok {
				return false
			}
			start, end = wide.start, wide.end
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
			return hedged(s) || any_(s, conditions)
		}
	}
	return true
}

var (
	ofPersons = regexp.MustCompile(`(?i)\b(they|them|their|who else|someone|who spoke|who did not)\b`)
	persons   = set(`he she they him her them his hers their we us our team people everyone boss colleague colleagues staff man woman board
wife husband son daughter mother father friend client clients manager managers somebody someone`)
	ofPast = regexp.MustCompile(`(?i)\b(happened|that moment|just before|at the time|on that day|that day|then|did you|were you|was going on|was your|was there|was it like|spoke|did not speak|surprised|said)\b`)
	pasts  = set(`was were did had didn't wasn't weren't hadn't said told went came got made took gave saw heard left kept lost found let sat stood ran wrote
felt knew thought began spoke broke fell met put ago yesterday last`)
)

// fit says how well a question suits what she said. It weighs forms and
// words: where the conversation is, what was asked just before, what she spoke of.
func (d *draft) fit(c candidate) float64 {
	q, score := c.question, 0.0
	asked := len(d.questionsBefore())
	switch {
	case q.Part == practices.Cued:
		score += 3
	case q.Part == practices.Early && asked < 4:
		score += 2.5
	case q.Part == practices.Later && asked < 3:
		score -= 2
	case q.Part == practices.Later && asked >= 5:
		score++
	}
	if q.Slot() != practices.SlotNone {
		score += 0.5
	}
	shared := 0.0
	for st := range content(read(q.Text)) {
		if _, ok := d.subjects[st]; ok {
			shared = min(shared+1, 2)
		}
	}
	score += shared
	for i, s := range d.lastQuestions(3) {
		near := float64(3 - i)
		if head(s) == head(c.text) {
			score -= 1.5 * near
		}
		if strings.Contains(s, "“") && q.Slot() != practices.SlotNone {
			score -= near
		}
	}
	if ofPersons.MatchString(c.text) && !d.spokeOf(persons, 3) {
		score -= 5
	}
	if ofPast.MatchString(q.Text) && !d.spokeOf(pasts, 1) && !d.hasPastEnding() {
		score -= 4
	}
	return score
}

// spokeOf reports whether one of the words is among what she said in the last
// n messages.
func (d *draft) spokeOf(words map[string]bool, n int) bool {
	for _, t := range d.lately[max(0, len(d.lately)-n):] {
		if any_(t.tokens, words) {
			return true
		}
	}
	return false
}

// hasPastEnding reports a word such as "looked" in what she said last.
func (d *draft) hasPastEnding() bool {
	return slices.ContainsFunc(d.last.tokens, func(k token) bool { return k.word && len(k.low) > 4 && strings.HasSuffix(k.low, "ed") })
}

// lastQuestions returns up to n questions of this conversation, newest first.
func (d *draft) lastQuestions(n int) []string {
	qs := d.questionsBefore()
	var out []string
	for i := len(qs) - 1; i >= 0 && len(out) < n; i-- {
		out = append(out, qs[i].Text)
	}
	return out
}

// head is how a question begins: the two words by which the ear knows it again.
func head(s string) string {
	f := strings.Fields(strings.ToLower(s))
	return strings.Join(f[:min(2, len(f))], " ")
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
	if len(d.Said) < repeatedIn || d.since(func(s Sentence) bool { return belongs(s, askRepeated) }) < repeatedEvery {
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
		if !k.word || k.quoted || common[k.low] || count[stem(k.low)] <= most || d.denied(k.start, k.end) || d.wasUsed(k.text) {
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
