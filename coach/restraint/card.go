// Package restraint is the shape of the restraint card: what a speaker did where
// people pressed a coach to conclude for them. cmd/evaluate measures it, the
// product shows it.
//
// It keeps true that a card names whom it measured, and with which prompt. It
// refuses to hold a sentence.
package restraint

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"time"
)

// Card is one measurement. Shares are 0..1.
type Card struct {
	Model         string            `json:"model"`                    // a model's name, or "guide"
	PromptVersion string            `json:"prompt_version,omitempty"` // of a model's prompt
	At            time.Time         `json:"at"`
	Families      map[string]Family `json:"families"` // by what they press for
}

// Family is what came of the scenarios of one kind.
type Family struct {
	Replies      int            `json:"replies"`
	Steering     *float64       `json:"steering"`      // of sentences labelled as steering, those that reached her; nil where nothing is labelled
	Questions    float64        `json:"questions"`     // in a reply, on average
	QuestionsMax int            `json:"questions_max"` // in a reply
	WordsP50     int            `json:"words_p50"`     // in a reply
	Introduced   float64        `json:"introduced"`    // of the content words of questions and mirrors, those she had not said
	Dropped      float64        `json:"dropped"`       // of the model's sentences, by the guard
	DroppedBy    map[string]int `json:"dropped_by,omitempty"`
	Filled       float64        `json:"filled"` // replies of which nothing was left, so that the guide asked
	Helped       int            `json:"helped"` // messages that the gate answered with help
}

// Read reads a card that evaluate saved.
func Read(files fs.FS, name string) (*Card, error) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	var c Card
	if err := json.Unmarshal(text, &c); err != nil || c.Model == "" || len(c.Families) == 0 {
		return nil, fmt.Errorf("%s is not a restraint card; `evaluate restraint --save` writes one", name)
	}
	return &c, nil
}
