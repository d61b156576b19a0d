package memory

import "time"

// Stage is where a conversation is; it changes only when she says so.
type Stage string

// The stages, in their order.
const (
	Opening   Stage = "opening"   // what do you want from this conversation
	Exploring Stage = "exploring" // following what she brings
	Closing   Stage = "closing"   // how clear is it, what do you take with you
	Closed    Stage = "closed"    // over; it can be read and searched
)

// Conversation is a sequence of what she said and what was replied.
type Conversation struct {
	ID        ID         `json:"id"`
	Practice  string     `json:"practice"` // key of one of the ten; "" until her words lead to one
	Stage     Stage      `json:"stage"`
	Paused    bool       `json:"paused"`            // after a help text, until she says go on
	Clarity   *int       `json:"clarity,omitempty"` // 0..10, hers, at closing
	Title     string     `json:"title"`             // the beginning of what she said first; "" before
	StartedAt time.Time  `json:"startedAt"`
	LastAt    time.Time  `json:"lastAt"`
	ClosedAt  *time.Time `json:"closedAt,omitempty"`
	LastSeq   int64      `json:"lastSeq"`
	OffRecord bool       `json:"offRecord,omitempty"` // nothing of it is kept
	Node      *ID        `json:"node,omitempty"`      // off the record: the process that holds it
}

// ReplyState is where a reply is. accepted → streaming → one of the ends, or
// from accepted straight to any end.
type ReplyState string

// The states of a reply.
const (
	Accepted    ReplyState = "accepted"
	Streaming   ReplyState = "streaming"
	Complete    ReplyState = "complete"    // the speaker said that it finished
	Cut         ReplyState = "cut"         // a limit on length, content or time
	Stopped     ReplyState = "stopped"     // by her
	Interrupted ReplyState = "interrupted" // the upstream or the node went away
	Failed      ReplyState = "failed"      // nothing was released
)

// Ended reports whether the state is one of the ends.
func (s ReplyState) Ended() bool { return s != Accepted && s != Streaming }

// Reply is the coach's answer to one said reflection, or its opening.
type Reply struct {
	ID            ID         `json:"id"`
	Conversation  ID         `json:"conversation"`
	Reflection    *ID        `json:"reflection,omitempty"` // what it answers; nil for the opening
	State         ReplyState `json:"state"`
	Reason        string     `json:"reason,omitempty"` // a code: why it ended so
	Speaker       Author     `json:"speaker"`          // guide, server (help text) or model
	Model         string     `json:"model,omitempty"`
	PromptVersion string     `json:"promptVersion,omitempty"`
	At            time.Time  `json:"at"`
}

// Sentence is the unit in which a reply reaches her.
type Sentence struct {
	Reply         ID           `json:"reply"`
	N             int          `json:"n"` // 1.. within the reply
	Kind          SentenceKind `json:"kind"`
	Author        Author       `json:"author"`
	Model         string       `json:"model,omitempty"`
	PromptVersion string       `json:"promptVersion,omitempty"`
	Text          string       `json:"text"`            // "" for a quote, and for one blanked by forgetting
	Quote         *Quote       `json:"quote,omitempty"` // for KindQuote
	QuestionKey   string       `json:"questionKey,omitempty"`
	Blanked       bool         `json:"blanked,omitempty"`
}

// Source is a passage that came up for a reply. Found, given to the model and
// quoted are three different things, all kept.
type Source struct {
	Found
	Handle string `json:"handle"` // r1..r5
	Given  bool   `json:"given"`
	Quoted bool   `json:"quoted"`
	Unfit  bool   `json:"unfit,omitempty"` // she said that it was found wrongly for this reply
}

// EventKind says what happened in a conversation.
type EventKind string

// The kinds of event, and which field of Event each fills.
const (
	EventSaid     EventKind = "said"     // Said
	EventReply    EventKind = "reply"    // Reply: accepted
	EventSources  EventKind = "sources"  // Reply, and its Sources
	EventSentence EventKind = "sentence" // Sentence
	EventEnd      EventKind = "end"      // Reply: ended
	EventStage    EventKind = "stage"    // Stage
	EventPaused   EventKind = "paused"   // coaching rests after a help text
	EventResumed  EventKind = "resumed"  // she said go on
	EventProposal EventKind = "proposal" // Proposal
	EventForgot   EventKind = "forgot"   // a reflection of this conversation was forgotten: fetch anew
)

// Event is one thing that happened in a conversation. Seq is gapless within
// it, from 1; what a person sees is what the events say.
type Event struct {
	Conversation ID        `json:"conversation"`
	Seq          int64     `json:"seq"`
	ID           EventID   `json:"id"`
	Kind         EventKind `json:"kind"`
	At           time.Time `json:"at"`

	Said     *Reflection `json:"said,omitempty"` // nil if it was forgotten since
	Reply    *Reply      `json:"reply,omitempty"`
	Sources  []Source    `json:"sources,omitempty"`
	Sentence *Sentence   `json:"sentence,omitempty"`
	Stage    Stage       `json:"stage,omitempty"`
	Proposal *Proposal   `json:"proposal,omitempty"`
}

// Cursor is the last event that a reader has: its number, and its id, by which
// a history that was restored from elsewhere is told apart. The zero Cursor
// has nothing yet.
type Cursor struct {
	Seq int64   `json:"seq"`
	ID  EventID `json:"id"`
}

// EventID is eight hexadecimal digits, random: enough to tell two histories
// apart that have an event of the same number.
type EventID string
