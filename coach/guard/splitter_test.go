package guard

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func split(chunks ...string) []string {
	var s Splitter
	var out []string
	for _, c := range chunks {
		out = append(out, s.Feed(c)...)
	}
	return append(out, s.Flush()...)
}

var streams = []struct {
	text string
	want []string
}{
	{"One. Two? Three!", []string{"One.", "Two?", "Three!"}},
	{"Dr. Okafor and Mrs. Lund met at 3.45 p.m. on a day, i.e. Monday. Then they left.", []string{"Dr. Okafor and Mrs. Lund met at 3.45 p.m. on a day, i.e. Monday.", "Then they left."}},
	{"It cost 3.5 million. Why?", []string{"It cost 3.5 million.", "Why?"}},
	{"Well... maybe so. And then…  nothing happened.", []string{"Well.", "maybe so.", "And then... nothing happened."}},
	{"\"Who?\" she asked. 'No.' Then nothing.", []string{"\"Who?\" she asked.", "'No.'", "Then nothing."}},
	{"Really?! Yes.", []string{"Really?", "Yes."}},
	{"A list:\n- call him\n- leave\n\nWhat now?", []string{"A list:", "call him", "leave", "What now?"}},
	{"1. First thing. 2. Second thing.", []string{"First thing.", "Second thing."}},
	{"# Title\nSome words\nthat go on. **Bold?** Yes", []string{"Title", "Some words that go on.", "Bold?", "Yes"}},
	{"你好。你想要什么？好", []string{"你好。", "你想要什么?", "好"}},
	{"<think>Fire him. Now.</think>What matters?", []string{"What matters?"}},
	{"<THINK>a</THINK> What <thinking>b. c</thinking> matters?", []string{"What", "matters?"}},
	{"She is weak </think>What matters?", []string{"What matters?"}},
	{"What matters?\" \"Yes.\" (Or not.) Then", []string{"What matters?", "\"Yes.\"", "(Or not.)", "Then"}},
	{"Yes. <think>never closed. What?", []string{"Yes."}},
	{"a < b. And <b>bold</b>.", []string{"a < b.", "And <b>bold</b>."}},
	{"[r1] What is that? [r2]\nYes.", []string{"[r1]", "What is that?", "[r2]", "Yes."}},
	{"Wh\u200bat\u202e is \u2066it?", []string{"What is it?"}},
	{"J. Smith came. I did. I. Then.", []string{"J. Smith came.", "I did.", "I.", "Then."}},
	{"", nil}, {"...", nil}, {"\n\n \n", nil},
}

func TestSplitterFindsSentences(t *testing.T) {
	t.Parallel()
	for _, c := range streams {
		if got := split(c.text); !slices.Equal(got, c.want) {
			t.Errorf("split(%q) =\n%q, want\n%q", c.text, got, c.want)
		}
	}
}

func TestSplitterDoesNotCareHowTheStreamIsCut(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 11))
	var all strings.Builder
	for _, c := range streams {
		all.WriteString(c.text + " ")
	}
	texts := []string{all.String(), "\xff\xfe Who\xe4\xbd? \xf0\x9f Yes."}
	for _, c := range streams {
		texts = append(texts, c.text)
	}
	for _, text := range texts {
		whole := split(text)
		for range 40 {
			var cut []string
			for rest := text; rest != ""; {
				n := 1 + rng.IntN(min(9, len(rest)))
				cut, rest = append(cut, rest[:n]), rest[n:]
			}
			if got := split(cut...); !slices.Equal(got, whole) {
				t.Fatalf("cut as %q:\n%q, whole:\n%q", cut, got, whole)
			}
		}
	}
}

func TestSplitterSpeaksAsSoonAsASentenceIsOver(t *testing.T) {
	t.Parallel()
	var s Splitter
	if got := s.Feed("What matters to you?"); !slices.Equal(got, []string{"What matters to you?"}) {
		t.Errorf("after its mark: %q", got)
	}
	for _, undecided := range []string{" You met Dr.", " Lund at 3.", "15 p.m.", " and said \"Why?"} {
		if got := s.Feed(undecided); len(got) > 0 {
			t.Errorf("%q came before it was known to be whole", got)
		}
	}
	if got := s.Feed("\" N"); !slices.Equal(got, []string{"You met Dr. Lund at 3.15 p.m. and said \"Why?\""}) {
		t.Errorf("after the next word began: %q", got)
	}
	if got := s.Feed("ow. [r1]\n"); !slices.Equal(got, []string{"Now.", "[r1]"}) {
		t.Errorf("after the handle's line: %q", got)
	}
}

func TestSplitterKeepsLittleOfAnEndlessSentence(t *testing.T) {
	t.Parallel()
	var s Splitter
	for range 2000 {
		if got := s.Feed(strings.Repeat("on and ", 50)); len(got) > 0 {
			t.Fatalf("a sentence before its end: %.40q", got)
		}
	}
	if s.text.Len() > 4*keepRunes || len(s.gap) > 4 || len(s.tag) > longTag+2 {
		t.Fatalf("kept %d bytes", s.text.Len())
	}
	got := append(s.Feed(". Stop. "), s.Flush()...)
	if len(got) != 2 || got[1] != "Stop." {
		t.Fatalf("got %d sentences", len(got))
	}
	if v := New(nil).Judge(got[0], Heard{Said: []string{"on and on"}}); v.Pass || v.Drop != TooLong {
		t.Errorf("an endless sentence: %+v", v)
	}
}

func FuzzSplitter(f *testing.F) {
	for _, c := range streams {
		f.Add(c.text, uint8(3))
	}
	f.Add("\xf0\x9f\x98 <th\u200bink>x</think> y. <think", uint8(1))
	f.Fuzz(func(t *testing.T, text string, step uint8) {
		whole := split(text)
		var cut []string
		for rest := text; rest != ""; {
			n := min(int(step%7)+1, len(rest))
			cut, rest = append(cut, rest[:n]), rest[n:]
		}
		if got := split(cut...); !slices.Equal(got, whole) {
			t.Fatalf("cut: %q, whole: %q", got, whole)
		}
		for _, s := range whole {
			if s == "" || !utf8.ValidString(s) || utf8.RuneCountInString(s) > 20*keepRunes || strings.ContainsAny(s, "\n\u200b\u202e") {
				t.Fatalf("yielded %q", s)
			}
		}
	})
}
