package transport

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"innerwork/coach"
)

func TestAConversationIsHeldFromProtocolAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, her := w.people.add("Ada", coach.RoleLeader)
	conversation := w.talk.begin(her.ID, 2)
	c := w.dial(token)
	c.send(frame{"type": "hello", "version": 1, "follow": []frame{{"conversation": conversation, "after": from(0, none)}}})
	if ready := c.want("ready"); ready["person"] != her.ID.String() || ready["version"] != 1.0 || ready["node"] != node.String() {
		t.Errorf("ready says %v", ready)
	}
	if got := len(c.catchUp()); got != 2 {
		t.Fatalf("caught up after %d events, want 2", got)
	}

	id := newID()
	say := frame{"type": "say", "id": id, "conversation": conversation, "text": "I have said yes too often, ß 漢 🙂."}
	c.send(say)
	got := map[any]frame{}
	for range 2 { // the acknowledgement and the event, in either order
		f, err := c.next()
		if err != nil {
			t.Fatal(err)
		}
		got[f["type"]] = f
	}
	if ack := got["said"]; ack["id"] != id.String() || ack["seq"] != 3.0 || ack["durable"] != true {
		t.Errorf("acknowledged by %v", ack)
	}
	event := got["event"]
	if said, _ := event["said"].(map[string]any); event["seq"] != 3.0 || event["kind"] != "said" || said["text"] != say["text"] || said["zone"] != her.Zone {
		t.Errorf("the event of what was said is %v", event)
	}

	reply := newID()
	w.talk.set(conversation, coach.Status{Reply: reply, State: "thinking"})
	if s := c.want("status"); s["state"] != "thinking" || s["reply"] != reply.String() {
		t.Errorf("the status is %v", s)
	}
	w.talk.set(conversation, coach.Status{})
	w.talk.speak(conversation, 1)
	last := c.want("event")

	// A cut; the same message again, since for all she knows it was lost.
	c.conn.Close()
	c = w.dial(token)
	c.send(frame{"type": "hello", "version": 1, "follow": []frame{{"conversation": conversation, "after": from(event["seq"], event["id"])}}})
	c.want("ready")
	if rest := c.catchUp(); len(rest) != 1 || rest[0]["id"] != last["id"] {
		t.Fatalf("after the cut came %v, want only %v", rest, last)
	}
	c.send(say)
	if again := c.want("said"); again["seq"] != 3.0 {
		t.Errorf("the same message again is acknowledged by %v", again)
	}
	say["text"] = "Something else"
	c.send(say)
	if e := c.want("error"); e["code"] != "conflict" || e["about"] != id.String() {
		t.Errorf("another text under the same id: %v", e)
	}
	if n := len(w.talk.history(conversation)); n != 4 {
		t.Errorf("%d events are kept, want 4", n)
	}
}

func TestTwoTabsSeeTheSame(t *testing.T) { // D9
	t.Parallel()
	w := newWorld(t)
	token, her := w.people.add("Ada", coach.RoleLeader)
	conversation := w.talk.begin(her.ID, 200)
	tabs := []*client{w.dial(token), w.dial(token)}
	var seen [2][]frame
	for i, tab := range tabs {
		tab.hello(conversation)
		seen[i] = tab.catchUp()
	}
	tabs[0].send(frame{"type": "say", "id": newID(), "conversation": conversation, "text": "One of us said this."})
	w.talk.speak(conversation, 100)
	for i, tab := range tabs {
		for len(seen[i]) < 301 {
			f, err := tab.next()
			if err != nil {
				t.Fatal(err)
			}
			if f["type"] == "event" {
				seen[i] = append(seen[i], f)
			}
		}
	}
	kept := w.talk.history(conversation)
	for i := range seen[0] {
		a, b := seen[0][i], seen[1][i]
		if a["seq"] != float64(i+1) || a["id"] != string(kept[i].ID) || b["id"] != a["id"] || fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatalf("at %d the tabs have %v and %v", i+1, a, b)
		}
	}
}

func TestACursorOfAnotherHistoryStartsOver(t *testing.T) { // D6
	t.Parallel()
	w := newWorld(t)
	token, her := w.people.add("Ada", coach.RoleLeader)
	conversation := w.talk.begin(her.ID, 5)
	c := w.dial(token)
	c.hello(conversation)
	c.catchUp()
	w.talk.restore(conversation, 7)
	if s := c.want("snapshot"); s["conversation"] != conversation.String() || s["conversationState"].(map[string]any)["id"] != conversation.String() {
		t.Errorf("the snapshot is %v", s)
	}
	events := c.catchUp()
	if len(events) != 7 || events[0]["seq"] != 1.0 {
		t.Fatalf("after the snapshot came %d events, the first %v", len(events), events[0])
	}
}

func TestAnothersConversationIsNotFound(t *testing.T) { // S9, as far as the fake goes
	t.Parallel()
	w := newWorld(t)
	_, her := w.people.add("Ada", coach.RoleLeader)
	conversation := w.talk.begin(her.ID, 1)
	other, _ := w.people.add("Bea", coach.RoleLeader)
	guest, _ := w.people.add("Carl", coach.RoleCoach)
	answers := map[string]bool{}
	for _, token := range []string{other, guest} {
		for _, id := range []coach.ID{conversation, newID()} {
			c := w.dial(token)
			c.hello()
			for _, f := range []frame{
				{"type": "follow", "conversation": id, "after": from(0, none)},
				{"type": "say", "id": newID(), "conversation": id, "text": "Let me in."},
			} {
				c.send(f)
				e := c.want("error")
				answers[fmt.Sprint(e["code"], " ", e["message"])] = true
			}
			c.send(frame{"type": "stop", "reply": id})
			if e := c.want("error"); e["code"] != "not_found" {
				t.Errorf("stop: %v", e)
			}
		}
	}
	if got := slices.Collect(maps.Keys(answers)); len(got) != 1 || got[0] != "not_found There is no such conversation." {
		t.Errorf("the answers tell conversations apart: %q", got)
	}
	if n := len(w.talk.history(conversation)); n != 1 {
		t.Errorf("something was said in another's conversation")
	}
}

func TestEventsThatCannotBeReadAreTriedAgain(t *testing.T) { // D11
	t.Parallel()
	w := newWorld(t, withLimits(func(l *limits) { l.retry = 1e6 }))
	token, her := w.people.add("Ada", coach.RoleLeader)
	conversation := w.talk.begin(her.ID, 3)
	w.talk.fail(errors.New("her secret words, in the text of a database's error"))
	c := w.dial(token)
	c.hello(conversation)
	if e := c.want("error"); e["code"] != "internal" || e["about"] != conversation.String() {
		t.Errorf("while it cannot be read: %v", e)
	}
	w.talk.fail(nil)
	if n := len(c.catchUp()); n != 3 {
		t.Errorf("%d events after recovery, want 3", n)
	}
	if log := w.log.String(); log == "" || contains(log, "secret words") {
		t.Errorf("the log has %q", log)
	}
}

func TestUnfollowedConversationsAreQuiet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, her := w.people.add("Ada", coach.RoleLeader)
	a, b := w.talk.begin(her.ID, 1), w.talk.begin(her.ID, 1)
	c := w.dial(token)
	c.hello(a, b)
	c.catchUp()
	c.catchUp()
	c.send(frame{"type": "unfollow", "conversation": a})
	c.send(frame{"type": "stop", "reply": a})
	c.want("error") // so the unfollow has been read; it is acted on before the next wait
	w.talk.speak(a, 1)
	w.talk.speak(b, 1)
	if e := c.want("event"); e["conversation"] != b.String() {
		t.Errorf("an event of the conversation that is not followed: %v", e)
	}
}
