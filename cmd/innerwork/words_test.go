package main

import (
	"bytes"
	"crypto/rand"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"innerwork/coach/coachtest"
)

// canaries makes short random words, which no compression hides, and remembers
// them by what they were part of.
type canaries map[string]string

func (c canaries) in(what string) string {
	word := "zq" + strings.ToLower(rand.Text()[:10])
	c[what] = word
	return word
}

// A whole conversation, with all that can go wrong in it, leaves none of
// anybody's words where an operator looks.
func TestNoWordsInLogs(t *testing.T) {
	t.Parallel()
	words := canaries{}
	modelSays, complaint := words.in("what the model said"), words.in("what the model server complained")
	model := coachtest.NewUpstream(func(n int, w *coachtest.Wire) {
		switch n {
		case 1:
			w.Begin(http.StatusBadRequest, "Content-Type", "application/json")
			w.Raw(`{"error":{"message":"` + complaint + `","type":"x","code":null}}`)
		case 2:
			w.Tokens("You should ", modelSays, ". ")
			w.Raw("data: {" + complaint + "\n\n")
		default:
			w.Tokens("You keep the door open. ", "You should ", modelSays, ". ", "What matters there? ")
			w.End()
		}
	})
	t.Cleanup(model.Close)
	data := newData(t)
	p := start(t, setup{data: data, env: []string{
		"INNERWORK_LOG=debug", "INNERWORK_MESSAGES_A_MINUTE=4", "INNERWORK_TOKENS_A_DAY=1000000", "OPENAI_BASE_URL=" + model.URL(), "OPENAI_MODEL=m", "OPENAI_API_KEY=" + words.in("the key"),
	}})
	she := firstLeader(p)
	she.ask("POST", "/api/sign-in", frame{"name": "Mara", "password": words.in("a wrong password")})
	reflection := newID()
	she.want(201, "POST", "/api/reflections", frame{"id": reflection, "text": "At the door " + words.in("a reflection"), "zone": "UTC"})
	edited := newID()
	she.want(201, "POST", "/api/reflections/"+reflection+"/edit", frame{"id": edited, "text": "At the open door " + words.in("an edit")})
	she.want(200, "POST", "/api/search", frame{"query": words.in("a search")})
	she.want(200, "POST", "/api/conversations/search", frame{"query": words.in("a search of conversations")})
	she.want(200, "POST", "/api/insights/search", frame{"query": words.in("a search of insights")})
	she.want(200, "PUT", "/api/themes/"+newID(), frame{"name": words.in("a theme's name"), "words": words.in("a theme's words")})
	plan := newID()
	she.want(200, "PUT", "/api/plan", frame{"id": plan, "version": 0, "signs": words.in("a plan's signs"), "people": words.in("a plan's people")})
	she.want(409, "PUT", "/api/plan", frame{"id": plan, "version": 0, "worth": words.in("a plan from another window")})
	she.want(400, "PUT", "/api/plan", frame{"id": plan, "version": 1, "worth": strings.Repeat(words.in("a plan that is too long")+" ", 99)})
	she.want(200, "DELETE", "/api/plan", nil)
	she.want(410, "PUT", "/api/plan", frame{"id": plan, "version": 0, "worth": words.in("a forgotten plan")})
	she.ask("POST", "/api/reflections", frame{"id": newID(), "text": words.in("a bad zone's text"), "zone": words.in("a bad zone")})
	she.ask("POST", "/api/reflections", frame{"id": newID(), words.in("an unknown field"): true})

	c := she.begin()
	s := she.socket(c)
	s.openings(c)
	message := newID()
	for _, id := range []string{message, newID(), newID()} { // answered, refused by the model, broken off
		s.say(c, id, "I keep the door open. It is about "+words.in("message "+id)+".")
		s.ends(c, 1)
	}
	s.say(c, message, "Something else: "+words.in("other words under the same id"))
	s.until(func(f frame) bool { return f["type"] == "error" })
	s.say(c, newID(), strings.Repeat(words.in("a message that is too long")+" ", 2000))
	s.until(func(f frame) bool { return f["type"] == "error" })
	s.say(c, newID(), "U+0000 \x00 "+words.in("a message that cannot be kept"))
	s.until(func(f frame) bool { return f["type"] == "error" })
	s.say(c, newID(), "The fourth within a minute: "+words.in("a fourth message"))
	s.ends(c, 1)
	s.say(c, newID(), "The fifth within a minute: "+words.in("a message that is one too many"))
	s.until(func(f frame) bool { return f["type"] == "error" && f["code"] == "too_many" })
	she.want(200, "POST", "/api/conversations/"+c+"/stage", frame{"stage": "closing"})
	s.ends(c, 1)
	she.ask("POST", "/api/insights", frame{"id": newID(), "wording": words.in("an insight"), "quotes": []any{}})
	she.ask("POST", "/api/commitments", frame{"id": newID(), "action": words.in("a commitment"), "due": "2027-01-01", "why": "w", "zone": "UTC"})
	she.want(200, "POST", "/api/conversations/"+c+"/close", frame{"clarity": 7})
	she.want(200, "DELETE", "/api/reflections/"+edited, nil)
	broken := she.socket()
	broken.send(frame{"type": "say", words.in("a field of a frame"): 1})
	broken.bye()
	printed := map[string][]byte{"/metrics": []byte(look(p, "/metrics")), "/readyz": []byte(look(p, "/readyz"))}
	p.stop()

	printed["standard output"], printed["standard error"] = []byte(p.stdout.String()), []byte(p.stderr.String())
	err := filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() == "cluster" || d.Name() == "runtime" {
			return skip(d, err)
		}
		if d.Type().IsRegular() {
			printed[path], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// What is there is found.
	for where, what := range map[string]string{
		"/metrics": `innerwork_refusals_total{limit="messages"} 1`, "/readyz": `"model":{"configured":true`,
		"standard output": p.address, "standard error": "level=", filepath.Join(data, "postgres", "postgres.log"): "ready to accept connections",
	} {
		if !bytes.Contains(printed[where], []byte(what)) {
			t.Errorf("%q is not found in %s:\n%s", what, where, printed[where])
		}
	}
	for what, word := range words {
		for where, text := range printed {
			if i := bytes.Index(text, []byte(word)); i >= 0 {
				t.Errorf("%s stands in %s: …%s…", what, where, text[max(0, i-200):min(len(text), i+50)])
			}
		}
	}
}

// skip passes over a folder, and over a link to one.
func skip(d fs.DirEntry, err error) error {
	if err == nil && d.IsDir() {
		return fs.SkipDir
	}
	return err
}
