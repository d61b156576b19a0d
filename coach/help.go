package coach

import (
	"context"
	"regexp"
	"strings"

	"innerwork/coach/gate"
	"innerwork/memory"
)

// HelpText is what the help button shows without a conversation.
func (c *Coach) HelpText() Help {
	signal := gate.Signal{Kind: gate.Crisis, About: gate.Asked}
	return Help{Text: strings.Join(c.help.Help(signal, c.country), "\n\n")}
}

// goOn is her saying that coaching may go on after a help text.
var goOn = regexp.MustCompile(`(?i)^\W*(?:ok(?:ay)?\W+|yes\W+|please\W+|let's\W+|let us\W+)*go on\W*$`)

// releaseHelp answers with the help text, which is the server's own.
func (r *reply) releaseHelp(ctx context.Context) error {
	r.bySomeone = memory.AuthorServer
	for _, text := range r.coach.help.Help(r.turn.signal, r.coach.country) {
		if err := r.release(ctx, memory.NewSentence{Kind: memory.KindHelp, Author: memory.AuthorServer, Text: text}); err != nil {
			return err
		}
	}
	return nil
}

// waiting is what the coach says while coaching is paused.
var waiting = []string{
	"What you write is kept, apart from everything else.",
	"Coaching rests until you say go on; the help text stands above, and under Help.",
}

func (r *reply) releaseWaiting(ctx context.Context) error {
	r.bySomeone = memory.AuthorServer
	if err := r.coach.store.SpeakAs(ctx, r.turn.lease, memory.AuthorServer, "", ""); err != nil {
		return err
	}
	about, err := r.coach.store.Conversation(ctx, r.turn.lease.Owner, r.turn.lease.Conversation)
	if err != nil {
		return err
	}
	says := waiting
	if about.OffRecord {
		says = says[1:] // nothing is kept there
	}
	for _, text := range says {
		if err := r.release(ctx, memory.NewSentence{Kind: memory.KindProcess, Author: memory.AuthorServer, Text: text}); err != nil {
			return err
		}
	}
	return nil
}
