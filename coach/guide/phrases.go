package guide

import "innerwork/coach/practices"

// What the coach says about the conversation itself. None of it is about her.
const (
	saySoftware  = "I am software, not a person: I ask questions and give you back your own words."
	sayNoAdvice  = "I can't advise you or tell you what is right. I can ask, and give you back your own words; for advice there are your human coach and people you trust."
	sayNoFacts   = "I can't tell you that: I have no facts, and I know of others only what you wrote. Your human coach can, or somebody who knows; I can ask."
	sayWrong     = "Then I had it wrong. What you said stands, as you said it."
	sayOther     = "Then leave that question; here is another."
	sayNoOpinion = "I hold no opinion on this: I am software and know only what you wrote."
	sayNoWord    = "That I can't say or promise: I am software and know only what you wrote."
	sayNoWork    = "That is not work I can do: I ask questions and give you back your own words."
	sayNoCompany = "I am software: I can ask and give you back your own words, and I can't be to you what a person can."
	sayClosing   = "You can move to the closing whenever you want; you say when."
	sayExploring = "If this is what you want to look at, you can move on to exploring it; you say when."
	sayEnglish   = "My questions come in English only, and I can give words back only in English; write in whatever language is yours."
	sayLeave     = "Then we leave that where it is."
	sayOnlyAsk   = "Asking, and giving your words back, is all I can do. For a while I will only ask."
	sayNoHurry   = "There is no hurry."
	sayChoose    = "We can stay here without words for a moment, look at something else, or stop."
	sayPause     = "We have been going into this for a while. We can stay with it, turn to how you lead now, or stop here; you choose."
	sayStopped   = "Then we stop here. What you keep of this, and in which words, is yours to decide."
	sayOver      = "I ask nothing more here. You can finish whenever you like, and begin another conversation another day."
)

// sayBefore introduces a quote of something she wrote before.
var sayBefore = []string{
	"Something of yours from before may belong here.",
	"There is something you wrote earlier that uses some of the same words.",
	"This is from your own pages.",
}

// again is what the coach says where it has said the first of its sentences
// before: the same thing in other words.
var again = map[string][]string{
	sayNoAdvice: {
		"Advice is for your human coach and the people you trust; questions are what I have.",
		"That I leave to you and to people who can advise you.",
		"I can ask; your human coach can advise.",
	},
	sayNoFacts: {
		"That is a thing to look up, or to ask your human coach about; I have only what you wrote.",
		"That too I can't tell you; your human coach may.",
	},
	sayNoOpinion: {"On that too I hold no opinion.", "I can't judge that; I was not there."},
	sayNoWord:    {"That too I can't say for you.", "My word on it would be worth nothing; I can ask."},
	sayNoWork:    {"That too is not for me to do; I can ask."},
	sayNoCompany: {"Software, still: I can ask; people can be with you.", "What I can do here is ask, and give you back your own words."},
	saySoftware:  {"Software, as I said: it asks, and gives you back your own words."},
	sayLeave:     {"That stays where it is, too.", "All right, not that."},
	sayWrong:     {"Then I had that wrong as well; your words stand."},
	sayOther:     {"Another one, then."},
	sayClosing:   {"The closing is there whenever you want it."},
	sayOnlyAsk:   {"I go on without giving your words back."},
}

func bank(name string, texts ...string) []practices.Question {
	qs := make([]practices.Question, len(texts))
	for i, s := range texts {
		qs[i] = practices.NewQuestion("guide/"+name, s)
	}
	return qs
}

// Questions that belong to no practice.
var (
	askDue = bank("due",
		"What became of it?",
		"How did it go, for you?",
		"Where is it now, for you?",
		"What happened with it?",
		"What do you say about it today?")
	askElse = bank("else",
		"What do you want to talk about from here?",
		"Where do you want to begin, then?",
		"What do you want to be asked about?",
		"What else is on your mind?",
		"What is it that you want to look at?")
	askPraise = bank("praise",
		"What did you notice as you said it?",
		"Where do you want to go on from here?",
		"What is it that you heard yourself say?",
		"What was it like to say that?")
	askWord = bank("word",
		"What would it give you to hear that?",
		"Whose word on this counts for you?",
		"What is it that you want to hear?",
		"What do you say to that yourself?")
	askWork = bank("work",
		"What do you want to say, in your own words?",
		"What matters most to you in it?",
		"What do you want to be asked about it?",
		"What is it that you want others to hear?")
	askCompany = bank("company",
		"Who else knows of this, if anyone?",
		"What do you want from a conversation like this?",
		"What do you find here that is of use to you?",
		"Who do you want to be heard by?")
	askNow = bank("now",
		"What does it have to do with how you lead today?",
		"What does it mean for how you are with your people now?",
		"What do you want to look at in how you lead now?",
		"What of it do you meet in your work now?",
		"Where in your work do you want to begin now?")
	askPlain = bank("plain",
		"What would be of use to you now?",
		"Which question do you have for yourself here?",
		"What matters to you that is left out so far?",
		"What do you want from the next question?")
	askUnknown = bank("unknown",
		"What is this moment like?",
		"What is the first small thing that comes?",
		"Where does your attention go when you stay with it for a moment?",
		"Which piece of it do you know a little about?",
		"What do you want to look at from here?",
		"What part of it can you say?",
		"What do you notice, as you look for it?",
		"What is there beside it?")
	askSilence = bank("silence",
		"What is there at the moment?",
		"What comes, in your own time?",
		"Where would you like to go on?",
		"What do you want to say next, if anything?",
		"What else is there?",
		"How is it to be here with this?",
		"What is on your mind at this moment?",
		"What would you like to begin with?")
	askCorrect = bank("correct",
		"How do you say it yourself?",
		"What is it, in your own words?",
		"What matters in it, the way you see it?",
		"How would you like it to be heard?")
	askFacts = bank("facts",
		"What do you want to know it for?",
		"What would you do with the answer?",
		"What is your own question behind this one?",
		"What do you know about that yourself?",
		"What is it about this that matters to you?")
	askAdvised = bank("advised",
		"When you put that question to yourself, what comes first?",
		"What do you know about it so far?",
		"What matters most to you in how this is answered?",
		"What would an answer give you?",
		"Who do you know who has been at such a place?",
		"What have you thought of so far?")
	askOpinion = bank("opinion",
		"What do you say to that yourself?",
		"When you put that question to yourself, what comes first?",
		"What matters most to you in how this is answered?",
		"What would an answer give you?",
		"Where does that question come from, for you?")
	askItself = bank("itself",
		"What do you want to use this for, knowing that?",
		"Where do you want to go on?",
		"What does that mean for what you want to say here?",
		"What do you want from a conversation like this?")
	askEnding = bank("ending",
		"What do you want to look at before the end, if anything?",
		"What would you like to do with the time that is left?",
		"Where are you with it now?",
		"How do you want to end this?")
	askPause = bank("pause",
		"What do you want to do now?",
		"Which way do you want to go from here?")
	askBeside = bank("beside",
		"What do you notice, reading it now?",
		"What do you see when you hold the two side by side?",
		"How do those words sound to you today?",
		"What has stayed, between then and now?",
		"What has changed, between then and now?",
		"What do you see in it from here?",
		"How near are those words to you now?")
	askNumber = bank("number",
		"What is in that “{words}” for you?",
		"What tells you that it is “{words}”?",
		"What does “{words}” mean to you here?",
		"How is it to be at “{words}”?",
		"Where does “{words}” come from?")
	askNumbers = bank("numbers",
		"What is in that number for you?",
		"What tells you that it is there?",
		"What does that number mean to you?",
		"How is it to be there?")
	askRepeated = bank("repeated",
		"What is in the word “{words}”, each time you say it?",
		"What does “{words}” mean here, each time?",
		"What do you hear in “{words}”, now that you have said it a few times?",
		"Where does “{words}” come from, for you?",
		"What do you see when you say “{words}”?")
	askWanting = bank("wanting",
		"What would be different for you at the end of this?",
		"When this ends, how would you know that it was of use?",
		"Where in it would you like to begin?",
		"What makes this the day to look at it?",
		"What do you want to go away with?",
		"What part of it is the one to look at here?",
		"What do you want to understand about it?",
		"How far do you want to go into it today?",
		"Where do you want to be with it when we end?",
		"What do you want to look at first?",
		"What is at the centre of it, for you?",
		"What does it have to do with how you lead?",
		"Which question do you bring to it?")
	askForeign = bank("foreign",
		"What matters to you in what you said?",
		"What do you want to say more about?",
		"What is the most important word in it, for you?",
		"What is it like to have said that?",
		"Where do you want to go on with it?",
		"What do you hear in what you said?",
		"What is in it that matters to you now?")
)
