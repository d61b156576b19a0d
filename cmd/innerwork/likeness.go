package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"

	"innerwork/coach/gate"
	"innerwork/memory/embed"
)

// learnCommand has the gate learn from its examples, so that a first start need
// not; make parts runs it.
type learnCommand struct{}

// Run learns, where it has not been done with these examples and this model.
func (learnCommand) Run(ctx context.Context, c *config) error {
	e, search, err := openEmbedder(ctx, c)
	if err != nil {
		return err
	}
	if e == nil || c.Embedder != embed.KindLocal {
		fmt.Println("nothing to learn with: " + search.Reason)
		return nil
	}
	defer e.Close()
	_, err = gate.Prepare(ctx, e, func(done, of int) {
		if done == 1 {
			fmt.Println("learning the signs of danger from examples")
		}
	}, c.Parts)
	return err
}

// liken gives the gate what it has learned, or has it learn beside everything
// else: until then its rules decide alone. Only a local embedder may see what
// somebody may tell nobody else. It returns when that is done or ctx ends.
func liken(ctx context.Context, c *config, g *gate.Gate, e gate.Embedder, log *slog.Logger) {
	if e == nil || c.Embedder != embed.KindLocal {
		return
	}
	l, err := gate.Prepare(ctx, e, func(done, of int) {
		if done == 1 {
			log.Info("the gate learns the signs of danger from its examples; until then its rules decide alone")
		}
	}, c.Parts, filepath.Join(c.Data, "runtime"))
	if err != nil {
		if ctx.Err() == nil {
			log.Warn("the gate has its rules alone", "error", err)
		}
		return
	}
	g.Liken(l, e)
}
