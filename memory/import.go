package memory

import (
	"io"
	"time"

	"innerwork/memory/journals"
)

// Import is a file that she brings in: read, looked over, and then taken in
// step by step.
type Import struct {
	ID        ID        `json:"id"`
	Name      string    `json:"name"` // of the file
	Zone      string    `json:"zone"` // IANA: of the dates that have none of their own
	CreatedAt time.Time `json:"createdAt"`
	// ExpiresAt is when what is not taken in goes, and with it the way to take
	// the rest back.
	ExpiresAt time.Time       `json:"expiresAt"`
	Read      bool            `json:"read"` // false while the file is being read, or if that was cut off
	Report    journals.Report `json:"report"`
	Count     ImportCount     `json:"count"`
	From      *time.Time      `json:"from,omitempty"` // of all its entries
	To        *time.Time      `json:"to,omitempty"`
	Days      int             `json:"days"`    // entries with a day but no time; they stand at noon
	Unzoned   int             `json:"unzoned"` // entries whose zone is Zone
	Named     int             `json:"named"`   // dated by the name of their file
	Modified  int             `json:"modified"`
	Skipped   []ImportSkip    `json:"skipped"`
	Samples   []ImportSample  `json:"samples"` // up to five of what waits, over its whole time
}

// ImportCount is how far an import is. The numbers add up to Entries.
type ImportCount struct {
	Entries   int `json:"entries"`
	Waiting   int `json:"waiting"`   // not taken in yet
	Stored    int `json:"stored"`    // taken in by this import
	Here      int `json:"here"`      // were here already
	Forgotten int `json:"forgotten"` // she had forgotten them; they stay so
}

// ImportSkip is what was left out for one reason.
type ImportSkip struct {
	Reason journals.Reason `json:"reason"`
	Count  int             `json:"count"`
	Places []string        `json:"places"` // the first few
}

// ImportSample is the beginning of an entry.
type ImportSample struct {
	Text  string    `json:"text"` // at most 400 code points
	Whole bool      `json:"whole"`
	At    time.Time `json:"at"`
	Zone  string    `json:"zone"`
	Day   bool      `json:"day"` // no time is known
	Label string    `json:"label,omitempty"`
	Place string    `json:"place"`
}

// ImportChoices is what she decides where a file leaves it open.
type ImportChoices = journals.Choices

// DateOrder says which number comes first in a date.
type DateOrder = journals.Order

// NewImport is a file to read.
type NewImport struct {
	ID       ID
	Name     string // as her machine calls it
	File     io.ReaderAt
	Size     int64
	Modified time.Time // zero: not known
	Zone     string
	Choices  ImportChoices
	Replaces ID // an import of the same file, read otherwise before; it goes when this one was read, unless something of it was taken in
}

// MaxUpload is the most bytes that a file to import may have.
const MaxUpload = journals.MaxUpload

// UploadTooLarge is the refusal of a larger one.
func UploadTooLarge() error { return Errorf(CodeInvalid, "%s", journals.TooLarge().Error()) }

const (
	importsAtOnce = 5                  // that one person has waiting
	keepImport    = 7 * 24 * time.Hour // what is not taken in
	readWithin    = time.Hour          // or it is gone
)
