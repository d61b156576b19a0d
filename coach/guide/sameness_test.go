package guide

import (
	_ "embed"
	"fmt"
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

func TestRead(t *testing.T) {
	for i, l := range leaders() {
		_, s := l.hold(t, nil, uint64(1000*i))
		t.Log(s)
	}
}
