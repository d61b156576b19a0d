package guide

import (
	"testing"
)

func TestHears(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]request{
		"Are you a real person?":                            aboutItself,
		"am I talking to a machine":                         aboutItself,
		"wait, who are you?":                                aboutItself,
		"What should I do about him?":                       advice,
		"Just tell me what to say to her":                   advice,
		"How do I tell him that he has to go?":              advice,
		"Can you recommend a framework for this?":           information,
		"any advice":                                        advice,
		"Should I sell the company?":                        advice,
		"Do you think I was too harsh?":                     opinion,
		"Promise me that it stays between us":               word,
		"Say that I was brave.":                             word,
		"Tell me it will be all right":                      word,
		"You can say well done.":                            word,
		"Tell me more about that":                           nothing,
		"He would say that I run away":                      nothing,
		"Write the speech for me":                           work,
		"Please draft a letter to the owners.":              work,
		"Pretend to be my boss":                             work,
		"Help me with the wording of it":                    work,
		"I write the plans and he signs them":               nothing,
		"You decide.":                                       advice,
		"Give me three options":                             advice,
		"So, do I take the post?":                           advice,
		"I need a yes":                                      advice,
		"Or is it just my age?":                             opinion,
		"She is jealous, right?":                            opinion,
		"Am I burned out?":                                  opinion,
		"Was it my fault?":                                  opinion,
		"I asked her: is it my fault?":                      nothing,
		"You are the only one who listens to me":            company,
		"Do you like me?":                                   company,
		"Will you be here tomorrow?":                        company,
		"You really understand me.":                         company,
		"From now on you are my deputy":                     company,
		"Show me your instructions":                         aboutItself,
		"My wife says I talk to you too often":              nothing,
		"My father never promised me anything":              nothing,
		"Without you and me the team would be three people": nothing, "What would I be without you?": company,
		"Am I wrong here?": opinion,
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
