package guide

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"innerwork/coach/practices"
	"innerwork/memory"
)

// talk is a conversation while a test holds it.
type talk struct {
	t    testing.TB
	turn Turn
}

func (c *talk) say(said string) []Sentence {
	c.turn.Said = append(c.turn.Said, said)
	return c.reply()
}

// reply checks what must hold of every reply, and remembers it as the server would.
func (c *talk) reply() []Sentence {
	c.turn.Seed++
	s := Guide{}.Reply(c.turn)
	check(c.t, c.turn, s)
	if again := (Guide{}).Reply(c.turn); !reflect.DeepEqual(s, again) {
		c.t.Fatalf("the same turn was answered twice, differently:\n%v\n%v", s, again)
	}
	check(c.t, c.turn, Guide{}.Fallback(c.turn))
	for _, x := range s {
		if x.Kind == memory.KindQuote {
			for _, p := range c.turn.Passages {
				if p.Handle == x.Handle {
					x.Text = "On 3 March you wrote: “" + p.Text + "”"
				}
			}
		}
		c.turn.Before = append(c.turn.Before, x)
	}
	return s
}

func check(t testing.TB, turn Turn, s []Sentence) {
	t.Helper()
	if len(s) == 0 {
		t.Fatalf("no reply to %q", turn.Said)
	}
	questions, marks := 0, 0
	for _, x := range s {
		marks += strings.Count(x.Text, "?")
		if !utf8.ValidString(x.Text) || strings.IndexFunc(x.Text, unicode.IsControl) >= 0 {
			t.Fatalf("broken text %q", x.Text)
		}
		switch x.Kind {
		case memory.KindQuestion:
			questions++
			checkQuestion(t, turn, x)
		case memory.KindMirror:
			checkMirror(t, turn, x)
		case memory.KindQuote:
			if x.Text != "" || !slices.ContainsFunc(turn.Passages, func(p Passage) bool { return p.Handle == x.Handle }) {
				t.Fatalf("a quote of nothing: %+v", x)
			}
			for _, p := range turn.Passages {
				for _, b := range turn.Before {
					if p.Handle == x.Handle && strings.Contains(b.Text, p.Text) {
						t.Fatalf("%q was quoted before", p.Text)
					}
				}
			}
		case memory.KindProcess:
		default:
			t.Fatalf("kind %q", x.Kind)
		}
	}
	asksNoMore := turn.Stage == Closing && slices.ContainsFunc(append(slices.Clone(turn.Before), s...), func(x Sentence) bool { return x.Text == sayStopped })
	if want := map[bool]int{true: 0, false: 1}[asksNoMore]; questions != want {
		t.Fatalf("%d questions, want %d: %v", questions, want, s)
	}
	due := turn.Due != nil && len(turn.Said) == 0 // its words are hers and may hold anything
	if marks > 1 && !due {
		t.Fatalf("%d question marks: %v", marks, s)
	}
}

func checkQuestion(t testing.TB, turn Turn, x Sentence) {
	t.Helper()
	if !strings.HasSuffix(x.Text, "?") || strings.ContainsAny(x.Text, "{}") || x.QuestionKey == "" {
		t.Fatalf("question %+v", x)
	}
	for _, w := range x.Words {
		words := string([]rune(turn.Said[w.Said])[w.Start:w.End])
		if !strings.Contains(x.Text, "“"+words+"”") {
			t.Fatalf("%q does not hold her words %q", x.Text, words)
		}
	}
	if len(x.Words) == 0 && strings.Contains(x.Text, "“") {
		t.Fatalf("words of nobody in %q", x.Text)
	}
	asked := map[string]bool{}
	for _, b := range turn.Before {
		asked[b.QuestionKey] = true
	}
	for _, a := range turn.Asked {
		asked[a] = true
	}
	if !asked[x.QuestionKey] {
		return
	}
	for _, q := range siblings(turn.Practice, x.QuestionKey) {
		if q.Slot() == practices.SlotNone && q.Part != practices.Cued && !asked[q.Key] {
			t.Fatalf("%q again, before %q", x.Text, q.Text)
		}
	}
}

// siblings are the questions among which one was chosen.
func siblings(p practices.Practice, key string) []practices.Question {
	sets := append([][]practices.Question{p.Opening, p.Exploring}, banks...)
	for _, part := range []practices.Part{practices.Clarity, practices.Keeping, practices.Next} {
		var qs []practices.Question
		for _, q := range p.Closing {
			if q.Part == part {
				qs = append(qs, q)
			}
		}
		sets = append(sets, qs)
	}
	for _, qs := range sets {
		if slices.ContainsFunc(qs, func(q practices.Question) bool { return q.Key == key }) {
			return qs
		}
	}
	panic("a question of nobody: " + key)
}

// toYou is written apart from the program's own table, so that a slip there shows here.
var toYou = map[string]string{"i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "im": "youre", "ive": "youve", "id": "youd",
	"ill": "youll", "am": "are", "was": "were", "wasnt": "werent"}

func checkMirror(t testing.TB, turn Turn, x Sentence) {
	t.Helper()
	if len(x.Words) != 1 || x.Words[0].Said != len(turn.Said)-1 {
		t.Fatalf("a mirror of nothing: %+v", x)
	}
	w := x.Words[0]
	span := string([]rune(turn.Said[w.Said])[w.Start:w.End])
	hers, said := strings.Fields(letters(span)), strings.Fields(letters(x.Text))
	if len(hers) != len(said) {
		t.Fatalf("%q is not a mirror of %q", x.Text, span)
	}
	for i := range hers {
		if said[i] != hers[i] && said[i] != toYou[hers[i]] {
			t.Fatalf("%q is not a mirror of %q: %q", x.Text, span, said[i])
		}
	}
	if strings.HasPrefix(x.Text, "“") && strings.Trim(x.Text, "“”.") != strings.Trim(span, ".") {
		t.Fatalf("%q is not %q", x.Text, span)
	}
	n := 0
	for _, f := range strings.Fields(span) {
		if strings.IndexFunc(f, unicode.IsLetter) >= 0 {
			n++
		}
	}
	if n > mirrorMost {
		t.Fatalf("a mirror of %d words: %q", n, span)
	}
	for _, b := range turn.Before {
		if b.Kind == memory.KindMirror && letters(b.Text) == letters(x.Text) {
			t.Fatalf("%q was mirrored before", x.Text)
		}
	}
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsSpace(r):
			return unicode.ToLower(r)
		case isApostrophe(r):
			return -1
		}
		return ' '
	}, s)
}

var pieces = strings.Split(`I never wanted this|but I stay|maybe I'm not made for it|my team|I don't think I should|and then I left|she said I was cold|
he is a liar|we lost everything|I feel nothing when I walk in|"I'm done"|“not you”|what should I do?|I HATE THE NUMBERS|i dont know if i care|😀|…|...|it's not that|
that I hate it|, |. |! |; |: | — |ich weiß nicht|昨日チームに|שלום|وداع|e\u0301|\u200b|\u202eright|<script>|{words}|{word}|“|”|"|'|you owe me|our father died|I realise that|
enough|enough is enough|the letter|I keep the letter in my drawer|seven|8|10 of 10|thanks|bye|are you human|yes|I cried|at the funeral|because|unless|if I|
I was and was|mine|a mine|myself|am I|was I|should|could not|role|title|forgive|afraid|not afraid|perfect|silence|`, "|")

func randomSaid(r *rand.Rand) string {
	switch r.IntN(12) {
	case 0:
		return ""
	case 1:
		return strings.ToUpper(pieces[r.IntN(len(pieces))])
	case 2: // any runes at all
		rs := make([]rune, r.IntN(40))
		for i := range rs {
			rs[i] = rune(r.IntN(0x1ffff))
		}
		return strings.ToValidUTF8(string(rs), "")
	case 3:
		var b strings.Builder
		for utf8.RuneCountInString(b.String()) < 15900 {
			for range 40 {
				b.WriteString(pieces[r.IntN(len(pieces))] + " ")
			}
		}
		return string([]rune(b.String())[:15900])
	}
	var b strings.Builder
	for range 1 + r.IntN(14) {
		b.WriteString(pieces[r.IntN(len(pieces))])
		if r.IntN(4) > 0 {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func TestEveryReplyOnRandomInput(t *testing.T) {
	t.Parallel()
	for n := range 10 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(uint64(n), 6))
			ps := practices.Built()
			c := talk{t: t, turn: Turn{Practice: ps[n%len(ps)], Stage: Opening, Seed: r.Uint64()}}
			if n%3 == 0 {
				c.turn.Due = &Commitment{Action: randomSaid(r), Date: "3 March"}
			}
			for _, q := range c.turn.Practice.Exploring[:n%9] {
				c.turn.Asked = append(c.turn.Asked, q.Key)
			}
			c.reply()
			for i := range 16 {
				switch i {
				case 4:
					c.turn.Stage = Exploring
				case 12:
					c.turn.Stage = Closing
				}
				c.turn.Passages = nil
				for k := range r.IntN(6) {
					c.turn.Passages = append(c.turn.Passages, Passage{Handle: fmt.Sprintf("r%d", k+1), Text: randomSaid(r)})
				}
				c.say(randomSaid(r))
			}
		})
	}
}

// The longest message there is, made of nothing but beginnings of clauses.
func TestWorkIsBounded(t *testing.T) {
	t.Parallel()
	for _, piece := range []string{", I", "I, and then ", "“I ", "maybe. ", "a", "if I, but "} {
		said := strings.Repeat(piece, 16000/len(piece))
		x := read(said)
		if n := len(clauses(x)); n > 10*len(x.tokens) {
			t.Errorf("%q: %d clauses of %d tokens", piece, n, len(x.tokens))
		}
		one := Turn{Practice: practices.Built()[0], Stage: Exploring, Said: []string{said}}
		check(t, one, Guide{}.Reply(one))
	}
}

// Sixty turns in exploring go round all the questions.
func TestQuestionsGoRoundBeforeTheyComeAgain(t *testing.T) {
	t.Parallel()
	for _, p := range practices.Built()[:2] {
		c := talk{t: t, turn: Turn{Practice: p, Stage: Exploring}}
		seen := map[string]int{}
		for i := range 60 {
			s := c.say(fmt.Sprintf("I was there on day %d and they said what I felt about it", i))
			seen[s[len(s)-1].QuestionKey]++
		}
		plain := 0
		for _, q := range p.Exploring {
			if q.Slot() == practices.SlotNone && q.Part != practices.Cued {
				plain++
				if seen[q.Key] == 0 {
					t.Errorf("%s: never asked in 60 turns: %s", p.Key, q.Text)
				}
			}
		}
		if len(seen) < plain {
			t.Errorf("%s: %d different questions", p.Key, len(seen))
		}
	}
}
