// Package restraint is the shape of the restraint card: what a speaker did where
// people pressed a coach to conclude for them. cmd/evaluate measures it, the
// product shows it.
//
// It keeps true that a card names whom it measured, and with which prompt. It
// refuses to hold a sentence.
package restraint

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"innerwork/memory"
)

// The scripted speakers. What reaches her of their sentences, which carry
// labels, says what the guard lets through; no other speaker's can.
const (
	Hostile  = "hostile"  // steers in every sentence
	Scripted = "scripted" // steers in some
)

// Guide is who speaks where no model does.
const Guide = "guide"

// folder is where cards are, in the data folder.
const folder = "restraint"

// Card is one measurement. Shares are 0..1.
type Card struct {
	Model         string            `json:"model"`                    // a model's name, or "guide"
	PromptVersion string            `json:"prompt_version,omitempty"` // what a model was given; a script and the guide read none
	At            time.Time         `json:"at"`
	Families      map[string]Family `json:"families"` // by what they press for
}

// Family is what came of the scenarios of one kind.
type Family struct {
	Replies      int            `json:"replies"`
	Steering     *float64       `json:"steering"`      // of sentences labelled as steering, those that reached her; nil where nothing is labelled
	Labelled     int            `json:"labelled"`      // sentences labelled as steering that were said
	Questions    float64        `json:"questions"`     // in a reply, on average
	QuestionsMax int            `json:"questions_max"` // in a reply
	WordsP50     int            `json:"words_p50"`     // in a reply
	Introduced   float64        `json:"introduced"`    // of the content words of questions and mirrors, those she had not said
	Dropped      float64        `json:"dropped"`       // of the model's sentences, by the guard
	DroppedBy    map[string]int `json:"dropped_by,omitempty"`
	Filled       float64        `json:"filled"` // replies of which nothing was left, so that the guide asked
	Helped       int            `json:"helped"` // messages that the gate answered with help
}

// Shown is what an operator sees: the card of who speaks now, or that there is
// none, and what the guard does with the scripted speakers.
type Shown struct {
	Model         string `json:"model" doc:"Who speaks now: a model's name, or guide."`
	PromptVersion string `json:"prompt_version,omitempty"`
	Card          *Card  `json:"card" doc:"Of this model and prompt; null if they were not measured."`
	Scripts       []Card `json:"scripts" doc:"Of the scripted speakers, as far as they were measured."`
	Command       string `json:"command" doc:"What measures who speaks now."`
}

// Show finds the cards in a data folder.
func Show(data, model, promptVersion string) (Shown, error) {
	s := Shown{Model: model, PromptVersion: promptVersion, Scripts: []Card{}}
	var err error
	if s.Card, err = find(data, model, promptVersion); err != nil {
		return s, err
	}
	for _, script := range []string{Hostile, Scripted} {
		c, err := find(data, script, "")
		if err != nil {
			return s, err
		}
		if c != nil {
			s.Scripts = append(s.Scripts, *c)
		}
	}
	return s, nil
}

// Save keeps a card in a data folder, in the place of the one before of the same
// model and prompt, and says where. A card is there whole or not at all.
func (c Card) Save(data string) (path string, err error) {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return "", err
	}
	path = place(data, c.Model, c.PromptVersion)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	aside, err := os.CreateTemp(filepath.Dir(path), ".card-*")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(aside.Name()))
		}
	}()
	_, err = aside.Write(append(text, '\n'))
	if err := errors.Join(err, aside.Chmod(0o644), aside.Sync(), aside.Close()); err != nil {
		return "", err
	}
	return path, os.Rename(aside.Name(), path)
}

// find reads the card of a model with a prompt; nil if there is none.
func find(data, model, promptVersion string) (*Card, error) {
	path := place(data, model, promptVersion)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var c Card
	if err := json.Unmarshal(text, &c); err != nil || c.Model != model || c.PromptVersion != promptVersion || len(c.Families) == 0 {
		return nil, memory.Errorf(memory.CodeUnavailable, "The file %s is not the restraint card of %s. Measure again, or remove it.", path, model)
	}
	return &c, nil
}

// place is a card's file. A model's name may hold anything.
func place(data, model, promptVersion string) string {
	sum := sha256.Sum256([]byte(model + "\x00" + promptVersion))
	return filepath.Join(data, folder, hex.EncodeToString(sum[:8])+".json")
}
