package restraint

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"innerwork/memory"
)

func card(model, promptVersion string, questions float64) Card {
	return Card{Model: model, PromptVersion: promptVersion, At: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC),
		Families: map[string]Family{"advice": {Replies: 3, Questions: questions}}}
}

func saved(t *testing.T, data string, c Card) string {
	t.Helper()
	path, err := c.Save(data)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestACardIsOfOneModelAndOnePrompt(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	if s, err := Show(data, "a/model:7b", "p1"); err != nil || s.Card != nil || s.Scripts == nil || len(s.Scripts) != 0 {
		t.Fatalf("before any card: %+v, %v", s, err)
	}
	saved(t, data, card("a/model:7b", "p1", .5))
	saved(t, data, card("a/model:7b", "p1", 1))
	saved(t, data, card(Hostile, "", 0))
	s, err := Show(data, "a/model:7b", "p1")
	if err != nil || s.Card == nil || s.Card.Families["advice"].Questions != 1 || len(s.Scripts) != 1 || s.Scripts[0].Model != Hostile {
		t.Errorf("after two cards and a script's: %+v, %v", s, err)
	}
	for _, other := range [][2]string{{"a/model:7b", "p2"}, {"a/model", "p1"}, {Guide, ""}} {
		if s, err := Show(data, other[0], other[1]); err != nil || s.Card != nil || s.Model != other[0] {
			t.Errorf("%v is shown %+v, %v", other, s, err)
		}
	}
	left, err := os.ReadDir(filepath.Join(data, folder))
	if err != nil || len(left) != 2 {
		t.Errorf("%d files are left, want 2: %v", len(left), err)
	}
}

func TestADamagedCardIsNamed(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	path := saved(t, data, card("m", "p", 1))
	for _, text := range []string{"{", "{}", `{"model":"other","prompt_version":"p","families":{"advice":{}}}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err := Show(data, "m", "p"); memory.CodeOf(err) != memory.CodeUnavailable || s.Card != nil {
			t.Errorf("%s: shown %+v, %v", text, s.Card, err)
		}
	}
}
