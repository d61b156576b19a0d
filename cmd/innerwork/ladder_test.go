package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The rooms from left to right: a room imports what stands to its right.
var ladder = []string{"cmd", "transport", "coach", "memory"}

// TestLadder fails on any import that goes to the left, on one of ours in
// webclient, and on package testing in the program.
func TestLadder(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "innerwork/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	rooms := 0
	for line := range strings.Lines(string(out)) {
		pkg, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		from, ok := room(pkg)
		if !ok {
			t.Errorf("%s stands in no room", pkg)
		}
		rooms++
		for _, i := range strings.Fields(imports) {
			if to, ours := room(i); ours && !allowed(from, to) {
				t.Errorf("%s imports %s", pkg, i)
			}
		}
	}
	if rooms < 8 {
		t.Errorf("only %d packages were looked at", rooms)
	}
}

func TestTestingStaysOutOfTheProgram(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", "innerwork/cmd/innerwork").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, "innerwork/memory") {
		t.Fatal("the program's packages were not listed")
	}
	for _, d := range deps {
		if d == "testing" || strings.HasSuffix(d, "test") && strings.HasPrefix(d, "innerwork/") {
			t.Errorf("the program is built with %s", d)
		}
	}
}

func room(pkg string) (string, bool) {
	rest, ours := strings.CutPrefix(pkg, "innerwork/")
	if !ours {
		return "", false
	}
	name, _, _ := strings.Cut(rest, "/")
	return name, name == "webclient" || slices.Contains(ladder, name)
}

func allowed(from, to string) bool {
	if from == "webclient" {
		return false
	}
	if to == "webclient" {
		return from == "cmd"
	}
	return slices.Index(ladder, from) <= slices.Index(ladder, to)
}
