package journals

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// kept is what a file was read as.
type kept struct {
	entries []Entry
	skipped map[Reason]int
	places  map[Reason][]string
}

func (k *kept) Entry(e Entry) error {
	k.entries = append(k.entries, e)
	return nil
}

func (k *kept) Skip(reason Reason, place string, count int) error {
	k.skipped[reason] += count
	k.places[reason] = append(k.places[reason], place)
	return nil
}

var now = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func tryRead(name, content string, choices Choices) (*kept, Report, error) {
	k := &kept{skipped: map[Reason]int{}, places: map[Reason][]string{}}
	report, err := Read(context.Background(), Upload{
		File: strings.NewReader(content), Size: int64(len(content)), Name: name, Modified: now.Add(-24 * time.Hour), Choices: choices, Now: now,
	}, k)
	return k, report, err
}

func read(t testing.TB, name, content string, choices ...Choices) (*kept, Report) {
	t.Helper()
	k, report, err := tryRead(name, content, append(choices, Choices{})[0])
	if err != nil {
		t.Fatal(err)
	}
	return k, report
}

// refusedAs fails the test unless a file is refused in words with this in them.
func refusedAs(t testing.TB, name, content, words string) {
	t.Helper()
	_, _, err := tryRead(name, content, Choices{})
	var refusal Refusal
	if !errors.As(err, &refusal) || !strings.Contains(string(refusal), words) {
		t.Errorf("%s: got %v, want a refusal with %q", name, err, words)
	}
}

// texts are the words of the entries.
func (k *kept) texts() (all []string) {
	for _, e := range k.entries {
		all = append(all, e.Text)
	}
	return all
}

// filed is a file in a zip; without a time it has none.
type filed struct {
	name, content string
	at            time.Time
}

func zipOf(t testing.TB, files ...filed) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		into, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: f.at})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := into.Write([]byte(f.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

const dayOneJournal = `{"metadata":{"version":"1.0"},"entries":[
 {"uuid":"A1","creationDate":"2024-03-09T22:30:00Z","timeZone":"America\/New_York","text":"# The long table\n\nI let them finish\\. It took an hour\\!\n\n![](dayone-moment:\/\/5B1C)\n\nThen I slept.","photos":[{"md5":"0a"},{"md5":"0b"}],"starred":true},
 {"uuid":"A2","creationDate":"2024-03-10T07:00:00Z","text":"No zone here 🙂."},
 {"uuid":"A3","creationDate":"2024-03-11T07:00:00Z","timeZone":"Europe\/Lisbon","richText":"{\"contents\":[{\"text\":\"Only rich. \"},{\"text\":\"Still mine.\"}]}"},
 {"uuid":"A4","creationDate":"2024-03-12T07:00:00Z","text":"","photos":[{"md5":"0c"}]},
 {"uuid":"A5","creationDate":"whenever","text":"Lost in time."},
 {"uuid":"A6","creationDate":7,"text":"Wrong shape."},
 {"uuid":"A7","creationDate":"2024-03-13T07:00:00Z","text":"Half \ud83d a pair, and \u0000 nothing, and a whole \ud83d\ude42."},
 {"uuid":"A8","creationDate":"2094-03-13T07:00:00Z","text":"From the future."}
]}`

const talks = `[
 {"title":"A title by a model","create_time":1709971200.5,"conversation_id":"c-1","current_node":"n6","mapping":{
  "root":{"id":"root","message":null,"parent":null,"children":["n1"]},
  "n1":{"id":"n1","message":{"author":{"role":"system"},"content":{"content_type":"text","parts":[""]}},"parent":"root","children":["n2","n2b"]},
  "n2":{"id":"n2","message":{"author":{"role":"user"},"create_time":1709971201,"content":{"content_type":"text","parts":["I keep taking over."]}},"parent":"n1","children":["n3"]},
  "n2b":{"id":"n2b","message":{"author":{"role":"user"},"create_time":1709971200,"content":{"content_type":"text","parts":["An earlier wording."]}},"parent":"n1","children":[]},
  "n3":{"id":"n3","message":{"author":{"role":"assistant"},"create_time":1709971202,"content":{"content_type":"text","parts":["You should delegate."]}},"parent":"n2","children":["n4"]},
  "n4":{"id":"n4","message":{"author":{"role":"user"},"create_time":1709971300,"content":{"content_type":"multimodal_text","parts":[{"content_type":"image_asset_pointer"},"Look at this board.",{"content_type":"audio_transcription","direction":"in","text":"And I said it aloud."}]}},"parent":"n3","children":["n5"]},
  "n5":{"id":"n5","message":{"author":{"role":"tool"},"content":{"content_type":"code","text":"print()"}},"parent":"n4","children":["n6"]},
  "n6":{"id":"n6","message":{"author":{"role":"user"},"create_time":null,"metadata":{},"content":{"content_type":"text","parts":["yes"]}},"parent":"n5","children":["n7"]},
  "n7":{"id":"n7","message":{"author":{"role":"user"},"metadata":{"is_visually_hidden_from_conversation":true},"content":{"content_type":"text","parts":["hidden"]}},"parent":"n6","children":[]}}},
 "not a conversation",
 {"title":"A ring","create_time":1710000000,"id":"c-2","current_node":"gone","mapping":{
  "a":{"parent":"b","children":["b"],"message":{"author":{"role":"user"},"content":{"content_type":"text","parts":["Round and round."]}}},
  "b":{"parent":"a","children":[],"message":{"author":{"role":"user"},"create_time":1710000009,"content":{"content_type":"text","parts":["Again."]}}}}}
]`

// vault is a folder of Obsidian's.
func vault(t testing.TB) string {
	lisbon := time.FixedZone("", 3600)
	return zipOf(t,
		filed{"Vault/.obsidian/app.json", `{"a":1}`, now},
		filed{"Vault/.trash/old.md", "Thrown away.", now},
		filed{"Vault/Templates/daily.md", "## How was it?", now},
		filed{"Vault/assets/photo.png", "\x89PNG", now},
		filed{"Vault/board.canvas", `{}`, now},
		filed{"Vault/Daily/2024-03-09.md", "I waited.\r\n\r\nThey spoke.\r\n", now},
		filed{"Vault/2024/03/10 Sunday.md", "The kiln was cold.", now},
		filed{"Vault/Front.md", "---\ntitle: \"On waiting\"\ncreated: 2024-03-11T08:15:00+01:00\ntags: [a, b]\n---\n\nWaiting is work.", now},
		filed{"Vault/Loose thoughts.md", "Undated, but saved.", time.Date(2024, 3, 12, 21, 5, 0, 0, lisbon)},
		filed{"Vault/No clock.md", "No date at all.", time.Time{}},
		filed{"Vault/Empty.md", "  \n", now},
		filed{"Vault/inner.zip", "PK\x03\x04", now},
		filed{"Vault/Latin.md", "Verz\xf6gert, na\xefv und m\xfcde \x96 2024-03-13.", time.Date(2024, 3, 13, 9, 0, 0, 0, time.UTC)},
		filed{"Vault/Months/March.md", "# 2024-03-14\nOne.\n\n# 2024-03-15\nTwo.\n", now},
	)
}
