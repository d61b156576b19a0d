package guide

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A mirror is short: what is longer is a retelling.
const (
	mirrorLeast = 4
	mirrorMost  = 17
	echoMost    = 12
	wordsMost   = 9 // in the slot of a question
)

var (
	weighty = set(`feel felt feeling want wanted wish wished hope realise realize realised realized notice noticed need needed miss missed care love
loved hate afraid scared ashamed proud tired alone never always still can't cannot keep keeps kept matter matters hurt lost lose wonder wondered
trust dread suddenly enough honestly envy relieved jealous stuck torn avoid avoided`)

	absolute = set(`nobody never nothing always everybody everything only no-one`)

	// attributing verbs make plain whose view it is: "you think you failed".
	attributing = set(`think thought feel felt believe believed wonder wondered guess suppose fear feared worry worried hope hoped wish wished tell told say
said imagine imagined hate find found doubt remember`)

	helping = set(`do did don't didn't dont didnt`)

	// verdicts are hers to say, not the coach's: such a clause is echoed in
	// quotation marks, never said to her.
	verdicts = set(`failed fail failing fails ruined ruin lied lie cheated cheat messed screwed betrayed betray hurt abandoned abandon deserve deserved
deserves broke suck sucked blew stole hate hated useless worthless stupid pathetic idiot fool fraud imposter impostor weak coward
hopeless terrible awful failure loser selfish incompetent liar disappointment burden wrong guilty fault blame killed kill neglected`)

	// orders would sound like advice, permission or a forecast when said to her.
	orders = set(`should shouldn't must mustn't could couldn't can can't cannot cant couldnt shouldnt may might need needn't ought will won't wont would wouldn't
wouldnt i'll i'd shall gotta better have has've dare`)

	// states may follow "you are" without being a verdict on her.
	states = set(`not sure unsure tired exhausted afraid scared worried sad angry glad happy proud torn stuck relieved ready curious nervous
frustrated confused ashamed lonely alone trying going doing looking thinking sitting sleeping waiting working wondering asking talking walking getting
holding carrying hoping dreading feeling losing avoiding starting living running the in at on here back about still leaving`)

	openers = set(`everything nothing what's i i'm i've im ive my when because since although though it it's that this there nobody maybe perhaps sometimes somehow honestly but
what whatever part something not today yesterday now every all after before last suddenly as once until in on at for with`)

	tender = set(`he he's she she's they they're his her their him them`)
)

// mirrored is a clause ready to be said to her.
type mirrored struct {
	text   string
	clause clause
	score  int
}

// mirrors returns what could be said back of the last thing she said, the
// weightiest first.
func mirrors(t text, all []clause, earlier []string) []mirrored {
	repeated := map[string]bool{}
	for _, s := range earlier {
		for st := range content(read(clip(s))) {
			repeated[st] = true
		}
	}
	var out []mirrored
	for _, c := range all {
		m, ok := mirror(t, c)
		if !ok {
			continue
		}
		m.score = weight(c, repeated) + lateness(c, all)
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b mirrored) int { return b.score - a.score })
	return out
}

// lateness prefers, a little, what she came to at the end.
func lateness(c clause, all []clause) int {
	if c.sentence == all[len(all)-1].sentence {
		return 2
	}
	return 0
}

func weight(c clause, repeated map[string]bool) int {
	score, subjects := 0, 0
	if any_(c.tokens, weighty) {
		score += 3
	}
	if any_(c.tokens, absolute) {
		score += 2
	}
	if firstPerson[c.tokens[0].low] || c.tokens[0].low == "but" {
		score += 2
	}
	back := 0
	for _, k := range c.tokens {
		if k.low == "but" {
			score++
		}
		if k.word && !common[k.low] && !weighty[k.low] {
			if subjects++; repeated[stem(k.low)] && back < 3 {
				back++
				score++
			}
		}
	}
	if subjects == 0 {
		score -= 3 // "you know that it isn't": nothing to look at
	}
	score += min(subjects, 2)
	switch n := countWords(c.tokens); {
	case n > 14:
		score -= 3
	case n < 5:
		score--
	}
	return min(score, 12)
}

// mirror says a clause to her: turned to "you" when that says no more than
// she did, or else as her own words in quotation marks.
func mirror(t text, c clause) (mirrored, bool) {
	n := countWords(c.tokens)
	if n < mirrorLeast || n > mirrorMost || !plain(t, c) || !stands(c) {
		return mirrored{}, false
	}
	if !echoOnly(c) {
		if said, ok := turn(t, c.tokens); ok {
			return mirrored{text: stop(said), clause: c}, true
		}
	}
	if n > echoMost || !quotable(c) {
		return mirrored{}, false
	}
	return mirrored{text: "“" + stop(t.slice(c.start, c.end)) + "”", clause: c}, true
}

// stop ends a sentence.
func stop(s string) string {
	if strings.HasSuffix(s, "…") || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// plain reports whether a span is ordinary prose, fit to be shown again.
func plain(t text, c clause) bool {
	quotes := 0
	for _, r := range t.runes[c.start:c.end] {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == ' ' || r == '\u00a0' || strings.ContainsRune(",.;:'’-–—…%$€£&", r):
		case r == '"' || r == '“' || r == '”':
			quotes++
		default:
			return false
		}
	}
	return quotes%2 == 0
}

// stands reports whether a clause reads as a sentence and is about her: it
// starts like one and has her in it, or names nobody else.
func stands(c clause) bool {
	first := c.tokens[0].low
	if !openers[first] || !english(c.tokens) || !hasVerb(c.tokens) {
		return false
	}
	hers := any_(c.tokens, firstPerson) || any_(c.tokens, set("me my myself mine"))
	return hers || !any_(c.tokens, tender)
}

var verbs = set(`am is are was were i'm i've im it's that's there's do does did don't doesn't didn't dont have has had can can't could will won't would feel felt know knew want wanted
think thought said told went came got made took gave saw heard left kept lost found let sat stood ran wrote read sold built held meant need miss
love hate wish hope keep tell ask lie wake sleep work lead hire write see hear get take give go come make say stay leave carry hold cry try
wonder guess seem seems keeps makes feels gets hurts helps means sits stays comes goes takes tastes wasn't isn't weren't aren't
sign drive watch open close walk drink eat call look fix start stop talk speak listen notice care fear dread avoid trust remember forget
knows happens fell broke cried spent paid lied put cut set shut hit began spoke froze chose grew brought bought caught taught fought slept woke`)

func hasVerb(ts []token) bool {
	for i, k := range ts {
		if k.low == "i" && i+1 < len(ts) && ts[i+1].word && !joins[ts[i+1].low] {
			return true
		}
		if verbs[k.low] || i > 0 && strings.HasSuffix(k.low, "ed") && len(k.low) > 4 {
			return true
		}
	}
	return false
}

// echoOnly reports whether a clause, said to her as "you …", would turn into
// a verdict, an order or a statement about somebody else.
func echoOnly(c clause) bool {
	ts := c.tokens
	if !any_(ts, firstPerson) && !any_(ts, set("my me myself")) {
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

var age = regexp.MustCompile(`^([0-9]+|(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(-\w+)?|\w+teen|twelve)$`)

func isAge(low string) bool { return age.MatchString(low) }

var intensive = set(`so very pretty quite a-bit rather more most too less`)

// quotable reports whether a clause can stand inside “…”.
func quotable(c clause) bool {
	for _, k := range c.tokens {
		if strings.ContainsAny(k.text, "\"“”") {
			return false
		}
	}
	return true
}

var functionWords = set(`i i'm im my me the a an and to of in it is was that this for on with not but at have had be he she they we so you as are
what do don't just no know think feel about from if when or all there more can't`)

// english reports whether the words look like the one language that the
// turning of persons knows.
func english(ts []token) bool {
	words, known := 0, 0
	for _, k := range ts {
		if k.word {
			words++
			if functionWords[k.low] || common[k.low] {
				known++
			}
		}
	}
	return words > 0 && known*6 >= words
}

// slotWords returns a short clause of hers for the slot of a question.
func slotWords(t text, all []clause, used func(string) bool) (clause, bool) {
	var best clause
	most := 1
	for _, c := range all {
		n := countWords(c.tokens)
		if n < 3 || n > wordsMost || !plain(t, c) || !quotable(c) || n < 4 && !c.whole {
			continue
		}
		if used(t.slice(c.start, c.end)) || !english(c.tokens) {
			continue
		}
		if score := weight(c, nil); score > most {
			best, most = c, score
		}
	}
	return best, most > 1
}

// around returns the widest short clause that holds a token range, for a cue
// that stands in a denial or a hedge.
func around(t text, all []clause, start, end int) (clause, bool) {
	var best clause
	for _, c := range all {
		if c.start <= start && end <= c.end && countWords(c.tokens) <= wordsMost && plain(t, c) && quotable(c) &&
			countWords(c.tokens) > countWords(best.tokens) {
			best = c
		}
	}
	return best, len(best.tokens) > 0
}

// clip bounds the work on a very long text.
func clip(s string) string {
	if r := []rune(s); len(r) > 20000 {
		return string(r[:20000])
	}
	return s
}
