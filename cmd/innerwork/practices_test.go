package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An operator's own practices are checked before anything is begun, and every
// place that is wrong is named.
func TestPracticesOfAnOperatorAreCheckedAtTheStart(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../coach/practices/02-identity.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	lines[9] = "- Have you tried to rest?"
	lines[13] = "- What if you left?"
	folder := newFolder(t)
	if err := os.WriteFile(filepath.Join(folder, "night-shift.md"), []byte(strings.Join(lines, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
	p, code := toEnd(t, setup{data: filepath.Join(newFolder(t), "data"), env: []string{"INNERWORK_PRACTICES=" + folder}})
	wantRefusal(t, p, code, "INNERWORK_PRACTICES", folder,
		`night-shift.md:10: not an open question`, `"Have you tried to rest?"`,
		`night-shift.md:14: it hides advice or its answer: "What if you left?"`)
}
