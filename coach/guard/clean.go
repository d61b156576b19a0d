package guard

import (
	"regexp"
	"strings"
)

var (
	listMark = regexp.MustCompile(`^(?:\s*(?:[-*•–>#]+|\d{1,2}[.)])\s+)+`)
	emphasis = strings.NewReplacer("**", "", "__", "", "*", "", "`", "'")
	blanks   = regexp.MustCompile(`\s+`)
)

// Clean brings a sentence to the form in which it may be shown: no list marks
// or emphasis, no invisible or direction characters, single blanks.
func Clean(s string) string {
	s = fold(strings.TrimSpace(s))
	s = emphasis.Replace(listMark.ReplaceAllString(s, ""))
	return strings.TrimSpace(blanks.ReplaceAllString(s, " "))
}
