package coach_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"innerwork/coach"
	"innerwork/coach/offrecord"
	"innerwork/coach/practices"
	"innerwork/memory"
	"innerwork/memory/embed/embedtest"
	"innerwork/memory/memorytest"
)

// log is what was logged.
type log struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// rooms are both ways to talk, over one database and one clock.
type rooms struct {
	*coach.Rooms
	*memorytest.Database
	t     testing.TB
	owner coach.ID
	log   *log
	clock struct {
		sync.Mutex
		ahead time.Duration
	}
}

func (r *rooms) now() time.Time {
	r.clock.Lock()
	defer r.clock.Unlock()
	return time.Now().Add(r.clock.ahead)
}

func openRooms(t testing.TB, m coach.Model, l memory.Limits) *rooms {
	t.Helper()
	r := &rooms{t: t, log: &log{}}
	logger := slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r.Database = memorytest.Open(t, func(c *memory.Config) { c.Embedder, c.Limits, c.Log = embedtest.Words{}, l, logger })
	r.Rooms = coach.NewRooms(coach.Config{Store: r.Store, Practices: practices.Built(), Model: m, Now: r.now, Log: logger, Lease: time.Minute}, r.Store)
	r.owner = r.Leader(t)
	r.Exec(t, tablesWith)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := r.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	return r
}

// ended waits until nothing runs in the conversation and returns its events.
func (r *rooms) ended(id coach.ID) []coach.Event {
	r.t.Helper()
	changed := make(chan struct{}, 1)
	defer r.Watch(r.owner, id, func(*coach.Event) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	for {
		events, _, err := r.Rooms.Events(r.t.Context(), r.owner, id, coach.Cursor{}, 1000)
		if err != nil {
			r.t.Fatal(err)
		}
		if count(events, coach.EventReply) == count(events, coach.EventEnd) {
			return events
		}
		select {
		case <-changed:
		case <-time.After(20 * time.Second):
			r.t.Fatalf("a reply does not end: %+v", events)
		}
	}
}

// tables counts those in which a word stands, be it in whatever column.
func (r *rooms) tables(word string) int { return r.Count(r.t, `SELECT tables_with($1)`, word) }

const tablesWith = `
	CREATE FUNCTION tables_with(word text) RETURNS int LANGUAGE plpgsql AS $$
	DECLARE name text; here boolean; n int := 0;
	BEGIN
		FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
			EXECUTE format('SELECT EXISTS (SELECT FROM %I x WHERE x::text ILIKE %L)', name, '%' || word || '%') INTO here;
			n := n + here::int;
		END LOOP;
		RETURN n;
	END $$`

// Whatever she does off the record, beside whatever she does on it, no table
// and no line of the log has a word of it.
func TestNothingOffTheRecordIsKept(t *testing.T) {
	t.Parallel()
	model := says("You keep the door open. What matters there?")
	r := openRooms(t, model, memory.Limits{MessagesAMinute: 10_000, TokensADay: 100_000_000})
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		kept, unkept := fmt.Sprintf("keptzebra%dq", n), fmt.Sprintf("unkeptwalrus%dq", n)
		on, off := newID(), newID()
		if _, err := r.Begin(t.Context(), r.owner, on, "identity"); err != nil {
			rt.Fatal(err)
		}
		if _, err := r.BeginOffRecord(t.Context(), r.owner, off, "identity"); err != nil {
			rt.Fatal(err)
		}
		say := func(id coach.ID, text string) {
			at, err := r.Accept(t.Context(), r.owner, coach.Say{ID: newID(), Conversation: id, Text: text, Zone: "UTC"})
			if err != nil {
				rt.Fatal(err)
			}
			if at.Kept != (id == on) {
				rt.Errorf("kept %v", at.Kept)
			}
		}
		say(on, "I keep the door open for the "+kept+".")
		say(off, "I keep the door open for the "+unkept+".")
		for range rapid.IntRange(0, 6).Draw(rt, "steps") {
			switch rapid.IntRange(0, 7).Draw(rt, "step") {
			case 0, 1:
				say(off, "I want the "+unkept+" to stay. I realise that now.")
			case 2:
				say(off, "I want to kill myself because of the "+unkept+".")
			case 3:
				say(off, "go on")
			case 4:
				events := r.ended(off)
				reply := events[len(events)-1].Reply
				if reply == nil {
					continue
				}
				if _, err := r.Again(t.Context(), r.owner, reply.ID, ""); err != nil && memory.CodeOf(err) != coach.CodeConflict {
					rt.Error(err)
				}
			case 5:
				if _, err := r.SetStage(t.Context(), r.owner, off, rapid.SampledFrom([]coach.Stage{memory.Exploring, memory.Closing}).Draw(rt, "stage")); err != nil {
					rt.Error(err)
				}
			case 6:
				if _, err := r.Help(t.Context(), r.owner, off); err != nil {
					rt.Error(err)
				}
			case 7:
				say(on, "I think of the "+kept+" as well.")
			}
		}
		if len(r.ended(off)) == 0 || len(r.ended(on)) == 0 {
			rt.Error("nothing happened")
		}
		if rapid.Bool().Draw(rt, "close") {
			if _, err := r.Close(t.Context(), r.owner, off, nil); err != nil {
				rt.Error(err)
			}
		}
		r.clock.Lock()
		r.clock.ahead += offrecord.Linger
		r.clock.Unlock()
		swept, cancel := context.WithCancel(t.Context())
		cancel()
		r.Rooms.Sweep(swept)
		if r.tables(kept) == 0 {
			rt.Error("the search does not find what was kept")
		}
		if in := r.tables(unkept); in != 0 {
			rt.Errorf("words off the record stand in %d tables", in)
		}
		if r.Count(t, `SELECT count(*) FROM conversations WHERE id = $1`, off) != 0 {
			rt.Error("the conversation is on record")
		}
		if logged := r.log.String(); strings.Contains(logged, unkept) || strings.Contains(logged, kept) {
			rt.Errorf("logged: %s", logged)
		}
	})
}

func TestOffTheRecordHasNoPastAndALimitedLife(t *testing.T) {
	t.Parallel()
	var heard []string
	r := openRooms(t, listening(&heard), memory.Limits{})
	old := newID()
	r.Exec(t, `INSERT INTO reflections (owner, id, kind, text, at, zone) VALUES ($1, $2, 'written', 'The workshop of my father.', '2026-10-01', 'UTC')`, r.owner, old)
	if err := r.Index(t.Context(), r.owner, old); err != nil {
		t.Fatal(err)
	}
	id := newID()
	c, err := r.BeginOffRecord(t.Context(), r.owner, id, "identity")
	if err != nil || !c.OffRecord {
		t.Fatalf("%+v, %v", c, err)
	}
	said := coach.Say{ID: newID(), Conversation: id, Text: "I think of the workshop of my father.", Zone: "UTC"}
	at, err := r.Accept(t.Context(), r.owner, said)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := r.Accept(t.Context(), r.owner, said); err != nil || again != at {
		t.Errorf("the same message again: %+v, %v", again, err)
	}
	said.Text = "Other words."
	if _, err := r.Accept(t.Context(), r.owner, said); memory.CodeOf(err) != coach.CodeConflict {
		t.Errorf("other words under the same id: %v", err)
	}
	events := r.ended(id)
	if count(events, coach.EventSources) != 0 || len(heard) != 1 || strings.Contains(heard[0], "1 October 2026") {
		t.Errorf("it knew of her past: %s", heard)
	}
	if all, err := r.Rooms.Conversations(t.Context(), r.owner, coach.ConversationFilter{}); err != nil || len(all) != 0 {
		t.Errorf("listed %+v, %v", all, err)
	}
	if _, _, err := r.Rooms.Events(t.Context(), r.Leader(t), id, coach.Cursor{}, 10); memory.CodeOf(err) != coach.CodeNotFound {
		t.Errorf("somebody else saw it: %v", err)
	}
	if _, err := r.BeginOffRecord(t.Context(), r.owner, newID(), "identity"); err != nil {
		t.Error(err)
	}
	after := func(d time.Duration) {
		r.clock.Lock()
		r.clock.ahead += d
		r.clock.Unlock()
		done, cancel := context.WithCancel(t.Context())
		cancel()
		r.Rooms.Sweep(done)
	}
	leave := r.Watch(r.owner, id, func(*coach.Event) {})
	after(offrecord.Linger)
	if _, err := r.Rooms.Conversation(t.Context(), r.owner, id); err != nil {
		t.Errorf("it went while she looked on: %v", err)
	}
	leave()
	after(offrecord.Linger - time.Second)
	if _, _, err := r.Rooms.Events(t.Context(), r.owner, id, coach.Cursor{}, 10); err != nil {
		t.Errorf("it went too early: %v", err)
	}
	after(offrecord.Linger + time.Second)
	if _, err := r.Rooms.Conversation(t.Context(), r.owner, id); memory.CodeOf(err) != coach.CodeNotFound {
		t.Errorf("it is still there: %v", err)
	}
}

// The gate and the guard stand there as everywhere.
func TestTheGateAndTheGuardStandOffTheRecord(t *testing.T) {
	t.Parallel()
	calls := 0
	r := openRooms(t, script(func(ctx context.Context, p coach.Prompt) iter.Seq2[coach.Piece, error] {
		calls++
		return says("You should leave your company. You keep the door open. What matters there? ")(ctx, p)
	}), memory.Limits{})
	id := newID()
	if _, err := r.BeginOffRecord(t.Context(), r.owner, id, "identity"); err != nil {
		t.Fatal(err)
	}
	said := func(text string) (sentences []coach.Sentence) {
		t.Helper()
		if _, err := r.Accept(t.Context(), r.owner, coach.Say{ID: newID(), Conversation: id, Text: text, Zone: "UTC"}); err != nil {
			t.Fatal(err)
		}
		for _, e := range r.ended(id) {
			switch e.Kind {
			case coach.EventReply:
				sentences = nil
			case coach.EventSentence:
				sentences = append(sentences, *e.Sentence)
			}
		}
		return sentences
	}
	if got := texts(said("I keep the door open.")); calls != 1 || strings.Contains(got, "should") || !strings.Contains(got, "You keep the door open.") {
		t.Errorf("%d calls, the guard let through %q", calls, got)
	}
	help := said("I want to kill myself.")
	if calls != 1 || len(help) < 3 || help[0].Kind != memory.KindHelp || !strings.Contains(texts(help), "112") {
		t.Errorf("%d calls, help is %q", calls, texts(help))
	}
	waits := said("I keep the door open.")
	if calls != 1 || len(waits) != 1 || waits[0].Kind != memory.KindProcess || strings.Contains(texts(waits), "kept") {
		t.Errorf("%d calls, coaching did not rest: %q", calls, texts(waits))
	}
	if got := said("go on"); calls != 2 || len(got) == 0 {
		t.Errorf("%d calls, coaching did not go on: %q", calls, texts(got))
	}
	if _, err := r.Help(t.Context(), r.owner, id); err != nil {
		t.Error(err)
	}
	if c, err := r.Rooms.Conversation(t.Context(), r.owner, id); err != nil || !c.Paused || c.Node == nil || *c.Node != r.Node() {
		t.Errorf("after asking for help: %+v, %v", c, err)
	}
}

// She closes it in the middle of a reply: it is gone at once, whoever looks on
// hears of it, and the model is left.
func TestClosedOffTheRecordIsGoneAtOnce(t *testing.T) {
	t.Parallel()
	model, _ := held()
	r := openRooms(t, model, memory.Limits{})
	id := newID()
	if _, err := r.BeginOffRecord(t.Context(), r.owner, id, "identity"); err != nil {
		t.Fatal(err)
	}
	r.ended(id)
	if _, err := r.Accept(t.Context(), r.owner, coach.Say{ID: newID(), Conversation: id, Text: "I keep the door open.", Zone: "UTC"}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the model speaks", func() bool {
		events, _, err := r.Rooms.Events(t.Context(), r.owner, id, coach.Cursor{}, 1000)
		return err == nil && count(events, coach.EventSentence) > 0 && events[len(events)-1].Kind == coach.EventSentence && texts([]coach.Sentence{*events[len(events)-1].Sentence}) == "You keep the door open."
	})
	woken := make(chan struct{}, 100)
	defer r.Watch(r.owner, id, func(*coach.Event) { woken <- struct{}{} })()
	if c, err := r.Close(t.Context(), r.owner, id, nil); err != nil || c.Stage != memory.Closed {
		t.Fatalf("%+v, %v", c, err)
	}
	<-woken
	if _, _, err := r.Rooms.Events(t.Context(), r.owner, id, coach.Cursor{}, 10); memory.CodeOf(err) != coach.CodeNotFound {
		t.Errorf("it is still there: %v", err)
	}
	eventually(t, "the reply ends", func() bool { _, runs := r.Rooms.Status(r.owner, id); return !runs })
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // the call to the model never ends by itself
	defer cancel()
	if err := r.Shutdown(ctx); err != nil {
		t.Errorf("the reply goes on: %v", err)
	}
}

func TestTheLimitsHoldOffTheRecord(t *testing.T) {
	t.Parallel()
	r := openRooms(t, says("You keep the door open."), memory.Limits{MessagesAMinute: 2, TokensADay: 5_000})
	id := newID()
	if _, err := r.BeginOffRecord(t.Context(), r.owner, id, "identity"); err != nil {
		t.Fatal(err)
	}
	say := func(text string) error {
		_, err := r.Accept(t.Context(), r.owner, coach.Say{ID: newID(), Conversation: id, Text: text, Zone: "UTC"})
		r.ended(id)
		return err
	}
	if err := errors.Join(say("I keep the door open."), say("I keep the window open.")); err != nil {
		t.Fatal(err)
	}
	spent := r.Count(t, `SELECT coalesce(sum(tokens), 0) FROM unrecorded WHERE owner = $1`, r.owner)
	if spent == 0 || spent > 4_000 {
		t.Errorf("%d tokens were counted", spent)
	}
	if err := say("I keep the gate open."); memory.CodeOf(err) != coach.CodeTooMany {
		t.Errorf("a third message in a minute: %v", err)
	}
	if err := say("I want to kill myself."); err != nil {
		t.Errorf("help was refused: %v", err)
	}
	if room, err := r.Spend(t.Context(), r.owner, 5_000-spent); err != nil || !room {
		t.Fatalf("room %v, %v", room, err)
	}
	if room, err := r.Spend(t.Context(), r.owner, 1); err != nil || room {
		t.Errorf("room %v beyond the day's share, %v", room, err)
	}
}
