package memory

import "time"

// Heading is one of the fixed headings of a summary.
type Heading string

// The headings, in their order.
const (
	CameFor   Heading = "came-for"   // what I came for
	Noticed   Heading = "noticed"    // what I noticed
	Keep      Heading = "keep"       // what I keep
	WillDo    Heading = "will-do"    // what I will do
	StaysOpen Heading = "stays-open" // what stays open
)

// Asked is the question that came before a line, and who asked it. Without it
// leading cannot be audited.
type Asked struct {
	Text          string    `json:"text"`
	Author        Author    `json:"author"`
	Model         string    `json:"model,omitempty"`
	PromptVersion string    `json:"promptVersion,omitempty"`
	Practice      string    `json:"practice"`
	At            time.Time `json:"at"`
}

// Line is one line of a summary: a quote, or her own wording with quotes.
type Line struct {
	ID       ID        `json:"id"`
	Summary  ID        `json:"summary"`
	Heading  Heading   `json:"heading"`
	Text     string    `json:"text"`            // what to show
	Quote    *Quote    `json:"quote,omitempty"` // if the line is a quote
	Quotes   []Quote   `json:"quotes"`          // cited by a wording of hers
	Asked    *Asked    `json:"asked,omitempty"` // the question that came before it
	Releases []Release `json:"releases"`
	At       time.Time `json:"at"`
}

// Summary is the lines that she made of one conversation.
type Summary struct {
	ID           ID        `json:"id"`
	Conversation ID        `json:"conversation"`
	Lines        []Line    `json:"lines"`
	At           time.Time `json:"at"`
}

// Coaching is a leader's tie to a human coach: invited, redeemed by him,
// confirmed by her, ended by either.
type Coaching struct {
	Leader      ID         `json:"leader"`
	Coach       ID         `json:"coach"`
	Name        string     `json:"name"` // of the other one
	RedeemedAt  time.Time  `json:"redeemedAt"`
	ConfirmedAt *time.Time `json:"confirmedAt,omitempty"`
	EndedAt     *time.Time `json:"endedAt,omitempty"`
	Unread      int        `json:"unread"`  // lines released to him that he has not seen yet
	Answers     int        `json:"answers"` // to his marks that he has not seen yet
}

// Release lets one coach see one line.
type Release struct {
	ID           ID         `json:"id"`
	Line         ID         `json:"line"`
	Coach        ID         `json:"coach"`
	WithQuestion bool       `json:"withQuestion"`
	At           time.Time  `json:"at"`
	RevokedAt    *time.Time `json:"revokedAt,omitempty"`
	Readings     []Reading  `json:"readings"`
}

// Reading is one sight of a released line by a coach.
type Reading struct {
	ID      ID        `json:"id"`
	Release ID        `json:"release"`
	Coach   ID        `json:"coach"`
	At      time.Time `json:"at"`
}

// DeskLine is a released line as the coach sees it.
type DeskLine struct {
	Release      ID        `json:"release"`
	Leader       ID        `json:"leader"`
	Conversation ID        `json:"conversation"`
	Heading      Heading   `json:"heading"`
	Text         string    `json:"text"`
	Cited        []Quote   `json:"cited"`           // the words it stands on
	Asked        *Asked    `json:"asked,omitempty"` // only if she released it too
	ReleasedAt   time.Time `json:"releasedAt"`
	New          bool      `json:"new"` // not seen before this reading
	Marks        []Mark    `json:"marks"`
}

// MarkKind is what a coach found in a line or in the question before it.
type MarkKind string

// The kinds of mark.
const (
	Unsupported  MarkKind = "unsupported"   // the cited words do not carry it
	Leading      MarkKind = "leading"       // the question led to it
	OverReach    MarkKind = "over-reach"    // the software went further than it may
	MissedSignal MarkKind = "missed-signal" // it passed over something that mattered
)

// MarkOn says what a mark is on.
type MarkOn string

// What a mark may be on.
const (
	OnLine     MarkOn = "line"
	OnQuestion MarkOn = "question"
)

// Mark is a coach's audit mark; she sees it and can answer.
type Mark struct {
	ID         ID         `json:"id"`
	Release    ID         `json:"release"`
	Line       ID         `json:"line"`
	Coach      ID         `json:"coach"`
	On         MarkOn     `json:"on"`
	Kind       MarkKind   `json:"kind"`
	Note       string     `json:"note,omitempty"` // the coach's words
	At         time.Time  `json:"at"`
	Answer     string     `json:"answer,omitempty"` // hers
	AnsweredAt *time.Time `json:"answeredAt,omitempty"`
}
