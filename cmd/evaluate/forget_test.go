package main

import (
	"os"
	"testing"

	"innerwork/memory/memorytest"
)

func TestForgettingIsFoundNowhere(t *testing.T) {
	t.Parallel()
	folder, err := memorytest.Parts()
	if err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := forgetKind{parts{folder}}.measure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.line["found_alive"].(int) == 0 || r.line["found_after_first"] != 0 || r.line["found_after_second"] != 0 {
		t.Errorf("%v", r.line)
	}
}
