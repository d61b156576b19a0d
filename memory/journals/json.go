package journals

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"unicode/utf8"
)

// values reads a JSON file value by value.
type values struct {
	*json.Decoder
	lap *lap
}

// lap bounds what may be read for one value.
type lap struct {
	file io.Reader
	left int64
}

var errValueTooLong = errors.New("one value is too long")

func (l *lap) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errValueTooLong
	}
	n, err := l.file.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

func readValues(file io.Reader) *values {
	l := &lap{skipBOM(file), MaxValue}
	return &values{json.NewDecoder(l), l}
}

// next reads one value as it stands, or nothing at the end of the array.
func (v *values) next() (json.RawMessage, error) {
	v.lap.left = MaxValue
	if !v.More() {
		_, err := v.Token()
		return nil, err
	}
	var raw json.RawMessage
	err := v.Decode(&raw)
	return raw, err
}

// each hands on the values of an array that has begun, numbered from 1. A file
// that breaks off is skipped from there on.
func (r *reading) each(v *values, place, what string, do func(raw json.RawMessage, place string) error) error {
	for n := 1; ; n++ {
		at := fmt.Sprintf("%s, %s %d", place, what, n)
		raw, err := v.next()
		if err != nil {
			return r.brokenOff(err, at)
		}
		if raw == nil {
			return nil
		}
		if !utf8.Valid(raw) {
			err = r.skip(Encoding, at)
		} else {
			err = do(raw, at)
		}
		if err != nil {
			return err
		}
	}
}

// brokenOff leaves out the rest of a file; a bomb ends everything.
func (r *reading) brokenOff(err error, place string) error {
	if refusal, ok := errors.AsType[Refusal](err); ok {
		return refusal
	}
	if errors.Is(err, errValueTooLong) {
		return r.skip(TooLong, place)
	}
	return r.skip(Broken, place)
}

var escapedHalf = regexp.MustCompile(`\\(?:[^u]|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4})`)

// unmarshal is json.Unmarshal that takes out half pairs of surrogates, where
// the library would put another character in her words.
func unmarshal(raw []byte, into any) (cleaned bool, err error) {
	if bytes.Contains(raw, []byte(`\ud`)) || bytes.Contains(raw, []byte(`\uD`)) {
		raw = escapedHalf.ReplaceAllFunc(raw, func(escape []byte) []byte {
			if len(escape) != 6 {
				return escape
			}
			if n, _ := strconv.ParseUint(string(escape[2:]), 16, 32); n < 0xd800 || n > 0xdfff {
				return escape
			}
			cleaned = true
			return nil
		})
	}
	return cleaned, json.Unmarshal(raw, into)
}
