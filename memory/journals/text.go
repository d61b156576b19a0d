package journals

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	textunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
)

// decode makes text of bytes: UTF-8, UTF-16 or UTF-32 that say so by their
// first character, and else Windows-1252 if every byte is a character there
// that stands in a text.
func decode(raw []byte) (string, bool) {
	var from transform.Transformer
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		raw = raw[3:]
		return string(raw), utf8.Valid(raw)
	case bytes.HasPrefix(raw, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(raw, []byte("\x00\x00\xfe\xff")):
		from = utf32.UTF32(utf32.BigEndian, utf32.ExpectBOM).NewDecoder()
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		from = textunicode.UTF16(textunicode.BigEndian, textunicode.ExpectBOM).NewDecoder()
	case utf8.Valid(raw):
		return string(raw), !binary(raw)
	case binary(raw) || slices.ContainsFunc(raw, func(b byte) bool { return b == 0 || strings.IndexByte(undefined1252, b) >= 0 }):
		return "", false
	default:
		from = charmap.Windows1252.NewDecoder()
	}
	text, _, err := transform.Bytes(from, raw)
	// The decoders put U+FFFD for what is none: her words are never replaced.
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "", false
	}
	return string(text), true
}

// binary reports control characters that no text has. A few U+0000 in what is
// text otherwise are taken out later.
func binary(raw []byte) bool {
	var odd int
	for _, b := range raw {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != '\v' && b != 0x1b {
			odd++
		}
	}
	return odd*100 > len(raw)
}

// undefined1252 are the bytes that Windows-1252 does not have.
const undefined1252 = "\x81\x8d\x8f\x90\x9d"

// clean takes out what cannot be kept: U+0000.
func clean(text string) (string, bool) {
	if !strings.ContainsRune(text, 0) {
		return text, false
	}
	return strings.ReplaceAll(text, "\x00", ""), true
}

// hidden reports characters that do not show and can carry words past a
// reader: zero width, directions, tags.
func hidden(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return r == 0x200b || r == 0x2060 || r == 0xfeff || 0x202a <= r && r <= 0x202e || 0x2066 <= r && r <= 0x2069 || 0xe0000 <= r && r <= 0xe007f
	})
}

func blank(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

// shown is a place as it can be shown: without characters that do something,
// and not too long.
func shown(place string) string {
	place = strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) || r == utf8.RuneError {
			return '�'
		}
		return r
	}, place)
	return shorten(place, 200)
}

func shorten(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	runes := []rune(text)
	return string(runes[:most/2]) + "…" + string(runes[len(runes)-most/2+1:])
}

// label is what a passage can be headed with.
func label(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) || r == utf8.RuneError }), " ")
	runes := []rune(text)
	return strings.TrimSpace(string(runes[:min(len(runes), 100)]))
}

// title is the name of a file without its folder and ending.
func title(name string) string {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	return strings.TrimSuffix(base, path.Ext(base))
}

// sum stands for a text in a key.
func sum(text string) string {
	hash := sha256.Sum256([]byte(text))
	return hex.EncodeToString(hash[:16])
}
