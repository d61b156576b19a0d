package memory_test

import (
	"fmt"
	"testing"
	"time"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// The filter is a part of the search: what would not be among the best of
// everything is found where everything better is left out.
func TestASearchIsNarrowedBeforeTheBestAreChosen(t *testing.T) {
	t.Parallel()
	for name, embedder := range map[string]func(*memory.Config){"words and meaning": withWords, "words alone": func(*memory.Config) {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := memorytest.Open(t, embedder)
			owner := d.Leader(t)
			k := enter(t, d, owner, "What brings you?")
			said, _ := k.say(t, "We argued about the harbour, the boats and the long winter again.")
			if err := d.Index(t.Context(), owner, said); err != nil {
				t.Fatal(err)
			}
			var texts []string
			for i := range 240 { // more than a search may return
				texts = append(texts, fmt.Sprintf("The harbour, the harbour: note %d.", i))
			}
			ids := indexed(t, d, owner, texts...)
			search := func(w memory.Within) []memory.Found {
				t.Helper()
				found, err := d.Search(t.Context(), owner, memory.Search{Text: "harbour", Limit: 200, Floor: true, Within: w})
				if err != nil {
					t.Fatal(err)
				}
				return found
			}
			if len(search(memory.Within{})) != 200 {
				t.Error("an open search returns less than it may")
			}
			day := time.Date(2026, 10, 4, 0, 0, 0, 0, time.UTC)
			for what, try := range map[string]struct {
				within memory.Within
				want   memory.ID
			}{
				"kind":         {memory.Within{Kind: memory.Said}, said},
				"conversation": {memory.Within{Conversation: k.id}, said},
				"practice":     {memory.Within{Practice: "identity"}, said},
				"dates":        {memory.Within{From: day, Until: day.AddDate(0, 0, 1)}, ids[3]},
			} {
				if found := search(try.within); len(found) != 1 || found[0].Reflection != try.want {
					t.Errorf("%s: found %+v", what, found)
				}
			}
			if found := search(memory.Within{Practice: "forgiveness"}); len(found) != 0 {
				t.Errorf("found %d where there is nothing", len(found))
			}
		})
	}
}
