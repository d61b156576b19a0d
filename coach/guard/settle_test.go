package guard

import (
	"testing"

	"innerwork/memory"
)

var mirrored = []struct {
	name   string
	said   []string
	passes []string
	drops  []string
}{
	{
		"turns of phrase",
		[]string{"I'm going to close the second shop. I'd like to sleep again. There is no one I can ask. I have to phone the bank. I had a lot of plans."},
		[]string{"You're gonna close the second shop.", "You will close the second shop.", "You want to sleep again.", "There is nobody you can ask.", "You need to phone the bank.", "You've got to phone the bank.", "You had lots of plans."},
		[]string{"You closed the second shop already.", "You phone the bank.", "There is somebody you can ask.", "You had no plans.", "You don't want to sleep again."},
	},
	{
		"saying so",
		[]string{"I'm not saying I failed them. Maybe I'm saying I left too early. What I'm saying is hard to hear."},
		[]string{"Not that you failed them.", "You're not saying you failed them.", "Not that you failed them, maybe that you left too early."},
		[]string{"You failed them.", "You're saying you failed them.", "You left too early.", "You're saying that you failed them, maybe that you left too early."},
	},
	{
		"a whole sentence, however short",
		[]string{"I did not speak in the car. Two hours. My son was counting lorries in the dark."},
		[]string{"Two hours in the car you did not speak.", "Two hours, and your son was counting lorries."},
		[]string{"Two lorries in the car you did not speak.", "In the car you did speak."},
	},
	{
		"whose words follow, before each clause",
		[]string{"My board wants growth. I want to see my daughter on Tuesdays. I shouted at the chair."},
		[]string{"Your board wants growth, and on the other hand you want to see your daughter on Tuesdays.", "You said your board wants growth, and you also said you want to see your daughter on Tuesdays.", "You shouted at the chair, as you put it.", "You shouted at your chair."},
		[]string{"You shouted at the chair, because your board wants growth.", "Your board wants growth, so you shouted at the chair.", "You shouted at the chair, even though you want to see your daughter.", "You want to see the chair."},
	},
	{
		"a diary",
		[]string{"Sitting in the yard again. Fine is what they call me. Counting pallets makes me calm."},
		[]string{"You are sitting in the yard again."},
		[]string{"You are fine.", "You are counting pallets.", "You are sitting."},
	},
	{
		"a maybe taken back",
		[]string{"Maybe, but I want to stop hiding the numbers."},
		[]string{"You want to stop hiding the numbers."},
		nil,
	},
	{
		"a maybe not taken back",
		[]string{"Maybe, on some days, I want to stop hiding the numbers.", "If he goes, but only then, I sleep."},
		nil,
		[]string{"You want to stop hiding the numbers.", "You sleep."},
	},
	{
		"the answer just given",
		[]string{"Sunday lunch was grim.", "I would say a seven, with the window open. She called me a coward. I'm not a martyr. I think patience."},
		[]string{"A seven.", "Patience.", "So, a seven.", "Patience, yes."},
		[]string{"A coward.", "A martyr.", "An eight.", "You.", "The seven deadly."},
	},
	{
		"one meaning in every form",
		[]string{"I was working late and she was talking to my manager."},
		[]string{"You were working late and she was speaking to your boss."},
		[]string{"You were hardly working late.", "She was shouting at your boss."},
	},
}

func TestMirrorsInOtherForms(t *testing.T) {
	t.Parallel()
	g := New(nil)
	for _, c := range mirrored {
		h := Heard{Said: c.said}
		for _, s := range c.passes {
			if v := g.Judge(s, h); !v.Pass || v.Kind != memory.KindMirror {
				t.Errorf("%s: %q does not pass as a mirror: %+v", c.name, s, v)
			}
		}
		for _, s := range c.drops {
			if v := g.Judge(s, h); v.Pass {
				t.Errorf("%s: %q passes: %+v", c.name, s, v)
			}
		}
	}
}

// A quotation is compared with what she said, not with its form.
func TestAQuotationIsAsShePutIt(t *testing.T) {
	t.Parallel()
	g := New(nil)
	h := Heard{Said: []string{"I am going to close the second shop, no one knows."}}
	for s, want := range map[string]bool{
		"What does 'going to close' mean to you?": true,
		"What does 'no one knows' mean to you?":   true,
		"What does 'will close' mean to you?":     false,
		"What does 'nobody knows' mean to you?":   false,
	} {
		if v := g.Judge(s, h); v.Pass != want {
			t.Errorf("%q: %+v, want pass %v", s, v, want)
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	g := New(ProcessSentences())
	n := 0
	for _, group := range sentences {
		n += len(group.all)
	}
	e := listen(heard)
	for b.Loop() {
		for _, group := range sentences {
			for _, s := range group.all {
				g.judge(s, e)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/sentence")
}
