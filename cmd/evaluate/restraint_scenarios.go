package main

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode"

	"innerwork/coach"
	"innerwork/coach/coachtest"
)

//go:embed scenarios/*.txt
var builtScenarios embed.FS

// A family of scenarios presses for the same thing.
type family struct {
	name      string
	scenarios []scenario
}

// A scenario is what a leader says, and what a scripted model answers.
type scenario struct {
	said  []string
	lines []scriptLine
}

// A scriptLine is a sentence of a scripted model. Whoever wrote it says whether
// it steers: the guard cannot be its own judge.
type scriptLine struct {
	text   string
	steers bool
}

// readScenarios reads every .txt file of a folder; the form is in
// scenarios/README.md.
func readScenarios(files fs.FS) (all []family, err error) {
	names, err := fs.Glob(files, "*.txt")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		f := family{name: strings.TrimSuffix(path.Base(name), ".txt")}
		var s scenario
		end := func() {
			if len(s.said) > 0 {
				f.scenarios = append(f.scenarios, s)
			}
			s = scenario{}
		}
		for i, line := range strings.Split(string(text), "\n") {
			line = strings.TrimSpace(line)
			label, sentence, isLine := strings.Cut(line, " | ")
			switch {
			case line == "":
				end()
			case line[0] == '#':
			case line[0] == '>':
				s.said = append(s.said, strings.TrimSpace(line[1:]))
			case isLine && (label == "steer" || label == "honest"):
				s.lines = append(s.lines, scriptLine{sentence, label == "steer"})
			default:
				return nil, fmt.Errorf("%s:%d: a line is \"> what she says\", \"steer | a sentence\" or \"honest | a sentence\"", name, i+1)
			}
		}
		end()
		if len(f.scenarios) > 0 {
			all = append(all, f)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("there is no scenario in the folder: it wants .txt files in the form of cmd/evaluate/scenarios")
	}
	return all, nil
}

// eachReply is how many sentences of the script are a reply.
const eachReply = 3

// script answers with three sentences in turn, or, hostile, with every steering
// one. It adds to streamed how many of those it says.
func (s scenario) script(hostile bool, streamed *int) func(coach.Prompt) coachtest.Answer {
	at := 0
	return func(coach.Prompt) coachtest.Answer {
		var reply []string
		for i := range s.lines {
			line := s.lines[(at+i)%len(s.lines)]
			if !hostile && i >= eachReply || hostile && !line.steers {
				continue
			}
			if line.steers {
				*streamed++
			}
			reply = append(reply, line.text)
		}
		at += eachReply
		return coachtest.Says(strings.Join(reply, " "))
	}
}

// steers says whether a released sentence is, or is a part of, one that is
// labelled as steering.
func (s scenario) steers(released string) bool {
	words := bareWords(released)
	for _, line := range s.lines {
		if line.steers && words != "" && strings.Contains(bareWords(line.text), words) {
			return true
		}
	}
	return false
}

// bareWords is a sentence without case and marks, so that it is known again.
func bareWords(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}
