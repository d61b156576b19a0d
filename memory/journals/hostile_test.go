package journals

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

func TestNamesThatLeadElsewhere(t *testing.T) {
	t.Parallel()
	k, _ := read(t, "z.zip", zipOf(t,
		filed{"../../etc/2024-01-01.md", "up", now}, filed{"/root/2024-01-02.md", "absolute", now}, filed{`..\..\2024-01-03.md`, "windows", now},
		filed{`C:\2024-01-04.md`, "drive", now}, filed{"a\x1b[31m/2024-01-05.md", "escape", now}, filed{"b/\x00.md", "nul", now},
		filed{`notes\2024-01-06.md`, "fine", now},
	))
	if len(k.entries) != 1 || k.entries[0].Text != "fine" || k.entries[0].Date() != "2024-01-06" || k.skipped[BadName] != 6 {
		t.Errorf("%q, skipped %v at %q", k.texts(), k.skipped, k.places)
	}
	for _, place := range k.places[BadName] {
		if strings.ContainsAny(place, "\x1b\x00") {
			t.Errorf("%q can be shown", place)
		}
	}
}

// zeros is a file in a zip that unpacks to far more than it takes.
func zeros(t testing.TB, name string, megabytes int, lie bool) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	into, err := w.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	block := bytes.Repeat([]byte("2024-03-09\n"), 1<<20/11)
	for range megabytes {
		if _, err := into.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	zipped := out.Bytes()
	if lie { // the list says that it is a small file
		at := bytes.LastIndex(zipped, []byte("PK\x01\x02"))
		copy(zipped[at+24:], []byte{9, 0, 0, 0})
	}
	return string(zipped)
}

func TestBombs(t *testing.T) {
	t.Parallel()
	refusedAs(t, "bomb.zip", zeros(t, "a.md", 60, false), "unpacks")
	k, _, err := tryRead("bomb.zip", zeros(t, "a.md", 30, true), Choices{})
	if refusal, ok := errors.AsType[Refusal](err); !ok && (err != nil || len(k.entries) > 0) {
		t.Errorf("a file that lies about its size: %d entries, %v %v", len(k.entries), err, refusal)
	}
	refusedAs(t, "bomb.zip", zeros(t, "conversations.json", 30, false), "nothing in this zip")
	refusedAs(t, "big.txt", strings.Repeat("a", MaxFile+1), "64 MB")
	if _, err := Read(t.Context(), Upload{File: strings.NewReader(""), Size: 500 << 20, Name: "huge.zip", Now: now}, nil); err == nil || !strings.Contains(err.Error(), "200 MB") {
		t.Errorf("500 MB: %v", err)
	}
}

func TestMoreFilesThanAreListed(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := range 60_000 {
		if _, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%0300d.md", i), Method: zip.Store}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	refusedAs(t, "many.zip", out.String(), "too many files")
}

func TestABadFileDoesNotStopTheRest(t *testing.T) {
	t.Parallel()
	whole := zipOf(t, filed{"2024-01-01.md", "first, " + strings.Repeat("and on ", 100), now}, filed{"2024-01-02.md", "second", now}, filed{"2024-01-03.md", "\x81\x8d", now})
	at := strings.Index(whole, "2024-01-01.md") + len("2024-01-01.md") + 12
	damaged := whole[:at] + "\xff\xff\xff" + whole[at+3:]
	k, _ := read(t, "z.zip", damaged)
	if len(k.entries) != 1 || k.entries[0].Text != "second" {
		t.Errorf("%q", k.texts())
	}
	k.same(t, map[Reason]int{Broken: 1, Encoding: 1})
	refusedAs(t, "half.zip", whole[:len(whole)/2], "damaged")
}

func TestWhatIsNoText(t *testing.T) {
	t.Parallel()
	refusedAs(t, "a.pdf", "%PDF-1.7\n", "PDF")
	refusedAs(t, "a.txt", "\x1f\x8b\x08", "gzip")
	refusedAs(t, "a.docx", zipOf(t, filed{"[Content_Types].xml", "<x/>", now}, filed{"word/document.xml", "<x/>", now}), "Office")
	refusedAs(t, "a.zip", zipOf(t, filed{"a.jpg", "\xff\xd8\xff", now}), "nothing in this zip")
	refusedAs(t, "a.zip", zipOf(t, filed{"manifest.json", `{"program":"Innerwork"}`, now}, filed{"reflections.jsonl", "{}", now}), "Innerwork's own")
	refusedAs(t, "empty", "", "empty")
}

// What stands in a file never stands in an error.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{dayOneJournal, talks, vault(f), "date,text\n3/4/2024,One\n5/6/2024,\"Two\n", "2024-03-09\nOne.\n10.3.2024\nTwo.\n",
		"---\ndate: 2024-03-09\n---\nWords.", "\xff\xfea\x00b\x00", "Verz\xf6gert.", `{"entries":[{"text":"\ud83d","creationDate":"2024-03-09T00:00:00Z"}]}`,
		`[{"mapping":{"a":{"parent":"a","message":{"author":{"role":"user"},"create_time":1e300,"content":{"content_type":"text","parts":["x"]}}}},"current_node":"a"}]`} {
		f.Add("a.md", []byte(seed), 1, 2, "mdy", false)
		f.Add("2024-01-01.csv", []byte(seed), 0, 0, "", true)
	}
	f.Fuzz(func(t *testing.T, name string, content []byte, text, date int, order string, whole bool) {
		choices := Choices{Text: text, Date: date, Order: Order(order), Whole: whole}
		first, report, err := tryRead(name, string(content), choices)
		if err != nil {
			if _, ok := errors.AsType[Refusal](err); !ok && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("not a refusal: %T", err)
			}
			return
		}
		for _, e := range first.entries {
			switch {
			case blank(e.Text), strings.ContainsRune(e.Text, 0), len([]rune(e.Text)) > MaxText, strings.ToValidUTF8(e.Text, "") != e.Text:
				t.Fatalf("an entry that cannot be kept: %+q", e.Text)
			case e.At.Year() < 1899 || e.At.After(now.Add(25*time.Hour)), len([]rune(e.Label)) > 100, e.Turn < 0, zone(e.Zone) != e.Zone:
				t.Fatalf("%+v", e)
			}
		}
		again, same, err := tryRead(name, string(content), choices)
		if err != nil || fmt.Sprint(report) != fmt.Sprint(same) || fmt.Sprint(again.entries) != fmt.Sprint(first.entries) {
			t.Fatal("read twice, it is not the same")
		}
	})
}
