package coach

import "innerwork/memory"

// The nouns that package transport speaks of, so that it never has to import
// memory.
type (
	ID    = memory.ID
	Error = memory.Error
	Code  = memory.Code

	Person         = memory.Person
	NewPerson      = memory.NewPerson
	Role           = memory.Role
	Session        = memory.Session
	Invitation     = memory.Invitation
	InvitationKind = memory.InvitationKind
	Act            = memory.Act
	Coaching       = memory.Coaching

	Conversation       = memory.Conversation
	ConversationFilter = memory.ConversationFilter
	Stage              = memory.Stage
	Reply              = memory.Reply
	ReplyState         = memory.ReplyState
	Sentence           = memory.Sentence
	SentenceKind       = memory.SentenceKind
	Author             = memory.Author
	Source             = memory.Source
	Event              = memory.Event
	EventKind          = memory.EventKind
	Cursor             = memory.Cursor
	EventID            = memory.EventID

	Reflection       = memory.Reflection
	NewReflection    = memory.NewReflection
	ReflectionFilter = memory.ReflectionFilter
	Place            = memory.Place
	Within           = memory.Within
	HerSearch        = memory.HerSearch
	Use              = memory.Use
	Learning         = memory.Learning
	Given            = memory.Given
	Theme            = memory.Theme
	Plan             = memory.Plan
	PlanWords        = memory.PlanWords
	ClarityMark      = memory.ClarityMark
	ReflectionKind   = memory.ReflectionKind
	Quote            = memory.Quote
	Passage          = memory.Passage
	Found            = memory.Found
	Derived          = memory.Derived
	Receipt          = memory.Receipt
	Scope            = memory.Scope

	Bringing       = memory.Bringing
	Brought        = memory.Brought
	BroughtKind    = memory.BroughtKind
	CarriedRelease = memory.CarriedRelease

	Import      = memory.Import
	ImportCount = memory.ImportCount
	NewImport   = memory.NewImport
	DateOrder   = memory.DateOrder

	Proposal       = memory.Proposal
	ProposalFilter = memory.ProposalFilter
	ProposalState  = memory.ProposalState
	Insight        = memory.Insight
	NewInsight     = memory.NewInsight
	InsightFilter  = memory.InsightFilter
	InsightState   = memory.InsightState
	Commitment     = memory.Commitment
	NewCommitment  = memory.NewCommitment
	Outcome        = memory.Outcome

	Summary    = memory.Summary
	Line       = memory.Line
	NewLine    = memory.NewLine
	Heading    = memory.Heading
	DeskLine   = memory.DeskLine
	Release    = memory.Release
	SeenLine   = memory.SeenLine
	Restraint  = memory.Restraint
	Mark       = memory.Mark
	MarkKind   = memory.MarkKind
	MarkOn     = memory.MarkOn
	MarkedLine = memory.MarkedLine
)

// MaxArchive is the most bytes that an archive to bring back may have.
const MaxArchive = memory.MaxArchive

// MaxUpload is the most bytes that a file to import may have.
const MaxUpload = memory.MaxUpload

// UploadTooLarge is the refusal of a larger one.
func UploadTooLarge() error { return memory.UploadTooLarge() }

// The codes of an Error.
const (
	CodeInvalid     = memory.CodeInvalid
	CodeNotFound    = memory.CodeNotFound
	CodeConflict    = memory.CodeConflict
	CodeGone        = memory.CodeGone
	CodeUnknown     = memory.CodeUnknown
	CodeForbidden   = memory.CodeForbidden
	CodeTooMany     = memory.CodeTooMany
	CodeUnavailable = memory.CodeUnavailable
)

// The roles of a Person.
const (
	RoleLeader   = memory.RoleLeader
	RoleCoach    = memory.RoleCoach
	RoleOperator = memory.RoleOperator
)

// The kinds of Invitation.
const (
	InviteLeader = memory.InviteLeader
	InviteCoach  = memory.InviteCoach
)

// The kinds of Event.
const (
	EventSaid     = memory.EventSaid
	EventReply    = memory.EventReply
	EventSources  = memory.EventSources
	EventSentence = memory.EventSentence
	EventEnd      = memory.EventEnd
	EventStage    = memory.EventStage
	EventPaused   = memory.EventPaused
	EventResumed  = memory.EventResumed
	EventProposal = memory.EventProposal
	EventForgot   = memory.EventForgot
)
