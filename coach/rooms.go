package coach

import (
	"context"
	"errors"
	"sync"

	"innerwork/coach/offrecord"
	"innerwork/memory"
)

// Rooms is both ways to talk: what is kept, and what is off the record. The
// same pipeline speaks in both; a conversation is in one of them by its id.
type Rooms struct {
	*Coach // on the record
	off    *Coach
	unkept *offrecord.Memory
}

// NewRooms makes both. Off the record nothing is written but the counters.
func NewRooms(c Config, counters offrecord.Counters) *Rooms {
	r := &Rooms{Coach: New(c), unkept: offrecord.New(counters, c.Now)}
	c.Store = r.unkept
	r.off = New(c)
	r.off.calls = r.calls // one queue for the model
	return r
}

// BeginOffRecord is Begin for a conversation of which nothing is kept. It lives
// in this process.
func (r *Rooms) BeginOffRecord(ctx context.Context, owner, id ID, practice string) (Conversation, error) {
	if _, err := r.Coach.Conversation(ctx, owner, id); memory.CodeOf(err) != CodeNotFound {
		if err == nil {
			err = memory.Errorf(CodeConflict, "There is another conversation under this id already.")
		}
		return Conversation{}, err
	}
	return r.off.Begin(ctx, owner, id, practice)
}

// Node is this process: the one place where a conversation off the record that
// began here is.
func (r *Rooms) Node() ID { return r.off.node }

func (r *Rooms) in(owner, conversation ID) *Coach {
	if r.unkept.Has(owner, conversation) {
		return r.off
	}
	return r.Coach
}

func (r *Rooms) of(owner, reply ID) *Coach {
	if r.unkept.HasReply(owner, reply) {
		return r.off
	}
	return r.Coach
}

// Conversation returns one of hers.
func (r *Rooms) Conversation(ctx context.Context, owner, id ID) (Conversation, error) {
	return r.in(owner, id).Conversation(ctx, owner, id)
}

// SetStage moves a conversation on.
func (r *Rooms) SetStage(ctx context.Context, owner, id ID, stage Stage) (Conversation, error) {
	return r.in(owner, id).SetStage(ctx, owner, id, stage)
}

// Close ends a conversation.
func (r *Rooms) Close(ctx context.Context, owner, id ID, clarity *int) (Conversation, error) {
	return r.in(owner, id).Close(ctx, owner, id, clarity)
}

// SetClarity keeps how clear it is to her.
func (r *Rooms) SetClarity(ctx context.Context, owner, id ID, clarity int) (Conversation, error) {
	return r.in(owner, id).SetClarity(ctx, owner, id, clarity)
}

// Resume takes coaching up again.
func (r *Rooms) Resume(ctx context.Context, owner, id ID) (Conversation, error) {
	return r.in(owner, id).Resume(ctx, owner, id)
}

// Help answers with the help text.
func (r *Rooms) Help(ctx context.Context, owner, id ID) (Reply, error) {
	return r.in(owner, id).Help(ctx, owner, id)
}

// Accept takes what she said; Kept says whether it is on disk.
func (r *Rooms) Accept(ctx context.Context, owner ID, say Say) (SaidAt, error) {
	in := r.in(owner, say.Conversation)
	at, err := in.Accept(ctx, owner, say)
	at.Kept = in == r.Coach
	return at, err
}

// Stop ends a running reply.
func (r *Rooms) Stop(ctx context.Context, owner, reply ID) error {
	return r.of(owner, reply).Stop(ctx, owner, reply)
}

// Again answers once more.
func (r *Rooms) Again(ctx context.Context, owner, reply ID, speaker Author) (Reply, error) {
	return r.of(owner, reply).Again(ctx, owner, reply, speaker)
}

// Events returns what happened after the cursor.
func (r *Rooms) Events(ctx context.Context, owner, conversation ID, after Cursor, limit int) (events []Event, foreign bool, err error) {
	return r.in(owner, conversation).Events(ctx, owner, conversation, after, limit)
}

// Watch calls wake after each change of the conversation.
func (r *Rooms) Watch(owner, conversation ID, wake func(fresh *Event)) (cancel func()) {
	return r.in(owner, conversation).Watch(owner, conversation, wake)
}

// Status says what the reply that runs in the conversation is doing.
func (r *Rooms) Status(owner, conversation ID) (Status, bool) {
	return r.in(owner, conversation).Status(owner, conversation)
}

// Sweep ends, until ctx does, replies whose node went away and what is off the
// record and was left.
func (r *Rooms) Sweep(ctx context.Context) {
	var off sync.WaitGroup
	off.Go(func() { r.off.Sweep(ctx) })
	r.Coach.Sweep(ctx)
	off.Wait()
}

// Shutdown is that of both.
func (r *Rooms) Shutdown(ctx context.Context) error {
	var errs [2]error
	var off sync.WaitGroup
	off.Go(func() { errs[1] = r.off.Shutdown(ctx) })
	errs[0] = r.Coach.Shutdown(ctx)
	off.Wait()
	return errors.Join(errs[:]...)
}
