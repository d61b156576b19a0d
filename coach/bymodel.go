package coach

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"innerwork/coach/guard"
	"innerwork/coach/guide"
	"innerwork/memory"
)

// Limits on what a model may send for one reply, whatever passes the guard.
const (
	maxTokens     = 500
	maxCharacters = 8_000
)

// fromModel streams the model's reply through the guard, sentence by sentence.
func (r *reply) fromModel(ctx context.Context) error {
	prompt, err := r.prompt()
	if err != nil {
		return err
	}
	most := memory.Cost{In: prompt.estimate(), Out: prompt.MaxTokens}
	if room, err := r.coach.store.Reserve(ctx, r.turn.lease, most); err != nil {
		return err
	} else if !room {
		return r.fromGuideInstead(ctx)
	}
	r.bySomeone = memory.AuthorModel
	said, ids := r.said()
	heard := guard.Heard{Said: said, Hurt: guide.Hurt(said)}
	for _, s := range r.sources {
		heard.Handles, heard.Passages = append(heard.Handles, s.Handle), append(heard.Passages, s.Text)
	}
	gate := &passing{reply: r, guard: r.coach.guard.Begin(heard), said: ids}
	finish, err := r.stream(ctx, prompt, gate)
	if err != nil {
		return err
	}
	return r.settle(ctx, gate, finish)
}

// stream reads the model until it finishes, is cut off, or has said enough. It
// begins when it is the reply's turn.
func (r *reply) stream(ctx context.Context, prompt Prompt, gate *passing) (Finish, error) {
	leave, err := r.enter(ctx)
	if err != nil {
		return FinishNone, err
	}
	defer leave()
	r.end.TokensIn = prompt.estimate()
	finish := FinishNone
	for piece, err := range r.coach.model.Stream(ctx, prompt) {
		if err != nil {
			if said, ok := errors.AsType[*ModelError](err); ok && said.Free {
				r.end.TokensIn = 0
			}
			return FinishNone, errors.Join(err, gate.flushWhole(ctx))
		}
		if piece.Retrying {
			r.coach.say(r.turn.lease, "retrying")
		}
		gate.characters += utf8.RuneCountInString(piece.Text)
		if piece.Usage != nil {
			r.end.TokensIn, r.end.TokensOut = piece.Usage.In, piece.Usage.Out
		} else {
			r.end.TokensOut = max(r.end.TokensOut, gate.characters/charactersPerToken)
		}
		if err := gate.feed(ctx, piece.Text); err != nil {
			return FinishNone, err
		}
		if piece.Finish != FinishNone {
			finish = piece.Finish
		}
		if gate.guard.Full() || gate.characters > maxCharacters {
			finish = FinishLength
			break
		}
	}
	if finish == FinishNone {
		return FinishNone, errors.Join(&ModelError{Reason: "cut off"}, gate.flushWhole(ctx))
	}
	return finish, gate.flush(ctx)
}

// FilledIn is why a reply is complete of which nothing was left, so that the
// guide asked.
const FilledIn = "guide filled in"

// settle says how the reply ended, and lets the guide ask where the guard left
// nothing of what the model said.
func (r *reply) settle(ctx context.Context, gate *passing, finish Finish) error {
	switch finish {
	case FinishLength:
		r.end.State, r.end.Reason = memory.Cut, "length"
	case FinishContent:
		r.end.State, r.end.Reason = memory.Cut, "content"
	}
	if r.released > 0 {
		return nil
	}
	if gate.sentences == 0 || finish == FinishContent {
		r.end.State = memory.Failed
		if finish == FinishStop {
			r.end.Reason = "said nothing"
		}
		return nil
	}
	// What she sees is whole, whatever ended the model's.
	r.end.State, r.end.Reason = memory.Complete, FilledIn
	return r.fillIn(ctx)
}

// passing takes what a model says to what she may see.
type passing struct {
	reply      *reply
	guard      *guard.Reply
	splitter   guard.Splitter
	said       []ID
	characters int
	sentences  int
	answers    []guide.Sentence // to what she asks of the coach
	answered   bool             // they were said, or there are none
}

func (p *passing) feed(ctx context.Context, text string) error {
	return p.judge(ctx, p.splitter.Feed(text))
}

func (p *passing) flush(ctx context.Context) error { return p.judge(ctx, p.splitter.Flush()) }

// flushWhole is flush for a model that broke off: what has no end is no
// sentence of its, and half a sentence may say the opposite of the whole.
func (p *passing) flushWhole(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil
	}
	return p.judge(ctx, slices.DeleteFunc(p.splitter.Flush(), func(s string) bool { return !whole(s) }))
}

func whole(sentence string) bool {
	sentence = strings.TrimRight(sentence, " \"”’')")
	last, _ := utf8.DecodeLastRuneInString(sentence)
	return strings.ContainsRune(".?!…]", last)
}

func (p *passing) judge(ctx context.Context, sentences []string) error {
	for _, sentence := range sentences {
		p.sentences++
		v := p.guard.Sentence(sentence)
		if !v.Pass {
			p.reply.end.Dropped[string(v.Drop)]++
			continue
		}
		if said, err := p.answer(ctx, v); err != nil {
			return err
		} else if said {
			p.reply.end.Dropped[string(guard.Repeated)]++
			continue
		}
		n := memory.NewSentence{Kind: v.Kind, Author: memory.AuthorModel, Text: v.Text}
		if v.Kind == memory.KindQuote {
			n.Author, n.Text, n.Handle, n.Quote = memory.AuthorServer, "", v.Handle, &p.reply.source(v.Handle).Quote
		}
		for _, i := range v.From {
			n.Mirrors = append(n.Mirrors, p.said[i])
		}
		if v.Kind == memory.KindQuestion {
			n.Mirrors = p.reply.wordsFrom(v.Text)
		}
		if err := p.reply.release(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// answer says what the coach can and cannot do, before the first sentence of a
// model to a leader who asked for advice, facts or an opinion, or what speaks
// here. said is true of a sentence of the model's that would say it again.
func (p *passing) answer(ctx context.Context, v guard.Verdict) (said bool, err error) {
	if p.answered {
		return v.Kind == memory.KindProcess && len(p.answers) > 0, nil
	}
	p.answers = p.reply.coach.guide.Answer(p.reply.turnForGuide())
	if len(p.answers) > 0 && v.Kind == memory.KindProcess {
		return true, nil
	}
	p.answered = true
	return false, p.reply.releaseAll(ctx, p.answers)
}

// wordsFrom lists the reflections that a question shares a word of some length
// with: said here or given as a passage. Forgetting one of them blanks it. That
// errs on the side of forgetting.
func (r *reply) wordsFrom(question string) (ids []ID) {
	asked := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(question), notLetter) {
		if utf8.RuneCountInString(w) > 3 {
			asked[w] = true
		}
	}
	shares := func(text string) bool {
		return slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(text), notLetter), func(w string) bool { return asked[w] })
	}
	for _, t := range r.transcript.Turns {
		if t.Said != nil && shares(t.Said.Text) {
			ids = append(ids, t.Said.ID)
		}
	}
	for _, s := range r.sources {
		if shares(s.Text) {
			ids = append(ids, s.Reflection)
		}
	}
	return ids
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
