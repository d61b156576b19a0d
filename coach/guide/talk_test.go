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
		"Are you human?": saySoftware,
		"Are you an AI yourself? Which model are you?":   saySoftware,
		"What should I do about Ana?":                    sayNoAdvice,
		"Is it better to write an email or to talk?":     sayNoAdvice,
		"What's your final advice?":                      sayNoAdvice,
		"I need some advice, that's why I'm here.":       sayNoAdvice,
		"What is the law in Germany on using AI?":        sayNoFacts,
		"Can you recommend a book on this?":              sayNoFacts,
		"Can you explain how a language model works?":    sayNoFacts,
		"Can you tell me what to do?":                    sayNoAdvice,
		"How many jobs will be lost by 2030?":            sayNoFacts,
		"OK. And why does he do that?":                   sayNoFacts,
		"Do you think I was wrong?":                      sayNoOpinion,
		"thanks, that's all":                             sayClosing,
		"Enough, I think.":                               sayClosing,
		"I don't know":                                   sayNoHurry,
		"...":                                            sayNoHurry,
		"I don't want to talk about it":                  sayLeave,
		"No. Not that either.":                           sayLeave,
		"That's not what I said.":                        sayWrong,
		"No, you got that wrong.":                        sayWrong,
		"You don't understand.":                          sayWrong,
		"That question makes no sense.":                  sayOther,
		"What do you mean?":                              sayOther,
		"Ich habe nur auf die Uhr geschaut.":             sayEnglish,
		"Une collègue m'a dit que je ne l'écoute jamais": sayEnglish,
	} {
		s := identity(t, Exploring).say(said)
		if len(s) != 2 || !shows(s, want) || s[1].Kind != memory.KindQuestion {
			t.Errorf("%q: %v", said, s)
		}
	}
}

func TestWhatOnlyLooksLikeARequestIsNone(t *testing.T) {
	t.Parallel()
	for _, said := range []string{
		"I did.", "Numbers.", "Nobody asked me to.", "Is it my hurry or his?", "What am I so afraid of in that room?",
		"I asked her what she needs, and what does she say?", "He said: what is the plan for June?", "It was no use, you know.",
		"Enough people have left.", "I never said that to her face.", "The die is cast and the el is late.",
	} {
		s := identity(t, Exploring).say(said)
		for _, x := range s {
			if x.Kind == memory.KindProcess {
				t.Errorf("%q: %v", said, s)
			}
		}
	}
}

// Whatever she asks for again and again, the coach does not say the same
// sentence twice while it has another way to say it.
func TestAnAnswerIsNotRepeatedWordForWord(t *testing.T) {
	t.Parallel()
	c := identity(t, Exploring)
	seen := map[string]bool{}
	for range 4 {
		s := c.say("What should I do?")
		if seen[s[0].Text] {
			t.Errorf("again: %v", s)
		}
		seen[s[0].Text] = true
	}
	if s := c.say("What should I do?"); s[0].Text != sayNoAdvice {
		t.Errorf("the fifth time: %v", s)
	}
}

func TestWhatIsSaidToTheCoachIsNotMirrored(t *testing.T) {
	t.Parallel()
	for _, said := range []string{
		"You never listen to what I say to you.", "I feel that you want me to cry.", "I lead a band and an office, guess which one listens.",
		"He must have sat there all weekend.",
	} {
		for _, x := range identity(t, Exploring).say(said) {
			if x.Kind == memory.KindMirror || len(x.Words) > 0 {
				t.Errorf("%q: %v", said, x)
			}
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

func TestFallbackIsAQuestionAndAtMostOneSentenceBeforeIt(t *testing.T) {
	t.Parallel()
	for said, first := range map[string]string{
		"What should I do?":                 sayNoAdvice,
		"What does the law say about this?": sayNoFacts,
		"are you human":                     saySoftware,
		"Am I a bad leader?":                sayNoOpinion,
		"I never wanted the corner office.": "You never wanted the corner office.",
		"ok":                                "", "You're just repeating what I say": "", "What do you mean?": "",
	} {
		c := identity(t, Exploring)
		c.turn.Said = []string{said}
		s := Guide{}.Fallback(c.turn)
		if s[len(s)-1].Kind != memory.KindQuestion || len(s) != map[bool]int{true: 1, false: 2}[first == ""] || len(s) == 2 && s[0].Text != first {
			t.Errorf("%q: %v", said, s)
		}
	}
}

// The banks are questions too.
func TestBanksAreOpenSingleQuestions(t *testing.T) {
	t.Parallel()
	text := "# X\n## Opening\n"
	for _, qs := range banks {
		for _, q := range qs {
			text += "- " + q.Text + "\n"
		}
	}
	_, err := practices.Load(fstest.MapFS{"banks.md": {Data: []byte(text)}})
	if err == nil || !strings.Contains(err.Error(), "are missing") {
		t.Fatalf("the questions were not read: %v", err)
	}
	for problem := range strings.SplitSeq(err.Error(), "\n") { // it is no whole practice, and need not be
		if !strings.Contains(problem, "are missing") && !strings.Contains(problem, "at least") && !strings.Contains(problem, "exploring only") {
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

// After a hurt it asks what that means now, and not what happened next.
func TestAHurtIsNotGoneInto(t *testing.T) {
	t.Parallel()
	for _, p := range practices.Built() {
		for seed := range uint64(5) {
			c := &talk{t: t, turn: Turn{Practice: p, Stage: Exploring, Seed: 100 * seed}}
			s := c.say("My father died in the hospice, I was holding the phone.")
			q := s[len(s)-1]
			if ofEvent.MatchString(q.Text) || len(q.Words) > 0 {
				t.Errorf("%s: %q", p.Key, q.Text)
			}
		}
	}
}

func TestAHurtIsRememberedForAWhile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		said []string
		want bool
	}{
		{nil, false},
		{[]string{"The budget is late."}, false},
		{[]string{"My brother died in that winter."}, true},
		{[]string{"My brother died in that winter.", "I never told my team."}, true},
		{[]string{"My brother died in that winter.", "So.", "The budget is late.", "Since then I check it twice."}, true},
		{[]string{"We lost the child in May.", "So.", "The budget is late.", "Since then I check it twice.", "And the plan."}, false},
	} {
		if got := Hurt(c.said); got != c.want {
			t.Errorf("after %q: %v, want %v", c.said, got, c.want)
		}
	}
}
