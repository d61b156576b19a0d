package main

import (
	"strings"
	"testing"

	"innerwork/coach"
	"innerwork/coach/restraint"
)

// The card is that of who speaks: of another model, or of the guide where a model
// speaks, none is shown.
func TestTheCardIsOfWhoSpeaks(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	families := map[string]restraint.Family{"advice": {Replies: 1}}
	guide, model := cards{&config{Data: data}}, cards{&config{Data: data, Model: "m"}}
	if _, err := (restraint.Card{Model: restraint.Guide, Families: families}).Save(data); err != nil {
		t.Fatal(err)
	}
	if s, err := guide.Card(); err != nil || s.Card == nil || s.Card.Model != restraint.Guide || !strings.Contains(s.Command, data) {
		t.Errorf("of the guide: %+v, %v", s, err)
	}
	if s, err := model.Card(); err != nil || s.Card != nil || s.Model != "m" || s.PromptVersion != coach.PromptVersion() {
		t.Errorf("of a model that was not measured: %+v, %v", s, err)
	}
	if _, err := (restraint.Card{Model: "m", PromptVersion: coach.PromptVersion(), Families: families}).Save(data); err != nil {
		t.Fatal(err)
	}
	if s, err := model.Card(); err != nil || s.Card == nil || s.Card.Model != "m" {
		t.Errorf("of a model, once measured: %+v, %v", s, err)
	}
}
