package transport

import (
	"context"
	"io"
	"time"

	"innerwork/coach"
	"innerwork/coach/restraint"
)

// Accounts is who there is, and who is signed in. Every error that a person
// may read is a *coach.Error; this holds for all interfaces here.
type Accounts interface {
	HasPeople(ctx context.Context) (bool, error)
	CreateFirst(ctx context.Context, p coach.NewPerson) (person coach.Person, codes []string, err error)
	SignIn(ctx context.Context, name, password, device string) (person coach.Person, token string, notices []coach.Act, err error)
	SignOut(ctx context.Context, token string) error
	Session(ctx context.Context, token string) (coach.Person, coach.Session, error)
	Recover(ctx context.Context, name, code, newPassword, device string) (person coach.Person, token string, remaining int, err error)
	ChangePassword(ctx context.Context, person, keepSession coach.ID, old, new string) error
	NewRecoveryCodes(ctx context.Context, person coach.ID, password string) ([]string, error)
	SetZone(ctx context.Context, person coach.ID, zone string) error
	Consent(ctx context.Context, person coach.ID, version string) error
	Sessions(ctx context.Context, person, current coach.ID) ([]coach.Session, error)
	EndSession(ctx context.Context, person, id coach.ID) error
	Audit(ctx context.Context, person coach.ID, before int64) ([]coach.Act, error)
	ToldOf(ctx context.Context, person coach.ID, upTo int64) error
}

// People is what an operator does to accounts, and the counts he sees.
type People interface {
	Restraint(ctx context.Context, operator coach.ID, back int) (coach.Restraint, error)
	People(ctx context.Context) ([]coach.Person, error)
	Reset(ctx context.Context, operator, person coach.ID) (codes []string, err error)
	Disable(ctx context.Context, operator, person coach.ID, disabled bool) error
}

// Invitations is how accounts and ties to coaches begin.
type Invitations interface {
	Invite(ctx context.Context, inviter coach.ID, kind coach.InvitationKind) (invitation coach.Invitation, secret string, err error)
	Invitations(ctx context.Context, inviter coach.ID, kind coach.InvitationKind) ([]coach.Invitation, error)
	RevokeInvitation(ctx context.Context, inviter, id coach.ID) error
	LookAtInvitation(ctx context.Context, secret string) (invitation coach.Invitation, inviterName string, err error)
	Redeem(ctx context.Context, secret string, p coach.NewPerson, device string) (person coach.Person, token string, codes []string, err error)
	RedeemAs(ctx context.Context, secret string, person coach.ID) (coach.Person, error)
}

// Dialogue is the conversations, and what happens in them.
type Dialogue interface {
	Practices() []coach.PracticeCard
	Speaker() coach.Speaker
	HelpText() coach.Help

	// Node tells this process from others.
	Node() coach.ID
	Begin(ctx context.Context, owner, id coach.ID, practice string) (coach.Conversation, error)
	// BeginOffRecord begins one of which nothing is kept, and which is at this
	// node alone.
	BeginOffRecord(ctx context.Context, owner, id coach.ID, practice string) (coach.Conversation, error)
	Conversations(ctx context.Context, owner coach.ID, f coach.ConversationFilter) ([]coach.Conversation, error)
	Conversation(ctx context.Context, owner, id coach.ID) (coach.Conversation, error)
	SetStage(ctx context.Context, owner, id coach.ID, stage coach.Stage) (coach.Conversation, error)
	Close(ctx context.Context, owner, id coach.ID, clarity *int) (coach.Conversation, error)
	SetClarity(ctx context.Context, owner, id coach.ID, clarity int) (coach.Conversation, error)
	Resume(ctx context.Context, owner, id coach.ID) (coach.Conversation, error)
	Help(ctx context.Context, owner, id coach.ID) (coach.Reply, error)

	// Accept returns when what she said is on disk, and not before; off the record
	// it says that it is not kept.
	Accept(ctx context.Context, owner coach.ID, say coach.Say) (coach.SaidAt, error)
	Stop(ctx context.Context, owner, reply coach.ID) error
	Again(ctx context.Context, owner, reply coach.ID, speaker coach.Author) (coach.Reply, error)

	// Events returns at most limit events after the cursor, in order; foreign
	// says that the cursor is not of this history.
	Events(ctx context.Context, owner, conversation coach.ID, after coach.Cursor, limit int) (events []coach.Event, foreign bool, err error)
	// Watch calls wake, which must not block, after each change until cancel is
	// called; a call under way may still come after that.
	Watch(owner, conversation coach.ID, wake func(fresh *coach.Event)) (cancel func())
	// Status says what the reply in progress is doing, if there is one.
	Status(owner, conversation coach.ID) (coach.Status, bool)
}

// Journal is her reflections.
type Journal interface {
	Write(ctx context.Context, owner coach.ID, r coach.NewReflection) (reflection coach.Reflection, created bool, err error)
	Edit(ctx context.Context, owner, id, newID coach.ID, text string) (coach.Reflection, error)
	Reflection(ctx context.Context, owner, id coach.ID) (reflection coach.Reflection, versions []coach.Reflection, err error)
	Reflections(ctx context.Context, owner coach.ID, f coach.ReflectionFilter) ([]coach.Reflection, error)
	SearchHers(ctx context.Context, owner coach.ID, q coach.HerSearch) ([]coach.Found, error)
	Derived(ctx context.Context, owner, id coach.ID) (coach.Derived, error)
	Forget(ctx context.Context, owner, id coach.ID) (coach.Receipt, error)
	SetApart(ctx context.Context, owner, id coach.ID, apart bool) error
}

// Corrections is what she says about the use of her words.
type Corrections interface {
	SetOutdated(ctx context.Context, owner, id coach.ID, outdated bool) error
	TakeIn(ctx context.Context, owner, id coach.ID) error
	TakeAllIn(ctx context.Context, owner coach.ID) (n int, err error)
	Learning(ctx context.Context, owner coach.ID) (coach.Learning, error)
	PauseLearning(ctx context.Context, owner coach.ID, paused bool) (coach.Learning, error)
	Given(ctx context.Context, owner, reply coach.ID) (coach.Given, error)
	SetUnfit(ctx context.Context, owner, reply coach.ID, handle string, unfit bool) error
}

// OverTime is her past laid side by side.
type OverTime interface {
	Themes(ctx context.Context, owner coach.ID) ([]coach.Theme, error)
	KeepTheme(ctx context.Context, owner coach.ID, n coach.Theme) (coach.Theme, error)
	RemoveTheme(ctx context.Context, owner, id coach.ID) error
	OfTheme(ctx context.Context, owner, theme coach.ID) (coach.Theme, []coach.Found, error)
	Alike(ctx context.Context, owner, reflection coach.ID) (coach.Reflection, []coach.Found, error)
	ClarityMarks(ctx context.Context, owner coach.ID) ([]coach.ClarityMark, error)
	OnThisDay(ctx context.Context, owner coach.ID, zone string) ([]coach.Reflection, error)
}

// Plans is her own plan for hard hours, which nobody else reads or writes.
type Plans interface {
	Plan(ctx context.Context, owner coach.ID) (*coach.Plan, error) // nil: she has none
	KeepPlan(ctx context.Context, owner, id coach.ID, version int, w coach.PlanWords) (*coach.Plan, error)
	ForgetPlan(ctx context.Context, owner coach.ID) (coach.Receipt, error)
}

// Archives is everything of hers as one file, out and in.
type Archives interface {
	Export(ctx context.Context, owner coach.ID, to io.Writer) error
	Bring(ctx context.Context, owner coach.ID, from io.ReaderAt, size int64, how coach.Bringing) (coach.Brought, error)
	Carried(ctx context.Context, owner coach.ID) ([]coach.CarriedRelease, error)
}

// Imports is her words from elsewhere, on their way in.
type Imports interface {
	// StageImport reads a file and keeps what is in it aside, to be looked over.
	StageImport(ctx context.Context, owner coach.ID, n coach.NewImport) (coach.Import, error)
	Imports(ctx context.Context, owner coach.ID) ([]coach.Import, error)
	ImportPreview(ctx context.Context, owner, id coach.ID) (coach.Import, error)
	SetImportZone(ctx context.Context, owner, id coach.ID, zone string) (coach.Import, error)
	StoreImport(ctx context.Context, owner, id coach.ID) (coach.ImportCount, error)
	TakeBackImport(ctx context.Context, owner, id coach.ID) (coach.ImportCount, error)
	DropImport(ctx context.Context, owner, id coach.ID) error
}

// Forgetting is what she lets go of, and the receipts for it.
type Forgetting interface {
	DerivedOf(ctx context.Context, owner coach.ID, s coach.Scope) (coach.Derived, error)
	ForgetAll(ctx context.Context, owner, id coach.ID, s coach.Scope) (coach.Receipt, error)
	Receipts(ctx context.Context, owner coach.ID) ([]coach.Receipt, error)
	WantRewrite(ctx context.Context, owner coach.ID) error
	Erase(ctx context.Context, person coach.ID, password string) error
}

// Rewriter is the second stage of forgetting.
type Rewriter interface {
	Wake()
	State() Rewrite
}

// Conclusions is what she decided: proposals, insights, commitments.
type Conclusions interface {
	Proposals(ctx context.Context, owner coach.ID, f coach.ProposalFilter) ([]coach.Proposal, error)
	KeepProposal(ctx context.Context, owner, id, insight coach.ID, text string) (coach.Insight, error)
	DeclineProposal(ctx context.Context, owner, id coach.ID) error
	CreateInsight(ctx context.Context, owner coach.ID, n coach.NewInsight) (coach.Insight, error)
	Insight(ctx context.Context, owner, id coach.ID) (coach.Insight, error)
	Insights(ctx context.Context, owner coach.ID, f coach.InsightFilter) ([]coach.Insight, error)
	Reword(ctx context.Context, owner, id coach.ID, text string) (coach.Insight, error)
	RetireInsight(ctx context.Context, owner, id coach.ID, retired bool) (coach.Insight, error)
	CreateCommitment(ctx context.Context, owner coach.ID, n coach.NewCommitment) (coach.Commitment, error)
	Commitments(ctx context.Context, owner coach.ID, open bool) ([]coach.Commitment, error)
	SetOutcome(ctx context.Context, owner, id coach.ID, outcome coach.Outcome, note string) (coach.Commitment, error)
}

// Summaries is the lines that she makes of a conversation and releases.
type Summaries interface {
	SummaryOf(ctx context.Context, owner, conversation coach.ID) (coach.Summary, error)
	Summaries(ctx context.Context, owner coach.ID) ([]coach.Summary, error)
	AddLine(ctx context.Context, owner, summary coach.ID, n coach.NewLine) (coach.Line, error)
	RemoveLine(ctx context.Context, owner, id coach.ID) error
	PreviewLine(ctx context.Context, owner, id coach.ID, withQuestion bool) (coach.DeskLine, error)
	ReleaseLine(ctx context.Context, owner, line, to coach.ID, withQuestion bool) (coach.Release, error)
	Revoke(ctx context.Context, owner, release coach.ID) (coach.Release, error)
	Readings(ctx context.Context, owner coach.ID) ([]coach.SeenLine, error)
	Marks(ctx context.Context, owner coach.ID) ([]coach.MarkedLine, error)
	AnswerMark(ctx context.Context, owner, mark coach.ID, text string) (coach.Mark, error)
}

// Coaches is her ties to human coaches, seen from her side.
type Coaches interface {
	Coachings(ctx context.Context, leader coach.ID) ([]coach.Coaching, error)
	ConfirmCoach(ctx context.Context, leader, who coach.ID) error
	EndCoaching(ctx context.Context, leader, who coach.ID) error
}

// Desk is what a human coach sees.
type Desk interface {
	Leaders(ctx context.Context, who coach.ID) ([]coach.Coaching, error)
	Desk(ctx context.Context, who, leader coach.ID) (leaderName string, lines []coach.DeskLine, err error)
	AddMark(ctx context.Context, who, leader coach.ID, m coach.Mark) (coach.Mark, error)
	RemoveMark(ctx context.Context, who, leader, id coach.ID) error
}

// Health says which parts are there.
type Health interface {
	// Parts looks now, and does not take long.
	Parts(ctx context.Context) Parts
}

// Restraint is what was measured of who speaks now.
type Restraint interface {
	Card() (restraint.Shown, error)
}

// Search says what the search is made of just now.
type Search struct {
	Vectors bool   `json:"vectors"`
	Model   string `json:"model,omitempty"`
	Reason  string `json:"reason,omitempty" doc:"Why there are no vectors."`
}

// Consent is the text that a leader agrees to before the first coaching word.
type Consent struct {
	Version string `json:"version"`
	Text    string `json:"text"`
}

// clock is time.Now, or a test's.
type clock func() time.Time
