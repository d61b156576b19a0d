package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/caarlos0/env/v11"
)

// Every key of .env.example is known to the program, and the other way round.
func TestEnvExampleHasEveryKey(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, m := range regexp.MustCompile(`(?m)^#? ?([A-Z][A-Z_]+)=`).FindAllStringSubmatch(string(text), -1) {
		shown = append(shown, m[1])
	}
	params, err := env.GetFieldParams(&config{})
	if err != nil {
		t.Fatal(err)
	}
	var known []string
	for _, p := range params {
		known = append(known, p.Key)
	}
	slices.Sort(shown)
	slices.Sort(known)
	if !slices.Equal(shown, known) {
		t.Errorf(".env.example has\n%s\nthe program knows\n%s", strings.Join(shown, " "), strings.Join(known, " "))
	}
}
