package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"innerwork/coach"
	"innerwork/coach/restraint"
)

// recorder stands for the store behind the JSON routes: it notes each call
// with its arguments and answers with empty nouns, or with err.
type recorder struct {
	mu     sync.Mutex
	calls  []string
	err    error
	long   int   // how much longer an archive is
	broken error // in the middle of an archive
	// staging, where there is one, holds an import up until the test has seen it.
	staging chan int64
}

func (r *recorder) note(name string, args ...any) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	call := name
	for _, a := range args {
		switch v := a.(type) {
		case *int:
			a = *v
		case *coach.ID:
			if v == nil {
				a = "-"
			}
		case time.Time:
			a = v.UTC().Format(time.RFC3339)
		}
		call += fmt.Sprintf(" %v", a)
	}
	r.calls = append(r.calls, call)
	return r.err
}

func (r *recorder) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls := r.calls
	r.calls = nil
	return calls
}

func (r *recorder) People(context.Context) ([]coach.Person, error) { return nil, r.note("People") }
func (r *recorder) Reset(_ context.Context, operator, person coach.ID) ([]string, error) {
	return nil, r.note("Reset", operator, person)
}
func (r *recorder) Disable(_ context.Context, operator, person coach.ID, disabled bool) error {
	return r.note("Disable", operator, person, disabled)
}
func (r *recorder) Invite(_ context.Context, inviter coach.ID, kind coach.InvitationKind) (coach.Invitation, string, error) {
	return coach.Invitation{}, "secret", r.note("Invite", inviter, kind)
}
func (r *recorder) Invitations(_ context.Context, inviter coach.ID, kind coach.InvitationKind) ([]coach.Invitation, error) {
	return nil, r.note("Invitations", inviter, kind)
}
func (r *recorder) RevokeInvitation(_ context.Context, inviter, id coach.ID) error {
	return r.note("RevokeInvitation", inviter, id)
}
func (r *recorder) LookAtInvitation(_ context.Context, secret string) (coach.Invitation, string, error) {
	return coach.Invitation{}, "Ada", r.note("LookAtInvitation", secret)
}
func (r *recorder) Redeem(_ context.Context, secret string, p coach.NewPerson, _ string) (coach.Person, string, []string, error) {
	return coach.Person{}, "token", nil, r.note("Redeem", secret, p.Name, p.Password, p.Zone)
}
func (r *recorder) RedeemAs(_ context.Context, secret string, person coach.ID) (coach.Person, error) {
	return coach.Person{}, r.note("RedeemAs", secret, person)
}

func (r *recorder) Write(_ context.Context, owner coach.ID, n coach.NewReflection) (coach.Reflection, bool, error) {
	return coach.Reflection{}, n.Text != "again", r.note("Write", owner, n.ID, n.Text, n.At, n.Zone)
}
func (r *recorder) Edit(_ context.Context, owner, id, newID coach.ID, text string) (coach.Reflection, error) {
	return coach.Reflection{}, r.note("Edit", owner, id, newID, text)
}
func (r *recorder) Reflection(_ context.Context, owner, id coach.ID) (coach.Reflection, []coach.Reflection, error) {
	return coach.Reflection{}, nil, r.note("Reflection", owner, id)
}
func (r *recorder) Reflections(_ context.Context, owner coach.ID, f coach.ReflectionFilter) ([]coach.Reflection, error) {
	return nil, r.note("Reflections", owner, f.Kind, f.From, f.Until, f.Practice, f.Use, f.After.At, f.After.ID, f.Limit)
}
func (r *recorder) SearchHers(_ context.Context, owner coach.ID, q coach.HerSearch) ([]coach.Found, error) {
	return nil, r.note("SearchHers", owner, q.Text, q.Kind, q.From, q.Conversation, q.Use, q.Limit)
}
func (r *recorder) SetOutdated(_ context.Context, owner, id coach.ID, outdated bool) error {
	return r.note("SetOutdated", owner, id, outdated)
}
func (r *recorder) TakeIn(_ context.Context, owner, id coach.ID) error {
	return r.note("TakeIn", owner, id)
}
func (r *recorder) TakeAllIn(_ context.Context, owner coach.ID) (int, error) {
	return 0, r.note("TakeAllIn", owner)
}
func (r *recorder) Learning(_ context.Context, owner coach.ID) (coach.Learning, error) {
	return coach.Learning{}, r.note("Learning", owner)
}
func (r *recorder) PauseLearning(_ context.Context, owner coach.ID, paused bool) (coach.Learning, error) {
	return coach.Learning{}, r.note("PauseLearning", owner, paused)
}
func (r *recorder) Given(_ context.Context, owner, reply coach.ID) (coach.Given, error) {
	return coach.Given{}, r.note("Given", owner, reply)
}
func (r *recorder) SetUnfit(_ context.Context, owner, reply coach.ID, handle string, unfit bool) error {
	return r.note("SetUnfit", owner, reply, handle, unfit)
}
func (r *recorder) Themes(_ context.Context, owner coach.ID) ([]coach.Theme, error) {
	return nil, r.note("Themes", owner)
}
func (r *recorder) KeepTheme(_ context.Context, owner coach.ID, n coach.Theme) (coach.Theme, error) {
	return n, r.note("KeepTheme", owner, n.ID, n.Name, n.Words)
}
func (r *recorder) RemoveTheme(_ context.Context, owner, id coach.ID) error {
	return r.note("RemoveTheme", owner, id)
}
func (r *recorder) Plan(_ context.Context, owner coach.ID) (*coach.Plan, error) {
	return nil, r.note("Plan", owner)
}
func (r *recorder) KeepPlan(_ context.Context, owner, id coach.ID, version int, w coach.PlanWords) (*coach.Plan, error) {
	return &coach.Plan{ID: id, Version: version + 1, PlanWords: w},
		r.note("KeepPlan", owner, id, version, w.Signs, w.Alone, w.Places, w.People, w.Services, w.Safer, w.Worth)
}
func (r *recorder) ForgetPlan(_ context.Context, owner coach.ID) (coach.Receipt, error) {
	return coach.Receipt{}, r.note("ForgetPlan", owner)
}
func (r *recorder) OfTheme(_ context.Context, owner, theme coach.ID) (coach.Theme, []coach.Found, error) {
	return coach.Theme{}, nil, r.note("OfTheme", owner, theme)
}
func (r *recorder) Alike(_ context.Context, owner, reflection coach.ID) (coach.Reflection, []coach.Found, error) {
	return coach.Reflection{}, nil, r.note("Alike", owner, reflection)
}
func (r *recorder) ClarityMarks(_ context.Context, owner coach.ID) ([]coach.ClarityMark, error) {
	return nil, r.note("ClarityMarks", owner)
}
func (r *recorder) OnThisDay(_ context.Context, owner coach.ID, zone string) ([]coach.Reflection, error) {
	return nil, r.note("OnThisDay", owner, zone)
}
func (r *recorder) Derived(_ context.Context, owner, id coach.ID) (coach.Derived, error) {
	return coach.Derived{}, r.note("Derived", owner, id)
}
func (r *recorder) Forget(_ context.Context, owner, id coach.ID) (coach.Receipt, error) {
	return coach.Receipt{}, r.note("Forget", owner, id)
}
func (r *recorder) DerivedOf(_ context.Context, owner coach.ID, s coach.Scope) (coach.Derived, error) {
	return coach.Derived{}, r.note("DerivedOf", owner, s.Kind)
}
func (r *recorder) ForgetAll(_ context.Context, owner, id coach.ID, s coach.Scope) (coach.Receipt, error) {
	return coach.Receipt{}, r.note("ForgetAll", owner, id, s.Kind)
}
func (r *recorder) Receipts(_ context.Context, owner coach.ID) ([]coach.Receipt, error) {
	return nil, r.note("Receipts", owner)
}
func (r *recorder) WantRewrite(_ context.Context, owner coach.ID) error {
	return r.note("WantRewrite", owner)
}
func (r *recorder) Erase(_ context.Context, person coach.ID, password string) error {
	return r.note("Erase", person, password)
}
func (r *recorder) Wake()          {}
func (r *recorder) State() Rewrite { return Rewrite{Ours: true} }
func (r *recorder) SetApart(_ context.Context, owner, id coach.ID, apart bool) error {
	return r.note("SetApart", owner, id, apart)
}

func (r *recorder) StageImport(_ context.Context, owner coach.ID, n coach.NewImport) (coach.Import, error) {
	content, err := io.ReadAll(io.NewSectionReader(n.File, 0, n.Size))
	if err != nil {
		return coach.Import{}, err
	}
	if r.staging != nil {
		r.staging <- n.Size
		<-r.staging
	}
	return coach.Import{}, r.note("StageImport", owner, n.ID.Version(), n.Name, string(content), n.Modified, n.Zone, n.Choices, n.Replaces)
}
func (r *recorder) Export(_ context.Context, owner coach.ID, to io.Writer) error {
	if err := r.note("Export", owner); err != nil {
		return err
	}
	_, err := io.WriteString(to, strings.Repeat("her archive ", r.long+1))
	return errors.Join(err, r.broken)
}
func (r *recorder) Bring(_ context.Context, owner coach.ID, from io.ReaderAt, size int64, how coach.Bringing) (coach.Brought, error) {
	text, err := io.ReadAll(io.NewSectionReader(from, 0, size))
	if err := errors.Join(err, r.note("Bring", owner, string(text), how.Preview)); err != nil {
		return coach.Brought{}, err
	}
	how.Progress(1, 2)
	return coach.Brought{Kinds: []coach.BroughtKind{{Kind: "lines", New: 3}}}, r.broken
}
func (r *recorder) Carried(_ context.Context, owner coach.ID) ([]coach.CarriedRelease, error) {
	return nil, r.note("Carried", owner)
}
func (r *recorder) Imports(_ context.Context, owner coach.ID) ([]coach.Import, error) {
	return nil, r.note("Imports", owner)
}
func (r *recorder) ImportPreview(_ context.Context, owner, id coach.ID) (coach.Import, error) {
	return coach.Import{}, r.note("ImportPreview", owner, id)
}
func (r *recorder) SetImportZone(_ context.Context, owner, id coach.ID, zone string) (coach.Import, error) {
	return coach.Import{}, r.note("SetImportZone", owner, id, zone)
}
func (r *recorder) StoreImport(_ context.Context, owner, id coach.ID) (coach.ImportCount, error) {
	return coach.ImportCount{}, r.note("StoreImport", owner, id)
}
func (r *recorder) TakeBackImport(_ context.Context, owner, id coach.ID) (coach.ImportCount, error) {
	return coach.ImportCount{}, r.note("TakeBackImport", owner, id)
}
func (r *recorder) DropImport(_ context.Context, owner, id coach.ID) error {
	return r.note("DropImport", owner, id)
}

func (r *recorder) Proposals(_ context.Context, owner coach.ID, f coach.ProposalFilter) ([]coach.Proposal, error) {
	return nil, r.note("Proposals", owner, f.State, f.Conversation)
}
func (r *recorder) KeepProposal(_ context.Context, owner, id, insight coach.ID, text string) (coach.Insight, error) {
	return coach.Insight{}, r.note("KeepProposal", owner, id, insight.Version(), text)
}
func (r *recorder) DeclineProposal(_ context.Context, owner, id coach.ID) error {
	return r.note("DeclineProposal", owner, id)
}
func (r *recorder) CreateInsight(_ context.Context, owner coach.ID, n coach.NewInsight) (coach.Insight, error) {
	return coach.Insight{}, r.note("CreateInsight", owner, n.ID, n.Text, len(n.Quotes), n.Quotes[0].Reflection, n.Quotes[0].Start, n.Quotes[0].End, n.Conversation)
}
func (r *recorder) Insight(_ context.Context, owner, id coach.ID) (coach.Insight, error) {
	return coach.Insight{}, r.note("Insight", owner, id)
}
func (r *recorder) Insights(_ context.Context, owner coach.ID, f coach.InsightFilter) ([]coach.Insight, error) {
	return nil, r.note("Insights", owner, f.Query, f.State, f.Practice)
}
func (r *recorder) Reword(_ context.Context, owner, id coach.ID, text string) (coach.Insight, error) {
	return coach.Insight{}, r.note("Reword", owner, id, text)
}
func (r *recorder) RetireInsight(_ context.Context, owner, id coach.ID, retired bool) (coach.Insight, error) {
	return coach.Insight{}, r.note("RetireInsight", owner, id, retired)
}
func (r *recorder) CreateCommitment(_ context.Context, owner coach.ID, n coach.NewCommitment) (coach.Commitment, error) {
	return coach.Commitment{}, r.note("CreateCommitment", owner, n.ID, n.Action, n.Due, n.Zone, n.Why)
}
func (r *recorder) Commitments(_ context.Context, owner coach.ID, open bool) ([]coach.Commitment, error) {
	return nil, r.note("Commitments", owner, open)
}
func (r *recorder) SetOutcome(_ context.Context, owner, id coach.ID, outcome coach.Outcome, note string) (coach.Commitment, error) {
	return coach.Commitment{}, r.note("SetOutcome", owner, id, outcome, note)
}

func (r *recorder) SummaryOf(_ context.Context, owner, conversation coach.ID) (coach.Summary, error) {
	return coach.Summary{}, r.note("SummaryOf", owner, conversation)
}
func (r *recorder) Summaries(_ context.Context, owner coach.ID) ([]coach.Summary, error) {
	return nil, r.note("Summaries", owner)
}
func (r *recorder) AddLine(_ context.Context, owner, summary coach.ID, n coach.NewLine) (coach.Line, error) {
	return coach.Line{}, r.note("AddLine", owner, summary, n.ID, n.Heading, n.Text, n.Quote.Start, n.Quote.End, len(n.Quotes))
}
func (r *recorder) RemoveLine(_ context.Context, owner, id coach.ID) error {
	return r.note("RemoveLine", owner, id)
}
func (r *recorder) PreviewLine(_ context.Context, owner, id coach.ID, withQuestion bool) (coach.DeskLine, error) {
	return coach.DeskLine{}, r.note("PreviewLine", owner, id, withQuestion)
}
func (r *recorder) ReleaseLine(_ context.Context, owner, line, to coach.ID, withQuestion bool) (coach.Release, error) {
	return coach.Release{}, r.note("ReleaseLine", owner, line, to, withQuestion)
}
func (r *recorder) Revoke(_ context.Context, owner, release coach.ID) (coach.Release, error) {
	return coach.Release{}, r.note("Revoke", owner, release)
}
func (r *recorder) Readings(_ context.Context, owner coach.ID) ([]coach.SeenLine, error) {
	return nil, r.note("Readings", owner)
}
func (r *recorder) Marks(_ context.Context, owner coach.ID) ([]coach.MarkedLine, error) {
	return nil, r.note("Marks", owner)
}
func (r *recorder) AnswerMark(_ context.Context, owner, mark coach.ID, text string) (coach.Mark, error) {
	return coach.Mark{}, r.note("AnswerMark", owner, mark, text)
}

func (r *recorder) Coachings(_ context.Context, leader coach.ID) ([]coach.Coaching, error) {
	return nil, r.note("Coachings", leader)
}
func (r *recorder) ConfirmCoach(_ context.Context, leader, who coach.ID) error {
	return r.note("ConfirmCoach", leader, who)
}
func (r *recorder) EndCoaching(_ context.Context, leader, who coach.ID) error {
	return r.note("EndCoaching", leader, who)
}
func (r *recorder) Leaders(_ context.Context, who coach.ID) ([]coach.Coaching, error) {
	return nil, r.note("Leaders", who)
}
func (r *recorder) Desk(_ context.Context, who, leader coach.ID) (string, []coach.DeskLine, error) {
	return "Ada", nil, r.note("Desk", who, leader)
}
func (r *recorder) Restraint(_ context.Context, who coach.ID, back int) (coach.Restraint, error) {
	return coach.Restraint{}, r.note("Restraint", who, back)
}

func (r *recorder) RemoveMark(_ context.Context, who, leader, id coach.ID) error {
	return r.note("RemoveMark", who, leader, id)
}

func (r *recorder) AddMark(_ context.Context, who, leader coach.ID, m coach.Mark) (coach.Mark, error) {
	return coach.Mark{}, r.note("AddMark", who, leader, m.ID, m.Release, m.On, m.Kind, m.Note)
}

func (r *recorder) Card() (restraint.Shown, error) {
	return restraint.Shown{}, r.note("Card")
}
