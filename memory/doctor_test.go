package memory_test

import (
	"testing"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// amiss is what a diagnosis found that should not be.
func amiss(t *testing.T, d *memorytest.Database) map[string]int {
	t.Helper()
	diagnosis, err := d.Diagnose(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wrong := map[string]int{}
	for _, f := range diagnosis.Findings {
		if f.Wrong && f.N > 0 {
			wrong[f.What] = f.N
		}
	}
	if (len(wrong) == 0) != diagnosis.Whole() {
		t.Errorf("%v is wrong, and whole is %v", wrong, diagnosis.Whole())
	}
	return wrong
}

func TestTheDoctorFindsAndMendsGaps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, wound string
		stays       bool
	}{
		{"reflections without passages", `DELETE FROM passages WHERE reflection = $1`, false},
		{"passages without terms", `DELETE FROM terms WHERE place = (SELECT place FROM passages WHERE reflection = $1)`, false},
		{"passages without a vector", `DELETE FROM vectors WHERE place = (SELECT place FROM passages WHERE reflection = $1)`, false},
		{"vectors without senses of their words", `DELETE FROM senses WHERE place = (SELECT place FROM passages WHERE reflection = $1)`, false},
		{"passages of what is not to be searched", `UPDATE reflections SET apart = true WHERE id = $1`, false},
		{"passages that are counted wrongly", `UPDATE indexes SET passages = passages + 1 WHERE owner = (SELECT owner FROM reflections WHERE id = $1)`, false},
		{"jobs that were given up", `INSERT INTO river_job (kind, args, max_attempts, state, finalized_at, priority, queue)
			VALUES ('index', jsonb_build_object('reflection', $1::uuid), 1, 'discarded', now(), 1, 'default')`, false},
		{"rows whose parent is missing", `DELETE FROM reflections WHERE id = $1`, true},
		{"forgotten reflections that are there", `INSERT INTO tombstones (owner, id, at) SELECT owner, id, now() FROM reflections WHERE id = $1`, true},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			d := memorytest.Open(t, withWords)
			d.Leader(t) // somebody without a word
			ids := indexed(t, d, d.Leader(t), journal...)
			if wrong := amiss(t, d); len(wrong) > 0 {
				t.Fatalf("to begin with, %v", wrong)
			}
			d.Exec(t, `SET session_replication_role = replica`) // foreign keys and triggers do not look
			d.Exec(t, c.wound, ids[1])
			d.Exec(t, `RESET session_replication_role`)
			if wrong := amiss(t, d); wrong[c.what] == 0 {
				t.Errorf("found %v", wrong)
			}
			if err := d.MendAll(t.Context(), func(int) {}); err != nil {
				t.Fatal(err)
			}
			if wrong := amiss(t, d); (wrong[c.what] > 0) != c.stays || !c.stays && len(wrong) > 0 {
				t.Errorf("after mending, %v", wrong)
			}
		})
	}
}

func TestVectorsOfBeforeGoByCommand(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, func(c *memory.Config) { c.Embedder = &turned{Wordwise: made{}, name: "before"} })
	owner := d.Leader(t)
	indexed(t, d, owner, journal...)
	after, err := memory.Open(t.Context(), memory.Config{URL: d.URL, Embedder: &turned{Wordwise: made{}, name: "after", by: 1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(after.Close)
	if err := after.DropBefore(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := d.Count(t, `SELECT count(*) FROM vectors`); n != len(journal) {
		t.Errorf("%d vectors while the new ones are not whole", n)
	}
	if err := after.MendAll(t.Context(), func(int) {}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{2 * len(journal), len(journal)} {
		if n := d.Count(t, `SELECT count(*) FROM vectors`); n != want {
			t.Errorf("%d vectors, want %d", n, want)
		}
		if err := after.DropBefore(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheDoctorOnlyLooks(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	indexed(t, d, d.Leader(t), journal...)
	s, err := memory.Open(t.Context(), memory.Config{URL: d.URL, Embedder: made{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	diagnosis, err := s.Diagnose(t.Context())
	if err != nil || diagnosis.Whole() {
		t.Fatalf("with a model that made nothing yet all is whole, %v", err)
	}
	for _, f := range diagnosis.Findings {
		if f.What == "passages without a vector" && f.N != len(journal) {
			t.Errorf("%d passages without a vector", f.N)
		}
	}
	if n := d.Count(t, `SELECT count(*) FROM generations`); n != 0 {
		t.Error("looking made a generation")
	}
}
