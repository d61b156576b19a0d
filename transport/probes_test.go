package transport

import (
	"encoding/json"
	"testing"
	"time"

	"innerwork/coach"
)

func TestReadyTellsTheTruth(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	there := PostgreSQLPart{There: true}
	for _, c := range []struct {
		name   string
		parts  Parts
		ends   bool
		status int
		body   string
	}{
		{"all there", Parts{there, EmbedderPart{There: true, Kind: "local"}, ModelPart{true, "closed", &at}}, false, 200,
			`{"ready":true,"shuttingDown":false,"postgresql":{"there":true},"embedder":{"there":true,"kind":"local","failing":false},"model":{"configured":true,"breaker":"closed","reachedAt":"2026-11-23T08:00:00Z"}}`},
		{"PostgreSQL alone", Parts{there, EmbedderPart{Kind: "none"}, ModelPart{}}, false, 200,
			`{"ready":true,"shuttingDown":false,"postgresql":{"there":true},"embedder":{"there":false,"kind":"none","failing":false},"model":{"configured":false}}`},
		{"a model that is left alone, an embedder that fails", Parts{there, EmbedderPart{There: true, Kind: "openai", Failing: true, Filling: 3, Missing: 40, ByWords: 2}, ModelPart{true, "open", nil}}, false, 200,
			`{"ready":true,"shuttingDown":false,"postgresql":{"there":true},"embedder":{"there":true,"kind":"openai","failing":true,"filling":3,"missing":40,"byWords":2},"model":{"configured":true,"breaker":"open"}}`},
		{"no PostgreSQL", Parts{PostgreSQLPart{}, EmbedderPart{Kind: "none"}, ModelPart{true, "half-open", nil}}, false, 503,
			`{"ready":false,"shuttingDown":false,"code":"unavailable","message":"PostgreSQL does not answer.","postgresql":{"there":false},"embedder":{"there":false,"kind":"none","failing":false},"model":{"configured":true,"breaker":"half-open"}}`},
		{"shutting down", Parts{there, EmbedderPart{Kind: "none"}, ModelPart{}}, true, 503,
			`{"ready":false,"shuttingDown":true,"code":"unavailable","message":"Shutting down.","postgresql":{"there":true},"embedder":{"there":false,"kind":"none","failing":false},"model":{"configured":false}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.parts = c.parts
			if c.ends {
				if err := w.server.Shutdown(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			res := w.ask("", "GET", "/readyz", "")
			if res.StatusCode != c.status || res.body != c.body+"\n" || res.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%d %s, want %d\n%s", res.StatusCode, res.body, c.status, c.body)
			}
			if alive := w.ask("", "GET", "/healthz", ""); alive.StatusCode != 200 {
				t.Errorf("/healthz: %d", alive.StatusCode)
			}
			if c.status == 503 {
				res.failure(t) // is in the form of every other
			} else if !json.Valid([]byte(res.body)) {
				t.Error("the body is not JSON")
			}
		})
	}
}

func TestCursorsAndResumesAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, her := w.people.add("Ada", coach.RoleLeader)
	one, two := w.talk.begin(her.ID, 3), w.talk.begin(her.ID, 0)
	metrics := func(want ...string) {
		t.Helper()
		body := w.ask("", "GET", "/metrics", "").body
		for _, line := range want {
			if !contains(body, "\n"+line+"\n") {
				t.Errorf("the metrics lack %q", line)
			}
		}
	}
	c := w.dial(token)
	c.hello(one, two)
	c.catchUp()
	c.catchUp()
	metrics("innerwork_cursors 2", "innerwork_resumes_total 0", "innerwork_acknowledgements_total 0")
	has := w.talk.history(one)[1]
	c.send(frame{"type": "follow", "conversation": one, "after": frame{"seq": has.Seq, "id": has.ID}})
	c.catchUp()
	c.send(frame{"type": "unfollow", "conversation": two})
	id := newID()
	c.send(frame{"type": "say", "id": id, "conversation": one, "text": "There."})
	for f, err := c.next(); f["type"] != "said"; f, err = c.next() {
		if err != nil {
			t.Fatal(err)
		}
	}
	metrics("innerwork_cursors 1", "innerwork_resumes_total 1", "innerwork_acknowledgements_total 1")
	c.conn.Close()
	w.server.running.Wait()
	metrics("innerwork_cursors 0", "innerwork_resumes_total 1")
}
