package journals

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// zipped is a zip whose files are read one after the other, within bounds.
// Their names are for showing and for dates; none reaches the file system.
type zipped struct {
	members []*member
	left    int64 // bytes that may still be unpacked
}

type member struct {
	file *zip.File
	name string // with / between folders
	left Reason // why it is not read; "" if it is
}

// errBomb ends the reading of a zip that unpacks to more than it should.
var errBomb = refuse("This zip unpacks to far more than a journal is, so it was not read. If it is one, send it in pieces.")

// openZip reads the list of files.
func openZip(file io.ReaderAt, size int64) (*zipped, error) {
	bounded := &boundedAt{file: file, left: maxFolder}
	r, err := zip.NewReader(bounded, size)
	if bounded.left < 0 {
		return nil, refuse("There are too many files in this zip. Please send it in pieces.")
	}
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, refuse("This zip is damaged or was not sent whole. Please make it again.")
	}
	bounded.done = true
	z := &zipped{left: MaxUnpacked}
	for _, f := range r.File {
		if f.FileInfo().IsDir() {
			continue
		}
		z.members = append(z.members, &member{f, strings.ReplaceAll(f.Name, `\`, "/"), whyLeft(f)})
	}
	slices.SortStableFunc(z.members, func(a, b *member) int { return strings.Compare(a.name, b.name) })
	return z, nil
}

// whyLeft says why a file is not opened at all.
func whyLeft(f *zip.File) Reason {
	name := strings.ReplaceAll(f.Name, `\`, "/")
	folders := strings.Split(name, "/")
	base := strings.ToLower(path.Base(name))
	switch ext := path.Ext(base); {
	case !utf8.ValidString(name) && !f.NonUTF8, path.IsAbs(name), slices.Contains(folders, ".."), strings.ContainsFunc(name, unicode.IsControl),
		len(name) > 1 && name[1] == ':':
		return BadName
	case slices.ContainsFunc(folders, func(f string) bool {
		return strings.HasPrefix(f, ".") || f == "__MACOSX" || strings.EqualFold(f, "desktop.ini") || strings.EqualFold(f, "thumbs.db")
	}):
		return Settings
	case f.Flags&1 != 0:
		return Locked
	case ext == ".zip":
		return Nested
	case !f.Mode().IsRegular():
		return OtherFiles
	case isNote(base) && slices.ContainsFunc(folders[:len(folders)-1], func(f string) bool {
		return strings.EqualFold(f, "template") || strings.EqualFold(f, "templates") || strings.EqualFold(f, "_templates")
	}):
		return Template
	case strings.HasSuffix(base, ".excalidraw.md"), slices.Contains(pictures, ext):
		return Media
	}
	return ""
}

var pictures = []string{".jpg", ".jpeg", ".png", ".gif", ".heic", ".webp", ".svg", ".bmp", ".tiff", ".avif", ".mp3", ".m4a", ".wav", ".aac",
	".ogg", ".opus", ".flac", ".mp4", ".mov", ".m4v", ".webm", ".avi", ".pdf", ".canvas", ".excalidraw", ".dat"}

// boundedAt bounds what the list of files may take.
type boundedAt struct {
	file io.ReaderAt
	left int64
	done bool
}

func (b *boundedAt) ReadAt(p []byte, at int64) (int, error) {
	if !b.done {
		if b.left -= int64(len(p)); b.left < 0 {
			return 0, errors.New("the list of files is too long")
		}
	}
	return b.file.ReadAt(p, at)
}

// open unpacks a file, bounded by what comes out and not by what its header
// says.
func (z *zipped) open(m *member) (io.Reader, error) {
	file, err := m.file.Open()
	if err != nil {
		return nil, fmt.Errorf("open a file of a zip: %w", err)
	}
	return &unpacking{z, file, 0, int64(m.file.CompressedSize64)}, nil
}

type unpacking struct {
	zip    *zipped
	file   io.Reader
	out    int64
	packed int64
}

func (u *unpacking) Read(p []byte) (int, error) {
	n, err := u.file.Read(p)
	u.out += int64(n)
	u.zip.left -= int64(n)
	if u.zip.left < 0 || u.out > 1<<20 && u.out/max(u.packed, 1) > maxRatio {
		return 0, errBomb
	}
	return n, err
}

// changed is when a file was last changed. Without a time that knows its zone
// it is what her clock showed.
func (m *member) changed() modified {
	at := m.file.Modified
	if at.IsZero() || at.Year() < 1981 { // 1980 is where the clock of zip files begins
		return modified{}
	}
	return modified{at.UTC(), !precise(m.file.Extra)}
}

// precise reports a field of extra data that has the time as a moment: Info-ZIP's
// of Unix, or NTFS's.
func precise(extra []byte) bool {
	for len(extra) >= 4 {
		tag, size := int(extra[0])|int(extra[1])<<8, int(extra[2])|int(extra[3])<<8
		if tag == 0x5455 || tag == 0x000a || tag == 0x5855 || tag == 0x000d {
			return true
		}
		extra = extra[min(4+size, len(extra)):]
	}
	return false
}

// modified is when a file was last changed.
type modified struct {
	at   time.Time
	wall bool
}

// zip reads every file of a zip that can be read, in the order of their names.
func (r *reading) zip() error {
	z, err := openZip(r.File, r.Size)
	if err != nil {
		return err
	}
	if r.report.Format, err = z.format(); err != nil {
		return err
	}
	for _, m := range z.members {
		if m.left != "" {
			err = r.skip(m.left, m.name)
		} else {
			err = r.member(z, m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// member reads one file of a zip. Its own failures do not stop the rest.
func (r *reading) member(z *zipped, m *member) error {
	ext := strings.ToLower(path.Ext(m.name))
	switch {
	case r.report.Format == DayOne || r.report.Format == ChatGPT:
		if ext != ".json" {
			return r.skip(OtherFiles, m.name)
		}
		return r.jsonMember(z, m)
	case r.report.Format == Markdown && !isNote(m.name), r.report.Format == Table && ext != ".csv" && ext != ".tsv":
		return r.skip(OtherFiles, m.name)
	}
	raw, err := z.whole(m)
	var refusal Refusal
	switch {
	case errors.As(err, &refusal):
		return err
	case err != nil:
		return r.skip(Broken, m.name)
	case raw == nil:
		return r.skip(TooLong, m.name)
	}
	text, ok := decode(raw)
	if !ok {
		return r.skip(Encoding, m.name)
	}
	if r.report.Format == Table {
		if t := readTable(text, m.name); t != nil {
			return r.table(t, m.name)
		}
		return r.skip(Broken, m.name)
	}
	return r.note(text, m.name, m.name, m.changed())
}

func (r *reading) jsonMember(z *zipped, m *member) error {
	file, err := z.open(m)
	if err != nil {
		return r.skip(Broken, m.name)
	}
	if shape(file) != r.report.Format {
		return r.skip(OtherFiles, m.name)
	}
	if file, err = z.open(m); err != nil {
		return r.skip(Broken, m.name)
	}
	if r.report.Format == DayOne {
		return r.dayOne(file, m.name)
	}
	return r.chatGPT(file, m.name)
}

// whole reads all of a file, or nil if it is too long.
func (z *zipped) whole(m *member) ([]byte, error) {
	file, err := z.open(m)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(file, MaxFile+1))
	if err == nil && len(raw) > MaxFile {
		return nil, nil
	}
	if raw == nil {
		raw = []byte{}
	}
	return raw, err
}
