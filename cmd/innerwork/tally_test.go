package main

import (
	"encoding/json"
	"os"
	"sync"
	"testing"
)

// soaking says that the tests are to run as often as transport/protocol.md's
// promises are measured (`make soak`), and not only as often as fits a minute.
var soaking = os.Getenv("INNERWORK_SOAK") != ""

// runs is how often a scenario is run: quick in every test, full in a soak.
func runs(quick, full int) int {
	if soaking {
		return full
	}
	return quick
}

// outcome is what came of the runs of one scenario.
type outcome struct {
	Runs          int `json:"runs"`
	Lost          int `json:"lost"`
	Doubled       int `json:"doubled"`
	FalseComplete int `json:"false_complete"`
}

// tally adds up the outcomes of all scenarios, and after each writes them to
// the file that a soak prints last.
type tally struct {
	mu   sync.Mutex
	rows map[string]any
}

var soaked = tally{rows: map[string]any{}}

// add keeps what came of a scenario, and fails the test if it was not what the
// scenario promises.
func (y *tally) add(t testing.TB, scenario string, o outcome) {
	t.Helper()
	t.Logf("%s: %+v", scenario, o)
	if o.Lost+o.Doubled+o.FalseComplete > 0 {
		t.Errorf("%s: something was lost, doubled or falsely complete: %+v", scenario, o)
	}
	y.put(t, scenario, o)
}

// put keeps the row of a scenario.
func (y *tally) put(t testing.TB, scenario string, row any) {
	t.Helper()
	file := os.Getenv("INNERWORK_SOAK")
	if file == "" {
		return
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	y.rows[scenario] = row
	line, err := json.Marshal(y.rows)
	if err == nil {
		err = os.WriteFile(file, append(line, '\n'), 0o644)
	}
	if err != nil {
		t.Error(err)
	}
}
