package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"innerwork/coach/gate"
	"innerwork/memory/embed"
)

// The sentences below are in none of the files that the gate learns from.
func TestGateComparesByMeaning(t *testing.T) {
	t.Parallel()
	c := &config{Parts: filepath.Join("..", "..", "parts"), Data: t.TempDir(), Embedder: embed.KindLocal}
	e, err := embed.Open(t.Context(), embed.Config{Kind: c.Embedder, Local: embed.LocalConfig{Parts: c.Parts, Runtime: filepath.Join(c.Data, "runtime")}})
	if none, ok := errors.AsType[*embed.None](err); ok && os.Getenv("CI") == "" {
		t.Skip(none)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	alone, both := new(gate.Gate), new(gate.Gate)
	liken(t.Context(), c, both, e, slog.New(slog.DiscardHandler))

	wider := 0
	for text, want := range map[string]gate.Signal{
		"The bottle of pills sits on my nightstand and I have begun to talk to it.":              {Kind: gate.Crisis, About: gate.Self},
		"I keep rehearsing how my funeral would go, and it is the only soothing picture I have.": {Kind: gate.Crisis, About: gate.Self},
		"One of my drivers told the dispatcher that next month he will not be alive.":            {Kind: gate.Crisis, About: gate.Other},
		"The manager of the warehouse grabs the temps by the hips when he walks past.":           {Kind: gate.HarmAtWork},
		"We tell the inspectors a story about the boiler that none of us believes.":              {Kind: gate.HarmAtWork},
		"I gave the presentation in front of two hundred people and my hands shook.":             {Kind: gate.None},
		"My deputy is leaving in spring, and I have not told the team.":                          {Kind: gate.None},
		"I said in the board that I was against it, and nobody looked up.":                       {Kind: gate.None},
		"Since the merger I come home and fall asleep on the sofa before the children.":          {Kind: gate.None},
		"He is blunt with me, and I have begun to value it.":                                     {Kind: gate.None},
		"The budget was cut by a third and I had to choose which team stays.":                    {Kind: gate.None},
	} {
		got := both.Check(context.Background(), text)
		if got.Kind != want.Kind || got.About != want.About {
			t.Errorf("Check(%q) = %s %s, want %s %s", text, got.Kind, got.About, want.Kind, want.About)
		}
		if want.Kind != gate.None && alone.Check(context.Background(), text).Kind == gate.None {
			wider++
		}
	}
	if wider == 0 {
		t.Error("the rules alone see all of it: likeness is not what is tested here")
	}
}
