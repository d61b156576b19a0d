package memory_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

func newID() memory.ID { return uuid.Must(uuid.NewV7()) }

// talk is a conversation of one leader, with the means to speak in it.
type talk struct {
	*memorytest.Database
	t            *testing.T
	owner        memory.ID
	conversation memory.ID
	node         memory.ID
}

func begin(t *testing.T, d *memorytest.Database, owner memory.ID) *talk {
	t.Helper()
	k := &talk{Database: d, t: t, owner: owner, conversation: newID(), node: newID()}
	opening := k.reply()
	_, made, err := d.BeginConversation(t.Context(), owner, k.conversation, "identity", opening)
	if err != nil || !made {
		t.Fatalf("begin: made %v, %v", made, err)
	}
	k.end(k.lease(opening), memory.Complete)
	return k
}

func (k *talk) reply() memory.NewReply {
	return memory.NewReply{ID: newID(), Speaker: memory.AuthorGuide, Node: k.node, LeaseUntil: time.Now().Add(time.Minute)}
}

func (k *talk) lease(r memory.NewReply) memory.Lease {
	return memory.Lease{Owner: k.owner, Conversation: k.conversation, Reply: r.ID, Fence: 1}
}

func (k *talk) say(text string) (memory.NewSaid, memory.Lease) {
	k.t.Helper()
	said := memory.NewSaid{ID: newID(), Conversation: k.conversation, Text: text, Zone: "UTC"}
	r := k.reply()
	if _, err := k.Say(k.t.Context(), k.owner, said, r); err != nil {
		k.t.Fatal(err)
	}
	return said, k.lease(r)
}

func (k *talk) end(l memory.Lease, state memory.ReplyState) {
	k.t.Helper()
	if err := k.EndReply(k.t.Context(), l, memory.End{State: state, Reason: "finished"}); err != nil {
		k.t.Fatal(err)
	}
}

func (k *talk) events() []memory.Event {
	k.t.Helper()
	events, foreign, err := k.Events(k.t.Context(), k.owner, k.conversation, memory.Cursor{}, 1000)
	if err != nil || foreign {
		k.t.Fatalf("foreign %v, %v", foreign, err)
	}
	for i, e := range events {
		if e.Seq != int64(i+1) {
			k.t.Fatalf("event %d has number %d: there is a gap", i+1, e.Seq)
		}
	}
	return events
}

func kinds(events []memory.Event) string {
	var all []string
	for _, e := range events {
		all = append(all, string(e.Kind))
	}
	return strings.Join(all, " ")
}

func code(t *testing.T, err error, want memory.Code) {
	t.Helper()
	if got := memory.CodeOf(err); got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func TestATurnIsEventsInTheirOrder(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := begin(t, d, d.Leader(t))
	said, lease := k.say("I keep the door open and nobody comes.")
	for n, s := range []memory.NewSentence{
		{Kind: memory.KindMirror, Text: "You keep the door open.", Mirrors: []memory.ID{said.ID}},
		{Kind: memory.KindQuote, Quote: &memory.Quote{Reflection: said.ID, Start: 2, End: 20}},
		{Kind: memory.KindQuestion, Text: "What is the door open for?", QuestionKey: "identity/exploring/1"},
	} {
		s.N, s.Author = n+1, memory.AuthorGuide
		if err := d.Release(t.Context(), lease, s); err != nil {
			t.Fatal(err)
		}
	}
	k.end(lease, memory.Complete)

	events := k.events()
	if got, want := kinds(events), "reply end said reply sentence sentence sentence end"; got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
	if got := events[2].Said.Text; got != said.Text {
		t.Errorf("said %q", got)
	}
	if got := events[5].Sentence.Quote.Text; got != "keep the door open" {
		t.Errorf("the quote reads %q", got)
	}
	if got := events[3].Reply.State; got != memory.Accepted {
		t.Errorf("the reply event says %q", got)
	}
	if got := events[7].Reply.State; got != memory.Complete {
		t.Errorf("the end says %q", got)
	}
	c, err := d.Conversation(t.Context(), k.owner, k.conversation)
	if err != nil || c.Title != said.Text || c.LastSeq != 8 {
		t.Errorf("conversation %+v, %v", c, err)
	}
	transcript, err := d.Transcript(t.Context(), k.owner, k.conversation)
	if err != nil || len(transcript.Turns) != 4 {
		t.Errorf("%d turns, %v", len(transcript.Turns), err)
	}
}

func TestTheSameMessageManyTimesAtOnceIsOne(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := begin(t, d, d.Leader(t))
	said := memory.NewSaid{ID: newID(), Conversation: k.conversation, Text: "Once.", Zone: "UTC"}
	const times = 20
	var wg sync.WaitGroup
	acknowledged := make([]memory.Acknowledged, times)
	failed := make([]error, times)
	for i := range times {
		wg.Go(func() { acknowledged[i], failed[i] = d.Say(t.Context(), k.owner, said, k.reply()) })
	}
	wg.Wait()
	fresh := 0
	for i := range times {
		if failed[i] != nil {
			t.Fatal(failed[i])
		}
		if acknowledged[i].Seq != acknowledged[0].Seq {
			t.Errorf("acknowledged as %d and as %d", acknowledged[0].Seq, acknowledged[i].Seq)
		}
		if acknowledged[i].New {
			fresh++
		}
	}
	if fresh != 1 {
		t.Errorf("%d of them were new", fresh)
	}
	if got, want := kinds(k.events()), "reply end said reply"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAnIDWithOtherContentIsRefused(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	owner := d.Leader(t)
	k, elsewhere := begin(t, d, owner), begin(t, d, owner)
	said, _ := k.say("First.")
	other := said
	other.Text = "Second."
	_, err := d.Say(t.Context(), owner, other, k.reply())
	code(t, err, memory.CodeConflict)
	other = said
	other.Conversation = elsewhere.conversation
	_, err = d.Say(t.Context(), owner, other, k.reply())
	code(t, err, memory.CodeConflict)

	d.Exec(t, `INSERT INTO tombstones (owner, id) VALUES ($1, $2)`, owner, newID())
	gone := memory.NewSaid{ID: newID(), Conversation: k.conversation, Text: "Again.", Zone: "UTC"}
	d.Exec(t, `INSERT INTO tombstones (owner, id) VALUES ($1, $2)`, owner, gone.ID)
	_, err = d.Say(t.Context(), owner, gone, k.reply())
	code(t, err, memory.CodeGone)
}

func TestBadMessagesAreRefusedAndKeepNothing(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := begin(t, d, d.Leader(t))
	for name, text := range map[string]string{
		"empty": "", "blank": " \n\t", "not UTF-8": "a\xff", "a NUL": "a\x00b", "too long": strings.Repeat("é", memory.MaxText+1),
	} {
		_, err := d.Say(t.Context(), k.owner, memory.NewSaid{ID: newID(), Conversation: k.conversation, Text: text, Zone: "UTC"}, k.reply())
		if memory.CodeOf(err) != memory.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	k.say(strings.Repeat("é", memory.MaxText))
	if got, want := kinds(k.events()), "reply end said reply"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAFencedWriterIsRefused(t *testing.T) {
	t.Parallel()
	for name, fence := range map[string]func(k *talk, l memory.Lease){
		"she stopped it": func(k *talk, l memory.Lease) {
			if err := k.StopReply(k.t.Context(), k.owner, l.Reply); err != nil {
				k.t.Fatal(err)
			}
		},
		"she spoke over it": func(k *talk, _ memory.Lease) { k.say("Wait.") },
		"its node was lost": func(k *talk, l memory.Lease) {
			k.Exec(k.t, `UPDATE replies SET lease_until = now() - interval '1 second' WHERE id = $1`, l.Reply)
			if n, err := k.Sweep(k.t.Context()); err != nil || n != 1 {
				k.t.Fatalf("swept %d, %v", n, err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := memorytest.Open(t)
			k := begin(t, d, d.Leader(t))
			_, lease := k.say("I want to say more.")
			sentence := memory.NewSentence{N: 1, Kind: memory.KindQuestion, Author: memory.AuthorGuide, Text: "What more?"}
			if err := d.Release(t.Context(), lease, sentence); err != nil {
				t.Fatal(err)
			}
			fence(k, lease)
			before := len(k.events())
			sentence.N = 2
			code(t, d.Release(t.Context(), lease, sentence), memory.CodeConflict)
			code(t, d.Renew(t.Context(), lease, time.Now().Add(time.Hour)), memory.CodeConflict)
			code(t, d.EndReply(t.Context(), lease, memory.End{State: memory.Complete}), memory.CodeConflict)
			if after := len(k.events()); after != before {
				t.Errorf("%d events were written behind the fence", after-before)
			}
		})
	}
}

func TestOneRunningReplyAConversation(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := begin(t, d, d.Leader(t))
	k.say("First.")
	k.say("Second.")
	if got, want := kinds(k.events()), "reply end said reply end said reply"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if n := d.Count(t, `SELECT count(*) FROM replies WHERE ended_at IS NULL`); n != 1 {
		t.Errorf("%d replies run", n)
	}
}

func TestACursorOfAnotherHistoryIsTold(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := begin(t, d, d.Leader(t))
	k.say("Something.")
	all := k.events()
	for name, c := range map[string]struct {
		cursor  memory.Cursor
		foreign bool
		first   int64
	}{
		"known":        {memory.Cursor{Seq: 2, ID: all[1].ID}, false, 3},
		"another id":   {memory.Cursor{Seq: 2, ID: newID()}, true, 1},
		"from further": {memory.Cursor{Seq: 99, ID: newID()}, true, 1},
	} {
		events, foreign, err := d.Events(t.Context(), k.owner, k.conversation, c.cursor, 10)
		if err != nil || foreign != c.foreign || events[0].Seq != c.first {
			t.Errorf("%s: foreign %v, first %d, %v", name, foreign, events[0].Seq, err)
		}
	}
}

func TestAConversationIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := begin(t, d, d.Leader(t))
	_, lease := k.say("Mine alone.")
	stranger := d.Leader(t)
	ctx := t.Context()
	_, _, err := d.Events(ctx, stranger, k.conversation, memory.Cursor{}, 10)
	code(t, err, memory.CodeNotFound)
	_, err = d.Conversation(ctx, stranger, k.conversation)
	code(t, err, memory.CodeNotFound)
	_, err = d.SetStage(ctx, stranger, k.conversation, memory.Closing)
	code(t, err, memory.CodeNotFound)
	_, err = d.SetClarity(ctx, stranger, k.conversation, 3)
	code(t, err, memory.CodeNotFound)
	_, err = d.ResumeConversation(ctx, stranger, k.conversation)
	code(t, err, memory.CodeNotFound)
	_, err = d.Transcript(ctx, stranger, k.conversation)
	code(t, err, memory.CodeNotFound)
	_, err = d.Say(ctx, stranger, memory.NewSaid{ID: newID(), Conversation: k.conversation, Text: "Hers.", Zone: "UTC"}, k.reply())
	code(t, err, memory.CodeNotFound)
	code(t, d.StopReply(ctx, stranger, lease.Reply), memory.CodeNotFound)
	_, err = d.Again(ctx, stranger, lease.Reply, k.reply())
	code(t, err, memory.CodeNotFound)
	_, err = d.AskHelp(ctx, stranger, k.conversation, k.reply())
	code(t, err, memory.CodeNotFound)
	code(t, d.OpenReply(ctx, stranger, k.conversation, k.reply()), memory.CodeNotFound)
	if all, err := d.Conversations(ctx, stranger, memory.ConversationFilter{}); err != nil || len(all) != 0 {
		t.Errorf("%d conversations, %v", len(all), err)
	}
	theirs := lease
	theirs.Owner = stranger
	code(t, d.Release(ctx, theirs, memory.NewSentence{N: 1, Kind: memory.KindProcess, Author: memory.AuthorServer, Text: "x"}), memory.CodeNotFound)
}

func TestStagesGoOnlyWhereSheSays(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := begin(t, d, d.Leader(t))
	ctx := t.Context()
	for _, stage := range []memory.Stage{memory.Exploring, memory.Exploring, memory.Closing, memory.Closed} {
		if c, err := d.SetStage(ctx, k.owner, k.conversation, stage); err != nil || c.Stage != stage {
			t.Fatalf("%s: %+v, %v", stage, c, err)
		}
	}
	if got, want := kinds(k.events()), "reply end stage stage stage"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	_, err := d.SetStage(ctx, k.owner, k.conversation, memory.Exploring)
	code(t, err, memory.CodeConflict)
	_, err = d.Say(ctx, k.owner, memory.NewSaid{ID: newID(), Conversation: k.conversation, Text: "More.", Zone: "UTC"}, k.reply())
	code(t, err, memory.CodeConflict)
	_, err = d.SetClarity(ctx, k.owner, k.conversation, 11)
	code(t, err, memory.CodeInvalid)
}

func TestAHelpTextPausesAndKeepsApart(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := begin(t, d, d.Leader(t))
	ctx := t.Context()
	a, err := d.Say(ctx, k.owner, memory.NewSaid{ID: newID(), Conversation: k.conversation, Text: "A signal.", Zone: "UTC", Apart: true}, k.reply())
	if err != nil || !a.Paused {
		t.Fatalf("%+v, %v", a, err)
	}
	k.say("While it is paused.")
	c, err := d.ResumeConversation(ctx, k.owner, k.conversation)
	if err != nil || c.Paused {
		t.Fatalf("%+v, %v", c, err)
	}
	k.say("Going on.")
	transcript, err := d.Transcript(ctx, k.owner, k.conversation)
	if err != nil || len(transcript.Turns) != 1 || transcript.Turns[0].Said.Text != "Going on." {
		t.Errorf("the transcript holds %d turns, %v", len(transcript.Turns), err)
	}
	if n := d.Count(t, `SELECT count(*) FROM river_job WHERE kind = 'index'`); n != 1 {
		t.Errorf("%d of the three messages go into recall, want 1", n)
	}
}

func TestAgainOnlyAfterAReplyThatFellShort(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := begin(t, d, d.Leader(t))
	ctx := t.Context()
	_, lease := k.say("Say it again.")
	_, err := d.Again(ctx, k.owner, lease.Reply, k.reply())
	code(t, err, memory.CodeConflict) // it runs
	k.end(lease, memory.Failed)
	next := k.reply()
	r, err := d.Again(ctx, k.owner, lease.Reply, next)
	if err != nil || r.ID != next.ID || r.State != memory.Accepted {
		t.Fatalf("%+v, %v", r, err)
	}
	_, err = d.Again(ctx, k.owner, lease.Reply, k.reply())
	code(t, err, memory.CodeConflict) // no longer the last
	k.end(k.lease(next), memory.Complete)
	_, err = d.Again(ctx, k.owner, next.ID, k.reply())
	code(t, err, memory.CodeConflict) // complete
}
