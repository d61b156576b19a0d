package memory

import "time"

// ProposalState is where a proposal is: open → kept | declined.
type ProposalState string

// The states of a proposal.
const (
	ProposalOpen     ProposalState = "open"
	ProposalKept     ProposalState = "kept"
	ProposalDeclined ProposalState = "declined"
)

// Proposal points at her own words with an open question. It is inert: it is
// in no search, no prompt and no export of conclusions.
type Proposal struct {
	ID           ID            `json:"id"`
	Conversation ID            `json:"conversation"`
	Question     string        `json:"question"`
	Quotes       []Quote       `json:"quotes"`
	State        ProposalState `json:"state"`
	Insight      *ID           `json:"insight,omitempty"` // what she kept of it
	At           time.Time     `json:"at"`
	DecidedAt    *time.Time    `json:"decidedAt,omitempty"`
}

// Wording is one way in which she put an insight: a text that she typed, or a
// quote of hers as it stands. Exactly one of the two is set when written;
// when read, Text is always what to show.
type Wording struct {
	N     int       `json:"n"`
	Text  string    `json:"text"`
	Quote *Quote    `json:"quote,omitempty"`
	At    time.Time `json:"at"`
}

// Insight is what she concluded, in her wording, with the history of its
// wordings. It is held until she retires it.
type Insight struct {
	ID           ID         `json:"id"`
	Text         string     `json:"text"` // the current wording
	Wordings     []Wording  `json:"wordings"`
	Quotes       []Quote    `json:"quotes"` // that lead back to where she said it
	Practice     string     `json:"practice,omitempty"`
	Conversation *ID        `json:"conversation,omitempty"`
	At           time.Time  `json:"at"`
	RetiredAt    *time.Time `json:"retiredAt,omitempty"`
}

// Outcome is what became of a commitment.
type Outcome string

// The outcomes of a commitment.
const (
	OutcomeOpen    Outcome = "open"
	OutcomeDone    Outcome = "done"
	OutcomeChanged Outcome = "changed"
	OutcomeDropped Outcome = "dropped"
)

// Commitment is her action, on her date, and what became of it.
type Commitment struct {
	ID           ID         `json:"id"`
	Action       string     `json:"action"`
	Due          string     `json:"due"`  // a date, YYYY-MM-DD, in Zone
	Zone         string     `json:"zone"` // IANA time zone
	Why          string     `json:"why,omitempty"`
	Conversation *ID        `json:"conversation,omitempty"`
	Outcome      Outcome    `json:"outcome"`
	Note         string     `json:"note,omitempty"` // hers, on the outcome
	At           time.Time  `json:"at"`
	OutcomeAt    *time.Time `json:"outcomeAt,omitempty"`
	AskedAt      *time.Time `json:"askedAt,omitempty"` // when the coach last asked about it
}
