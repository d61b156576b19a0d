package gate

import "testing"

// Every sentence below was made up for this table.
var messages = []struct {
	kind  Kind
	about About
	texts []string
}{
	{Crisis, Self, []string{
		"I want to kill myself.",
		"I have been thinking about suicide since the board meeting.",
		"Tonight I am going to end my life.",
		"I don't want to live any more, and no title changes that.",
		"I'd rather be dead than walk into that hall on Thursday.",
		"I wish I were dead.",
		"I've been cutting myself again after the calls with London.",
		"I counted the tablets in the cabinet and there are enough.",
		"I took a whole bottle of pills an hour ago.",
		"There is a rope in the garage and I know how I would do it.",
		"I'm going to hang myself.",
		"I wrote letters to my kids so they would understand when I'm dead.",
		"On the way home I nearly drove into the bridge pillar on purpose.",
		"I think about jumping off the car park roof every lunch break.",
		"i wanna die",
		"I'm suicidal, there, I've typed it.",
		// softened
		"Sometimes I think everyone would be better off without me.",
		"It's nothing, but lately I'd be fine with not waking up.",
		"I know it sounds silly, some evenings I look at the river and think how quiet it would be.",
		"Don't worry about it. I just wonder whether anybody would notice if I were gone.",
		"I'm not going to do anything. I just don't want to be here any more.",
		"My family would manage fine once I'm out of the picture.",
		"I catch myself hoping the plane goes down.",
		"If a lorry hit me on the ring road I wouldn't mind.",
		"I'm so tired of being alive, in a polite sort of way.",
		"I checked what the life insurance pays, just to know.",
		"There's no point in going on, is there.",
		"What is the point of any of it?",
		"I can't see a way out of this.",
		"Some nights I'd like to go to sleep and not wake up.",
		"I feel like a burden to everyone at home.",
		"It would be easier if I simply stopped existing.",
		"Probably just the winter, but I don't care whether I live.",
		"The only thing keeping me here is the dog.",
		"I don't quite trust myself alone tonight.",
		"I sealed the letter for my daughter and labelled the folder. It is a quiet sort of feeling.",
		// tricks of spelling
		"I want to k i l l  m y s e l f",
		"I want to ki\u200bll my\u200dself",
		"I wаnt tо kіll mуsеlf", // Cyrillic letters
		"I’m going to kill myself",
		"I WANT TO DIE",
		"I want to k1ll mys3lf",
		"ｓｕｉｃｉｄｅ is all I think about",
		// plain phrases of other languages
		"Ich will nicht mehr leben.",
		"Ich denke daran, mich umzubringen.",
		"J'ai envie de mourir.",
		"Je pense au suicide tous les soirs.",
		"Quiero morirme.",
		"Pienso en quitarme la vida.",
	}},
	{Crisis, Other, []string{
		"My deputy told me she wants to die and I don't know what to say.",
		"One of my engineers said he has been thinking about killing himself.",
		"A colleague sent a goodbye message to the whole team at midnight.",
		"My brother says the kids would be better off without him.",
		"I'm worried that he might do something to himself over the weekend.",
		"She has cuts on her arms and pulls her sleeves down in meetings.",
		"He keeps saying he doesn't want to be here any more.",
		"My son took an overdose last night.",
		"A trainee said, laughing, that she would like to go to sleep and not wake up.",
		"My co-founder told me he can't see a way out.",
		"She said she had a plan to end her life.",
		"Someone on my team tried to hang himself yesterday.",
	}},
	{Crisis, Towards, []string{
		"I am going to kill him on Monday.",
		"I keep thinking about hurting people in that office.",
	}},
	{HarmAtWork, "", []string{
		"My director put his hand on my thigh at the offsite.",
		"Since I reported the invoices to compliance I have been left out of every meeting.",
		"He told me to sign the safety report although the tests were never done.",
		"The CFO asked me to delete the emails before the auditors come.",
		"She was demoted two weeks after she complained about him.",
		"A senior partner keeps making sexual remarks to our trainees.",
		"They passed her over because she is pregnant.",
		"I found out that the managing director takes kickbacks from a supplier.",
		"My boss threatened me in front of the whole shift.",
		"How do I report my own manager for fraud?",
		"He calls the warehouse men monkeys and everybody laughs.",
		"HR told me not to write anything down.",
		"I'm being bullied by the chair of the board.",
		"We backdated the maintenance log and somebody could get hurt.",
		"He slapped her arm away in the corridor. I saw it and I looked away.",
		"The wages are held back for months. The union has asked me for a statement.",
	}},
	{None, "", []string{
		"My team waits for me to decide.", "My team follows me into this.",
		"This deadline is killing me.",
		"I could kill for a coffee.",
		"I could have killed him when he moved the launch.",
		"Shoot me an email when the deck is done.",
		"That would be career suicide.",
		"I nearly died of embarrassment on that stage.",
		"I shot myself in the foot with that announcement.",
		"I was fired in March and I still drive that way to work.",
		"We have to kill the project before the budget round.",
		"I'm dying to know what she said.",
		"The demo bombed and I wanted the floor to swallow me.",
		"I'm drowning in email.",
		"Let's jump off this call at three.",
		"He stabbed me in the back at the steering committee.",
		"I burned myself out two years ago and I am wary now.",
		"My father died in May and I have not opened his letters.",
		"I feel like I failed them all.",
		"I cried in the car after the layoffs.",
		"I am exhausted and I snap at my children.",
		"My brother took his own life in 1998, and I lead the way he would have.",
		"I don't know whether I want this job any more.",
		"I can't sleep before board meetings.",
		"Nobody tells me the truth since I became CEO.",
		"I want to leave the company and I am afraid to say so.",
		"We lost the pitch and I feel empty.",
		"",
		"He threw me under the bus in front of the board.",
		"Then it hit me that nobody had asked the night shift.",
		"My mentor pushed me to apply.",
		"She stole my idea and I smiled.",
		"Yes.",
	}},
}

func TestCheckTakesEachMessageItsWay(t *testing.T) {
	t.Parallel()
	for _, group := range messages {
		for _, text := range group.texts {
			if got := new(Gate).Check(t.Context(), text); got.Kind != group.kind || got.About != group.about {
				t.Errorf("Check(%q) = %s %s, want %s %s", text, got.Kind, got.About, group.kind, group.about)
			}
		}
	}
}
