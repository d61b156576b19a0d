package practices

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestAFolderAddsToTheTenOrReplacesByName(t *testing.T) {
	t.Parallel()
	text := strings.Replace(builtFile(t, "02-identity.md"), "# Identity\n", "# Who leads\n", 1)
	ps, err := With(fstest.MapFS{
		"1-identity.md": {Data: []byte(text)},
		"night-shift.md": {Data: []byte("\ufeff" + strings.ReplaceAll(strings.ReplaceAll(strings.Replace(text, "Who leads", "Night shift", 1),
			"?\n", " at night?\n"), "\n", "\r\n"))},
		".hidden": {}, "image.png": {},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(ps) != 11 || ps[1].Key != "identity" || ps[1].Title != "Who leads" || ps[10].Key != "night-shift" || ps[10].Title != "Night shift" {
		t.Errorf("%d practices, %q, %q", len(ps), ps[1].Title, ps[len(ps)-1].Title)
	}
	if Built()[1].Title != "Identity" {
		t.Error("the built-in one was changed")
	}
}

func TestWhatIsWrongWithAFolderIsSaid(t *testing.T) {
	t.Parallel()
	good := builtFile(t, "02-identity.md")
	for name, c := range map[string]struct {
		file, text, want string
	}{
		"other ending":   {"night.txt", good, "night.txt: only files that end in .md"},
		"upper case":     {"night.MD", good, "night.MD: only files that end in .md"},
		"a folder":       {"more/night.md", good, "more: a folder in the folder"},
		"no name":        {"07.md", good, "07.md:1: the name has nothing in it but a number"},
		"an odd name":    {"Night Shift!.md", good, "Night Shift!.md:1: the name may hold"},
		"not UTF-8":      {"night.md", strings.Replace(good, "Where will", "Where \xff will", 1), "is not UTF-8"},
		"a control":      {"night.md", strings.Replace(good, "## Closing", "\x00\n## Closing", 1), "a control character"},
		"empty":          {"night.md", "", "night.md:1: the file is empty"},
		"not a practice": {"night.md", "Notes of Tuesday\n", "night.md:1: text outside a section"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := With(fstest.MapFS{c.file: {Data: []byte(c.text)}})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
