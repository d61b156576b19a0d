package memory_test

import (
	"slices"
	"strings"
	"testing"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

func TestAnInsightHasAHistoryOfWordings(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	r := jot(t, d, ada, "Nobody told me that leaving is allowed.")
	q := must[memory.Quote](t)(d.FindQuote(t.Context(), ada, r.ID, "leaving is allowed"))
	n := memory.NewInsight{ID: newID(), Quotes: []memory.Quote{q, q}}
	i := must[memory.Insight](t)(d.CreateInsight(t.Context(), ada, n))
	if i.Text != "Nobody told me that leaving is allowed" || len(i.Quotes) != 1 || i.Quotes[0].Reflection != r.ID || !i.Quotes[0].At.Equal(r.At) {
		t.Fatalf("created %+v", i)
	}
	if again := must[memory.Insight](t)(d.CreateInsight(t.Context(), ada, n)); len(again.Wordings) != 1 || len(again.Quotes) != 1 {
		t.Errorf("created again: %+v", again)
	}
	_, err := d.CreateInsight(t.Context(), ada, memory.NewInsight{ID: n.ID, Text: "Other words."})
	refused(t, memory.CodeConflict, err)

	for range 2 {
		i = must[memory.Insight](t)(d.Reword(t.Context(), ada, i.ID, "I may leave."))
	}
	if i.Text != "I may leave." || len(i.Wordings) != 2 || i.Wordings[0].Text != "Nobody told me that leaving is allowed" || i.Wordings[1].Quote != nil || len(i.Quotes) != 1 {
		t.Errorf("reworded %+v", i)
	}
	i = must[memory.Insight](t)(d.RetireInsight(t.Context(), ada, i.ID, true))
	if i.RetiredAt == nil {
		t.Error("not retired")
	}
	_, err = d.Reword(t.Context(), ada, i.ID, "Again.")
	refused(t, memory.CodeConflict, err)
	if i = must[memory.Insight](t)(d.RetireInsight(t.Context(), ada, i.ID, false)); i.RetiredAt != nil {
		t.Error("not taken up again")
	}
}

func TestInsightsAreFiltered(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What brings you?")
	said, _ := k.say(t, "I counted the silences.")
	silence := must[memory.Insight](t)(d.CreateInsight(t.Context(), k.leader,
		memory.NewInsight{ID: newID(), Text: "Waiting is work.", Quotes: []memory.Quote{k.span(t, said, "silences")}, Conversation: &k.id}))
	praise := must[memory.Insight](t)(d.CreateInsight(t.Context(), k.leader, memory.NewInsight{ID: newID(), Text: "Praise costs me nothing."}))
	must[memory.Insight](t)(d.RetireInsight(t.Context(), k.leader, praise.ID, true))
	for name, c := range map[string]struct {
		filter memory.InsightFilter
		want   []memory.ID
	}{
		"held":           {memory.InsightFilter{}, []memory.ID{silence.ID}},
		"retired":        {memory.InsightFilter{State: memory.InsightRetired}, []memory.ID{praise.ID}},
		"all":            {memory.InsightFilter{State: memory.InsightAll}, []memory.ID{praise.ID, silence.ID}},
		"of a practice":  {memory.InsightFilter{State: memory.InsightAll, Practice: "identity"}, []memory.ID{silence.ID}},
		"by its wording": {memory.InsightFilter{Query: "wait"}, []memory.ID{silence.ID}},
		"by its quote":   {memory.InsightFilter{Query: "silence"}, []memory.ID{silence.ID}},
		"by neither":     {memory.InsightFilter{Query: "praise"}, nil},
	} {
		var ids []memory.ID
		for _, i := range must[[]memory.Insight](t)(d.Insights(t.Context(), k.leader, c.filter)) {
			ids = append(ids, i.ID)
		}
		if !slices.Equal(ids, c.want) {
			t.Errorf("%s: got %v, want %v", name, ids, c.want)
		}
	}
}

func TestAnInsightIsASentenceOrAQuote(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada, ben := d.Leader(t), d.Leader(t)
	r := jot(t, d, ben, "Ben's own words.")
	for name, c := range map[string]struct {
		code memory.Code
		n    memory.NewInsight
	}{
		"nothing":        {memory.CodeInvalid, memory.NewInsight{ID: newID()}},
		"spaces":         {memory.CodeInvalid, memory.NewInsight{ID: newID(), Text: " "}},
		"too long":       {memory.CodeInvalid, memory.NewInsight{ID: newID(), Text: strings.Repeat("a", memory.MaxWording+1)}},
		"not UTF-8":      {memory.CodeInvalid, memory.NewInsight{ID: newID(), Text: "\xc3"}},
		"another's":      {memory.CodeNotFound, memory.NewInsight{ID: newID(), Quotes: []memory.Quote{{Reflection: r.ID, Start: 0, End: 3}}}},
		"another's talk": {memory.CodeNotFound, memory.NewInsight{ID: newID(), Text: "Mine.", Conversation: pointer(enter(t, d, ben, "What?").id)}},
	} {
		_, err := d.CreateInsight(t.Context(), ada, c.n)
		if memory.CodeOf(err) != c.code {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if n := d.Count(t, `SELECT count(*) FROM insights`); n != 0 {
		t.Errorf("%d insights were kept", n)
	}
}
