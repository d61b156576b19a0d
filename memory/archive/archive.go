// Package archive is the form in which a leader takes everything with her: one
// zip with a page of Markdown for each conversation and day, a line of JSON
// for each thing that is kept, and last a manifest with the SHA-256 of every
// file. FORMAT.md describes it for whoever reads one without this program.
//
// It keeps true: the same rows make the same bytes; a file that was changed,
// cut off, left out or added is noticed before anything of it is believed.
//
// It refuses to know where rows come from or whose they are: an owner's id has
// no place in the format.
package archive

import (
	_ "embed"
	"errors"
)

// Format is the version that this program writes; it reads no newer one.
const Format = 1

// program is how an archive says what it is.
const program = "innerwork"

// Where the files stand in the zip.
const (
	records      = "records/" // a line of JSON for each thing, a file for each kind
	history      = "history/" // what happened with the account: it goes on with every export
	manifestName = "manifest.json"
)

// formatPage is a part of every archive.
//
//go:embed FORMAT.md
var formatPage string

// Manifest says what is in an archive.
type Manifest struct {
	Program string           `json:"program"`
	Format  int              `json:"format"`
	Tables  map[string]Table `json:"tables"`
	// Files are the SHA-256 of every file, in hexadecimal, by path. Those of the
	// account's history stand apart: they differ from one export to the next.
	Files   map[string]string `json:"files"`
	History map[string]string `json:"history"`
}

// Table is what the archive holds of one table.
type Table struct {
	Rows    int      `json:"rows"`
	Columns []string `json:"columns"` // that its records have
}

// Why an archive is not read.
var (
	ErrForeign = errors.New("not an archive of Innerwork")
	ErrNewer   = errors.New("the archive has a newer format")
	ErrDamaged = errors.New("the archive is not as it was written")
	ErrTooMuch = errors.New("the archive is larger than any that is read")
)
