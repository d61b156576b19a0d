package memory_test

import (
	"testing"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// A tie that ended shows nothing, and what was released under it does not come
// back with another tie to the same coach.
func TestAnotherTieBringsBackNoRelease(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	ctx := t.Context()
	l := live(t, d, "canaries")
	if err := d.EndCoaching(ctx, l.leader, l.coach); err != nil {
		t.Fatal(err)
	}
	if n := d.Count(t, `SELECT count(*) FROM releases WHERE owner = $1 AND revoked_at IS NULL`, l.leader); n != 0 {
		t.Errorf("%d releases are live", n)
	}
	_, err := d.ReleaseLine(ctx, l.leader, l.quote.ID, l.coach, false)
	if err == nil {
		t.Error("released to a coach whom she sent away")
	}
	// As a release that was under way in that moment would leave it.
	d.Exec(t, `INSERT INTO releases (owner, id, line, coach, with_question) VALUES ($1, $2, $3, $4, false)`,
		l.leader, newID(), l.quote.ID, l.coach)

	_, secret, err := d.Invite(ctx, l.leader, memory.InviteCoach)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.RedeemAs(ctx, secret, l.coach); err != nil {
		t.Fatal(err)
	}
	if err := d.ConfirmCoach(ctx, l.leader, l.coach); err != nil {
		t.Fatal(err)
	}
	_, lines, err := d.Desk(ctx, l.coach, l.leader)
	if refused(t, memory.CodeNotFound, err); len(lines) != 0 {
		t.Errorf("%d lines came back", len(lines))
	}
	if r, err := d.ReleaseLine(ctx, l.leader, l.quote.ID, l.coach, false); err != nil || r.RevokedAt != nil {
		t.Errorf("%+v, %v", r, err)
	}
	// She confirms him again: nothing changes, and what she released stays.
	if err := d.ConfirmCoach(ctx, l.leader, l.coach); err != nil {
		t.Fatal(err)
	}
	if _, lines, err := d.Desk(ctx, l.coach, l.leader); err != nil || len(lines) != 1 {
		t.Errorf("%d lines, %v", len(lines), err)
	}
}

func TestEndingATieTwiceIsOneEnd(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	leader, coach := d.Leader(t), d.Leader(t)
	refused(t, memory.CodeNotFound, d.EndCoaching(ctx, leader, coach))
	d.Coaching(t, leader, coach)
	for range 2 {
		if err := d.EndCoaching(ctx, leader, coach); err != nil {
			t.Fatal(err)
		}
	}
	if n := d.Count(t, `SELECT count(*) FROM audit WHERE person = $1 AND act = 'coaching ended' AND notify`, coach); n != 1 {
		t.Errorf("he is told %d times", n)
	}
}
