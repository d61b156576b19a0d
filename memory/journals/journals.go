// Package journals reads what other programs export: Day One, Obsidian and
// other Markdown, ChatGPT, tables, plain text.
//
// It keeps true: only what she wrote comes out, as she wrote it; every date is
// one that stands in the file or on it; whatever is left out is counted, with
// the reason and a place. A bad entry never stops the rest.
//
// It refuses to touch the file system by a name from a file, to read without a
// bound, and to say words of hers in an error.
package journals

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"
)

// The bounds of one upload.
const (
	MaxUpload   = 200 << 20 // bytes as sent
	MaxUnpacked = 1 << 30   // bytes of all that is read out of a zip
	MaxFile     = 64 << 20  // bytes of one text, table or note
	MaxValue    = 64 << 20  // bytes of one entry or conversation in a JSON file
	MaxEntries  = 200_000   // in one upload
	MaxText     = 1_000_000 // code points of an entry; a longer one is cut in parts
	maxRatio    = 200       // unpacked to packed, from a megabyte on; journals pack to a tenth at most
	maxFolder   = 16 << 20  // bytes that the list of a zip's files may take
)

// Format is the kind of file that was recognised by what stands in it.
type Format string

// The formats.
const (
	DayOne   Format = "dayone"
	Markdown Format = "markdown" // a note, or a folder of notes, such as Obsidian's
	ChatGPT  Format = "chatgpt"
	Table    Format = "csv"
	Plain    Format = "text"
)

// Order says which number comes first in a date such as 3/4/2024.
type Order string

// The orders.
const (
	DayFirst   Order = "dmy"
	MonthFirst Order = "mdy"
)

// Choices is what she decides where a file leaves it open; the zero value
// leaves it to what is likely.
type Choices struct {
	Text  int   // the column with her words, from 1
	Date  int   // the column with the date, from 1
	Order Order // of numbers in dates
	Whole bool  // a text is one entry, date headings or not
}

// Upload is a file to be read.
type Upload struct {
	File     io.ReaderAt
	Size     int64
	Name     string    // as her machine calls it
	Modified time.Time // when her machine says that it was last changed; zero: not known
	Choices  Choices
	Now      time.Time // no entry is from after tomorrow
}

// Origin says where the date of an entry was found.
type Origin string

// The origins.
const (
	Given    Origin = "given"    // the program, or she herself in the text, says it
	Named    Origin = "named"    // the name of the file
	Modified Origin = "modified" // when the file was last changed, for want of anything better
)

// Entry is one of hers.
type Entry struct {
	Text   string
	At     time.Time // the moment; if Wall, what calendar and clock showed, as UTC
	Wall   bool      // the zone is hers to say
	Zone   string    // IANA; "" where the file names none
	Day    bool      // the file has a day without a time: At is at noon
	Origin Origin
	Label  string // what the entry is called or was said to, at most 100 code points
	Thread string // what it is a part of, a key within its source; "" alone
	Turn   int    // where in the thread
	Key    string // tells entries with the same words on the same day apart; "" if they are one
	Place  string // where it stands in the upload; for her only
}

// Date is the day of the entry in its own zone, or UTC's, as YYYY-MM-DD.
func (e Entry) Date() string {
	at := e.At.UTC()
	if zone, err := time.LoadLocation(e.Zone); err == nil && e.Zone != "" {
		at = at.In(zone)
	}
	return at.Format(time.DateOnly)
}

// Reason says why something was left out.
type Reason string

// The reasons.
const (
	Media      Reason = "media"     // photos, recordings, attachments
	Settings   Reason = "settings"  // of the program, and its trash
	Template   Reason = "template"  // an empty form
	Empty      Reason = "empty"     // no words
	NotHers    Reason = "not_hers"  // what a model or a program wrote
	Abandoned  Reason = "abandoned" // an earlier wording in a conversation that went on from another
	Undated    Reason = "undated"   // no date to be found
	Unlikely   Reason = "unlikely"  // dated before 1900, or in the future
	Encoding   Reason = "encoding"  // not in a known encoding of text
	Broken     Reason = "broken"    // cannot be read
	Locked     Reason = "locked"    // with a password
	Nested     Reason = "nested"    // a zip in a zip
	TooLong    Reason = "too_long"  // a file beyond MaxFile
	BadName    Reason = "bad_name"  // a name that leads elsewhere
	Repeated   Reason = "repeated"  // the same words on the same day once more
	TooMany    Reason = "too_many"  // beyond MaxEntries
	OtherFiles Reason = "other_files"
)

// Report is what was found besides the entries.
type Report struct {
	Format    Format   `json:"format"`
	Columns   []string `json:"columns,omitempty"`   // of a table
	Text      int      `json:"text,omitempty"`      // the column that was taken for her words, from 1
	Date      int      `json:"date,omitempty"`      // and for the date
	Order     Order    `json:"order,omitempty"`     // of numbers in dates, if there were such dates
	Ambiguous int      `json:"ambiguous,omitempty"` // dates that would be another day in the other order, and nothing in the file decides
	Headings  int      `json:"headings,omitempty"`  // dates in a text at which it was or could be cut
	Whole     bool     `json:"whole,omitempty"`     // she chose not to cut there
	Parts     int      `json:"parts,omitempty"`     // entries that were cut because of their length
	Cleaned   int      `json:"cleaned,omitempty"`   // entries without characters that cannot be kept
	Hidden    int      `json:"hidden,omitempty"`    // entries with characters that do not show
}

// Refusal is why a file cannot be read at all, in a sentence for her.
type Refusal string

func (r Refusal) Error() string { return string(r) }

func refuse(format string, args ...any) error { return Refusal(fmt.Sprintf(format, args...)) }

// Keep takes what is read, in the order of the file. An error ends the reading.
type Keep interface {
	Entry(Entry) error
	Skip(reason Reason, place string, count int) error
}

// Read recognises a file and hands everything in it to keep.
func Read(ctx context.Context, u Upload, keep Keep) (Report, error) {
	if u.Size > MaxUpload {
		return Report{}, TooLarge()
	}
	if u.Size == 0 {
		return Report{}, refuse("This file is empty.")
	}
	r := &reading{ctx: ctx, Upload: u, keep: keep, place: u.Name}
	err := r.read()
	return r.report, err
}

// TooLarge is the refusal of a file beyond MaxUpload.
func TooLarge() error {
	return refuse("This file is larger than %d MB. Export a part of it, such as a year or one journal, or leave photos and recordings out; "+
		"a folder or zip can be sent in pieces. What was brought in before is not brought in twice.", MaxUpload>>20)
}

// reading is one file on its way.
type reading struct {
	ctx context.Context
	Upload
	keep   Keep
	report Report
	place  string // of the file
	kept   int
}

func (r *reading) read() error {
	head := make([]byte, 512)
	n, err := r.File.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return fmt.Errorf("read an upload: %w", err)
	}
	head = head[:n]
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		return r.zip()
	}
	if kind := foreign(head); kind != "" {
		return refuse("This is %s, which cannot be read as words. Export your entries as text, Markdown, CSV or JSON.", kind)
	}
	switch shape(io.NewSectionReader(r.File, 0, r.Size)) {
	case DayOne:
		r.report.Format = DayOne
		return r.dayOne(io.NewSectionReader(r.File, 0, r.Size), r.place)
	case ChatGPT:
		r.report.Format = ChatGPT
		return r.chatGPT(io.NewSectionReader(r.File, 0, r.Size), r.place)
	}
	return r.single()
}

// single reads one file of text: a table, a note, or plain text.
func (r *reading) single() error {
	if r.Size > MaxFile {
		return refuse("A single text or table can have %d MB. Please cut it into several files.", MaxFile>>20)
	}
	raw := make([]byte, r.Size)
	if _, err := r.File.ReadAt(raw, 0); err != nil && err != io.EOF {
		return fmt.Errorf("read an upload: %w", err)
	}
	text, ok := decode(raw)
	if !ok {
		return refuse("This file is not text, or in an encoding that is not known. Save it as UTF-8 and send it again.")
	}
	if t := readTable(text, r.Name); t != nil {
		r.report.Format = Table
		return r.table(t, r.place)
	}
	r.report.Format = Plain
	if isMarkdown(r.Name) || hasFrontMatter(text) {
		r.report.Format = Markdown
	}
	return r.note(text, r.Name, r.place, modified{at: r.Modified})
}

// skip leaves something out.
func (r *reading) skip(reason Reason, place string) error { return r.skipMany(reason, place, 1) }

func (r *reading) skipMany(reason Reason, place string, count int) error {
	return r.keep.Skip(reason, shown(place), count)
}

// emit hands on an entry, cleaned and cut where it has to be.
func (r *reading) emit(e Entry) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	text, cleaned := clean(e.Text)
	e.Text, e.Place, e.Label = text, shown(e.Place), label(e.Label)
	switch year := e.At.Year(); {
	case blank(text):
		return r.skip(Empty, e.Place)
	case e.At.IsZero():
		return r.skip(Undated, e.Place)
	case year < 1900 || e.At.After(r.Now.Add(24*time.Hour)):
		return r.skip(Unlikely, e.Place)
	}
	if cleaned {
		r.report.Cleaned++
	}
	if hidden(text) {
		r.report.Hidden++
	}
	parts := cut(text, MaxText)
	if len(parts) > 1 {
		r.report.Parts++
	}
	for i, part := range parts {
		p := e
		if p.Text = part; len(parts) > 1 {
			p.Key += fmt.Sprintf("/%d", i)
			p.Label = label(fmt.Sprintf("%d of %d %s", i+1, len(parts), e.Label))
			if p.Turn += i; e.Thread == "" {
				p.Thread = e.Date() + " " + sum(text)
			}
		}
		if r.kept++; r.kept > MaxEntries {
			if err := r.skip(TooMany, p.Place); err != nil {
				return err
			}
			continue
		}
		if err := r.keep.Entry(p); err != nil {
			return err
		}
	}
	return nil
}
