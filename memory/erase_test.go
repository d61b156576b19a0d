package memory_test

import (
	"crypto/rand"
	"slices"
	"strings"
	"testing"

	"github.com/alexedwards/argon2id"
	"github.com/jackc/pgx/v5"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// protected gives a leader the password of the tests.
func protected(t testing.TB, d *memorytest.Database, leader memory.ID) {
	t.Helper()
	hash, err := argon2id.CreateHash(password, &argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 8, KeyLength: 16})
	if err != nil {
		t.Fatal(err)
	}
	d.Exec(t, `UPDATE people SET password = $2 WHERE id = $1`, leader, hash)
}

func someWord() string { return "q" + strings.ToLower(rand.Text()[:11]) + "7" }

// gone finds nothing of an erased leader but ids, counts and times.
func gone(t testing.TB, d *memorytest.Database, leader memory.ID, word string) {
	t.Helper()
	if left := holding(t, d, word); len(left) > 0 {
		t.Errorf("the word is still in %v", left)
	}
	for _, table := range ownedTables(t, d) {
		if n := d.Count(t, `SELECT count(*) FROM `+table+` WHERE owner = $1`, leader); n > 0 && !slices.Contains(kept, table) {
			t.Errorf("%d rows of %s are left", n, table)
		}
	}
	if n := d.Count(t, `SELECT count(*) FROM people WHERE id = $1 AND erased_at IS NOT NULL AND password = '' AND name = 'erased ' || id`, leader); n != 1 {
		t.Error("the account is not erased")
	}
	if n := d.Count(t, `SELECT count(*) FROM person_roles WHERE person = $1`, leader) +
		d.Count(t, `SELECT count(*) FROM sessions WHERE person = $1`, leader) +
		d.Count(t, `SELECT count(*) FROM coachings WHERE owner = $1 AND ended_at IS NULL`, leader); n != 0 {
		t.Errorf("%d ways in are left", n)
	}
	receipts := must[[]memory.Receipt](t)(d.Receipts(t.Context(), leader))
	if !slices.ContainsFunc(receipts, func(r memory.Receipt) bool {
		return r.Scope.Kind == memory.ForgetEverything && r.DoneAt != nil && r.Rewrite == memory.RewritePending
	}) {
		t.Errorf("the receipts are %+v", receipts)
	}
}

func TestAnErasedAccountLeavesItsID(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	word := someWord()
	l := live(t, d, word)
	protected(t, d, l.leader)
	refused(t, memory.CodeForbidden, d.Erase(t.Context(), l.leader, "something else"))
	if len(holding(t, d, word)) == 0 {
		t.Fatal("the word is not there: this test would prove nothing")
	}
	if err := d.Erase(t.Context(), l.leader, password); err != nil {
		t.Fatal(err)
	}
	gone(t, d, l.leader, word)
	refused(t, memory.CodeForbidden, d.Erase(t.Context(), l.leader, password))
}

// The words go with a job when the act itself does not come to its end.
func TestAnErasureThatIsCutOffIsFinished(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	word := someWord()
	l := live(t, d, word)
	protected(t, d, l.leader)
	d.Exec(t, `CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cut off'; END $$`)
	d.Exec(t, `CREATE TRIGGER fails BEFORE DELETE ON reflections FOR EACH ROW EXECUTE FUNCTION fails()`)
	if err := d.Erase(t.Context(), l.leader, password); err == nil {
		t.Fatal("nothing cut it off: this test would prove nothing")
	}
	if _, _, _, err := d.SignIn(t.Context(), "person", password, "here"); err == nil {
		t.Error("there is a way in")
	}
	if n := holding(t, d, word)["reflections"]; n == 0 {
		t.Fatal("the words are gone already: this test would prove nothing")
	}
	d.Exec(t, `DROP TRIGGER fails ON reflections`)
	d.Exec(t, `UPDATE river_job SET state = 'available', scheduled_at = now() WHERE kind = 'forget'`)
	work(t, d)
	eventually(t, func() bool {
		return d.Count(t, `SELECT count(*) FROM forgettings WHERE owner = $1 AND kind = 'everything' AND done_at IS NOT NULL`, l.leader) == 1
	})
	gone(t, d, l.leader, word)
}

// What was forgotten and who left since a backup was made is forgotten in it too.
func TestARestoredBackupForgetsAgain(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	ctx := t.Context()
	words := []string{someWord(), someWord(), someWord(), someWord()}
	one, talk, all, left := live(t, d, words[0]), live(t, d, words[1]), live(t, d, words[2]), live(t, d, words[3])
	stays := someWord()
	other := jot(t, d, one.leader, "There is "+stays+" to keep.")
	protected(t, d, left.leader)

	past := d.Copy(t, embedded)
	for _, word := range words {
		if len(holding(t, past, word)) == 0 {
			t.Fatal("the backup is empty: this test would prove nothing")
		}
	}
	must[memory.Receipt](t)(d.Forget(ctx, one.leader, one.said.ID))
	must[memory.Receipt](t)(d.ForgetAll(ctx, talk.leader, newID(), memory.Scope{Kind: memory.ForgetConversation, About: &talk.id}))
	must[memory.Receipt](t)(d.ForgetAll(ctx, all.leader, newID(), memory.Scope{Kind: memory.ForgetEverything}))
	if err := d.Erase(ctx, left.leader, password); err != nil {
		t.Fatal(err)
	}
	if pending, _, err := d.PendingRewrites(ctx); err != nil || d.Rewritten(ctx, pending) != nil {
		t.Fatal(err)
	}

	for range 2 { // a restore that is begun anew
		if err := past.ForgetAgain(ctx, d.Super, past.Super); err != nil {
			t.Fatal(err)
		}
	}
	now, then := holding(t, d, ""), holding(t, past, "")
	for _, word := range words {
		if here, there := holding(t, d, word), holding(t, past, word); len(there) > len(here) {
			t.Errorf("it is in %v of the backup, and in %v of the present", there, here)
		}
	}
	for _, table := range []string{"conversations", "reflections", "insights", "commitments", "lines", "proposals", "sentences", "passages", "themes", "imports"} {
		if now[table] != then[table] {
			t.Errorf("%d rows of %s, and %d in the present", then[table], table, now[table])
		}
	}
	gone(t, past, left.leader, words[3])
	if r, _, err := past.Reflection(ctx, one.leader, other.ID); err != nil || !strings.Contains(r.Text, stays) {
		t.Errorf("what was not forgotten is %q, %v", r.Text, err)
	}
	for _, leader := range []memory.ID{one.leader, talk.leader, all.leader} {
		here, there := must[[]memory.Receipt](t)(d.Receipts(ctx, leader)), must[[]memory.Receipt](t)(past.Receipts(ctx, leader))
		for _, r := range here {
			at := slices.IndexFunc(there, func(o memory.Receipt) bool { return o.ID == r.ID })
			if at < 0 || there[at].Rewrite != memory.RewritePending {
				t.Errorf("the receipt %+v is not among %+v", r, there)
			}
		}
	}
	_, _, err := past.Write(ctx, one.leader, memory.NewReflection{ID: one.said.ID, Text: "Again.", Zone: "UTC"})
	refused(t, memory.CodeGone, err)
}

// S31: what is left points at nothing that is gone, whatever was forgotten.
func TestForgettingLeavesNoOrphans(t *testing.T) {
	t.Parallel()
	for name, forget := range map[string]func(*testing.T, *memorytest.Database, life){
		"reflection": func(t *testing.T, d *memorytest.Database, l life) {
			must[memory.Receipt](t)(d.Forget(t.Context(), l.leader, l.edited.ID))
		},
		"conversation": func(t *testing.T, d *memorytest.Database, l life) {
			must[memory.Receipt](t)(d.ForgetAll(t.Context(), l.leader, newID(), memory.Scope{Kind: memory.ForgetConversation, About: &l.id}))
		},
		"range": func(t *testing.T, d *memorytest.Database, l life) {
			since := l.journal.At
			must[memory.Receipt](t)(d.ForgetAll(t.Context(), l.leader, newID(), memory.Scope{Kind: memory.ForgetRange, Since: &since}))
		},
		"everything": func(t *testing.T, d *memorytest.Database, l life) {
			must[memory.Receipt](t)(d.ForgetAll(t.Context(), l.leader, newID(), memory.Scope{Kind: memory.ForgetEverything}))
		},
		"account": func(t *testing.T, d *memorytest.Database, l life) {
			protected(t, d, l.leader)
			if err := d.Erase(t.Context(), l.leader, password); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := memorytest.Open(t, embedded)
			l := live(t, d, someWord())
			forget(t, d, l)
			for _, o := range orphans(t, d) {
				t.Error(o)
			}
		})
	}
}

// elsewhere are the columns with ids of what is not in the database.
var elsewhere = []string{
	"events.about",              // that something was forgotten, for pages that still show it
	"import_entries.reflection", // not taken in yet
	"replies.node",              // a process
}

// orphans are the columns with ids of nothing that is there. Tables that
// outlive everything hold such ids by design.
func orphans(t testing.TB, d *memorytest.Database) (all []string) {
	t.Helper()
	conn := superuser(t, d)
	rows, _ := conn.Query(t.Context(), `SELECT c.relname, a.attname, EXISTS (SELECT FROM pg_attribute o WHERE o.attrelid = c.oid AND o.attname = 'owner')
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.atttypid = 'uuid'::regtype ORDER BY 1, 2`)
	type column struct {
		Table, Name string
		Owned       bool
	}
	columns, err := pgx.CollectRows(rows, pgx.RowToStructByPos[column])
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, c := range columns {
		if c.Name == "id" {
			ids = append(ids, `SELECT id FROM `+c.Table)
		}
	}
	for _, c := range columns {
		if !c.Owned || c.Name == "id" || slices.Contains(kept, c.Table) || slices.Contains(elsewhere, c.Table+"."+c.Name) {
			continue
		}
		if n := d.Count(t, `SELECT count(*) FROM `+c.Table+` WHERE `+c.Name+` IS NOT NULL AND `+c.Name+` NOT IN (`+strings.Join(ids, " UNION ALL ")+`)`); n > 0 {
			all = append(all, c.Table+"."+c.Name)
		}
	}
	return all
}
