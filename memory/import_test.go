package memory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// bring stages a file.
func bring(t testing.TB, d *memorytest.Database, owner memory.ID, name, content string, change ...func(*memory.NewImport)) memory.Import {
	t.Helper()
	n := memory.NewImport{ID: newID(), Name: name, File: strings.NewReader(content), Size: int64(len(content)), Zone: "Europe/Lisbon"}
	for _, c := range change {
		c(&n)
	}
	return must[memory.Import](t)(d.StageImport(t.Context(), owner, n))
}

// takeIn stores until nothing waits, and returns how often that took a step.
func takeIn(t testing.TB, d *memorytest.Database, owner, id memory.ID) (c memory.ImportCount, steps int) {
	t.Helper()
	for {
		steps++
		if c = must[memory.ImportCount](t)(d.StoreImport(t.Context(), owner, id)); c.Waiting == 0 {
			return c, steps
		}
	}
}

const diary = "date,text\n" +
	"2024-03-09 08:30,I waited for an answer.\n" +
	"2024-03-10,The kiln was cold.\n" +
	"2024-03-11T07:00:00Z,Ines left early.\n" +
	"2024-03-12,\n" +
	"2024-03-10,The kiln was cold.\n" +
	"sometime,Nobody knows when.\n"

func TestAnImportIsLookedOverBeforeItIsStored(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	i := bring(t, d, ada, "diary.csv", diary)
	if n := d.Count(t, `SELECT count(*) FROM reflections`); n != 0 {
		t.Fatalf("%d reflections before she said so", n)
	}
	if want := (memory.ImportCount{Entries: 3, Waiting: 3}); i.Count != want || !i.Read || i.Days != 1 || i.Unzoned != 3 || i.Report.Format != "csv" {
		t.Errorf("the preview is %+v", i)
	}
	// 08:30 on her clock in Lisbon, in winter.
	if from := time.Date(2024, 3, 9, 8, 30, 0, 0, time.UTC); !i.From.Equal(from) || i.To.Format(time.DateOnly) != "2024-03-11" {
		t.Errorf("from %v to %v", i.From, i.To)
	}
	skipped := map[string]int{}
	for _, s := range i.Skipped {
		skipped[string(s.Reason)] = s.Count
		if len(s.Places) != s.Count {
			t.Errorf("%s at %q", s.Reason, s.Places)
		}
	}
	if want := fmt.Sprint(map[string]int{"empty": 1, "repeated": 1, "undated": 1}); fmt.Sprint(skipped) != want {
		t.Errorf("skipped %v, want %v", skipped, want)
	}
	if len(i.Samples) != 3 || i.Samples[0].Text != "I waited for an answer." || i.Samples[1].Zone != "Europe/Lisbon" || !i.Samples[1].Day || !i.Samples[2].Whole {
		t.Errorf("the samples are %+v", i.Samples)
	}

	elsewhere := must[memory.Import](t)(d.SetImportZone(t.Context(), ada, i.ID, "Asia/Tokyo"))
	if !elsewhere.From.Equal(i.From.Add(-9*time.Hour)) || !elsewhere.Samples[2].At.Equal(i.Samples[2].At) {
		t.Errorf("in Tokyo it is from %v", elsewhere.From)
	}
	_, err := d.SetImportZone(t.Context(), ada, i.ID, "Europe/Atlantis")
	refused(t, memory.CodeInvalid, err)

	c, _ := takeIn(t, d, ada, i.ID)
	if want := (memory.ImportCount{Entries: 3, Stored: 3}); c != want {
		t.Errorf("stored %+v", c)
	}
	all, err := d.Reflections(t.Context(), ada, memory.ReflectionFilter{})
	if err != nil || len(all) != 3 || all[2].Text != "I waited for an answer." || all[2].Kind != memory.Imported || all[2].Zone != "Asia/Tokyo" ||
		all[2].At.UTC().Hour() != 23 {
		t.Errorf("%+v, %v", all, err)
	}
	// Ids are made of words and days: a change of how would bring everything in twice.
	if all[2].ID.String() != "b88fc3bb-ed2e-5c25-9eee-5452ee1dcf96" {
		t.Errorf("the id of an entry is %v now", all[2].ID)
	}
	if n := d.Count(t, `SELECT count(*) FROM import_entries WHERE text IS NOT NULL`); n != 0 {
		t.Errorf("the words stand twice in %d rows", n)
	}
	if n := d.Count(t, `SELECT count(*) FROM river_job WHERE kind = 'index' AND priority = 3`); n != 3 {
		t.Errorf("%d of 3 are to be indexed, behind what is said now", n)
	}
}

func TestTheSameEntryIsBroughtInOnce(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	first := bring(t, d, ada, "diary.csv", diary)
	takeIn(t, d, ada, first.ID)
	for name, again := range map[string]memory.Import{
		"the same file":      bring(t, d, ada, "diary.csv", diary),
		"in another zone":    bring(t, d, ada, "diary.csv", diary, func(n *memory.NewImport) { n.Zone = "Asia/Tokyo" }),
		"with other ends":    bring(t, d, ada, "diary.csv", strings.ReplaceAll(diary, "\n", "\r\n")),
		"from another place": bring(t, d, ada, "notes.txt", "# 2024-03-09\nI waited for an answer.\n\n# 10 March 2024\nThe kiln was cold.\n\n11.03.2024\nInes left early.\n"),
	} {
		if want := (memory.ImportCount{Entries: 3, Here: 3}); again.Count != want {
			t.Errorf("%s: %+v", name, again.Count)
		}
		takeIn(t, d, ada, again.ID)
	}
	more := bring(t, d, ada, "diary.csv", diary+"2024-04-01,A new one.\n2024-04-02,The kiln was cold.\n")
	if c, _ := takeIn(t, d, ada, more.ID); c != (memory.ImportCount{Entries: 5, Stored: 2, Here: 3}) {
		t.Errorf("with two more: %+v", c)
	}
	if n := d.Count(t, `SELECT count(*) FROM reflections`); n != 5 {
		t.Errorf("%d reflections", n)
	}
	if other := bring(t, d, d.Leader(t), "diary.csv", diary); other.Count.Waiting != 3 {
		t.Errorf("another leader's are in the way: %+v", other.Count)
	}
}

func TestWhatWasForgottenIsNotBroughtBack(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	early, late := bring(t, d, ada, "diary.csv", diary), bring(t, d, ada, "diary.csv", diary)
	takeIn(t, d, ada, early.ID)
	all, err := d.Reflections(t.Context(), ada, memory.ReflectionFilter{})
	if err != nil {
		t.Fatal(err)
	}
	kiln := all[slices.IndexFunc(all, func(r memory.Reflection) bool { return strings.Contains(r.Text, "kiln") })]
	must[memory.Receipt](t)(d.Forget(t.Context(), ada, kiln.ID))
	if left := holding(t, d, "kiln was cold"); len(left) > 0 {
		t.Errorf("what waits to be taken in still holds it: %v", left)
	}
	if c, _ := takeIn(t, d, ada, late.ID); c != (memory.ImportCount{Entries: 2, Here: 2}) {
		t.Errorf("the one that waited: %+v", c)
	}
	again := bring(t, d, ada, "diary.csv", diary)
	if left := holding(t, d, "kiln was cold"); len(left) > 0 {
		t.Errorf("it was staged again: %v", left)
	}
	if c, _ := takeIn(t, d, ada, again.ID); c != (memory.ImportCount{Entries: 3, Here: 2, Forgotten: 1}) {
		t.Errorf("brought again: %+v", c)
	}
}

func TestAnImportGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	i := bring(t, d, ada, "many.csv", many(450))
	c := must[memory.ImportCount](t)(d.StoreImport(t.Context(), ada, i.ID))
	if c != (memory.ImportCount{Entries: 450, Waiting: 250, Stored: 200}) {
		t.Fatalf("after a step: %+v", c)
	}
	list := must[[]memory.Import](t)(d.Imports(t.Context(), ada))
	if len(list) != 1 || list[0].Count != c {
		t.Errorf("she comes back to %+v", list)
	}
	c, steps := takeIn(t, d, ada, i.ID)
	if c != (memory.ImportCount{Entries: 450, Stored: 450}) || steps != 2 {
		t.Errorf("%d steps more: %+v", steps, c)
	}
}

func TestAnImportIsThrownAwayOrTakenBack(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	mine := jot(t, d, ada, "This one stays.")
	i := bring(t, d, ada, "many.csv", many(230))
	must[memory.ImportCount](t)(d.StoreImport(t.Context(), ada, i.ID))
	for {
		c := must[memory.ImportCount](t)(d.TakeBackImport(t.Context(), ada, i.ID))
		if c.Waiting != 30 {
			t.Fatalf("taking back touched what waits: %+v", c)
		}
		if c.Stored == 0 {
			break
		}
	}
	if err := d.DropImport(t.Context(), ada, i.ID); err != nil {
		t.Fatal(err)
	}
	refused(t, memory.CodeNotFound, d.DropImport(t.Context(), ada, i.ID))
	if left := holding(t, d, "Entry"); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	all, err := d.Reflections(t.Context(), ada, memory.ReflectionFilter{})
	if err != nil || len(all) != 1 || all[0].ID != mine.ID {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestAFileThatCannotBeReadLeavesNothing(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	for name, content := range map[string]string{"empty": "", "a PDF": "%PDF-1.7 words", "bytes": "\x00\x01\x02\x03\x04\x05"} {
		_, err := d.StageImport(t.Context(), ada, memory.NewImport{ID: newID(), Name: name, File: strings.NewReader(content), Size: int64(len(content)), Zone: "UTC"})
		refused(t, memory.CodeInvalid, err)
	}
	if n := d.Count(t, `SELECT count(*) FROM imports`); n != 0 {
		t.Errorf("%d imports are left", n)
	}
	for range 5 {
		bring(t, d, ada, "diary.csv", diary)
	}
	_, err := d.StageImport(t.Context(), ada, memory.NewImport{ID: newID(), Name: "x", File: strings.NewReader(diary), Size: int64(len(diary)), Zone: "UTC"})
	refused(t, memory.CodeTooMany, err)
}

// A file that is read otherwise takes the place of what was read before, unless
// that was taken in.
func TestAFileIsReadOtherwise(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	const dates = "date,text\n3/4/2024,One thing.\n4/4/2024,Another.\n"
	first := bring(t, d, ada, "dates.csv", dates)
	second := bring(t, d, ada, "dates.csv", dates, func(n *memory.NewImport) { n.Choices.Order, n.Replaces = "mdy", first.ID })
	if first.From.Month() != time.April || second.From.Month() != time.March || second.Report.Ambiguous != 1 {
		t.Errorf("from %v, then from %v: %+v", first.From, second.From, second.Report)
	}
	_, err := d.ImportPreview(t.Context(), ada, first.ID)
	refused(t, memory.CodeNotFound, err)
	takeIn(t, d, ada, second.ID)
	third := bring(t, d, ada, "dates.csv", dates, func(n *memory.NewImport) { n.Replaces = second.ID })
	if list := must[[]memory.Import](t)(d.Imports(t.Context(), ada)); len(list) != 2 || third.Count.Waiting != 1 {
		t.Errorf("%d imports; of the third %+v", len(list), third.Count)
	}
	if n := d.Count(t, `SELECT count(*) FROM audit WHERE person = $1 AND act = 'words brought in'`, ada); n != 1 {
		t.Errorf("%d lines in her audit", n)
	}
}

func TestAnImportThatIsNotTakenInGoes(t *testing.T) {
	t.Parallel()
	now := time.Now()
	d := memorytest.Open(t, func(c *memory.Config) { c.Now = func() time.Time { return now } })
	ada := d.Leader(t)
	i := bring(t, d, ada, "diary.csv", diary)
	now = now.Add(8 * 24 * time.Hour)
	_, err := d.ImportPreview(t.Context(), ada, i.ID)
	refused(t, memory.CodeNotFound, err)
	d.Exec(t, `UPDATE river_job SET scheduled_at = now(), state = 'available' WHERE kind = 'expire_import'`)
	work(t, d)
	for left := -1; left != 0; {
		select {
		case <-t.Context().Done():
			t.Fatalf("%d rows are left", left)
		default:
			left = d.Count(t, `SELECT (SELECT count(*) FROM imports) + (SELECT count(*) FROM import_entries) + (SELECT count(*) FROM import_skips)`)
		}
	}
}

// A conversation that she went on with from another wording stands in its
// thread behind what was imported of it before.
func TestTurnsOfAThreadDoNotCollide(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	for _, words := range [][]string{{"How do I begin?", "With Ines."}, {"How do I begin?", "With Rui.", "And then?"}} {
		i := bring(t, d, ada, "conversations.json", talked("k1", words...))
		takeIn(t, d, ada, i.ID)
	}
	if n := d.Count(t, `SELECT count(DISTINCT turn) FROM reflections WHERE thread IS NOT NULL`); n != 4 {
		t.Errorf("%d turns of 4", n)
	}
	all, _ := d.Reflections(t.Context(), ada, memory.ReflectionFilter{})
	for _, r := range all {
		if err := d.Index(t.Context(), ada, r.ID); err != nil {
			t.Fatal(err)
		}
	}
	if n := d.Count(t, `SELECT count(*) FROM passages`); n != 4 {
		t.Errorf("%d passages of 4", n)
	}
}

// talked is a conversation in which the leader says these words.
func talked(id string, words ...string) string {
	nodes, parent := []string{`"root":{"id":"root","message":null}`}, "root"
	for i, w := range words {
		node := fmt.Sprintf("m%d%d", i, len(w))
		nodes = append(nodes, fmt.Sprintf(`%q:{"parent":%q,"message":{"author":{"role":"user"},"create_time":%d,"content":{"content_type":"text","parts":[%q]}}}`,
			node, parent, 1710000000+i, w))
		parent = node
	}
	return fmt.Sprintf(`[{"title":"Beginnings","create_time":1710000000,"id":%q,"current_node":%q,"mapping":{%s}}]`, id, parent, strings.Join(nodes, ","))
}

func many(n int) string {
	var rows strings.Builder
	rows.WriteString("date,text\n")
	day := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		fmt.Fprintf(&rows, "%s,Entry number %d of a long year.\n", day.AddDate(0, 0, i).Format(time.DateOnly), i)
	}
	return rows.String()
}
