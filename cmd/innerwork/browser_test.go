package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestBrowser runs webclient/e2e in a real browser against the real program,
// built with the race detector. The stories ask for instances of it as they need
// them, each with a data folder of its own. What stands after -args goes to
// Playwright: the name of one story, for example.
func TestBrowser(t *testing.T) {
	t.Parallel()
	chromium := whatItNeeds(t)
	house := newHouse(t)
	args := []string{"node_modules/@playwright/test/cli.js", "test", "--config", "e2e/playwright.config.ts"}
	run := exec.CommandContext(t.Context(), "node", append(args, flag.Args()...)...)
	run.Dir = filepath.Join("..", "..", "webclient")
	run.Env = append(os.Environ(), "INNERWORK_CONTROL="+house.url, "CHROMIUM="+chromium)
	run.Stdout, run.Stderr = t.Output(), t.Output()
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- run.Wait() }()
	if err := house.open(done); err != nil {
		t.Errorf("the stories: %v", err)
	}
	if house.begun == 0 {
		t.Error("no story asked for an instance")
	}
}

// whatItNeeds finds the browser. Without it or the built pages the test is skipped
// on a laptop; where CI is set, it fails.
func whatItNeeds(t *testing.T) (chromium string) {
	t.Helper()
	missing := t.Skipf
	if os.Getenv("CI") != "" {
		missing = t.Fatalf
	}
	for _, name := range []string{"chromium", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			chromium = path
			break
		}
	}
	if chromium == "" {
		missing("no Chromium on this machine: run `make browser`")
	}
	for path, target := range map[string]string{
		"../../webclient/dist/index.html": "web", "../../webclient/node_modules/@playwright/test/cli.js": "web",
	} {
		if _, err := os.Stat(path); err != nil {
			missing("%s is not there: run `make %s`", path, target)
		}
	}
	return chromium
}
