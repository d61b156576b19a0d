package guide

import "slices"

// Pause holds the line on what lies behind her: the coach asks what a loss
// means for how she leads now, and does not go into the event. After three
// exchanges that did, it stops and leaves the choice to her; if she turns to
// how she leads now, it asks about that. nil when none of this is so. It holds
// whoever speaks, so a model is not asked for that reply.
func (Guide) Pause(t Turn) []Sentence {
	if len(t.Said) == 0 || t.Stage == Closing {
		return nil
	}
	return newDraft(t).pause()
}

func (d *draft) pause() []Sentence {
	switch {
	case d.heard == ending || d.heard == leaving:
		return nil
	case d.needsPause():
		return []Sentence{process(sayPause), d.ask(askPause)}
	case d.sincePause() == 1 && turnsToNow(d.last):
		return []Sentence{d.ask(askNow)}
	}
	return nil
}

// deepening is how many of the last four exchanges may go into a hurt that lies
// behind her, this one among them.
const deepening = 3

func (d *draft) needsPause() bool {
	if len(d.Said) < deepening || d.sincePause() < deepening+1 {
		return false
	}
	n := 0
	for _, s := range d.Said[max(0, len(d.Said)-deepening-1):] {
		if painful(clip(s)) {
			n++
		}
	}
	return n >= deepening && painful(clip(d.Said[d.lastAt]))
}

// sincePause counts the questions since the coach paused.
func (d *draft) sincePause() int {
	return d.since(func(s Sentence) bool { return s.Text == sayPause })
}

// remembered is for how many messages of hers a hurt that she told is not gone
// into; it does not pass because she changed the subject once.
const remembered = 4

// Hurt reports whether she spoke lately of a hurt that lies behind her, so that
// no question may go further into it. said are her messages, oldest first.
func Hurt(said []string) bool {
	return slices.ContainsFunc(said[max(0, len(said)-remembered):], func(s string) bool { return painful(clip(s)) })
}

// turnsToNow reports that she chose to look at how she leads now.
func turnsToNow(t text) bool {
	return anyOf(t, "lead", "leading", "leadership", "work", "team", "now", "job", "people", "company", "turn")
}

// past are words of a hurt that lies behind her. They lead to a pause and a
// choice when one exchange after the other goes into it; they are no signal
// of danger, which has a gate of its own.
var past = []string{
	"died", "death", "dying", "dead", "funeral", "grave", "buried", "burial", "killed", "murdered", "suicide", "took his life", "took her life",
	"took his own life", "took her own life", "accident", "crash", "drowned", "stroke", "miscarriage", "miscarried", "stillborn", "stillbirth",
	"abuse", "abused", "abusive", "assaulted", "raped", "molested", "beat", "beaten", "beating", "hit me", "hit us", "locked me", "screamed at me", "neglected",
	"childhood", "as a child", "when i was little", "grief", "grieve", "mourn", "trauma", "traumatic", "hospice", "ashes", "coffin", "widow", "orphan", "orphanage",
	"war", "bomb", "refugee", "fled", "lost him", "lost her", "lost them", "lost my", "lost our", "lost the child", "lost the baby", "lost a child", "lost a baby", "lost a son", "lost a daughter", "passed away", "goodbye", "cancer",
	"cry", "cried", "crying", "tears", "wept", "nightmare", "flashback",
}

func painful(s string) bool {
	return anyOf(read(s), past...)
}
