package memory_test

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// acts are those of a person's audit, the earliest first.
func acts(t *testing.T, d *memorytest.Database, person memory.ID) (names []string) {
	t.Helper()
	all, err := d.Audit(t.Context(), person, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		names = append(names, a.Act)
	}
	slices.Reverse(names)
	return names
}

func TestEveryActIsInTheAudit(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	operator, _ := first(t, d)
	leader, token := redeemed(t, d, operator.ID, "Bea")
	coach, _ := redeemed(t, d, operator.ID, "Cem")
	must(d.SignOut(ctx, token))
	must(d.SignOut(ctx, token))
	_, token, _, err := d.SignIn(ctx, "Bea", password, "")
	must(err)
	_, session, err := d.Session(ctx, token)
	must(err)
	must(d.SetZone(ctx, leader.ID, "Europe/Lisbon"))
	must(d.Consent(ctx, leader.ID, "1"))
	must(d.ChangePassword(ctx, leader.ID, session.ID, password, "a wholly new password"))
	codes, err := d.NewRecoveryCodes(ctx, leader.ID, "a wholly new password")
	must(err)
	must(d.EndSession(ctx, leader.ID, session.ID))
	_, _, _, err = d.Recover(ctx, "Bea", codes[0], password, "")
	must(err)
	revoked, _, err := d.Invite(ctx, leader.ID, memory.InviteCoach)
	must(err)
	must(d.RevokeInvitation(ctx, leader.ID, revoked.ID))
	_, secret, err := d.Invite(ctx, leader.ID, memory.InviteCoach)
	must(err)
	_, err = d.RedeemAs(ctx, secret, coach.ID)
	must(err)
	must(d.ConfirmCoach(ctx, leader.ID, coach.ID))
	must(d.EndCoaching(ctx, leader.ID, coach.ID))
	_, err = d.Reset(ctx, operator.ID, leader.ID)
	must(err)
	must(d.Disable(ctx, operator.ID, leader.ID, true))
	must(d.Disable(ctx, operator.ID, leader.ID, false))

	for who, want := range map[memory.ID][]string{
		leader.ID: {"account made", "signed out", "signed in", "time zone changed", "consent given", "password changed",
			"recovery codes replaced", "session ended", "recovery code used", "invited a coach", "invitation revoked",
			"invited a coach", "coach accepted", "coach confirmed", "coaching ended",
			"reset by operator", "disabled by operator", "enabled by operator"},
		coach.ID: {"account made", "became a coach", "coaching ended"},
		operator.ID: {"account made", "invited a leader", "invitation redeemed", "invited a leader", "invitation redeemed",
			"reset by operator", "disabled by operator", "enabled by operator"},
	} {
		if got := acts(t, d, who); !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	rest, err := d.Audit(ctx, coach.ID, lastSeq(t, d, coach.ID))
	if err != nil || len(rest) != 2 {
		t.Errorf("%d before the last, %v", len(rest), err)
	}
}

func lastSeq(t *testing.T, d *memorytest.Database, person memory.ID) int64 {
	return int64(d.Count(t, `SELECT max(seq) FROM audit WHERE person = $1`, person))
}

// An act and its line in the audit are one: without the line there is no act.
func TestNoActWithoutItsLine(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	operator, codes := first(t, d)
	p, token := redeemed(t, d, operator.ID, "Bea")
	_, session, err := d.Session(ctx, token)
	if err != nil {
		t.Fatal(err)
	}
	leader, coach := d.Leader(t), d.Leader(t)
	i, secret, err := d.Invite(ctx, leader, memory.InviteCoach)
	if err != nil {
		t.Fatal(err)
	}
	tied := d.Leader(t)
	d.Coaching(t, leader, tied)
	d.Exec(t, `ALTER TABLE audit ADD CHECK (act = '') NOT VALID`)
	tables := []string{"people", "person_roles", "consents", "recovery_codes", "sessions", "invitations", "coachings", "audit"}
	digest := func() string {
		all := ""
		for _, table := range tables {
			all += fmt.Sprintln(table, d.Count(t, `SELECT count(*) FROM `+table), d.Count(t, `SELECT hashtext(coalesce(string_agg(x::text, ';' ORDER BY x::text), '')) FROM `+table+` x`))
		}
		return all
	}
	before := digest()
	for name, act := range map[string]func() error{
		"SignIn":           func() error { _, _, _, err := d.SignIn(ctx, "Ana", password, ""); return err },
		"SignOut":          func() error { return d.SignOut(ctx, token) },
		"EndSession":       func() error { return d.EndSession(ctx, p.ID, session.ID) },
		"SetZone":          func() error { return d.SetZone(ctx, p.ID, "Europe/Lisbon") },
		"Consent":          func() error { return d.Consent(ctx, p.ID, "1") },
		"ChangePassword":   func() error { return d.ChangePassword(ctx, p.ID, session.ID, password, "a wholly new password") },
		"NewRecoveryCodes": func() error { _, err := d.NewRecoveryCodes(ctx, p.ID, password); return err },
		"Recover":          func() error { _, _, _, err := d.Recover(ctx, "Ana", codes[0], "a wholly new password", ""); return err },
		"Reset":            func() error { _, err := d.Reset(ctx, operator.ID, p.ID); return err },
		"Disable":          func() error { return d.Disable(ctx, operator.ID, p.ID, true) },
		"Invite":           func() error { _, _, err := d.Invite(ctx, leader, memory.InviteCoach); return err },
		"RevokeInvitation": func() error { return d.RevokeInvitation(ctx, leader, i.ID) },
		"RedeemAs":         func() error { _, err := d.RedeemAs(ctx, secret, coach); return err },
		"Redeem": func() error {
			_, _, _, err := d.Redeem(ctx, secret, memory.NewPerson{Name: "Dov", Password: password}, "")
			return err
		},
		"EndCoaching": func() error { return d.EndCoaching(ctx, leader, tied) },
	} {
		if err := act(); err == nil {
			t.Errorf("%s succeeded without a line", name)
		}
		if after := digest(); after != before {
			t.Fatalf("%s changed something without a line:\n%s%s", name, before, after)
		}
	}
}

// The program's roles append to the audit and do nothing else to it.
func TestTheAuditIsAppendOnly(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	p, _ := first(t, d)
	if err := d.ToldOf(t.Context(), p.ID, lastSeq(t, d, p.ID)); err != nil {
		t.Fatal(err)
	}
	for _, role := range dbRoles {
		conn := as(t, d, "innerwork_"+role, p.ID)
		for _, table := range []string{"audit", "audit_told"} {
			for _, query := range []string{`UPDATE %s SET seq = DEFAULT`, `UPDATE %s SET at = now()`, `DELETE FROM %s`, `TRUNCATE %s CASCADE`, `ALTER TABLE %s ADD x int`, `DROP TABLE %s CASCADE`} {
				if got := state(t, conn, fmt.Sprintf(query, table)); got != "42501" {
					t.Errorf("%s, "+query+": %s", role, table, got)
				}
			}
		}
	}
	if n := d.Count(t, `SELECT count(*) FROM audit`); n == 0 {
		t.Error("there was nothing to change")
	}
}

// Who signs people in can read none of their words: of the tables with row-level
// security it may read these columns with text, which hold states.
func TestSystemReadsNoWords(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	rows, err := superuser(t, d).Query(t.Context(), `
		SELECT c.relname || '.' || a.attname
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname <> ALL ($1)
		  AND a.atttypid::regtype::text NOT IN ('uuid', 'bigint', 'integer', 'smallint', 'boolean', 'bigint[]', 'timestamp with time zone')
		  AND has_column_privilege('innerwork_system', c.oid, a.attnum, 'SELECT') ORDER BY 1`, memory.Wordless())
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"events.kind", "events.stage", "replies.state"}; !slices.Equal(got, want) {
		t.Errorf("system reads %q, expected %q", got, want)
	}
}

// No secret is kept in the clear, as text or as bytes, in any table that system
// serves.
func TestNoSecretStandsInAnyTable(t *testing.T) {
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
	if _, _, _, err := d.SignIn(ctx, "Ana", "not her password", ""); err == nil {
		t.Fatal("signed in")
	}
	_, _, _, err = d.Recover(ctx, "Ana", codes[1], "a wholly new password", "a browser")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, table := range append(memory.Wordless(), "coachings") {
		rows, err := superuser(t, d).Query(ctx, `SELECT x::text FROM `+table+` x`)
		if err != nil {
			t.Fatal(err)
		}
		found, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(strings.ToLower(strings.Join(found, "\n")))
	}
	kept := all.String()
	if !strings.Contains(kept, "a browser") || !strings.Contains(kept, `\\x`) {
		t.Fatal("the search finds neither text nor bytes")
	}
	for what, secret := range map[string]string{
		"password": password, "new password": "a wholly new password", "wrong password": "not her password",
		"token": token, "invitation": invitation, "code": codes[0], "used code": codes[1],
	} {
		for _, form := range []string{secret, strings.ReplaceAll(secret, "-", "")} {
			form = strings.ToLower(form)
			for _, x := range []string{form, hex.EncodeToString([]byte(form)), hex.EncodeToString([]byte(secret))} {
				if strings.Contains(kept, x) {
					t.Errorf("the %s stands there as %d characters", what, len(x))
				}
			}
		}
	}
}
