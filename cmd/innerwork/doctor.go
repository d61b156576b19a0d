package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"text/tabwriter"

	"innerwork/memory"
)

// doctorCommand looks at what is kept, whether the coach runs or not.
type doctorCommand struct {
	Mend bool `help:"Make what is missing of the index, and try given-up jobs again."`
	Drop bool `help:"Remove now what another embedding model made before; otherwise it is kept for a week."`
}

// errUnwell is the exit code of a finding that should not be.
var errUnwell = errors.New("something is not as it should be")

// Run prints what was found: numbers and names of ours, nothing that anybody
// wrote. It ends with an error if something is wrong and was not mended.
func (d doctorCommand) Run(ctx context.Context, c *config) (err error) {
	embedder, search, err := openEmbedder(ctx, c)
	if err != nil {
		return err
	}
	if embedder != nil {
		defer embedder.Close()
	}
	remembering := memory.Config{Log: slog.New(slog.DiscardHandler)}
	if embedder != nil {
		remembering.Embedder = embedder
	}
	return withStoreOf(ctx, c, remembering, func(store *memory.Store) error {
		if d.Mend {
			done := 0
			if err := store.MendAll(ctx, func(n int) {
				if done += n; n > 0 {
					fmt.Fprintf(os.Stderr, "\r%d reflections indexed", done)
				}
			}); err != nil {
				return fmt.Errorf("%w\nwhat was done stays done; `innerwork doctor --mend` goes on", err)
			}
			if done > 0 {
				fmt.Fprintln(os.Stderr)
			}
		}
		if d.Drop {
			if err := store.DropBefore(ctx); err != nil {
				return err
			}
		}
		found, err := store.Diagnose(ctx)
		if err != nil {
			return err
		}
		fmt.Println("Roles, grants and row-level security are as they should be: the database was opened.") // or Open had refused it
		if search.Vectors {
			fmt.Printf("Embedding model: %s\n", search.Model)
		} else {
			fmt.Printf("No embedding model, searches go by words: %s\n", search.Reason)
		}
		if err := printDiagnosis(os.Stdout, found); err != nil || found.Whole() {
			return err
		}
		if !d.Mend {
			return fmt.Errorf("%w; `innerwork doctor --mend` mends what it can", errUnwell)
		}
		return fmt.Errorf("%w and could not be mended", errUnwell)
	})
}

func printDiagnosis(to io.Writer, d memory.Diagnosis) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, f := range d.Findings {
		note := ""
		if f.Wrong {
			note = "ok"
			if f.N > 0 {
				note = "WRONG"
			}
			if f.N > 0 && f.Mends {
				note = "WRONG, mends"
			}
		}
		fmt.Fprintf(w, "%s\t%d\t%s\n", f.What, f.N, note)
	}
	for _, g := range d.Generations {
		note := ""
		switch {
		case g.Current && g.Filling > 0:
			note = fmt.Sprintf("being made for %d people: %d passages, %d characters, about %d tokens to go", g.Filling, g.Missing, g.Characters, g.Characters/4)
		case !g.Answers && g.Searched > 0:
			note = "its model cannot be asked: searches go by words until the new vectors are whole"
		}
		fmt.Fprintf(w, "vectors of %s (%s, %d numbers)\tsearched for %d people\t%s\n", g.Model, g.Form, g.Dimension, g.Searched, note)
	}
	for _, s := range d.Sizes[:min(8, len(d.Sizes))] {
		fmt.Fprintf(w, "table %s\t%.1f MB\t\n", s.Table, float64(s.Bytes)/(1<<20))
	}
	return w.Flush()
}
