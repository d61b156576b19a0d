package main

import (
	"errors"

	"innerwork/coach/guard"
	"innerwork/coach/guide"
)

// guardKind gives single sentences of a coach to the guard.
type guardKind struct {
	Sentences  string `help:"CSV with text and label: each sentence alone." placeholder:"FILE.csv"`
	Situations string `help:"JSONL with leader, kind, sentence: each after what the leader said." placeholder:"FILE.jsonl"`
}

// Run prints the share that passes, by label.
func (k guardKind) Run() error {
	r, err := k.measure()
	if err != nil {
		return err
	}
	return r.print()
}

func (k guardKind) measure() (*report, error) {
	passes := tally{}
	switch {
	case k.Sentences != "" && k.Situations == "":
		rows, err := readTable(k.Sentences, "text", "label")
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			passes.at(row[1]).add(reaches(row[0], guard.Heard{}))
		}
	case k.Situations != "" && k.Sentences == "":
		rows, err := readLines[struct {
			Leader   []string
			Kind     string
			Sentence string
		}](k.Situations)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			passes.at(row.Kind).add(reaches(row.Sentence, guard.Heard{Said: row.Leader, Hurt: guide.Hurt(row.Leader)}))
		}
	default:
		return nil, errors.New("guard needs one of --sentences and --situations")
	}
	r := &report{head: []string{"label", "pass", "n"}, line: map[string]any{"pass": passes.shares(), "n": passes.wholes()}}
	for _, label := range passes.labels() {
		r.row(label, passes[label].of(), passes[label].whole)
	}
	return r, nil
}

// reaches says whether anything of what a model says would reach her, as a
// reply that begins with it.
func reaches(text string, heard guard.Heard) bool {
	reply := guard.New(guard.ProcessSentences()).Begin(heard)
	var split guard.Splitter
	for _, sentence := range append(split.Feed(text), split.Flush()...) {
		reply.Sentence(sentence)
	}
	return reply.Released > 0
}
