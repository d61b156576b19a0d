package coach

import (
	"context"
	"errors"

	"innerwork/coach/gate"
	"innerwork/coach/guide"
	"innerwork/memory"
)

// Begin makes a conversation in a practice and opens it; "" leaves the choice
// to what she says, and until then the first one speaks. The same id again is
// the same conversation.
func (c *Coach) Begin(ctx context.Context, owner, id ID, practice string) (Conversation, error) {
	if _, known := c.practice(practice); !known && practice != "" {
		return Conversation{}, memory.Errorf(CodeInvalid, "There is no practice of that name. Choose one from the list.")
	}
	if err := c.open(); err != nil {
		return Conversation{}, err
	}
	defer c.replies.Done()
	next := c.newReply(memory.AuthorGuide)
	conversation, made, err := c.store.BeginConversation(ctx, owner, id, practice, next)
	if err != nil {
		return Conversation{}, err
	}
	if made {
		c.start(turn{lease: lease(owner, id, next), kind: opens})
	}
	return conversation, nil
}

// Accept keeps what she said and starts the reply. It returns when her words
// are on disk, and not before.
func (c *Coach) Accept(ctx context.Context, owner ID, say Say) (SaidAt, error) {
	if err := c.open(); err != nil {
		return SaidAt{}, err
	}
	defer c.replies.Done()
	defer c.inTurn(say.Conversation)()
	signal := c.gate.Check(ctx, say.Text)
	next := c.newReply(c.speaks())
	kind := answers
	if signal.Kind != gate.None {
		next, kind = c.newReply(memory.AuthorServer), helps
	}
	said, err := c.store.Say(ctx, owner, memory.NewSaid{
		ID: say.ID, Conversation: say.Conversation, Text: say.Text, Zone: say.Zone, Apart: signal.Kind != gate.None,
		Resume: goOn.MatchString(say.Text), Practice: guide.Choose(c.practices, say.Text),
	}, next)
	if err != nil {
		c.countRefusal(err)
		return SaidAt{}, err
	}
	if said.Stopped != nil {
		c.stopHere(*said.Stopped)
	}
	if said.New {
		if said.Paused && kind == answers {
			kind = waits
		}
		done := c.start(turn{lease: lease(owner, say.Conversation, next), kind: kind, said: say.ID, signal: signal})
		if kind == helps {
			<-done // help is there whole before anything else can be said
		}
	}
	return SaidAt{ID: say.ID, Conversation: say.Conversation, Seq: said.Seq, Kept: true}, nil
}

// Stop ends a running reply; what she has seen of it stays.
func (c *Coach) Stop(ctx context.Context, owner, reply ID) error {
	if err := c.store.StopReply(ctx, owner, reply); err != nil {
		return err
	}
	c.stopHere(reply)
	return nil
}

// Again answers once more what the reply answered that ended short of
// complete. The speaker is the guide if she wants, else the usual one.
func (c *Coach) Again(ctx context.Context, owner, reply ID, speaker Author) (Reply, error) {
	if err := c.open(); err != nil {
		return Reply{}, err
	}
	defer c.replies.Done()
	if speaker != memory.AuthorGuide {
		speaker = c.speaks()
	}
	next := c.newReply(speaker)
	made, err := c.store.Again(ctx, owner, reply, next)
	if err != nil {
		c.countRefusal(err)
		return Reply{}, err
	}
	t := turn{lease: lease(owner, made.Conversation, next), kind: opens, guide: speaker == memory.AuthorGuide}
	if made.Reflection != nil {
		t.kind, t.said = answers, *made.Reflection
	}
	c.start(t)
	return made, nil
}

// Help answers with the help text, on her asking; coaching pauses until she
// says go on.
func (c *Coach) Help(ctx context.Context, owner, conversation ID) (Reply, error) {
	if err := c.open(); err != nil {
		return Reply{}, err
	}
	defer c.replies.Done()
	defer c.inTurn(conversation)()
	next := c.newReply(memory.AuthorServer)
	made, err := c.store.AskHelp(ctx, owner, conversation, next)
	if err != nil {
		return Reply{}, err
	}
	<-c.start(turn{lease: lease(owner, conversation, next), kind: helps, signal: gate.Signal{Kind: gate.Crisis, About: gate.Asked}})
	return made, nil
}

// SetStage moves the conversation on, because she says so; the coach opens the
// new stage, and at closing points at what she may want to keep.
func (c *Coach) SetStage(ctx context.Context, owner, id ID, stage Stage) (Conversation, error) {
	if stage != memory.Opening && stage != memory.Exploring && stage != memory.Closing {
		return Conversation{}, memory.Errorf(CodeInvalid, "The stages are opening, exploring and closing.")
	}
	if err := c.open(); err != nil {
		return Conversation{}, err
	}
	defer c.replies.Done()
	next := c.newReply(memory.AuthorGuide)
	after, opened, err := c.store.SetStage(ctx, owner, id, stage, &next)
	if opened {
		c.start(turn{lease: lease(owner, id, next), kind: opens})
	}
	return after, err
}

// Close ends a conversation, with how clear it is to her if she says it.
func (c *Coach) Close(ctx context.Context, owner, id ID, clarity *int) (Conversation, error) {
	if clarity != nil {
		if _, err := c.store.SetClarity(ctx, owner, id, *clarity); err != nil {
			return Conversation{}, err
		}
	}
	conversation, _, err := c.store.SetStage(ctx, owner, id, memory.Closed, nil)
	return conversation, err
}

// SetClarity keeps how clear it is to her, 0..10.
func (c *Coach) SetClarity(ctx context.Context, owner, id ID, clarity int) (Conversation, error) {
	return c.store.SetClarity(ctx, owner, id, clarity)
}

// Resume takes coaching up again, because she says go on.
func (c *Coach) Resume(ctx context.Context, owner, id ID) (Conversation, error) {
	return c.store.ResumeConversation(ctx, owner, id)
}

// Conversations lists hers.
func (c *Coach) Conversations(ctx context.Context, owner ID, f ConversationFilter) ([]Conversation, error) {
	return c.store.Conversations(ctx, owner, f)
}

// Conversation returns one of hers.
func (c *Coach) Conversation(ctx context.Context, owner, id ID) (Conversation, error) {
	return c.store.Conversation(ctx, owner, id)
}

// Events returns what happened after the cursor; foreign says that the cursor
// is not of this history.
func (c *Coach) Events(ctx context.Context, owner, conversation ID, after Cursor, limit int) (events []Event, foreign bool, err error) {
	return c.store.Events(ctx, owner, conversation, after, limit)
}

// Watch calls wake, which must not block, after each change of the
// conversation until cancel is called.
func (c *Coach) Watch(owner, conversation ID, wake func(fresh *Event)) (cancel func()) {
	return c.store.Watch(owner, conversation, wake)
}

// speaks says who answers by default.
func (c *Coach) speaks() Author {
	if c.model == nil {
		return memory.AuthorGuide
	}
	return memory.AuthorModel
}

func (c *Coach) newReply(speaker Author) memory.NewReply {
	r := memory.NewReply{ID: c.newID(), Speaker: speaker, Node: c.node, LeaseUntil: c.now().Add(c.lease)}
	if speaker == memory.AuthorModel {
		r.Model, r.PromptVersion = c.model.Name(), promptVersion
	}
	return r
}

func lease(owner, conversation ID, r memory.NewReply) memory.Lease {
	return memory.Lease{Owner: owner, Conversation: conversation, Reply: r.ID, Fence: 1}
}

// open counts a call in, unless the coach is shutting down; the caller counts
// it out. So Shutdown waits for replies that are about to start, too.
func (c *Coach) open() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return memory.Errorf(CodeUnavailable, "The server is being restarted. Your words are kept here until they are sent.")
	}
	c.replies.Add(1)
	return nil
}

var errStopped = errors.New("stopped by her")

// stopHere stops the goroutine of a reply if it runs on this node. On another
// one the fence stops it at its next write.
func (c *Coach) stopHere(reply ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if cancel := c.running[reply]; cancel != nil {
		cancel(errStopped)
	}
}
