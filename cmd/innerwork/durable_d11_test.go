package main

import (
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// D11: PostgreSQL is killed in the middle of a reply, with everything that it
// had started, and comes back.
func TestD11PostgresKilledMidReply(t *testing.T) {
	t.Parallel()
	const inARow = 4 // after more of them within a minute the program gives up
	chance := newChance(t)
	model := newMirrors(t)
	model.pace = func() { chance.pass(40 * time.Millisecond) } // the reply goes on while PostgreSQL is away
	var o outcome
	for o.Runs < runs(2, 20) {
		data := newData(t)
		p := start(t, setup{data: data, env: model.env()})
		she := firstLeader(p)
		for range min(inARow, runs(2, 20)-o.Runs) {
			o = o.plus(postgresKilled(t, chance, p, she, data, model))
			o.Runs++
		}
		p.stop()
	}
	soaked.add(t, "D11", o)
}

func postgresKilled(t *testing.T, chance *chance, p *program, she *person, data string, model *mirrors) outcome {
	t.Helper()
	w := watch(she, she.begin(), she.begin())
	db := superuser(t, data)
	watching, err := pgx.ConnectConfig(t.Context(), db.Config())
	if err != nil {
		t.Fatal(err)
	}
	message := newMessage()
	back := make(chan struct{})
	model.plan(message, func(a *telling) {
		if a.tell(4) {
			<-back
			a.finish()
		}
	})
	first := w.say(w.conversations[0], message)
	w.hearUntil(said(first))
	w.hearSentences(first, 1+chance.below(3))
	// Her next message comes before, after, or is being stored just then.
	second, when := "", []string{"before", "within", "after"}[chance.below(3)]
	switch when {
	case "before":
		second = w.say(w.conversations[1], newMessage())
		chance.pass(30 * time.Millisecond)
	case "within":
		if _, err := db.Exec(t.Context(), `BEGIN`); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(t.Context(), `SELECT FROM conversations WHERE id = $1 FOR UPDATE`, w.conversations[1]); err != nil {
			t.Fatal(err)
		}
		second = w.say(w.conversations[1], newMessage())
		eventually(t, "the message is being stored", func() bool { return storing(t, watching, "innerwork_act", `wait_event_type = 'Lock'`) })
	}
	rows, err := watching.Query(t.Context(), `SELECT pid FROM pg_stat_activity`)
	if err != nil {
		t.Fatal(err)
	}
	processes, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		t.Fatal(err)
	}
	for _, pid := range append([]int{postmaster(t, data)}, processes...) {
		_ = syscall.Kill(pid, syscall.SIGKILL) // one may have ended by itself
	}
	killed := time.Now()
	if when == "after" {
		second = w.say(w.conversations[1], newMessage())
	}
	away := 0
	for there := false; !there; {
		status := ready(she)
		// If it is away now, it was away all the time since the kill.
		conn, err := pgx.ConnectConfig(t.Context(), db.Config())
		if there = err == nil; there {
			conn.Close(t.Context())
			break
		}
		if away++; status != 503 {
			t.Errorf("PostgreSQL is away, and the program ready with status %d", status)
		}
	}
	t.Logf("with a message %s it, PostgreSQL was away for %v, and was looked for %d times", when, time.Since(killed), away)
	if away == 0 {
		t.Error("PostgreSQL was never seen to be away")
	}
	eventually(t, "it is ready", func() bool { return ready(she) == 200 })
	t.Logf("it was ready after %v", time.Since(killed))
	close(back)
	for w.acknowledged[second] == nil {
		f := w.hear()
		if f["type"] != "error" {
			continue
		}
		if f["code"] != "unavailable" || f["message"] == "" || !slices.Contains([]string{second, w.conversations[0], w.conversations[1]}, field(f, "about")) {
			t.Errorf("it was refused with %v", f)
		}
		if f["about"] == second {
			w.s.send(w.sent[second])
		}
	}
	w.settle()
	db, err = pgx.ConnectConfig(t.Context(), db.Config())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	for i, id := range []string{first, second} {
		k := keptOf(t, db, w.conversations[i])
		t.Logf("after %v, the reply has %d sentences and is %+v", time.Since(killed), len(k.sentences[k.to(id).id]), k.to(id))
	}
	defer w.s.conn.Close()
	return w.audit(she, db, model)
}
