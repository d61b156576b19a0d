package memory_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// A book of 200 pages is one reflection, found by any of its sentences, at the
// very place where it stands in her text.
func TestABookIsFoundByItsSentences(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	ada := d.Leader(t)
	var book strings.Builder
	for page := range 200 {
		for line := range 40 {
			fmt.Fprintf(&book, "On page %d, line %d, I wa\u0301ited 🙂 for Ines and said nothing at all about the kiln of year %d. ", page, line, page*40+line)
		}
		book.WriteString("\r\n\r\n")
	}
	text := strings.TrimSpace(book.String())
	i := bring(t, d, ada, "2024-03-09 book.txt", text)
	started := time.Now()
	if c, _ := takeIn(t, d, ada, i.ID); c.Stored != 1 {
		t.Fatalf("%+v", c)
	}
	all, err := d.Reflections(t.Context(), ada, memory.ReflectionFilter{})
	if err != nil || len(all) != 1 || all[0].Text != text {
		t.Fatalf("%d reflections, %v", len(all), err)
	}
	if err := d.Index(t.Context(), ada, all[0].ID); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d code points in %d passages, indexed in %v with an embedder that takes no time",
		len([]rune(text)), d.Count(t, `SELECT count(*) FROM passages`), time.Since(started).Round(time.Millisecond))
	found, err := d.Search(t.Context(), ada, memory.Search{Text: "the kiln of year 6543", Limit: 1})
	if err != nil || len(found) != 1 || !strings.Contains(found[0].Text, "year 6543.") {
		t.Fatalf("%+v, %v", found, err)
	}
	if got := string([]rune(text)[found[0].Start:found[0].End]); got != found[0].Text {
		t.Errorf("the span has %q, the passage %q", got, found[0].Text)
	}
	if vectors := d.Count(t, `SELECT count(*) FROM vectors`); vectors != d.Count(t, `SELECT count(*) FROM passages`) {
		t.Errorf("%d vectors", vectors)
	}
}

func TestOtherLanguagesAreFoundByTheirWords(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	entries := []string{
		"Gestern habe ich dem Vorstand widersprochen und mich danach geschämt.",
		"J'ai attendu la re\u0301ponse de l'équipe, sans rien dire.", // one accent of its own, one not
		"我昨天没有和老板说实话。她在等我。",
		"会議で黙ってしまった。次は質問をする。",
		"ฉันรอคำตอบจากทีมของฉัน",
		"Вчера я промолчал на совете.",
		"İstanbul'da ekibe güvenmeyi öğrendim.",
		"أمس لم أقل الحقيقة لفريقي.",
	}
	ids := map[memory.ID]string{}
	for i, id := range indexed(t, d, ada, entries...) {
		ids[id] = entries[i]
	}
	for query, want := range map[string]string{
		"Vorstand widersprochen": entries[0], "geschämt": entries[0], "gescha\u0308mt": entries[0],
		"la réponse": entries[1], "équipe": entries[1], "老板": entries[2], "说实话": entries[2],
		"質問": entries[3], "会議で黙って": entries[3], "คำตอบ": entries[4], "промолчал": entries[5], "совете": entries[5],
		"güvenmeyi": entries[6], "الحقيقة": entries[7],
	} {
		found, err := d.Search(t.Context(), ada, memory.Search{Text: query, Limit: 1, Floor: true})
		if err != nil || len(found) == 0 || ids[found[0].Reflection] != want {
			t.Errorf("%q found %+v, %v; want %q", query, found, err, want)
			continue
		}
		if got := string([]rune(want)[found[0].Start:found[0].End]); got != found[0].Text {
			t.Errorf("%q: the span has %q, the passage %q", query, got, found[0].Text)
		}
	}
	for _, query := range []string{"Fahrrad", "自行车", "自転車", "велосипед", "vélo"} {
		if found, err := d.Search(t.Context(), ada, memory.Search{Text: query, Floor: true}); err != nil || len(found) > 0 {
			t.Errorf("%q found %+v, %v", query, found, err)
		}
	}
}
