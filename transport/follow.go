package transport

import (
	"context"
	"errors"
	"net"
	"slices"
	"time"

	"innerwork/coach"
)

// follow is a conversation that a socket follows: not a queue, only the last
// event that the reader was sent.
type follow struct {
	conversation coach.ID
	after        coach.Cursor
	cancel       func()       // of the watch
	dirty        bool         // there may be events after the cursor; guarded by socket.mu
	fresh        *coach.Event // the one event after it, if that is known; guarded by socket.mu
	failing      bool         // the events could not be read, and it was said
	caughtUp     bool         // and said so
	status       coach.Status
}

func (k *socket) follow(p position) {
	k.unfollow(p.Conversation) // to follow again is to move the cursor
	if len(k.follows) >= k.server.limits.follows {
		err := refuse(coach.CodeTooMany, "Too many conversations are open in this window.")
		k.send(k.errorFrame(err, p.Conversation, kindFollow))
		k.server.refused("follows")
		return
	}
	f := &follow{conversation: p.Conversation, after: p.After, dirty: true}
	f.cancel = k.server.watch(k.person.ID, p, func(fresh *coach.Event) { k.wake(f, fresh) })
	k.follows = append(k.follows, f)
}

func (k *socket) unfollow(conversation coach.ID) {
	k.follows = slices.DeleteFunc(k.follows, func(f *follow) bool {
		if f.conversation == conversation {
			f.cancel()
			return true
		}
		return false
	})
}

// advance sends what lies between the cursor and now: the one fresh event if
// that is all there is, or else the next batch of those that are stored.
func (k *socket) advance(f *follow, fresh *coach.Event) {
	if fresh != nil && f.caughtUp && !f.failing && fresh.Seq == f.after.Seq+1 {
		if k.send(frameOf(*fresh)) {
			f.after = coach.Cursor{Seq: fresh.Seq, ID: fresh.ID}
			k.sendStatus(f)
		}
		return
	}
	ctx, cancel := context.WithTimeout(k.ctx, k.server.limits.acceptance)
	defer cancel()
	events, foreign, err := k.server.dialogue.Events(ctx, k.person.ID, f.conversation, f.after, k.server.limits.batch)
	if err == nil && foreign {
		err = k.startOver(ctx, f)
	}
	if err != nil {
		k.stumble(f, err)
		return
	}
	f.failing = false
	if foreign {
		return
	}
	for _, e := range events {
		if k.ctx.Err() != nil || !k.send(frameOf(e)) {
			return
		}
		f.after = coach.Cursor{Seq: e.Seq, ID: e.ID}
	}
	if len(events) == k.server.limits.batch {
		k.wake(f, nil)
		return
	}
	if !f.caughtUp {
		f.caughtUp = true
		k.send(caughtUpFrame{kindCaughtUp, f.conversation, f.after.Seq})
	}
	k.sendStatus(f)
}

// startOver tells a reader that its cursor is of another history, as after a
// restore, and begins with the first event.
func (k *socket) startOver(ctx context.Context, f *follow) error {
	if f.after == (coach.Cursor{}) {
		return errors.New("a history calls its own beginning foreign")
	}
	state, err := k.server.dialogue.Conversation(ctx, k.person.ID, f.conversation)
	if err != nil {
		return err
	}
	f.after, f.caughtUp = coach.Cursor{}, false
	k.wake(f, nil)
	k.send(snapshotFrame{kindSnapshot, f.conversation, state})
	return nil
}

// stumble lets go of a conversation that is not there for this person, and
// otherwise says once that it cannot be read just now, and tries again.
func (k *socket) stumble(f *follow, err error) {
	if k.ctx.Err() != nil {
		return
	}
	switch code := codeOf(err); code {
	case coach.CodeUnavailable, codeInternal:
		time.AfterFunc(k.server.limits.retry, func() { k.wake(f, nil) })
		if f.failing {
			return
		}
		f.failing = true
	default:
		k.unfollow(f.conversation)
	}
	k.send(k.errorFrame(err, f.conversation, kindFollow))
}

// sendStatus says what the reply in progress is doing, when that has changed.
func (k *socket) sendStatus(f *follow) {
	status, _ := k.server.dialogue.Status(k.person.ID, f.conversation)
	if status == f.status {
		return
	}
	f.status = status
	if status != (coach.Status{}) {
		k.send(statusFrame{kindStatus, f.conversation, status.Reply, status.State})
	}
}

// whyUnwritten tells a reader that is too slow from one that is gone.
func whyUnwritten(err error) closing {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return closeTooSlow
	}
	return closeGone
}
