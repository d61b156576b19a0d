package guard

import "strings"

// question reads a sentence as an open question. ok says that it is one that
// may be asked; asks says that it is some question at all.
func (e *ear) question(ws []word, marked bool) (drop Drop, asks, ok bool) {
	ws, asides := withoutLeadIn(unled(withoutFillers(ws)))
	if brief(ws) {
		return "", true, true
	}
	at, imperative := opening(ws)
	imperative = imperative || asides && at == 0
	if at < 0 {
		return Closed, marked, false
	}
	core := ws[at:]
	if !imperative && (cleft(core) || clauseOnly(core)) {
		return Closed, marked, false
	}
	if !marked && !imperative && !inverted(core) {
		return Unknown, false, false
	}
	if drop := twofold(core); drop != "" {
		return drop, true, false
	}
	if at > 0 && !fronts[ws[0].raw] {
		if _, mirrored := e.mirror(ws[:at]); !mirrored {
			return Unknown, true, false
		}
	}
	if e.advises(ws, core) {
		return HiddenAdvice, true, false
	}
	if drop := e.presumes(ws); drop != "" {
		return drop, true, false
	}
	if e.hurt && intoEvent(ws) {
		return IntoEvent, true, false
	}
	return "", true, true
}

// wonderings may stand before a question: they only say that one comes.
var wonderings = [][]string{}

// short questions need no more than they are.
var short = map[string]bool{}

func init() {
	for _, f := range []string{
		"i wonder", "i am wondering", "i was wondering", "i am curious", "i am curious about", "i would like to hear", "i would like to know", "i would like to ask", "i want to ask", "i want to ask you", "let me ask",
		"let me ask you", "let me ask you this", "i would love to hear", "i would love to know", "i would like to understand", "i want to know", "i am interested in", "i am just wondering", "i am just curious", "i guess i am wondering", "what i am wondering is", "my question is", "i would be curious",
		"can i ask", "can i ask you", "may i ask", "may i ask you", "could i ask", "could i ask you", "i have a question",
	} {
		wonderings = append(wonderings, strings.Fields(f))
	}
	for _, q := range []string{
		"why", "how so", "how come", "like what", "such as", "in what way", "what else", "who else", "where else", "when else", "anything else", "what about you", "how about you", "which one", "which ones", "for example", "what then", "and then", "how",
	} {
		short[q] = true
	}
}

// withoutLeadIn takes off what announces a question, when one follows.
func withoutLeadIn(ws []word) (rest []word, found bool) {
	for _, f := range wonderings {
		if saysRaw(ws, f) {
			if opens, _ := opensAt(ws[len(f):]); opens {
				rest, found = ws[len(f):], true
			}
		}
	}
	if found {
		return rest, true
	}
	return ws, false
}

// unled takes off the words by which one begins to speak.
func unled(ws []word) []word {
	for len(ws) > 1 && leadIns[ws[0].raw] {
		ws = ws[1:]
	}
	return ws
}

func brief(ws []word) bool { return short[raws(ws)] }

var (
	leadIns = set("so and but okay ok well right yes now then alright great yep sure")
	askers  = set("what how who whose whom which where when why")
	before  = set("in at to for from of with on by about until since under through")
	fronts  = set("back when while as if before after since in at on of with from once until between under over during for where out inside given having considering looking thinking hearing")
)

// invitations ask her to go on without a question word.
var invitations = [][]string{}

func init() {
	for _, f := range []string{
		"tell me", "say more", "say a little more", "say a bit more", "say something", "describe", "walk me through", "take me through", "talk me through", "help me understand",
		"can you tell me", "could you tell me", "would you tell me", "can you say", "could you say", "would you say more", "can you describe", "could you describe",
		"can you walk me", "could you walk me", "can you help me understand", "would you like to say more", "would you like to tell me", "please tell me",
		"is there anything else", "is there something else", "is there anything more", "is there more",
		"anything else", "anything more", "any other", "are there other", "are there any other", "is there any other", "is there another", "can you think of any other", "can you think of anything else", "can you think of another",
		"give me an example", "can you give me an example", "could you give me an example", "give me a sense", "talk to me about", "say some more", "help me to understand", "can you help me to understand", "help me see",
		"can you talk about", "could you talk about", "would you talk about", "can you share", "could you share", "would you share", "share with me", "can you explain", "could you explain", "would you mind telling me", "would you describe", "would you say a little more",
	} {
		invitations = append(invitations, strings.Fields(f))
	}
}

// opening finds where the question itself begins: at the start, or after a
// clause in front of it. -1 means that nothing here opens a question.
func opening(ws []word) (at int, imperative bool) {
	for i := len(ws) - 1; i > 0; i-- {
		if ws[i].pause >= comma && !links[ws[i].raw] {
			if opens, imp := opensAt(ws[i:]); opens && !clauseOnly(ws[i:]) {
				return i, imp
			}
		}
	}
	if opens, imp := opensAt(ws); opens {
		return 0, imp
	}
	return -1, false
}

func opensAt(ws []word) (opens, imperative bool) {
	for _, f := range invitations {
		if saysRaw(ws, f) {
			return true, true
		}
	}
	if len(ws) > 1 && askers[ws[0].raw] {
		return true, false
	}
	return len(ws) > 2 && before[ws[0].raw] && askers[ws[1].raw], false
}

// cleft says whether a question word only begins a statement: "what you're
// saying is", not "what are you saying".
func cleft(core []word) bool {
	return len(core) > 1 && (core[0].raw == "what" || core[0].raw == "how" || core[0].raw == "why" || core[0].raw == "where") && core[1].pause == 0 && (core[1].key == "@you" || turns[core[1].raw] != "")
}

// clauseOnly says whether "when" or "where" begins a clause and no question:
// "when she is at work", not "when is she".
func clauseOnly(core []word) bool {
	return len(core) > 1 && (core[0].raw == "when" || core[0].raw == "where") && (core[1].key[0] == '@' || others[core[1].raw] && core[1].raw != "this" && core[1].raw != "that")
}

// invites says whether words ask her to go on, and are no question in form:
// "tell me more", not "can you tell me more".
func invites(ws []word) bool {
	_, imperative := opensAt(ws)
	return imperative && !helpers[ws[0].raw] && ws[0].raw != "any" && ws[0].raw != "anything"
}

var helpers = set("am are is was were do does did have has had will would can could may might should")

// inverted says whether a helping verb comes soon after the question word, and
// a subject after it: "what do you", not "what you do".
func inverted(core []word) bool {
	for i := 1; i < len(core) && i < 5; i++ {
		if core[i].key[0] == '@' {
			return false
		}
		if helpers[core[i].raw] {
			return i+1 < len(core)
		}
	}
	return false
}

// twofold says whether a core holds a second question or offers a choice.
func twofold(core []word) Drop {
	for i := 1; i+1 < len(core); i++ {
		w, after := core[i], core[i+1]
		joins := w.raw == "and" || w.raw == "or" || w.raw == "but"
		switch {
		case joins && (askers[after.raw] || helpers[after.raw] || before[after.raw] && i+2 < len(core) && askers[core[i+2].raw]):
			return SecondQuestion
		case core[i].pause >= comma && (askers[w.raw] || helpers[w.raw]):
			return SecondQuestion
		case w.raw == "or" && !(empty(core[i-1]) && empty(after)):
			return Leading
		}
	}
	return ""
}

func raws(ws []word) string {
	s := make([]string, len(ws))
	for i, w := range ws {
		s[i] = w.raw
	}
	return strings.Join(s, " ")
}

// together is what "we", the two who talk, may do.
var together = set("talk talked speak spoke begin start end close focus stay explore")

// sofar may stand between "we" and what the two do.
var sofar = set("last first just have both already")

// empty says whether a word says nothing of its own.
func empty(w word) bool { return functions[w.key] || neutral[w.key] }

func numeral(w string) bool { return strings.Trim(w, "0123456789") == "" }

// presumes says what a question takes for granted that she has not said.
func (e *ear) presumes(ws []word) Drop {
	negated := false
	for _, w := range ws {
		negated = negated || negations[w.raw]
	}
	for i, w := range ws {
		switch {
		case w.quoted: // hers word for word, or the sentence would not be here
		case w.key == "@coach":
			if !(w.raw == "me" && toMe(ws[:i]) || w.raw == "we" && i+1 < len(ws) && (together[ws[i+1].raw] || i+2 < len(ws) && sofar[ws[i+1].raw] && together[ws[i+2].raw])) {
				return Human
			}
		case e.idiom(ws[i:]):
			return Leading
		case w.raw == "so" && i > 0 && w.pause == 0 && i+1 < len(ws) && !functions[ws[i+1].key] && ws[i+1].raw != "far":
			if !e.pairs[pair(ws[:i+2], i+1)] {
				return Leading // "why is it so hard"
			}
		case smugglers[w.key] && scaled(ws, i):
		case smugglers[w.key]:
			if !e.pairs[pair(ws, i)] && !(i+1 < len(ws) && e.pairs[[2]string{w.key, ws[i+1].key}]) {
				return Leading
			}
		case negations[w.raw]:
			if !e.said[w.key] && !(i > 1 && (ws[i-1].raw == "who" || ws[i-2].raw == "who")) {
				return Leading
			}
		case w.key[0] == '@' || numeral(w.raw) || functions[w.key] || neutral[w.key]:
		case !e.said[w.key]:
			return Unknown
		case !e.plainly[w.key] && !negated:
			return Leading
		}
	}
	return ""
}

// scaled says whether the word at i sets two numbers beside each other: "six
// rather than a four", "three instead of two".
func scaled(ws []word, i int) bool {
	if ws[i].raw != "rather" && ws[i].raw != "instead" {
		return false
	}
	after := ws[i+1:]
	for len(after) > 0 && (after[0].raw == "than" || after[0].raw == "of" || after[0].raw == "like" || articles[after[0].raw]) {
		after = after[1:]
	}
	return len(after) > 0 && i > 0 && number(after[0]) && number(ws[i-1])
}

func number(w word) bool { return counts[w.key] || numeral(w.raw) }

func pair(ws []word, i int) [2]string {
	if i == 0 {
		return [2]string{}
	}
	return [2]string{ws[i-1].key, ws[i].key}
}
