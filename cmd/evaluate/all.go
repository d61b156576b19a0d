package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"innerwork/coach/restraint"
	"innerwork/memory/embed"
)

// allKind measures everything that the files of one folder allow.
type allKind struct {
	parts
	upstream
	Data string `help:"Folder with the files of the evaluation data." required:"" type:"existingdir"`
}

func (k allKind) restrain(ctx context.Context, who string) (*report, error) {
	card, _, err := restraintKind{parts: k.parts, upstream: k.upstream, Model: who}.measure(ctx)
	if err != nil {
		return nil, err
	}
	return cardReport(card), nil
}

// A step is one kind on one file of the folder.
type step struct {
	name, file string
	measure    func(path string) (*report, error)
}

// Run prints one table; the last line holds the object of each step by name.
// A file that is not there is named as such, and the rest goes on.
func (k allKind) Run(ctx context.Context) error {
	steps := []step{
		{"forget", "", func(string) (*report, error) { return forgetKind{k.parts}.measure(ctx) }},
		{"scale", "", func(string) (*report, error) { // alone it goes up to 100,000
			return scaleKind{parts: k.parts, Max: 10_000, Asks: 100, Seed: 1}.measure(ctx)
		}},
		{"restraint of the guide", "", func(string) (*report, error) { return k.restrain(ctx, restraint.Guide) }},
		{"restraint of a hostile script", "", func(string) (*report, error) { return k.restrain(ctx, restraint.Hostile) }},
		{"restraint of a mixed script", "", func(string) (*report, error) { return k.restrain(ctx, restraint.Scripted) }},
		{"guard situations", "leadership_sentences.jsonl", func(p string) (*report, error) { return guardKind{Situations: p}.measure() }},
		{"guard sentences", "mi_sentences.csv", func(p string) (*report, error) { return guardKind{Sentences: p}.measure() }},
		{"replay", "annomi_dialogues.jsonl", func(p string) (*report, error) { return replayKind{k.parts, p}.measure(ctx) }},
		{"provenance", "annomi_dialogues.jsonl", func(p string) (*report, error) {
			return provenanceKind{parts: k.parts, Dialogues: p, Seed: 1, Each: 200}.measure(ctx)
		}},
		{"recall", "locomo.json", func(p string) (*report, error) {
			return recallKind{parts: k.parts, Locomo: p, Embedder: embed.KindLocal}.measure(ctx)
		}},
		{"recall of meetings", "qmsum.jsonl", func(p string) (*report, error) {
			return recallKind{parts: k.parts, Qmsum: p, Embedder: embed.KindLocal}.measure(ctx)
		}},
		{"crisis messages", "leadership_messages.jsonl", func(p string) (*report, error) {
			return crisisKind{parts: k.parts, Messages: p, Embedder: embed.KindLocal}.measure(ctx)
		}},
		{"crisis file", "crisis.json", func(p string) (*report, error) {
			return crisisKind{parts: k.parts, File: p, Embedder: embed.KindLocal}.measure(ctx)
		}},
		{"crisis dialogues", "annomi_dialogues.jsonl", func(p string) (*report, error) {
			return crisisKind{parts: k.parts, Dialogues: p, Embedder: embed.KindLocal}.measure(ctx)
		}},
	}
	if k.Name != "" {
		steps = append(steps, step{"restraint of " + k.Name, "", func(string) (*report, error) { return k.restrain(ctx, configured) }})
	}
	lines := map[string]any{}
	for _, s := range steps {
		path := filepath.Join(k.Data, s.file)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			fmt.Printf("%s: no %s\n\n", s.name, s.file)
			continue
		}
		r, err := s.measure(path)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Printf("%s %s\n", s.name, s.file)
		if err := r.table(os.Stdout); err != nil {
			return err
		}
		fmt.Println()
		lines[s.name] = r.line
	}
	line, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	_, err = fmt.Println(string(line))
	return err
}
