package memory

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// The most code points of what is shorter than a reflection by its nature: a
// conclusion is a sentence or a few, not another journal.
const (
	MaxWording  = 1_000 // an insight's wording, a line of a summary
	MaxAction   = 500   // what she will do
	MaxNote     = 1_000 // why it matters, what became of it, a coach's note, her answer
	MaxQuestion = 500   // of a proposal
)

// MaxQuotes is how many quotes one conclusion may stand on.
const MaxQuotes = 20

// checkText refuses what cannot be kept as it was written. what begins the
// sentence that she reads, such as "The reflection".
func checkText(what, text string, most int) error {
	if strings.TrimSpace(text) == "" {
		return Errorf(CodeInvalid, "%s is empty.", what)
	}
	return checkNote(what, text, most)
}

// checkNote is checkText for what may be left empty.
func checkNote(what, text string, most int) error {
	switch {
	case !utf8.ValidString(text):
		return Errorf(CodeInvalid, "%s is not valid UTF-8, so it cannot be kept as you wrote it.", what)
	case strings.ContainsRune(text, 0):
		return Errorf(CodeInvalid, "%s holds a character (U+0000) that cannot be kept. Please take it out.", what)
	case utf8.RuneCountInString(text) > most:
		return Errorf(CodeInvalid, "%s is longer than %d characters. Please shorten it.", what, most)
	}
	return nil
}

// checkZone refuses what is no IANA time zone. "Local" is one to Go, but means
// something else on each machine.
func checkZone(zone string) error {
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		return Errorf(CodeInvalid, "The time zone is not one that is known, such as Europe/Lisbon.")
	}
	return nil
}

func checkDate(date string) error {
	if day, err := time.Parse(time.DateOnly, date); err != nil || day.Year() < 1900 {
		return Errorf(CodeInvalid, "The date is none. Write it as year-month-day, such as 2026-03-09.")
	}
	return nil
}

func checkIDs(ids ...ID) error {
	if slices.Contains(ids, uuid.Nil) {
		return Errorf(CodeInvalid, "An id is missing.")
	}
	return nil
}

// first returns the first refusal, if there is one.
func first(refusals ...error) error {
	for _, err := range refusals {
		if err != nil {
			return err
		}
	}
	return nil
}
