package coach

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"innerwork/memory"
)

func saidTurns(texts ...string) (turns []memory.Turn) {
	for _, text := range texts {
		turns = append(turns, memory.Turn{Said: &memory.Reflection{ID: uuid.New(), Text: text}})
	}
	return turns
}

func wordsOfProposal(turns []memory.Turn, p pointed) (all []string) {
	for _, q := range p.quotes {
		for _, t := range turns {
			if t.Said.ID == q.Reflection {
				all = append(all, string([]rune(t.Said.Text)[q.Start:q.End]))
			}
		}
	}
	return all
}

func TestWhatSheGaveWeightIsPointedAt(t *testing.T) {
	t.Parallel()
	turns := saidTurns(
		"The weather was fine. I realise that I never asked them what they need from me.",
		"The silence in the board is heavy. We had lunch.",
		"At first I wanted to win them over, now I would rather be honest.",
		"After the silence I spoke too fast.",
		"I have never said this aloud, and here it stands.",
		"There is a silence between us since spring.",
	)
	all := weighty(turns, nil)
	if len(all) != atMostProposals {
		t.Fatalf("%d proposals, want %d", len(all), atMostProposals)
	}
	for i, want := range []string{"I realise that I never asked them", "At first I wanted", "I have never said this aloud"} {
		if got := wordsOfProposal(turns, all[i]); len(got) != 1 || !strings.HasPrefix(got[0], want) {
			t.Errorf("proposal %d is %q, want %q", i, got, want)
		}
	}
	returned := weighty(saidTurns(
		"The silence in the board is heavy for me today.", "After the silence I spoke too fast again.", "There is a silence between us since spring.",
	), nil)
	if len(returned) != 1 || len(returned[0].quotes) != 3 || !strings.Contains(returned[0].question, "“silence” 3 times") {
		t.Errorf("what she came back to: %+v", returned)
	}
}

func TestNothingIsPointedAtWithoutWeight(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string][]string{
		"small talk":           {"The weather was fine.", "We had lunch at noon.", "Yes."},
		"questions":            {"What do I want from them in the end?", "Do I realise what I am asking for?"},
		"somebody else's word": {"She said “I realise that you never ask us anything”."},
		"noticed only":         {"I noticed the door was open."},
	} {
		if all := weighty(saidTurns(texts...), nil); len(all) != 0 {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

func TestWhatSheDeclinedIsPassedOver(t *testing.T) {
	t.Parallel()
	turns := saidTurns("I realise that I never asked them what they need.", "I want to leave the firm in spring.")
	declined := []memory.Quote{{Reflection: uuid.New(), Start: 0, End: 5, Text: "What they need I never asked them, I realised."}}
	all := weighty(turns, declined)
	if len(all) != 1 || !strings.HasPrefix(wordsOfProposal(turns, all[0])[0], "I want to leave") {
		t.Errorf("proposed %+v", all)
	}
}
