package coach

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"innerwork/memory"
)

// atMost is how many passages of her past a reply is given. None is a normal
// result.
const atMost = 5

// atMostFound is how many are kept as found: those that were not given, too.
const atMostFound = 9

// recall finds passages of her past that bear on what she said, and keeps them
// as the reply's sources, given or not. What was quoted in this conversation is
// not brought up again. A search that fails leaves the reply without a past,
// which is better than without a reply.
func (r *reply) recall(ctx context.Context) error {
	said := r.lastSaid()
	if said == nil {
		return nil
	}
	found, err := r.coach.store.Search(ctx, r.turn.lease.Owner, memory.Search{
		Text: r.asks(said), Limit: atMostFound + len(r.transcript.Quoted), Except: r.turn.lease.Conversation, Floor: true,
	})
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		r.coach.log.Warn("recall failed; replying without", "reply", r.turn.lease.Reply, "error", err)
		return nil
	}
	var left []memory.Found
	for _, f := range found {
		if slices.Contains(r.transcript.Quoted, f.ID) || len(r.sources) == atMost {
			left = append(left, f)
			continue
		}
		r.sources = append(r.sources, memory.Source{Found: f, Handle: handle(len(r.sources)), Given: true})
	}
	all := slices.Clone(r.sources)
	for _, f := range left[:min(len(left), atMostFound-len(all))] {
		all = append(all, memory.Source{Found: f, Handle: handle(len(all))})
	}
	return r.coach.store.SetSources(ctx, r.turn.lease, all)
}

// fewWords is below how many words an answer says too little to be searched by.
const fewWords = 6

// asks is what her past is searched with: what she said and, where that is
// short ("Yes, him again."), the last thing before it that was not. The coach's
// words are left out: they are not what she meant.
func (r *reply) asks(said *memory.Reflection) string {
	text := said.Text
	if len(strings.Fields(text)) >= fewWords {
		return text
	}
	passed := false
	for _, t := range slices.Backward(r.transcript.Turns) {
		switch {
		case t.Said == nil:
		case t.Said.ID == said.ID:
			passed = true
		case passed && len(strings.Fields(t.Said.Text)) >= fewWords:
			return t.Said.Text + "\n" + text
		}
	}
	return text
}

func handle(n int) string { return fmt.Sprintf("r%d", n+1) }

// lastSaid is the reflection that the reply answers, in its newest version; nil
// if it was forgotten or is not to be used.
func (r *reply) lastSaid() *memory.Reflection {
	for _, t := range slices.Backward(r.transcript.Turns) {
		if t.Said != nil && t.First == r.turn.said {
			return t.Said
		}
	}
	return nil
}

// source finds one by its handle.
func (r *reply) source(handle string) *memory.Source {
	for i := range r.sources {
		if r.sources[i].Handle == handle {
			return &r.sources[i]
		}
	}
	return nil
}

// said lists what she said in the conversation, oldest first.
func (r *reply) said() (texts []string, ids []ID) {
	for _, t := range r.transcript.Turns {
		if t.Said != nil {
			texts, ids = append(texts, t.Said.Text), append(ids, t.Said.ID)
		}
	}
	return texts, ids
}
