package main

import (
	"path/filepath"
	"strings"
	"testing"

	"innerwork/coach/coachtest"
	"innerwork/memory/memorytest"
)

func TestSuperuserIsRefused(t *testing.T) {
	t.Parallel()
	d := memorytest.Empty(t)
	p, code := toEnd(t, setup{env: []string{"DATABASE_URL=" + d.Super}})
	wantRefusal(t, p, code, "innerwork: DATABASE_URL: the role", "is a superuser", "CREATE ROLE")
	p, code = toEnd(t, setup{env: []string{"DATABASE_URL=postgres://she:secret-canary@127.0.0.1:1/none"}})
	wantRefusal(t, p, code, "innerwork: DATABASE_URL: ", "does not answer")
	wantNowhere(t, "secret-canary", p)
	p, code = toEnd(t, setup{env: []string{"DATABASE_URL=" + d.URL}, args: []string{"backup", filepath.Join(t.TempDir(), "backup")}})
	wantRefusal(t, p, code, "pg_dump")
}

// Two nodes on one database get the same message at once.
func TestTwoNodesKeepOneMessageOnce(t *testing.T) {
	t.Parallel()
	d := memorytest.Empty(t)
	model := coachtest.NewUpstream(coachtest.EchoScript)
	t.Cleanup(model.Close)
	s := setup{env: []string{"DATABASE_URL=" + d.URL, "OPENAI_BASE_URL=" + model.URL(), "OPENAI_MODEL=echo"}}
	one, two := start(t, s), start(t, s)
	she := firstLeader(one)
	c := she.begin()
	here := she.socket(c)
	here.openings(c)
	there := signIn(two).socket()
	id := newID()
	here.say(c, id, herWords)
	there.say(c, id, herWords)
	first := here.until(said(id))
	second := there.until(said(id))
	if a, b := first[len(first)-1]["seq"], second[len(second)-1]["seq"]; a != b {
		t.Errorf("acknowledged as event %v and as event %v", a, b)
	}
	eventually(t, "the reply has ended", func() bool {
		return d.Count(t, `SELECT count(*) FROM replies WHERE reflection = $1 AND ended_at IS NOT NULL`, id) == 1
	})
	for _, s := range []*socket{here, there} {
		s.say(c, id, "Something else.")
		answer := s.until(func(f frame) bool { return f["type"] == "error" })
		if f := answer[len(answer)-1]; f["code"] != "conflict" || f["about"] != id {
			t.Errorf("other words under the same id got %v", f)
		}
	}
	if n := d.Count(t, `SELECT count(*) FROM reflections`); n != 1 {
		t.Errorf("%d messages are kept", n)
	}
	if n := d.Count(t, `SELECT count(*) FROM replies WHERE reflection = $1`, id); n != 1 {
		t.Errorf("%d replies were made", n)
	}
	if n := len(model.Calls()); n != 1 {
		t.Errorf("the model was called %d times", n)
	}
	if said := one.stdout.String(); strings.Contains(said, "NOTHING ANSWERS") || !strings.Contains(said, "database of DATABASE_URL") {
		t.Errorf("it printed:\n%s", said)
	}
	one.stop()
	two.stop()
}
