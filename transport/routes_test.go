package transport

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"innerwork/coach"
)

// Ids that stand in paths and bodies of the table below.
const (
	idA = "019a0000-0000-7000-8000-00000000000a"
	idB = "019a0000-0000-7000-8000-00000000000b"
	idC = "019a0000-0000-7000-8000-00000000000c"
)

// What every route does with a request that fits: the call behind it, with ME
// for the id of who asks, and the status.
var journeys = []struct {
	gate   gate
	route  string // as registered
	path   string // "" if it has no parameters
	body   string
	call   string
	status int
}{
	{anyone, "GET /api/state", "", ``, "", 200},
	{anyone, "POST /api/setup", "", `{"name":"Eve","password":"open sesame","zone":"UTC"}`, "CreateFirst Eve UTC [leader operator];SignIn Eve agent", 201},
	{anyone, "POST /api/sign-in", "", `{"name":"All","password":"open sesame"}`, "SignIn All agent", 200},
	{anyone, "POST /api/recover", "", `{"name":"All","code":"c","password":"new"}`, "Recover All c new", 200},
	{anyone, "POST /api/invitations/look", "", `{"secret":"s"}`, "LookAtInvitation s", 200},
	{anyone, "POST /api/invitations/redeem", "", `{"secret":"s","name":"Bo","password":"p","zone":"UTC"}`, "Redeem s Bo p UTC", 201},
	{anyone, "POST /api/invitations/redeem", "", `{"secret":"s"}`, "RedeemAs s ME", 201},

	{signedIn, "GET /api/me", "", ``, "", 200},
	{signedIn, "PUT /api/me/zone", "", `{"zone":"UTC"}`, "SetZone ME UTC", 204},
	{signedIn, "PUT /api/me/password", "", `{"old":"o","new":"n"}`, "ChangePassword ME true o n", 204},
	{signedIn, "POST /api/me/recovery-codes", "", `{"password":"p"}`, "NewRecoveryCodes ME p", 200},
	{signedIn, "POST /api/me/consent", "", `{"version":"` + consentVersion + `"}`, "Consent ME " + consentVersion, 204},
	{signedIn, "GET /api/me/audit", "/api/me/audit?before=7", ``, "Audit ME 7", 200},
	{signedIn, "POST /api/me/audit/told", "", `{"seq":7}`, "ToldOf ME 7", 204},
	{signedIn, "GET /api/me/sessions", "", ``, "Sessions ME", 200},
	{signedIn, "DELETE /api/me/sessions/{id}", "", ``, "EndSession ME " + idA, 204},

	{operator, "GET /api/operator/people", "", ``, "People", 200},
	{operator, "POST /api/operator/people/{id}/reset", "", `{}`, "Reset ME " + idA, 200},
	{operator, "POST /api/operator/people/{id}/disable", "", ``, "Disable ME " + idA + " true", 204},
	{operator, "POST /api/operator/people/{id}/enable", "", ``, "Disable ME " + idA + " false", 204},
	{operator, "GET /api/operator/invitations", "", ``, "Invitations ME leader", 200},
	{operator, "POST /api/operator/invitations", "", ``, "Invite ME leader", 201},
	{operator, "DELETE /api/operator/invitations/{id}", "", ``, "RevokeInvitation ME " + idA, 204},

	{operator, "GET /api/restraint/card", "", ``, "Card", 200},

	{leader, "GET /api/practices", "", ``, "", 200},
	{leader, "GET /api/conversations", "/api/conversations?before=2026-11-23T08:00:00Z", ``, "Conversations ME  2026-11-23T08:00:00Z", 200},
	{leader, "POST /api/conversations/search", "", `{"query":"rest","before":"2026-11-23T08:00:00Z"}`, "Conversations ME rest 2026-11-23T08:00:00Z", 200},
	{leader, "POST /api/conversations", "", `{"id":"` + idB + `","practice":"identity"}`, "Begin ME " + idB + " identity", 201},
	{leader, "POST /api/conversations", "", `{"id":"` + idB + `","practice":"identity","offRecord":true}`, "BeginOffRecord ME " + idB + " identity", 201},
	{leader, "GET /api/conversations/{id}", "", ``, "Conversation ME " + idA, 200},
	{leader, "POST /api/conversations/{id}/stage", "", `{"stage":"closing"}`, "SetStage ME " + idA + " closing", 200},
	{leader, "POST /api/conversations/{id}/close", "", `{"clarity":0}`, "Close ME " + idA + " 0", 200},
	{leader, "POST /api/conversations/{id}/close", "", ``, "Close ME " + idA + " -", 200},
	{leader, "POST /api/conversations/{id}/clarity", "", `{"clarity":10}`, "SetClarity ME " + idA + " 10", 200},
	{leader, "POST /api/conversations/{id}/resume", "", `{}`, "Resume ME " + idA, 200},
	{leader, "POST /api/conversations/{id}/help", "", `{}`, "Help ME " + idA, 202},
	{leader, "POST /api/replies/{id}/again", "", `{"speaker":"guide"}`, "Again ME " + idA + " guide", 202},
	{leader, "POST /api/replies/{id}/again", "", `{}`, "Again ME " + idA + " ", 202},

	{leader, "GET /api/replies/{id}/given", "", ``, "Given ME " + idA, 200},
	{leader, "POST /api/replies/{id}/sources/{handle}/unfit", "/api/replies/" + idA + "/sources/r2/unfit", `{"unfit":true}`, "SetUnfit ME " + idA + " r2 true", 204},

	{leader, "GET /api/reflections", "/api/reflections?kind=said&practice=identity&use=outdated&after=2026-11-23T08:00:00Z&afterId=" + idB + "&limit=5", ``, "Reflections ME said 0001-01-01T00:00:00Z 0001-01-01T00:00:00Z identity outdated 2026-11-23T08:00:00Z " + idB + " 5", 200},
	{leader, "GET /api/reflections", "", ``, "Reflections ME  0001-01-01T00:00:00Z 0001-01-01T00:00:00Z   0001-01-01T00:00:00Z 00000000-0000-0000-0000-000000000000 0", 200},
	{leader, "POST /api/search", "", `{"query":"rest","kind":"said","from":"2026-11-23T08:00:00Z","conversation":"` + idB + `","use":"apart","limit":5}`, "SearchHers ME rest said 2026-11-23T08:00:00Z " + idB + " apart 5", 200},
	{leader, "POST /api/reflections/{id}/outdated", "", `{"outdated":true}`, "SetOutdated ME " + idA + " true", 204},
	{leader, "POST /api/reflections/{id}/take-in", "", `{}`, "TakeIn ME " + idA, 204},
	{leader, "GET /api/reflections/{id}/over-time", "", ``, "Alike ME " + idA, 200},
	{leader, "GET /api/learning", "", ``, "Learning ME", 200},
	{leader, "PUT /api/learning", "", `{"paused":true}`, "PauseLearning ME true", 200},
	{leader, "POST /api/learning/take-in", "", `{}`, "TakeAllIn ME", 200},
	{leader, "GET /api/themes", "", ``, "Themes ME", 200},
	{leader, "PUT /api/themes/{id}", "", `{"name":"n","words":"w"}`, "KeepTheme ME " + idA + " n w", 200},
	{leader, "DELETE /api/themes/{id}", "", ``, "RemoveTheme ME " + idA, 204},
	{leader, "GET /api/themes/{id}/over-time", "", ``, "OfTheme ME " + idA, 200},
	{leader, "GET /api/clarity", "", ``, "ClarityMarks ME", 200},
	{leader, "GET /api/on-this-day", "", ``, "OnThisDay ME Europe/Lisbon", 200},
	{leader, "POST /api/reflections", "", `{"id":"` + idB + `","text":"new","at":"2026-11-23T08:00:00Z","zone":"UTC"}`, "Write ME " + idB + " new 2026-11-23T08:00:00Z UTC", 201},
	{leader, "POST /api/reflections", "", `{"id":"` + idB + `","text":"again","at":"2026-11-23T08:00:00Z","zone":"UTC"}`, "Write ME " + idB + " again 2026-11-23T08:00:00Z UTC", 200},
	{leader, "GET /api/reflections/{id}", "", ``, "Reflection ME " + idA, 200},
	{leader, "POST /api/reflections/{id}/edit", "", `{"id":"` + idB + `","text":"t"}`, "Edit ME " + idA + " " + idB + " t", 201},
	{leader, "GET /api/reflections/{id}/derived", "", ``, "Derived ME " + idA, 200},
	{leader, "DELETE /api/reflections/{id}", "", ``, "Forget ME " + idA, 200},
	{leader, "POST /api/reflections/{id}/apart", "", `{"apart":true}`, "SetApart ME " + idA + " true", 204},
	{leader, "GET /api/forgettings", "", ``, "Receipts ME", 200},
	{leader, "POST /api/forgettings", "", `{"id":"` + idB + `","scope":{"kind":"everything"}}`, "ForgetAll ME " + idB + " everything", 200},
	{leader, "POST /api/forgettings/derived", "", `{"kind":"everything"}`, "DerivedOf ME everything", 200},
	{leader, "POST /api/forgettings/rewrite", "", ``, "WantRewrite ME", 202},
	{signedIn, "POST /api/me/erase", "", `{"password":"secret words"}`, "Erase ME secret words", 204},

	{leader, "GET /api/archive", "", ``, "Export ME", 200},
	{leader, "POST /api/archive", "/api/archive?preview=true", `an archive`, "Bring ME an archive true", 200},
	{leader, "GET /api/archive/carried", "", ``, "Carried ME", 200},
	{leader, "GET /api/plan", "", ``, "Plan ME", 200},
	{leader, "PUT /api/plan", "", `{"id":"` + idB + `","version":3,"signs":"a","alone":"b","places":"c","people":"d","services":"e","safer":"f","worth":"g"}`, "KeepPlan ME " + idB + " 3 a b c d e f g", 200},
	{leader, "PUT /api/plan", "", `{"id":"` + idB + `","version":0,"alone":"b"}`, "KeepPlan ME " + idB + " 0  b     ", 200},
	{leader, "DELETE /api/plan", "", ``, "ForgetPlan ME", 200},
	{leader, "GET /api/imports", "", ``, "Imports ME", 200},
	{leader, "POST /api/imports", "/api/imports?text=3&date=1&order=mdy&whole=true&modified=1709971200000&zone=Asia/Tokyo&replaces=" + idB, `My words.`,
		"StageImport ME VERSION_7 file My words. 2024-03-09T08:00:00Z Asia/Tokyo {3 1 mdy true} " + idB, 201},
	{leader, "GET /api/imports/{id}", "", ``, "ImportPreview ME " + idA, 200},
	{leader, "POST /api/imports/{id}/zone", "", `{"zone":"UTC"}`, "SetImportZone ME " + idA + " UTC", 200},
	{leader, "POST /api/imports/{id}/store", "", `{}`, "StoreImport ME " + idA, 200},
	{leader, "POST /api/imports/{id}/take-back", "", `{}`, "TakeBackImport ME " + idA, 200},
	{leader, "DELETE /api/imports/{id}", "", ``, "DropImport ME " + idA, 204},

	{leader, "GET /api/proposals", "/api/proposals?state=open&conversation=" + idB, ``, "Proposals ME open " + idB, 200},
	{leader, "GET /api/proposals", "/api/proposals", ``, "Proposals ME  -", 200},
	{leader, "POST /api/proposals/{id}/keep", "", `{"text":"mine"}`, "KeepProposal ME " + idA + " VERSION_7 mine", 201},
	{leader, "POST /api/proposals/{id}/keep", "", ``, "KeepProposal ME " + idA + " VERSION_7 ", 201},
	{leader, "POST /api/proposals/{id}/decline", "", `{}`, "DeclineProposal ME " + idA, 204},
	{leader, "GET /api/insights", "/api/insights?state=all&practice=identity", ``, "Insights ME  all identity", 200},
	{leader, "POST /api/insights/search", "", `{"query":"rest","state":"all"}`, "Insights ME rest all ", 200},
	{leader, "POST /api/insights", "", `{"id":"` + idA + `","text":"t","quotes":[{"reflection":"` + idB + `","start":1,"end":3}],"conversation":"` + idC + `"}`, "CreateInsight ME " + idA + " t 1 " + idB + " 1 3 " + idC, 201},
	{leader, "GET /api/insights/{id}", "", ``, "Insight ME " + idA, 200},
	{leader, "POST /api/insights/{id}/reword", "", `{"text":"t"}`, "Reword ME " + idA + " t", 200},
	{leader, "POST /api/insights/{id}/retire", "", `{}`, "RetireInsight ME " + idA + " true", 200},
	{leader, "POST /api/insights/{id}/restore", "", `{}`, "RetireInsight ME " + idA + " false", 200},
	{leader, "GET /api/commitments", "/api/commitments", ``, "Commitments ME true", 200},
	{leader, "GET /api/commitments", "/api/commitments?state=all", ``, "Commitments ME false", 200},
	{leader, "POST /api/commitments", "", `{"id":"` + idB + `","action":"a","due":"2026-12-01","zone":"UTC","why":"w"}`, "CreateCommitment ME " + idB + " a 2026-12-01 UTC w", 201},
	{leader, "POST /api/commitments/{id}/outcome", "", `{"outcome":"done","note":"n"}`, "SetOutcome ME " + idA + " done n", 200},

	{leader, "GET /api/conversations/{id}/summary", "", ``, "SummaryOf ME " + idA, 200},
	{leader, "GET /api/summaries", "", ``, "Summaries ME", 200},
	{leader, "POST /api/summaries/{id}/lines", "", `{"id":"` + idB + `","heading":"keep","quote":{"reflection":"` + idC + `","start":2,"end":9}}`, "AddLine ME " + idA + " " + idB + " keep  2 9 0", 201},
	{leader, "DELETE /api/lines/{id}", "", ``, "RemoveLine ME " + idA, 204},
	{leader, "GET /api/lines/{id}/preview", "/api/lines/" + idA + "/preview?question=true", ``, "PreviewLine ME " + idA + " true", 200},
	{leader, "POST /api/lines/{id}/release", "", `{"coach":"` + idB + `","withQuestion":true}`, "ReleaseLine ME " + idA + " " + idB + " true", 201},
	{leader, "POST /api/releases/{id}/revoke", "", `{}`, "Revoke ME " + idA, 200},
	{leader, "GET /api/readings", "", ``, "Readings ME", 200},
	{leader, "GET /api/marks", "", ``, "Marks ME", 200},
	{leader, "POST /api/marks/{id}/answer", "", `{"text":"t"}`, "AnswerMark ME " + idA + " t", 200},

	{leader, "GET /api/coaches", "", ``, "Coachings ME;Invitations ME coach", 200},
	{leader, "POST /api/coaches/invitations", "", `{}`, "Invite ME coach", 201},
	{leader, "DELETE /api/coaches/invitations/{id}", "", ``, "RevokeInvitation ME " + idA, 204},
	{leader, "POST /api/coaches/{id}/confirm", "", `{}`, "ConfirmCoach ME " + idA, 204},
	{leader, "POST /api/coaches/{id}/end", "", `{}`, "EndCoaching ME " + idA, 204},

	{deskside, "GET /api/desk", "", ``, "Leaders ME", 200},
	{deskside, "GET /api/desk/{leader}", "", ``, "Desk ME " + idA, 200},
	{deskside, "POST /api/desk/{leader}/marks", "", `{"id":"` + idB + `","release":"` + idC + `","on":"question","kind":"leading","note":"n"}`, "AddMark ME " + idA + " " + idB + " " + idC + " question leading n", 201},
	{deskside, "DELETE /api/desk/{leader}/marks/{id}", "", ``, "RemoveMark ME " + idA + " " + idA, 204},
	{operator, "GET /api/restraint", "/api/restraint?back=2", ``, "Restraint ME 2", 200},

	{anyone, "POST /api/sign-out", "", ``, "", 204},
}

func at(route, path string) (method, url string) {
	method, url, _ = strings.Cut(route, " ")
	if path != "" {
		url = path
	}
	return method, strings.NewReplacer("{id}", idA, "{leader}", idA).Replace(url)
}

func agent(r *http.Request) { r.Header.Set("User-Agent", "agent") }

func TestEveryRouteCallsWhatItSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, person := w.people.add("All", coach.RoleLeader, coach.RoleCoach, coach.RoleOperator)
	tried := map[string]bool{}
	for _, j := range journeys {
		tried[j.route] = true
		method, path := at(j.route, j.path)
		res := w.ask(token, method, path, j.body, agent)
		calls := strings.Join(w.recorder.take(), ";")
		want := strings.ReplaceAll(j.call, "ME", person.ID.String())
		if res.StatusCode != j.status || calls != want {
			t.Errorf("%s %s:\n got %d %s\nwant %d %s\n%s", j.route, j.body, res.StatusCode, calls, j.status, want, res.body)
		}
	}
	for route := range described(t, w) {
		if !tried[route] {
			t.Errorf("no request tries %s", route)
		}
	}
}

// described lists the routes of the served OpenAPI description.
func described(t *testing.T, w *world) map[string]bool {
	t.Helper()
	var api struct {
		Paths      map[string]map[string]json.RawMessage `json:"paths"`
		Components struct {
			Schemas map[string]json.RawMessage `json:"schemas"`
		} `json:"components"`
	}
	res := w.ask("", "GET", "/api/openapi.json", "")
	if err := json.Unmarshal([]byte(res.body), &api); err != nil {
		t.Fatal(err)
	}
	for _, noun := range []string{"Event", "Sentence", "Source", "Reply", "Reflection", "Conversation", "Proposal"} {
		if api.Components.Schemas[noun] == nil {
			t.Errorf("protocol.md speaks of %s, which is not described", noun)
		}
	}
	routes := map[string]bool{}
	for path, methods := range api.Paths {
		for method := range methods {
			routes[strings.ToUpper(method)+" "+path] = true
		}
	}
	if len(routes) < 60 {
		t.Fatalf("only %d routes are described", len(routes))
	}
	return routes
}

func TestEveryRouteHasItsGate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tokens := map[string]string{"nobody": ""}
	tokens["leader"], _ = w.people.add("Leader", coach.RoleLeader)
	tokens["coach"], _ = w.people.add("Coach", coach.RoleCoach)
	tokens["operator"], _ = w.people.add("Operator", coach.RoleOperator)
	tokens["unasked"], _ = w.people.add("Unasked", coach.RoleLeader)
	w.people.change(tokens["unasked"], func(p *coach.Person) { p.Consented = "an older text" })
	passes := map[gate]string{signedIn: "leader coach operator unasked", leader: "leader", deskside: "coach", operator: "operator"}
	for _, j := range journeys {
		if j.gate == anyone {
			continue
		}
		for name, token := range tokens {
			method, path := at(j.route, j.path)
			res := w.ask(token, method, path, j.body)
			calls := w.recorder.take()
			if strings.Contains(passes[j.gate], name) {
				if res.StatusCode != j.status {
					t.Errorf("%s as %s: %d", j.route, name, res.StatusCode)
				}
				continue
			}
			want := http.StatusForbidden
			if name == "nobody" {
				want = http.StatusUnauthorized
			}
			if res.StatusCode != want || len(calls) > 0 {
				t.Errorf("%s as %s: %d, want %d; called %v", j.route, name, res.StatusCode, want, calls)
			}
			res.failure(t)
		}
	}
}

// What the store says about another's row, or one that never was, reaches the
// asker unchanged and the same everywhere.
func TestNotFoundIsOneAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, _ := w.people.add("All", coach.RoleLeader, coach.RoleCoach, coach.RoleOperator)
	w.recorder.err = refuse(coach.CodeNotFound, "There is no such thing.")
	for _, j := range journeys {
		if j.call == "" || j.gate == anyone {
			continue
		}
		method, path := at(j.route, j.path)
		res := w.ask(token, method, path, j.body)
		if f := res.failure(t); res.StatusCode != 404 || f.Code != coach.CodeNotFound || f.Message != "There is no such thing." {
			t.Errorf("%s: %d %s", j.route, res.StatusCode, res.body)
		}
	}
}
