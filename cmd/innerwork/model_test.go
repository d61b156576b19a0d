package main

import (
	"strings"
	"testing"

	"innerwork/coach/coachtest"
)

func TestModelThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	address, err := coachtest.Refused()
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, setup{data: newData(t), env: []string{"OPENAI_BASE_URL=" + address, "OPENAI_MODEL=absent"}})
	she := firstLeader(p)
	c := she.begin()
	s := she.socket(c)
	s.openings(c)
	s.say(c, newID(), herWords)
	replies, _ := s.ends(c, 1)
	if replies[0]["state"] != "failed" || replies[0]["reason"] != "no connection" {
		t.Errorf("it ended as %v", replies[0])
	}
	she.want(202, "POST", "/api/replies/"+replies[0]["id"].(string)+"/again", frame{"speaker": "guide"})
	replies, frames := s.ends(c, 1)
	if replies[0]["state"] != "complete" || count(frames, kind("sentence")) == 0 {
		t.Errorf("the guide's ended as %v", replies[0])
	}
	for _, want := range []string{
		"model absent at " + strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/v1"), "on this machine", "NOTHING ANSWERS",
	} {
		if !strings.Contains(p.stdout.String(), want) {
			t.Errorf("%q is not printed:\n%s", want, p.stdout)
		}
	}
	p.await(p.stderr, "connection refused")
}
