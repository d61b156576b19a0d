package guard

import "strings"

// toMe says whether words lead up to "me" as the one who is told, which claims
// nothing of the coach: "tell me", "share with me". "Without me" would.
func toMe(ws []word) bool {
	if len(ws) == 0 {
		return false
	}
	before := ws[len(ws)-1].raw
	if told[before] {
		return true
	}
	if before != "to" && before != "with" && before != "for" {
		return false
	}
	for _, w := range ws {
		if speaking[w.raw] {
			return true
		}
	}
	return false
}

var (
	told     = set("tell telling walk take talk help give show")
	speaking = set("say saying speak talk talking share sharing describe explain show name")
)

// idioms are verbs that with a small word say another thing than the verb
// does, and take it for granted of her.
var idioms = map[string]map[string]bool{}

func init() {
	for verb, small := range map[string]string{
		"hold": "back", "let": "go", "move": "on", "open": "up", "get": "over past through away", "stand": "up", "step": "up back down away", "give": "up",
		"speak": "up out", "reach": "out", "run": "away from", "take": "charge over control", "come": "clean", "keep": "from", "turn": "away", "look": "away past", "stay": "silent quiet small", "put": "off up",
	} {
		idioms[key(verb, nil)] = set(small)
	}
}

// idiom says whether words begin with an idiom that she has not said.
func (e *ear) idiom(ws []word) bool {
	small := idioms[ws[0].key]
	if small == nil || ws[0].quoted {
		return false
	}
	for i := 1; i < len(ws) && i <= 2 && ws[i].pause == 0; i++ {
		if small[ws[i].raw] {
			return !e.said[ws[0].key] || !e.said[ws[i].key]
		}
		if ws[i].key[0] != '@' && !others[ws[i].raw] && ws[i].raw != "it" {
			return false
		}
	}
	return false
}

// intoEvent says whether a question asks about what has been, and not about
// how she leads or lives with it now.
func intoEvent(ws []word) bool {
	for _, w := range ws {
		if ofNow[w.raw] || strings.HasPrefix(w.raw, "lead") {
			return false
		}
	}
	opens, imperative := opensAt(ws)
	for _, w := range ws {
		if been[w.raw] || w.raw == "happened" || opens && imperative && (w.raw == "about" || w.raw == "describe" || w.raw == "through") {
			return true
		}
	}
	return false
}

var (
	been  = set("did was were had been")
	ofNow = set("now today nowadays lately work team job role office days present here")
)
