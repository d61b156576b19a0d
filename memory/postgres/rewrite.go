package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// A rewrite fills a fresh cluster from the one that runs and puts it in its
// place, so that nothing is left of what was deleted before it began: not in
// heap pages, not in the write-ahead log, not in statistics.
//
// Folders: `cluster` is the one that is used. `cluster.next` is being filled and
// is worth nothing after a crash. `cluster.old` is the one before, after the first
// of the two renames. So there is always exactly one that counts: `cluster`, and
// where there is none, `cluster.old`. heal brings that about at every start.
const (
	nextFolder = "cluster.next"
	oldFolder  = "cluster.old"
	stream     = "innerwork_rewrite" // publication, slot and subscription
	margin     = 256 << 20           // disk that must stay free beside a second cluster
	nearly     = 1 << 20             // bytes behind at which the switch begins
	drain      = 20 * time.Second    // for the last changes to arrive
	glance     = 20 * time.Millisecond
)

// ErrBusy means that a rewrite runs already.
var ErrBusy = errors.New("a rewrite runs already")

// RewriteStep is one step of a rewrite, in this order.
type RewriteStep string

// The steps. Writes go on in all of them but RewriteSwitch.
const (
	RewritePrepare RewriteStep = "prepare"
	RewriteCopy    RewriteStep = "copy"
	RewriteFollow  RewriteStep = "follow"
	RewriteSwitch  RewriteStep = "switch"
	RewriteRemove  RewriteStep = "remove"
)

// Progress is how far a rewrite is.
type Progress struct {
	Step  RewriteStep
	Done  int // tables that are copied
	Total int
}

// Rewritten says what a rewrite did.
type Rewritten struct {
	Pause    time.Duration // in which no connection was served
	SetAside []string      // databases that a restore had set aside: they went with the old cluster
}

// heal finishes or undoes the swap of a rewrite that did not come to its end. No
// PostgreSQL of ours may run.
func (s *Server) heal() error {
	old, next := filepath.Join(s.data, oldFolder), filepath.Join(s.data, nextFolder)
	for _, folder := range []string{next, old} {
		for _, pid := range orphans(folder) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	_, err := os.Stat(s.cluster())
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.Rename(old, s.cluster()); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("find the cluster: %w", err)
	}
	return errors.Join(os.RemoveAll(next), os.RemoveAll(old), syncFolder(s.data))
}

func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Rewrite fills a fresh cluster from this one while it goes on serving, and
// puts it in its place. All connections are cut for the switch; until it, every
// error leaves everything as it was. What was deleted before the call is in no
// byte of the data folder when it returns without an error.
func (s *Server) Rewrite(ctx context.Context, tell func(Progress)) (r Rewritten, err error) {
	if !s.rewriting.TryLock() {
		return r, ErrBusy
	}
	defer s.rewriting.Unlock()
	if tell == nil {
		tell = func(Progress) {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() {
		select {
		case <-ctx.Done():
		case <-s.done:
			cancel()
		}
	})
	defer watch.Wait()
	defer cancel()
	tell(Progress{Step: RewritePrepare})
	if err := s.roomForTwo(); err != nil {
		return r, err
	}
	if r.SetAside, err = s.setAside(ctx); err != nil {
		return r, err
	}
	next, err := s.fresh(ctx)
	if err != nil {
		return r, fmt.Errorf("make a fresh cluster: %w", err)
	}
	defer func() { err = errors.Join(err, next.discard()) }()
	if err := s.follow(ctx, next, tell); err != nil {
		return r, errors.Join(fmt.Errorf("fill the fresh cluster: %w", err), s.unpublish(context.WithoutCancel(ctx)))
	}
	tell(Progress{Step: RewriteSwitch})
	if r.Pause, err = s.switchTo(ctx, next); err != nil {
		return r, fmt.Errorf("switch to the fresh cluster: %w", err)
	}
	tell(Progress{Step: RewriteRemove})
	if err := errors.Join(os.RemoveAll(filepath.Join(s.data, oldFolder)), syncFolder(s.data)); err != nil {
		return r, fmt.Errorf("remove the old cluster: %w", err)
	}
	return r, nil
}

func (s *Server) roomForTwo() error {
	var size uint64
	err := filepath.WalkDir(s.cluster(), func(_ string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // PostgreSQL removes files as it goes
		}
		if err != nil || entry.IsDir() {
			return err
		}
		if info, err := entry.Info(); err == nil {
			size += uint64(info.Size())
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("size of the database: %w", err)
	}
	left, err := free(s.data)
	if err != nil {
		return fmt.Errorf("free space: %w", err)
	}
	if left < size+margin {
		return fmt.Errorf("the disk of %s has %d MB free, and rewriting needs %d MB for a while; make room, it is tried again",
			s.data, left>>20, (size+margin)>>20)
	}
	return nil
}

// setAside names the databases beside ours: they are not taken along.
func (s *Server) setAside(ctx context.Context) (names []string, err error) {
	err = s.asSuperuser(ctx, "postgres", func(c *pgx.Conn) error {
		rows, _ := c.Query(ctx, `SELECT datname FROM pg_database WHERE datname LIKE 'innerwork\_%' ORDER BY 1`)
		names, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return names, err
}

// successor is a cluster that is being filled. It is a server of its own, which
// nobody supervises: when it dies the rewrite fails.
type successor struct {
	*Server
	process *process
	quiet   *output
}

// fresh makes and starts an empty cluster with our roles and our schema.
func (s *Server) fresh(ctx context.Context) (_ *successor, err error) {
	next := &successor{Server: &Server{
		log: s.log, install: s.install, data: s.data, folder: nextFolder, owner: s.owner, settings: s.settings,
	}, quiet: &output{}}
	next.output = next.quiet
	defer func() {
		if err != nil {
			err = errors.Join(err, next.discard())
		}
	}()
	if err := next.initdb(ctx); err != nil {
		return nil, err
	}
	if next.socket, err = socketFolder(os.TempDir()); err != nil {
		return nil, err
	}
	if err := s.owner.give(next.socket); err != nil {
		return nil, err
	}
	if next.process, err = next.startOnce(ctx, 0); err != nil {
		return nil, err
	}
	globals, err := s.say(ctx, "pg_dumpall", "--globals-only", "--no-password")
	if err != nil {
		return nil, err
	}
	globals = bytes.ReplaceAll(globals, []byte("CREATE ROLE "+Superuser+";\n"), nil)
	if err := next.hear(ctx, "postgres", globals); err != nil {
		return nil, fmt.Errorf("roles: %w", err)
	}
	if err := provision(ctx, next.Server); err != nil {
		return nil, err
	}
	schema, err := s.say(ctx, "pg_dump", "--schema-only", "--no-publications", "--no-subscriptions", "--no-password")
	if err != nil {
		return nil, err
	}
	if err := next.hear(ctx, Database, schema); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return next, nil
}

// say runs one of PostgreSQL's programs and returns what it prints. What it says
// in an error may quote a row and is left out.
func (s *Server) say(ctx context.Context, name string, args ...string) ([]byte, error) {
	printed, err := s.Command(ctx, name, args...).Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, errors.New(err.Error()))
	}
	return printed, nil
}

func (s *Server) hear(ctx context.Context, database string, sql []byte) error {
	cmd := s.Command(ctx, "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname="+database)
	cmd.Stdin = bytes.NewReader(sql)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("psql: %w: %s", err, lastLines(said.String())) // definitions, no rows
	}
	return nil
}

// discard ends a successor that did not take over, and removes it.
func (n *successor) discard() error {
	if n.process != nil {
		n.process.endAtOnce()
		n.process = nil
	}
	var err error
	if n.socket != "" {
		err = os.RemoveAll(n.socket)
	}
	return errors.Join(err, os.RemoveAll(filepath.Join(n.data, nextFolder)), os.RemoveAll(filepath.Join(n.data, nextFolder+".new")))
}

// follow copies every row and then every change, until there is little between
// the two.
func (s *Server) follow(ctx context.Context, next *successor, tell func(Progress)) error {
	if err := s.publish(ctx); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	from := fmt.Sprintf("host=%s port=%s user=%s dbname=%s", s.socket, port, Superuser, Database)
	return next.asSuperuser(ctx, Database, func(c *pgx.Conn) error {
		if _, err := c.Exec(ctx, `CREATE SUBSCRIPTION `+stream+` CONNECTION '`+from+`' PUBLICATION `+stream+
			` WITH (disable_on_error = true, streaming = off, run_as_owner = true)`); err != nil {
			return fmt.Errorf("subscribe: %w", err)
		}
		for {
			var p Progress
			var on bool
			p.Step = RewriteCopy
			if err := c.QueryRow(ctx, `SELECT count(*) FILTER (WHERE r.srsubstate = 'r'), count(*), bool_and(s.subenabled)
				FROM pg_subscription s JOIN pg_subscription_rel r ON r.srsubid = s.oid`).Scan(&p.Done, &p.Total, &on); err != nil {
				return err
			}
			if !on {
				return errors.New("a change could not be taken over")
			}
			tell(p)
			if p.Done == p.Total {
				break
			}
			if err := pause(ctx, 10*glance); err != nil {
				return err
			}
		}
		if _, err := c.Exec(ctx, `ANALYZE`); err != nil { // so that searches are quick from the first on
			return fmt.Errorf("count: %w", err)
		}
		tell(Progress{Step: RewriteFollow})
		if err := s.backedUp(ctx); err != nil {
			return fmt.Errorf("wait for a backup: %w", err)
		}
		// Both are stopped within the pause, and a stop writes what is not on disk yet.
		for _, each := range []*Server{s, next.Server} {
			if err := each.asSuperuser(ctx, "postgres", func(c *pgx.Conn) error {
				_, err := c.Exec(ctx, `CHECKPOINT`)
				return err
			}); err != nil {
				return fmt.Errorf("write to disk: %w", err)
			}
		}
		return s.caughtUp(ctx, nearly)
	})
}

// backedUp waits until nobody dumps the database: the switch would cut it off.
func (s *Server) backedUp(ctx context.Context) error {
	return s.asSuperuser(ctx, "postgres", func(c *pgx.Conn) error {
		for {
			var dumps int
			if err := c.QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity
				WHERE backend_type = 'client backend' AND application_name = 'pg_dump'`).Scan(&dumps); err != nil || dumps == 0 {
				return err
			}
			if err := pause(ctx, 10*glance); err != nil {
				return err
			}
		}
	})
}

// publish offers every table; those without a key, by their whole rows.
func (s *Server) publish(ctx context.Context) error {
	if err := s.unpublish(ctx); err != nil {
		return err
	}
	return s.asSuperuser(ctx, Database, func(c *pgx.Conn) error {
		rows, _ := c.Query(ctx, `SELECT format('ALTER TABLE %s REPLICA IDENTITY FULL', c.oid::regclass) FROM pg_class c
			JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
			  AND c.relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)`)
		all, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, sql := range append(all, `CREATE PUBLICATION `+stream+` FOR ALL TABLES`) {
			if _, err := c.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
}

// unpublish removes what an earlier rewrite left; a slot would keep the
// write-ahead log for ever.
func (s *Server) unpublish(ctx context.Context) error {
	return s.asSuperuser(ctx, Database, func(c *pgx.Conn) error {
		for try := 0; ; try++ {
			_, err := c.Exec(ctx, `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1 OR slot_name ~ '^pg_[0-9]+_sync_'`, stream)
			if err == nil {
				break
			}
			if try == 50 {
				return err
			}
			if _, err := c.Exec(ctx, `SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active_pid IS NOT NULL`); err != nil {
				return err
			}
			if err := pause(ctx, 5*glance); err != nil {
				return err
			}
		}
		_, err := c.Exec(ctx, `DROP PUBLICATION IF EXISTS `+stream)
		return err
	})
}

// caughtUp waits until the successor has all that is written up to now, but for
// so many bytes.
func (s *Server) caughtUp(ctx context.Context, but int64) error {
	return s.asSuperuser(ctx, "postgres", func(c *pgx.Conn) error { return arrived(ctx, c, but) })
}

func arrived(ctx context.Context, c *pgx.Conn, but int64) error {
	var now string
	if err := c.QueryRow(ctx, `SELECT pg_current_wal_lsn()::text`).Scan(&now); err != nil {
		return err
	}
	for {
		var behind int64
		if err := c.QueryRow(ctx, `SELECT pg_wal_lsn_diff($1::pg_lsn, confirmed_flush_lsn)::bigint FROM pg_replication_slots
			WHERE slot_name = $2`, now, stream).Scan(&behind); err != nil {
			return fmt.Errorf("how far it is: %w", err)
		}
		if behind <= but {
			return nil
		}
		if err := pause(ctx, glance); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
