package main

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/jackc/pgx/v5"
)

// D7: readers that stop reading while 20,000 events wait for each of them.
func TestD7StalledReaders(t *testing.T) {
	t.Parallel()
	const leaders, tabs, waiting = 5, 8, 20_000 // many, so that what all share hardly counts
	data := newData(t)
	p := start(t, setup{data: data, env: []string{"GOGC=5"}}) // what waits to be collected is not what a reader takes
	first := firstLeader(p)
	rows := superuser(t, data)
	var conversations []string
	var stalled []*wanderer
	for n := range leaders {
		her := anotherLeader(p, first, fmt.Sprintf("Reader %d", n))
		c := her.begin()
		s := her.socket(c)
		s.openings(c)
		s.conn.Close()
		manyEvents(t, rows, c, waiting)
		conversations = append(conversations, c)
		for range tabs {
			w := newWanderer(t, her, func() string { return "" })
			w.line = &websocket.Dialer{NetDialContext: narrow}
			stalled = append(stalled, w)
		}
	}
	// Everybody else: a conversation that goes on.
	c := first.begin()
	other := first.socket(c)
	other.openings(c)
	answered := func() time.Duration {
		began := time.Now()
		other.say(c, newID(), "I keep the door open.")
		other.ends(c, 1)
		return time.Since(began)
	}
	var calm []time.Duration
	for range 5 {
		calm = append(calm, answered())
	}

	// As many readers who read, so that what all share has its size already.
	var reading sync.WaitGroup
	for n, w := range stalled {
		page := newWanderer(t, w.who, w.texts, conversations[n/tabs])
		h := page.histories[conversations[n/tabs]]
		reading.Go(func() {
			if err := page.visit(func() bool { return len(h.events) >= 500 }); err != nil {
				t.Error(err)
			}
		})
	}
	reading.Wait()
	eventually(t, "those who read are gone", func() bool { return measured(p)["innerwork_sockets"] == 1 })

	for _, w := range stalled {
		if err := w.open(); err != nil {
			t.Fatal(err)
		}
		defer w.conn.Close()
	}
	before := stored(t, p, answered)
	for n, w := range stalled {
		follow := conversations[n/tabs]
		w.histories[follow] = &history{last: nothing}
		if err := w.conn.WriteJSON(frame{"type": "follow", "conversation": follow, "after": nothing}); err != nil {
			t.Fatal(err)
		}
	}
	settled(t, p) // no frame goes out any more: all of them are stuck
	after := stored(t, p, answered)
	if n := after[tooSlow]; n > 0 {
		t.Fatalf("%v readers were sent away before what they take was measured", n)
	}
	for _, m := range []string{"go_memstats_next_gc_bytes", "go_memstats_alloc_bytes", "go_memstats_stack_inuse_bytes", "process_resident_memory_bytes"} {
		t.Logf("%s: %.0f KiB, then %.0f KiB", m, before[m]/1024, after[m]/1024)
	}
	perSocket := (after["kept"] - before["kept"]) / float64(len(stalled))
	sent := (after[`innerwork_frames_total{direction="out",kind="event"}`] - before[`innerwork_frames_total{direction="out",kind="event"}`]) / float64(len(stalled))
	t.Logf("%d readers took %.0f events each and stopped: %.1f KiB a socket", len(stalled), sent, perSocket/1024)
	if perSocket > 64<<10 {
		t.Errorf("a stalled reader takes %.0f bytes", perSocket)
	}
	if sent < 1 || sent > waiting/2 {
		t.Errorf("%.0f events went to each reader, so nobody was held up", sent)
	}

	var held []time.Duration
	for range 5 {
		held = append(held, answered())
	}
	stuck := measured(p)[tooSlow] == 0
	t.Logf("another's replies: %v before, %v while they were stuck (%v)", calm, held, stuck)

	// One reads again; the others are sent away by the write deadline, and one of
	// them comes back with its cursor.
	catchUp(t, stalled[0], waiting)
	defer func() {
		if t.Failed() {
			for metric, n := range measured(p) {
				if strings.HasPrefix(metric, "innerwork_socket") {
					t.Logf("%s %v", metric, n)
				}
			}
		}
	}()
	eventually(t, "the stalled readers were sent away", func() bool { return measured(p)[tooSlow] >= float64(len(stalled)-1) })
	late := stalled[len(stalled)-1]
	if visits := catchUp(t, late, waiting); visits < 2 {
		t.Errorf("it was not sent away: %d visits", visits)
	}
	result := outcome{Runs: len(stalled)}
	for _, w := range []*wanderer{stalled[0], late} {
		result.Lost += w.faults.Lost
		result.Doubled += w.faults.Doubled
		for c, h := range w.histories {
			if fresh := storedEvents(t, rows, c); len(fresh) != len(h.events) {
				t.Errorf("it has %d events, and %d are stored", len(h.events), len(fresh))
				result.Lost++
			}
		}
	}
	soaked.add(t, "D7", result)
}

const tooSlow = `innerwork_socket_closes_total{code="4001"}`

// stored are the metrics, and among them the bytes that the program keeps: what the
// last collection found alive, and stacks. Some replies let collections happen.
func stored(t *testing.T, p *program, busy func() time.Duration) map[string]float64 {
	t.Helper()
	for range 3 {
		busy()
	}
	m := measured(p)
	// The next collection comes when a share of GOGC has been added to it.
	m["kept"] = m["go_memstats_next_gc_bytes"]/(1+gcShare) + m["go_memstats_stack_inuse_bytes"]
	if m["go_memstats_next_gc_bytes"] == 0 || m["go_memstats_stack_inuse_bytes"] == 0 {
		t.Fatal("the memory is not measured")
	}
	return m
}

// gcShare is GOGC of the program that is measured.
const gcShare = .05

// narrow opens a connection that holds little of what nobody reads.
func narrow(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Control: func(_, _ string, raw syscall.RawConn) error {
		var err error
		failed := raw.Control(func(fd uintptr) {
			if err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096); err == nil {
				err = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_MAXSEG, 536)
			}
		})
		if failed != nil {
			return failed
		}
		return err
	}}
	return dialer.DialContext(ctx, network, address)
}

// settled waits until no frame has gone out for a while.
func settled(t *testing.T, p *program) {
	t.Helper()
	last, same := -1.0, 0
	eventually(t, "no frame goes out", func() bool {
		var out float64
		for metric, n := range measured(p) {
			if strings.HasPrefix(metric, `innerwork_frames_total{direction="out"`) {
				out += n
			}
		}
		if same++; out != last {
			last, same = out, 0
		}
		return same > 20
	})
}

// catchUp reads until it has everything, coming back whenever it was sent away,
// and returns how many visits it took.
func catchUp(t *testing.T, w *wanderer, events int) (visits int) {
	t.Helper()
	w.line = websocket.DefaultDialer
	for c, h := range w.histories {
		if err := w.conn.NetConn().(*net.TCPConn).SetReadBuffer(1 << 20); err != nil {
			t.Fatal(err)
		}
		for visits = 1; ; visits++ {
			err := w.read(func() bool { return len(h.events) >= events && h.caught })
			if err == nil {
				t.Logf("%d events of %s after %d visits", len(h.events), c, visits)
				return visits
			}
			if visits == 5 {
				t.Fatalf("it was sent away again and again: %v", err)
			}
			if err := w.open(); err != nil {
				t.Fatal(err)
			}
		}
	}
	return visits
}

// manyEvents writes on a conversation of the guide, as she and the guide would
// have, until it has so many events.
func manyEvents(t *testing.T, rows *pgx.Conn, conversation string, events int) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), rows, func(tx pgx.Tx) error {
		for _, sql := range []string{
			`CREATE TEMPORARY TABLE turns ON COMMIT DROP AS
				SELECT c.owner, c.id AS conversation, c.last_seq + 7 * (g - 1) AS before, uuidv7() AS said, uuidv7() AS reply
				FROM conversations c, generate_series(1, ($2::int - c.last_seq + 6) / 7) g WHERE c.id = $1`,
			`INSERT INTO reflections (owner, id, kind, text, conversation, at, zone)
				SELECT owner, said, 'said', 'I keep the door open, and I wait for my team to speak, and nobody comes in.', conversation, now(), 'UTC' FROM turns`,
			`INSERT INTO replies (owner, id, conversation, reflection, state, reason, speaker, node, lease_until, ended_at)
				SELECT owner, reply, conversation, said, 'complete', 'finished', 'guide', uuidv7(), now(), now() FROM turns`,
			`INSERT INTO sentences (owner, reply, n, kind, author, text)
				SELECT owner, reply, n, 'process', 'guide', 'Take the time that you need; what you say here is kept, and it stays with you, and ' || n || ' times nobody hurries.'
				FROM turns, generate_series(1, 4) n`,
			`INSERT INTO events (owner, conversation, seq, id, kind, about, n)
				SELECT owner, conversation, before + 1, uuidv7(), 'said', said, NULL::int FROM turns
				UNION ALL SELECT owner, conversation, before + 2, uuidv7(), 'reply', reply, NULL FROM turns
				UNION ALL SELECT owner, conversation, before + 2 + n, uuidv7(), 'sentence', reply, n FROM turns, generate_series(1, 4) n
				UNION ALL SELECT owner, conversation, before + 7, uuidv7(), 'end', reply, NULL FROM turns`,
			`UPDATE conversations SET last_seq = (SELECT max(seq) FROM events e WHERE e.conversation = conversations.id) WHERE id IN (SELECT conversation FROM turns)`,
		} {
			var args []any
			if strings.Contains(sql, "$1") {
				args = []any{conversation, events}
			}
			if _, err := tx.Exec(t.Context(), sql, args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
