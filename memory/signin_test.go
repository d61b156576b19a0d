package memory_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// hashes counts how many passwords are hashed while do runs; during is called
// in the middle of each, before what began it can go on.
func hashes(d *memorytest.Database, do, during func()) (n int) {
	turns, done := d.Turns(), make(chan struct{})
	go func() { defer close(done); do() }()
	for {
		select {
		case <-turns:
			n++
			if during != nil {
				during()
			}
			turns <- struct{}{}
		case <-done:
			return n
		}
	}
}

// The time that an answer takes is that of its hashes.
func TestUnknownNamesCostAsManyHashes(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	operator, _ := first(t, d)
	gone, _ := redeemed(t, d, operator.ID, "Gone")
	if err := d.Disable(ctx, operator.ID, gone.ID, true); err != nil {
		t.Fatal(err)
	}
	for name, word := range map[string]string{"Ana": "a wrong password", "Nobody": password, "Gone": password} {
		var signIn, recover error
		if n := hashes(d, func() { _, _, _, signIn = d.SignIn(ctx, name, word, "") }, nil); n != 1 {
			t.Errorf("signing in as %s took %d hashes", name, n)
		}
		if n := hashes(d, func() { _, _, _, recover = d.Recover(ctx, name, "0000-0000-0000-0000", "a wholly new password", "") }, nil); n != 1 {
			t.Errorf("recovering as %s took %d hashes", name, n)
		}
		refused(t, memory.CodeUnknown, signIn)
		refused(t, memory.CodeUnknown, recover)
	}
	var kept string
	if err := superuser(t, d).QueryRow(ctx, `SELECT password FROM people WHERE name = 'Ana'`).Scan(&kept); err != nil {
		t.Fatal(err)
	}
	known, _, _, err := argon2id.DecodeHash(kept)
	if err != nil {
		t.Fatal(err)
	}
	unknown, _, _, err := argon2id.DecodeHash(d.HashOfNobody())
	if err != nil || *known != *unknown {
		t.Errorf("a known name costs %+v, an unknown one %+v, %v", known, unknown, err)
	}
}

// Comparing a password takes a while. What is done to the account meanwhile
// wins over what was asked with the old password.
func TestWhatHappensDuringASignInWins(t *testing.T) {
	t.Parallel()
	ask := map[string]func(*memorytest.Database, memory.ID) error{
		"sign in": func(d *memorytest.Database, _ memory.ID) error {
			_, _, _, err := d.SignIn(t.Context(), "Bea", password, "")
			return err
		},
		"change password": func(d *memorytest.Database, id memory.ID) error {
			return d.ChangePassword(t.Context(), id, newID(), password, "a wholly new password")
		},
		"new codes": func(d *memorytest.Database, id memory.ID) error {
			_, err := d.NewRecoveryCodes(t.Context(), id, password)
			return err
		},
	}
	meanwhile := map[string]string{
		"reset":    `UPDATE people SET password = 'another' WHERE id = $1`,
		"disabled": `UPDATE people SET disabled_at = now() WHERE id = $1`,
	}
	for asked, do := range ask {
		for happened, sql := range meanwhile {
			t.Run(asked+", "+happened, func(t *testing.T) {
				t.Parallel()
				d := memorytest.Open(t)
				operator, _ := first(t, d)
				p, _ := redeemed(t, d, operator.ID, "Bea")
				d.Exec(t, `DELETE FROM sessions`)
				codes := `SELECT hashtext(string_agg(hash::text, ',' ORDER BY hash)) FROM recovery_codes WHERE person = $1`
				before := d.Count(t, codes, p.ID)
				var err error
				if n := hashes(d, func() { err = do(d, p.ID) }, func() { d.Exec(t, sql, p.ID) }); n == 0 {
					t.Fatal("nothing was hashed")
				}
				if code := memory.CodeOf(err); code != memory.CodeUnknown && code != memory.CodeForbidden {
					t.Errorf("got %v", err)
				}
				if n := d.Count(t, `SELECT count(*) FROM sessions`); n != 0 {
					t.Errorf("%d sessions", n)
				}
				if happened == "reset" && d.Count(t, `SELECT count(*) FROM people WHERE id = $1 AND password = 'another'`, p.ID) != 1 {
					t.Error("the reset password was replaced")
				}
				if d.Count(t, codes, p.ID) != before {
					t.Error("the recovery codes were replaced")
				}
			})
		}
	}
}

// The time to come back at is true, however often she tries meanwhile.
func TestARefusedTryDoesNotProlongTheWait(t *testing.T) {
	t.Parallel()
	d, clock := withClock(t)
	ctx := t.Context()
	first(t, d)
	try := func(word string) error {
		_, _, _, err := d.SignIn(ctx, "Ana", word, "")
		return err
	}
	for range memory.TriesAllowed {
		refused(t, memory.CodeUnknown, try("wrong"))
	}
	clock.pass(30 * time.Second)
	for range memory.TriesAllowed {
		err := try(password)
		refused(t, memory.CodeTooMany, err)
		if !strings.Contains(fmt.Sprint(err), "in 15 minutes") {
			t.Errorf("with 14 and a half minutes to go: %v", err)
		}
	}
	_, _, _, err := d.Recover(ctx, "Ana", "0000-0000-0000-0000", "a wholly new password", "")
	refused(t, memory.CodeTooMany, err)
	clock.pass(14*time.Minute + 30*time.Second)
	if err := try(password); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	if n := d.Count(t, `SELECT count(*) FROM sign_in_attempts`); n != 0 {
		t.Errorf("%d old tries are kept", n)
	}
}

func TestTriesAtOnceCountAsMany(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	first(t, d)
	var wg sync.WaitGroup
	errs := make([]error, 3*memory.TriesAllowed)
	for i := range errs {
		wg.Go(func() { _, _, _, errs[i] = d.SignIn(context.WithoutCancel(t.Context()), "Ana", "wrong", "") })
	}
	wg.Wait()
	n := map[memory.Code]int{}
	for _, err := range errs {
		n[memory.CodeOf(err)]++
	}
	if n[memory.CodeUnknown] != memory.TriesAllowed || n[memory.CodeTooMany] != 2*memory.TriesAllowed {
		t.Errorf("%v", n)
	}
}

func TestPasswordsAndDevicesAsTheyAreTyped(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx := t.Context()
	if _, _, err := d.CreateFirst(ctx, memory.NewPerson{Name: "Zoe\u0308", Password: "cafe\u0301 in the morning"}); err != nil {
		t.Fatal(err)
	}
	_, token, _, err := d.SignIn(ctx, "ZO\u00cb", "caf\u00e9 in the morning", "\xff\x00browser")
	if err != nil {
		t.Fatal(err)
	}
	if _, session, err := d.Session(ctx, token); err != nil || session.Device != "browser" {
		t.Errorf("%+v, %v", session, err)
	}
}

func TestASessionEndsNinetyDaysAfterSignIn(t *testing.T) {
	t.Parallel()
	d, clock := withClock(t)
	ctx := t.Context()
	first(t, d)
	_, token, _, err := d.SignIn(ctx, "Ana", password, "")
	if err != nil {
		t.Fatal(err)
	}
	for range 89 {
		clock.pass(24 * time.Hour)
		if _, _, err := d.Session(ctx, token); err != nil {
			t.Fatal(err)
		}
	}
	clock.pass(24 * time.Hour)
	_, _, err = d.Session(ctx, token)
	refused(t, memory.CodeUnknown, err)
	if _, _, _, err := d.SignIn(ctx, "Ana", password, ""); err != nil {
		t.Fatal(err)
	}
	if n := d.Count(t, `SELECT count(*) FROM sessions`); n != 1 {
		t.Errorf("%d sessions, the expired one among them", n)
	}
}
