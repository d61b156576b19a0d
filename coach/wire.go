package coach

// Say is one message of hers to a conversation. Its ID, made by the browser,
// becomes the key of the reflection.
type Say struct {
	ID           ID
	Conversation ID
	Text         string
	Zone         string // hers, IANA; "" is UTC
}

// SaidAt is where in its conversation a message was stored.
type SaidAt struct {
	ID           ID
	Conversation ID
	Seq          int64
	Kept         bool // whether it is on disk
}

// Status is what a reply that has not ended is doing. It is not stored and may
// be lost.
type Status struct {
	Reply ID
	State string // queued, thinking or retrying
}

// PracticeCard is what she reads of a practice before she chooses it.
type PracticeCard struct {
	Key       string `json:"key"`
	Name      string `json:"name"`
	Intention string `json:"intention"`
	IsNot     string `json:"isNot"`
	Boundary  string `json:"boundary"`
	Listen    string `json:"listen"`   // what is listened for, and the ways in
	Insights  string `json:"insights"` // how it shows in insights
	OverTime  string `json:"overTime"` // how it shows over time
}

// Speaker says who replies and where her words go.
type Speaker struct {
	Kind    string `json:"kind" enum:"guide,model"`
	Model   string `json:"model,omitempty"`
	Address string `json:"address,omitempty"`
	Leaves  bool   `json:"leaves" doc:"Whether her words leave this machine."`
}

// Help is the text on a crisis signal, and whom to turn to.
type Help struct {
	Text      string     `json:"text"`
	Resources []Resource `json:"resources"`
}

// Resource is one place to turn to.
type Resource struct {
	Country string `json:"country"`
	Name    string `json:"name"`
	Contact string `json:"contact"`
}
