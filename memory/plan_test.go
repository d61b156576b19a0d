package memory_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

func TestAPlanIsKeptAsItIsNow(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx, owner, id := t.Context(), d.Leader(t), newID()
	if p, err := d.Plan(ctx, owner); p != nil || err != nil {
		t.Fatalf("before she wrote one: %+v, %v", p, err)
	}
	word := someWord()
	words := memory.PlanWords{Signs: "I stop answering.\n" + word, Alone: "Tea, and the window.", Places: "The library", People: "Ines: 555 0101",
		Services: "Dr Ahn: 555 0102", Safer: "The cabinet key goes to Ines.", Worth: "  The lake in May."}
	p := must[*memory.Plan](t)(d.KeepPlan(ctx, owner, id, 0, words))
	if p.Version != 1 || p.ID != id || p.PlanWords != words || p.At.IsZero() {
		t.Errorf("kept: %+v", p)
	}
	if again := must[*memory.Plan](t)(d.KeepPlan(ctx, owner, id, 0, words)); *again != *p {
		t.Errorf("the same again: %+v", again)
	}
	words.Signs = "I stop answering."
	if p = must[*memory.Plan](t)(d.KeepPlan(ctx, owner, id, 1, words)); p.Version != 2 || p.PlanWords != words {
		t.Errorf("changed: %+v", p)
	}
	if left := holding(t, d, word); len(left) > 0 {
		t.Errorf("what she took out is still in %v", left)
	}
	if now := must[*memory.Plan](t)(d.Plan(ctx, owner)); *now != *p {
		t.Errorf("read: %+v, kept: %+v", now, p)
	}
}

func TestAPlanIsNeverOverwrittenUnseen(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx, owner, id := t.Context(), d.Leader(t), newID()
	keep := func(id memory.ID, version int, text string) error {
		_, err := d.KeepPlan(ctx, owner, id, version, memory.PlanWords{Alone: text})
		return err
	}
	for version, text := range []string{"one", "two"} {
		if err := keep(id, version, text); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, memory.CodeConflict, keep(id, 0, "from a window that saw none"))
	refused(t, memory.CodeConflict, keep(id, 1, "from a window that saw the first"))
	refused(t, memory.CodeConflict, keep(id, 7, "from nowhere"))
	refused(t, memory.CodeConflict, keep(newID(), 0, "another one"))
	refused(t, memory.CodeConflict, keep(newID(), 2, "another one"))
	if p := must[*memory.Plan](t)(d.Plan(ctx, owner)); p.Version != 2 || p.Alone != "two" {
		t.Errorf("it is %+v", p)
	}
	// Of two windows at once one is told.
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, text := range []string{"here", "there"} {
		wg.Go(func() { errs[i] = keep(id, 2, text) })
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("two at once: %v", errs)
	}
	for _, err := range errs {
		if err != nil {
			refused(t, memory.CodeConflict, err)
		}
	}
}

func TestAPlanThatCannotBeKeptIsRefused(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx, owner := t.Context(), d.Leader(t)
	full := strings.Repeat("ß", memory.MaxPlanPart)
	for name, w := range map[string]memory.PlanWords{
		"empty": {}, "too long": {Worth: full + "a"}, "U+0000": {Signs: "a\x00b"}, "not UTF-8": {Safer: "\xff"},
	} {
		_, err := d.KeepPlan(ctx, owner, newID(), 0, w)
		if memory.CodeOf(err) != memory.CodeInvalid || strings.Contains(err.Error(), "ß") {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := d.KeepPlan(ctx, owner, memory.ID{}, 0, memory.PlanWords{Alone: "x"})
	refused(t, memory.CodeInvalid, err)
	_, err = d.KeepPlan(ctx, owner, newID(), -1, memory.PlanWords{Alone: "x"})
	refused(t, memory.CodeInvalid, err)
	must[*memory.Plan](t)(d.KeepPlan(ctx, owner, newID(), 0, memory.PlanWords{Signs: full, Alone: full, Places: full, People: full, Services: full, Safer: full, Worth: full}))
	// The database holds that by itself, for each part.
	for _, column := range []string{"signs", "alone", "places", "people", "services", "safer", "worth"} {
		herself := as(t, d, "innerwork_act", owner)
		if got := state(t, herself, `UPDATE plans SET `+column+` = repeat('a', 1001) WHERE owner = $1`, owner); got != "23514" {
			t.Errorf("%s: %s", column, got)
		}
	}
}

// Every role but the one that acts for her is refused by the database, on her
// own behalf too; she moves it to nobody.
func TestNoRoleButHersTouchesAPlan(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	owner, other := d.Leader(t), d.Leader(t)
	must[*memory.Plan](t)(d.KeepPlan(t.Context(), owner, newID(), 0, memory.PlanWords{Alone: "Walk."}))
	for _, role := range []string{"pipeline", "system", "reader", "counter"} {
		conn := as(t, d, "innerwork_"+role, owner)
		for _, query := range []string{
			`SELECT count(*) FROM plans WHERE owner = $1`, `SELECT alone FROM plans WHERE owner = $1`, `DELETE FROM plans WHERE owner = $1`,
			`UPDATE plans SET alone = 'You should walk.' WHERE owner = $1`,
			`INSERT INTO plans (owner, id, version, alone) VALUES ($1, gen_random_uuid(), 1, 'You should walk.')`,
		} {
			if got := state(t, conn, query, owner); got != "42501" {
				t.Errorf("%s, %s: %s", role, query, got)
			}
		}
	}
	stranger, herself := as(t, d, "innerwork_act", other), as(t, d, "innerwork_act", owner)
	if got := state(t, stranger, `SELECT FROM plans`); got != "0 rows" {
		t.Errorf("another leader sees %s", got)
	}
	if got := state(t, stranger, `INSERT INTO plans (owner, id, version, alone) VALUES ($1, gen_random_uuid(), 1, 'Hers.')`, owner); got != "42501" {
		t.Errorf("another leader writes: %s", got)
	}
	if got := state(t, herself, `UPDATE plans SET owner = $1`, other); got != "42501" {
		t.Errorf("given away: %s", got)
	}
}

func TestAPlanIsForgottenInOneAct(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx, owner, id := t.Context(), d.Leader(t), newID()
	_, err := d.ForgetPlan(ctx, owner)
	refused(t, memory.CodeNotFound, err)
	word := someWord()
	w := memory.PlanWords{People: "Ines " + word}
	must[*memory.Plan](t)(d.KeepPlan(ctx, owner, id, 0, w))
	if !slices.Equal(slices.Collect(maps.Keys(holding(t, d, word))), []string{"plans"}) {
		t.Fatalf("the word is in %v", holding(t, d, word))
	}
	r := must[memory.Receipt](t)(d.ForgetPlan(ctx, owner))
	if r.Scope.Kind != memory.ForgetPlan || r.DoneAt == nil || r.Rewrite != memory.RewritePending || r.Removed["plans"] != 1 {
		t.Errorf("the receipt is %+v", r)
	}
	if left := holding(t, d, word); len(left) > 0 {
		t.Errorf("the word is still in %v", left)
	}
	if p, err := d.Plan(ctx, owner); p != nil || err != nil {
		t.Errorf("there is %+v, %v", p, err)
	}
	pending, _, err := d.PendingRewrites(ctx)
	if err != nil || !slices.Contains(pending, memory.Forgetting{Owner: owner, ID: r.ID}) {
		t.Errorf("pending: %v, %v", pending, err)
	}
	for version := range 2 {
		_, err = d.KeepPlan(ctx, owner, id, version, w)
		refused(t, memory.CodeGone, err)
	}
	if p := must[*memory.Plan](t)(d.KeepPlan(ctx, owner, newID(), 0, w)); p.Version != 1 {
		t.Errorf("a new one is %+v", p)
	}
	// No other way of forgetting takes this word for a scope.
	_, err = d.ForgetAll(ctx, owner, newID(), memory.Scope{Kind: memory.ForgetPlan})
	refused(t, memory.CodeInvalid, err)
	must[memory.Receipt](t)(d.ForgetAll(ctx, owner, newID(), memory.Scope{Kind: memory.ForgetEverything}))
	if left := holding(t, d, word); len(left) > 0 {
		t.Errorf("everything is forgotten, and the word is in %v", left)
	}
}

func TestAnErasedAccountHasNoPlan(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	word := someWord()
	l := live(t, d, someWord())
	must[*memory.Plan](t)(d.KeepPlan(t.Context(), l.leader, l.plan.ID, 1, memory.PlanWords{Worth: "The lake, and " + word}))
	protected(t, d, l.leader)
	if len(holding(t, d, word)) == 0 {
		t.Fatal("the word is not there: this test would prove nothing")
	}
	if err := d.Erase(t.Context(), l.leader, password); err != nil {
		t.Fatal(err)
	}
	gone(t, d, l.leader, word)
}

func TestAPlanGoesWithTheArchiveAndComesBackWhereThereIsNone(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx, owner, other := t.Context(), d.Leader(t), d.Leader(t)
	w := memory.PlanWords{Signs: "I wake at four.", Worth: "The lake in May."}
	plan := must[*memory.Plan](t)(d.KeepPlan(ctx, owner, newID(), 0, w))
	packed := taken(t, d, owner)
	page := filesOf(t, packed)["readable/plan.md"]
	if !strings.Contains(page, "I wake at four.") || !strings.Contains(page, "The lake in May.") || strings.Contains(page, "People I can tell") {
		t.Errorf("the page is %q", page)
	}
	if got := bringBack(t, d, other, packed)["plans"]; got.New != 1 {
		t.Errorf("elsewhere: %+v", got)
	}
	if p := must[*memory.Plan](t)(d.Plan(ctx, other)); *p != *plan {
		t.Errorf("elsewhere it is %+v, here %+v", p, plan)
	}
	// What is here stays: a later version, another plan, and that it was forgotten.
	later := must[*memory.Plan](t)(d.KeepPlan(ctx, owner, plan.ID, 1, memory.PlanWords{Signs: "I wake at three."}))
	if got := bringBack(t, d, owner, packed)["plans"]; got.Differs != 1 {
		t.Errorf("over a later version: %+v", got)
	}
	if p := must[*memory.Plan](t)(d.Plan(ctx, owner)); *p != *later {
		t.Errorf("it became %+v", p)
	}
	third := d.Leader(t)
	mine := must[*memory.Plan](t)(d.KeepPlan(ctx, third, newID(), 0, memory.PlanWords{Alone: "Sleep."}))
	if got := bringBack(t, d, third, packed)["plans"]; got.Differs != 1 {
		t.Errorf("beside another: %+v", got)
	}
	if p := must[*memory.Plan](t)(d.Plan(ctx, third)); *p != *mine {
		t.Errorf("it became %+v", p)
	}
	must[memory.Receipt](t)(d.ForgetPlan(ctx, owner))
	if got := bringBack(t, d, owner, packed)["plans"]; got.Forgotten != 1 {
		t.Errorf("after forgetting: %+v", got)
	}
	// An archive that says it was forgotten there takes nothing from here.
	if got := bringBack(t, d, other, taken(t, d, owner)); got["tombstones"].Differs != 1 {
		t.Errorf("forgotten elsewhere: %+v", got)
	}
	if p := must[*memory.Plan](t)(d.Plan(ctx, other)); p == nil || *p != *plan {
		t.Errorf("it is %+v", p)
	}
}

func TestARestoredBackupForgetsAPlanAgain(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ctx, owner := t.Context(), d.Leader(t)
	word := someWord()
	must[*memory.Plan](t)(d.KeepPlan(ctx, owner, newID(), 0, memory.PlanWords{Alone: word}))
	past := d.Copy(t)
	must[memory.Receipt](t)(d.ForgetPlan(ctx, owner))
	if len(holding(t, past, word)) == 0 {
		t.Fatal("the backup is empty: this test would prove nothing")
	}
	if err := past.ForgetAgain(ctx, d.Super, past.Super); err != nil {
		t.Fatal(err)
	}
	if left := holding(t, past, word); len(left) > 0 {
		t.Errorf("it is in %v of the backup", left)
	}
}
