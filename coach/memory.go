package coach

import (
	"context"
	"time"

	"innerwork/memory"
)

// Memory is what a dialogue remembers with: *memory.Store, or, off the record,
// *offrecord.Memory, which has nothing behind it.
type Memory interface {
	BeginConversation(ctx context.Context, owner, id ID, practice string, opening memory.NewReply) (c Conversation, made bool, err error)
	Conversations(ctx context.Context, owner ID, f ConversationFilter) ([]Conversation, error)
	Conversation(ctx context.Context, owner, id ID) (Conversation, error)
	SetStage(ctx context.Context, owner, id ID, stage Stage, opening *memory.NewReply) (c Conversation, opened bool, err error)
	SetClarity(ctx context.Context, owner, id ID, clarity int) (Conversation, error)
	ResumeConversation(ctx context.Context, owner, id ID) (Conversation, error)

	Say(ctx context.Context, owner ID, said memory.NewSaid, reply memory.NewReply) (memory.Acknowledged, error)
	StopReply(ctx context.Context, owner, reply ID) error
	Again(ctx context.Context, owner, reply ID, next memory.NewReply) (Reply, error)
	AskHelp(ctx context.Context, owner, conversation ID, next memory.NewReply) (Reply, error)

	Events(ctx context.Context, owner, conversation ID, after Cursor, limit int) (events []Event, foreign bool, err error)
	Watch(owner, conversation ID, wake func(fresh *Event)) (cancel func())
	WatchAbroad(owner, conversation ID) (wake <-chan struct{}, cancel func())
	Wake(owner, conversation ID)

	Transcript(ctx context.Context, owner, conversation ID) (memory.Transcript, error)
	Search(ctx context.Context, owner ID, q memory.Search) ([]Found, error)
	SetSources(ctx context.Context, l memory.Lease, sources []Source) error
	Reserve(ctx context.Context, l memory.Lease, most memory.Cost) (room bool, err error)
	SpeakAs(ctx context.Context, l memory.Lease, speaker Author, model, promptVersion string) error
	Release(ctx context.Context, l memory.Lease, n memory.NewSentence) error
	Renew(ctx context.Context, l memory.Lease, until time.Time) error
	EndReply(ctx context.Context, l memory.Lease, e memory.End) error
	CountUsage(ctx context.Context, l memory.Lease, e memory.End) error
	Sweep(ctx context.Context) (ended int, err error)

	Proposals(ctx context.Context, owner ID, f ProposalFilter) ([]Proposal, error)
	DeclinedSpans(ctx context.Context, owner ID) ([]Quote, error)
	Propose(ctx context.Context, owner ID, p Proposal) (Proposal, error)
	DueCommitment(ctx context.Context, owner ID, now time.Time) (*Commitment, error)
	AskedAbout(ctx context.Context, owner, commitment, reply ID) error
}
