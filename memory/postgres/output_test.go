package postgres

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestOutputIsBounded(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "postgres.log")
	o, err := openOutput(path)
	if err != nil {
		t.Fatal(err)
	}
	o.limit = 1000
	line := "2026-01-01 [7] LOG:  " + strings.Repeat("x", 79)
	for range 100 {
		fmt.Fprintln(o, line)
	}
	fmt.Fprintln(o, "the last")
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, name := range []string{path, path + ".1"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	if limit := 2 * (o.limit + int64(len(line)) + 1); total > limit {
		t.Errorf("%d bytes are kept, over %d", total, limit)
	}
	if last := o.last(); !strings.HasSuffix(last, "\nthe last") || strings.Count(last, "\n") != tailLines-1 {
		t.Errorf("the last lines are %q", last)
	}
}

func TestOutputDropsStatements(t *testing.T) {
	t.Parallel()
	o := &output{}
	ready := o.watch()
	// In pieces, as a pipe gives them.
	for _, piece := range []string{"1 [7] PANIC:  no sp", "ace\n1 [7] STATEMENT:  select 'words'\n\tand more words\n", "1 [7] LOG:  database system is ready to accept connections\n"} {
		if n, err := o.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Fatal(n, err)
		}
	}
	if got, want := o.last(), "1 [7] PANIC:  no space\n1 [7] LOG:  database system is ready to accept connections"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
	select {
	case <-ready:
	default:
		t.Error("ready was not seen")
	}
}

func TestFullDiskIsExplained(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, err := range []error{
		fmt.Errorf("write: %w", syscall.ENOSPC),
		fmt.Errorf("it said:\nFATAL:  could not write lock file: No space left on device"),
	} {
		said := explainSpace(err, folder).Error()
		if !strings.Contains(said, folder) || !strings.Contains(said, "MB free") {
			t.Errorf("%q is not explained", said)
		}
	}
}
