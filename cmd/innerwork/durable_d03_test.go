package main

import (
	"strings"
	"testing"
)

// D3: the same message comes fifty times at once, over two nodes.
func TestD3OneMessageFiftyTimesAtOnce(t *testing.T) {
	t.Parallel()
	const times, perNode = 50, 3
	n := newTwoNodes(t)
	var o outcome
	for o.Runs < runs(2, 10) {
		she := invitedLeader(n.she) // each may send a hundred frames a minute
		w := watch(she, she.begin())
		conversation, message := w.conversations[0], newMessage()
		id := newID()
		say := frame{"type": "say", "id": id, "conversation": conversation, "text": message}
		w.sent[id] = say

		var sockets []*socket
		for range perNode {
			for _, p := range []*program{n.one, n.other} {
				at := *she
				at.address = p.address
				sockets = append(sockets, at.socket())
			}
		}
		begin, answers := make(chan struct{}), make(chan []frame, len(sockets))
		for i, s := range sockets {
			mine := times / len(sockets)
			if i < times%len(sockets) {
				mine++
			}
			go func() {
				<-begin
				for range mine {
					if s.conn.WriteJSON(say) != nil {
						break
					}
				}
				var got []frame
				for len(got) < mine {
					f, err := s.read()
					if err != nil {
						break
					}
					got = append(got, f)
				}
				answers <- got
			}()
		}
		close(begin)
		var all []frame
		for range sockets {
			all = append(all, <-answers...)
		}
		equal := count(all, func(f frame) bool { return said(id)(f) && f["durable"] == true && same(f, all[0]) })
		if len(all) != times || equal != times {
			t.Fatalf("of %d acknowledgements, %d are equal: %v", len(all), equal, all)
		}
		for _, s := range sockets[:2] { // one on each node
			s.say(conversation, id, message+" I do.")
			if f := s.next(); f["type"] != "error" || f["code"] != "conflict" || f["about"] != id {
				t.Errorf("other words under the same id got %v", f)
			}
		}
		for _, s := range sockets {
			s.conn.Close()
		}
		w.acknowledged[id] = all[0]
		w.settle()
		k := keptOf(t, n.db, conversation)
		if len(k.said) != 1 || k.to(id).state != "complete" {
			t.Errorf("%d messages are kept, and the reply is %+v", len(k.said), k.to(id))
		}
		if calls := len(n.model.calls(message)); calls != 1 {
			o.Doubled++
			t.Errorf("the model was called %d times", calls)
		}
		o.Runs++
		o = o.plus(w.audit(she, n.db, n.model))
		w.s.conn.Close()
	}
	if said := n.one.stdout.String(); strings.Contains(said, "NOTHING ANSWERS") || !strings.Contains(said, "database of DATABASE_URL") {
		t.Errorf("it printed:\n%s", said)
	}
	n.one.stop()
	n.other.stop()
	soaked.add(t, "D3", o)
}
