package guard

import (
	"strings"
	"unicode/utf8"

	"innerwork/memory"
)

// A Reply judges the sentences of one reply in order: at most one question,
// nothing twice, and no more than the caps. It is not safe for use by several
// goroutines at once.
type Reply struct {
	Released int          // sentences that passed
	Asked    bool         // a question has passed
	Drops    map[Drop]int // what did not pass, by kind, for the counters

	guard *Guard
	ear   *ear
	chars int
	gone  bool // a sentence with content was dropped before
	// steered says that a dropped sentence advised: a question after it, with her
	// words in it or not, is asked towards that advice, which she cannot see.
	steered bool
	seen    map[string]bool
}

// Begin starts a reply to what was heard.
func (g *Guard) Begin(h Heard) *Reply {
	return &Reply{Drops: map[Drop]int{}, guard: g, ear: listen(h), seen: map[string]bool{}}
}

// Sentence judges the next sentence and counts it.
func (r *Reply) Sentence(s string) Verdict {
	v := r.guard.judge(s, r.ear)
	if v.Pass && v.rest != "" {
		r.gone = r.gone || weighty(v.rest) && !reflects(v.rest)
	}
	if v.Pass && v.Kind == memory.KindQuestion && (r.steered || r.gone && r.ear.leans(v.Text)) {
		v = Verdict{Drop: Dangling}
	}
	if v.Pass {
		v = r.within(v)
	}
	if !v.Pass {
		r.Drops[v.Drop]++
		r.gone = r.gone || weighty(s) && !reflects(s)
		r.steered = r.steered || v.Drop == Advice || v.Drop == HiddenAdvice || nudgesHer(s)
	}
	return v
}

// weighty says whether a dropped sentence had a content that a later "that" or
// "it" could point to.
func weighty(s string) bool {
	const few = 9
	return len(strings.Fields(s)) >= few
}

// reflects says whether a dropped sentence tried to say her own words back: what
// a later "that" then points to is what she said.
func reflects(s string) bool {
	ws, framed := unframed(unled(withoutFillers(words(s, byCoach))))
	return len(ws) > 0 && ws[0].key == "@you" || framed
}

// leans says whether a question gets its subject from a sentence before it: it
// points ("that", "it", "them") and holds no word of hers.
func (e *ear) leans(text string) bool {
	if e.hasHers(text) {
		return false
	}
	ws := withoutFillers(words(text, byCoach))
	for i, w := range ws {
		if i == 0 || !pointers[w.raw] && w.raw != "them" {
			continue
		}
		if i+1 < len(ws) && w.raw != "it" && w.raw != "them" && ws[i+1].pause == 0 && !functions[ws[i+1].key] && present[ws[i+1].key] {
			continue // "at this point"
		}
		return true
	}
	return false
}

// present words with "this" or "that" are a time, and nothing said before.
var present = stems("point time moment day morning afternoon evening week weekend month year stage minute")

// hasHers says whether a question holds a word of hers that says something.
func (e *ear) hasHers(text string) bool {
	for _, w := range words(text, byCoach) {
		if w.key[0] != '@' && e.said[w.key] && !empty(w) {
			return true
		}
	}
	return false
}

func (r *Reply) within(v Verdict) Verdict {
	id := string(v.Kind) + v.Handle + strings.ToLower(v.Text)
	size := utf8.RuneCountInString(v.Text)
	switch {
	case r.seen[id]:
		return Verdict{Drop: Repeated}
	case v.Kind == memory.KindQuestion && r.Asked:
		return Verdict{Drop: SecondQuestion}
	case r.Released >= r.guard.MaxSentences || r.chars+size > r.guard.MaxReply:
		return Verdict{Drop: Over}
	}
	r.seen[id] = true
	r.Released++
	r.chars += size
	r.Asked = r.Asked || v.Kind == memory.KindQuestion
	return v
}

// Full says that nothing more can pass, so that the model may be stopped.
func (r *Reply) Full() bool {
	return r.Released >= r.guard.MaxSentences || r.chars >= r.guard.MaxReply
}
