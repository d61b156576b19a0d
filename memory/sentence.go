package memory

import "github.com/google/uuid"

// ID names a row. Ids are UUIDs; those made by Innerwork are version 7, so
// that they sort by time.
type ID = uuid.UUID

// SentenceKind says what a sentence of a reply does.
type SentenceKind string

// The kinds of sentence that may reach a leader; there is no other.
const (
	KindQuestion SentenceKind = "question" // an open question
	KindMirror   SentenceKind = "mirror"   // her own words, turned to "you"
	KindQuote    SentenceKind = "quote"    // a span of a reflection, put in by the server
	KindProcess  SentenceKind = "process"  // the coach's own words about the conversation itself
	KindHelp     SentenceKind = "help"     // help text on a crisis signal
)

// Author says who wrote a sentence.
type Author string

// The authors of sentences.
const (
	AuthorGuide  Author = "guide"
	AuthorServer Author = "server"
	AuthorModel  Author = "model"
)
