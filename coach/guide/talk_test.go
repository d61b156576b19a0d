package guide

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"innerwork/coach/practices"
	"innerwork/memory"
)

func identity(t *testing.T, s Stage) *talk {
	t.Helper()
	return &talk{t: t, turn: Turn{Practice: practices.Built()[1], Stage: s, Seed: 1}}
}

func asks(s []Sentence, qs []practices.Question) bool {
	return belongs(s[len(s)-1], qs)
}

func shows(s []Sentence, text string) bool {
	return slices.ContainsFunc(s, func(x Sentence) bool { return x.Text == text })
}

func TestOpeningAsksForTheCommitmentFirst(t *testing.T) {
	t.Parallel()
	c := identity(t, Opening)
	c.turn.Due = &Commitment{Action: "call\nAna", Date: "3 March"}
	first := c.reply()
	if !shows(first, "You wrote down “call Ana”, for 3 March.") || !asks(first, askDue) {
		t.Errorf("opened with %v", first)
	}
	if s := c.say("I called her and she was glad"); !asks(s, c.turn.Practice.Opening) {
		t.Errorf("then %v", s)
	}
	if s := c.say("I want to know who I am without the title"); !asks(s, askWanting) {
		t.Errorf("then %v", s)
	}
	if s := c.say("I want to hear myself say it"); !shows(s, sayExploring) {
		t.Errorf("no offer to move on: %v", s)
	}
	if s := c.say("It is a strange thing to want"); shows(s, sayExploring) {
		t.Errorf("offered again: %v", s)
	}
}

func TestOpeningWithoutACommitmentAsksWhatSheWants(t *testing.T) {
	t.Parallel()
	c := identity(t, Opening)
	c.turn.Due = &Commitment{Action: "  "}
	if s := c.reply(); len(s) != 1 || !asks(s, c.turn.Practice.Opening) {
		t.Errorf("opened with %v", s)
	}
}

func TestClosingGoesInOrderAndStops(t *testing.T) {
	t.Parallel()
	c := identity(t, Exploring)
	c.say("I lead like my father when I am tired.")
	c.turn.Stage = Closing
	begin := Guide{}.Begin(c.turn)
	if len(begin) != 1 || !asks(begin, c.turn.Practice.Closing[:1]) {
		t.Fatalf("began with %v", begin)
	}
	c.turn.Before = append(c.turn.Before, begin...)
	if s := c.say("I'd say a 7"); !asks(s, askNumber) || !strings.Contains(s[0].Text, "“7”") {
		t.Errorf("after the number: %v", s)
	}
	for i, part := range []practices.Part{practices.Keeping, practices.Next} {
		s := c.say([]string{"That I can hear him in it.", "I take the quiet with me."}[i])
		if !slices.ContainsFunc(c.turn.Practice.Closing, func(q practices.Question) bool { return q.Part == part && q.Key == s[len(s)-1].QuestionKey }) {
			t.Errorf("no question of %s: %v", part, s)
		}
	}
	if s := c.say("Where it goes from here."); !shows(s, sayStopped) {
		t.Errorf("did not close: %v", s)
	}
	for _, said := range []string{"One more thing about my father", "are you a person?", "what should I do?", ""} {
		for _, x := range c.say(said) {
			if x.Kind == memory.KindQuestion {
				t.Errorf("asked after the end: %v", x)
			}
		}
	}
}

func TestNumberIsNotCutOutOfItsDoubt(t *testing.T) {
	t.Parallel()
	for _, said := range []string{"maybe a 6", "from a 2 to a 6", "not a 7", "seven or eight"} {
		c := identity(t, Closing)
		c.turn.Before = Guide{}.Begin(c.turn)
		if s := c.say(said); !asks(s, askNumbers) {
			t.Errorf("%q: %v", said, s)
		}
	}
}

func TestRequestsToTheCoach(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"Are you human?":                saySoftware,
		"What should I do about Ana?":   sayNoAdvice,
		"Do you think I was wrong?":     sayNoOpinion,
		"thanks, that's all":            sayClosing,
		"I don't know":                  sayNoHurry,
		"I don't want to talk about it": sayLeave,
	} {
		s := identity(t, Exploring).say(said)
		if len(s) != 2 || !shows(s, want) || s[1].Kind != memory.KindQuestion {
			t.Errorf("%q: %v", said, s)
		}
	}
}

func TestAComplaintAboutMirrorsIsHeard(t *testing.T) {
	t.Parallel()
	mirrorsAfter := func(said string) int {
		c, n := identity(t, Exploring), 0
		c.say(said)
		for _, said := range []string{"I always felt small in that room.", "I never told my wife about it.", "I keep the door open and I feel watched."} {
			if c.say(said)[0].Kind == memory.KindMirror {
				n++
			}
		}
		return n
	}
	if n := mirrorsAfter("I am here to think about my new office."); n == 0 {
		t.Error("no mirror at all")
	}
	if n := mirrorsAfter("You're just repeating what I say"); n != 0 {
		t.Errorf("%d mirrors after the complaint", n)
	}
}

func TestThreeExchangesOfAHurtBringAPauseAndAChoice(t *testing.T) {
	t.Parallel()
	c := identity(t, Exploring)
	c.say("My father died when I was nine.")
	c.say("At the funeral I held the flag and I looked at my shoes.")
	s := c.say("I never cried about it.")
	if !shows(s, sayPause) || !asks(s, askPause) {
		t.Fatalf("no pause: %v", s)
	}
	if s := c.say("I want to look at work."); !asks(s, askNow) {
		t.Errorf("after the choice: %v", s)
	}
	if s := c.say("Since he died I never sit down at work."); shows(s, sayPause) {
		t.Errorf("paused again at once: %v", s)
	}
}

func TestThePastIsPointedAtWhenItBears(t *testing.T) {
	t.Parallel()
	bears := Passage{Handle: "r2", Text: "Nobody here needs the director, they need somebody who sits down."}
	c := identity(t, Exploring)
	c.turn.Passages = []Passage{{Handle: "r1", Text: "The canteen was closed on Tuesday."}, bears}
	handles := func(s []Sentence) (out []string) {
		for _, x := range s {
			if x.Kind == memory.KindQuote {
				out = append(out, x.Handle)
			}
		}
		return out
	}
	if s := c.say("I am the director here and I sit in meetings."); len(handles(s)) != 0 {
		t.Errorf("quoted at once: %v", s)
	}
	if s := c.say("I feel like the director of nobody, nobody needs me."); !slices.Equal(handles(s), []string{"r2"}) {
		t.Fatalf("did not quote: %v", s)
	}
	for range 8 {
		if s := c.say("The director again, and nobody needs him."); len(handles(s)) != 0 {
			t.Errorf("quoted again: %v", s)
		}
	}
	c.turn.Passages = []Passage{{Handle: "r1", Text: "A hotel in Porto with mints on the table."}}
	if s := c.say("I feel like a director."); len(handles(s)) != 0 {
		t.Errorf("quoted what does not bear: %v", s)
	}
}

func TestAWordThatComesBackIsAskedAbout(t *testing.T) {
	t.Parallel()
	c := identity(t, Exploring)
	c.say("The letter is in my drawer.")
	c.say("I read the letter every morning.")
	if s := c.say("I open the drawer and the letter is there."); !asks(s, askRepeated) || !strings.Contains(s[0].Text, "“letter”") {
		t.Errorf("%v", s)
	}
}

func TestFallbackIsAQuestionAndAtMostAMirror(t *testing.T) {
	t.Parallel()
	for _, said := range []string{"What should I do?", "I never wanted the corner office.", "ok", "are you human"} {
		c := identity(t, Exploring)
		c.turn.Said = []string{said}
		s := Guide{}.Fallback(c.turn)
		if len(s) > 2 || s[len(s)-1].Kind != memory.KindQuestion || len(s) == 2 && s[0].Kind != memory.KindMirror {
			t.Errorf("%q: %v", said, s)
		}
	}
}

// The banks are questions too.
func TestBanksAreOpenSingleQuestions(t *testing.T) {
	t.Parallel()
	text := "# X\n## Opening\n"
	for _, qs := range [][]practices.Question{askDue, askWanting, askNow, askElse, askPlain, askPraise, askUnknown, askSilence, askAdvised, askItself,
		askEnding, askPause, askBeside, askNumber, askNumbers, askRepeated, askForeign} {
		for _, q := range qs {
			text += "- " + q.Text + "\n"
		}
	}
	_, err := practices.Load(fstest.MapFS{"banks.md": {Data: []byte(text)}})
	if err == nil || !strings.Contains(err.Error(), "is missing") {
		t.Fatalf("the questions were not read: %v", err)
	}
	for problem := range strings.SplitSeq(err.Error(), "\n") { // it is no whole practice, and need not be
		if !strings.Contains(problem, "is missing") && !strings.Contains(problem, "at least") && !strings.Contains(problem, "exploring only") {
			t.Error(problem)
		}
	}
}

func TestTheSameClauseIsNotSaidBackTwice(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		c := identity(t, Exploring)
		c.turn.Seed = 100 * seed
		n := 0
		for _, said := range []string{"I never told my wife.", "It was late.", "I NEVER TOLD MY WIFE!", "i never told my wife"} {
			if s := c.say(said); s[0].Text == "You never told your wife." {
				n++
			}
		}
		if n > 1 {
			t.Errorf("seed %d: %d times", seed, n)
		}
	}
}
