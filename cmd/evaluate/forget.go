package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"innerwork/coach"
	"innerwork/coach/practices"
	"innerwork/memory"
	"innerwork/memory/postgres"
	"innerwork/transport"
)

// forgetKind forgets, and looks for what is left.
type forgetKind struct{ parts }

// Run prints how often the canaries are found alive, after the first stage and
// after the second.
func (k forgetKind) Run(ctx context.Context) error {
	r, err := k.measure(ctx)
	if err != nil {
		return err
	}
	return r.print()
}

// wordlessColumns hold no words though their type could: each with its reason.
// Every other column of such a type in the database must hold a canary.
var wordlessColumns = map[string]string{
	"audit.act": "fixed names", "commitments.outcome": "a fixed list", "commitments.zone": "a time zone", "consents.version": "a version",
	"conversations.practice": "a key", "conversations.stage": "a fixed list", "events.kind": "a fixed list", "events.stage": "a fixed list",
	"forgettings.kind": "a fixed list", "forgettings.removed": "counts", "generations.model": "a model's name",
	"insights.practice": "a key", "invitations.kind": "a fixed list", "invitations.secret_hash": "a hash", "lines.heading": "a fixed list",
	"marks.kind": "a fixed list", "marks.on": "a fixed list", "paces.said": "times", "people.name": "a name to sign in with",
	"people.password": "a hash", "people.zone": "a time zone", "person_roles.role": "a fixed list", "proposals.state": "a fixed list",
	"recovery_codes.hash": "a hash", "reflections.kind": "a fixed list", "reflections.zone": "a time zone",
	"replies.dropped": "counts", "replies.model": "a model's name", "replies.prompt_version": "a version", "replies.reason": "fixed names",
	"replies.speaker": "a fixed list", "replies.state": "a fixed list", "senses.words": "numbers of an embedding", "vectors.embedding": "numbers of an embedding",
	"carried.id": "an id", "carried.kind": "a fixed list", "generations.centre": "numbers of an embedding", "generations.kind": "a fixed list",
	"import_entries.origin": "a fixed list", "import_entries.outcome": "a fixed list", "import_entries.zone": "a time zone",
	"import_skips.reason": "fixed names", "imports.zone": "a time zone", "indexes.windows": "numbers",
	"sentences.author": "a fixed list", "sentences.kind": "a fixed list", "sentences.question_key": "a hash", "sessions.device": "a browser's name",
	"sessions.token_hash": "a hash", "sign_in_attempts.name_hash": "a hash", "sources.handle": "r1, r2 …",
}

// candidates are the columns that could hold words, from the catalogue. The
// tables of goose and of the queue are their own: the queue's hold ids.
const candidates = `SELECT c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid
	WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname !~ '^(river_|goose_)'
	  AND (t.typname IN ('text', 'varchar', 'bytea', 'json', 'jsonb', 'tsvector', 'halfvec') OR t.typcategory = 'A') ORDER BY 1, 2`

// A burrow is a leader whose every store holds a canary, and ways to look.
type burrow struct {
	*house
	super      *pgx.Conn
	api        http.Handler
	leader     memory.ID
	coach      memory.ID
	tokens     []string // hers and her coach's
	said, talk memory.ID
	one, whole []string // canaries of the one reflection, of the conversation
	rest       []string // and of everything else
}

func (k forgetKind) measure(ctx context.Context) (_ *report, err error) {
	h, err := k.parts.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	b := &burrow{house: h}
	if err := b.settle(ctx); err != nil {
		return nil, fmt.Errorf("make a life: %w", err)
	}
	all := append(append(append([]string{}, b.one...), b.whole...), b.rest...)
	if err := b.everywhere(ctx, all); err != nil {
		return nil, err
	}
	if _, err := b.super.Exec(ctx, `ANALYZE`); err != nil {
		return nil, err
	}
	if _, err := b.super.Exec(ctx, `CHECKPOINT`); err != nil {
		return nil, err
	}
	r := &report{head: []string{"", "canaries", "alive", "after first", "after second"}, line: map[string]any{}}
	alive, first, second := map[string]int{}, map[string]int{}, map[string]int{}
	sets := []struct {
		name     string
		canaries []string
		scope    memory.Scope
	}{
		{"one reflection", b.one, memory.Scope{Kind: memory.ForgetReflection, About: &b.said}},
		{"a conversation", b.whole, memory.Scope{Kind: memory.ForgetConversation, About: &b.talk}},
		{"everything", b.rest, memory.Scope{Kind: memory.ForgetEverything}},
	}
	for _, s := range sets {
		for _, c := range s.canaries {
			n, err := b.bytes(c)
			if err != nil {
				return nil, err
			}
			if n == 0 {
				return nil, errors.New("a canary is alive and the search of the bytes does not find it: this would prove nothing")
			}
			alive[s.name] += n
		}
	}
	begun := time.Now()
	for _, s := range sets {
		seen, err := b.shown(ctx, s.canaries)
		if err != nil {
			return nil, err
		}
		if seen == 0 {
			return nil, fmt.Errorf("%s: nothing shows the canaries while they live: this would prove nothing", s.name)
		}
		receipt, err := b.ForgetAll(ctx, b.leader, uuid.Must(uuid.NewV7()), s.scope)
		if err != nil {
			return nil, err
		}
		if receipt.DoneAt == nil {
			return nil, errors.New("the first stage is not over at once")
		}
		if first[s.name], err = b.shown(ctx, s.canaries); err != nil {
			return nil, err
		}
	}
	pending, _, err := b.PendingRewrites(ctx)
	if err != nil {
		return nil, err
	}
	b.super.Close(ctx)
	done, err := h.server.Rewrite(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("rewrite: %w", err)
	}
	if err := b.Rewritten(ctx, pending); err != nil {
		return nil, err
	}
	took := time.Since(begun)
	for _, s := range sets {
		for _, c := range s.canaries {
			n, err := b.bytes(c)
			if err != nil {
				return nil, err
			}
			second[s.name] += n
		}
		r.row(s.name, len(s.canaries), alive[s.name], first[s.name], second[s.name])
	}
	sum := func(m map[string]int) (n int) {
		for _, v := range m {
			n += v
		}
		return n
	}
	r.row("all", len(all), sum(alive), sum(first), sum(second))
	r.line = map[string]any{"found_alive": sum(alive), "found_after_first": sum(first), "found_after_second": sum(second),
		"seconds": took.Seconds(), "pause_seconds": done.Pause.Seconds()}
	return r, nil
}

// bytes counts a canary in every file of the data folder.
func (b *burrow) bytes(canary string) (n int, err error) {
	err = filepath.WalkDir(filepath.Join(b.folder, "data"), func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		n += bytes.Count(content, []byte(canary))
		return err
	})
	return n, err
}

// shown counts what SQL, the search and HTTP show of the canaries.
func (b *burrow) shown(ctx context.Context, canaries []string) (n int, err error) {
	rows, _ := b.super.Query(ctx, `SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND relkind IN ('r', 'p')`)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return 0, err
	}
	for _, table := range tables {
		var found int
		if err := b.super.QueryRow(ctx, `SELECT count(*) FROM `+table+` AS r, unnest($1::text[]) c WHERE position(c IN r::text) > 0`, canaries).Scan(&found); err != nil {
			return 0, err
		}
		n += found
	}
	paths := []string{"reflections?limit=200", "insights?state=all", "commitments", "summaries", "readings", "marks", "proposals", "proposals?state=open",
		"conversations", "conversations/" + b.talk.String(), "conversations/" + b.talk.String() + "/summary", "reflections/" + b.said.String(),
		"forgettings", "me/audit", "desk", "desk/" + b.leader.String()}
	for _, c := range canaries {
		paths = append(paths, "reflections?query="+c)
		found, err := b.Search(ctx, b.leader, memory.Search{Text: c, Limit: 100})
		if err != nil {
			return 0, err
		}
		for _, f := range found {
			n += strings.Count(f.Text, c)
		}
	}
	for who, token := range b.tokens {
		for _, path := range paths {
			request := httptest.NewRequest("GET", "http://127.0.0.1/api/"+path, nil)
			request.RemoteAddr = "127.0.0.1:1000"
			request.Header.Set("Authorization", "Bearer "+token)
			answer := httptest.NewRecorder()
			b.api.ServeHTTP(answer, request)
			if answer.Code >= 500 || answer.Code == 401 || (answer.Code == 403 && who == 0 && !strings.HasPrefix(path, "desk")) {
				return 0, fmt.Errorf("%s: status %d", path, answer.Code)
			}
			for _, c := range canaries {
				n += strings.Count(answer.Body.String(), c)
			}
		}
	}
	return n, nil
}

// everywhere refuses to go on while a column that could hold words holds no
// canary and no reason.
func (b *burrow) everywhere(ctx context.Context, canaries []string) error {
	rows, _ := b.super.Query(ctx, candidates)
	var table, column string
	var all [][2]string
	if _, err := pgx.ForEachRow(rows, []any{&table, &column}, func() error {
		all = append(all, [2]string{table, column})
		return nil
	}); err != nil {
		return err
	}
	var bare []string
	for _, c := range all {
		name := c[0] + "." + c[1]
		var n int
		if err := b.super.QueryRow(ctx, fmt.Sprintf(`SELECT count(*) FROM %s r, unnest($1::text[]) c WHERE position(c IN r.%s::text) > 0`,
			c[0], pgx.Identifier{c[1]}.Sanitize()), canaries).Scan(&n); err != nil {
			return err
		}
		if reason := wordlessColumns[name]; (n == 0) != (reason != "") {
			bare = append(bare, name)
		}
	}
	if len(bare) > 0 {
		return fmt.Errorf("columns with neither a canary nor a reason, or with both: %s", strings.Join(bare, ", "))
	}
	return nil
}

// canary is a word that nobody else says and that does not compress.
func canary(set *[]string) string {
	c := "q" + strings.ToLower(rand.Text()[:14]) + "7"
	*set = append(*set, c)
	return c
}

// settle lets a leader live until every store holds a canary.
func (b *burrow) settle(ctx context.Context) (err error) {
	if b.super, err = pgx.Connect(ctx, b.server.URL(postgres.Superuser, postgres.Database)); err != nil {
		return err
	}
	for _, who := range []*memory.ID{&b.leader, &b.coach} {
		if *who, err = b.house.leader(ctx); err != nil {
			return err
		}
		_, token, _, err := b.SignIn(ctx, fmt.Sprint("leader ", b.guests), password, "evaluate")
		if err != nil {
			return err
		}
		b.tokens = append(b.tokens, token)
		version, _ := coach.Consent()
		if err := b.Consent(ctx, *who, version); err != nil {
			return err
		}
	}
	_, secret, err := b.Invite(ctx, b.leader, memory.InviteCoach)
	if err != nil {
		return err
	}
	if _, err := b.RedeemAs(ctx, secret, b.coach); err != nil {
		return err
	}
	if err := b.ConfirmCoach(ctx, b.leader, b.coach); err != nil {
		return err
	}
	version, text := coach.Consent()
	if b.api, err = transport.New(transport.Config{
		Consent:  transport.Consent{Version: version, Text: text},
		Accounts: b.Store, People: b.Store, Invitations: b.Store, Journal: b.Store, Forgetting: b.Store, Rewriter: still{},
		Dialogue: coach.NewRooms(coach.Config{Store: b.Store, Practices: practices.Built()}, b.Store), Conclusions: b.Store, Summaries: b.Store,
		Coaches: b.Store, Desk: b.Store, Search: func() transport.Search { return transport.Search{} }, Web: http.NotFoundHandler(),
		Registry: prometheus.NewRegistry(), Now: time.Now, NewID: func() coach.ID { return uuid.Must(uuid.NewV7()) },
	}); err != nil {
		return err
	}
	return b.live(ctx)
}

// still is a rewriter that waits to be told by the measurement.
type still struct{}

func (still) Wake()                    {}
func (still) State() transport.Rewrite { return transport.Rewrite{Ours: true} }

func (b *burrow) live(ctx context.Context) (err error) {
	id := func() memory.ID { return uuid.Must(uuid.NewV7()) }
	check := func(_ any, e error) { err = errors.Join(err, e) }
	do := func(e error) { err = errors.Join(err, e) }
	// What she wrote and imported goes with everything.
	written, _, e := b.Write(ctx, b.leader, memory.NewReflection{ID: id(), Text: "I wrote of " + canary(&b.rest) + ".", Zone: "UTC"})
	do(e)
	check(b.Import(ctx, b.leader, []memory.NewImported{{ID: id(), Text: "From elsewhere: " + canary(&b.rest) + ".", Label: canary(&b.rest), Zone: "UTC", Thread: id()}}))
	check(b.CreateCommitment(ctx, b.leader, memory.NewCommitment{ID: id(), Action: "Do " + canary(&b.rest), Why: "For " + canary(&b.rest), Due: "2027-01-01", Zone: "UTC"}))
	ending, e := b.CreateCommitment(ctx, b.leader, memory.NewCommitment{ID: id(), Action: "Do it", Due: "2027-01-01", Zone: "UTC"})
	do(e)
	check(b.SetOutcome(ctx, b.leader, ending.ID, memory.OutcomeDone, "It was "+canary(&b.rest)))
	check(b.CreateInsight(ctx, b.leader, memory.NewInsight{ID: id(), Text: "I hold " + canary(&b.rest)}))
	// An archive, a file that is looked over and a theme, put in as they lie there.
	staged := id()
	for _, row := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO carried (owner, kind, id, record) VALUES ($1, 'marks', 'm', jsonb_build_object('note', $2::text))`, []any{canary(&b.rest)}},
		{`INSERT INTO imports (owner, id, name, zone, report, expires_at) VALUES ($1, $2, $3, 'UTC', jsonb_build_object('column', $4::text), now() + interval '1 day')`,
			[]any{staged, canary(&b.rest), canary(&b.rest)}},
		{`INSERT INTO import_skips (owner, import, reason, count, places) VALUES ($1, $2, 'empty', 1, ARRAY[$3::text])`, []any{staged, canary(&b.rest)}},
		{`INSERT INTO themes (owner, id, name, words) VALUES ($1, $2, $3, $4)`, []any{id(), canary(&b.rest), canary(&b.rest)}},
		{`INSERT INTO import_entries (owner, import, n, reflection, text, at, wall, zone, day, origin, label, place) VALUES ($1, $2, 1, $3, $4, now(), false, 'UTC', false, 'given', $5, $6)`,
			[]any{staged, id(), canary(&b.rest), canary(&b.rest), canary(&b.rest)}},
	} {
		_, e := b.super.Exec(ctx, row.sql, append([]any{b.leader}, row.args...)...)
		do(e)
	}

	reply := func() memory.NewReply {
		return memory.NewReply{ID: id(), Speaker: memory.AuthorModel, Model: "small", PromptVersion: "p1", Node: id(), LeaseUntil: time.Now().Add(time.Minute)}
	}
	speak := func(talk, reply memory.ID, sources []memory.Source, sentences ...memory.NewSentence) {
		lease := memory.Lease{Owner: b.leader, Conversation: talk, Reply: reply, Fence: 1}
		do(b.SetSources(ctx, lease, sources))
		for i, s := range sentences {
			s.N = i + 1
			do(b.Release(ctx, lease, s))
		}
		do(b.EndReply(ctx, lease, memory.End{State: memory.Complete, Reason: "stop"}))
	}
	// Two conversations alike: of one a single message is forgotten, the other
	// goes as a whole.
	for _, set := range []*[]string{&b.one, &b.whole} {
		talk, opening := id(), reply()
		_, _, e := b.BeginConversation(ctx, b.leader, talk, "identity", opening)
		do(e)
		speak(talk, opening.ID, nil, memory.NewSentence{Kind: memory.KindQuestion, Author: memory.AuthorGuide, Text: "What brings you?"})
		word := canary(set)
		said, answer := id(), reply()
		check(b.Say(ctx, b.leader, memory.NewSaid{ID: said, Conversation: talk, Text: "I fear " + word + " more than loss.", Zone: "UTC"}, answer))
		speak(talk, answer.ID, nil, memory.NewSentence{Kind: memory.KindQuestion, Author: memory.AuthorGuide, Text: "What is " + word + " to you?"})
		edited, e := b.Edit(ctx, b.leader, said, id(), "I fear "+word+" and "+canary(set)+".")
		do(e)
		do(b.Index(ctx, b.leader, edited.ID))
		do(b.Index(ctx, b.leader, written.ID))
		found, e := b.Search(ctx, b.leader, memory.Search{Text: word})
		do(e)
		if err != nil || len(found) == 0 {
			return errors.Join(err, errors.New("the search does not find the canary alive"))
		}
		span, e := b.FindQuote(ctx, b.leader, said, word)
		do(e)
		next := reply()
		check(b.Say(ctx, b.leader, memory.NewSaid{ID: id(), Conversation: talk, Text: "Yes.", Zone: "UTC"}, next))
		speak(talk, next.ID, []memory.Source{{Found: found[0], Handle: "r1", Given: true}},
			memory.NewSentence{Kind: memory.KindMirror, Author: memory.AuthorModel, Text: "You fear " + word + ".", Mirrors: []memory.ID{said}},
			memory.NewSentence{Kind: memory.KindQuestion, Author: memory.AuthorModel, Text: "When did " + word + " begin?"},
			memory.NewSentence{Kind: memory.KindQuote, Author: memory.AuthorServer, Quote: &span, Handle: "r1"})
		check(b.CreateInsight(ctx, b.leader, memory.NewInsight{ID: id(), Quotes: []memory.Quote{span}}))
		summary, e := b.SummaryOf(ctx, b.leader, talk)
		do(e)
		line, e := b.AddLine(ctx, b.leader, summary.ID, memory.NewLine{ID: id(), Heading: memory.Noticed, Quote: &span})
		do(e)
		if set == &b.whole {
			check(b.Propose(ctx, b.leader, memory.Proposal{Conversation: talk, Question: "Is " + canary(set) + " here to keep?", Quotes: []memory.Quote{span}}))
			line, e = b.AddLine(ctx, b.leader, summary.ID, memory.NewLine{ID: id(), Heading: memory.Keep, Text: "I keep " + canary(set)})
			do(e)
		}
		released, e := b.ReleaseLine(ctx, b.leader, line.ID, b.coach, true)
		do(e)
		_, _, e = b.Desk(ctx, b.coach, b.leader)
		do(e)
		mark, e := b.AddMark(ctx, b.coach, b.leader, memory.Mark{ID: id(), Release: released.ID, On: memory.OnLine, Kind: memory.Leading, Note: "What of " + canary(set)})
		do(e)
		check(b.AnswerMark(ctx, b.leader, mark.ID, "It is "+canary(set)))
		if set == &b.one {
			b.said = said
		} else {
			b.talk = talk
		}
	}
	return err
}
