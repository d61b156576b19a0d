package guard

import "testing"

func TestAHurtIsAskedAboutAsItLivesNow(t *testing.T) {
	t.Parallel()
	h := Heard{Said: []string{"My father died on the shop floor in March, and I had gone home."}, Hurt: true}
	for text, pass := range map[string]bool{
		"What did the shop floor look like in March?":   false,
		"What was it like on the shop floor?":           false,
		"Tell me about your father.":                    false,
		"What happened on the shop floor?":              false,
		"Where had you gone in March?":                  false,
		"What does March mean to you now?":              true,
		"How did that March change the way you lead?":   true,
		"What of your father is there in how you lead?": true,
		"What matters most to you here?":                true,
		"Your father died on the shop floor in March.":  true,
		"What do you notice when you say 'gone home'?":  true,
	} {
		if v := New(nil).Judge(text, h); v.Pass != pass || !pass && v.Drop != IntoEvent {
			t.Errorf("%q: passes %v (%s), want %v", text, v.Pass, v.Drop, pass)
		}
	}
	h.Hurt = false
	if v := New(nil).Judge("What was it like on the shop floor?", h); !v.Pass {
		t.Errorf("where nothing hurts, the past is not asked about: %s", v.Drop)
	}
}

func TestAnIdiomOfHersMayBeAskedAbout(t *testing.T) {
	t.Parallel()
	h := Heard{Said: []string{"I hold myself back in the board, and I tell you and me both that it is fine."}}
	if v := New(nil).Judge("When do you hold yourself back?", h); !v.Pass {
		t.Errorf("her own idiom was dropped: %s", v.Drop)
	}
	if v := New(nil).Judge("What would you like to share with me?", h); !v.Pass {
		t.Errorf("telling the coach was dropped: %s", v.Drop)
	}
}
