package guide

import "testing"

func TestTurnOfPersons(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"I'm tired":                          "You're tired",
		"I’m tired":                          "You’re tired",
		"I am not the one who left":          "You are not the one who left",
		"I was late and my team was waiting": "You were late and your team was waiting",
		"I always was the quiet one":         "You always were the quiet one",
		"I wasn't there":                     "You weren't there",
		"I don't know who I am":              "You don't know who you are",
		"nobody asked how I was":             "Nobody asked how you were",
		"they never saw me, nor was I asked": "They never saw you, nor were you asked",
		"the fault was mine":                 "The fault was yours",
		"we own a mine":                      "", // "we" is not turned
		"it goes through me into a mine":     "It goes through you into a mine",
		"I keep it to myself":                "You keep it to yourself",
		"I've been here, I'd stay, I'll see": "You've been here, you'd stay, you'll see",
		"my husband was proud of me":         "Your husband was proud of you",
		"the person I was would laugh at me": "The person you were would laugh at you",
		"i dont think im ready":              "You don't think you're ready",
		"it wasnt me":                        "It wasn't you",
		"I HATE MY OFFICE":                   "You hate your office",
		"I said \"I'm done\" and left":       "You said \"I'm done\" and left",
		"I told him “my door is open”":       "You told him “my door is open”",
		"I told you that I'm late":           "", // whoever "you" is
		"let's say I left":                   "",
		"our team lost me":                   "",
		"id rather go":                       "", // "I'd", or a word of its own
		"I sat in the car and was ashamed":   "", // whose "was"?
		"Ana and I was wrong":                "",
		"am tired":                           "",
	} {
		x := read(said)
		got, ok := turn(x, x.tokens)
		if ok != (want != "") || got != want && ok {
			t.Errorf("%q: got %q (%v), want %q", said, got, ok, want)
		}
	}
}

// Said to her as "you …" these would be a verdict, an order, or a word about
// somebody who is not there.
func TestMirrorIsNoVerdictAndNoOrder(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"I'm a fraud in that room.":                 "“I'm a fraud in that room.”",
		"I am really not good enough for them.":     "“I am really not good enough for them.”",
		"I should fire him this week.":              "“I should fire him this week.”",
		"I have to talk to the board.":              "“I have to talk to the board.”",
		"I failed every one of them.":               "“I failed every one of them.”",
		"I can't do this for another year.":         "“I can't do this for another year.”",
		"I'm the problem in this team.":             "“I'm the problem in this team.”",
		"It is hopeless with this board.":           "“It is hopeless with this board.”",
		"We lost the whole night shift.":            "",
		"I don't know, I'm a fraud to everybody.":   "“I don't know, I'm a fraud to everybody.”",
		"I'm letting the whole family down.":        "“I'm letting the whole family down.”",
		"I keep failing my own people.":             "“I keep failing my own people.”",
		"I don't deserve a team like mine.":         "“I don't deserve a team like mine.”",
		"I don't know if I'm good enough for it.":   "You don't know if you're good enough for it.",
		"I think I failed every one of them.":       "You think you failed every one of them.",
		"I don't think I should stay here.":         "You don't think you should stay here.",
		"I'm not sure that I want it back.":         "You're not sure that you want it back.",
		"I'm trying to find my way home.":           "You're trying to find your way home.",
		"I have lost the taste for it.":             "You have lost the taste for it.",
		"He is a liar and a bully.":                 "",
		"She never listens to anybody.":             "",
		"What should I say to my boss then?":        "",
		"Tell me what you want from me.":            "",
		"You know how it is with my kind.":          "",
		"I told them \"I am the boss of my house":   "",
		"Ich habe gestern meinen Stellvertreter.":   "",
		"<b>I want to lead</b> the whole team now.": "",
	} {
		x := read(said)
		got := ""
		if ms := mirrors(x, clauses(x), nil, nil); len(ms) > 0 {
			got = ms[0].text
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	}
}
