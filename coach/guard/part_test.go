package guard

import (
	"testing"

	"innerwork/memory"
)

// What is released of a longer sentence; "" for nothing.
var parts = []struct{ sentence, released string }{
	// behind a statement that has ended
	{"That was a long spring for a bakery, so how is it for you now?", "How is it for you now?"},
	{"Forty people is a whole village, what matters most to you about them?", "What matters most to you about them?"},
	{"A trainee saw all of it - and what do you notice when you count the till?", "What do you notice when you count the till?"},
	{"Bakers carry a lot, tell me more about the apron.", "Tell me more about the apron."},
	{"Gracious, where would you like to start today?", "Where would you like to start today?"},
	// beside a name
	{"What matters most to you about the bakery, Helena?", "What matters most to you about the bakery?"},
	{"Helena, what matters most to you about the bakery?", "What matters most to you about the bakery?"},
	{"Tell me more about the apron, Helena Brandt.", "Tell me more about the apron."},
	// speech
	{"Wh-what matters most to you about the-the bakery?", "Wh-what matters most to you about the-the bakery?"},
	{"How's-how's it for you when you count the till?", "How's-how's it for you when you count the till?"},
	// what the question needs, or what leads it, cannot be left out
	{"Since your sister betrayed you, what matters to you?", ""},
	{"If you let the manager go, what would change for you?", ""},
	{"Suppose the manager were gone, what would matter to you?", ""},
	{"Imagine the shop was sold, how would that be?", ""},
	{"Given that the manager is a burden, what do you want?", ""},
	{"As a tired woman of sixty, what do you want?", ""},
	{"You should let the manager go, so how do you feel now?", ""},
	{"It would help to let the manager go, so what do you want?", ""},
	{"Had you let the manager go, what would matter to you?", ""},
	{"What frightens you there, and what do you want?", ""},
	{"Is the manager lazy, or what do you notice?", ""},
	{"He is lazy, which is what you want?", ""},
	{"The manager is lazy, what if you fired him?", ""},
	{"Helena, did you fire him?", ""},
	{"What should you do, Helena?", ""},
	{"'He is lazy', so what do you want?", ""},
}

func TestAQuestionInALongerSentenceIsAskedAlone(t *testing.T) {
	t.Parallel()
	g := New(nil)
	for _, c := range parts {
		v := g.Judge(c.sentence, heard)
		if v.Text != c.released || v.Pass != (c.released != "") || v.Pass && v.Kind != memory.KindQuestion {
			t.Errorf("of %q this is released: %+v", c.sentence, v)
		}
		if v.Pass {
			if again := g.Judge(v.Text, heard); !again.Pass || again.Text != v.Text {
				t.Errorf("%q does not stand by itself: %+v", v.Text, again)
			}
		}
	}
}

func TestAnInvitationEndsAsOne(t *testing.T) {
	t.Parallel()
	g := New(nil)
	for in, want := range map[string]string{
		"Tell me more about the apron":            "Tell me more about the apron.",
		"Can you tell me more about the apron?":   "Can you tell me more about the apron?",
		"Anything else about the apron?":          "Anything else about the apron?",
		"Give me an example of that":              "Give me an example of that.",
		"-and what matters to you in the bakery?": "And what matters to you in the bakery?",
		"What do you keep?":                       "What do you keep?",
		"What did your mother say?":               "What did your mother say?",
	} {
		if v := g.Judge(in, heard); v.Text != want || v.Kind != memory.KindQuestion {
			t.Errorf("Judge(%q) = %+v, want the question %q", in, v, want)
		}
	}
	for _, s := range []string{"What you want is a new manager?", "How you feel is betrayed?", "What you are saying is that the bakery is a burden?"} {
		if v := g.Judge(s, heard); v.Pass {
			t.Errorf("%q is no question and passes: %+v", s, v)
		}
	}
}

func TestNumbersOfAScaleMayStandBesideEachOther(t *testing.T) {
	t.Parallel()
	g := New(nil)
	h := Heard{Said: []string{"On trust I would give myself a six."}}
	for s, want := range map[string]bool{
		"What makes it a six rather than a four?":                 true,
		"Why six instead of two?":                                 true,
		"What made you say six instead of two?":                   true,
		"What makes you trust rather than fire them?":             false,
		"What could you say instead of what you say?":             false,
		"What would trust be like rather than six?":               false,
		"What about trust do you notice?":                         true,
		"What about trusting them?":                               false,
		"What is the benefit of a six?":                           true,
		"What is working for you?":                                true,
		"Where'd you first notice trust?":                         true,
		"What is a realistic number for you?":                     true,
		"What is the cowardly side of a six?":                     false,
		"What would be the benefit of leaving before they do so?": false,
	} {
		if v := g.Judge(s, h); v.Pass != want {
			t.Errorf("%q: %+v, want pass %v", s, v, want)
		}
	}
}
