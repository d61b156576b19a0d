package memory_test

import (
	"strings"
	"testing"
	"time"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

func TestCommitmentsAreDueInTheirOwnZone(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 11, 30, 0, 0, time.UTC) // past midnight of the 24th in Auckland
	clock := now.AddDate(0, 0, -3)
	d := memorytest.Open(t, func(c *memory.Config) { c.Now = func() time.Time { return clock } })
	k := enter(t, d, d.Leader(t), "What brings you?")
	_, reply := k.say(t, "Hello.")
	commit := func(action, due, zone string) memory.ID {
		t.Helper()
		clock = clock.Add(time.Minute)
		c := must[memory.Commitment](t)(d.CreateCommitment(t.Context(), k.leader,
			memory.NewCommitment{ID: newID(), Action: action, Due: due, Zone: zone, Why: "It matters.", Conversation: &k.id}))
		return c.ID
	}
	due := func(want *memory.ID) {
		t.Helper()
		c, err := d.DueCommitment(t.Context(), k.leader, now)
		if err != nil || (c == nil) != (want == nil) || c != nil && c.ID != *want {
			t.Fatalf("due is %+v, want %v (%v)", c, want, err)
		}
	}
	due(nil)
	oldest := commit("Write to Ben", "2026-12-01", "Europe/Lisbon")
	lisbon := commit("Call Dora", "2026-11-24", "Europe/Lisbon")
	due(&oldest) // the 24th has not begun in Lisbon
	auckland := commit("Call Eve", "2026-11-24", "Pacific/Auckland")
	due(&auckland)

	clock = now.Add(-time.Hour)
	for range 2 {
		if err := d.AskedAbout(t.Context(), k.leader, auckland, reply); err != nil {
			t.Fatal(err)
		}
	}
	due(&oldest)
	done := must[memory.Commitment](t)(d.SetOutcome(t.Context(), k.leader, oldest, memory.OutcomeDone, "She answered."))
	if done.Outcome != memory.OutcomeDone || done.Note != "She answered." || done.OutcomeAt == nil {
		t.Errorf("done is %+v", done)
	}
	due(&lisbon)
	now = now.Add(24 * time.Hour)
	due(&lisbon) // both are due, and both may be asked about; by date and then by age
	must[memory.Commitment](t)(d.SetOutcome(t.Context(), k.leader, lisbon, memory.OutcomeDropped, ""))
	due(&auckland)

	open := must[[]memory.Commitment](t)(d.Commitments(t.Context(), k.leader, true))
	if len(open) != 1 || open[0].Due != "2026-11-24" || open[0].AskedAt == nil || !open[0].AskedAt.Equal(clock) {
		t.Errorf("open are %+v", open)
	}
	if all := must[[]memory.Commitment](t)(d.Commitments(t.Context(), k.leader, false)); len(all) != 3 || all[0].ID != auckland {
		t.Errorf("all are %+v", all)
	}
	if again := must[memory.Commitment](t)(d.SetOutcome(t.Context(), k.leader, oldest, memory.OutcomeOpen, "")); again.OutcomeAt != nil {
		t.Errorf("open again is %+v", again)
	}
}

func TestACommitmentIsRefused(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	good := memory.NewCommitment{ID: newID(), Action: "Write to Ben", Due: "2026-12-01", Zone: "UTC"}
	for name, change := range map[string]func(*memory.NewCommitment){
		"no action":  func(n *memory.NewCommitment) { n.Action = "" },
		"too long":   func(n *memory.NewCommitment) { n.Action = strings.Repeat("a", memory.MaxAction+1) },
		"no date":    func(n *memory.NewCommitment) { n.Due = "" },
		"none":       func(n *memory.NewCommitment) { n.Due = "2026-02-30" },
		"with hours": func(n *memory.NewCommitment) { n.Due = "2026-02-03T00:00:00Z" },
		"year zero":  func(n *memory.NewCommitment) { n.Due = "0000-01-01" },
		"no zone":    func(n *memory.NewCommitment) { n.Zone = "Nowhere" },
		"U+0000":     func(n *memory.NewCommitment) { n.Why = "\x00" },
	} {
		n := good
		change(&n)
		if _, err := d.CreateCommitment(t.Context(), ada, n); memory.CodeOf(err) != memory.CodeInvalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
	must[memory.Commitment](t)(d.CreateCommitment(t.Context(), ada, good))
	must[memory.Commitment](t)(d.CreateCommitment(t.Context(), ada, good))
	good.Due = "2026-12-02"
	_, err := d.CreateCommitment(t.Context(), ada, good)
	refused(t, memory.CodeConflict, err)
	_, err = d.SetOutcome(t.Context(), ada, good.ID, "forgotten", "")
	refused(t, memory.CodeInvalid, err)
}
