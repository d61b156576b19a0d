// Package postgres finds or starts a PostgreSQL with pgvector.
//
// Start runs the program's own server out of the parts that `make parts` fetched:
// reachable through a private Unix socket only, under an unprivileged user of its
// own when we are root, one per data folder, brought back when it dies, gone when
// we are gone. PrepareForeign looks at a server of somebody else's instead.
//
// It keeps true that the server listens on no network, that nobody's words reach
// its log, and that no second program opens the same data folder. It refuses to
// open data of another major version, to unpack a wheel that is not pinned, and to
// work with a role that row-level security does not bind. It knows no table.
package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// Superuser is the role that initdb makes. It serves provisioning, backup, restore
// and tests; the program itself works as Role.
const Superuser = "postgres"

// Role owns the database Database. It may create roles, and is neither a
// superuser nor able to bypass row-level security.
const (
	Role     = "innerwork"
	Database = "innerwork"
)

// port names the socket file only: nothing listens on the network.
const port = "5432"

// Options say where the server lives. All folders may be relative.
type Options struct {
	Parts    string            // folder that holds the wheel; read only until it is unpacked
	Runtime  string            // folder where it is unpacked; many servers may share it
	Data     string            // data folder: cluster, log and lock
	Settings map[string]string // more settings, as in postgresql.conf
	Log      *slog.Logger
}

// Server is a running PostgreSQL, kept running until Stop.
type Server struct {
	log      *slog.Logger
	install  string // folder with bin, lib and share
	data     string
	folder   string // of the cluster, inside data; "" is the usual one
	owner    owner
	settings map[string]string
	lock     *lock
	socket   string // folder, the same for the server's whole life
	output   *output

	rewriting sync.Mutex                            // held by the one rewrite
	swapping  func(step string)                     // a test's eye on the swap of the folders
	swap      chan func(*process) (*process, error) // what the supervisor does with the running PostgreSQL

	stop  context.CancelFunc // end PostgreSQL in order
	hurry context.CancelFunc // and do not wait for the order
	done  chan struct{}
	err   error // readable once done is closed
}

// Start unpacks what is missing, creates the cluster at the first start, starts
// PostgreSQL on it, and makes sure of role, database and the extension vector.
// It returns when connections are accepted. ctx bounds the start alone: the server
// runs until Stop, or until this process dies.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{log: o.Log, settings: o.Settings, done: make(chan struct{}), swap: make(chan func(*process) (*process, error)), swapping: func(string) {}}
	var err error
	if s.data, err = filepath.Abs(o.Data); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if s.install, err = unpack(o.Parts, o.Runtime); err != nil {
		return nil, fmt.Errorf("parts of PostgreSQL: %w", err)
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(s.explain(err), s.close())
	}
	return s, nil
}

// open takes the data folder and brings PostgreSQL up on it.
func (s *Server) open(ctx context.Context) (err error) {
	if err := makeFolder(s.data, 0o711); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	// Without links, the folder can be compared with where a process works.
	if s.data, err = filepath.EvalSymlinks(s.data); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if s.lock, err = takeLock(s.data); err != nil {
		return err
	}
	if s.owner, err = chooseOwner(s.cluster()); err != nil {
		return fmt.Errorf("user for PostgreSQL: %w", err)
	}
	if s.output, err = openOutput(filepath.Join(s.data, "postgres.log")); err != nil {
		return fmt.Errorf("log of PostgreSQL: %w", err)
	}
	if err := s.heal(); err != nil {
		return err
	}
	stale, err := s.settle(ctx)
	if err != nil {
		return err
	}
	if err := s.makeCluster(ctx); err != nil {
		return err
	}
	if err := s.makeSocket(); err != nil {
		return fmt.Errorf("socket folder: %w", err)
	}
	p, err := s.startOnce(ctx, stale)
	if err != nil {
		return err
	}
	if err := provision(ctx, s); err != nil {
		return errors.Join(fmt.Errorf("provision the database: %w", err), s.end(ctx, p))
	}
	life, stop := context.WithCancel(context.Background())
	hurry, hurryUp := context.WithCancel(context.Background())
	s.stop, s.hurry = stop, hurryUp
	go s.supervise(life, hurry, p)
	return nil
}

// makeSocket makes a fresh folder for the socket, and removes the one that an
// earlier run left behind. Fresh, because a zombie's socket lock looks held.
func (s *Server) makeSocket() error {
	if old := s.lock.previous; strings.HasPrefix(filepath.Base(old), socketPrefix) {
		if err := os.RemoveAll(old); err != nil {
			s.log.Warn("an old socket folder stays behind", "folder", old, "error", err)
		}
	}
	dir, err := socketFolder(os.TempDir())
	if err != nil {
		return err
	}
	s.socket = dir
	if err := s.owner.give(dir); err != nil {
		return err
	}
	return s.lock.write(dir)
}

const (
	socketPrefix = "innerwork-"
	// sun_path holds 104 bytes on macOS and 108 on Linux, a final NUL included.
	longestSocket = 103
)

func socketFolder(parent string) (string, error) {
	if len(parent)+len("/"+socketPrefix+"0123456789/.s.PGSQL."+port) > longestSocket {
		parent = "/tmp" // a long TMPDIR is no reason to fail where the usual folder does
	}
	return os.MkdirTemp(parent, socketPrefix)
}

// URL returns a connection string for pgx and for PostgreSQL's own tools. It stays
// valid while the server lives, also when PostgreSQL had to be started again.
func (s *Server) URL(user, database string) string {
	query := url.Values{"host": {s.socket}, "port": {port}, "sslmode": {"disable"}}
	return (&url.URL{
		Scheme: "postgres", User: url.User(user), Path: "/" + database, RawQuery: query.Encode(),
	}).String()
}

// Command prepares one of PostgreSQL's own programs (pg_dump, pg_restore, psql) to
// run against Database as Superuser, unless args say otherwise. It runs as the
// present user, so that files are the caller's.
func (s *Server) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := tool(ctx, s.install, name, args...)
	cmd.Env = append(cmd.Env,
		"PGHOST="+s.socket, "PGPORT="+port, "PGUSER="+Superuser, "PGDATABASE="+Database)
	return cmd
}

// Done is closed when PostgreSQL runs no more: after Stop, or when it died and could
// not be brought back.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err says why PostgreSQL runs no more: nil before Done is closed, and after a clean
// Stop.
func (s *Server) Err() error {
	select {
	case <-s.done:
		return s.err
	default:
		return nil
	}
}

// Stop ends all connections, writes a checkpoint and waits until PostgreSQL is gone
// and the data folder is free. When ctx ends first it stops at once instead, which
// loses nothing but makes the next start recover. Any number of calls are one.
func (s *Server) Stop(ctx context.Context) error {
	s.stop()
	select {
	case <-s.done:
	case <-ctx.Done():
		s.hurry()
		<-s.done
	}
	return s.err
}

// close gives back what open took.
func (s *Server) close() error {
	var errs []error
	if s.socket != "" {
		errs = append(errs, os.RemoveAll(s.socket))
	}
	if s.output != nil {
		errs = append(errs, s.output.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.release())
	}
	return errors.Join(errs...)
}

func (s *Server) cluster() string            { return filepath.Join(s.data, cmp.Or(s.folder, "cluster")) }
func (s *Server) program(name string) string { return filepath.Join(s.install, "bin", name) }

// environment is what PostgreSQL's programs see. Nothing is inherited but the way to
// programs and temporary files: a stray PGPORT or PGDATA would change what they do.
func environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "LC_ALL=C", "TZ=UTC"}
}
