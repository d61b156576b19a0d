package practices

import (
	"regexp"
	"strings"
)

// maxWords keeps questions short: what is longer is a speech.
const maxWords = 24

var (
	openWord   = regexp.MustCompile(`(?i)\b(what|how|where|when|who|whom|whose|which)\b`)
	closedHead = regexp.MustCompile(`(?i)^(do|does|did|is|isn't|are|aren't|am|was|were|can|could|would|should|shall|will|won't|have|has|had|may|might|don't|doesn't|didn't)\b`)
	whenYou    = regexp.MustCompile(`(?i)^when you (say|said) “[^”]*”`)
	twoInOne   = regexp.MustCompile(`(?i)\b(and|or),? (what|how|where|when|who|whom|whose|which|why|do you|is it|are you)\b`)
	advice     = regexp.MustCompile(`(?i)\b(what if|why not|why don't you|how about|what about|you should|should you|you need to|you must|you ought|you could|could you|you might|don't you|isn't it|wouldn't it)\b`)
	slots      = regexp.MustCompile(`\{[^}]*\}?`)
)

// fault says why a question may not be asked, or "" when nothing is known
// against it. The rules are about form; they know no meaning.
func fault(text string) string {
	switch n := strings.Count(text, "?"); {
	case n == 0:
		return "no question mark"
	case n > 1:
		return "two question marks"
	case !strings.HasSuffix(text, "?"):
		return "the question mark is not at the end"
	}
	found := slots.FindAllString(text, -1)
	for _, s := range found {
		if Slot(s) != SlotWords && Slot(s) != SlotWord {
			return "unknown slot " + s
		}
		if !strings.Contains(text, "“"+s+"”") {
			return "a slot stands in “quotation marks”"
		}
	}
	switch {
	case len(found) > 1:
		return "two slots"
	case closedHead.MatchString(text) || !openWord.MatchString(whenYou.ReplaceAllString(text, "")):
		return "not an open question (what, how, where, when, who, which)"
	case twoInOne.MatchString(text):
		return "two questions in one"
	case advice.MatchString(text):
		return "it hides advice or its answer"
	case len(strings.Fields(text)) > maxWords:
		return "too long"
	}
	return ""
}
