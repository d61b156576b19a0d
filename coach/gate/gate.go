package gate

import "regexp"

// Kind is the route that a message takes.
type Kind string

// The routes. None means that coaching goes on.
const (
	None       Kind = "none"
	Crisis     Kind = "crisis"       // danger to a life, by suicide, self-harm or violence
	HarmAtWork Kind = "harm-at-work" // harassment, retaliation, or a wrong to be reported
)

// About says whose life a crisis is about, so that the help fits.
type About string

// Whom a crisis is about; empty for the other routes.
const (
	Self    About = "self"
	Other   About = "other"   // somebody else is in danger
	Towards About = "towards" // she speaks of hurting somebody
	Asked   About = "asked"   // she asked for help herself; the gate never says this
)

// Signal is what the gate saw in one message. It holds none of its words.
type Signal struct {
	Kind  Kind
	About About
	// Language is the ISO 639-1 code of the language the text seems to be in,
	// "" when it is in none that the gate knows or too short to tell.
	Language string
	// Covers says how much of that language the gate can read.
	Covers Coverage
}

// Coverage says how far the gate's silence can be trusted.
type Coverage string

// The degrees of coverage.
const (
	Full    Coverage = "full"    // explicit and softened wording, and harm at work
	Plain   Coverage = "plain"   // only the plainest phrases
	Unknown Coverage = "unknown" // the gate does not know this language, and the reader must be told
)

// Check reads one message. A crisis goes before harm at work; danger to
// herself goes before danger to anybody else.
func Check(text string) Signal {
	return rules.check(text)
}

func (r *ruleset) check(text string) Signal {
	t := normalise(text)
	s := Signal{Kind: None}
	s.Language, s.Covers = language(t)
	t = r.mask(t)
	for _, route := range r.routes {
		at := route.find(t)
		if at == nil && route.plain {
			if t := squeeze(t); t != "" {
				at = route.find(t)
			}
		}
		if at == nil {
			continue
		}
		s.Kind, s.About = route.kind, route.about
		if s.About == Self && ofAnother(t[:min(at[0], len(t))], t[min(at[0], len(t)):min(at[1], len(t))]) {
			s.About = Other
		}
		return s
	}
	return s
}

// ofAnother says whose a phrase is when it names nobody ("wants to die"): that
// of the person named last before it.
func ofAnother(before, phrase string) bool {
	if herself.MatchString(phrase) {
		return false
	}
	i, other := last(herself, before), last(another, before)
	return other > i
}

func last(re *regexp.Regexp, s string) int {
	at := re.FindAllStringIndex(s, -1)
	if len(at) == 0 {
		return -1
	}
	return at[len(at)-1][0]
}

var (
	herself = regexp.MustCompile(` (?:i|me|my|myself)\b`)
	another = regexp.MustCompile(` (?:` + persons[true]["I"] + `)\b`)
)
