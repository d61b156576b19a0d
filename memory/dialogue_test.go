package memory_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// dialogue is a conversation of one leader, with the means to hold a reply open.
type dialogue struct {
	*memorytest.Database
	t            *testing.T
	owner        memory.ID
	conversation memory.ID
	node         memory.ID
}

func converse(t *testing.T, d *memorytest.Database, owner memory.ID) *dialogue {
	t.Helper()
	k := &dialogue{Database: d, t: t, owner: owner, conversation: newID(), node: newID()}
	opening := k.reply()
	_, made, err := d.BeginConversation(t.Context(), owner, k.conversation, "identity", opening)
	if err != nil || !made {
		t.Fatalf("begin: made %v, %v", made, err)
	}
	k.end(k.lease(opening), memory.Complete)
	return k
}

func (k *dialogue) reply() memory.NewReply {
	return memory.NewReply{ID: newID(), Speaker: memory.AuthorGuide, Node: k.node, LeaseUntil: time.Now().Add(time.Minute)}
}

func (k *dialogue) lease(r memory.NewReply) memory.Lease {
	return memory.Lease{Owner: k.owner, Conversation: k.conversation, Reply: r.ID, Fence: 1}
}

func (k *dialogue) say(text string) (memory.NewSaid, memory.Lease) {
	k.t.Helper()
	said := memory.NewSaid{ID: newID(), Conversation: k.conversation, Text: text, Zone: "UTC"}
	r := k.reply()
	if _, err := k.Say(k.t.Context(), k.owner, said, r); err != nil {
		k.t.Fatal(err)
	}
	return said, k.lease(r)
}

func (k *dialogue) end(l memory.Lease, state memory.ReplyState) {
	k.t.Helper()
	if err := k.EndReply(k.t.Context(), l, memory.End{State: state, Reason: "finished"}); err != nil {
		k.t.Fatal(err)
	}
}

func (k *dialogue) events() []memory.Event {
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

func TestATurnIsEventsInTheirOrder(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := converse(t, d, d.Leader(t))
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
	k := converse(t, d, d.Leader(t))
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
	k, elsewhere := converse(t, d, owner), converse(t, d, owner)
	said, _ := k.say("First.")
	other := said
	other.Text = "Second."
	_, err := d.Say(t.Context(), owner, other, k.reply())
	refused(t, memory.CodeConflict, err)
	other = said
	other.Conversation = elsewhere.conversation
	_, err = d.Say(t.Context(), owner, other, k.reply())
	refused(t, memory.CodeConflict, err)

	d.Exec(t, `INSERT INTO tombstones (owner, id) VALUES ($1, $2)`, owner, newID())
	gone := memory.NewSaid{ID: newID(), Conversation: k.conversation, Text: "Again.", Zone: "UTC"}
	d.Exec(t, `INSERT INTO tombstones (owner, id) VALUES ($1, $2)`, owner, gone.ID)
	_, err = d.Say(t.Context(), owner, gone, k.reply())
	refused(t, memory.CodeGone, err)
}

func TestBadMessagesAreRefusedAndKeepNothing(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := converse(t, d, d.Leader(t))
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
	for name, fence := range map[string]func(k *dialogue, l memory.Lease){
		"she stopped it": func(k *dialogue, l memory.Lease) {
			if err := k.StopReply(k.t.Context(), k.owner, l.Reply); err != nil {
				k.t.Fatal(err)
			}
		},
		"she spoke over it": func(k *dialogue, _ memory.Lease) { k.say("Wait.") },
		"its node was lost": func(k *dialogue, l memory.Lease) {
			k.Exec(k.t, `UPDATE replies SET lease_until = now() - interval '1 second' WHERE id = $1`, l.Reply)
			if n, err := k.Sweep(k.t.Context()); err != nil || n != 1 {
				k.t.Fatalf("swept %d, %v", n, err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := memorytest.Open(t)
			k := converse(t, d, d.Leader(t))
			_, lease := k.say("I want to say more.")
			sentence := memory.NewSentence{N: 1, Kind: memory.KindQuestion, Author: memory.AuthorGuide, Text: "What more?"}
			if err := d.Release(t.Context(), lease, sentence); err != nil {
				t.Fatal(err)
			}
			fence(k, lease)
			before := len(k.events())
			sentence.N = 2
			refused(t, memory.CodeConflict, d.Release(t.Context(), lease, sentence))
			refused(t, memory.CodeConflict, d.Renew(t.Context(), lease, time.Now().Add(time.Hour)))
			refused(t, memory.CodeConflict, d.EndReply(t.Context(), lease, memory.End{State: memory.Complete}))
			if after := len(k.events()); after != before {
				t.Errorf("%d events were written behind the fence", after-before)
			}
		})
	}
}

func TestOneRunningReplyAConversation(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := converse(t, d, d.Leader(t))
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
	k := converse(t, d, d.Leader(t))
	k.say("Something.")
	all := k.events()
	for name, c := range map[string]struct {
		cursor  memory.Cursor
		foreign bool
		first   int64
	}{
		"known":        {memory.Cursor{Seq: 2, ID: all[1].ID}, false, 3},
		"another id":   {memory.Cursor{Seq: 2, ID: "00000000"}, true, 1},
		"from further": {memory.Cursor{Seq: 99, ID: "00000000"}, true, 1},
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
	k := converse(t, d, d.Leader(t))
	_, lease := k.say("Mine alone.")
	stranger := d.Leader(t)
	ctx := t.Context()
	_, _, err := d.Events(ctx, stranger, k.conversation, memory.Cursor{}, 10)
	refused(t, memory.CodeNotFound, err)
	_, err = d.Conversation(ctx, stranger, k.conversation)
	refused(t, memory.CodeNotFound, err)
	_, _, err = d.SetStage(ctx, stranger, k.conversation, memory.Closing, nil)
	refused(t, memory.CodeNotFound, err)
	_, err = d.SetClarity(ctx, stranger, k.conversation, 3)
	refused(t, memory.CodeNotFound, err)
	_, err = d.ResumeConversation(ctx, stranger, k.conversation)
	refused(t, memory.CodeNotFound, err)
	_, err = d.Transcript(ctx, stranger, k.conversation)
	refused(t, memory.CodeNotFound, err)
	_, err = d.Say(ctx, stranger, memory.NewSaid{ID: newID(), Conversation: k.conversation, Text: "Hers.", Zone: "UTC"}, k.reply())
	refused(t, memory.CodeNotFound, err)
	refused(t, memory.CodeNotFound, d.StopReply(ctx, stranger, lease.Reply))
	_, err = d.Again(ctx, stranger, lease.Reply, k.reply())
	refused(t, memory.CodeNotFound, err)
	_, err = d.AskHelp(ctx, stranger, k.conversation, k.reply())
	refused(t, memory.CodeNotFound, err)
	if all, err := d.Conversations(ctx, stranger, memory.ConversationFilter{}); err != nil || len(all) != 0 {
		t.Errorf("%d conversations, %v", len(all), err)
	}
	theirs := lease
	theirs.Owner = stranger
	refused(t, memory.CodeNotFound, d.Release(ctx, theirs, memory.NewSentence{N: 1, Kind: memory.KindProcess, Author: memory.AuthorServer, Text: "x"}))
}

func TestAStageComesWithItsOpeningOrNotAtAll(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := converse(t, d, d.Leader(t))
	k.say("I hold on.") // its reply runs, and is spoken over
	opening := k.reply()
	for _, want := range []bool{true, false} {
		if c, opened, err := d.SetStage(t.Context(), k.owner, k.conversation, memory.Closing, &opening); err != nil || opened != want || c.Stage != memory.Closing {
			t.Fatalf("opened %v, %+v, %v", opened, c, err)
		}
	}
	if got, want := kinds(k.events()), "reply end said reply end stage reply"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, opened, err := d.SetStage(t.Context(), k.owner, k.conversation, memory.Exploring, &opening); err == nil || opened {
		t.Errorf("an opening of an id that is taken: opened %v, %v", opened, err)
	}
	if c, err := d.Conversation(t.Context(), k.owner, k.conversation); err != nil || c.Stage != memory.Closing {
		t.Errorf("the stage moved without its opening: %+v, %v", c, err)
	}
}

func TestStagesGoOnlyWhereSheSays(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := converse(t, d, d.Leader(t))
	ctx := t.Context()
	for _, stage := range []memory.Stage{memory.Exploring, memory.Exploring, memory.Closing, memory.Closed} {
		if c, _, err := d.SetStage(ctx, k.owner, k.conversation, stage, nil); err != nil || c.Stage != stage {
			t.Fatalf("%s: %+v, %v", stage, c, err)
		}
	}
	if got, want := kinds(k.events()), "reply end stage stage stage"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	_, _, err := d.SetStage(ctx, k.owner, k.conversation, memory.Exploring, nil)
	refused(t, memory.CodeConflict, err)
	_, err = d.Say(ctx, k.owner, memory.NewSaid{ID: newID(), Conversation: k.conversation, Text: "More.", Zone: "UTC"}, k.reply())
	refused(t, memory.CodeConflict, err)
	_, err = d.SetClarity(ctx, k.owner, k.conversation, 11)
	refused(t, memory.CodeInvalid, err)
}

func TestAHelpTextPausesAndKeepsApart(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := converse(t, d, d.Leader(t))
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
	k := converse(t, d, d.Leader(t))
	ctx := t.Context()
	_, lease := k.say("Say it again.")
	_, err := d.Again(ctx, k.owner, lease.Reply, k.reply())
	refused(t, memory.CodeConflict, err) // it runs
	k.end(lease, memory.Failed)
	next := k.reply()
	r, err := d.Again(ctx, k.owner, lease.Reply, next)
	if err != nil || r.ID != next.ID || r.State != memory.Accepted {
		t.Fatalf("%+v, %v", r, err)
	}
	_, err = d.Again(ctx, k.owner, lease.Reply, k.reply())
	refused(t, memory.CodeConflict, err) // no longer the last
	k.end(k.lease(next), memory.Complete)
	_, err = d.Again(ctx, k.owner, next.ID, k.reply())
	refused(t, memory.CodeConflict, err) // complete
}

// Connections that PostgreSQL has ended are replaced, not handed on as a
// failure of what she does next.
func TestARestartedDatabaseIsFoundAgain(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := converse(t, d, d.Leader(t))
	k.say("Before.")
	if n := d.Count(t, `SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid()) ended`); n < 2 {
		t.Fatalf("only %d connections were ended", n)
	}
	_, lease := k.say("After.")
	k.end(lease, memory.Complete)
}
