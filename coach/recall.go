package coach

import (
	"context"
	"fmt"
	"slices"

	"innerwork/memory"
)

// atMost is how many passages of her past a reply is given. None is a normal
// result.
const atMost = 5

// recall finds passages of her past that bear on what she said, and keeps them
// as the reply's sources. What was quoted in this conversation is not brought
// up again. A search that fails leaves the reply without a past, which is
// better than without a reply.
func (r *reply) recall(ctx context.Context) error {
	said := r.lastSaid()
	if said == nil {
		return nil
	}
	found, err := r.coach.store.Search(ctx, r.turn.lease.Owner, memory.Search{
		Text: said.Text, Limit: atMost + len(r.transcript.Quoted), Except: r.turn.lease.Conversation, Floor: true,
	})
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		r.coach.log.Warn("recall failed; replying without", "reply", r.turn.lease.Reply, "error", err)
		return nil
	}
	for _, f := range found {
		if slices.Contains(r.transcript.Quoted, f.ID) || len(r.sources) == atMost {
			continue
		}
		r.sources = append(r.sources, memory.Source{Found: f, Handle: fmt.Sprintf("r%d", len(r.sources)+1), Given: true})
	}
	return r.coach.store.SetSources(ctx, r.turn.lease, r.sources)
}

// lastSaid is the reflection that the reply answers; nil if it was forgotten
// or is kept apart.
func (r *reply) lastSaid() *memory.Reflection {
	for _, t := range slices.Backward(r.transcript.Turns) {
		if t.Said != nil && t.Said.ID == r.turn.said {
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
