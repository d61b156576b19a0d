package memory_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// redeemed is a leader with an account of her own, and her session's token.
func redeemed(t *testing.T, d *memorytest.Database, operator memory.ID, name string) (memory.Person, string) {
	t.Helper()
	_, secret, err := d.Invite(t.Context(), operator, memory.InviteLeader)
	if err != nil {
		t.Fatal(err)
	}
	p, token, _, err := d.Redeem(t.Context(), secret, memory.NewPerson{Name: name, Password: password}, "")
	if err != nil {
		t.Fatal(err)
	}
	return p, token
}

func TestOnlyAnOperatorOperates(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	operator, other := d.Person(t, memory.RoleOperator), d.Person(t, memory.RoleOperator)
	leader := d.Person(t, memory.RoleLeader, memory.RoleCoach)
	if err := d.Disable(ctx, operator, other, true); err != nil {
		t.Fatal(err)
	}
	for what, who := range map[string]memory.ID{"a leader": leader, "a disabled operator": other, "nobody": newID()} {
		_, err := d.Reset(ctx, who, leader)
		refused(t, memory.CodeForbidden, err)
		refused(t, memory.CodeForbidden, d.Disable(ctx, who, leader, true))
		if _, secret, err := d.Invite(ctx, who, memory.InviteLeader); memory.CodeOf(err) != memory.CodeForbidden || secret != "" {
			t.Errorf("%s invited a leader: %v", what, err)
		}
	}
	_, err := d.Reset(ctx, operator, newID())
	refused(t, memory.CodeNotFound, err)
	refused(t, memory.CodeNotFound, d.Disable(ctx, operator, newID(), true))
	if n := d.Count(t, `SELECT count(*) FROM audit`); n != 2 {
		t.Errorf("%d lines of audit for one act on another", n)
	}
}

func TestOfTwoOperatorsWhoDisableEachOtherOneStays(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	for range 5 {
		d.Exec(t, `UPDATE people SET disabled_at = now()`)
		two := []memory.ID{d.Person(t, memory.RoleOperator), d.Person(t, memory.RoleOperator)}
		errs := make([]error, 2)
		var wg sync.WaitGroup
		for i := range two {
			wg.Go(func() { errs[i] = d.Disable(t.Context(), two[i], two[1-i], true) })
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("%v, %v", errs[0], errs[1])
		}
		if n := d.Count(t, `SELECT count(*) FROM people WHERE disabled_at IS NULL`); n != 1 {
			t.Fatalf("%d operators are left", n)
		}
	}
}

// What an operator hands over opens the account once and for two days, and is
// all that opens it.
func TestAResetGivesOneCodeForTwoDays(t *testing.T) {
	t.Parallel()
	d, clock := withClock(t)
	ctx := t.Context()
	operator, _ := first(t, d)
	_, secret, err := d.Invite(ctx, operator.ID, memory.InviteLeader)
	if err != nil {
		t.Fatal(err)
	}
	leader, _, hers, err := d.Redeem(ctx, secret, memory.NewPerson{Name: "Bea", Password: password}, "")
	if err != nil {
		t.Fatal(err)
	}
	const fresh = "her own new password"
	late, err := d.Reset(ctx, operator.ID, leader.ID)
	if err != nil || len(late) != 1 {
		t.Fatalf("%d codes, %v", len(late), err)
	}
	clock.pass(48 * time.Hour)
	for _, code := range []string{late[0], hers[0]} {
		_, _, _, err := d.Recover(ctx, "Bea", code, fresh, "")
		refused(t, memory.CodeUnknown, err)
	}
	again, err := d.Reset(ctx, operator.ID, leader.ID)
	if err != nil {
		t.Fatal(err)
	}
	clock.pass(47 * time.Hour)
	if _, _, left, err := d.Recover(ctx, "Bea", again[0], fresh, ""); err != nil || left != 0 {
		t.Fatalf("%d codes are left, %v", left, err)
	}
	_, _, _, err = d.Recover(ctx, "Bea", again[0], "the operator's password", "")
	refused(t, memory.CodeUnknown, err)
	if _, _, _, err := d.SignIn(ctx, "Bea", fresh, ""); err != nil {
		t.Error(err)
	}
}

func TestADisabledPersonIsOutAndIsTold(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	operator, _ := first(t, d)
	p, token := redeemed(t, d, operator.ID, "Bea")
	var ended []memory.ID
	d.OnSessionEnd(func(person memory.ID, _ *memory.ID) { ended = append(ended, person) })
	if err := d.Disable(ctx, operator.ID, p.ID, true); err != nil {
		t.Fatal(err)
	}
	if len(ended) != 1 || ended[0] != p.ID {
		t.Errorf("told of %v", ended)
	}
	_, _, err := d.Session(ctx, token)
	refused(t, memory.CodeUnknown, err)
	_, _, _, err = d.SignIn(ctx, "Bea", password, "")
	refused(t, memory.CodeUnknown, err)
	if err := d.Disable(ctx, operator.ID, p.ID, false); err != nil {
		t.Fatal(err)
	}
	_, _, notices, err := d.SignIn(ctx, "Bea", password, "")
	if err != nil || len(notices) != 2 || notices[0].Act != "disabled by operator" || notices[1].Act != "enabled by operator" {
		t.Errorf("told of %+v, %v", notices, err)
	}
}

// The command on the machine resets an account without anybody signed in, and
// does nothing else that is an operator's.
func TestTheMachineResetsAndNoMore(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	operator, _ := first(t, d)
	codes, err := d.Reset(ctx, uuid.Nil, operator.ID)
	if err != nil || len(codes) != 1 {
		t.Fatalf("%d codes, %v", len(codes), err)
	}
	if _, _, _, err := d.Recover(ctx, "Ana", codes[0], "her own new password", ""); err != nil {
		t.Fatal(err)
	}
	_, _, notices, err := d.SignIn(ctx, "Ana", "her own new password", "")
	if err != nil || len(notices) == 0 || notices[0].Act != "reset by operator" || notices[0].Actor != uuid.Nil {
		t.Errorf("told of %+v, %v", notices, err)
	}
	if n := d.Count(t, `SELECT count(*) FROM audit WHERE person = $1`, uuid.Nil); n != 0 {
		t.Errorf("%d lines in the audit of nobody", n)
	}
	refused(t, memory.CodeForbidden, d.Disable(ctx, uuid.Nil, operator.ID, true))
}
