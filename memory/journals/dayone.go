package journals

import (
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"time"
)

// dayOneEntry is what is read of an entry of Day One's JSON export.
type dayOneEntry struct {
	Text         string            `json:"text"`
	RichText     string            `json:"richText"`
	CreationDate string            `json:"creationDate"` // UTC
	TimeZone     string            `json:"timeZone"`     // IANA
	Photos       []json.RawMessage `json:"photos"`
	Audios       []json.RawMessage `json:"audios"`
	Videos       []json.RawMessage `json:"videos"`
	PDFs         []json.RawMessage `json:"pdfAttachments"`
}

// dayOne reads one journal.
func (r *reading) dayOne(file io.Reader, place string) error {
	v := readValues(file)
	if _, err := v.Token(); err != nil {
		return r.brokenOff(err, place)
	}
	for v.More() {
		v.lap.left = MaxValue
		name, err := v.Token()
		if err != nil {
			return r.brokenOff(err, place)
		}
		if name != "entries" {
			var other json.RawMessage
			if err := v.Decode(&other); err != nil {
				return r.brokenOff(err, place)
			}
			continue
		}
		if begin, err := v.Token(); err != nil || begin != json.Delim('[') {
			return r.skip(Broken, place)
		}
		return r.each(v, place, "entry", r.dayOneEntry)
	}
	return nil
}

func (r *reading) dayOneEntry(raw json.RawMessage, place string) error {
	var e dayOneEntry
	cleaned, err := unmarshal(raw, &e)
	if err != nil {
		return r.skip(Broken, place)
	}
	if n := len(e.Photos) + len(e.Audios) + len(e.Videos) + len(e.PDFs); n > 0 {
		if err := r.skipMany(Media, place, n); err != nil {
			return err
		}
	}
	text := e.Text
	if text == "" && e.RichText != "" {
		if text, err = plainOf(e.RichText); err != nil {
			return r.skip(Broken, place)
		}
	}
	at, err := time.Parse(time.RFC3339, e.CreationDate)
	if err != nil {
		return r.skip(Undated, place)
	}
	if cleaned {
		r.report.Cleaned++
	}
	return r.emit(Entry{Text: withoutMoments(text), At: at, Zone: zone(e.TimeZone), Origin: Given, Place: place})
}

// zone is an IANA time zone, or "" for what is none.
func zone(name string) string {
	if _, err := time.LoadLocation(name); err != nil || name == "Local" || !strings.Contains(name, "/") && name != "UTC" {
		return ""
	}
	return name
}

var (
	moments = regexp.MustCompile(`!?\[[^\]\n]*\]\((?:dayone-moment|dayone2?):[^)\n]*\)`)
	escapes = regexp.MustCompile(`\\([!-/:-@\[-` + "`" + `{-~])`)
	gaps    = regexp.MustCompile(`\n{3,}`)
)

// withoutMoments takes out the links to photos and entries and the backslashes
// that Day One puts before marks of Markdown; neither is hers.
func withoutMoments(text string) string {
	linked := moments.ReplaceAllString(text, "")
	if linked != text {
		linked = strings.TrimSpace(gaps.ReplaceAllString(linked, "\n\n"))
	}
	return escapes.ReplaceAllString(linked, "$1")
}

// plainOf are the words of Day One's rich text.
func plainOf(rich string) (string, error) {
	var body struct {
		Contents []struct {
			Text string `json:"text"`
		} `json:"contents"`
	}
	if _, err := unmarshal([]byte(rich), &body); err != nil {
		return "", err
	}
	var text strings.Builder
	for _, c := range body.Contents {
		text.WriteString(c.Text)
	}
	return text.String(), nil
}
