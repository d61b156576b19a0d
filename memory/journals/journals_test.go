package journals

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// same compares the skips.
func (k *kept) same(t testing.TB, want map[Reason]int) {
	t.Helper()
	if !maps.Equal(k.skipped, want) {
		t.Errorf("skipped %v\nwant %v\nat %q", k.skipped, want, k.places)
	}
}

func TestDayOne(t *testing.T) {
	t.Parallel()
	want := []string{"# The long table\n\nI let them finish. It took an hour!\n\nThen I slept.", "No zone here 🙂.", "Only rich. Still mine.",
		"Half  a pair, and  nothing, and a whole 🙂."}
	for name, content := range map[string]string{
		"Journal.json": dayOneJournal,
		"export.zip":   zipOf(t, filed{"Journal.json", dayOneJournal, now}, filed{"photos/0a.jpeg", "\xff\xd8\xff", now}),
	} {
		k, report := read(t, name, content)
		if report.Format != DayOne || !slices.Equal(k.texts(), want) || report.Cleaned == 0 {
			t.Fatalf("%s: %s %q", name, report.Format, k.texts())
		}
		skips := map[Reason]int{Media: 3, Empty: 1, Undated: 1, Broken: 1, Unlikely: 1}
		if name == "export.zip" {
			skips[Media]++
		}
		k.same(t, skips)
		first, second := k.entries[0], k.entries[1]
		if first.Zone != "America/New_York" || first.Wall || !first.At.Equal(time.Date(2024, 3, 9, 22, 30, 0, 0, time.UTC)) || first.Date() != "2024-03-09" {
			t.Errorf("the first is %+v", first)
		}
		if second.Zone != "" || second.Wall || second.Origin != Given {
			t.Errorf("the second is %+v", second)
		}
	}
}

func TestDayOneThatBreaksOff(t *testing.T) {
	t.Parallel()
	k, _ := read(t, "Journal.json", dayOneJournal[:strings.Index(dayOneJournal, `"uuid":"A3"`)+20])
	if len(k.entries) != 2 || k.skipped[Broken] != 1 {
		t.Errorf("%d entries, skipped %v", len(k.entries), k.skipped)
	}
}

func TestChatGPT(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"conversations.json": talks,
		"export.zip":         zipOf(t, filed{"user.json", `{"email":"x"}`, now}, filed{"conversations.json", talks, now}, filed{"chat.html", "<html>", now}),
	} {
		k, report := read(t, name, content)
		want := []string{"I keep taking over.", "Look at this board.\n\nAnd I said it aloud.", "yes", "Round and round.", "Again."}
		if report.Format != ChatGPT || !slices.Equal(k.texts(), want) {
			t.Fatalf("%s: %s %q", name, report.Format, k.texts())
		}
		skips := map[Reason]int{Media: 1, NotHers: 3, Abandoned: 1, Broken: 1}
		if name == "export.zip" {
			skips[OtherFiles] = 2
		}
		k.same(t, skips)
		for i, e := range k.entries[:3] {
			if e.Thread != "c-1" || e.Turn != i || e.Label != "to ChatGPT" || strings.Contains(fmt.Sprint(e), "title") {
				t.Errorf("turn %d is %+v", i, e)
			}
		}
		if at := k.entries[2].At; !at.Equal(time.Unix(1709971200, 5e8)) {
			t.Errorf("without a time of its own it is from %v", at)
		}
	}
}

func TestVault(t *testing.T) {
	t.Parallel()
	k, report := read(t, "Vault.zip", vault(t))
	if report.Format != Markdown {
		t.Fatal(report.Format)
	}
	k.same(t, map[Reason]int{Settings: 2, Template: 1, Media: 2, Undated: 1, Empty: 1, Nested: 1})
	got := map[string]Entry{}
	for _, e := range k.entries {
		got[e.Text] = e
	}
	for text, want := range map[string]Entry{
		"I waited.\r\n\r\nThey spoke.":           {Origin: Named, Wall: true, Day: true, At: time.Date(2024, 3, 9, 12, 0, 0, 0, time.UTC)},
		"The kiln was cold.":                     {Origin: Named, Wall: true, Day: true, At: time.Date(2024, 3, 10, 12, 0, 0, 0, time.UTC), Label: "10 Sunday"},
		"\nWaiting is work.":                     {},
		"Waiting is work.":                       {Origin: Given, At: time.Date(2024, 3, 11, 7, 15, 0, 0, time.UTC), Label: "On waiting"},
		"Undated, but saved.":                    {Origin: Modified, At: time.Date(2024, 3, 12, 20, 5, 0, 0, time.UTC), Label: "Loose thoughts"},
		"Verzögert, naïv und müde – 2024-03-13.": {Origin: Modified, At: time.Date(2024, 3, 13, 9, 0, 0, 0, time.UTC), Label: "Latin"},
		"One.": {Origin: Given, Wall: true, Day: true, At: time.Date(2024, 3, 14, 12, 0, 0, 0, time.UTC), Label: "March"},
		"Two.": {Origin: Given, Wall: true, Day: true, At: time.Date(2024, 3, 15, 12, 0, 0, 0, time.UTC), Label: "March"},
	} {
		e := got[text]
		if e.Origin != want.Origin || e.Wall != want.Wall || e.Day != want.Day || !e.At.Equal(want.At) || e.Label != want.Label {
			t.Errorf("%q:\n got %+v\nwant %+v", text, e, want)
		}
	}
	if len(k.entries) != 7 {
		t.Errorf("%d entries: %q", len(k.entries), k.texts())
	}
}

func TestTables(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		content string
		choices Choices
		texts   []string
		first   string // date
		report  Report
	}{
		"commas": {"date,mood,note\n2024-03-09,good,\"I waited, and \"\"they\"\" spoke.\"\n2024-03-10 07:30,low,Two\n", Choices{},
			[]string{`I waited, and "they" spoke.`, "Two"}, "2024-03-09", Report{Text: 3, Date: 1}},
		"semicolons, German": {"Datum;Eintrag\n09.03.2024;Gewartet, lange.\n10.03.2024;Still.\n", Choices{},
			[]string{"Gewartet, lange.", "Still."}, "2024-03-09", Report{Text: 2, Date: 1}},
		"tabs, no names": {"2024-03-09\tI waited for it.\n2024-03-10\tTwo\n", Choices{}, []string{"I waited for it.", "Two"}, "2024-03-09", Report{Text: 2, Date: 1}},
		"the day decides": {"date,text\n3/4/2024,One thing\n25/4/2024,Two\n", Choices{}, []string{"One thing", "Two"}, "2024-04-03",
			Report{Text: 2, Date: 1, Order: DayFirst}},
		"the month decides": {"date,text\n3/4/2024,One thing\n4/25/2024,Two\n", Choices{}, []string{"One thing", "Two"}, "2024-03-04",
			Report{Text: 2, Date: 1, Order: MonthFirst}},
		"nothing decides": {"date,text\n3/4/2024,One thing\n5/5/2024,Two\n", Choices{}, []string{"One thing", "Two"}, "2024-04-03",
			Report{Text: 2, Date: 1, Order: DayFirst, Ambiguous: 1}},
		"she decides": {"date,text\n3/4/2024,One thing\n5/5/2024,Two\n", Choices{Order: MonthFirst}, []string{"One thing", "Two"}, "2024-03-04",
			Report{Text: 2, Date: 1, Order: MonthFirst, Ambiguous: 1}},
		"columns of hers": {"date,edited,text,title\n2024-03-09,2024-05-01,Long words here,A\n2024-03-10,2024-05-02,Two,B\n", Choices{Text: 4, Date: 2},
			[]string{"A", "B"}, "2024-05-01", Report{Text: 4, Date: 2}},
		"seconds": {"timestamp,text\n1709971200,One thing\n1709971300000,Two\n", Choices{}, []string{"One thing", "Two"}, "2024-03-09", Report{Text: 2, Date: 1}},
	} {
		k, report := read(t, "t.csv", c.content, c.choices)
		if report.Format != Table || !slices.Equal(k.texts(), c.texts) || k.entries[0].Date() != c.first {
			t.Errorf("%s: %s %q from %s", name, report.Format, k.texts(), k.entries[0].Date())
		}
		if report.Text != c.report.Text || report.Date != c.report.Date || report.Order != c.report.Order || report.Ambiguous != c.report.Ambiguous {
			t.Errorf("%s: read as %+v", name, report)
		}
	}
	refusedAs(t, "t.csv", "text,mood\nI waited.,good\nThey spoke.,low\n", "dates")
	k, _ := read(t, "t.csv", "date,text\n2024-03-09,One,too,many\n2024-03-10\n,Undated\n2024-03-12,Three\n2024-03-13,Four\n2024-03-14,Five\n2024-03-15,Six\n"+
		"2024-03-16,Seven\n2024-03-17,Eight\n2024-03-18,Nine\n")
	k.same(t, map[Reason]int{Empty: 1, Undated: 1})
}

func TestProseIsNoTable(t *testing.T) {
	t.Parallel()
	for _, prose := range []string{
		"I waited, and they spoke.\nIt was cold, and I slept.\n", "One; two.\nThree; four.\n", "a | b\nc | d\n",
		"Dear diary, today\nwas long, I think.\n",
	} {
		if k, report := read(t, "notes.txt", prose); report.Format != Plain || len(k.entries) != 1 || k.entries[0].Text != strings.TrimRight(prose, "\n") {
			t.Errorf("%q was read as %s: %q", prose, report.Format, k.texts())
		}
	}
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	const text = "Before it all.\r\n\r\nSaturday, 9 March 2024\r\nI waited.\r\n\r\n**10.03.2024**\r\nOn 9 March 2024 I had waited.\r\n"
	k, report := read(t, "diary.txt", text)
	if want := []string{"Before it all.", "I waited.", "On 9 March 2024 I had waited."}; !slices.Equal(k.texts(), want) || report.Headings != 2 {
		t.Fatalf("%q, %+v", k.texts(), report)
	}
	if k.entries[0].Origin != Modified || !k.entries[0].At.Equal(now.Add(-24*time.Hour)) || k.entries[1].Date() != "2024-03-09" || k.entries[2].Date() != "2024-03-10" {
		t.Errorf("%+v", k.entries)
	}
	k, report = read(t, "diary.txt", text, Choices{Whole: true})
	if len(k.entries) != 1 || k.entries[0].Text != strings.TrimRight(text, "\r\n") || !report.Whole || report.Headings != 2 {
		t.Errorf("as one: %q", k.texts())
	}
	k, _ = read(t, "2024-05-01 letter.txt", "No heading.")
	if k.entries[0].Date() != "2024-05-01" || k.entries[0].Origin != Named {
		t.Errorf("%+v", k.entries[0])
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2024-03-09":                 "2024-03-09 12:00 wall",
		"2024-3-9 7:05":              "2024-03-09 07:05 wall",
		"2024-03-09T07:05:10":        "2024-03-09 07:05 wall",
		"2024-03-09T07:05:10.123Z":   "2024-03-09 07:05",
		"2024-03-09 07:05:10 +0100":  "2024-03-09 06:05",
		"2024-03-09T07:05:10-05:00":  "2024-03-09 12:05",
		"2024/03/09":                 "2024-03-09 12:00 wall",
		"20240309":                   "2024-03-09 12:00 wall",
		"9.3.2024":                   "2024-03-09 12:00 wall",
		"09.03.24, 18:30":            "2024-03-09 18:30 wall",
		"25/12/2024":                 "2024-12-25 12:00 wall",
		"9 March 2024":               "2024-03-09 12:00 wall",
		"March 9, 2024 at 9:30 PM":   "2024-03-09 21:30 wall",
		"Mar 9, 2024, 12:05 AM":      "2024-03-09 00:05 wall",
		"Saturday, March 9th, 2024":  "2024-03-09 12:00 wall",
		"Samstag, 9. März 2024":      "2024-03-09 12:00 wall",
		"samedi 9 mars 2024 à 18h30": "2024-03-09 18:30 wall",
		"9 de marzo de 2024":         "2024-03-09 12:00 wall",
		"1st of May 2024":            "2024-05-01 12:00 wall",
		"2024-02-30":                 "",
		"1824-02-03":                 "",
		"13/13/2024":                 "",
		"On 9 March 2024 I waited":   "",
		"12.5 of 2024 points":        "",
		"Chapter 3, 2024":            "",
		"2024-03-09 25:00":           "",
		"":                           "",
	} {
		got := ""
		if s, ok := parseDate(text, DayFirst); ok {
			if got = s.at.Format("2006-01-02 15:04"); s.wall {
				got += " wall"
			}
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	const words = "Müde – and 🙂."
	utf16 := func(big bool) string {
		out := []byte{0xff, 0xfe}
		if big {
			out = []byte{0xfe, 0xff}
		}
		for _, unit := range []uint16{'M', 0xfc, 'd', 'e', ' ', 0x2013, ' ', 'a', 'n', 'd', ' ', 0xd83d, 0xde42, '.'} {
			if big {
				out = append(out, byte(unit>>8), byte(unit))
			} else {
				out = append(out, byte(unit), byte(unit>>8))
			}
		}
		return string(out)
	}
	for name, c := range map[string]struct{ content, want string }{
		"UTF-8": {words, words}, "with a mark": {"\xef\xbb\xbf" + words, words},
		"UTF-16, little end first": {utf16(false), words}, "UTF-16, big end first": {utf16(true), words},
		"Windows-1252": {"M\xfcde \x96 and \x80.", "Müde – and €."},
	} {
		if k, _ := read(t, "n.txt", c.content); len(k.entries) != 1 || k.entries[0].Text != c.want {
			t.Errorf("%s: %q", name, k.texts())
		}
	}
	refusedAs(t, "bytes", "a\x81b\x9dc", "encoding")
	refusedAs(t, "half a pair", "\xff\xfe\x3d\xd8a\x00", "encoding")
	refusedAs(t, "binary", strings.Repeat("\x00\x01\x02\x03", 100), "encoding")
	k, report := read(t, "n.txt", strings.Repeat("a long line of words, ", 20)+"a\x00b")
	if report.Cleaned != 1 || !strings.HasSuffix(k.entries[0].Text, ", ab") {
		t.Errorf("%q, %+v", k.texts(), report)
	}
	if _, report = read(t, "n.txt", "I wa\u200bit \u202eed."); report.Hidden != 1 {
		t.Errorf("%+v", report)
	}
}

func TestLongTextsAreCutAtTheirEdges(t *testing.T) {
	t.Parallel()
	paragraph := "The kiln was cold 🙂. " + strings.Repeat("I waited for an answer. ", 40) + "\r\n\r\n"
	long := strings.TrimRight(strings.Repeat(paragraph, 1200), "\r\n")
	k, report := read(t, "2024-03-09 book.txt", long)
	if report.Parts != 1 || len(k.entries) < 2 || strings.Join(k.texts(), "") != long {
		t.Fatalf("%d parts", len(k.entries))
	}
	for i, e := range k.entries {
		if e.Thread != k.entries[0].Thread || e.Thread == "" || e.Turn != i || e.Date() != "2024-03-09" || len([]rune(e.Text)) > MaxText {
			t.Errorf("part %d is of %s, turn %d", i, e.Date(), e.Turn)
		}
		if !strings.HasPrefix(e.Text, "The kiln") {
			t.Errorf("part %d begins inside a paragraph", i)
		}
	}
	for name, text := range map[string]string{
		"sentences": strings.Repeat("A sentence. ", 100), "words": strings.Repeat("word ", 300), "one": strings.Repeat("x", 1500),
		"families": strings.Repeat("👩‍👩‍👧", 200), "accents": strings.Repeat("e\u0301", 600), "returns": strings.Repeat("\r\n", 700),
	} {
		parts := cut(text, 500)
		if strings.Join(parts, "") != text || len(parts) < 2 {
			t.Errorf("%s: %d parts that are not the text", name, len(parts))
		}
		for _, p := range parts {
			if n := len([]rune(p)); n > 500 || n == 0 || strings.HasPrefix(p, "\u0301") || strings.HasPrefix(p, "\u200d") || strings.HasPrefix(p, "\n") {
				t.Errorf("%s: a part of %d code points that begins %.8q", name, n, p)
			}
		}
	}
}
