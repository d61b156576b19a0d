package coach

import (
	_ "embed"
	"strings"
)

//go:embed consent.txt
var consentText string

// Consent returns the text that a leader agrees to before the first coaching
// word, and its version, which changes with every change of the text.
func Consent() (version, text string) {
	return textVersion(consentText), strings.TrimSpace(consentText)
}
