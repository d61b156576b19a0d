package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
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
	server, err := transport.New(transport.Config{
		Consent:  transport.Consent{Version: version, Text: text},
		Accounts: b.Store, People: b.Store, Invitations: b.Store, Journal: b.Store, Forgetting: b.Store, Rewriter: still{},
		Imports: b.Store, Archives: b.Store, Corrections: b.Store, OverTime: b.Store, Plans: b.Store,
		Dialogue: coach.NewRooms(coach.Config{Store: b.Store, Practices: practices.Built()}, b.Store), Conclusions: b.Store, Summaries: b.Store,
		Coaches: b.Store, Desk: b.Store, Search: func() transport.Search { return transport.Search{} }, Web: http.NotFoundHandler(),
		Registry: prometheus.NewRegistry(), Now: time.Now, NewID: func() coach.ID { return uuid.Must(uuid.NewV7()) },
	})
	if err != nil {
		return err
	}
	b.api = httptest.NewServer(server)
	return b.live(ctx)
}

// uploads stages a table and a folder of notes: one with a title, and one
// without words.
func (b *burrow) uploads(ctx context.Context) error {
	word := func() string { return canary(&b.rest) }
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for name, text := range map[string]string{
		word() + "/2024-03-09.md": "---\ntitle: " + word() + "\n---\nThe kiln holds " + word() + ".\n",
		word() + "/2024-03-10.md": "\n",
	} {
		f, err := z.Create(name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, text); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	table := "date,text," + word() + "\n2024-03-09,The kiln is lit for " + word() + ".,1\n"
	for _, file := range []struct{ name, media, content string }{
		{word() + ".zip", "application/zip", packed.String()},
		{word() + ".csv", "text/csv", table},
	} {
		status, answer, err := b.ask(ctx, 0, "POST", "imports?zone=UTC", file.content,
			"Content-Type", file.media, "Content-Disposition", `attachment; filename="`+file.name+`"`)
		if err != nil {
			return err
		}
		if status != http.StatusCreated {
			return fmt.Errorf("upload: status %d: %s", status, answer)
		}
	}
	return nil
}

// ask asks the server as she (0) or as her coach (1).
func (b *burrow) ask(ctx context.Context, who int, method, path, body string, header ...string) (status int, answer string, err error) {
	request, err := http.NewRequestWithContext(ctx, method, b.api.URL+"/api/"+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Authorization", "Bearer "+b.tokens[who])
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := b.api.Client().Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
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
	check(b.KeepTheme(ctx, b.leader, memory.Theme{ID: id(), Name: canary(&b.rest), Words: "of " + canary(&b.rest)}))
	check(b.KeepPlan(ctx, b.leader, id(), 0, memory.PlanWords{Signs: canary(&b.rest), Alone: canary(&b.rest), Places: canary(&b.rest),
		People: canary(&b.rest), Services: canary(&b.rest), Safer: canary(&b.rest), Worth: canary(&b.rest)}))
	// Files that she looks over.
	do(b.uploads(ctx))
	// A coach's mark that an archive of another account brought, as it lies there.
	_, e = b.super.Exec(ctx, `INSERT INTO carried (owner, kind, id, record) SELECT $1, 'marks', $2::text,
		jsonb_build_object('id', $2::text, 'release', $3::text, 'line', NULL, 'coach', $3::text, 'on', 'line', 'kind', 'leading',
			'note', $4::text, 'at', '2026-11-01T08:00:00+00:00', 'answers', '[]'::jsonb)`, b.leader, id().String(), id().String(), canary(&b.rest))
	do(e)

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
