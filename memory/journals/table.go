package journals

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// table is a text of records whose fields are parted by one character.
type table struct {
	text   string
	comma  rune
	header []string // nil: the first record is an entry like the others
	sample [][]string
}

// What columns are called, in the languages in which programs name them.
var (
	textNames = []string{"text", "entry", "content", "body", "note", "notes", "journal", "reflection", "message", "description", "eintrag", "inhalt", "texte", "contenu", "texto", "nota", "testo"}
	dateNames = []string{"date", "datetime", "full_date", "created", "created_at", "creation date", "creationdate", "timestamp", "time", "when", "day", "datum", "fecha", "data", "erstellt"}
)

const sampled = 200

// readTable tells whether a text is a table: the same number of fields, two or
// more, in every one of the first records, and a name or a date that says what
// they are. Prose with commas is none.
func readTable(text, name string) *table {
	var best *table
	for _, comma := range ",;\t|" {
		t := &table{text: text, comma: comma}
		t.sample = t.first(sampled)
		if len(t.sample) < 2 || len(t.sample[0]) < 2 || !t.even(name) {
			continue
		}
		if t.findHeader(); t.header == nil && t.dates() < 0 {
			continue
		}
		if best == nil || len(t.sample[0]) > len(best.sample[0]) {
			best = t
		}
	}
	return best
}

func (t *table) reader() *csv.Reader {
	r := csv.NewReader(strings.NewReader(t.text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = t.comma, -1, true
	return r
}

func (t *table) first(n int) (records [][]string) {
	r := t.reader()
	for len(records) < n {
		record, err := r.Read()
		if err != nil {
			break
		}
		records = append(records, record)
	}
	return records
}

// even reports records of one length; in a file that says it is a table a few
// may differ.
func (t *table) even(name string) bool {
	odd, width := 0, len(t.sample[0])
	for _, record := range t.sample {
		if len(record) != width {
			odd++
		}
	}
	if ext := strings.ToLower(path.Ext(name)); ext == ".csv" || ext == ".tsv" {
		return odd*5 <= len(t.sample)
	}
	return odd == 0
}

// findHeader takes the first record for names if one of them is known, or if a
// column that has dates below has none there.
func (t *table) findHeader() {
	first := t.sample[0]
	isName := func(cell string) bool {
		cell = strings.ToLower(strings.TrimSpace(cell))
		return slices.Contains(textNames, cell) || slices.Contains(dateNames, cell)
	}
	at := t.dates()
	if slices.ContainsFunc(first, isName) || at >= 0 && at < len(first) && !isCellDate(first[at]) && strings.TrimSpace(first[at]) != "" {
		t.header = first
		t.sample = t.sample[1:]
	}
}

func isCellDate(cell string) bool {
	_, ok := parseEpoch(cell)
	return ok || isDate(cell)
}

// dates is the column of which most cells are dates, a named one first, or -1.
func (t *table) dates() int {
	best, most := -1, 0
	for column := range t.sample[0] {
		n := 0
		for _, record := range t.sample {
			if column < len(record) && isCellDate(record[column]) {
				n++
			}
		}
		if column < len(t.header) && n > 0 && slices.Contains(dateNames, strings.ToLower(strings.TrimSpace(t.header[column]))) {
			n++
		}
		if n > most {
			best, most = column, n
		}
	}
	if most*2 < len(t.sample) {
		return -1
	}
	return best
}

// words is the column with the longest text, but a named one goes first.
func (t *table) words(except int) int {
	best, most := -1, -1
	for column := range t.sample[0] {
		if column == except {
			continue
		}
		n := 0
		for _, record := range t.sample {
			if column < len(record) && !isCellDate(record[column]) {
				n += utf8.RuneCountInString(record[column])
			}
		}
		if column < len(t.header) && n > 0 && slices.Contains(textNames, strings.ToLower(strings.TrimSpace(t.header[column]))) {
			n += 1 << 40
		}
		if n > most {
			best, most = column, n
		}
	}
	return best
}

// table reads every record. What she has chosen goes before what is likely.
func (r *reading) table(t *table, place string) error {
	if len(t.sample) == 0 {
		return r.skip(Empty, place)
	}
	width := len(t.sample[0])
	date, text := r.Choices.Date-1, r.Choices.Text-1
	if date < 0 || date >= width {
		date = t.dates()
	}
	if text < 0 || text >= width {
		text = t.words(date)
	}
	r.report.Columns = t.names(width)
	r.report.Text, r.report.Date = text+1, date+1
	if date < 0 {
		return refuse("No column of this table has dates that can be read, such as 2024-03-09 or 9 March 2024.")
	}
	order := t.order(date, r)
	records := t.reader()
	for n := 1; ; n++ {
		record, err := records.Read()
		at := fmt.Sprintf("%s, row %d", place, n)
		var malformed *csv.ParseError
		switch {
		case err == io.EOF:
			return nil
		case errors.As(err, &malformed):
			if err := r.skip(Broken, at); err != nil {
				return err
			}
			continue
		case err != nil:
			return r.skip(Broken, at)
		case n == 1 && t.header != nil:
			continue
		}
		if err := r.record(record, text, date, order, at); err != nil {
			return err
		}
	}
}

func (r *reading) record(record []string, text, date int, order Order, place string) error {
	if text >= len(record) || blank(record[text]) {
		return r.skip(Empty, place)
	}
	if date >= len(record) {
		return r.skip(Undated, place)
	}
	s, ok := parseEpoch(record[date])
	if !ok {
		if s, ok = parseDate(record[date], order); !ok {
			return r.skip(Undated, place)
		}
	}
	return r.emit(Entry{Text: record[text], At: s.at, Wall: s.wall, Day: s.day, Origin: Given, Place: place})
}

// order is that of the numbers in the column with the dates, over all records.
func (t *table) order(column int, r *reading) Order {
	var dates []string
	for records := t.reader(); ; {
		record, err := records.Read()
		if err == io.EOF {
			break
		}
		if err == nil && column < len(record) {
			dates = append(dates, record[column])
		}
	}
	order, ambiguous := firstOf(dates)
	r.report.Ambiguous += ambiguous
	if r.Choices.Order != "" && order != "" {
		order = r.Choices.Order
	}
	r.report.Order = order
	return order
}

func (t *table) names(width int) []string {
	names := make([]string, width)
	for i := range names {
		names[i] = fmt.Sprintf("column %d", i+1)
		if i < len(t.header) && !blank(t.header[i]) {
			names[i] = label(t.header[i])
		}
	}
	return names
}
