package guide

import (
	"testing"

	"innerwork/coach/practices"
)

func TestChooseFollowsHerWords(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"I assumed that they agreed, looking back.":                            "reflective-engagement",
		"Since I was promoted I feel like an impostor.":                        "identity",
		"I've lost the meaning of this work, it feels empty.":                  "purpose-and-intent",
		"I polish every slide and I can't stand a mistake.":                    "vulnerability-and-perfectionism",
		"I can't forgive him, he lied to us.":                                  "forgiveness",
		"I have to confront my deputy and I keep avoiding it.":                 "safe-space-and-hard-conversations",
		"I interrupted her twice, I was distracted and didn't listen.":         "humanising-leadership",
		"The board wants automation and two jobs will be redundant.":           "leading-in-the-age-of-ai",
		"My clerk resigned and I want a goodbye with some kindness.":           "leadership-as-love",
		"The climate project in our city is stuck.":                            "from-inner-work-to-social-impact",
		"I don't know where to start.":                                         "",
		"It was Monday.":                                                       "",
		"":                                                                     "",
		"Ich habe das Projekt und die Software nicht verstanden und bin müde.": "",
	} {
		if got := Choose(practices.Built(), said); got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}

func TestAMirrorPrefersWhatThePracticeListensFor(t *testing.T) {
	t.Parallel()
	said := "I drove past the depot on Sunday. I called him on Monday about the mistake. I drove past the bakery on Friday."
	for key, want := range map[string]string{
		"vulnerability-and-perfectionism": "You called him on Monday about the mistake.",
		"leading-in-the-age-of-ai":        "You drove past the bakery on Friday.",
	} {
		for _, p := range practices.Built() {
			if p.Key == key {
				d := newDraft(Turn{Practice: p, Stage: Exploring, Said: []string{said}})
				if d.chosen == nil || d.chosen.text != want {
					t.Errorf("%s: %+v", key, d.chosen)
				}
			}
		}
	}
}
