package main

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"innerwork/coach/coachtest"
	"innerwork/memory/memorytest"
)

// look reads a page as it is, with nobody's session.
func look(p *program, path string) string {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), "GET", p.address+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	res, err := visitor(p).client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

// wantMetrics wants lines in what a node counted.
func wantMetrics(p *program, lines ...string) {
	p.t.Helper()
	text := look(p, "/metrics")
	for _, line := range lines {
		if !strings.Contains(text, "\n"+line+"\n") {
			p.t.Errorf("the metrics lack %q", line)
		}
	}
}

// Two nodes count one person's messages and tokens together. S5
func TestLimitsHoldOverNodes(t *testing.T) {
	t.Parallel()
	d := memorytest.Empty(t)
	model := coachtest.NewUpstream(coachtest.EchoScript)
	t.Cleanup(model.Close)
	s := setup{env: []string{"DATABASE_URL=" + d.URL, "OPENAI_BASE_URL=" + model.URL(), "OPENAI_MODEL=echo",
		"INNERWORK_MESSAGES_A_MINUTE=5", "INNERWORK_TOKENS_A_DAY=4000"}}
	one, two := start(t, s), start(t, s)
	she := firstLeader(one)
	c := she.begin()
	nodes := []*socket{she.socket(), signIn(two).socket()}
	watcher := she.socket(c)
	watcher.openings(c)
	var last string
	for n := range 5 {
		last = newID()
		nodes[n%2].say(c, last, herWords)
		nodes[n%2].until(said(last))
		watcher.ends(c, 1)
		// What the calls so far cost leaves nothing for another one.
		d.Exec(t, `UPDATE replies SET tokens_out = 4000 WHERE reflection = $1`, last)
	}
	for _, k := range nodes {
		id := newID()
		k.say(c, id, herWords)
		all := k.until(func(f frame) bool { return f["type"] == "error" })
		f := all[len(all)-1]
		if f["code"] != "too_many" || f["about"] != id || !regexp.MustCompile(` in \d+ s;`).MatchString(field(f, "message")) {
			t.Errorf("the sixth within a minute: %v", f)
		}
		k.say(c, last, herWords) // is there already
		k.until(said(last))
	}
	if n := d.Count(t, `SELECT count(*) FROM reflections`); n != 5 {
		t.Errorf("%d messages are kept", n)
	}
	if n := len(model.Calls()); n != 1 {
		t.Errorf("the model was called %d times", n)
	}
	if n := d.Count(t, `SELECT count(*) FROM replies WHERE speaker = 'guide' AND reason = 'budget' AND state = 'complete'`); n != 4 {
		t.Errorf("the guide spoke %d times instead of the model", n)
	}
	wantMetrics(one, `innerwork_refusals_total{limit="messages"} 1`, `innerwork_refusals_total{limit="tokens"} 2`,
		`innerwork_replies_total{reason="budget",speaker="guide",state="complete"} 2`, "innerwork_replies_running 0", "innerwork_replies_waiting 0")
	wantMetrics(two, `innerwork_refusals_total{limit="messages"} 1`, `innerwork_refusals_total{limit="tokens"} 2`, "innerwork_lease_takeovers_total 0")
}

// A node says of itself what is so.
func TestReadyNamesItsParts(t *testing.T) {
	t.Parallel()
	model := coachtest.NewUpstream(coachtest.EchoScript)
	t.Cleanup(model.Close)
	p := start(t, setup{data: newData(t), env: []string{"OPENAI_BASE_URL=" + model.URL(), "OPENAI_MODEL=echo", "OPENAI_API_KEY=secret-canary"}})
	const parts = `{"ready":true,"shuttingDown":false,"postgresql":{"there":true},"embedder":{"there":false,"kind":"none","failing":false},"model":{"configured":true,"breaker":"closed"`
	if got := look(p, "/readyz"); got != parts+"}}\n" {
		t.Errorf("before the first reply: %s", got)
	}
	she := firstLeader(p)
	c := she.begin()
	s := she.socket(c)
	s.openings(c)
	s.say(c, newID(), herWords)
	s.ends(c, 1)
	if got := look(p, "/readyz"); !regexp.MustCompile(`^` + regexp.QuoteMeta(parts) + `,"reachedAt":"20\d\d-[0-9T:-]+Z"}}\n$`).MatchString(got) {
		t.Errorf("after a reply: %s", got)
	}
	wantMetrics(p, "innerwork_acknowledgements_total 1", "innerwork_cursors 1", "innerwork_first_sentence_seconds_count 2")
	p.stop()
}
