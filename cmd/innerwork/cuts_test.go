package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innerwork/coach/coachtest"
)

// D5: pages of several leaders, each with two conversations in which replies
// stream, lose their line at random bytes and come back with their cursors.
func TestD5RandomCutsDuringStreams(t *testing.T) {
	t.Parallel()
	const leaders = 4
	cuts := runs(80, 1000)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	data := newData(t)
	model := coachtest.NewUpstream(unhurried(seed))
	t.Cleanup(model.Close)
	p := start(t, setup{data: data, env: []string{"OPENAI_BASE_URL=" + model.URL(), "OPENAI_MODEL=scripted"}})
	first := firstLeader(p)
	line := newTunnel(t, p.address, seed, cuts)

	var pages []*wanderer
	for n := range leaders {
		who := first
		if n > 0 {
			who = anotherLeader(p, first, fmt.Sprintf("Leader %d", n))
		}
		conversations := []string{who.begin(), who.begin()}
		far := *who
		far.address = line.address
		pages = append(pages, newWanderer(t, &far, func() string {
			if line.calm() {
				return ""
			}
			return herWords
		}, conversations...))
	}
	began := time.Now()
	var all sync.WaitGroup
	for _, page := range pages {
		all.Go(func() {
			done := func() bool { return line.calm() && page.resting() }
			for !done() {
				err := page.visit(done)
				if err != nil && strings.HasPrefix(err.Error(), "refused") || time.Since(began) > 20*limit {
					t.Errorf("a page was told: %v", err)
					return
				}
			}
		})
	}
	all.Wait()
	took := time.Since(began)

	result := outcome{Runs: line.broke()}
	rows := superuser(t, data)
	messages, held, refusals := 0, 0, 0
	for _, page := range pages {
		result.Lost += page.faults.Lost
		result.Doubled += page.faults.Doubled
		messages += len(page.stored)
		refusals += page.refused
		fresh := page.fresh(p.address)
		for c, h := range page.histories {
			held += len(h.events)
			compareStored(t, rows, c, h, fresh.histories[c], page.stored, &result)
		}
	}
	if messages < 8 || result.Runs < cuts {
		t.Errorf("only %d messages and %d cuts", messages, result.Runs)
	}
	states, err := rows.Query(t.Context(), `SELECT state || ' ' || reason || ' ' || speaker || ': ' || count(*) FROM replies GROUP BY state, reason, speaker`)
	if err != nil {
		t.Fatal(err)
	}
	ends, err := pgx.CollectRows(states, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the replies: %q", ends)
	t.Logf("%d cuts in %v, %d messages, %d events, told to wait %d times", result.Runs, took.Round(time.Second), messages, held, refusals)
	soaked.add(t, "D5", result)
}

// unhurried says the words of the model in random pieces with random pauses.
func unhurried(seed uint64) coachtest.Script {
	var mu sync.Mutex
	chance := rand.New(rand.NewPCG(seed, 2))
	draw := func(n int) int {
		mu.Lock()
		defer mu.Unlock()
		return chance.IntN(n)
	}
	return func(_ int, w *coachtest.Wire) {
		for rest := modelWords; rest != ""; {
			n := min(1+draw(12), len(rest))
			if !w.Token(rest[:n]) || !w.Pace(time.Duration(draw(120))*time.Millisecond) {
				return
			}
			rest = rest[n:]
		}
		w.End()
	}
}

// compareStored holds what a page has of a conversation against what a page has
// that comes for the first time, and against the rows.
func compareStored(t *testing.T, rows *pgx.Conn, c string, h, fresh *history, acknowledged map[string]string, result *outcome) {
	t.Helper()
	if len(h.events) != len(fresh.events) {
		result.Lost++
		t.Errorf("%d events were seen, and %d are there", len(h.events), len(fresh.events))
		return
	}
	stored := storedEvents(t, rows, c)
	if len(stored) != len(h.events) {
		result.Lost++
		t.Errorf("%d events were seen, and %d are stored", len(h.events), len(stored))
		return
	}
	said := map[string]int{}
	sentences, running := map[string]int{}, "" // of each reply; and the last one
	for i, raw := range h.events {
		if !bytes.Equal(raw, fresh.events[i]) {
			result.Lost++
			t.Errorf("seen:   %s\nstored: %s", raw, fresh.events[i])
		}
		var e frame
		if err := json.Unmarshal(raw, &e); err != nil {
			t.Fatal(err)
		}
		e = asEvent(e, running)
		row := fmt.Sprint(e["seq"], e["id"], e["kind"], field(e, "said", "text"), field(e, "sentence", "text"))
		if row != stored[i] {
			result.Lost++
			t.Errorf("seen:   %s\nin SQL: %s", row, stored[i])
		}
		switch {
		case e["kind"] == "reply":
			running = field(e, "reply", "id")
		case e["kind"] == "said":
			said[field(e, "said", "id")]++
		case e["kind"] == "sentence":
			sentences[field(e, "sentence", "reply")]++
		case field(e, "reply", "state") == "complete" && field(e, "reply", "speaker") == "model":
			if n := sentences[field(e, "reply", "id")]; n != 4 {
				result.FalseComplete++
				t.Errorf("complete with %d sentences: %s", n, raw)
			}
		}
	}
	for id, n := range said {
		if n > 1 {
			result.Doubled++
		}
		if _, ok := acknowledged[id]; !ok {
			t.Errorf("the message %s is there, and was never acknowledged", id)
		}
	}
	var missing int
	if err := rows.QueryRow(t.Context(), `SELECT count(*) FROM unnest($1::uuid[]) id WHERE NOT EXISTS (SELECT FROM reflections r WHERE r.id = id.id)`,
		idsOf(acknowledged)).Scan(&missing); err != nil {
		t.Fatal(err)
	}
	result.Lost += missing
}

func idsOf(acknowledged map[string]string) (ids []string) {
	for id := range acknowledged {
		ids = append(ids, id)
	}
	return ids
}

// storedEvents are the rows of a conversation: number, id, kind and words.
func storedEvents(t *testing.T, rows *pgx.Conn, conversation string) []string {
	t.Helper()
	found, err := rows.Query(t.Context(), `
		SELECT e.seq::float8, right(e.id::text, 8), e.kind, coalesce(r.text, ''), coalesce(s.text, '') FROM events e
		LEFT JOIN reflections r ON e.kind = 'said' AND r.owner = e.owner AND r.id = e.about
		LEFT JOIN sentences s ON e.kind = 'sentence' AND s.owner = e.owner AND s.reply = e.about AND s.n = e.n
		WHERE e.conversation = $1 ORDER BY e.seq`, conversation)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(found, func(row pgx.CollectableRow) (string, error) {
		values, err := row.Values()
		return fmt.Sprint(values...), err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
