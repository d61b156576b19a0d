package guide

import (
	"regexp"
	"slices"
	"strings"
)

// request is something that she asks of the coach itself.
type request int

const (
	nothing request = iota
	aboutItself
	advice
	opinion
	ending
	leaving     // "I don't want to talk about that"
	praise      // "you're good at this"
	complaint   // "you just repeat what I say"
	information // facts, or what somebody else thinks or meant
	correction  // "that's not what I said"
	unclear     // "what do you mean?"
	silence     // next to nothing was said
	notKnowing  // "I don't know"
	foreign     // not in the language that the guide can mirror
	word        // that the coach say, confirm or promise something
	work        // a text, a role, a task
	company     // that the coach be a person to her
)

var (
	asksItself  = regexp.MustCompile(`(?i)\b(are|r) (you|u) (really |actually |even )?(an? )?(human|person|real|ai|bot|robot|machine|software|program|chatgpt|computer|somebody|someone|alive)\b|\b(am i|i am|i'm) (talking|speaking|writing) to an? (human|person|machine|bot|robot|computer|ai)\b|\b(who|what) are you\b( |\?|$)(really|exactly|anyway)?|\b(system prompt|your (instructions|prompt|rules))\b`)
	asksAdvice  = regexp.MustCompile(`(?i)\b(what|who|which|how|where|when) (\w+ ){0,3}(should|shall) (i|we)\b[^.!]*\?|\b(should|shall) (i|we)\b[^.!?]*\?|\bwhat would you (do|say|suggest|recommend|advise|tell)\b|\bdo you (suggest|recommend|advise)\b|\bhow (do|can|could|would) (i|you|we|one) (best )?(tell|say|handle|deal|make|get|fire|manage|convince|fix|respond|answer|solve|run|give|write|approach)\b[^.!]*\?|\b(give|need|want|got|have|any) (me )?(some |an? |any |your )?(advice|recommendations?|tips?|suggestions?)\b|\b(just )?tell me (what|how) (to|i should)\b|\bhelp me (decide|choose)\b|\bcan you (recommend|suggest|help me with|tell me (how|what) (to|i))\b|\b(your|any|some|final|last) (\w+ )?(advice|recommendations?|suggestions?)\b[^.!]*\?|\b(is|would|wouldn't|isn't) it (be )?(better|best|ok|okay|right|wrong|wise|smart|worth|fair|an? (good|bad|better) idea) (if|to|for|that)\b[^.!]*\?`)
	asksToKnow  = regexp.MustCompile(`(?i)\b(can|could|would|will) you (please )?(explain|define|look up|find out|(recommend|suggest|find)( me)? an? (\w+ )?(book|article|podcast|course|study|method|tool|framework|template)|tell me (which|who|about|what (an?|the|is|are)\b))\b|\bis there an? (law|book|study|research|method|framework|template)\b|^\W*(please )?(explain|define)\b`)
	asksVerdict = regexp.MustCompile(`(?i)\b(what do you think|do you (think|agree|believe)|don't you (think|agree)|am i (right|wrong|crazy|a (bad|good))|was i (right|wrong)|who('s| is) right|your (opinion|view|take))\b`)
	saysLeave   = regexp.MustCompile(`(?i)\b(i (don't|dont|do not|would rather not|'d rather not|can't) (want to |wanna )?(talk|speak|go( any (further|deeper))?) (about|into) (this|that|it|the|him|her|them|my)\b|let's (not|leave|talk about something|change)|(can|could) we (talk about|turn to|leave)|change the subject|(talk|speak) about something else|rather not say|none of your business|next question|another question|stop asking|^\W*no\b\W*(please )?not (that|this|him|her|them)( one)?( either)?\W*$)`)
	saysRepeat  = regexp.MustCompile(`(?i)\b(you('re| are| just| only| keep)?( are)?( just| only| keep)? (repeat(ing)?|parrot(ing)?|echo(ing)?)\b|saying back|(isn't|not|doesn't|does not|don't) (really )?help(ing|ful)?( me)?\b.*\byou|you('re| are) (not|no) (help|use)|(useless|stupid|silly|dumb|pointless|annoying) (bot|machine|thing|software)|what's the point of (this|these))`)
	saysWrong   = regexp.MustCompile(`(?i)(\b(that's|that is|this is|that was) not what i (said|say|meant|mean)\b|\byou (got|have|had|took|understood) (that|it|me|this) (all )?wrong\b|\bi (never|didn't|did not) (say|said|mean|meant) that\W*$|\byou (misunderstood|misunderstand|misread|misheard|twist(ed)?)\b|^\W*(no\W+)?you (don't|dont|do not|didn't) (understand|get)( me| it| that)?\W*$|^\W*(no\W+)?you('re| are) wrong\b)`)
	saysUnclear = regexp.MustCompile(`(?i)^\W*((sorry|hm+|ok(ay)?|well)\W+)?(what do you mean( by (that|this))?|what does (that|this)( question)? mean|i (don't|dont|do not|didn't) (understand|get) (the|that|this|your) question|(that|this|your)( question)? (makes|made) no sense|(that|this|your)( question)? (doesn't|does not) make (any )?sense|(what|that's|what's) an? (stupid|silly|dumb|odd|weird|strange|pointless) question|what (kind|sort) of (a )?question is (that|this)|(stupid|silly|dumb|pointless|annoying) question|huh)\W*$`)
	saysPraise  = regexp.MustCompile(`(?i)\b(you('re| are) (so |really |very |pretty |quite )*(good|great|helpful|amazing|wise|brilliant|smart|kind)|(good|great|nice|interesting|excellent|hard|tough) question)\b`)
	saysBye     = regexp.MustCompile(`(?i)\b(thanks|thank you|thx|bye|goodbye|good night|see you|that's (all|it|enough)|i'm done|let's (stop|finish|close|end|wrap)|^\W*(i think )?(that's |that is |this is )?enough\b\W*(i think|now|thanks)?\W*$|i (have|need|want|'ve got) to (stop|finish|close|go( now)?)\b|enough for today|we can (stop|close|finish))`)
	saysUnknown = regexp.MustCompile(`(?i)^\W*(well|hm+|um+|uh|honestly|no|oh|sorry)?\W*(i('m| am)? ?(really |just |honestly )?(don'?t|do not|dunno|not) ?(really )?(know|sure|have a clue|have any idea)|dunno|idk|no idea|no clue|not sure|hard to say|can'?t say|who knows)( (yet|really|what to say|how to say it|where to (start|begin)|why i('m| am) here|what to talk about|what i want))?\W*$`)
)

// hears finds out whether she asks something of the coach, or said too little
// for a question about it.
func hears(s string, t text) request {
	words := countWords(t.tokens)
	short := words <= 9
	switch {
	case asksItself.MatchString(s):
		return aboutItself
	case words <= 30 && leansOn.MatchString(s):
		return company
	case words <= 30 && asksWork.MatchString(s):
		return work
	case words <= 30 && asksTurn.MatchString(s) && !ownQuestion.MatchString(s):
		return advice
	case words <= 30 && asksWord.MatchString(s):
		return word
	case asksVerdict.MatchString(s) && strings.Contains(s, "?"):
		return opinion
	case asksToKnow.MatchString(s) && !ownQuestion.MatchString(s):
		return information
	case asksAdvice.MatchString(s) && !ownQuestion.MatchString(s):
		return advice
	case words <= 30 && saysWrong.MatchString(s):
		return correction
	case saysUnclear.MatchString(s):
		return unclear
	case words <= 30 && saysRepeat.MatchString(s):
		return complaint
	case words <= 30 && saysLeave.MatchString(s):
		return leaving
	case words <= 8 && saysPraise.MatchString(s):
		return praise
	case short && saysBye.MatchString(s):
		return ending
	case saysUnknown.MatchString(s):
		return notKnowing
	case allIn(t.tokens, emptied):
		return silence
	case strange(t) || elsewhere(t.tokens):
		return foreign
	case words <= 30 && asksTrue.MatchString(s) && !weighs.MatchString(s) && !ownQuestion.MatchString(s):
		return opinion
	case asksFacts(t):
		return information
	}
	return nothing
}

// emptied are words in which nothing is said yet.
var emptied = set(`yes yeah yep yup no nope nah ok okay sure right fine well so and but hm hmm hmmm um uh mm mhm ah oh maybe perhaps
lol haha hahaha ha hehe rofl lmao really i see true good exactly indeed yo hey hi hello`)

func allIn(ts []token, in map[string]bool) bool {
	return !slices.ContainsFunc(ts, func(k token) bool { return k.word && !in[k.low] })
}

var (
	askers  = set("what what's who who's whom whose which when where why how")
	helpers = set("is are was were do does did can could will would has have isn't aren't doesn't don't didn't can't")
)

// asksFacts reports whether the last thing she said is a question that is not
// about herself: about the world, or about what somebody else thinks.
func asksFacts(t text) bool {
	ss := sentences(t)
	if len(ss) == 0 {
		return false
	}
	last := ss[len(ss)-1]
	for len(last) > 1 && (!last[0].word || joins[last[0].low] || leadIns[last[0].low]) {
		last = last[1:]
	}
	end := last[len(last)-1]
	return strings.ContainsAny(end.text, "?？") && !end.quoted && countWords(last) >= 4 &&
		(askers[last[0].low] || helpers[last[0].low]) && !anyIn(last, firstPerson) && !anyIn(last, set("me my mine myself we us our am"))
}

// elsewhere reports whether a text is in another language written in Latin
// letters: by the small words of the commonest ones, or because hardly any
// word is known.
func elsewhere(ts []token) bool {
	words, other := 0, 0
	for _, k := range ts {
		if k.word {
			words++
			if otherSmall[k.low] {
				other++
			}
		}
	}
	return other >= 2 && other*4 >= words && !english(ts) || words >= 8 && !english(ts)
}

// otherSmall are small words of German, French, Spanish, Italian, Portuguese,
// Dutch, Swedish and Polish that are no English words.
var otherSmall = set(`ich und nicht das ist ein eine einen habe hat haben mich mir mein meine wir sie er es auf mit für aber auch wie wenn dass den dem
nur noch schon sehr weiß kann je ne pas le la les est une des et dans pour avec qui que mon ma mes nous vous il elle j'ai c'est el los las que y en una por
con pero mi yo no sé muy esta estoy il di che è non sono una del della ho mio mia não eu um uma com para mas minha meu ik het een niet van dat zijn heb
mijn maar jag och att det som är inte har min nie się że jest mam jak`)

// ownQuestion is a question she tells about and does not put to the coach.
var ownQuestion = regexp.MustCompile(`(?i)\b(ask(ed|s|ing)?|wonder(ed|ing)?|said|told|thought|think|kept|know|knew|thinking)( \w+){0,3}[:,]? ["“']?(what|how|who|which|should|whether|if)\b`)

// strange reports whether most letters are not Latin ones.
func strange(t text) bool {
	latin, other := 0, 0
	for _, k := range t.tokens {
		if !k.word {
			continue
		}
		for _, r := range k.text {
			if r < 0x250 {
				latin++
			} else {
				other++
			}
		}
	}
	return other > latin
}
