package memory_test

import (
	"context"
	"crypto/rand"
	"maps"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// holding counts, for every table of the database, the rows that hold a text
// anywhere; with "" all rows.
func holding(t testing.TB, d *memorytest.Database, text string) map[string]int {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.Super)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	rows, _ := conn.Query(t.Context(), `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')`)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, table := range tables {
		var n int
		if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM `+table+` AS r WHERE position($1 IN r::text) > 0`, text).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			counts[table] = n
		}
	}
	return counts
}

func TestForgettingLeavesNothingOfTheWords(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	canary := "q" + strings.ToLower(rand.Text()[:11]) + "7" // a word to PostgreSQL too, and one that nobody else says
	l := live(t, d, canary)
	ctx := t.Context()
	alive := holding(t, d, canary)
	if alive["reflections"] != 2 || alive["sentences"] != 1 || alive["terms"] != 1 {
		t.Fatalf("the canary is alive in %v: this test would prove nothing", alive)
	}
	before := holding(t, d, "")
	derived := must[memory.Derived](t)(d.Derived(ctx, l.leader, l.said.ID))
	if len(derived.Insights) != 1 || derived.Insights[0].ID != l.asItStands.ID || len(derived.Lines) != 1 || derived.Lines[0].ID != l.quote.ID ||
		derived.Sentences != 3 || derived.Proposals != 2 || derived.Releases != 1 {
		t.Errorf("derived: %+v", derived)
	}

	receipt := must[memory.Receipt](t)(d.Forget(ctx, l.leader, l.said.ID))
	if left := holding(t, d, canary); len(left) > 0 {
		t.Errorf("the canary is still in %v", left)
	}
	if receipt.Rewrite != "pending" || receipt.At.IsZero() {
		t.Errorf("the receipt is %+v", receipt)
	}
	after := holding(t, d, "")
	for _, table := range []string{"reflections", "passages", "terms", "vectors", "sources", "mirrored", "quotes", "proposals", "insights", "lines"} {
		if gone := before[table] - after[table]; receipt.Removed[table] != gone || gone == 0 {
			t.Errorf("%d rows of %s went, the receipt says %d", gone, table, receipt.Removed[table])
		}
	}
	for store, want := range map[string]int{"sentences": derived.Sentences, "proposals": derived.Proposals, "insights": 1, "lines": 1, "releases": derived.Releases} {
		if receipt.Removed[store] != want {
			t.Errorf("the receipt says %d %s, the list said %d", receipt.Removed[store], store, want)
		}
	}
	if n := d.Count(t, `SELECT count(*) FROM quotes q WHERE NOT EXISTS (
		SELECT quote FROM sentences WHERE quote = q.id UNION ALL SELECT quote FROM insight_wordings WHERE quote = q.id
		UNION ALL SELECT quote FROM insight_quotes WHERE quote = q.id UNION ALL SELECT quote FROM proposal_quotes WHERE quote = q.id
		UNION ALL SELECT quote FROM lines WHERE quote = q.id UNION ALL SELECT quote FROM line_quotes WHERE quote = q.id)`); n != 0 {
		t.Errorf("%d quotes that nothing stands on", n)
	}
	if n := d.Count(t, `SELECT count(*) FROM audit WHERE person = $1 AND about = $2`, l.leader, l.said.ID); n != 1 {
		t.Errorf("%d lines in her audit", n)
	}
}

func TestForgettingLeavesHerOwnWordings(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	l := live(t, d, "wombats")
	ctx := t.Context()
	must[memory.Receipt](t)(d.Forget(ctx, l.leader, l.edited.ID))

	all := must[[]memory.Insight](t)(d.Insights(ctx, l.leader, memory.InsightFilter{}))
	kept := map[memory.ID]memory.Insight{}
	for _, i := range all {
		kept[i.ID] = i
	}
	if i := kept[l.typed.ID]; len(all) != 2 || i.Text != "I count what I cannot say." || len(i.Quotes) != 1 || i.Quotes[0].Text != "numbers" {
		t.Errorf("what she typed of two quotes is %+v", i)
	}
	if i := kept[l.reworded.ID]; i.Text != "Losing is a small word." || len(i.Wordings) != 1 || len(i.Quotes) != 0 {
		t.Errorf("what she reworded is %+v", i)
	}
	lines := must[memory.Summary](t)(d.SummaryOf(ctx, l.leader, l.id)).Lines
	if len(lines) != 1 || lines[0].ID != l.worded.ID || len(lines[0].Quotes) != 1 || lines[0].Releases[0].RevokedAt != nil {
		t.Errorf("her lines are %+v", lines)
	}
	_, desk, err := d.Desk(ctx, l.coach, l.leader)
	if err != nil || len(desk) != 1 || desk[0].Release != l.ofWorded.ID || len(desk[0].Cited) != 1 {
		t.Errorf("the desk shows %+v, %v", desk, err)
	}
	if marks := must[[]memory.MarkedLine](t)(d.Marks(ctx, l.leader)); len(marks) != 1 || marks[0].Revoked {
		t.Errorf("her marks are %+v", marks)
	}
	seen := must[[]memory.SeenLine](t)(d.Readings(ctx, l.leader))
	texts := map[string]int{}
	for _, s := range seen {
		texts[s.Text]++
	}
	if !maps.Equal(texts, map[string]int{"": 1, "Numbers are not the fear.": 2}) {
		t.Errorf("her readings show %v", texts)
	}

	events, _, err := d.Events(ctx, l.leader, l.id, memory.Cursor{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	blanked := 0
	for i, e := range events {
		if e.Seq != int64(i+1) {
			t.Errorf("event %d has number %d", i+1, e.Seq)
		}
		if e.Sentence != nil && e.Sentence.Blanked {
			blanked++
		}
	}
	if last := events[len(events)-1]; last.Kind != memory.EventForgot || blanked != 3 {
		t.Errorf("the last event is %+v, and %d sentences are blanked", last, blanked)
	}
}

func TestWhatIsForgottenStaysForgotten(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What brings you?")
	ctx := t.Context()
	r := jot(t, d, k.leader, "Once.")
	edited := must[memory.Reflection](t)(d.Edit(ctx, k.leader, r.ID, newID(), "Twice."))
	said, _ := k.say(t, "Thrice.")
	other := jot(t, d, k.leader, "Another.")
	must[memory.Receipt](t)(d.Forget(ctx, k.leader, r.ID))
	must[memory.Receipt](t)(d.Forget(ctx, k.leader, said))

	_, _, err := d.Write(ctx, k.leader, memory.NewReflection{ID: r.ID, Text: "Once.", Zone: "UTC"})
	refused(t, memory.CodeGone, err)
	_, err = d.Edit(ctx, k.leader, other.ID, edited.ID, "Twice.")
	refused(t, memory.CodeGone, err)
	_, err = d.Say(ctx, k.leader, memory.NewSaid{ID: said, Conversation: k.id, Text: "Thrice.", Zone: "UTC"}, newReply())
	refused(t, memory.CodeGone, err)
	for _, id := range []memory.ID{r.ID, edited.ID} {
		_, _, err = d.Reflection(ctx, k.leader, id)
		refused(t, memory.CodeGone, err)
		_, err = d.Forget(ctx, k.leader, id)
		refused(t, memory.CodeGone, err)
	}
	if n := d.Count(t, `SELECT count(*) FROM reflections`); n != 1 {
		t.Errorf("%d reflections are left", n)
	}
}

func TestForgettingStopsTheReplyThatRunsOnIt(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What brings you?")
	said, reply := memory.NewSaid{ID: newID(), Conversation: k.id, Text: "Too much.", Zone: "UTC"}, newReply()
	if _, err := d.Say(t.Context(), k.leader, said, reply); err != nil {
		t.Fatal(err)
	}
	must[memory.Receipt](t)(d.Forget(t.Context(), k.leader, said.ID))
	refused(t, memory.CodeConflict, d.Release(t.Context(), memory.Lease{Owner: k.leader, Conversation: k.id, Reply: reply.ID, Fence: 1},
		memory.NewSentence{N: 1, Kind: memory.KindMirror, Author: memory.AuthorModel, Text: "Too much."}))
}

// Something that points at the words while she forgets them, and is not there
// to be seen yet, goes too.
func TestForgettingWhileTheCoachPoints(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What brings you?")
	said, _ := k.say(t, "I wait.")
	pointing, err := as(t, d, "innerwork_pipeline", k.leader).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer pointing.Rollback(context.Background())
	proposal := newID() // as the id of its quote too
	for _, query := range []string{
		`INSERT INTO quotes (owner, id, reflection, length, start, "end") VALUES ($1, $2, $3, 7, 0, 6)`,
		`INSERT INTO proposals (owner, id, conversation, question) SELECT owner, $2, conversation, 'Here?' FROM reflections WHERE owner = $1 AND id = $3`,
		`INSERT INTO proposal_quotes (owner, proposal, quote) SELECT $1, $2, $2 FROM reflections WHERE id = $3`,
	} {
		if _, err := pointing.Exec(t.Context(), query, k.leader, proposal, said); err != nil {
			t.Fatal(err)
		}
	}
	forgotten := make(chan error, 1)
	go func() {
		_, err := d.Forget(t.Context(), k.leader, said)
		forgotten <- err
	}()
	for d.Count(t, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) == 0 {
		select {
		case err := <-forgotten:
			t.Fatalf("forgetting did not wait: %v", err)
		default:
		}
	}
	if err := pointing.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-forgotten; err != nil {
		t.Fatal(err)
	}
	if n := d.Count(t, `SELECT (SELECT count(*) FROM proposals) + (SELECT count(*) FROM quotes) + (SELECT count(*) FROM reflections)`); n != 0 {
		t.Errorf("%d rows are left of what was forgotten", n)
	}
}
