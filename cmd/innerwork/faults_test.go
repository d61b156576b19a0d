package main

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innerwork/coach/coachtest"
)

// faultTokens are the reply around every fault, with characters to be torn.
var faultTokens = []string{"What", " matters", " to", " you", " in", " the", " café", " with", " Zoë", "?", " "}

// faultCalls are the calls of the faults that are tried again; all others end
// after one.
var faultCalls = map[string]int{"F18": 2, "F19 500": 3, "F19 502": 3, "F19 503": 3, "F19 529": 3}

// charged are the tokens that the upstream says it counted; the others never say.
var charged = []string{"F1", "F3", "F11", "F14", "F18", "F22", "F23 refusal", "F24", "F25", "F27"}

// refusedAsked are the faults in which the upstream took no request, so that nothing
// can have been charged.
var refusedAsked = regexp.MustCompile(`^F(18|19|21) ?`)

// toMend are the faults that somebody has to mend: the log names the key.
var toMend = regexp.MustCompile(`^F(12|21 (401|403|404|model|redirect))`)

// faulty is an upstream that plays the fault which a message names, and answers
// every other message well.
type faulty struct {
	*coachtest.Upstream
	mu    sync.Mutex
	calls map[string][]time.Time // by fault
}

func newFaulty(t testing.TB, played ...coachtest.Fault) *faulty {
	u := &faulty{calls: map[string][]time.Time{}}
	scripts := map[string]coachtest.Script{}
	for _, f := range played {
		scripts[f.Name] = f.Script(coachtest.Telling{Tokens: faultTokens})
	}
	u.Upstream = coachtest.NewUpstream(func(_ int, w *coachtest.Wire) {
		said := w.Call.Messages[len(w.Call.Messages)-1].Text
		for name, script := range scripts {
			if said == aboutFault(name) {
				u.mu.Lock()
				n := len(u.calls[name])
				u.calls[name] = append(u.calls[name], time.Now())
				u.mu.Unlock()
				script(n, w)
				return
			}
		}
		w.Tokens(faultTokens...)
		w.End()
	})
	t.Cleanup(u.Close)
	return u
}

func (u *faulty) called(name string) []time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.calls[name])
}

func aboutFault(name string) string { return "I think of the café with Zoë, and of " + name + "." }

// heldFaults counts the scenarios that ran and those that held.
type heldFaults struct {
	mu        sync.Mutex
	Scenarios int `json:"scenarios"`
	Held      int `json:"held"`
}

func (h *heldFaults) run(t *testing.T, name string, scenario func(*testing.T)) {
	held := t.Run(name, scenario)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Scenarios++
	if held {
		h.Held++
	}
}

// Every upstream fault goes through the whole program: what is said over a
// socket ends in the named state, with a reason that the page has words for,
// and the next message is answered.
func TestFaultsOfTheUpstream(t *testing.T) {
	t.Parallel()
	var patient, hurried, retried, giant []coachtest.Fault
	for _, f := range coachtest.Faults() {
		switch {
		case f.Name == "F13":
			giant = append(giant, f)
		case faultCalls[f.Name] > 1:
			retried = append(retried, f)
		case strings.HasPrefix(f.Name, "F15") || strings.HasPrefix(f.Name, "F16"):
			hurried = append(hurried, f)
		default:
			patient = append(patient, f)
		}
	}
	held := &heldFaults{}
	half := len(patient) / 2
	// They wait more than they work, so all are under way at once.
	var all sync.WaitGroup
	for name, group := range map[string]func(*testing.T){
		"one":     func(t *testing.T) { playFaults(t, held, patient[:half]) },
		"two":     func(t *testing.T) { playFaults(t, held, patient[half:]) },
		"retried": func(t *testing.T) { playFaults(t, held, retried) },
		"silence": func(t *testing.T) {
			playFaults(t, held, hurried, "INNERWORK_MODEL_FIRST_TOKEN=3s", "INNERWORK_MODEL_BETWEEN_TOKENS=3s", "INNERWORK_MODEL_TOTAL=6s")
		},
		"giant":     func(t *testing.T) { held.run(t, "F13", func(t *testing.T) { playGiant(t, giant) }) },
		"unreached": func(t *testing.T) { playUnreached(t, held) },
		"breaker":   func(t *testing.T) { held.run(t, "F29", playBreaker) },
	} {
		all.Go(func() { t.Run(name, group) })
	}
	all.Wait()
	soaked.put(t, "F", map[string]int{"scenarios": held.Scenarios, "held": held.Held})
	t.Logf("%d of %d faults held", held.Held, held.Scenarios)
	if want := len(coachtest.Faults()) + 4; held.Scenarios != want { // F28 in three ways, F29
		t.Errorf("%d faults were tried, want %d", held.Scenarios, want)
	}
}

func playFaults(t *testing.T, held *heldFaults, played []coachtest.Fault, env ...string) {
	u := newFaulty(t, played...)
	data := newData(t)
	p := start(t, setup{data: data, env: append(env, "OPENAI_BASE_URL="+u.URL(), "OPENAI_MODEL=faulty")})
	she := firstLeader(p)
	rows := superuser(t, data)
	for _, f := range played {
		held.run(t, f.Name, func(t *testing.T) { playFault(t, p, u, she.under(t), rows, f) })
	}
	wantNowhere(t, coachtest.Thought, p)
}

func playFault(t *testing.T, p *program, u *faulty, she *person, rows *pgx.Conn, f coachtest.Fault) {
	before := len(p.stderr.String())
	c := she.begin()
	s := she.socket(c)
	defer s.conn.Close()
	s.openings(c)
	s.say(c, newID(), aboutFault(f.Name))
	replies, frames := s.ends(c, 1)
	took := time.Now()
	calls := u.called(f.Name)
	wantEnd(t, f, replies[0], frames)
	wantUsage(t, rows, f, field(replies[0], "id"))

	if want := max(1, faultCalls[f.Name]); len(calls) != want {
		t.Errorf("%d calls, want %d", len(calls), want)
	}
	switch {
	case strings.HasPrefix(f.Name, "F2 ") || f.Name == "F2":
		if after := took.Sub(calls[0]); after > 2*time.Second {
			t.Errorf("complete after %v", after)
		}
	case f.Name == "F18":
		if len(calls) == 2 && calls[1].Sub(calls[0]) < 7*time.Second {
			t.Errorf("tried again after %v", calls[1].Sub(calls[0]))
		}
	case f.Name == "F27": // the guide offers itself
		she.want(202, "POST", "/api/replies/"+field(replies[0], "id")+"/again", frame{"speaker": "guide"})
		again, said := s.ends(c, 1)
		if again[0]["state"] != "complete" || again[0]["speaker"] != "guide" || count(said, kind("sentence")) == 0 {
			t.Errorf("the guide's ended as %v", again[0])
		}
	}
	if said := p.stderr.String()[before:]; toMend.MatchString(f.Name) && !regexp.MustCompile(`mend=.*OPENAI_`).MatchString(said) {
		t.Errorf("the operator is not told what to mend:\n%s", said)
	}
	wantAnswer(t, s, c)
	wantSameStored(t, she, c, frames)
}

// wantEnd wants the reply to have ended as the table says, with all of its
// sentence or none of it.
func wantEnd(t *testing.T, f coachtest.Fault, reply frame, frames []frame) {
	t.Helper()
	if reply["state"] != f.Ends {
		t.Errorf("it ended as %v, want %s", reply, f.Ends)
	}
	question := strings.TrimSpace(strings.Join(faultTokens, ""))
	var want []string
	if f.Ends != "failed" {
		want = []string{question}
	}
	var got []string
	for _, e := range frames {
		if kind("sentence")(e) {
			got = append(got, field(e, "sentence", "text"))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("she saw %q, want %q", got, want)
	}
	reason := field(reply, "reason")
	if f.Ends != "complete" && pageWords(t)[reason] == "" {
		t.Errorf("the page has no words for the reason %q", reason)
	}
	if f.Ends == "complete" && reason != "" && reason != "finished" {
		t.Errorf("complete, but because %q", reason)
	}
	for _, e := range frames {
		if strings.Contains(fmt.Sprint(e), coachtest.Thought) {
			t.Errorf("a thought was shown: %v", e)
		}
	}
}

// wantUsage wants the tokens of a reply to be those that were used, once.
func wantUsage(t *testing.T, rows *pgx.Conn, f coachtest.Fault, reply string) {
	t.Helper()
	var in, out, more, thoughts int
	err := rows.QueryRow(t.Context(), `SELECT tokens_in, tokens_out,
		(SELECT count(*) FROM replies o WHERE o.reflection = r.reflection AND o.id <> r.id),
		(SELECT count(*) FROM sentences WHERE text LIKE '%' || $2 || '%')
		FROM replies r WHERE id = $1`, reply, coachtest.Thought).Scan(&in, &out, &more, &thoughts)
	if err != nil {
		t.Fatal(err)
	}
	said := slices.Contains(charged, f.Name)
	switch {
	case said && (in != 11 || out != 7):
		t.Errorf("%d and %d tokens were counted, want the 11 and 7 that were charged", in, out)
	case !said && refusedAsked.MatchString(f.Name) && in+out != 0:
		t.Errorf("%d and %d tokens were counted for a request that was refused", in, out)
	}
	if more != 0 || thoughts != 0 {
		t.Errorf("%d more replies, %d thoughts are stored", more, thoughts)
	}
}

// wantAnswer says something more, which must be answered well.
func wantAnswer(t *testing.T, s *socket, conversation string) {
	t.Helper()
	s.say(conversation, newID(), "I think of the café with Zoë once more.")
	replies, frames := s.ends(conversation, 1)
	if replies[0]["state"] != "complete" || count(frames, kind("sentence")) != 1 {
		t.Errorf("the next message ended as %v", replies[0])
	}
}

// wantSameStored wants what she saw of the conversation to be what is stored.
func wantSameStored(t *testing.T, she *person, conversation string, seen []frame) {
	t.Helper()
	again := she.socket(conversation)
	defer again.conn.Close()
	stored := events(again.until(func(f frame) bool { return f["type"] == "caught-up" }))
	wantGapless(t, stored)
	for _, e := range events(seen) {
		if at := int(e["seq"].(float64)) - 1; at >= len(stored) || !reflect.DeepEqual(e, stored[at]) {
			t.Errorf("she saw %v, which is not what is stored", e)
		}
	}
}

// pageWords are the words of the page for each reason, as its source has them.
var pageWords = func() func(testing.TB) map[string]string {
	read := sync.OnceValues(func() (map[string]string, error) {
		source, err := os.ReadFile("../../webclient/src/lib/life.ts")
		if err != nil {
			return nil, err
		}
		_, rest, _ := strings.Cut(string(source), "const REASONS: Record<string, Why> = {")
		body, _, _ := strings.Cut(rest, "\n}")
		words := map[string]string{}
		for _, m := range regexp.MustCompile(`(?m)^  '?([a-z ]+)'?: (?:\{ words: |mend\()'(.+?)'`).FindAllStringSubmatch(body, -1) {
			words[m[1]] = m[2]
		}
		return words, nil
	})
	return func(t testing.TB) map[string]string {
		t.Helper()
		words, err := read()
		if err != nil || len(words) < 10 {
			t.Fatalf("%d reasons were found: %v", len(words), err)
		}
		return words
	}
}()
