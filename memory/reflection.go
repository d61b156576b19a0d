package memory

import "time"

// MaxText is the most code points that one reflection written or said in the
// browser may have.
const MaxText = 16_000

// ReflectionKind says how a reflection came to be.
type ReflectionKind string

// The kinds of reflection.
const (
	Written  ReflectionKind = "written"  // a journal entry
	Said     ReflectionKind = "said"     // her message in a conversation
	Imported ReflectionKind = "imported" // brought from elsewhere
)

// Reflection is the leader's own words, of any kind. It is never changed in
// place: an edit supersedes it, forgetting removes it.
type Reflection struct {
	ID           ID             `json:"id"`
	Kind         ReflectionKind `json:"kind"`
	Text         string         `json:"text"`
	Conversation *ID            `json:"conversation,omitempty"` // where it was said
	At           time.Time      `json:"at"`                     // when it was written or said
	Zone         string         `json:"zone"`                   // IANA time zone of At
	Supersedes   *ID            `json:"supersedes,omitempty"`
	SupersededBy *ID            `json:"supersededBy,omitempty"`
	Apart        bool           `json:"apart"` // used for nothing: after a help text, or because she says so
	// OutdatedAt is when she said that it no longer holds, and Unlearned that it
	// was said while learning was paused. Neither is recalled; she finds both.
	OutdatedAt *time.Time `json:"outdatedAt,omitempty"`
	Unlearned  bool       `json:"unlearned,omitempty"`
}

// Quote is a span of a reflection, in Unicode code points: 0 ≤ Start < End ≤
// length. Text and At are filled in by the store when it reads and ignored
// when it writes.
type Quote struct {
	Reflection ID        `json:"reflection"`
	Start      int       `json:"start"`
	End        int       `json:"end"`
	Text       string    `json:"text,omitempty"`
	At         time.Time `json:"at,omitzero"`
	// Conversation leads back to where she said it.
	Conversation *ID `json:"conversation,omitempty"`
}

// Passage is a span of a reflection: the unit of search.
type Passage struct {
	ID ID `json:"id"`
	Quote
	Kind ReflectionKind `json:"kind"`
}

// Found is a passage that a search returned, and why.
type Found struct {
	Passage
	Score      float64  `json:"score"`                // fused; comparable within one search only
	Similarity float64  `json:"similarity,omitempty"` // cosine, -1..1; 0 without an embedder
	Terms      []string `json:"terms,omitempty"`      // stemmed words that it shares with the query
	Standing
}

// Standing is what she said of a reflection that bears on its use.
type Standing struct {
	Apart      bool       `json:"apart,omitempty"`
	OutdatedAt *time.Time `json:"outdatedAt,omitempty"`
	Unlearned  bool       `json:"unlearned,omitempty"`
	Edited     bool       `json:"edited,omitempty"` // there is a newer version
}

// Derived lists what goes or changes with what is forgotten. Insights and
// lines are the first MostDerived; how many there are in all is counted.
type Derived struct {
	Insights      []Insight `json:"insights"` // whose wording is a span of it: they go
	Lines         []Line    `json:"lines"`    // that are a span of it: they go, with their releases
	InsightCount  int       `json:"insightCount"`
	LineCount     int       `json:"lineCount"`
	Sentences     int       `json:"sentences"` // of replies that took it up: blanked or gone
	Proposals     int       `json:"proposals"` // made of it: they go
	Releases      int       `json:"releases"`  // to a coach, that end
	Reflections   int       `json:"reflections"`
	Conversations int       `json:"conversations"`
	Commitments   int       `json:"commitments"` // that go; only with everything
	Ours          bool      `json:"ours"`        // the database's files are looked after here, so that the second stage can be proved
}

// MostDerived is how many insights and lines a Derived lists.
const MostDerived = 50
