package memory

import "time"

// NewPerson is what an account is made of.
type NewPerson struct {
	Name, Password, Zone string
	Roles                []Role
}

// NewReflection is a journal entry to be written.
type NewReflection struct {
	ID   ID
	Text string
	At   time.Time
	Zone string
}

// ReflectionFilter narrows a list of reflections.
type ReflectionFilter struct {
	Query  string
	Kind   ReflectionKind
	Before time.Time
	Limit  int
}

// ProposalFilter narrows a list of proposals.
type ProposalFilter struct {
	State        ProposalState
	Conversation *ID
}

// NewInsight is a conclusion in her wording, or the quotes as they stand.
type NewInsight struct {
	ID           ID
	Text         string
	Quotes       []Quote
	Conversation *ID
}

// InsightFilter narrows a list of insights.
type InsightFilter struct{ Query, State, Practice string }

// NewCommitment is an action of hers with its date.
type NewCommitment struct {
	ID                     ID
	Action, Due, Zone, Why string
	Conversation           *ID
}

// NewLine is a line to be added to a summary.
type NewLine struct {
	ID      ID
	Heading Heading
	Text    string
	Quote   *Quote
	Quotes  []Quote
}

// SeenLine is a reading together with the line that was read.
type SeenLine struct {
	Reading
	Line      ID     `json:"line"`
	Text      string `json:"text"`
	CoachName string `json:"coachName"`
}

// MarkedLine is a mark together with what it is on.
type MarkedLine struct {
	Mark
	LineText  string `json:"lineText"`
	Asked     *Asked `json:"asked,omitempty"`
	CoachName string `json:"coachName"`
	Revoked   bool   `json:"revoked"`
}
