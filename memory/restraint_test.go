package memory_test

import (
	"encoding/json"
	"strings"
	"testing"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// ended puts everything that was said into the term before the running one.
func ended(t *testing.T, d *memorytest.Database) {
	t.Helper()
	const back = ` - interval '672 hours'`
	d.Exec(t, `UPDATE replies SET at = at`+back+`, ended_at = ended_at`+back)
	d.Exec(t, `UPDATE marks SET at = at`+back)
	d.Exec(t, `UPDATE answers SET at = at`+back)
}

// spoke is a leader with n replies by a model besides the guide's opening.
func spoke(t *testing.T, d *memorytest.Database, leader memory.ID, n int, practice string) {
	t.Helper()
	k := enter(t, d, leader, "What brings you?")
	d.Exec(t, `UPDATE conversations SET practice = $2 WHERE id = $1`, k.id, practice)
	for range n {
		_, reply := k.say(t, "canaries", memory.NewSentence{Kind: memory.KindQuestion, Author: memory.AuthorModel, Text: "What of the canaries?"})
		d.Exec(t, `UPDATE replies SET speaker = 'model', model = 'parrot', prompt_version = 'v7', dropped = '{"advice": 2}' WHERE id = $1`, reply)
	}
}

func card(t *testing.T, d *memorytest.Database, operator memory.ID, back int) memory.Restraint {
	t.Helper()
	c := must[memory.Restraint](t)(d.Restraint(t.Context(), operator, back))
	said := must[[]byte](t)(json.Marshal(c))
	if strings.Contains(string(said), "canaries") {
		t.Errorf("the card has words: %s", said)
	}
	return c
}

// byModel leaves out the openings, whose model the guide filled in for.
func byModel(c memory.Restraint) (all []memory.RestraintRow) {
	for _, r := range c.Rows {
		if r.Model == "parrot" {
			all = append(all, r)
		}
	}
	return all
}

func TestARowRestsOnThreeLeadersBesideTheOperator(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	operator := d.Person(t, memory.RoleOperator, memory.RoleLeader)
	spoke(t, d, operator, 6, "identity")
	spoke(t, d, d.Leader(t), 5, "identity")
	spoke(t, d, d.Leader(t), 5, "identity")
	spoke(t, d, d.Leader(t), 4, "identity")
	ended(t, d)
	// The third had four replies of the model's and one of the guide's: enough to
	// count in all, not in this row.
	if c := card(t, d, operator, 1); c.Own || len(c.Rows) != 1 || c.Rows[0].Folded != memory.FoldAll || c.Rows[0].Replies != 24 || c.Rows[0].Speaker != "" || c.Rows[0].Model != "" {
		t.Errorf("two and a part make %+v", c)
	}
	spoke(t, d, d.Leader(t), 5, "identity")
	d.Exec(t, `UPDATE replies SET at = at - interval '672 hours' WHERE at > now() - interval '1 day'`)
	rows := byModel(card(t, d, operator, 1))
	if len(rows) != 1 {
		t.Fatalf("rows of the model: %+v", rows)
	}
	r := rows[0]
	if r.Practice != "identity" || r.Model != "parrot" || r.PromptVersion != "v7" || r.Replies != 25 || r.Dropped["advice"] != 50 ||
		r.Released[memory.KindQuestion] != 25 || r.Questions != 25 || r.Ended[memory.Complete] != 25 || r.FilledIn != 0 {
		t.Errorf("counted %+v", r)
	}
}

func TestPracticesOfTooFewAreAddedUp(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	operator := d.Person(t, memory.RoleOperator)
	for i := range 3 {
		leader := d.Leader(t)
		spoke(t, d, leader, 5, "identity")
		spoke(t, d, leader, 5, []string{"forgiveness", "purpose", "vulnerability"}[i])
	}
	ended(t, d)
	rows := byModel(card(t, d, operator, 1))
	if len(rows) != 2 || rows[0].Practice != "identity" || rows[0].Replies != 15 ||
		rows[1].Folded != memory.FoldPractices || rows[1].Practice != "" || rows[1].Replies != 15 || rows[1].Model != "parrot" {
		t.Errorf("rows: %+v", rows)
	}
}

func TestAnOperatorOfFewSeesHisOwnAndNothingOfTheirs(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	operator, alone := d.Person(t, memory.RoleOperator), d.Person(t, memory.RoleOperator, memory.RoleLeader)
	spoke(t, d, alone, 1, "identity")
	spoke(t, d, d.Leader(t), 9, "forgiveness")
	spoke(t, d, d.Leader(t), 9, "forgiveness")
	for who, n := range map[memory.ID]int{operator: 0, alone: 1} {
		c := card(t, d, who, 0)
		rows := byModel(c)
		if !c.Own || len(rows) != n || n == 0 && len(c.Rows) > 0 || n > 0 && (rows[0].Replies != 1 || rows[0].Practice != "identity") {
			t.Errorf("the running term: %+v", c)
		}
	}
	for range 5 {
		spoke(t, d, d.Leader(t), 9, "forgiveness")
	}
	if c := card(t, d, operator, 0); !c.Own || len(c.Rows) != 0 {
		t.Errorf("the running term of many: %+v", c)
	}
	if c := card(t, d, operator, 1); !c.Own || len(c.Rows) != 0 {
		t.Errorf("a term without anybody: %+v", c)
	}
}

// Who needed help, and what somebody's archive says of a model, is no operator's.
func TestHelpAndArchivesAreNotCounted(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	operator := d.Person(t, memory.RoleOperator, memory.RoleLeader)
	spoke(t, d, operator, 3, "identity")
	k := enter(t, d, operator, "What brings you?")
	_, helped := k.say(t, "canaries", memory.NewSentence{Kind: memory.KindHelp, Author: memory.AuthorServer, Text: "Call."})
	_, brought := k.say(t, "canaries")
	d.Exec(t, `UPDATE replies SET speaker = 'model', model = 'canaries' WHERE id = ANY ($1)`, []memory.ID{helped, brought})
	d.Exec(t, `UPDATE replies SET node = '00000000-0000-0000-0000-000000000000' WHERE id = $1`, brought)
	c := card(t, d, operator, 0)
	if rows := byModel(c); len(rows) != 1 || rows[0].Replies != 3 || rows[0].Model != "parrot" {
		t.Errorf("counted %+v", rows)
	}
}

func TestOnlyAnOperatorSeesTheCard(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	operator, disabled := d.Person(t, memory.RoleOperator), d.Person(t, memory.RoleOperator)
	if err := d.Disable(t.Context(), operator, disabled, true); err != nil {
		t.Fatal(err)
	}
	for what, who := range map[string]memory.ID{"a leader": d.Leader(t), "a coach": d.Person(t, memory.RoleCoach), "a disabled operator": disabled, "nobody": newID()} {
		if _, err := d.Restraint(t.Context(), who, 0); memory.CodeOf(err) != memory.CodeForbidden {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, back := range []int{-1, memory.MaxBack + 1} {
		_, err := d.Restraint(t.Context(), operator, back)
		refused(t, memory.CodeInvalid, err)
	}
}

// The counter's role can read no column with words, not even for an operator.
func TestTheCounterReadsNoWords(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	l := live(t, d, "canaries")
	counter := as(t, d, "innerwork_counter", d.Person(t, memory.RoleOperator))
	for _, query := range []string{`SELECT text FROM reflections`, `SELECT text FROM sentences`, `SELECT text FROM lines`,
		`SELECT note FROM marks`, `SELECT text FROM answers`, `SELECT start FROM quotes`, `SELECT reason FROM replies`, `SELECT name FROM people`} {
		if got := state(t, counter, query); got != "42501" {
			t.Errorf("%s: %s", query, got)
		}
	}
	if got := state(t, counter, `SELECT id FROM replies WHERE owner = $1`, l.leader); got == "0 rows" || got == "42501" {
		t.Errorf("it counts %s", got)
	}
}

func TestAMarkIsCountedAnsweredAndTakenBack(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	a := audit(t, d)
	d.Exec(t, `INSERT INTO person_roles (person, role) VALUES ($1, 'operator') ON CONFLICT DO NOTHING`, a.leader)
	r := must[memory.Release](t)(d.ReleaseLine(t.Context(), a.leader, a.quote.ID, a.coach, true))
	put := func(on memory.MarkOn, kind memory.MarkKind) memory.Mark {
		return must[memory.Mark](t)(d.AddMark(t.Context(), a.coach, a.leader, memory.Mark{ID: newID(), Release: r.ID, On: on, Kind: kind, Note: "canaries"}))
	}
	stays, goes := put(memory.OnQuestion, memory.Leading), put(memory.OnLine, memory.Unsupported)
	must[memory.Mark](t)(d.AnswerMark(t.Context(), a.leader, stays.ID, "canaries"))
	marks := func() (line, question, answered int) {
		for _, r := range card(t, d, a.leader, 0).Rows {
			line += r.Marks[memory.OnLine][memory.Unsupported]
			question += r.Marks[memory.OnQuestion][memory.Leading]
			answered += r.Answered
		}
		return line, question, answered
	}
	if l, q, n := marks(); l != 1 || q != 1 || n != 1 {
		t.Errorf("%d on the line, %d on the question, %d answered", l, q, n)
	}
	leaders := must[[]memory.Coaching](t)(d.Leaders(t.Context(), a.coach))
	if len(leaders) != 1 || leaders[0].Answers != 1 {
		t.Errorf("he is told of %+v", leaders)
	}
	a.desk(t)
	if leaders = must[[]memory.Coaching](t)(d.Leaders(t.Context(), a.coach)); leaders[0].Answers != 0 {
		t.Errorf("what he has seen is new: %+v", leaders)
	}
	refused(t, memory.CodeNotFound, d.RemoveMark(t.Context(), d.Person(t, memory.RoleCoach), a.leader, goes.ID))
	refused(t, memory.CodeConflict, d.RemoveMark(t.Context(), a.coach, a.leader, stays.ID))
	if err := d.RemoveMark(t.Context(), a.coach, a.leader, goes.ID); err != nil {
		t.Fatal(err)
	}
	if l, q, n := marks(); l != 0 || q != 1 || n != 1 {
		t.Errorf("after: %d on the line, %d on the question, %d answered", l, q, n)
	}
	if left := must[[]memory.MarkedLine](t)(d.Marks(t.Context(), a.leader)); len(left) != 1 || left[0].ID != stays.ID {
		t.Errorf("she sees %+v", left)
	}
}
