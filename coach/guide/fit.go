package guide

import (
	"regexp"
	"slices"
	"strings"

	"innerwork/coach/practices"
)

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
	for i, s := range d.lastQuestions(2) {
		if o := overlap(s, q.Text); o > 0.4 {
			score -= 10 * o / float64(i+1)
		}
	}
	if d.hurts() {
		if ofEvent.MatchString(q.Text) {
			score -= 10 // what happened is not gone into
		}
		if ofNow.MatchString(q.Text) {
			score += 4
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

// ofEvent and ofNow tell questions about what happened from those about what
// it means to her now.
var (
	ofEvent = regexp.MustCompile(`(?i)\b(did|was|were|happen\w*|end|began|begin|begins|spoke|heard|saw|moment|first|next|wanted|small|started|new|outcome|options?|goal|curious|best|good|most)\b`)
	ofNow   = regexp.MustCompile(`(?i)\b(now|today|lead|work|matters?|need|stays?|stayed|carry)\b`)
)

// hurts reports whether what she said last goes into a hurt.
func (d *draft) hurts() bool {
	if d.hurt == nil {
		hurt := d.lastAt >= 0 && painful(clip(d.Said[d.lastAt]))
		d.hurt = &hurt
	}
	return *d.hurt
}

// overlap is the number of words that two texts share over that of all theirs.
func overlap(a, b string) float64 {
	in := map[string]int{}
	for i, text := range []string{a, b} {
		for _, k := range read(text).tokens {
			if k.word {
				in[k.low] |= 1 << i
			}
		}
	}
	both := 0
	for _, bits := range in {
		if bits == 3 {
			both++
		}
	}
	return float64(both) / float64(max(len(in), 1))
}

// spokeOf reports whether one of the words is among what she said in the last
// n messages.
func (d *draft) spokeOf(words map[string]bool, n int) bool {
	for _, t := range d.lately[max(0, len(d.lately)-n):] {
		if anyIn(t.tokens, words) {
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
