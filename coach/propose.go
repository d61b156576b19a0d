package coach

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"innerwork/memory"
)

// atMostProposals is how many proposals a closing has.
const atMostProposals = 3

// marked finds the words by which she herself gave a sentence weight. No model
// takes part.
var marked = []struct {
	words    *regexp.Regexp
	weight   int
	question string
}{
	{regexp.MustCompile(`(?i)\bI (?:now |just |suddenly |finally |only now )?(?:reali[sz]ed?|understand|understood|see now|recogni[sz]ed?)\b`), 5,
		"You said that you realised this. Is there something here to keep?"},
	{regexp.MustCompile(`(?i)\b(?:what (?:really )?matters|matters (?:most )?to me|is important to me|I care about)\b`), 4,
		"You said that this matters. Is there something here to keep?"},
	{regexp.MustCompile(`(?i)\bI (?:really |do |don't |do not )?(?:want|wish|long|hope|need)\b`), 3,
		"You said what you want. Is there something here to keep?"},
	{regexp.MustCompile(`(?i)\bI (?:will|am going to|won't|will not|intend)\b|\bI'(?:ll|m going to)\b`), 3,
		"You said what you will do. Is there something here to keep?"},
	{regexp.MustCompile(`(?i)\bI (?:noticed?|keep|always|never)\b`), 2,
		"You noticed this. Is there something here to keep?"},
}

// span is a sentence of hers that may be worth pointing at.
type span struct {
	quote    memory.Quote
	weight   int
	question string
}

// propose points, at closing, at no more than three sentences of hers that she
// gave weight herself. What she declined before never comes back.
func (r *reply) propose(ctx context.Context) error {
	owner, conversation := r.turn.lease.Owner, r.turn.lease.Conversation
	had, err := r.coach.store.Proposals(ctx, owner, memory.ProposalFilter{Conversation: &conversation})
	if err != nil || len(had) > 0 {
		return err
	}
	declined, err := r.coach.store.DeclinedSpans(ctx, owner)
	if err != nil {
		return err
	}
	for _, s := range weighty(r.transcript.Turns, declined) {
		_, err := r.coach.store.Propose(ctx, owner, memory.Proposal{
			ID: r.coach.newID(), Conversation: conversation, Question: s.question, Quotes: []memory.Quote{s.quote},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// weighty picks the sentences, the weightiest first, each of another message
// where there are enough.
func weighty(turns []memory.Turn, declined []memory.Quote) []span {
	var all []span
	for _, t := range turns {
		if t.Said == nil {
			continue
		}
		var best span
		for _, s := range sentencesOf(*t.Said) {
			if s.weight > best.weight && !slices.ContainsFunc(declined, func(d memory.Quote) bool { return overlap(d, s.quote) }) {
				best = s
			}
		}
		if best.weight > 0 {
			all = append(all, best)
		}
	}
	slices.SortStableFunc(all, func(a, b span) int { return cmp.Compare(b.weight, a.weight) })
	return all[:min(atMostProposals, len(all))]
}

// sentencesOf cuts a reflection into whole sentences, so that no negation or
// hedge is left behind, and weighs each.
func sentencesOf(said memory.Reflection) []span {
	var all []span
	text, state, at := said.Text, -1, 0
	for len(text) > 0 {
		var sentence string
		sentence, text, state = uniseg.FirstSentenceInString(text, state)
		length := utf8.RuneCountInString(sentence)
		trimmed := strings.TrimSpace(sentence)
		lead := utf8.RuneCountInString(sentence) - utf8.RuneCountInString(strings.TrimLeft(sentence, " \t\r\n"))
		s := span{quote: memory.Quote{Reflection: said.ID, Start: at + lead, End: at + lead + utf8.RuneCountInString(trimmed)}}
		if words := len(strings.Fields(trimmed)); words >= 4 && words <= 45 && !strings.HasSuffix(trimmed, "?") {
			for _, m := range marked {
				if m.words.MatchString(trimmed) && m.weight > s.weight {
					s.weight, s.question = m.weight, m.question
				}
			}
		}
		all = append(all, s)
		at += length
	}
	return all
}

func overlap(a, b memory.Quote) bool {
	return a.Reflection == b.Reflection && a.Start < b.End && b.Start < a.End
}
