package main

import (
	"context"
	"fmt"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"

	"innerwork/coach"
	"innerwork/memory"
)

// leader is one who uses the coach: an account that is signed in, with consent
// and a conversation.
type leader struct {
	id           memory.ID
	token        string
	conversation memory.ID
}

// openStore opens the program's own database beside it, to make accounts and
// reflections as the program does, only with passwords that cost nothing.
func openStore(ctx context.Context, url string) (*memory.Store, error) {
	return memory.Open(ctx, memory.Config{
		URL:          url,
		PasswordCost: &argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 8, KeyLength: 16},
	})
}

const password = "a kettle on the stove"

// makeLeaders makes n accounts that an operator invited.
func makeLeaders(ctx context.Context, store *memory.Store, n int) ([]*leader, error) {
	operator, _, err := store.CreateFirst(ctx, memory.NewPerson{Name: "operator", Password: password})
	if err != nil {
		return nil, err
	}
	all := make([]*leader, n)
	err = atOnce(n, 8, func(i int) (err error) {
		all[i], err = makeLeader(ctx, store, operator.ID, i)
		return err
	})
	return all, err
}

func makeLeader(ctx context.Context, store *memory.Store, operator memory.ID, n int) (*leader, error) {
	_, secret, err := store.Invite(ctx, operator, memory.InviteLeader)
	if err != nil {
		return nil, err
	}
	p, token, _, err := store.Redeem(ctx, secret, memory.NewPerson{Name: fmt.Sprintf("leader %d", n), Password: password}, "bench")
	if err != nil {
		return nil, err
	}
	consent, _ := coach.Consent()
	if err := store.Consent(ctx, p.ID, consent); err != nil {
		return nil, err
	}
	who := &leader{id: p.ID, token: token}
	return who, who.begin(ctx, store)
}

// begin begins another conversation, which she follows from now on. Its opening
// has ended, so nothing runs in it.
func (who *leader) begin(ctx context.Context, store *memory.Store) error {
	who.conversation = uuid.Must(uuid.NewV7())
	opening := memory.NewReply{ID: uuid.Must(uuid.NewV7()), Speaker: memory.AuthorGuide, Node: uuid.Must(uuid.NewV7()), LeaseUntil: time.Now().Add(time.Minute)}
	if _, _, err := store.BeginConversation(ctx, who.id, who.conversation, "identity", opening); err != nil {
		return err
	}
	lease := memory.Lease{Owner: who.id, Conversation: who.conversation, Reply: opening.ID, Fence: 1}
	if err := store.Release(ctx, lease, memory.NewSentence{N: 1, Kind: memory.KindProcess, Author: memory.AuthorGuide, Text: "Take the time you need."}); err != nil {
		return err
	}
	return store.EndReply(ctx, lease, memory.End{State: memory.Complete, Reason: "finished"})
}
