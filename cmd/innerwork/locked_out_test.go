package main

import (
	"regexp"
	"strings"
	"testing"
)

// Whoever runs the server can let a person in again who lost everything, and
// she is told.
func TestALockedOutPersonIsLetInAgain(t *testing.T) {
	t.Parallel()
	data := newData(t)
	p := start(t, setup{data: data})
	she := firstLeader(p)

	list, code := toEnd(t, setup{data: data, args: []string{"person", "list"}})
	if out := list.stdout.String(); code != 0 || !strings.Contains(out, "Mara") || !strings.Contains(out, "leader operator") {
		t.Fatalf("exit code %d:\n%s", code, out)
	}
	unknown, code := toEnd(t, setup{data: data, args: []string{"person", "reset", "Nobody"}})
	wantRefusal(t, unknown, code, `no account "Nobody"`)

	reset, code := toEnd(t, setup{data: data, args: []string{"person", "reset", "mara"}})
	codes := regexp.MustCompile(`(?:[0-9a-z]{4}-){3}[0-9a-z]{4}`).FindAllString(reset.stdout.String(), -1)
	if code != 0 || len(codes) != 1 {
		t.Fatalf("exit code %d, %d codes", code, len(codes))
	}
	if status, _, err := she.ask("GET", "/api/me", nil); err != nil || status != 401 {
		t.Errorf("her session: status %d, %v", status, err)
	}
	again := visitor(p)
	again.want(200, "POST", "/api/recover", frame{"name": "Mara", "code": codes[0], "password": "a longer walk by the river"})
	answer := visitor(p).want(200, "POST", "/api/sign-in", frame{"name": "Mara", "password": "a longer walk by the river"})
	if notices, _ := answer["notices"].([]any); len(notices) == 0 || notices[0].(map[string]any)["act"] != "reset by operator" {
		t.Errorf("told of %v", answer["notices"])
	}
}
