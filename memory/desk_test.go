package memory_test

import (
	"reflect"
	"testing"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// audited is a leader with a confirmed coach and a summary of two lines: a
// quote, and a wording of hers that cites two.
type audited struct {
	scene
	coach         memory.ID
	quote, worded memory.Line
}

func audit(t testing.TB, d *memorytest.Database) audited {
	t.Helper()
	a := audited{scene: enter(t, d, d.Leader(t), "What brings you?"), coach: d.Person(t, memory.RoleCoach)}
	d.Coaching(t, a.leader, a.coach)
	a.say(t, "The board.", question("What about the board?"))
	said, _ := a.say(t, "They wait for me to fail.")
	s := must[memory.Summary](t)(d.SummaryOf(t.Context(), a.leader, a.id))
	a.quote = must[memory.Line](t)(d.AddLine(t.Context(), a.leader, s.ID, memory.NewLine{ID: newID(), Heading: memory.Noticed,
		Quote: pointer(a.span(t, said, "They wait for me"))}))
	a.worded = must[memory.Line](t)(d.AddLine(t.Context(), a.leader, s.ID, memory.NewLine{ID: newID(), Heading: memory.Keep,
		Text: "I am watched.", Quotes: []memory.Quote{a.span(t, said, "wait"), a.span(t, said, "fail")}}))
	return a
}

func (a audited) desk(t testing.TB) []memory.DeskLine {
	t.Helper()
	_, lines, err := a.Desk(t.Context(), a.coach, a.leader)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestHerPreviewIsWhatTheCoachSees(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	a := audit(t, d)
	for name, c := range map[string]struct {
		line         memory.Line
		withQuestion bool
	}{
		"a quote, with the question":     {a.quote, true},
		"a quote, without it":            {a.quote, false},
		"her wording, with the question": {a.worded, true},
		"her wording, without it":        {a.worded, false},
	} {
		preview := must[memory.DeskLine](t)(d.PreviewLine(t.Context(), a.leader, c.line.ID, c.withQuestion))
		r := must[memory.Release](t)(d.ReleaseLine(t.Context(), a.leader, c.line.ID, a.coach, c.withQuestion))
		lines := a.desk(t)
		if len(lines) != 1 {
			t.Fatalf("%s: %d lines", name, len(lines))
		}
		preview.Release, preview.ReleasedAt = r.ID, lines[0].ReleasedAt // what only a release has
		if !reflect.DeepEqual(preview, lines[0]) {
			t.Errorf("%s:\npreview %+v\ndesk    %+v", name, preview, lines[0])
		}
		if c.withQuestion != (lines[0].Asked != nil) || len(lines[0].Cited) == 0 || lines[0].Text != c.line.Text {
			t.Errorf("%s: the desk shows %+v", name, lines[0])
		}
		must[memory.Release](t)(d.Revoke(t.Context(), a.leader, r.ID))
	}
}

func TestEverySightHasOneReading(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	a := audit(t, d)
	_, _, err := d.Desk(t.Context(), a.coach, a.leader)
	refused(t, memory.CodeNotFound, err)
	one := must[memory.Release](t)(d.ReleaseLine(t.Context(), a.leader, a.quote.ID, a.coach, true))
	if again := must[memory.Release](t)(d.ReleaseLine(t.Context(), a.leader, a.quote.ID, a.coach, true)); again.ID != one.ID {
		t.Errorf("released twice: %v and %v", one.ID, again.ID)
	}
	if lines := a.desk(t); len(lines) != 1 || !lines[0].New {
		t.Errorf("the first sight is %+v", lines)
	}
	must[memory.Release](t)(d.ReleaseLine(t.Context(), a.leader, a.worded.ID, a.coach, false))
	lines := a.desk(t)
	if len(lines) != 2 || lines[0].New || !lines[1].New {
		t.Errorf("the second sight is %+v", lines)
	}
	seen := must[[]memory.SeenLine](t)(d.Readings(t.Context(), a.leader))
	if len(seen) != 3 || seen[0].CoachName == "" || seen[2].Text != "They wait for me" || seen[2].Line != a.quote.ID || seen[2].Coach != a.coach {
		t.Errorf("readings: %+v", seen)
	}
	s := must[[]memory.Summary](t)(d.Summaries(t.Context(), a.leader))
	if r := s[0].Lines[0].Releases; len(r) != 1 || len(r[0].Readings) != 2 {
		t.Errorf("releases of the first line: %+v", r)
	}
	if n := d.Count(t, `SELECT count(*) FROM audit WHERE person = $1 AND act = 'line released'`, a.leader); n != 2 {
		t.Errorf("%d releases in her audit", n)
	}
}

func TestARevokedLineIsGoneFromTheDesk(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	a := audit(t, d)
	r := must[memory.Release](t)(d.ReleaseLine(t.Context(), a.leader, a.quote.ID, a.coach, true))
	n := memory.Mark{ID: newID(), Release: r.ID, On: memory.OnQuestion, Kind: memory.Leading, Note: "It names the answer."}
	m := must[memory.Mark](t)(d.AddMark(t.Context(), a.coach, a.leader, n))
	if m.Line != a.quote.ID || m.Coach != a.coach || m.At.IsZero() {
		t.Errorf("marked %+v", m)
	}
	if again := must[memory.Mark](t)(d.AddMark(t.Context(), a.coach, a.leader, n)); again != m {
		t.Errorf("the same mark again is %+v", again)
	}
	n.Note = "Something else."
	_, err := d.AddMark(t.Context(), a.coach, a.leader, n)
	refused(t, memory.CodeConflict, err)
	for range 2 {
		m = must[memory.Mark](t)(d.AnswerMark(t.Context(), a.leader, m.ID, "It did not lead me."))
	}
	_, err = d.AnswerMark(t.Context(), a.leader, m.ID, "Or did it?")
	refused(t, memory.CodeConflict, err)
	if lines := a.desk(t); len(lines[0].Marks) != 1 || lines[0].Marks[0].Answer != "It did not lead me." || lines[0].Marks[0].Line != a.quote.ID {
		t.Errorf("the desk's marks: %+v", lines[0].Marks)
	}

	for range 2 {
		if r = must[memory.Release](t)(d.Revoke(t.Context(), a.leader, r.ID)); r.RevokedAt == nil {
			t.Error("not revoked")
		}
	}
	_, _, err = d.Desk(t.Context(), a.coach, a.leader)
	refused(t, memory.CodeNotFound, err)
	n.ID = newID()
	_, err = d.AddMark(t.Context(), a.coach, a.leader, n)
	refused(t, memory.CodeNotFound, err)
	marks := must[[]memory.MarkedLine](t)(d.Marks(t.Context(), a.leader))
	if len(marks) != 1 || !marks[0].Revoked || marks[0].LineText != "They wait for me" || marks[0].Asked == nil || marks[0].CoachName == "" {
		t.Errorf("her marks: %+v", marks)
	}
	if code := state(t, as(t, d, "innerwork_act", a.leader), `UPDATE releases SET revoked_at = NULL WHERE id = $1`, r.ID); code != "42501" {
		t.Errorf("taking a release up again: %s", code)
	}
}

func TestAQuestionThatIsNotReleasedTakesNoMark(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	a := audit(t, d)
	r := must[memory.Release](t)(d.ReleaseLine(t.Context(), a.leader, a.quote.ID, a.coach, false))
	_, err := d.AddMark(t.Context(), a.coach, a.leader, memory.Mark{ID: newID(), Release: r.ID, On: memory.OnQuestion, Kind: memory.Leading})
	refused(t, memory.CodeNotFound, err)
	_, err = d.AddMark(t.Context(), a.coach, a.leader, memory.Mark{ID: newID(), Release: r.ID, On: memory.OnLine, Kind: "bad"})
	refused(t, memory.CodeInvalid, err)
}

// A release needs a tie that she confirmed and that nobody ended: she is told
// so, the schema refuses it, and the desk is empty without it.
func TestAReleaseNeedsAConfirmedCoach(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	a := audit(t, d)
	insert := `INSERT INTO releases (owner, id, line, coach, with_question) VALUES ($1, gen_random_uuid(), $2, $3, false)`
	act := as(t, d, "innerwork_act", a.leader)
	r := must[memory.Release](t)(d.ReleaseLine(t.Context(), a.leader, a.quote.ID, a.coach, false))
	for name, change := range map[string]string{
		"ended":         `UPDATE coachings SET confirmed_at = now(), ended_at = now() WHERE owner = $1`,
		"not confirmed": `UPDATE coachings SET confirmed_at = NULL, ended_at = NULL WHERE owner = $1`,
	} {
		d.Exec(t, change, a.leader)
		_, err := d.ReleaseLine(t.Context(), a.leader, a.worded.ID, a.coach, false)
		refused(t, memory.CodeConflict, err)
		if code := state(t, act, insert, a.leader, a.worded.ID, a.coach); code != "42501" {
			t.Errorf("%s: PostgreSQL says %s", name, code)
		}
		_, _, err = d.Desk(t.Context(), a.coach, a.leader)
		refused(t, memory.CodeNotFound, err)
		_, err = d.AddMark(t.Context(), a.coach, a.leader, memory.Mark{ID: newID(), Release: r.ID, On: memory.OnLine, Kind: memory.Unsupported})
		refused(t, memory.CodeNotFound, err)
	}
	d.Exec(t, `UPDATE coachings SET confirmed_at = now(), ended_at = NULL WHERE owner = $1`, a.leader)
	if code := state(t, act, insert, a.leader, newID(), a.coach); code != "42501" {
		t.Errorf("a line that is not there: %s", code)
	}
	if code := state(t, act, insert, a.leader, a.worded.ID, a.coach); code != "1 rows" {
		t.Errorf("a confirmed coach: %s", code)
	}
	_, err := d.ReleaseLine(t.Context(), a.leader, a.worded.ID, d.Person(t, memory.RoleCoach), false)
	refused(t, memory.CodeConflict, err)
}
