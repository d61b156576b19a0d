package memory_test

import (
	"crypto/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// kept are the wordless tables whose rows outlive everything.
var kept = []string{"releases", "readings", "coachings", "paces", "unrecorded", "tombstones", "forgettings", "learning", "indexes"}

func TestForgettingReachesEveryTableWithAnOwner(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	l := live(t, d, "canaries")
	tables := owned(t, d, l.leader)
	receipt := must[memory.Receipt](t)(d.ForgetAll(t.Context(), l.leader, newID(), memory.Scope{Kind: memory.ForgetEverything}))
	if receipt.DoneAt == nil || receipt.Rewrite != memory.RewritePending || len(receipt.Limits) != 1 {
		t.Fatalf("the receipt is %+v", receipt)
	}
	for _, r := range tables {
		n := d.Count(t, `SELECT count(*) FROM `+r.name+` WHERE owner = $1`, l.leader)
		if stays := slices.Contains(kept, r.name); !r.view && !stays && n > 0 {
			t.Errorf("%d rows of %s are left: forgetting must reach every table with an owner", n, r.name)
		}
	}
	// A column that can hold words must not be in what stays.
	rows, _ := superuser(t, d).Query(t.Context(), `SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name = ANY ($1)
		  AND data_type IN ('text', 'bytea', 'jsonb', 'json', 'tsvector', 'ARRAY', 'USER-DEFINED', 'character varying') ORDER BY 1`, kept)
	columns, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if want := []string{"forgettings.kind", "forgettings.removed", "indexes.windows", "paces.said"}; err != nil || !slices.Equal(columns, want) {
		t.Errorf("what stays has the columns %v, %v", columns, err)
	}
	if n := d.Count(t, `SELECT count(*) FROM river_job WHERE kind = 'index' AND args->>'owner' = $1`, l.leader.String()); n != 0 {
		t.Errorf("%d jobs of hers are left", n)
	}
}

func TestForgettingAConversation(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	canary := "q" + strings.ToLower(rand.Text()[:11]) + "7"
	l := live(t, d, canary)
	// A model may take up her words in a question, replies later.
	l.say(t, "And so on.", memory.NewSentence{Kind: memory.KindQuestion, Author: memory.AuthorModel, Text: "What is " + canary + " to you?"})
	scope := memory.Scope{Kind: memory.ForgetConversation, About: &l.id}
	derived := must[memory.Derived](t)(d.DerivedOf(t.Context(), l.leader, scope))
	if derived.Conversations != 1 || derived.LineCount != 2 || len(derived.Lines) != 2 || derived.Releases != 2 || derived.InsightCount != 1 {
		t.Errorf("derived: %+v", derived)
	}
	sentences := d.Count(t, `SELECT count(*) FROM sentences WHERE owner = $1 AND blanked_at IS NULL`, l.leader)
	if derived.Sentences != sentences {
		t.Errorf("%d sentences of %d", derived.Sentences, sentences)
	}
	id := newID()
	receipt := must[memory.Receipt](t)(d.ForgetAll(t.Context(), l.leader, id, scope))
	if left := holding(t, d, canary); len(left) > 0 {
		t.Errorf("the canary is still in %v", left)
	}
	if receipt.DoneAt == nil || receipt.Removed["sentences"] < sentences || receipt.Removed["conversations"] != 1 || receipt.Removed["releases"] != derived.Releases {
		t.Errorf("the receipt is %+v", receipt)
	}
	again := must[memory.Receipt](t)(d.ForgetAll(t.Context(), l.leader, id, scope))
	if !again.At.Equal(receipt.At) {
		t.Errorf("the same forgetting again is %+v", again)
	}
	_, _, err := d.BeginConversation(t.Context(), l.leader, l.id, "identity", newReply())
	refused(t, memory.CodeGone, err)
	_, err = d.CreateInsight(t.Context(), l.leader, memory.NewInsight{ID: l.asItStands.ID, Text: "Again."})
	refused(t, memory.CodeGone, err)
	if all := must[[]memory.Insight](t)(d.Insights(t.Context(), l.leader, memory.InsightFilter{})); len(all) != 2 || all[0].Conversation != nil {
		t.Errorf("her own wordings: %+v", all)
	}
	if all := must[[]memory.Receipt](t)(d.Receipts(t.Context(), l.leader)); len(all) != 2 || all[0].ID != id {
		t.Errorf("receipts: %+v", all)
	}
	if n := d.Count(t, `SELECT count(*) FROM carried WHERE owner = $1`, l.leader); n != 0 {
		t.Errorf("%d marks of an archive on lines of it are left", n)
	}
}

func TestAQuestionWithForgottenWordsGoesToo(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What brings you?")
	said, _ := k.say(t, "The wombat never sleeps.")
	k.say(t, "Hm.", memory.NewSentence{Kind: memory.KindQuestion, Author: memory.AuthorModel, Text: "What keeps the wombat awake?"},
		memory.NewSentence{Kind: memory.KindQuestion, Author: memory.AuthorModel, Text: "What else?"})
	must[memory.Receipt](t)(d.Forget(t.Context(), k.leader, said))
	if left := holding(t, d, "wombat"); len(left) > 0 {
		t.Errorf("still in %v", left)
	}
	if n := d.Count(t, `SELECT count(*) FROM sentences WHERE text = 'What else?'`); n != 1 {
		t.Errorf("%d of what had none of the words", n)
	}
}

func TestForgettingARangeInSteps(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	leader := d.Leader(t)
	day := func(n int) time.Time { return time.Date(2025, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n) }
	for n := range 250 {
		must2(t)(d.Write(t.Context(), leader, memory.NewReflection{ID: newID(), Text: "Day after day.", At: day(n), Zone: "UTC"}))
	}
	since, until := day(10), day(240)
	scope := memory.Scope{Kind: memory.ForgetRange, Since: &since, Until: &until}
	if derived := must[memory.Derived](t)(d.DerivedOf(t.Context(), leader, scope)); derived.Reflections != 230 {
		t.Errorf("derived: %+v", derived)
	}
	receipt := must[memory.Receipt](t)(d.ForgetAll(t.Context(), leader, newID(), scope))
	if receipt.DoneAt == nil || receipt.Removed["reflections"] != 230 {
		t.Errorf("the receipt is %+v", receipt)
	}
	if n := d.Count(t, `SELECT count(*) FROM reflections WHERE owner = $1`, leader); n != 20 {
		t.Errorf("%d are left", n)
	}
	if all, wanted, err := d.PendingRewrites(t.Context()); err != nil || wanted || len(all) != 1 {
		t.Errorf("pending: %v, %v, %v", all, wanted, err)
	}
	if err := d.WantRewrite(t.Context(), leader); err != nil {
		t.Fatal(err)
	}
	all, wanted, err := d.PendingRewrites(t.Context())
	if err != nil || !wanted {
		t.Fatalf("pending: %v, %v, %v", all, wanted, err)
	}
	if err := d.Rewritten(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	if all := must[[]memory.Receipt](t)(d.Receipts(t.Context(), leader)); all[0].Rewrite != memory.RewriteDone || all[0].RewrittenAt == nil {
		t.Errorf("the receipt is %+v", all[0])
	}
}

// On a database of somebody's, what cannot be proved is said before and after.
func TestADatabaseOfSomebodysIsNamed(t *testing.T) {
	t.Parallel()
	for _, foreign := range []bool{false, true} {
		d := memorytest.Open(t, func(c *memory.Config) { c.Foreign = foreign })
		leader := d.Leader(t)
		said := jot(t, d, leader, "The kiln is lit.")
		if derived := must[memory.Derived](t)(d.Derived(t.Context(), leader, said.ID)); derived.Ours == foreign {
			t.Errorf("before, with foreign %v: %+v", foreign, derived)
		}
		want, limits := memory.RewritePending, 1
		if foreign {
			want, limits = memory.RewriteNotOurs, 2
		}
		if r := must[memory.Receipt](t)(d.Forget(t.Context(), leader, said.ID)); r.Rewrite != want || len(r.Limits) != limits {
			t.Errorf("after, with foreign %v: %+v", foreign, r)
		}
	}
}

func must2(t testing.TB) func(memory.Reflection, bool, error) memory.Reflection {
	return func(r memory.Reflection, _ bool, err error) memory.Reflection {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
}
