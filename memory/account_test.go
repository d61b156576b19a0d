package memory_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

const password = "three quiet morning walks"

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func withClock(t *testing.T) (*memorytest.Database, *clock) {
	t.Helper()
	c := &clock{now: time.Now()}
	return memorytest.Open(t, func(config *memory.Config) { config.Now = c.Now }), c
}

func first(t *testing.T, d *memorytest.Database) (memory.Person, []string) {
	t.Helper()
	p, codes, err := d.CreateFirst(t.Context(), memory.NewPerson{Name: "Ana", Password: password, Zone: "Europe/Lisbon"})
	if err != nil {
		t.Fatal(err)
	}
	return p, codes
}

func TestOneFirstAccount(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() {
			_, _, errs[i] = d.CreateFirst(t.Context(), memory.NewPerson{Name: "Ana " + string(rune('a'+i)), Password: password})
		})
	}
	wg.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		} else {
			refused(t, memory.CodeConflict, err)
		}
	}
	if made != 1 || d.Count(t, `SELECT count(*) FROM people`) != 1 {
		t.Errorf("%d first accounts", made)
	}
}

func TestAccountsAreChecked(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	for name, n := range map[string]memory.NewPerson{
		"no name":        {Name: "  ", Password: password},
		"long name":      {Name: strings.Repeat("a", 65), Password: password},
		"unseen":         {Name: "A\u200bna", Password: password},
		"short password": {Name: "Ana", Password: "short"},
		"holds the name": {Name: "Annabel", Password: "annabel and more"},
		"one character":  {Name: "Ana", Password: "aaaaaaaaaaaaaaa"},
		"not UTF-8":      {Name: "Ana", Password: "\xff is not a password"},
		"no such zone":   {Name: "Ana", Password: password, Zone: "Mars/Olympus"},
	} {
		if _, _, err := d.CreateFirst(t.Context(), n); memory.CodeOf(err) != memory.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	d, clock := withClock(t)
	ctx := t.Context()
	p, _ := first(t, d)
	_, token, _, err := d.SignIn(ctx, " ANA ", password, "a browser")
	if err != nil {
		t.Fatal(err)
	}
	who, session, err := d.Session(ctx, token)
	if err != nil || who.ID != p.ID || !who.Has(memory.RoleOperator) || session.Device != "a browser" {
		t.Fatalf("%+v, %+v, %v", who, session, err)
	}
	var ended []memory.ID
	d.OnSessionEnd(func(person memory.ID, session *memory.ID) { ended = append(ended, *session) })
	if err := d.SignOut(ctx, token); err != nil {
		t.Fatal(err)
	}
	if len(ended) != 1 || ended[0] != session.ID {
		t.Errorf("told of %v", ended)
	}
	_, _, err = d.Session(ctx, token)
	refused(t, memory.CodeUnknown, err)

	_, token, _, err = d.SignIn(ctx, "ana", password, "")
	if err != nil {
		t.Fatal(err)
	}
	clock.pass(29 * 24 * time.Hour)
	if _, _, err := d.Session(ctx, token); err != nil {
		t.Errorf("a session that is used: %v", err)
	}
	clock.pass(31 * 24 * time.Hour)
	_, _, err = d.Session(ctx, token)
	refused(t, memory.CodeUnknown, err)
}

func TestUnknownNamesAnswerAsKnownOnes(t *testing.T) {
	t.Parallel()
	d, clock := withClock(t)
	ctx := t.Context()
	first(t, d)
	_, _, _, known := d.SignIn(ctx, "Ana", "not her password", "")
	_, _, _, unknown := d.SignIn(ctx, "Nobody", "not a password", "")
	if known == nil || unknown == nil || known.Error() != unknown.Error() {
		t.Errorf("%v and %v", known, unknown)
	}
	for _, name := range []string{"Ana", "Nobody"} {
		for range 9 {
			_, _, _, err := d.SignIn(ctx, name, "wrong", "")
			refused(t, memory.CodeUnknown, err)
		}
		_, _, _, err := d.SignIn(ctx, name, password, "")
		refused(t, memory.CodeTooMany, err)
	}
	clock.pass(16 * time.Minute)
	if _, _, _, err := d.SignIn(ctx, "Ana", password, ""); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestARecoveryCodeWorksOnce(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	_, codes := first(t, d)
	_, old, _, err := d.SignIn(ctx, "Ana", password, "")
	if err != nil {
		t.Fatal(err)
	}
	const changed = "four quiet evening walks"
	_, token, remaining, err := d.Recover(ctx, "ana", strings.ToUpper(codes[0]), changed, "")
	if err != nil || remaining != len(codes)-1 {
		t.Fatalf("%d remain, %v", remaining, err)
	}
	if _, _, err := d.Session(ctx, token); err != nil {
		t.Error(err)
	}
	_, _, err = d.Session(ctx, old)
	refused(t, memory.CodeUnknown, err)
	_, _, _, err = d.Recover(ctx, "ana", codes[0], changed, "")
	refused(t, memory.CodeUnknown, err)
	_, _, notices, err := d.SignIn(ctx, "ana", changed, "")
	if err != nil || len(notices) != 1 || notices[0].Act != "recovery code used" {
		t.Errorf("told of %+v, %v", notices, err)
	}
}

func TestAPasswordChangeEndsOtherSessions(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	p, _ := first(t, d)
	_, here, _, _ := d.SignIn(ctx, "Ana", password, "here")
	_, there, _, _ := d.SignIn(ctx, "Ana", password, "there")
	_, session, err := d.Session(ctx, here)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, memory.CodeForbidden, d.ChangePassword(ctx, p.ID, session.ID, "wrong", "a wholly new password"))
	if err := d.ChangePassword(ctx, p.ID, session.ID, password, "a wholly new password"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Session(ctx, here); err != nil {
		t.Error(err)
	}
	_, _, err = d.Session(ctx, there)
	refused(t, memory.CodeUnknown, err)
	codes, err := d.NewRecoveryCodes(ctx, p.ID, "a wholly new password")
	if err != nil || len(codes) != 10 {
		t.Errorf("%d codes, %v", len(codes), err)
	}
	if all, err := d.Sessions(ctx, p.ID, session.ID); err != nil || len(all) != 1 || !all[0].Current {
		t.Errorf("%+v, %v", all, err)
	}
	if err := d.EndSession(ctx, p.ID, session.ID); err != nil {
		t.Error(err)
	}
	refused(t, memory.CodeNotFound, d.EndSession(ctx, p.ID, session.ID))
}

func TestAnOperatorsResetIsToldToHer(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	operator, _ := first(t, d)
	_, secret, err := d.Invite(ctx, operator.ID, memory.InviteLeader)
	if err != nil {
		t.Fatal(err)
	}
	leader, token, _, err := d.Redeem(ctx, secret, memory.NewPerson{Name: "Bea", Password: password}, "")
	if err != nil || !leader.Has(memory.RoleLeader) || leader.Has(memory.RoleOperator) {
		t.Fatalf("%+v, %v", leader, err)
	}
	codes, err := d.Reset(ctx, operator.ID, leader.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = d.Session(ctx, token)
	refused(t, memory.CodeUnknown, err)
	_, _, _, err = d.SignIn(ctx, "Bea", password, "")
	refused(t, memory.CodeUnknown, err)
	if _, _, _, err := d.Recover(ctx, "Bea", codes[0], "her own new password", ""); err != nil {
		t.Fatal(err)
	}
	_, _, notices, err := d.SignIn(ctx, "Bea", "her own new password", "")
	if err != nil || len(notices) == 0 || notices[0].Act != "reset by operator" || notices[0].Actor != operator.ID {
		t.Fatalf("told of %+v, %v", notices, err)
	}
	if err := d.ToldOf(ctx, leader.ID, notices[len(notices)-1].Seq); err != nil {
		t.Fatal(err)
	}
	if _, _, notices, err = d.SignIn(ctx, "Bea", "her own new password", ""); err != nil || len(notices) != 0 {
		t.Errorf("told again of %+v, %v", notices, err)
	}
	acts, err := d.Audit(ctx, leader.ID, 0)
	if err != nil || len(acts) < 4 {
		t.Errorf("%+v, %v", acts, err)
	}
}

func TestTheLastOperatorStays(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	operator, _ := first(t, d)
	refused(t, memory.CodeConflict, d.Disable(ctx, operator.ID, operator.ID, true))
	other := d.Leader(t)
	if err := d.Disable(ctx, operator.ID, other, true); err != nil {
		t.Fatal(err)
	}
	people, err := d.People(ctx)
	if err != nil || len(people) != 2 {
		t.Fatalf("%+v, %v", people, err)
	}
	for _, p := range people {
		if (p.DisabledAt != nil) != (p.ID == other) {
			t.Errorf("%+v", p)
		}
	}
}

func TestAnInvitationWorksOnce(t *testing.T) {
	t.Parallel()
	d, clock := withClock(t)
	ctx := t.Context()
	leader := d.Leader(t)
	one, other := d.Leader(t), d.Leader(t)
	_, secret, err := d.Invite(ctx, leader, memory.InviteCoach)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.RedeemAs(ctx, secret, leader)
	refused(t, memory.CodeConflict, err)
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, who := range []memory.ID{one, other} {
		wg.Go(func() { _, errs[i] = d.RedeemAs(ctx, secret, who) })
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("redeemed by two at once: %v, %v", errs[0], errs[1])
	}
	_, err = d.RedeemAs(ctx, "no such secret", one)
	refused(t, memory.CodeNotFound, err)

	_, late, _ := d.Invite(ctx, leader, memory.InviteCoach)
	revoked, taken, _ := d.Invite(ctx, leader, memory.InviteCoach)
	if err := d.RevokeInvitation(ctx, leader, revoked.ID); err != nil {
		t.Fatal(err)
	}
	refused(t, memory.CodeNotFound, d.RevokeInvitation(ctx, other, revoked.ID))
	_, _, err = d.LookAtInvitation(ctx, taken)
	refused(t, memory.CodeGone, err)
	clock.pass(8 * 24 * time.Hour)
	_, _, err = d.LookAtInvitation(ctx, late)
	refused(t, memory.CodeGone, err)
}

func TestACoachIsConfirmedByHer(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	leader, coach := d.Leader(t), d.Leader(t)
	refused(t, memory.CodeNotFound, d.ConfirmCoach(ctx, leader, coach))
	_, secret, _ := d.Invite(ctx, leader, memory.InviteCoach)
	p, err := d.RedeemAs(ctx, secret, coach)
	if err != nil || !p.Has(memory.RoleCoach) {
		t.Fatalf("%+v, %v", p, err)
	}
	refused(t, memory.CodeNotFound, d.ConfirmCoach(ctx, coach, coach))
	if err := d.ConfirmCoach(ctx, leader, coach); err != nil {
		t.Fatal(err)
	}
	ties, err := d.Coachings(ctx, leader)
	if err != nil || len(ties) != 1 || ties[0].ConfirmedAt == nil {
		t.Fatalf("%+v, %v", ties, err)
	}
	if leaders, err := d.Leaders(ctx, coach); err != nil || len(leaders) != 1 || leaders[0].Leader != leader {
		t.Errorf("%+v, %v", leaders, err)
	}
	if err := d.EndCoaching(ctx, leader, coach); err != nil {
		t.Fatal(err)
	}
	if leaders, err := d.Leaders(ctx, coach); err != nil || len(leaders) != 0 {
		t.Errorf("%+v, %v", leaders, err)
	}
	refused(t, memory.CodeNotFound, d.ConfirmCoach(ctx, leader, coach))
}

// No secret is kept in the clear, in whatever column.
func TestSecretsAreKeptHashed(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	p, codes := first(t, d)
	_, token, _, err := d.SignIn(ctx, "Ana", password, "")
	if err != nil {
		t.Fatal(err)
	}
	_, invitation, err := d.Invite(ctx, p.ID, memory.InviteLeader)
	if err != nil {
		t.Fatal(err)
	}
	everywhere := `SELECT count(*) FROM (
		SELECT p::text FROM people p UNION ALL SELECT s::text FROM sessions s UNION ALL SELECT r::text FROM recovery_codes r
		UNION ALL SELECT i::text FROM invitations i UNION ALL SELECT a::text FROM audit a) x(row) WHERE position($1 in row) > 0`
	if d.Count(t, everywhere, "Ana") == 0 {
		t.Fatal("the search finds nothing")
	}
	for what, secret := range map[string]string{
		"password": password, "token": token, "invitation": invitation, "recovery code": strings.ReplaceAll(codes[0], "-", ""),
	} {
		if n := d.Count(t, everywhere, secret); n != 0 {
			t.Errorf("a %s stands in %d rows", what, n)
		}
	}
}

func TestConsentIsRecorded(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	first(t, d)
	p, token, _, _ := d.SignIn(ctx, "Ana", password, "")
	if p.Consented != "" {
		t.Errorf("consented to %q", p.Consented)
	}
	if err := d.Consent(ctx, p.ID, "v1"); err != nil {
		t.Fatal(err)
	}
	if p, _, err := d.Session(ctx, token); err != nil || p.Consented != "v1" {
		t.Errorf("%+v, %v", p, err)
	}
	refused(t, memory.CodeInvalid, d.Consent(ctx, p.ID, ""))
	refused(t, memory.CodeInvalid, d.SetZone(ctx, p.ID, "Local"))
}
