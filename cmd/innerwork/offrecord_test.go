package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// What is said off the record, on the real wire, is answered and is in no table,
// in no list, in no archive and in nothing that is printed; the socket that comes
// back goes on; another node does not know of it, and says so.
func TestOffTheRecordOnTheWire(t *testing.T) {
	t.Parallel()
	n, words := newTwoNodes(t), canaries{}
	kept, unkept := words.in("what is kept"), words.in("what is off the record")
	on, off := n.she.begin(), newID()
	begun := n.she.want(201, "POST", "/api/conversations", frame{"id": off, "practice": "identity", "offRecord": true})
	if begun["offRecord"] != true || begun["node"] == nil {
		t.Errorf("it began as %v", begun)
	}
	s := n.she.socket(on, off)
	s.openings(on, off)
	for id, word := range map[string]string{on: kept, off: unkept} {
		message := newID()
		s.say(id, message, beginsMessage+"I remember "+word+" at night.")
		all := s.until(said(message))
		if ack := all[len(all)-1]; ack["durable"] != (id == on) {
			t.Errorf("acknowledged by %v", ack)
		}
		s.ends(id, 1)
	}
	s.conn.Close()
	again := n.she.socket(off)
	all := events(again.until(func(f frame) bool { return f["type"] == "caught-up" }))
	if there := fmt.Sprint(all); !strings.Contains(there, unkept) || field(all[len(all)-1], "reply", "state") != "complete" {
		t.Errorf("it did not go on: %v", all)
	}

	elsewhere := n.at(n.other).socket(off)
	refused := elsewhere.until(func(f frame) bool { return f["type"] == "error" })
	if e := refused[len(refused)-1]; e["code"] != "not_found" || e["about"] != off {
		t.Errorf("another node says %v", e)
	}
	for _, path := range []string{"/api/conversations", "/api/reflections"} {
		if list := fmt.Sprint(n.she.want(200, "GET", path, nil)); strings.Contains(list, unkept) || !strings.Contains(list, kept) {
			t.Errorf("%s lists %v", path, list)
		}
	}

	tables := func(word string) (in []string) {
		rows, err := n.db.Query(t.Context(), `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)
		if err != nil {
			t.Fatal(err)
		}
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || len(names) < 30 {
			t.Fatalf("%d tables: %v", len(names), err)
		}
		for _, name := range names {
			var there bool
			sql := `SELECT EXISTS (SELECT FROM ` + pgx.Identifier{name}.Sanitize() + ` x WHERE x::text ILIKE '%' || $1 || '%')`
			if err := n.db.QueryRow(t.Context(), sql, word).Scan(&there); err != nil {
				t.Fatal(err)
			}
			if there {
				in = append(in, name)
			}
		}
		return in
	}
	if in := tables(kept); len(in) == 0 {
		t.Error("the search does not find what is kept")
	}
	for _, word := range []string{unkept, off} {
		if in := tables(word); len(in) != 0 {
			t.Errorf("%s stands in %v", word, in)
		}
	}

	n.she.want(200, "POST", "/api/conversations/"+off+"/close", frame{})
	again.until(func(f frame) bool { return f["type"] == "error" && f["code"] == "not_found" })
	n.she.want(404, "GET", "/api/conversations/"+off, nil)
	for _, p := range []*program{n.one, n.other} {
		p.stop()
		if printed := p.stdout.String() + p.stderr.String(); strings.Contains(printed, unkept) || !strings.Contains(printed, p.address) {
			t.Errorf("printed: %s", printed)
		}
	}
}
