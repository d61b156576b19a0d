package memory_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// secondNode is another Store on the same database.
func secondNode(t *testing.T, d *memorytest.Database) *memory.Store {
	t.Helper()
	s, err := memory.Open(t.Context(), memory.Config{URL: d.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func awaitWake(t *testing.T, wake <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-wake:
	case <-time.After(30 * time.Second):
		t.Fatal("nobody was woken: " + what)
	}
}

// readsUntil reads at a node, as often as it is woken, until the last event is
// of the kind.
func readsUntil(t *testing.T, s *memory.Store, k *dialogue, wake <-chan struct{}, last memory.EventKind) {
	t.Helper()
	for {
		awaitWake(t, wake, "by what another node wrote")
		events, _, err := s.Events(t.Context(), k.owner, k.conversation, memory.Cursor{}, 100)
		if err != nil {
			t.Fatal(err)
		}
		if events[len(events)-1].Kind == last {
			return
		}
	}
}

// watch is Watch with a channel, to wait for.
func watch(s *memory.Store, owner, conversation memory.ID) (wake <-chan struct{}, cancel func()) {
	c := make(chan struct{}, 1)
	return c, s.Watch(owner, conversation, func(*memory.Event) {
		select {
		case c <- struct{}{}:
		default:
		}
	})
}

func TestNodesTellEachOther(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	other := secondNode(t, d)
	owner := d.Leader(t)
	k := converse(t, d, owner)
	wake, cancel := watch(other, owner, k.conversation)
	defer cancel()
	_, lease := k.say("I hold on.")
	readsUntil(t, other, k, wake, memory.EventReply)
	k.end(lease, memory.Complete)
	readsUntil(t, other, k, wake, memory.EventEnd)

	ended := make(chan memory.ID, 1)
	other.OnSessionEnd(func(person memory.ID, session *memory.ID) {
		if session == nil {
			ended <- person
		}
	})
	if err := d.Disable(t.Context(), d.Person(t, memory.RoleOperator), owner, true); err != nil {
		t.Fatal(err)
	}
	select {
	case person := <-ended:
		if person != owner {
			t.Errorf("told of %v", person)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the other node was not told that her sessions ended")
	}
}

func TestNoticesHoldIDsOnly(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	conn, err := pgx.Connect(t.Context(), d.Super)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	if _, err := conn.Exec(t.Context(), `LISTEN innerwork`); err != nil {
		t.Fatal(err)
	}
	k := converse(t, d, d.Leader(t))
	_, lease := k.say("Nobody else may hear of the canary.")
	const sentences = 100
	for n := range sentences {
		if err := k.Release(t.Context(), lease, memory.NewSentence{N: n + 1, Kind: memory.KindQuestion, Author: memory.AuthorGuide, Text: "What of the canary?"}); err != nil {
			t.Fatal(err)
		}
	}
	form := regexp.MustCompile(`^[\w-]{22}( c[\w-]{44})+$`)
	notices := 0
	for ctx, cancel := context.WithTimeout(t.Context(), time.Second); ; notices++ {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			cancel()
			break
		}
		if !form.MatchString(n.Payload) || strings.Contains(n.Payload, "canary") {
			t.Errorf("a notice says %q", n.Payload)
		}
	}
	if notices == 0 || notices >= sentences {
		t.Errorf("%d notices of %d sentences", notices, sentences)
	}
}

func TestANodeMissesNothingWhileItCannotListen(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := converse(t, d, d.Leader(t))
	wake, cancel := watch(d.Store, k.owner, k.conversation)
	defer cancel()
	listening := func() int {
		return d.Count(t, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'innerwork listening'`)
	}
	for listening() == 0 {
		awaitWake(t, wake, "when the node began to listen")
	}
	d.Exec(t, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'innerwork listening'`)
	// Another node writes and is lost before it can tell.
	d.Exec(t, `INSERT INTO events (owner, conversation, seq, id, kind, at) SELECT owner, id, last_seq + 1, gen_random_uuid(), 'paused', now()
		FROM conversations WHERE owner = $1`, k.owner)
	d.Exec(t, `UPDATE conversations SET last_seq = last_seq + 1, last_at = clock_timestamp() WHERE owner = $1`, k.owner)
	readsUntil(t, d.Store, k, wake, memory.EventPaused)
	for listening() == 0 {
		awaitWake(t, wake, "when the node listened again")
	}
	// And once more, with nobody connecting anew: the look finds it.
	d.Exec(t, `INSERT INTO events (owner, conversation, seq, id, kind, at) SELECT owner, id, last_seq + 1, gen_random_uuid(), 'resumed', now()
		FROM conversations WHERE owner = $1`, k.owner)
	d.Exec(t, `UPDATE conversations SET last_seq = last_seq + 1, last_at = clock_timestamp() WHERE owner = $1`, k.owner)
	readsUntil(t, d.Store, k, wake, memory.EventResumed)
}
