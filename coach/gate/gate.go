package gate

import (
	"cmp"
	"context"
	"regexp"
	"sync/atomic"
)

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

// A Gate reads messages. The zero value has the rules alone.
type Gate struct {
	Thresholds Thresholds // of likeness; the zero value stands for Usual

	liken atomic.Pointer[learned]
}

type learned struct {
	*Likeness
	embedder Embedder
}

// Liken gives the gate what was learned from the examples, and the local
// embedder that it was learned with. From then on a message is also compared
// with the examples, and the phrases that are common in other talk count only
// beside some likeness.
func (g *Gate) Liken(l *Likeness, e Embedder) { g.liken.Store(&learned{l, e}) }

// Check reads one message. A crisis goes before harm at work; danger to
// herself goes before danger to anybody else. Where the embedder fails, or does
// not know the language, the rules decide alone.
func (g *Gate) Check(ctx context.Context, text string) Signal {
	t := normalise(text)
	s := Signal{Kind: None}
	s.Language, s.Covers = language(t)
	like := g.like(ctx, text, s.Covers)
	usual := cmp.Or(g.Thresholds, Usual)
	hit, found := rules.find(t, func(r route) bool {
		return !r.wide || like == nil || r.kind == Crisis && like.danger > usual.Wide
	})
	if found {
		s.Kind, s.About = hit.kind, hit.about
		if s.About == Self && ofAnother(hit.before, hit.phrase) {
			s.About = Other
		}
		return s
	}
	switch {
	case like == nil:
	case like.danger > usual.Danger:
		s.Kind, s.About = Crisis, like.about
	case like.harm > usual.Harm:
		s.Kind = HarmAtWork
	}
	return s
}

// like is nil where there is nothing to compare with.
func (g *Gate) like(ctx context.Context, text string, covers Coverage) *alikeness {
	l := g.liken.Load()
	if l == nil || covers != Full {
		return nil
	}
	a, err := l.read(ctx, l.embedder, text)
	if err != nil {
		return nil
	}
	return a
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
