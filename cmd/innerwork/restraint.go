package main

import (
	"fmt"

	"innerwork/coach"
	"innerwork/coach/restraint"
)

// cards finds the restraint card of who speaks.
type cards struct{ *config }

// Card looks into the data folder each time, so that a card that was just
// measured is shown without a restart.
func (m cards) Card() (restraint.Shown, error) {
	model, promptVersion := restraint.Guide, ""
	if m.Model != "" {
		model, promptVersion = m.Model, coach.PromptVersion()
	}
	shown, err := restraint.Show(m.Data, model, promptVersion)
	shown.Command = fmt.Sprintf("make restraint SAVE=%q", m.Data)
	return shown, err
}
