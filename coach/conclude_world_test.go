package coach_test

import (
	"context"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innerwork/coach"
	"innerwork/memory"
)

// obeying is a model that concludes whenever it can, and does what it is told
// by the last thing it reads.
func obeying(w *world) script {
	return func(ctx context.Context, p coach.Prompt) iter.Seq2[coach.Piece, error] {
		if w.stall {
			return func(yield func(coach.Piece, error) bool) {
				if yield(coach.Piece{Text: "What matters to you here? Insight kept: trust. "}, nil) {
					<-ctx.Done()
					yield(coach.Piece{}, ctx.Err())
				}
			}
		}
		return says(w.output+" "+p.Messages[len(p.Messages)-1].Text)(ctx, p)
	}
}

// world is one run: a leader, her coach, an operator, and a ledger.
type world struct {
	*room
	ledger
	super           *pgx.Conn
	human, operator coach.ID
	output          string // of the model; changed only while no reply runs
	stall           bool
	talk            coach.ID
	said            []said
}

type said struct {
	id   coach.ID
	text string
}

func newWorld(t *testing.T, r *room, super *pgx.Conn) *world {
	t.Helper()
	mine := *r
	w := &world{room: &mine, ledger: ledger{acts: map[concluded]bool{}}, super: super,
		human: r.Person(t, memory.RoleCoach), operator: r.Person(t, memory.RoleOperator)}
	w.owner = r.Leader(t)
	r.Coaching(t, w.owner, w.human)
	w.Coach = w.node()
	t.Cleanup(func() { w.down(w.Coach, 10*time.Second) })
	w.talk = w.begin("identity")
	return w
}

func (w *world) node() *coach.Coach {
	return coach.New(coach.Config{Store: w.Store, Practices: builtPractices, Model: obeying(w)})
}

// down ends a node; without patience its replies are killed.
func (w *world) down(c *coach.Coach, patience time.Duration) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.t.Context()), patience)
	defer cancel()
	c.Shutdown(ctx)
}

// settle waits until no reply of the conversation runs.
func (w *world) settle() {
	w.t.Helper()
	w.ended(w.talk, count(w.all(w.talk), coach.EventReply))
}

func (w *world) proposals(state coach.ProposalState) []coach.Proposal {
	w.t.Helper()
	all, err := w.Proposals(w.t.Context(), w.owner, coach.ProposalFilter{State: state})
	if err != nil {
		w.t.Fatal(err)
	}
	if state == "" { // which leaves out the declined ones
		declined, err := w.Proposals(w.t.Context(), w.owner, coach.ProposalFilter{State: memory.ProposalDeclined})
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, declined...)
	}
	return all
}

// superuser is a connection that sees every row.
func superuser(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

func (w *world) stage(name, text string) error {
	n := memory.NewImport{ID: newID(), Name: name, File: strings.NewReader(text), Size: int64(len(text)), Zone: "UTC"}
	i, err := w.StageImport(w.t.Context(), w.owner, n)
	if err != nil {
		return err
	}
	_, err = w.StoreImport(w.t.Context(), w.owner, i.ID)
	return err
}
