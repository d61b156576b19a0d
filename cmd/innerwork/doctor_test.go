package main

import (
	"strings"
	"testing"
)

// The doctor looks and mends whether the coach runs or not, and says no word
// of hers.
func TestTheDoctorComesWhileItRunsAndWhenItStands(t *testing.T) {
	t.Parallel()
	data := newData(t)
	p := start(t, setup{data: data})
	she := firstLeader(p)
	c := she.begin()
	s := she.socket(c)
	s.openings(c)
	s.say(c, newID(), herWords)
	s.ends(c, 1)

	visit := func(want int, args ...string) string {
		t.Helper()
		d, code := toEnd(t, setup{data: data, args: append([]string{"doctor"}, args...)})
		if out := d.stdout.String(); code != want || !strings.Contains(out, "reflections without passages") {
			t.Errorf("doctor %v: exit code %d, want %d\n%s%s", args, code, want, out, d.stderr)
		}
		for _, word := range strings.Fields(herWords) {
			if len(word) > 5 && strings.Contains(d.stdout.String()+d.stderr.String(), word) {
				t.Errorf("doctor %v said %q", args, word)
			}
		}
		return d.stdout.String()
	}
	visit(0, "--mend")
	super := superuser(t, data)
	if _, err := super.Exec(t.Context(), `DELETE FROM passages`); err != nil {
		t.Fatal(err)
	}
	if out := visit(1); !strings.Contains(out, "WRONG, mends") {
		t.Errorf("it did not see the gap:\n%s", out)
	}
	p.stop()
	visit(1)
	visit(0, "--mend")
	visit(0)
}
