// Package practices holds the ten ways in: text files that a human coach can
// read and edit, and the loader that checks them.
//
// It keeps true: every practice has all its sections and enough questions,
// every question is one, open and free of the usual advice in disguise, and a
// file that breaks this is refused with its name, line and reason. A question
// keeps its key for as long as its text stays the same, wherever it moves.
//
// It refuses to choose or to ask: that is the business of package guide. It
// cannot tell whether a question is a good one; a person who reads it can.
package practices

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"strings"
	"sync"
)

// Stage is a part of a conversation. It changes only when she says so.
type Stage string

// The stages of a conversation, in order.
const (
	Opening   Stage = "opening"
	Exploring Stage = "exploring"
	Closing   Stage = "closing"
)

// Part is where in its stage a question belongs; the subheadings of a file.
type Part string

// The parts. Questions of the opening have none.
const (
	Early   Part = "early"   // exploring: near what happened
	Later   Part = "later"   // exploring: what is under it, what follows
	Cued    Part = "cued"    // exploring: only after one of the question's cues
	Clarity Part = "clarity" // closing: a scale from 0 to 10
	Keeping Part = "keeping" // closing: what she takes with her
	Next    Part = "next"    // closing: what stays open
)

// Slot is a place in a question for an exact span of her words.
type Slot string

// The slots. SlotWord belongs to cued questions and takes the cue as she said it.
const (
	SlotNone  Slot = ""
	SlotWords Slot = "{words}"
	SlotWord  Slot = "{word}"
)

// Question is one open question.
type Question struct {
	Key  string // practice/stage/hash of the text
	Text string // may hold one slot
	Part Part
	Cues []string // of a cued question: words and phrases, in lower case
}

// NewQuestion makes a question whose key is under the given prefix.
func NewQuestion(prefix, text string) Question {
	sum := sha256.Sum256([]byte(text))
	return Question{Key: prefix + "/" + hex.EncodeToString(sum[:4]), Text: text}
}

// Slot says which slot the question has.
func (q Question) Slot() Slot {
	for _, s := range []Slot{SlotWords, SlotWord} {
		if strings.Contains(q.Text, string(s)) {
			return s
		}
	}
	return SlotNone
}

// Always says whether the question can be asked whatever she said.
func (q Question) Always() bool { return q.Part != Cued && q.Slot() == SlotNone }

// Fill puts her words into the slot.
func (q Question) Fill(words string) string {
	return strings.Replace(q.Text, string(q.Slot()), words, 1)
}

// Asks reports whether text is this question: its key, its text, or its text
// with the slot filled in.
func (q Question) Asks(text string) bool {
	if text == q.Key || text == q.Text {
		return true
	}
	slot := q.Slot()
	if slot == SlotNone {
		return false
	}
	before, after, _ := strings.Cut(q.Text, string(slot))
	return len(text) > len(before)+len(after) &&
		strings.HasPrefix(text, before) && strings.HasSuffix(text, after)
}

// Practice is one way in.
type Practice struct {
	Key       string // from the file's name, without its number
	Title     string
	Intention string
	Not       string // what it is not
	Opening   []Question
	Exploring []Question
	Closing   []Question
	Listen    string   // what to listen for, for people
	Cues      []string // what to listen for, for choosing: words and phrases, in lower case
	Boundary  string
	Insights  string // how it shows in insights
	OverTime  string // how it shows over time
}

// Questions returns the questions of a stage, in the order of the file.
func (p Practice) Questions(s Stage) []Question {
	switch s {
	case Opening:
		return p.Opening
	case Closing:
		return p.Closing
	default:
		return p.Exploring
	}
}

//go:embed *.md
var files embed.FS

var built = sync.OnceValues(func() ([]Practice, error) { return Load(files) })

// Built returns the ten practices that come with the program. A test loads
// them, so that they cannot fail in a program that was built.
func Built() []Practice {
	ps, err := built()
	if err != nil {
		panic("practices: the built-in files: " + err.Error())
	}
	return ps
}
