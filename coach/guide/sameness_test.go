package guide

import (
	_ "embed"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"innerwork/coach/practices"
	"innerwork/memory"
)

//go:embed testdata/leaders.txt
var leadersText string

// leader is one conversation of a test, as she holds it.
type leader struct{ practice, temper, lines string }

func leaders() (out []leader) {
	for part := range strings.SplitSeq(leadersText, "\n= ") {
		head, lines, _ := strings.Cut(part, "\n")
		practice, temper, ok := strings.Cut(head, " ")
		if ok && !strings.HasPrefix(head, "#") {
			out = append(out, leader{practice, temper, strings.TrimSuffix(lines, "\n")})
		}
	}
	return out
}

// hold is the whole conversation with the guide, every reply checked.
func (l leader) hold(t testing.TB, asked []string, seed uint64) (questions []Sentence, read string) {
	t.Helper()
	c := talk{t: t, turn: Turn{Stage: Opening, Seed: seed, Asked: asked}}
	for _, p := range practices.Built() {
		if p.Key == l.practice {
			c.turn.Practice = p
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "== %s, %s ==\n", c.turn.Practice.Title, l.temper)
	show := func(s []Sentence) {
		b.WriteString("COACH  ")
		for _, x := range s {
			b.WriteString(" " + x.Text)
			if x.Kind == memory.KindQuestion {
				questions = append(questions, x)
			}
		}
		b.WriteString("\n\n")
	}
	show(c.reply())
	for said := range strings.SplitSeq(l.lines, "\n") {
		if stage, ok := strings.CutPrefix(said, "> "); ok {
			c.turn.Stage = Stage(stage)
			if c.turn.Stage == Closing {
				b.WriteString("        [she moves to closing]\n\n")
				s := Guide{}.Begin(c.turn)
				c.turn.Before = append(c.turn.Before, s...)
				show(s)
			} else {
				b.WriteString("        [she moves to exploring]\n\n")
				s := Guide{}.Begin(c.turn)
				c.turn.Before = append(c.turn.Before, s...)
				show(s)
			}
			continue
		}
		b.WriteString("LEADER  " + said + "\n")
		show(c.say(said))
	}
	return questions, b.String()
}

// sameness says how alike questions are, in the order in which they were asked.
type sameness struct {
	asked    int
	repeated float64 // share of questions whose key was asked before
	heads    float64 // different first two words, over all questions
	overlap  float64 // mean share of words that a question has in common with the one before it
}

func (s sameness) String() string {
	return fmt.Sprintf("%d questions, %.3f repeated, %.3f different beginnings, %.3f words shared with the one before", s.asked, s.repeated, s.heads, s.overlap)
}

func measure(qs []Sentence) sameness {
	m, seen, heads := sameness{asked: len(qs)}, map[string]bool{}, map[string]bool{}
	for i, q := range qs {
		if seen[q.QuestionKey] {
			m.repeated++
		}
		seen[q.QuestionKey], heads[head(q.Text)] = true, true
		if i > 0 {
			m.overlap += overlap(qs[i-1].Text, q.Text) / float64(len(qs)-1)
		}
	}
	m.repeated /= float64(len(qs))
	m.heads = float64(len(heads)) / float64(len(qs))
	return m
}

// keys are those of questions, the newest first.
func keys(qs []Sentence) (out []string) {
	for _, q := range slices.Backward(qs) {
		out = append(out, q.QuestionKey)
	}
	return out
}

// How alike questions are in each of ten conversations, over ten with ten
// practices, and over ten in a row with the same one. Run with -v for the
// figures; INNERWORK_READ=1 prints the conversations for reading.
func TestSameness(t *testing.T) {
	t.Parallel()
	var all []Sentence
	var before []string // of all conversations, the newest first
	for i, l := range leaders() {
		qs, text := l.hold(t, before, uint64(1000*i))
		all, before = append(all, qs...), append(keys(qs), before...)
		m := measure(qs)
		t.Logf("%-38s %-22s %s", l.practice, l.temper, m)
		if m.repeated > 0 {
			t.Errorf("%s: a question came twice in one conversation", l.practice)
		}
		if m.heads < 0.5 || m.overlap > 0.25 {
			t.Errorf("%s: its questions are too much alike: %s", l.practice, m)
		}
		if os.Getenv("INNERWORK_READ") != "" {
			fmt.Println(text)
		}
	}
	if len(leaders()) != len(practices.Built()) {
		t.Errorf("%d leaders", len(leaders()))
	}
	m := measure(all)
	t.Logf("ten practices: %s", m)
	if m.repeated > 0.05 {
		t.Errorf("over ten conversations: %s", m)
	}
	for _, l := range leaders()[:2] {
		var asked []string
		var same []Sentence
		for n := range uint64(10) {
			qs, _ := l.hold(t, asked, 1000*n)
			same, asked = append(same, qs...), append(keys(qs), asked...)
			if n == 1 {
				m := measure(same)
				t.Logf("two with %s: %s", l.practice, m)
				if m.repeated > 0.02 {
					t.Errorf("a second conversation repeats: %s", m)
				}
			}
		}
		t.Logf("ten with %s: %s", l.practice, measure(same))
	}
}
