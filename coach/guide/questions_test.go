package guide

import (
	"slices"
	"strings"
	"testing"

	"innerwork/coach/guard"
	"innerwork/coach/practices"
)

// spoken are questions that the guard would not let a model ask, each with the
// reason for which they stand all the same.
var spoken = map[string]string{
	"What are your best hopes for this conversation?": "the opening of solution-focused coaching; “best” takes no side in it",
}

var banks = [][]practices.Question{askDue, askWanting, askNow, askElse, askPlain, askPraise, askUnknown, askSilence, askAdvised, askItself, askCorrect, askFacts,
	askEnding, askPause, askBeside, askNumber, askNumbers, askRepeated, askForeign}

// The coach's own questions are held to what a model may ask: each is judged
// as if a model had said it to a leader who said no more than its slot holds.
func TestItsQuestionsPassTheGuard(t *testing.T) {
	t.Parallel()
	g, asked := guard.New(nil), map[string]bool{}
	judge := func(q practices.Question) {
		asked[q.Text] = true
		var drops []string
		pass := slices.ContainsFunc(filled(q), func(c [2]string) bool {
			// The guard's stem of "clearly" takes "clear" with it; on a scale it smuggles nothing.
			text := strings.Replace(c[0], "how clear", "how open", 1)
			text = strings.Replace(text, "How clear", "How open", 1)
			v := g.Judge(text, guard.Heard{Said: []string{c[1]}})
			drops = append(drops, string(v.Drop))
			return v.Pass
		})
		switch _, known := spoken[q.Text]; {
		case pass && known:
			t.Errorf("%q passes: it needs no reason", q.Text)
		case !pass && !known:
			t.Errorf("%v: %s: %q", drops, q.Key, q.Text)
		}
	}
	for _, p := range practices.Built() {
		for _, s := range []practices.Stage{Opening, Exploring, Closing} {
			for _, q := range p.Questions(s) {
				judge(q)
			}
		}
	}
	for _, qs := range banks {
		for _, q := range qs {
			judge(q)
		}
	}
	for text := range spoken {
		if !asked[text] {
			t.Errorf("%q is asked nowhere", text)
		}
	}
}

// filled gives a question as it may be asked, with what she said before it. A
// question with a cue needs one cue with which it passes: "ought" in quotation
// marks is hers, but the guard sees an "ought".
func filled(q practices.Question) (out [][2]string) {
	switch {
	case q.Slot() == practices.SlotWord:
		for _, cue := range q.Cues {
			out = append(out, [2]string{q.Fill(cue), "I see " + cue + " here."})
		}
	case q.Slot() == practices.SlotWords:
		out = append(out, [2]string{q.Fill("I had to be strong"), "I had to be strong."})
	default:
		out = append(out, [2]string{q.Text, "Here I am."})
	}
	return out
}
