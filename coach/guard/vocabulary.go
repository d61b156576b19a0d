package guard

import (
	_ "embed"
	"strings"
)

//go:embed words/function.txt
var functionText string

//go:embed words/neutral.txt
var neutralText string

//go:embed words/operators.txt
var operatorText string

//go:embed words/quiet.txt
var quietText string

//go:embed words/stop.txt
var stopText string

//go:embed words/process.txt
var processText string

var (
	functions = stems(functionText)
	neutral   = stems(neutralText)
	operators = stems(operatorText)
	quiet     = set(strings.Join(lines(quietText), " "))
	smugglers = stems(stopText)
)

// ProcessSentences are the coach's own sentences that come with the program.
func ProcessSentences() []string { return lines(processText) }

func lines(text string) []string {
	var out []string
	for _, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			out = append(out, l)
		}
	}
	return out
}

func stems(text string) map[string]bool {
	m := map[string]bool{}
	for _, l := range lines(text) {
		for _, w := range strings.Fields(l) {
			m[key(w, nil)] = true
		}
	}
	return m
}
