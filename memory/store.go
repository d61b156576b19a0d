package memory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	pgxvec "github.com/pgvector/pgvector-go/pgx"
	"github.com/riverqueue/river"

	"innerwork/memory/embed"
)

// Config says what a Store stands on.
type Config struct {
	// URL is that of the one role that may create roles; it owns the tables.
	URL string
	// Embedder makes the vectors; nil means that searches use text only.
	Embedder embed.Embedder
	// Former are embedders that may still be asked, for people whose vectors
	// they made and Embedder has not made anew yet.
	Former []embed.Embedder
	// ExactUpTo is how many passages of one person are searched one by one; of
	// more, the likely ones are chosen first. 0 is 10,000.
	ExactUpTo int
	Limits    Limits
	// Foreign says that somebody else runs the database: what forgetting leaves
	// in its files cannot be rewritten from here.
	Foreign bool
	// PasswordCost is what a password's hash costs; nil is OWASP's choice for
	// argon2id (19 MiB, two passes).
	PasswordCost *argon2id.Params
	Now          func() time.Time // nil: time.Now
	Random       io.Reader        // nil: crypto/rand
	Log          *slog.Logger     // nil: discards
}

// Store is everything that is kept. It has a pool of connections for each
// role of the database, so that what runs without a person cannot do what only
// a person may.
type Store struct {
	act       *pgxpool.Pool // what a signed-in person does
	pipeline  *pgxpool.Pool // what runs without her
	system    *pgxpool.Pool // tables without words
	embedder  embed.Embedder
	former    []embed.Embedder
	exactUpTo int
	limits    Limits
	foreign   bool
	coder     *coder
	now       func() time.Time
	random    io.Reader
	log       *slog.Logger
	hub       *hub
	fanout    *fanout
	passwords *passwords
	ended     sessionEnds
	jobs      *river.Client[pgx.Tx]
	working   bool
}

// Open migrates the database, makes its roles, checks that the promises of the
// schema hold, and connects. It refuses a database where they do not.
func Open(ctx context.Context, c Config) (_ *Store, err error) {
	defer wrap(&err, "open memory")
	if err := migrate(ctx, c.URL); err != nil {
		return nil, err
	}
	s := &Store{embedder: c.Embedder, former: c.Former, exactUpTo: c.ExactUpTo, coder: newCoder(), limits: c.Limits, foreign: c.Foreign, now: c.Now, random: c.Random, log: c.Log, hub: newHub(), passwords: newPasswords(c.PasswordCost)}
	if s.now == nil {
		s.now = time.Now
	}
	if s.exactUpTo == 0 {
		s.exactUpTo = 10_000
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	defer func() {
		if err != nil {
			s.closePools()
		}
	}()
	for _, p := range []struct {
		pool **pgxpool.Pool
		role string
		most int32
	}{{&s.act, roleAct, 8}, {&s.pipeline, rolePipeline, 8}, {&s.system, roleSystem, 6}} {
		if *p.pool, err = connect(ctx, c.URL, p.role, p.most); err != nil {
			return nil, err
		}
	}
	if s.jobs, err = s.newJobs(); err != nil {
		return nil, err
	}
	s.fanout = newFanout(s, c.URL)
	s.fanout.start()
	return s, nil
}

// Close ends the connections. Work must have been stopped before.
func (s *Store) Close() {
	s.fanout.close()
	s.closePools()
}

func (s *Store) closePools() {
	for _, p := range []*pgxpool.Pool{s.act, s.pipeline, s.system} {
		if p != nil {
			p.Close()
		}
	}
}

// Ping reports whether PostgreSQL answers.
func (s *Store) Ping(ctx context.Context) error { return translate(s.system.Ping(ctx)) }

// connect opens a pool that signs in as one role.
func connect(ctx context.Context, url, role string, most int32) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read DATABASE_URL: %w", err)
	}
	config.ConnConfig.Password = rolePassword(config.ConnConfig.Password, role)
	config.ConnConfig.User = role
	config.MaxConns = most
	// A node that is frozen inside a transaction must not hold the others up.
	config.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "5000" // ms, half a lease
	config.AfterConnect = pgxvec.RegisterTypes
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect as %s: %w", role, err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("connect as %s (the server must let the roles that Innerwork makes sign in with a password): %w", role, err)
	}
	return pool, nil
}

// newID makes an id that sorts by time.
func (s *Store) newID() ID {
	if s.random == nil {
		return uuid.Must(uuid.NewV7())
	}
	return uuid.Must(uuid.NewV7FromReader(s.random))
}

// tx is an open transaction that acts for one person.
type tx struct {
	pgx.Tx
	store   *Store
	owner   ID
	touched map[ID]bool // conversations with new events, woken after the commit
}

// asPerson runs do as the owner herself: the only way in which her words and
// her conclusions are written.
func (s *Store) asPerson(ctx context.Context, owner ID, do func(*tx) error) error {
	return s.as(ctx, s.act, owner, do)
}

// asPipeline runs do for the owner but without her: the database refuses it
// every write on a reflection or a conclusion.
func (s *Store) asPipeline(ctx context.Context, owner ID, do func(*tx) error) error {
	return s.as(ctx, s.pipeline, owner, do)
}

// as opens a transaction for a person, and nothing else does but asWith.
// Row-level security reads the setting; it ends with the transaction.
func (s *Store) as(ctx context.Context, pool *pgxpool.Pool, owner ID, do func(*tx) error) error {
	return s.asWith(ctx, pool, pgx.TxOptions{}, owner, do)
}

func (s *Store) asWith(ctx context.Context, pool *pgxpool.Pool, options pgx.TxOptions, owner ID, do func(*tx) error) error {
	if owner == uuid.Nil {
		return errors.New("a transaction for nobody")
	}
	t := &tx{store: s, owner: owner}
	begun := false
	try := func() error {
		return translate(pgx.BeginTxFunc(ctx, pool, options, func(inner pgx.Tx) error {
			t.Tx = inner
			if _, err := inner.Exec(ctx, `SELECT set_config('innerwork.person', $1, true)`, owner.String()); err != nil {
				return err
			}
			begun = true
			return do(t)
		}))
	}
	err := try()
	if !begun && CodeOf(err) == CodeUnavailable && ctx.Err() == nil {
		// PostgreSQL was restarted and this connection is one of before. Nothing
		// was done yet, so it is done once more, over new ones.
		pool.Reset()
		err = try()
	}
	if err != nil {
		return err
	}
	for conversation := range t.touched {
		s.tell(owner, conversation, nil)
	}
	return nil
}
