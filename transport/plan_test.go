package transport

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"innerwork/coach"
)

func TestAPlanOverHTTP(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, _ := w.people.add("Leader", coach.RoleLeader)
	if res := w.ask(token, "GET", "/api/plan", ""); res.StatusCode != 200 || strings.Contains(res.body, "plan\"") {
		t.Errorf("none: %d %s", res.StatusCode, res.body)
	}
	res := w.ask(token, "PUT", "/api/plan", `{"id":"`+idA+`","version":4,"signs":"I wake at four.\nAgain."}`)
	var kept map[string]any
	if err := json.Unmarshal([]byte(res.body), &kept); err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != 200 || kept["id"] != idA || kept["version"] != 5.0 || kept["signs"] != "I wake at four.\nAgain." || kept["worth"] != nil {
		t.Errorf("kept: %d %s", res.StatusCode, res.body)
	}
	w.recorder.take()
	for name, body := range map[string]string{
		"no id":       `{"version":0,"signs":"x"}`,
		"no version":  `{"id":"` + idA + `","signs":"x"}`,
		"no number":   `{"id":"` + idA + `","version":"x","signs":"x"}`,
		"no such key": `{"id":"` + idA + `","version":0,"history":"x"}`,
		"too large":   `{"id":"` + idA + `","version":0,"signs":"` + strings.Repeat("secretive ", maxBody/10) + `"}`,
	} {
		res := w.ask(token, "PUT", "/api/plan", body)
		if f := res.failure(t); f.Code != coach.CodeInvalid || strings.Contains(f.Message, "secretive") {
			t.Errorf("%s: %d %s", name, res.StatusCode, res.body)
		}
	}
	if calls := w.recorder.take(); len(calls) > 0 {
		t.Errorf("called: %v", calls)
	}
	w.recorder.err = refuse(coach.CodeConflict, "Your plan was changed in another window.")
	if res := w.ask(token, "PUT", "/api/plan", `{"id":"`+idA+`","version":4,"signs":"x"}`); res.StatusCode != http.StatusConflict {
		t.Errorf("a conflict: %d %s", res.StatusCode, res.body)
	}
}
