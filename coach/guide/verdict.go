package guide

import "strings"

// echoOnly reports whether a clause, said to her as "you …", would turn into
// a verdict, an order or a statement about somebody else.
func echoOnly(c clause) bool {
	ts := c.tokens
	if !anyIn(ts, firstPerson) && !anyIn(ts, set("my me myself")) {
		return true // "it is hopeless": hers to say
	}
	owned := false // inside "you think …"
	for i, k := range ts {
		if k.quoted {
			continue
		}
		if !k.word || joins[k.low] || k.low == "or" {
			owned = false // "I don't know, I'm a fraud"
		}
		if verdicts[k.low] && !owned {
			return true
		}
		if k.low == "i'll" || k.low == "i'd" {
			return true
		}
		if !firstPerson[k.low] {
			continue
		}
		j := i + 1
		for j < len(ts) && between[ts[j].low] && ts[j].low != "not" {
			j++
		}
		if j >= len(ts) {
			continue
		}
		head := ts[j].low
		if helping[head] && j+1 < len(ts) {
			if head = ts[j+1].low; head == "know" {
				head = "wonder" // "I don't know whether"
			}
		}
		if attributing[head] {
			owned = true
			continue
		}
		if owned {
			continue
		}
		if head == "have" && j+1 < len(ts) && ts[j+1].low != "to" {
			continue
		}
		if orders[head] {
			return true
		}
		if strings.HasPrefix(k.low, "i'm") || k.low == "im" {
			j--
			head = "am"
			for j+1 < len(ts) && between[ts[j+1].low] && ts[j+1].low != "not" {
				j++
			}
		}
		if head == "am" || head == "was" || head == "wasn't" {
			for j+1 < len(ts) && (between[ts[j+1].low] || intensive[ts[j+1].low]) && ts[j+1].low != "not" {
				j++
			}
			if j+1 < len(ts) && !states[ts[j+1].low] && !strings.HasSuffix(ts[j+1].low, "ing") && !isAge(ts[j+1].low) {
				return true
			}
			if j+2 < len(ts) && ts[j+1].low == "not" && !states[ts[j+2].low] && !strings.HasSuffix(ts[j+2].low, "ing") {
				return true // "I'm not good enough"
			}
			if j+2 < len(ts) && ts[j+1].low == "the" && ts[j+2].low != "one" {
				return true // "I'm the problem"
			}
		}
	}
	return false
}
