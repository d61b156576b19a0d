package memory

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
)

// NewSaid is a message of hers.
type NewSaid struct {
	ID           ID // made by her browser; the key, with the owner
	Conversation ID
	Text         string
	Zone         string
	Apart        bool   // a help text answers it: coaching pauses, and it stays out of recall
	Resume       bool   // she says go on: coaching that rests is taken up again
	Practice     string // where her words lead, for a conversation that has no practice yet; or ""
}

// NewReply is the reply that will answer.
type NewReply struct {
	ID            ID
	Speaker       Author
	Model         string
	PromptVersion string
	Node          ID        // who holds the lease
	LeaseUntil    time.Time // when it runs out unless renewed
}

// Acknowledged says that a message is on disk.
type Acknowledged struct {
	ID           ID
	Conversation ID
	Seq          int64
	// New is false for a message that was there already: nothing else happened.
	New bool
	// Stopped is the reply that this message stopped, if one was running.
	Stopped *ID
	// Stage and Paused are the conversation's.
	Stage  Stage
	Paused bool
}

// Say keeps a message and the reply that will answer it, in one transaction.
// The same id with the same conversation and text is the same message; with
// anything else it is refused, and so is a forgotten one. A new one beyond the
// limit of a minute is refused with CodeTooMany. A reply that runs is stopped:
// she has spoken.
func (s *Store) Say(ctx context.Context, owner ID, said NewSaid, reply NewReply) (a Acknowledged, err error) {
	defer wrap(&err, "say %v", said.ID)
	if err := CheckSaid(said); err != nil {
		return a, err
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		if err := tx.lockConversation(ctx, said.Conversation); err != nil {
			return err
		}
		if a, err = tx.saidBefore(ctx, said); err != nil || a.Seq > 0 {
			return err
		}
		c, err := tx.conversation(ctx, said.Conversation)
		if err != nil {
			return err
		}
		if c.Stage == Closed {
			return Errorf(CodeConflict, "This conversation is closed. Begin a new one; your words are still in the box.")
		}
		if said.Resume && c.Paused {
			if err := tx.resume(ctx, said.Conversation); err != nil {
				return err
			}
			c.Paused = false
		}
		a = Acknowledged{ID: said.ID, Conversation: said.Conversation, New: true, Stage: c.Stage, Paused: c.Paused || said.Apart}
		if a.Stopped, err = tx.stopRunning(ctx, said.Conversation, "spoken over"); err != nil {
			return err
		}
		if err := tx.insertSaid(ctx, said, a.Paused); err != nil {
			return err
		}
		if c.Practice == "" && said.Practice != "" && !a.Paused {
			if _, err := tx.Exec(ctx, `UPDATE conversations SET practice = $3 WHERE owner = $1 AND id = $2`, owner, said.Conversation, said.Practice); err != nil {
				return err
			}
		}
		if a.Seq, _, err = tx.event(ctx, said.Conversation, EventSaid, &said.ID, 0, ""); err != nil {
			return err
		}
		if said.Apart && !c.Paused {
			if err := tx.pause(ctx, said.Conversation); err != nil {
				return err
			}
		}
		if !a.Paused {
			if err := tx.indexLater(ctx, said.ID); err != nil {
				return err
			}
		}
		return tx.accept(ctx, said.Conversation, &said.ID, reply)
	})
	if violates(err, "23505") { // said at the same moment through another socket or in another conversation
		return s.saidMeanwhile(ctx, owner, said)
	}
	return a, err
}

// CheckSaid refuses a message that cannot be taken as it was written.
func CheckSaid(said NewSaid) error {
	switch {
	case !utf8.ValidString(said.Text):
		return Errorf(CodeInvalid, "The message is not valid UTF-8, so it cannot be kept as you wrote it.")
	case strings.ContainsRune(said.Text, 0):
		return Errorf(CodeInvalid, "The message holds a character (U+0000) that cannot be kept. Please take it out.")
	case strings.TrimSpace(said.Text) == "":
		return Errorf(CodeInvalid, "The message is empty. Write something, or stay silent as long as you like.")
	case utf8.RuneCountInString(said.Text) > MaxText:
		return Errorf(CodeInvalid, "The message is longer than 16,000 characters. Please send it in parts, or keep it as a reflection.")
	}
	return nil
}

// saidBefore looks for the message under its id: a.Seq is 0 if it is new.
func (t *tx) saidBefore(ctx context.Context, said NewSaid) (a Acknowledged, err error) {
	var same, forgotten bool
	err = t.QueryRow(ctx, `
		SELECT coalesce((SELECT r.text = $3 AND r.conversation = $4 FROM reflections r WHERE r.owner = $1 AND r.id = $2), false),
		       EXISTS (SELECT FROM tombstones WHERE owner = $1 AND id = $2),
		       coalesce((SELECT e.seq FROM events e WHERE e.owner = $1 AND e.conversation = $4 AND e.kind = 'said' AND e.about = $2), 0)`,
		t.owner, said.ID, said.Text, said.Conversation).Scan(&same, &forgotten, &a.Seq)
	switch {
	case err != nil:
		return a, err
	case forgotten:
		return a, Errorf(CodeGone, "You have forgotten this message; it stays forgotten.")
	case a.Seq > 0 && !same:
		return Acknowledged{}, Errorf(CodeConflict, "There is another message under this id already. Nothing was changed.")
	}
	a.ID, a.Conversation = said.ID, said.Conversation
	return a, nil
}

func (s *Store) saidMeanwhile(ctx context.Context, owner ID, said NewSaid) (a Acknowledged, err error) {
	err = s.asPerson(ctx, owner, func(tx *tx) (err error) {
		a, err = tx.saidBefore(ctx, said)
		if err == nil && a.Seq == 0 {
			return Errorf(CodeConflict, "There is another message under this id already. Nothing was changed.")
		}
		return err
	})
	return a, err
}

func (t *tx) pause(ctx context.Context, conversation ID) error {
	if _, err := t.Exec(ctx, `UPDATE conversations SET paused_at = $3 WHERE owner = $1 AND id = $2`,
		t.owner, conversation, t.store.now()); err != nil {
		return err
	}
	_, _, err := t.event(ctx, conversation, EventPaused, nil, 0, "")
	return err
}

// accept makes a reply in state accepted.
func (t *tx) accept(ctx context.Context, conversation ID, reflection *ID, r NewReply) error {
	if _, err := t.Exec(ctx, `
		INSERT INTO replies (owner, id, conversation, reflection, speaker, model, prompt_version, node, lease_until, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		t.owner, r.ID, conversation, reflection, r.Speaker, r.Model, r.PromptVersion, r.Node, r.LeaseUntil, t.store.now()); err != nil {
		return err
	}
	_, _, err := t.event(ctx, conversation, EventReply, &r.ID, 0, "")
	return err
}

// stopRunning ends the reply that runs in the conversation, if any. Its fence
// rises, so that whoever writes it is refused from here on.
func (t *tx) stopRunning(ctx context.Context, conversation ID, reason string) (*ID, error) {
	var id ID
	err := t.QueryRow(ctx, `UPDATE replies SET state = 'stopped', reason = $3, fence = fence + 1, ended_at = $4
		WHERE owner = $1 AND conversation = $2 AND ended_at IS NULL RETURNING id`,
		t.owner, conversation, reason, t.store.now()).Scan(&id)
	if err == pgx.ErrNoRows {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	_, _, err = t.event(ctx, conversation, EventEnd, &id, 0, "")
	return &id, err
}

// StopReply ends a running reply because she says so; what she has seen of it
// stays. A reply that has ended is left as it is.
func (s *Store) StopReply(ctx context.Context, owner, reply ID) (err error) {
	defer wrap(&err, "stop reply %v", reply)
	return s.asPerson(ctx, owner, func(tx *tx) error {
		var conversation ID
		if err := tx.QueryRow(ctx, `SELECT conversation FROM replies WHERE owner = $1 AND id = $2`, owner, reply).Scan(&conversation); err != nil {
			return err
		}
		if err := tx.lockConversation(ctx, conversation); err != nil {
			return err
		}
		var ended bool
		if err := tx.QueryRow(ctx, `SELECT ended_at IS NOT NULL FROM replies WHERE owner = $1 AND id = $2`, owner, reply).Scan(&ended); err != nil || ended {
			return err
		}
		_, err := tx.stopRunning(ctx, conversation, "stopped by her")
		return err
	})
}

// Again makes another reply to what the given one answered. It must be the
// last of its conversation and must have ended short of complete.
func (s *Store) Again(ctx context.Context, owner, reply ID, next NewReply) (r Reply, err error) {
	defer wrap(&err, "reply %v again", reply)
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		before, err := inside(ctx, tx, (*batch).replies, reply)
		if err != nil {
			return err
		}
		was := before[reply]
		if was == nil {
			return pgx.ErrNoRows
		}
		if err := tx.lockConversation(ctx, was.Conversation); err != nil {
			return err
		}
		var last ID
		var open bool
		if err := tx.QueryRow(ctx, `
			SELECT r.id, c.stage <> 'closed' AND c.paused_at IS NULL FROM replies r
			JOIN conversations c ON c.owner = r.owner AND c.id = r.conversation
			JOIN events e ON e.owner = r.owner AND e.conversation = r.conversation AND e.kind = 'reply' AND e.about = r.id
			WHERE r.owner = $1 AND r.conversation = $2 ORDER BY e.seq DESC LIMIT 1`, owner, was.Conversation).Scan(&last, &open); err != nil {
			return err
		}
		if last != reply || !open || !was.State.Ended() || was.State == Complete {
			return Errorf(CodeConflict, "This reply cannot be tried again: the conversation has gone on.")
		}
		if err := tx.keepPace(ctx); err != nil {
			return err
		}
		if err := tx.accept(ctx, was.Conversation, was.Reflection, next); err != nil {
			return err
		}
		made, err := inside(ctx, tx, (*batch).replies, next.ID)
		if err == nil {
			r = *made[next.ID]
		}
		return err
	})
	return r, err
}

// AskHelp makes a reply for the help text, on her asking: coaching pauses until
// she says go on.
func (s *Store) AskHelp(ctx context.Context, owner, conversation ID, next NewReply) (r Reply, err error) {
	defer wrap(&err, "help in %v", conversation)
	_, err = s.changeConversation(ctx, owner, conversation, func(tx *tx, now Conversation) error {
		if now.Stage == Closed {
			return Errorf(CodeConflict, "This conversation is closed. The help text stands under Help at any time.")
		}
		if _, err := tx.stopRunning(ctx, conversation, "stopped by her"); err != nil {
			return err
		}
		if !now.Paused {
			if err := tx.pause(ctx, conversation); err != nil {
				return err
			}
		}
		if err := tx.accept(ctx, conversation, nil, next); err != nil {
			return err
		}
		made, err := inside(ctx, tx, (*batch).replies, next.ID)
		if err == nil {
			r = *made[next.ID]
		}
		return err
	})
	return r, err
}
