package memory_test

import (
	"strings"
	"testing"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// A database that no longer keeps the promises of the schema is refused,
// whoever changed it.
func TestOpenRefusesADatabaseThatDoesNotKeepThePromises(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ breaks, says string }{
		"row security not forced":      {`ALTER TABLE reflections NO FORCE ROW LEVEL SECURITY`, "reflections"},
		"row security off":             {`ALTER TABLE insights DISABLE ROW LEVEL SECURITY`, "insights"},
		"a new table without security": {`CREATE TABLE diary (words text)`, "diary"},
		"a newer version":              {`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`, "newer Innerwork"},
		"a view as its owner":          {`CREATE VIEW everything AS SELECT * FROM reflections`, "everything"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := memorytest.Empty(t)
			d.Exec(t, c.breaks)
			store, err := memory.Open(t.Context(), memory.Config{URL: d.URL})
			if err == nil {
				store.Close()
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("the refusal %q does not name %q", err, c.says)
			}
		})
	}
}

func TestOpenTwiceAtOnce(t *testing.T) {
	t.Parallel()
	d := memorytest.Empty(t)
	failed := make(chan error)
	for range 2 {
		go func() {
			store, err := memory.Open(t.Context(), memory.Config{URL: d.URL})
			if err == nil {
				store.Close()
			}
			failed <- err
		}()
	}
	for range 2 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}
