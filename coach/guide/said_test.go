package guide

import (
	"testing"
)

func TestHears(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]request{
		"Are you a real person?":                             aboutItself,
		"am I talking to a machine":                          aboutItself,
		"wait, who are you?":                                 aboutItself,
		"What should I do about him?":                        advice,
		"Just tell me what to say to her":                    advice,
		"How do I tell him that he has to go?":               advice,
		"Can you recommend a framework for this?":            information,
		"any advice":                                         advice,
		"Should I sell the company?":                         advice,
		"Do you think I was too harsh?":                      opinion,
		"Am I wrong here?":                                   opinion,
		"I asked myself what should I do, again and again":   nothing,
		"I keep wondering: should I go? Nobody answers.":     nothing,
		"She gave me advice I did not want about the budget": nothing,
		"thanks, that's all":                                 ending,
		"I have to go now":                                   ending,
		"I don't know":                                       notKnowing,
		"honestly, no idea":                                  notKnowing,
		"I don't know whether I can forgive my boss for it":  nothing,
		"yes": silence, "...": silence, "": silence, "🙂": silence, "ok": silence,
		"7": nothing, "my brother": nothing, "Too many things. Mostly Marek.": nothing,
		"You're just repeating what I say":                                        complaint,
		"I don't want to talk about that any more":                                leaving,
		"Let's talk about something else":                                         leaving,
		"You're good at this":                                                     praise,
		"Gestern habe ich meinem Stellvertreter gekündigt, ohne ihn anzusehen":    foreign,
		"Вчера я впервые сказал команде правду":                                   foreign,
		"昨日チームに本当のことを話しました":                                                       foreign,
		"My team is quiet and I fill the silence with plans nobody has asked for": nothing,
	} {
		if got := hears(said, read(said)); got != want {
			t.Errorf("%q: heard %v, want %v", said, got, want)
		}
	}
}
