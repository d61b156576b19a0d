package coach

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"innerwork/memory"
)

// atMostProposals is how many proposals a closing has. None is a normal result.
const atMostProposals = 3

// enoughWeight is what a sentence must weigh to be pointed at.
const enoughWeight = 3

// marked finds the words by which she herself gave a sentence weight. No model
// takes part.
var marked = []struct {
	words    *regexp.Regexp
	weight   int
	question string
}{
	{regexp.MustCompile(`(?i)\bI(?:'ve| have)? (?:now |just |suddenly |finally |only now |never )?(?:reali[sz]ed?|understand|understood|see now|recogni[sz]ed?|learn(?:ed|t))\b|\bit (?:struck|dawned on|hit) me\b|\bI(?:'m| am) (?:beginning|starting) to (?:see|understand)\b`), 5,
		"You said that you realised this. What of it, if anything, do you want to keep?"},
	{regexp.MustCompile(`(?i)\b(?:for the first time|never (?:told|said|admitted) (?:it |this |that )?(?:to )?(?:anyone|anybody|aloud)|I have never said)\b`), 5,
		"You said this for the first time. What of it, if anything, do you want to keep?"},
	{regexp.MustCompile(`(?i)\b(?:at first|used to|before|years ago)\b.*\b(?:now|today)\b|\bno longer\b|\bI (?:always )?thought\b.*\b(?:but|now)\b|\b(?:has|have|had) changed\b`), 5,
		"You said that something changed. What of it, if anything, do you want to keep?"},
	{regexp.MustCompile(`(?i)\b(?:what (?:really )?matters|matters (?:most )?to me|is important to me|I care about)\b`), 4,
		"You said that this matters. What of it, if anything, do you want to keep?"},
	{regexp.MustCompile(`(?i)\bI (?:really |do |don't |do not )?(?:want|wish|long|hope|need)\b`), 3,
		"You said what you want. What of it, if anything, do you want to keep?"},
	{regexp.MustCompile(`(?i)\bI (?:will|am going to|won't|will not|intend)\b|\bI'(?:ll|m going to)\b`), 3,
		"You said what you will do. What of it, if anything, do you want to keep?"},
	{regexp.MustCompile(`(?i)\bI (?:noticed?|keep|always|never)\b`), 2,
		"You noticed this. What of it, if anything, do you want to keep?"},
}

// returnedIn is in how many of her messages a word must come back.
const returnedIn = 3

// pointed is words of hers that may be worth pointing at.
type pointed struct {
	quotes   []memory.Quote
	weight   int
	question string
}

// weighty picks what she gave weight, the weightiest first: sentences that she
// marked herself, each of another message, and a subject that she came back
// to. What she declined, in these or near the same words, is left out.
func weighty(turns []memory.Turn, declined []memory.Quote) []pointed {
	var all []pointed
	said := sayings(turns, declined)
	returned := cameBack(said)
	for _, message := range said {
		var best sentenceOfHers
		for _, s := range message {
			if s.weight > 0 && returned != nil && slices.Contains(s.subjects, returned.subject) {
				s.weight++ // marked, and come back to
			}
			if s.weight > best.weight {
				best = s
			}
		}
		if best.weight >= enoughWeight {
			all = append(all, pointed{[]memory.Quote{best.quote}, best.weight, best.question})
		}
	}
	if returned != nil {
		fresh := slices.DeleteFunc(returned.quotes, func(q memory.Quote) bool {
			return slices.ContainsFunc(all, func(p pointed) bool { return overlap(p.quotes[0], q) })
		})
		if len(fresh) > 1 {
			all = append(all, pointed{fresh[:min(3, len(fresh))], enoughWeight + 1,
				fmt.Sprintf("You came back to “%s” %d times. What of it, if anything, do you want to keep?", returned.word, returned.times)})
		}
	}
	slices.SortStableFunc(all, func(a, b pointed) int { return cmp.Compare(b.weight, a.weight) })
	return all[:min(atMostProposals, len(all))]
}

// sentenceOfHers is a whole sentence, so that no negation or hedge is left
// behind.
type sentenceOfHers struct {
	quote    memory.Quote
	text     string
	subjects []string // stems of what it is about
	weight   int
	question string
}

// sayings cuts what she said into sentences, by message. Questions, and what she
// reports of somebody else's speech, are nothing to keep.
func sayings(turns []memory.Turn, declined []memory.Quote) (all [][]sentenceOfHers) {
	for _, t := range turns {
		if t.Said == nil {
			continue
		}
		var message []sentenceOfHers
		for _, s := range sentencesOf(*t.Said) {
			words := len(strings.Fields(s.text))
			if words < 4 || words > 45 || strings.HasSuffix(s.text, "?") || strings.ContainsAny(s.text, `"“”„«»`) {
				continue
			}
			if slices.ContainsFunc(declined, func(d memory.Quote) bool { return overlap(d, s.quote) || memory.SaysTheSame(d.Text, s.text) }) {
				continue
			}
			s.subjects = memory.Subjects(s.text)
			for _, m := range marked {
				if m.words.MatchString(s.text) && m.weight > s.weight {
					s.weight, s.question = m.weight, m.question
				}
			}
			message = append(message, s)
		}
		all = append(all, message)
	}
	return all
}

// A returning is a subject that she came back to.
type returning struct {
	subject, word string // its stem, and as she said it last
	times         int    // messages
	quotes        []memory.Quote
}

// cameBack finds the subject that most of her messages share; nil if none is in
// enough of them.
func cameBack(said [][]sentenceOfHers) *returning {
	by := map[string]*returning{}
	var order []string
	for _, message := range said {
		here := map[string]bool{}
		for _, s := range message {
			for _, subject := range s.subjects {
				if here[subject] {
					continue
				}
				here[subject] = true
				r := by[subject]
				if r == nil {
					r = &returning{subject: subject}
					by[subject], order = r, append(order, subject)
				}
				r.times++
				r.word = memory.WordOf(s.text, subject)
				r.quotes = append(r.quotes, s.quote)
			}
		}
	}
	var best *returning
	for _, subject := range order { // in her order, so that the choice is the same every time
		if r := by[subject]; r.times >= returnedIn && (best == nil || r.times > best.times) {
			best = r
		}
	}
	return best
}

func sentencesOf(said memory.Reflection) (all []sentenceOfHers) {
	text, state, at := said.Text, -1, 0
	for len(text) > 0 {
		var sentence string
		sentence, text, state = uniseg.FirstSentenceInString(text, state)
		trimmed := strings.TrimSpace(sentence)
		lead := utf8.RuneCountInString(sentence) - utf8.RuneCountInString(strings.TrimLeft(sentence, " \t\r\n"))
		all = append(all, sentenceOfHers{text: trimmed, quote: memory.Quote{
			Reflection: said.ID, Start: at + lead, End: at + lead + utf8.RuneCountInString(trimmed),
		}})
		at += utf8.RuneCountInString(sentence)
	}
	return all
}

func overlap(a, b memory.Quote) bool {
	return a.Reflection == b.Reflection && a.Start < b.End && b.Start < a.End
}
