package memory_test

import (
	"bytes"
	"context"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// try is one method tried on a leader's rows by somebody else.
type try struct {
	method string
	// code is the refusal; "" for a method that works on the caller's own rows,
	// whatever ids she names.
	code memory.Code
	call func(ctx context.Context, who memory.ID) (any, error)
}

// tries are the methods that take an owner. Those that make a row of the
// caller's own, under an id that the leader has too, come last.
func tries(d *memorytest.Database, v life, running memory.NewReply, invitation memory.ID) []try {
	const none, own = memory.CodeNotFound, memory.Code("")
	type C = context.Context
	type who = memory.ID
	lease := func(w who) memory.Lease {
		return memory.Lease{Owner: w, Conversation: v.id, Reply: running.ID, Fence: 1}
	}
	only := func(err error) (any, error) { return nil, err }
	span := memory.Quote{Reflection: v.journal.ID, Start: 0, End: 9}
	return []try{
		{"Reflection", none, func(c C, w who) (any, error) { r, all, err := d.Reflection(c, w, v.said.ID); return []any{r, all}, err }},
		{"Edit", none, func(c C, w who) (any, error) { return d.Edit(c, w, v.journal.ID, newID(), "Mine now.") }},
		{"SetApart", none, func(c C, w who) (any, error) { return only(d.SetApart(c, w, v.journal.ID, true)) }},
		{"FindQuote", none, func(c C, w who) (any, error) { return d.FindQuote(c, w, v.journal.ID, "numbers") }},
		{"Derived", none, func(c C, w who) (any, error) { return d.Derived(c, w, v.said.ID) }},
		{"Forget", none, func(c C, w who) (any, error) { return d.Forget(c, w, v.said.ID) }},
		{"DerivedOf", none, func(c C, w who) (any, error) {
			return d.DerivedOf(c, w, memory.Scope{Kind: memory.ForgetConversation, About: &v.id})
		}},
		{"ForgetAll", none, func(c C, w who) (any, error) {
			return d.ForgetAll(c, w, newID(), memory.Scope{Kind: memory.ForgetConversation, About: &v.id})
		}},
		{"Receipts", own, func(c C, w who) (any, error) { return d.Receipts(c, w) }},
		{"WantRewrite", own, func(c C, w who) (any, error) { return only(d.WantRewrite(c, w)) }},
		{"Reflections", own, func(c C, w who) (any, error) {
			return d.Reflections(c, w, memory.ReflectionFilter{})
		}},
		{"SearchHers", own, func(c C, w who) (any, error) { return d.SearchHers(c, w, memory.HerSearch{Text: "canaries"}) }},
		{"SetOutdated", none, func(c C, w who) (any, error) { return only(d.SetOutdated(c, w, v.journal.ID, true)) }},
		{"TakeIn", none, func(c C, w who) (any, error) { return only(d.TakeIn(c, w, v.journal.ID)) }},
		{"TakeAllIn", own, func(c C, w who) (any, error) { return d.TakeAllIn(c, w) }},
		{"KeepPace", own, func(c C, w who) (any, error) { return only(d.KeepPace(c, w, false)) }},
		{"Spend", own, func(c C, w who) (any, error) { return d.Spend(c, w, 1) }},
		{"Learning", own, func(c C, w who) (any, error) { return d.Learning(c, w) }},
		{"PauseLearning", own, func(c C, w who) (any, error) { return d.PauseLearning(c, w, false) }},
		{"Given", none, func(c C, w who) (any, error) { return d.Given(c, w, v.reply) }},
		{"SetUnfit", none, func(c C, w who) (any, error) { return only(d.SetUnfit(c, w, v.sourced, "r1", true)) }},
		{"Themes", own, func(c C, w who) (any, error) { return d.Themes(c, w) }},
		{"RemoveTheme", none, func(c C, w who) (any, error) { return only(d.RemoveTheme(c, w, v.theme.ID)) }},
		{"OfTheme", none, func(c C, w who) (any, error) { k, f, err := d.OfTheme(c, w, v.theme.ID); return []any{k, f}, err }},
		{"Alike", none, func(c C, w who) (any, error) { r, f, err := d.Alike(c, w, v.edited.ID); return []any{r, f}, err }},
		{"ClarityMarks", own, func(c C, w who) (any, error) { return d.ClarityMarks(c, w) }},
		{"OnThisDay", own, func(c C, w who) (any, error) { return d.OnThisDay(c, w, "UTC") }},
		{"Plan", own, func(c C, w who) (any, error) { return d.Plan(c, w) }},
		{"ForgetPlan", own, func(c C, w who) (any, error) {
			_, _ = d.KeepPlan(c, w, newID(), 0, memory.PlanWords{Alone: "Mine."}) // if there is none
			return d.ForgetPlan(c, w)
		}},
		{"Search", own, func(c C, w who) (any, error) { return d.Search(c, w, memory.Search{Text: "canaries", Limit: 100}) }},
		{"Mend", own, func(c C, w who) (any, error) { return d.Mend(c, w, 10) }},
		{"IndexAll", own, func(c C, w who) (any, error) { return only(d.IndexAll(c, w, []memory.ID{v.journal.ID})) }},
		{"Index", own, func(c C, w who) (any, error) { return only(d.Index(c, w, v.journal.ID)) }},

		{"Conversation", none, func(c C, w who) (any, error) { return d.Conversation(c, w, v.id) }},
		{"Conversations", own, func(c C, w who) (any, error) { return d.Conversations(c, w, memory.ConversationFilter{}) }},
		{"Events", none, func(c C, w who) (any, error) { e, _, err := d.Events(c, w, v.id, memory.Cursor{}, 100); return e, err }},
		{"Transcript", none, func(c C, w who) (any, error) { return d.Transcript(c, w, v.id) }},
		{"SetStage", none, func(c C, w who) (any, error) {
			k, _, err := d.SetStage(c, w, v.id, memory.Closed, nil)
			return k, err
		}},
		{"SetClarity", none, func(c C, w who) (any, error) { return d.SetClarity(c, w, v.id, 3) }},
		{"ResumeConversation", none, func(c C, w who) (any, error) { return d.ResumeConversation(c, w, v.id) }},
		{"AskHelp", none, func(c C, w who) (any, error) { return d.AskHelp(c, w, v.id, newReply()) }},
		{"Say", none, func(c C, w who) (any, error) {
			return d.Say(c, w, memory.NewSaid{ID: newID(), Conversation: v.id, Text: "Hello.", Zone: "UTC"}, newReply())
		}},
		{"StopReply", none, func(c C, w who) (any, error) { return only(d.StopReply(c, w, running.ID)) }},
		{"Again", none, func(c C, w who) (any, error) { return d.Again(c, w, v.reply, newReply()) }},
		{"Watch", own, func(c C, w who) (any, error) { d.Watch(w, v.id, func(*memory.Event) {})(); return nil, nil }},
		{"WatchAbroad", own, func(c C, w who) (any, error) { _, cancel := d.WatchAbroad(w, v.id); cancel(); return nil, nil }},
		{"Wake", own, func(c C, w who) (any, error) { d.Wake(w, v.id); return nil, nil }},
		{"Release", none, func(c C, w who) (any, error) { return only(d.Release(c, lease(w), question("Who is there?"))) }},
		{"SetSources", none, func(c C, w who) (any, error) { return only(d.SetSources(c, lease(w), []memory.Source{{Handle: "r1"}})) }},
		{"EndReply", none, func(c C, w who) (any, error) { return only(d.EndReply(c, lease(w), memory.End{State: memory.Failed})) }},
		{"SpeakAs", memory.CodeConflict, func(c C, w who) (any, error) { return only(d.SpeakAs(c, lease(w), memory.AuthorGuide, "", "")) }},
		{"Renew", memory.CodeConflict, func(c C, w who) (any, error) { return only(d.Renew(c, lease(w), time.Now())) }},
		{"Reserve", memory.CodeConflict, func(c C, w who) (any, error) { return d.Reserve(c, lease(w), memory.Cost{In: 1, Out: 1}) }},
		{"CountUsage", own, func(c C, w who) (any, error) { return only(d.CountUsage(c, lease(w), memory.End{TokensIn: 9})) }},

		{"Proposals", own, func(c C, w who) (any, error) { return d.Proposals(c, w, memory.ProposalFilter{}) }},
		{"Propose", none, func(c C, w who) (any, error) {
			return d.Propose(c, w, memory.Proposal{Conversation: v.id, Question: "Here?", Quotes: []memory.Quote{span}})
		}},
		{"KeepProposal", none, func(c C, w who) (any, error) { return d.KeepProposal(c, w, v.open.ID, newID(), "") }},
		{"DeclineProposal", none, func(c C, w who) (any, error) { return only(d.DeclineProposal(c, w, v.open.ID)) }},
		{"DeclinedSpans", own, func(c C, w who) (any, error) { return d.DeclinedSpans(c, w) }},
		{"Insight", none, func(c C, w who) (any, error) { return d.Insight(c, w, v.typed.ID) }},
		{"Insights", own, func(c C, w who) (any, error) { return d.Insights(c, w, memory.InsightFilter{State: memory.InsightAll}) }},
		{"Reword", none, func(c C, w who) (any, error) { return d.Reword(c, w, v.typed.ID, "Mine now.") }},
		{"RetireInsight", none, func(c C, w who) (any, error) { return d.RetireInsight(c, w, v.typed.ID, true) }},
		{"CreateInsight", none, func(c C, w who) (any, error) {
			return d.CreateInsight(c, w, memory.NewInsight{ID: newID(), Quotes: []memory.Quote{span}})
		}},
		{"Commitments", own, func(c C, w who) (any, error) { return d.Commitments(c, w, false) }},
		{"SetOutcome", none, func(c C, w who) (any, error) { return d.SetOutcome(c, w, v.commitment.ID, memory.OutcomeDone, "") }},
		{"DueCommitment", own, func(c C, w who) (any, error) { return d.DueCommitment(c, w, time.Now()) }},
		{"AskedAbout", none, func(c C, w who) (any, error) { return only(d.AskedAbout(c, w, v.commitment.ID, v.reply)) }},

		{"SummaryOf", none, func(c C, w who) (any, error) { return d.SummaryOf(c, w, v.id) }},
		{"Summaries", own, func(c C, w who) (any, error) { return d.Summaries(c, w) }},
		{"AddLine", none, func(c C, w who) (any, error) {
			return d.AddLine(c, w, v.summary.ID, memory.NewLine{ID: newID(), Heading: memory.Keep, Text: "Mine."})
		}},
		{"RemoveLine", none, func(c C, w who) (any, error) { return only(d.RemoveLine(c, w, v.quote.ID)) }},
		{"PreviewLine", none, func(c C, w who) (any, error) { return d.PreviewLine(c, w, v.quote.ID, true) }},
		{"ReleaseLine", none, func(c C, w who) (any, error) { return d.ReleaseLine(c, w, v.quote.ID, v.coach, true) }},
		{"Revoke", none, func(c C, w who) (any, error) { return d.Revoke(c, w, v.ofQuote.ID) }},
		{"Readings", own, func(c C, w who) (any, error) { return d.Readings(c, w) }},
		{"Marks", own, func(c C, w who) (any, error) { return d.Marks(c, w) }},
		{"AnswerMark", none, func(c C, w who) (any, error) { return d.AnswerMark(c, w, v.mark.ID, "Not mine.") }},

		{"Export", own, func(c C, w who) (any, error) {
			var out bytes.Buffer
			if err := d.Export(c, w, &out); err != nil {
				return nil, err
			}
			return unpack(out.Bytes())
		}},
		{"Carried", own, func(c C, w who) (any, error) { return d.Carried(c, w) }},
		{"Bring", memory.CodeInvalid, func(c C, w who) (any, error) {
			return d.Bring(c, w, strings.NewReader("no zip"), 6, memory.Bringing{})
		}},

		{"Coachings", own, func(c C, w who) (any, error) { return d.Coachings(c, w) }},
		{"ConfirmCoach", none, func(c C, w who) (any, error) { return only(d.ConfirmCoach(c, w, v.coach)) }},
		{"EndCoaching", none, func(c C, w who) (any, error) { return only(d.EndCoaching(c, w, v.coach)) }},
		{"Leaders", own, func(c C, w who) (any, error) { return d.Leaders(c, w) }},
		{"Invite", own, func(c C, w who) (any, error) { i, _, err := d.Invite(c, w, memory.InviteCoach); return i, err }},
		{"Invitations", own, func(c C, w who) (any, error) { return d.Invitations(c, w, memory.InviteCoach) }},
		{"RevokeInvitation", none, func(c C, w who) (any, error) { return only(d.RevokeInvitation(c, w, invitation)) }},

		{"KeepTheme", own, func(c C, w who) (any, error) {
			return d.KeepTheme(c, w, memory.Theme{ID: v.theme.ID, Name: "Mine", Words: "mine"})
		}},
		{"KeepPlan", own, func(c C, w who) (any, error) {
			return d.KeepPlan(c, w, v.plan.ID, 0, memory.PlanWords{Alone: "Mine."})
		}},
		{"CreateInsight", own, func(c C, w who) (any, error) {
			return d.CreateInsight(c, w, memory.NewInsight{ID: v.typed.ID, Text: "Mine."})
		}},
		{"CreateCommitment", own, func(c C, w who) (any, error) {
			return d.CreateCommitment(c, w, memory.NewCommitment{ID: v.commitment.ID, Action: "Mine.", Due: "2026-12-01", Zone: "UTC"})
		}},
		{"Write", own, func(c C, w who) (any, error) {
			r, _, err := d.Write(c, w, memory.NewReflection{ID: v.journal.ID, Text: "Mine.", Zone: "UTC"})
			return r, err
		}},
		{"Import", own, func(c C, w who) (any, error) {
			return d.Import(c, w, []memory.NewImported{{ID: v.said.ID, Text: "Mine.", Zone: "UTC", Thread: v.id}})
		}},
		{"Imports", own, func(c C, w who) (any, error) { return d.Imports(c, w) }},
		{"ImportPreview", none, func(c C, w who) (any, error) { return d.ImportPreview(c, w, v.incoming.ID) }},
		{"SetImportZone", none, func(c C, w who) (any, error) { return d.SetImportZone(c, w, v.incoming.ID, "UTC") }},
		{"StoreImport", none, func(c C, w who) (any, error) { return d.StoreImport(c, w, v.incoming.ID) }},
		{"TakeBackImport", none, func(c C, w who) (any, error) { return d.TakeBackImport(c, w, v.incoming.ID) }},
		{"DropImport", none, func(c C, w who) (any, error) { return only(d.DropImport(c, w, v.incoming.ID)) }},
		{"StageImport", own, func(c C, w who) (any, error) {
			return d.StageImport(c, w, memory.NewImport{ID: v.incoming.ID, Replaces: v.incoming.ID, Name: "mine.txt", File: strings.NewReader("Mine."), Size: 5,
				Zone: "UTC", Modified: time.Now()})
		}},
		{"BeginConversation", own, func(c C, w who) (any, error) {
			k, _, err := d.BeginConversation(c, w, v.id, "identity", newReply())
			return k, err
		}},
	}
}

// The desk is tried by one to whom nothing is released.
func deskTries(d *memorytest.Database, v life) []try {
	return []try{
		{"Desk", memory.CodeNotFound, func(c context.Context, w memory.ID) (any, error) { _, l, err := d.Desk(c, w, v.leader); return l, err }},
		{"AddMark", memory.CodeNotFound, func(c context.Context, w memory.ID) (any, error) {
			return d.AddMark(c, w, v.leader, memory.Mark{ID: newID(), Release: v.ofQuote.ID, On: memory.OnLine, Kind: memory.Leading})
		}},
		{"RemoveMark", memory.CodeNotFound, func(c context.Context, w memory.ID) (any, error) {
			return nil, d.RemoveMark(c, w, v.leader, v.mark.ID)
		}},
	}
}

func TestNoMethodReachesAnotherOwnersRows(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	victim, stranger := live(t, d, "canaries"), live(t, d, "sparrows")
	running := newReply()
	if _, _, err := d.SetStage(t.Context(), victim.leader, victim.id, memory.Opening, &running); err != nil {
		t.Fatal(err)
	}
	invitation, _, err := d.Invite(t.Context(), victim.leader, memory.InviteCoach)
	if err != nil {
		t.Fatal(err)
	}
	// Her coach leads, too: what he is refused is not refused for want of a role.
	d.Exec(t, `INSERT INTO person_roles (person, role) VALUES ($1, 'leader')`, victim.coach)
	before := rowsOf(t, d, victim.leader)
	all, desk := tries(d, victim, running, invitation.ID), deskTries(d, victim)
	tried := map[string]bool{}
	for _, c := range []struct {
		name  string
		who   memory.ID
		tries []try
	}{{"another leader", stranger.leader, slices.Concat(desk, all)}, {"another's coach", stranger.coach, desk}, {"her coach", victim.coach, all}} {
		for _, x := range c.tries {
			tried[x.method] = true
			got, err := x.call(t.Context(), c.who)
			if memory.CodeOf(err) != x.code || x.code == "" && err != nil {
				t.Errorf("%s, %s: got %v, want code %q", c.name, x.method, err, x.code)
			}
			said, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(said), "canaries") {
				t.Errorf("%s, %s: her words came back", c.name, x.method)
			}
		}
	}
	after := rowsOf(t, d, victim.leader)
	for table, rows := range before {
		if after[table] != rows {
			t.Errorf("somebody else changed her rows of %s", table)
		}
	}
	for _, method := range taking(t, "owner", "leader", "coach", "inviter", "l") {
		if !tried[method] {
			t.Errorf("Store.%s takes an owner and is not tried as the wrong person", method)
		}
		delete(tried, method)
	}
	if len(tried) > 0 {
		t.Errorf("tried, but no methods that take an owner: %v", slices.Collect(maps.Keys(tried)))
	}
}

// rowsOf is a digest of the owner's rows of every table.
func rowsOf(t testing.TB, d *memorytest.Database, owner memory.ID) map[string]string {
	t.Helper()
	conn := superuser(t, d)
	digests := map[string]string{}
	for _, r := range owned(t, d, owner) {
		var digest string
		if err := conn.QueryRow(t.Context(), `SELECT md5(string_agg(x::text, '' ORDER BY x::text)) FROM `+r.name+` x WHERE owner = $1`, owner).Scan(&digest); err != nil {
			t.Fatal(err)
		}
		digests[r.name] = digest
	}
	return digests
}

// taking reads from the source which exported methods of Store have as their
// first parameter, but for the context, one of these names.
func taking(t testing.TB, names ...string) (methods []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range file.Decls {
			f, ok := declared.(*ast.FuncDecl)
			if !ok || f.Recv == nil || !f.Name.IsExported() || len(f.Type.Params.List) == 0 {
				continue
			}
			if star, ok := f.Recv.List[0].Type.(*ast.StarExpr); !ok || star.X.(*ast.Ident).Name != "Store" {
				continue
			}
			var parameters []string
			for _, p := range f.Type.Params.List {
				for _, n := range p.Names {
					parameters = append(parameters, n.Name)
				}
			}
			if parameters = slices.DeleteFunc(parameters, func(n string) bool { return n == "ctx" }); len(parameters) > 0 && slices.Contains(names, parameters[0]) {
				methods = append(methods, f.Name.Name)
			}
		}
	}
	return methods
}
