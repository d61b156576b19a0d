package guard

import "strings"

// proposals are beginnings that put a deed of the asker's into her mouth, her
// own words or not.
var proposals = []string{
	"what if", "why not", "what would it take",
	"would happen if", "would it be like if", "would it be like to", "would it look like to", "would it mean to", "would change if", "would be possible if", "would it be to",
	"stops you", "stopping you", "stopped you", "prevents you", "preventing you", "keeps you from", "keeping you from", "kept you from", "holds you back", "holding you back", "held you back", "in the way of",
	"in order", "is it time", "time to", "let us", "supposed to", "had better", "would you be willing to", "are you willing to", "are you ready to", "ready to", "afraid to", "got to", "able to", "make sure",
	"how soon", "plan to", "when are you going to", "when will you be",
}

// safe verbs may follow "how could you", "what would you like to" and the like:
// to say, see or want something is no deed in the world.
var safe = stems("say see notice want like need know tell describe call mean hope hear understand name feel think remember choose put share be have do happen begin start add look talk speak focus explore go come rate scale describe answer handle deal respond react prefer wish expect change help matter learn find see tell experience spend")

// advises says whether a question carries a deed for her to do.
func (e *ear) advises(ws, core []word) bool {
	text := " " + raws(ws) + " "
	for _, p := range proposals {
		if strings.Contains(text, " "+p+" ") && !e.spoke(ws, p) {
			return true
		}
	}
	for i, w := range ws {
		if i+1 < len(ws) && (w.raw == "rather" && ws[i+1].raw == "than" || w.raw == "instead" && ws[i+1].raw == "of") && !scaled(ws, i) && !e.spoke(ws, w.raw+" "+ws[i+1].raw) {
			return true
		}
	}
	if suggests(core) {
		return true
	}
	if not := 3; len(core) > 1 {
		for i, w := range core[:min(len(core), not+1)] {
			if w.raw == "not" && !w.quoted && i > 0 && helpers[core[i-1].raw] {
				return true // "why don't you", "what haven't you"
			}
		}
	}
	modal, supposed := false, false
	for _, w := range ws[:len(ws)-len(core)] {
		supposed = supposed || w.raw == "if"
	}
	for i, w := range core {
		if w.quoted {
			continue // she said it so
		}
		if modal && i > 0 && leadsTo[core[i-1].raw] && strings.HasSuffix(w.raw, "ing") && !safe[w.key] && !functions[w.key] && !e.said[w.key] {
			return true // "what would be the good of leaving"
		}
		switch w.raw {
		case "should", "ought", "must", "shall":
			return true
		case "could", "would", "might", "can", "may", "will":
			modal = true
			if supposed || i+2 < len(core) && deedFollows(core[i+1:]) {
				return true
			}
		case "if":
			if modal {
				return true
			}
		case "to":
			due := i > 0 && pressing[core[i-1].raw]
			if (modal || due) && i+1 < len(core) && !safe[core[i+1].key] && core[i+1].key[0] != '@' && !functions[core[i+1].key] {
				return true
			}
		}
	}
	return false
}

// suggests says whether "what about" or "how about" goes on with a deed; with
// a person or a thing it only turns to them.
func suggests(core []word) bool {
	if len(core) < 3 || core[1].raw != "about" || core[0].raw != "what" && core[0].raw != "how" {
		return false
	}
	for i := 2; core[0].raw == "what" && i+1 < len(core); i++ {
		if next := core[i+1]; helpers[core[i].raw] && (next.key[0] == '@' || others[next.raw]) {
			return false // "what about the work do you like"
		}
	}
	for _, w := range core[2:] {
		if strings.HasSuffix(w.raw, "ing") && len(w.raw) > 4 && w.raw != "something" && w.raw != "nothing" && w.raw != "everything" && w.raw != "anything" || w.raw == "if" || helpers[w.raw] {
			return true
		}
	}
	return false
}

// leadsTo words may stand between a helping verb and a deed.
var leadsTo = set("of in to by about from for with before after without")

// pressing words make of "to" and a deed a thing that is due or settled.
var pressing = set("need needs needed have has had got going gonna planning about ready willing time supposed")

// deedFollows says whether a person and a deed come after a helping verb.
func deedFollows(ws []word) bool {
	if ws[0].key[0] != '@' && !others[ws[0].raw] {
		return false
	}
	for _, w := range ws[1:min(len(ws), 3)] {
		if w.raw == "not" || functions[w.key] && !safe[w.key] {
			continue
		}
		return !safe[w.key]
	}
	return false
}

// spoke says whether she said these words beside a neighbour they have here.
func (e *ear) spoke(ws []word, phrase string) bool {
	f := strings.Fields(phrase)
	for i := range ws {
		if !saysRaw(ws[i:], f) || len(f) < 2 {
			continue
		}
		if i+len(f) < len(ws) && e.holds(ws[i:i+len(f)+1], false) && len(f) > 1 && i > 0 && e.holds(ws[i-1:i+len(f)], false) {
			return true
		}
	}
	return false
}

// nudges are the turns of phrase by which a statement says what to do.
var nudges = []string{
	"you should", "you could", "you can", "you might", "you may want", "you need to", "you have to", "you ought", "you must", "you had better", "you would want", "you will want", "you are going to need", "you are going to want", "you will need",
	"we should", "we could", "we can", "we might", "we need to", "let us", "if i were you", "if i was you", "i would suggest", "i suggest", "i would recommend", "i recommend", "i would advise", "my advice", "my suggestion", "i would encourage", "i encourage", "i want you to", "i need you to", "i would like you to", "i would like us to",
	"consider", "try to", "try and", "make sure", "be sure to", "do not forget", "remember to", "start by", "begin by", "maybe try", "one option", "another option", "one way", "one thing you", "some people", "a lot of people", "other people", "many people", "most people",
	"it would be good", "it would be better", "it would help", "it might help", "it may help", "it helps", "it is important", "it is best", "it is better", "the best thing", "the best way", "a good idea", "a good thing", "good for you", "better for you", "what if", "how about", "why not", "why do not",
	"should", "suggest", "recommend", "recommended", "advise", "encourage",
}

// nudgesHer says whether a dropped sentence told her, or hinted, what to do.
func nudgesHer(sentence string) bool {
	text := " " + plain(sentence) + " "
	for _, n := range nudges {
		if strings.Contains(text, " "+n+" ") {
			return true
		}
	}
	return false
}
