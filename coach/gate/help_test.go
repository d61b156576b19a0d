package gate

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func TestHelpFitsTheSignal(t *testing.T) {
	t.Parallel()
	texts := BuiltIn()
	for _, c := range []struct {
		signal  Signal
		country string
		has     []string
		first   string
	}{
		{Signal{Kind: Crisis, About: Self}, "US", []string{"988", "911", "go on", "2026-11", "breath"}, ""},
		{Signal{Kind: Crisis, About: Self}, "de", []string{"0800 111 0 111", "112"}, ""},
		{Signal{Kind: Crisis, About: Self}, "GB", []string{"116 123", "999"}, ""},
		{Signal{Kind: Crisis, About: Self}, "FR", []string{"3114"}, ""},
		{Signal{Kind: Crisis, About: Self}, "", []string{"112", "999", "911", "findahelpline.com"}, ""},
		{Signal{Kind: Crisis, About: Self}, "ZZ", []string{"findahelpline.com"}, ""},
		{Signal{Kind: Crisis, About: Other}, "IE", []string{"116 123", "are you thinking of ending your life", "go on"}, ""},
		{Signal{Kind: Crisis, About: Towards}, "EU", []string{"112", "distance", "go on"}, ""},
		{Signal{Kind: HarmAtWork}, "US", []string{"lawyer", "911", "go on"}, "confidential"},
	} {
		got := texts.Help(c.signal, c.country)
		all := strings.Join(got, "\n")
		for _, want := range c.has {
			if !strings.Contains(all, want) {
				t.Errorf("help for %+v in %q lacks %q:\n%s", c.signal, c.country, want, all)
			}
		}
		if strings.Contains(all, "{lines}") || strings.Contains(all, "#") {
			t.Errorf("help for %+v shows its workings:\n%s", c.signal, all)
		}
		if len(got) == 0 || !strings.Contains(got[0], c.first) {
			t.Errorf("help for %+v does not begin with the limits of confidentiality", c.signal)
		}
	}
	if got := texts.Help(Signal{Kind: None}, "US"); got != nil {
		t.Errorf("help without a signal: %q", got)
	}
}

func TestLoadNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	whole := func() fstest.MapFS {
		m := fstest.MapFS{}
		for _, n := range []string{"self", "other", "towards", "asked", "harm", "language", "resources"} {
			b, err := fs.ReadFile(helpFiles, "help/"+n+".txt")
			if err != nil {
				t.Fatal(err)
			}
			m[n+".txt"] = &fstest.MapFile{Data: b}
		}
		return m
	}
	if _, err := Load(whole()); err != nil {
		t.Fatalf("the built-in folder is refused: %v", err)
	}
	for name, c := range map[string]struct {
		file, text, says string
	}{
		"missing file":   {"harm.txt", "", "harm.txt"},
		"no lines":       {"self.txt", "Only words.\n", "{lines}"},
		"bad row":        {"resources.txt", "checked: 2026-11\nUS 988\n", "line 2"},
		"bad kind":       {"resources.txt", "checked: 2026-11\nUS | war | x\n", "line 2"},
		"no date":        {"resources.txt", "* | crisis | x\n* | harm | y\n", "checked"},
		"nobody's lines": {"resources.txt", "checked: 2026-11\nUS | crisis | x\n", "*"},
	} {
		m := whole()
		if delete(m, c.file); c.text != "" {
			m[c.file] = &fstest.MapFile{Data: []byte(c.text)}
		}
		if _, err := Load(m); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v does not say %q", name, err, c.says)
		}
	}
}

func TestCheckSaysWhichLanguageItReads(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		code   string
		covers Coverage
	}{
		"I have been thinking about what we said to the team": {"en", Full},
		"Yes, quite.": {"en", Full},
		"Ich habe heute mit der Leitung gesprochen und es war nichts": {"de", Plain},
		"Je ne sais pas ce que je veux pour mon équipe":               {"fr", Plain},
		"No sé qué es lo que quiero para mi equipo y estoy cansada":   {"es", Plain},
		"Сегодня я говорил с командой о том, что будет дальше":        {"", Unknown},
		"今日はチームと話しました":                                                {"", Unknown},
		"Dzisiaj rozmawiałam z zespołem o przyszłości naszej firmy":   {"", Unknown},
	} {
		if got := new(Gate).Check(t.Context(), text); got.Language != want.code || got.Covers != want.covers {
			t.Errorf("Check(%q) reads %q %s, want %q %s", text, got.Language, got.Covers, want.code, want.covers)
		}
	}
}

func FuzzGate(f *testing.F) {
	for _, g := range messages {
		for _, text := range g.texts {
			f.Add(text)
		}
	}
	f.Add("\xff\xfe\u202e kill \u2066my\u2069self")
	f.Fuzz(func(t *testing.T, text string) {
		check := func(text string) Signal { return new(Gate).Check(t.Context(), text) }
		if a, b := check(text), check(text); a != b {
			t.Fatalf("two answers for one text: %+v, %+v", a, b)
		}
		if got := check(text + "\n\nI want to kill myself."); got.Kind != Crisis {
			t.Fatalf("text before a plain statement hides it: %+v", got)
		}
	})
}
