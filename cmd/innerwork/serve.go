package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"innerwork/coach"
	"innerwork/coach/gate"
	"innerwork/memory"
	"innerwork/memory/embed"
	"innerwork/transport"
	"innerwork/webclient"
)

// serveCommand runs the coach.
type serveCommand struct{}

// patience is how long a shutdown waits for running replies and sockets.
const patience = 20 * time.Second

// Run serves until ctx ends or the embedded PostgreSQL is gone for good.
func (serveCommand) Run(ctx context.Context, c *config) (err error) {
	log, err := newLog(c.Log)
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	count := newCounter(registry)
	planned, err := planCoach(c, log, count)
	if err != nil {
		return err
	}
	taken, err := takePorts(c)
	if err != nil {
		return err
	}
	defer taken.close()

	fmt.Println("starting …")
	db, err := openDatabase(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		err = errors.Join(err, db.stop(stopping))
	}()
	embedder, search, err := openEmbedder(ctx, c)
	if err != nil {
		return err
	}
	remembering := memory.Config{URL: db.url, Foreign: db.server == nil, Limits: memory.Limits{MessagesAMinute: c.MessagesAMinute, TokensADay: c.TokensADay}, Log: log}
	state := health{kind: c.Embedder}
	if embedder != nil {
		defer embedder.Close()
		state.embedder = &watched{EmbedCloser: embedder}
		remembering.Embedder = state.embedder.whole()
		if c.Embedder == embed.KindOpenAI { // vectors of the local model may still be searched
			before := embed.Later(embed.LocalConfig{Parts: c.Parts, Runtime: filepath.Join(c.Data, "runtime")})
			defer before.Close()
			remembering.Former = []embed.Embedder{before}
		}
	}
	store, err := memory.Open(ctx, remembering)
	if err != nil {
		return err
	}
	defer store.Close()
	planned.Store, state.store = store, store
	state.model, _ = planned.Model.(guarded)
	planned.Gate = new(gate.Gate)
	learning, stopLearning := context.WithCancel(ctx)
	var learner sync.WaitGroup
	defer learner.Wait()
	defer stopLearning()
	if embedder != nil {
		learner.Go(func() { liken(learning, c, planned.Gate, embedder, log) })
	}
	dialogue := coach.NewRooms(planned, store)
	token, err := setupToken(ctx, store)
	if err != nil {
		return err
	}
	rewriting := newRewriter(store, db.server, c.RewriteHour, log)
	server, err := newServer(c, store, dialogue, rewriting, state, search, token, count, log, registry)
	if err != nil {
		return err
	}
	if err := leaveAddress(c, db); err != nil {
		return err
	}
	defer os.Remove(addressFile(c))
	if err := store.Work(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	announce(c, taken, dialogue.Speaker(), search, token)
	return serve(ctx, running{taken, db, store, dialogue, server, rewriting, log})
}

// running is what serve stops in order.
type running struct {
	ports    ports
	db       *database
	store    *memory.Store
	dialogue *coach.Rooms
	server   *transport.Server
	rewriter *rewriter
	log      *slog.Logger
}

// serve answers until ctx ends, then stops in the order in which nothing is
// lost: no new work, replies to their end, jobs, and the database last.
func serve(ctx context.Context, r running) error {
	answering := r.ports.serve(r.server, r.server.Metrics(), r.log)
	sweeping, stopSweeping := context.WithCancel(context.WithoutCancel(ctx))
	var sweeper sync.WaitGroup
	sweeper.Go(func() { r.dialogue.Sweep(sweeping) })
	sweeper.Go(func() { r.rewriter.run(sweeping) })

	var err error
	select {
	case <-ctx.Done():
		fmt.Println("stopping: replies that run are finished first; ^C again interrupts them …")
	case <-r.db.died():
		err = fmt.Errorf("PostgreSQL is gone and could not be brought back: %w", r.db.server.Err())
	case err = <-answering.failed:
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	var errs []error
	errs = append(errs, err, r.server.Shutdown(stopping))
	for _, s := range answering.servers {
		errs = append(errs, s.Shutdown(stopping))
	}
	answering.running.Wait()
	if err := r.dialogue.Shutdown(stopping); err != nil {
		r.log.Warn("some replies were interrupted; they can be tried again")
	}
	stopSweeping()
	sweeper.Wait()
	errs = append(errs, r.store.StopWork(stopping))
	return errors.Join(errs...)
}

func newServer(c *config, store *memory.Store, dialogue *coach.Rooms, rewriting *rewriter, state health, search transport.Search, token string,
	count *counter, log *slog.Logger, registry *prometheus.Registry) (*transport.Server, error) {
	consentVersion, consentText := coach.Consent()
	server, err := transport.New(transport.Config{
		Accounts: store, People: store, Invitations: store, Dialogue: dialogue, Journal: store,
		Imports: store, Archives: store, Corrections: store, OverTime: store, Plans: store, Conclusions: store,
		Forgetting: store, Rewriter: rewriting,
		Summaries: store, Coaches: store, Desk: store, Health: state, Restraint: cards{c},
		Search: func() transport.Search { return search }, Web: webclient.Handler(),
		Version: version, Consent: transport.Consent{Version: consentVersion, Text: consentText},
		SetupToken: token, Origins: c.Origins, Temp: filepath.Join(c.Data, "tmp"), Refused: count.Refused, Log: log, Registry: registry, Now: time.Now,
		NewID: func() coach.ID { return uuid.Must(uuid.NewV7()) },
	})
	if err != nil {
		return nil, err
	}
	store.OnSessionEnd(server.SessionEnded)
	return server, nil
}

// setupToken makes the token for the first account, if there is none yet.
func setupToken(ctx context.Context, store *memory.Store) (string, error) {
	there, err := store.HasPeople(ctx)
	if err != nil || there {
		return "", err
	}
	return rand.Text(), nil
}

// announce says where the coach is, who speaks, and where words go.
func announce(c *config, taken ports, speaker coach.Speaker, search transport.Search, token string) {
	speaks := "the guide, which needs no model; nothing leaves this machine"
	if speaker.Kind == "model" {
		where := "on this machine"
		if speaker.Leaves {
			where = "your words LEAVE this machine"
		}
		speaks = fmt.Sprintf("model %s at %s; %s", speaker.Model, speaker.Address, where)
		if !speaker.Leaves && !answers(c.ModelURL) {
			speaks += "\n                       NOTHING ANSWERS there just now: start the model; until then the guide can be asked"
		}
	}
	searches := "by words only: " + search.Reason
	if search.Vectors {
		searches = "by words and meaning (" + search.Model + ")"
	}
	kept := filepath.Clean(c.Data)
	if c.Database != "" {
		kept = "the database of DATABASE_URL"
	}
	fmt.Printf(`
  Innerwork is ready.  %s://%s
  Speaking:            %s
  Searching:           %s
  Kept in:             %s
`, taken.scheme(), taken.web.Addr(), speaks, searches, kept)
	if token != "" {
		fmt.Printf("  First account:       open the address on this machine; from another one, the token is %s\n", token)
	}
	fmt.Println("\n  ^C stops it; nothing is lost.")
}
