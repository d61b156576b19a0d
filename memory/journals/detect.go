package journals

import (
	"bytes"
	"encoding/json"
	"io"
	"path"
	"strings"
)

// foreign names what is plainly no text, by its first bytes; "" if it may be.
func foreign(head []byte) string {
	for _, kind := range []struct{ magic, name string }{
		{"%PDF", "a PDF"}, {"Rar!", "a RAR archive"}, {"7z\xbc\xaf\x27\x1c", "a 7z archive"}, {"\x1f\x8b", "a gzip archive"},
		{"\xd0\xcf\x11\xe0", "an old Office document"}, {"{\\rtf", "an RTF document"}, {"SQLite format 3", "a database"},
		{"\xff\xd8\xff", "a photo"}, {"\x89PNG", "a picture"}, {"GIF8", "a picture"}, {"ID3", "a recording"}, {"OggS", "a recording"},
		{"BZh", "a bzip2 archive"}, {"\xfd7zXZ", "an xz archive"},
	} {
		if bytes.HasPrefix(head, []byte(kind.magic)) {
			return kind.name
		}
	}
	if len(head) > 12 && string(head[4:8]) == "ftyp" {
		return "a photo or recording"
	}
	return ""
}

// shape tells the JSON files that are known by their first few names: an
// object with "entries" is Day One's, conversations with a "mapping" are
// ChatGPT's. Anything else is "".
func shape(file io.Reader) Format {
	const enough = 4 << 20 // a first conversation may be a long one
	d := json.NewDecoder(skipBOM(io.LimitReader(file, enough)))
	token, err := d.Token()
	if err != nil {
		return ""
	}
	switch token {
	case json.Delim('['):
		if first, err := d.Token(); err != nil || first != json.Delim('{') {
			return ""
		}
		return names(d)
	case json.Delim('{'):
		return names(d)
	}
	return ""
}

// names looks at the names of an object that has begun.
func names(d *json.Decoder) Format {
	for range 40 {
		name, err := d.Token()
		if err != nil {
			return ""
		}
		switch name {
		case "entries":
			return DayOne
		case "mapping":
			return ChatGPT
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return ""
		}
	}
	return ""
}

// skipBOM passes over the mark that some programs begin UTF-8 with.
func skipBOM(file io.Reader) io.Reader {
	var head [3]byte
	n, err := io.ReadFull(file, head[:])
	if err == nil && string(head[:]) == "\xef\xbb\xbf" {
		return file
	}
	return io.MultiReader(bytes.NewReader(head[:n]), file)
}

// zipFormat tells what a zip is, by what stands in its files.
func (z *zipped) format() (Format, error) {
	var notes, tables bool
	for _, m := range z.members {
		ext := strings.ToLower(path.Ext(m.name))
		base := path.Base(m.name)
		switch {
		case m.left != "":
		case base == "[Content_Types].xml" || base == "mimetype":
			return "", refuse("This is an Office document or an e-book. Save its text as .txt or .md and send that.")
		case base == "manifest.json" && z.ours(m):
			return "", OwnExport
		case ext == ".json":
			file, err := z.open(m)
			if err != nil {
				continue
			}
			if f := shape(file); f != "" {
				return f, nil
			}
		case isNote(m.name):
			notes = true
		case ext == ".csv" || ext == ".tsv":
			tables = true
		}
	}
	switch {
	case notes:
		return Markdown, nil
	case tables:
		return Table, nil
	}
	return "", refuse("There is nothing in this zip that can be read: no Day One or ChatGPT export, no Markdown, no text and no CSV.")
}

// OwnExport is the refusal of Innerwork's own export: it is brought back as a
// whole, with conversations and decisions, and not as loose entries.
const OwnExport = Refusal("This is Innerwork's own export. It is brought back as a whole, with its conversations and decisions, and not entry by entry; nothing was stored.")

// ours tells a manifest of Innerwork from another program's.
func (z *zipped) ours(m *member) bool {
	file, err := z.open(m)
	if err != nil {
		return false
	}
	head, err := io.ReadAll(io.LimitReader(file, 4096))
	return err == nil && bytes.Contains(bytes.ToLower(head), []byte(`"innerwork`))
}

func isMarkdown(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".md" || ext == ".markdown" || ext == ".mdown"
}

func isNote(name string) bool {
	return isMarkdown(name) || strings.ToLower(path.Ext(name)) == ".txt"
}
