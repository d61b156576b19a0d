package memory_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// found says whether the coach's search finds a reflection, and under what she
// said of its use hers does.
func found(t testing.TB, d *memorytest.Database, owner, id memory.ID, query string) (recalled bool, hers string) {
	t.Helper()
	all, err := d.Search(t.Context(), owner, memory.Search{Text: query, Floor: true})
	if err != nil {
		t.Fatal(err)
	}
	recalled = slices.ContainsFunc(all, func(f memory.Found) bool { return f.Reflection == id })
	all, err = d.SearchHers(t.Context(), owner, memory.HerSearch{Text: query})
	if err != nil {
		t.Fatal(err)
	}
	hers = "not found"
	for _, f := range all {
		if f.Reflection != id {
			continue
		}
		switch {
		case hers != "not found":
			t.Errorf("found twice: %+v", all)
		case f.Apart:
			hers = "apart"
		case f.OutdatedAt != nil:
			hers = "outdated"
		case f.Unlearned:
			hers = "unlearned"
		default:
			hers = "used"
		}
	}
	return recalled, hers
}

// What she takes out of use is out of the coach's search in the same moment,
// in hers as long as it is hers, and comes back when she says so.
func TestWhatIsNotToBeUsedIsNotRecalledAndStillHersToFind(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, withWords)
	owner := d.Leader(t)
	id := indexed(t, d, owner, journal...)[2]
	const query = "the promise to Ana on Friday"
	look := func(when string, recalled bool, hers string) {
		t.Helper()
		if r, h := found(t, d, owner, id, query); r != recalled || h != hers {
			t.Errorf("%s: recalled %v and %s, want %v and %s", when, r, h, recalled, hers)
		}
	}
	again := func() {
		t.Helper()
		if err := d.Index(t.Context(), owner, id); err != nil { // as the job does
			t.Fatal(err)
		}
	}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	look("as written", true, "used")
	do(d.SetApart(t.Context(), owner, id, true))
	look("apart", false, "apart")
	do(d.SetOutdated(t.Context(), owner, id, true))
	do(d.SetApart(t.Context(), owner, id, false))
	again()
	look("still outdated", false, "outdated")
	r, _, err := d.Reflection(t.Context(), owner, id)
	do(err)
	first := r.OutdatedAt
	do(d.SetOutdated(t.Context(), owner, id, true))
	if r, _, _ := d.Reflection(t.Context(), owner, id); !r.OutdatedAt.Equal(*first) {
		t.Error("saying it twice moved the day on which she said it")
	}
	next := must[memory.Reflection](t)(d.Edit(t.Context(), owner, id, newID(), journal[2]+" Still."))
	if next.OutdatedAt == nil {
		t.Error("an edit brought back into use what she took out of it")
	}
	do(d.SetOutdated(t.Context(), owner, id, false))
	id = next.ID
	again()
	look("back", true, "used")
}

func TestWhatIsSaidWhileLearningRestsIsNotRecalledUnlessTakenIn(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, withWords)
	owner, other := d.Leader(t), d.Leader(t)
	k := enter(t, d, owner, "What brings you?")
	l := must[memory.Learning](t)(d.PauseLearning(t.Context(), owner, true))
	if l.PausedAt == nil {
		t.Fatal("not paused")
	}
	since := *l.PausedAt
	if l = must[memory.Learning](t)(d.PauseLearning(t.Context(), owner, true)); !l.PausedAt.Equal(since) {
		t.Error("pausing twice moved its beginning")
	}
	said, _ := k.say(t, "The ferry was late and I was glad of it.")
	wrote := jot(t, d, owner, "The ferry came and I stayed on the quay.")
	imported := newID()
	if _, err := d.Import(t.Context(), owner, []memory.NewImported{{ID: imported, Text: "The ferry, brought in.", Zone: "UTC", At: time.Now()}}); err != nil {
		t.Fatal(err)
	}
	free := jot(t, d, other, "The ferry of somebody else.")
	if free.Unlearned {
		t.Error("her switch reached another leader")
	}
	ids := []memory.ID{said, wrote.ID, imported}
	index := func() {
		t.Helper()
		for _, id := range ids {
			if err := d.Index(t.Context(), owner, id); err != nil {
				t.Fatal(err)
			}
		}
	}
	index()
	for _, id := range ids {
		if r, h := found(t, d, owner, id, "ferry"); r || h != "unlearned" {
			t.Errorf("recalled %v and %s", r, h)
		}
	}
	// The conversation in which she says it goes on all the same.
	transcript, err := d.Transcript(t.Context(), owner, k.id)
	if err != nil || !slices.ContainsFunc(transcript.Turns, func(t memory.Turn) bool { return t.First == said }) {
		t.Errorf("the coach did not hear what she said, %v", err)
	}
	if l = must[memory.Learning](t)(d.PauseLearning(t.Context(), owner, false)); l.PausedAt != nil || l.Unlearned != 3 {
		t.Errorf("%+v", l)
	}
	index()
	if r, _ := found(t, d, owner, said, "ferry"); r {
		t.Error("going on learning took in what was said before")
	}
	if err := d.TakeIn(t.Context(), owner, said); err != nil {
		t.Fatal(err)
	}
	index()
	if r, h := found(t, d, owner, said, "ferry"); !r || h != "used" {
		t.Errorf("taken in: recalled %v and %s", r, h)
	}
	if n := must[int](t)(d.TakeAllIn(t.Context(), owner)); n != 2 {
		t.Errorf("took in %d", n)
	}
	index()
	for _, id := range ids {
		if r, _ := found(t, d, owner, id, "ferry"); !r {
			t.Error("not recalled after she took all in")
		}
	}
}

// What the coach is told of a conversation is what she means now.
func TestTheTranscriptGoesByTheNewestVersion(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	owner := d.Leader(t)
	k := enter(t, d, owner, "What brings you?")
	said, _ := k.say(t, "I hate the harbour office.",
		memory.NewSentence{Kind: memory.KindProcess, Author: memory.AuthorGuide, Text: "Take your time."})
	k.say(t, "I said it out loud.",
		memory.NewSentence{Kind: memory.KindMirror, Author: memory.AuthorGuide, Text: "You hate the harbour office.", Mirrors: []memory.ID{said}},
		memory.NewSentence{Kind: memory.KindQuestion, Author: memory.AuthorGuide, Text: "What is it that you hate?", QuestionKey: "hate", Mirrors: []memory.ID{said}})
	told := func() string {
		t.Helper()
		transcript, err := d.Transcript(t.Context(), owner, k.id)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, turn := range transcript.Turns {
			if turn.Said != nil {
				all = append(all, turn.Said.Text)
			} else {
				all = append(all, turn.Sentence.QuestionKey+turn.Sentence.Text)
			}
		}
		return strings.Join(all, "|")
	}
	const before = "What brings you?|I hate the harbour office.|Take your time.|I said it out loud.|You hate the harbour office.|hateWhat is it that you hate?"
	if got := told(); got != before {
		t.Errorf("got %s", got)
	}
	edited := must[memory.Reflection](t)(d.Edit(t.Context(), owner, said, newID(), "I miss the harbour office."))
	if got := told(); got != "What brings you?|I miss the harbour office.|Take your time.|I said it out loud.|hate" {
		t.Errorf("edited: %s", got)
	}
	if c := must[memory.Conversation](t)(d.Conversation(t.Context(), owner, k.id)); c.Title != edited.Text {
		t.Errorf("the title is %q", c.Title)
	}
	events, _, err := d.Events(t.Context(), owner, k.id, memory.Cursor{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(events, func(e memory.Event) bool { return e.Said != nil }); events[i].Said.Text != "I hate the harbour office." || events[i].Said.SupersededBy == nil {
		t.Errorf("she is shown %+v", events[i].Said)
	}
	if err := d.SetOutdated(t.Context(), owner, edited.ID, true); err != nil {
		t.Fatal(err)
	}
	if got := told(); got != "What brings you?|Take your time.|I said it out loud.|hate" {
		t.Errorf("outdated: %s", got)
	}
}

func TestAProposalDoesNotOutliveTheWordsThatItPointsAt(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	owner := d.Leader(t)
	k := enter(t, d, owner, "What brings you?")
	said, _ := k.say(t, "I want to leave the board. I want to stay.")
	leave := propose(t, k, k.span(t, said, "I want to leave the board."))
	stay := propose(t, k, k.span(t, said, "I want to stay."))
	if err := d.DeclineProposal(t.Context(), owner, stay.ID); err != nil {
		t.Fatal(err)
	}
	open := func() []memory.Proposal {
		t.Helper()
		return must[[]memory.Proposal](t)(d.Proposals(t.Context(), owner, memory.ProposalFilter{State: memory.ProposalOpen}))
	}
	if all := open(); len(all) != 1 || all[0].ID != leave.ID {
		t.Fatalf("open: %+v", all)
	}
	next := must[memory.Reflection](t)(d.Edit(t.Context(), owner, said, newID(), "No. I want to stay. I want to leave the board."))
	if all := open(); len(all) != 0 {
		t.Errorf("still open: %+v", all)
	}
	_, err := d.Propose(t.Context(), owner, memory.Proposal{Conversation: k.id, Question: "Here?", Quotes: []memory.Quote{k.span(t, next.ID, "I want to stay.")}})
	refused(t, memory.CodeConflict, err)
	propose(t, k, k.span(t, next.ID, "I want to leave the board."))
	if all := open(); len(all) != 1 {
		t.Errorf("open: %+v", all)
	}
}
