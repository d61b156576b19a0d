package main

import (
	"slices"

	"github.com/jackc/pgx/v5"
)

// audit compares what a witness was told with what is kept: as a new socket of
// hers shows it from the beginning, and as PostgreSQL has it behind everything.
func (w *witness) audit(who *person, db *pgx.Conn, m *mirrors) outcome {
	w.t.Helper()
	a := &auditor{witness: w, model: m, outcome: w.outcome, shown: who.history(w.conversations...)}
	for _, c := range w.conversations {
		a.look(c, keptOf(w.t, db, c))
	}
	return a.outcome
}

type auditor struct {
	*witness
	model   *mirrors
	outcome outcome
	shown   map[string][]frame // events by conversation
}

func (a *auditor) lost(format string, args ...any) {
	a.outcome.Lost++
	a.t.Logf("lost: "+format, args...)
}

func (a *auditor) doubled(format string, args ...any) {
	a.outcome.Doubled++
	a.t.Logf("doubled: "+format, args...)
}

func (a *auditor) look(conversation string, k kept) {
	a.events(conversation, k)
	a.messages(conversation, k)
	for _, r := range k.replies {
		a.reply(conversation, r, k)
	}
}

// events: every one once and in order, in PostgreSQL and over the socket, and
// those that were seen as they were seen.
func (a *auditor) events(conversation string, k kept) {
	shown := a.shown[conversation]
	for i, e := range shown {
		if e["seq"] != float64(i+1) {
			a.lost("event %v of %s stands at place %d", e["seq"], conversation, i+1)
		}
	}
	if len(shown) != k.events || k.events != k.lastSeq {
		a.lost("%d events are shown, %d are kept, and the last one has number %d", len(shown), k.events, k.lastSeq)
	}
	for _, e := range a.seen {
		if e["conversation"] != conversation {
			continue
		}
		seq := int(e["seq"].(float64))
		if seq > len(shown) {
			a.lost("%v was seen", e)
			continue
		}
		now := shown[seq-1]
		whole := kind("sentence")(e) || kind("said")(e) || kind("end")(e) || kind("reply")(e)
		if now["id"] != e["id"] || now["kind"] != e["kind"] || whole && !same(now, e) {
			a.lost("%v was seen, and there is now %v", e, now)
		}
	}
}

// messages: what was acknowledged is there to the letter, and nothing twice.
func (a *auditor) messages(conversation string, k kept) {
	for id, said := range a.sent {
		if said["conversation"] != conversation {
			continue
		}
		text := said["text"].(string)
		rows := count(k.said, func(f frame) bool { return f["id"] == id })
		told := count(a.shown[conversation], func(e frame) bool { return kind("said")(e) && field(e, "said", "id") == id })
		exact := count(k.said, func(f frame) bool { return f["id"] == id && f["text"] == text })
		if exact != rows {
			a.lost("the message %s is kept with other words", id)
		}
		if rows > 1 || told > 1 || count(k.said, func(f frame) bool { return f["text"] == text }) > 1 {
			a.doubled("the message %s is kept %d times and shown %d times", id, rows, told)
		}
		if ack := a.acknowledged[id]; ack != nil {
			event := func(e frame) bool { return kind("said")(e) && field(e, "said", "id") == id && e["seq"] == ack["seq"] }
			if rows == 0 || ack["durable"] != true || count(a.shown[conversation], event) != 1 {
				a.lost("the message that was acknowledged by %v is kept %d times and shown %d times", ack, rows, told)
			}
		}
		allowed := 1 + a.again[id]
		if calls := a.model.calls(text); len(calls) > allowed {
			a.doubled("the model was called %d times for the message %s", len(calls), id)
		}
		replies := count(a.shown[conversation], func(e frame) bool { return kind("reply")(e) && field(e, "reply", "reflection") == id })
		if replies > allowed {
			a.doubled("%d replies were made to the message %s", replies, id)
		} else if rows > 0 && replies == 0 {
			a.lost("no reply was made to the message %s", id)
		}
	}
}

// reply: its sentences are those that were shown, each once, and it is complete
// only if the model said that it had finished, and then it is whole.
func (a *auditor) reply(conversation string, r keptReply, k kept) {
	var texts, shown []string
	for i, s := range k.sentences[r.id] {
		if s.n != i+1 {
			a.lost("sentence %d of %s stands at place %d", s.n, r.id, i+1)
		}
		texts = append(texts, s.text)
	}
	for _, e := range a.shown[conversation] {
		if kind("sentence")(e) && field(e, "sentence", "reply") == r.id {
			shown = append(shown, field(e, "sentence", "text"))
		}
	}
	if !slices.Equal(texts, shown) {
		a.lost("PostgreSQL has\n%q\nand shown are\n%q", texts, shown)
	}
	if sorted := slices.Compact(slices.Sorted(slices.Values(texts))); len(sorted) != len(texts) {
		a.doubled("a sentence among %q", texts)
	}
	ends := count(a.shown[conversation], func(e frame) bool { return kind("end")(e) && field(e, "reply", "id") == r.id })
	if !r.ended || ends != 1 {
		a.lost("a reply in state %s has %d ends", r.state, ends)
	}
	if r.state != "complete" || r.speaker != "model" {
		return
	}
	message := ""
	for _, f := range k.said {
		if f["id"] == r.reflection {
			message = f["text"].(string)
		}
	}
	finished := slices.ContainsFunc(a.model.calls(message), func(c *telling) bool { return c.finished })
	if whole := answerTo(message); !finished || !slices.Equal(texts, whole) {
		a.outcome.FalseComplete++
		a.t.Logf("complete, where the model finished: %t, are\n%q\nof\n%q", finished, texts, whole)
	}
}

// plus adds up what came of several audits; their runs are counted elsewhere.
func (o outcome) plus(other outcome) outcome {
	return outcome{o.Runs, o.Lost + other.Lost, o.Doubled + other.Doubled, o.FalseComplete + other.FalseComplete}
}

// history is what a new socket shows of conversations from their beginning.
func (p *person) history(conversations ...string) map[string][]frame {
	p.t.Helper()
	shown := map[string][]frame{}
	for some := range slices.Chunk(conversations, 16) { // as many as one socket follows
		s := p.socket(some...)
		for caught := 0; caught < len(some); {
			switch f := s.next(); f["type"] {
			case "event":
				c := field(f, "conversation")
				shown[c] = append(shown[c], f)
			case "caught-up":
				caught++
			}
		}
		s.conn.Close()
	}
	return shown
}
