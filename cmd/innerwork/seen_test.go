package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"innerwork/coach/coachtest"
)

const (
	herWords   = "I keep the door open. I wait for my team to speak. I answer before they have ended. I want to listen longer."
	modelWords = "You keep the door open. You wait for your team to speak. You answer before they have ended. What would listening longer look like? "
)

// stalling is a model that says the first few of its words, tells so, and then
// nothing more. It is no slower than others where it is to say all of them.
func stalling(t *testing.T, words func(n int) int) (env []string, stalled chan int) {
	t.Helper()
	stalled = make(chan int, 16)
	model := coachtest.NewUpstream(func(n int, w *coachtest.Wire) {
		tokens := strings.SplitAfter(modelWords, " ")
		if !w.Tokens(tokens[:min(words(n), len(tokens))]...) {
			return
		}
		if words(n) > len(tokens) {
			w.End()
			return
		}
		stalled <- n
		w.Hang()
	})
	t.Cleanup(model.Close)
	return []string{"OPENAI_BASE_URL=" + model.URL(), "OPENAI_MODEL=scripted"}, stalled
}

func awaitStall(t *testing.T, stalled chan int) {
	t.Helper()
	select {
	case <-stalled:
	case <-time.After(limit):
		t.Fatal("the model was not called")
	}
}

// The coach is killed while several replies stand at random points, and one more
// message is on its way.
func TestKilledMidReply(t *testing.T) {
	t.Parallel()
	const replies = 5
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	points := make([]int, replies+1)
	for i := range points {
		points[i] = chance.IntN(len(strings.Fields(modelWords)) + 1)
	}
	env, stalled := stalling(t, func(n int) int { return points[n%len(points)] })
	data := newData(t)
	p := start(t, setup{data: data, env: env})
	she := firstLeader(p)
	s := she.socket()
	var conversations []string
	for range replies + 1 {
		id := she.begin()
		conversations = append(conversations, id)
		s.send(frame{"type": "follow", "conversation": id, "after": nothing})
	}
	seen := s.openings(conversations...)
	messages := map[string]string{} // by conversation
	for _, c := range conversations[:replies] {
		messages[c] = newID()
		s.say(c, messages[c], herWords)
		seen = append(seen, s.until(said(messages[c]))...)
	}
	for range replies {
		awaitStall(t, stalled)
	}
	last := conversations[replies]
	messages[last] = newID()
	s.say(last, messages[last], herWords)
	p.signal(syscall.SIGKILL)
	p.exit()
	for f, err := s.read(); err == nil; f, err = s.read() {
		seen = append(seen, f)
	}

	p = start(t, setup{data: data, env: env})
	began := time.Now()
	she.address = p.address
	s = she.resume(cursors(conversations, seen)...)
	// The one whose acknowledgement may be lost is sent again, as a page does.
	s.say(last, messages[last], herWords)
	awaitStall(t, stalled)
	late := s.until(said(messages[last]))
	for open := unended(seen, late); len(open) > 1 || len(open) == 1 && open[0] != last; open = unended(seen, late) {
		late = append(late, s.next())
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("the replies ended after %v", took)
	}

	for i, c := range conversations {
		stored := events(she.socket(c).until(func(f frame) bool { return f["type"] == "caught-up" }))
		wantGapless(t, stored)
		if n := count(stored, func(f frame) bool { return field(f, "said", "id") == messages[c] }); n != 1 {
			t.Errorf("the message is there %d times", n)
		}
		if got, want := sentences(c, append(slices.Clone(seen), late...)), sentences(c, stored); !slices.Equal(got, want) {
			t.Errorf("she saw\n%q\nand stored is\n%q", got, want)
		}
		if c == last {
			continue
		}
		end := stored[len(stored)-1]
		reply, _ := end["reply"].(map[string]any)
		if !kind("end")(end) || reply["state"] != "interrupted" || reply["reason"] != "node lost" {
			t.Errorf("killed after %d words, it ended as %v", points[i], end)
		}
		again := she.want(202, "POST", "/api/replies/"+field(end, "reply", "id")+"/again", frame{"speaker": "guide"})
		ends := s.until(func(f frame) bool { return kind("end")(f) && field(f, "reply", "id") == again["id"] })
		if state := field(ends[len(ends)-1], "reply", "state"); state != "complete" {
			t.Errorf("tried again, it ended as %s", state)
		}
	}
}

// openings reads until the conversations have been opened.
func (s *socket) openings(conversations ...string) (all []frame) {
	s.t.Helper()
	left := slices.Clone(conversations)
	return s.until(func(f frame) bool {
		if kind("end")(f) {
			left = slices.DeleteFunc(left, func(c string) bool { return c == f["conversation"] })
		}
		return len(left) == 0
	})
}

// cursors are where a page that has seen the frames goes on.
func cursors(conversations []string, seen []frame) (follow []frame) {
	for _, c := range conversations {
		after := nothing
		for _, e := range events(seen) {
			if e["conversation"] == c {
				after = frame{"seq": e["seq"], "id": e["id"]}
			}
		}
		follow = append(follow, frame{"conversation": c, "after": after})
	}
	return follow
}

// unended are the conversations in which a reply has not ended.
func unended(frames ...[]frame) (open []string) {
	running := map[string]int{}
	for _, f := range slices.Concat(frames...) {
		c := field(f, "conversation")
		if kind("reply")(f) {
			running[c]++
		} else if kind("end")(f) {
			running[c]--
		}
	}
	for c, n := range running {
		if n != 0 {
			open = append(open, c)
		}
	}
	return open
}

func wantGapless(t *testing.T, stored []frame) {
	t.Helper()
	for i, e := range stored {
		if e["seq"] != float64(i+1) {
			t.Fatalf("event %v stands at place %d", e["seq"], i+1)
		}
	}
}

// sentences are what was said to her in a conversation, with the ids of their
// events.
func sentences(conversation string, frames []frame) (all []string) {
	for _, f := range frames {
		if kind("sentence")(f) && f["conversation"] == conversation {
			all = append(all, fmt.Sprintf("%v %v %v", f["seq"], f["id"], f["sentence"]))
		}
	}
	return all
}

func count(frames []frame, is func(frame) bool) (n int) {
	for _, f := range frames {
		if is(f) {
			n++
		}
	}
	return n
}
