package memory_test

import (
	"sync"
	"testing"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

func TestAnInvitationNeedsTheRoleForIt(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	operator, leader, coach := d.Person(t, memory.RoleOperator), d.Leader(t), d.Person(t, memory.RoleCoach)
	for _, c := range []struct {
		who  memory.ID
		kind memory.InvitationKind
	}{{leader, memory.InviteLeader}, {coach, memory.InviteLeader}, {operator, memory.InviteCoach}, {coach, memory.InviteCoach}, {operator, "operator"}} {
		_, _, err := d.Invite(ctx, c.who, c.kind)
		refused(t, memory.CodeForbidden, err)
	}
	if n := d.Count(t, `SELECT count(*) FROM invitations`); n != 0 {
		t.Errorf("%d invitations", n)
	}
}

// Whoever invited must still be able to when the link is used.
func TestAnInvitationFallsWithItsInviter(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	operator, other := d.Person(t, memory.RoleOperator), d.Person(t, memory.RoleOperator)
	leader, coach := d.Leader(t), d.Leader(t)
	_, toLead, err := d.Invite(ctx, operator, memory.InviteLeader)
	if err != nil {
		t.Fatal(err)
	}
	_, toCoach, err := d.Invite(ctx, leader, memory.InviteCoach)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Disable(ctx, other, operator, true); err != nil {
		t.Fatal(err)
	}
	d.Exec(t, `DELETE FROM person_roles WHERE person = $1`, leader)
	_, _, _, err = d.Redeem(ctx, toLead, memory.NewPerson{Name: "Bea", Password: password}, "")
	refused(t, memory.CodeGone, err)
	_, err = d.RedeemAs(ctx, toCoach, coach)
	refused(t, memory.CodeGone, err)
	if n := d.Count(t, `SELECT count(*) FROM people WHERE name = 'Bea'`) + d.Count(t, `SELECT count(*) FROM coachings`); n != 0 {
		t.Errorf("%d were let in", n)
	}
}

func TestOfTwoNewAccountsAtOnceOneIsMade(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	leader := d.Leader(t)
	_, secret, err := d.Invite(ctx, leader, memory.InviteCoach)
	if err != nil {
		t.Fatal(err)
	}
	people := make([]memory.Person, 2)
	errs := make([]error, 2)
	var wg sync.WaitGroup
	for i, name := range []string{"Cem", "Dov"} {
		wg.Go(func() {
			people[i], _, _, errs[i] = d.Redeem(ctx, secret, memory.NewPerson{Name: name, Password: password}, "")
		})
	}
	wg.Wait()
	for i, err := range errs {
		if err == nil && (len(people[i].Roles) != 1 || !people[i].Has(memory.RoleCoach)) {
			t.Errorf("he is %v", people[i].Roles)
		}
		if err != nil {
			refused(t, memory.CodeGone, err)
		}
	}
	if n := d.Count(t, `SELECT count(*) FROM people WHERE name IN ('Cem', 'Dov')`); n != 1 || (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("%d accounts: %v, %v", n, errs[0], errs[1])
	}
}

func TestATakenNameLeavesTheInvitationOpen(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	operator, _ := first(t, d)
	_, secret, err := d.Invite(ctx, operator.ID, memory.InviteLeader)
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, err = d.Redeem(ctx, secret, memory.NewPerson{Name: "aNA", Password: password}, "")
	refused(t, memory.CodeConflict, err)
	if i, who, err := d.LookAtInvitation(ctx, secret); err != nil || who != "Ana" || i.RedeemedAt != nil {
		t.Errorf("%+v by %q, %v", i, who, err)
	}
}

func TestACoachOfHersKeepsHerNextLinkUnused(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	leader, coach := d.Leader(t), d.Leader(t)
	d.Coaching(t, leader, coach)
	_, secret, err := d.Invite(ctx, leader, memory.InviteCoach)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.RedeemAs(ctx, secret, coach)
	refused(t, memory.CodeConflict, err)
	if _, _, err := d.LookAtInvitation(ctx, secret); err != nil {
		t.Errorf("the link was used up: %v", err)
	}
	if n := d.Count(t, `SELECT count(*) FROM audit WHERE act = 'coach accepted'`); n != 0 {
		t.Errorf("she is told of %d new coaches", n)
	}
}
