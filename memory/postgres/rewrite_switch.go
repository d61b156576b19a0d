package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
)

// aside is the port whose name the socket gets for the switch: who knows it can
// still connect, and for everybody else PostgreSQL is away.
const aside = "5433"

func (s *Server) socketFile(port string) string { return filepath.Join(s.socket, ".s.PGSQL."+port) }

// switchTo closes the door, waits for the last changes, and lets the supervisor
// put the successor in the place of the running cluster. It returns for how long
// nobody was served.
func (s *Server) switchTo(ctx context.Context, next *successor) (away time.Duration, err error) {
	limit, cancel := context.WithTimeout(ctx, drain)
	defer cancel()
	began := time.Now()
	if err := os.Rename(s.socketFile(port), s.socketFile(aside)); err != nil {
		return 0, err
	}
	if err := s.handOver(limit, next); err != nil {
		_ = os.Rename(s.socketFile(aside), s.socketFile(port)) // fails if PostgreSQL died and is back
		return 0, errors.Join(err, s.unpublish(context.WithoutCancel(ctx)))
	}
	done := make(chan error, 1)
	select {
	case s.swap <- func(p *process) (*process, error) {
		p, err := s.replace(p, next)
		away = time.Since(began)
		done <- err
		return p, err
	}:
	case <-s.done:
		return 0, errors.New("PostgreSQL was stopped")
	}
	return away, <-done
}

// handOver ends all connections, waits until every change is in the successor,
// counts what is there, and gives it the state of the sequences.
func (s *Server) handOver(ctx context.Context, next *successor) error {
	config, err := pgx.ParseConfig(s.URL(Superuser, Database))
	if err != nil {
		return err
	}
	config.Port = 5433
	c, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	for {
		var left int
		if err := c.QueryRow(ctx, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`).Scan(&left); err != nil {
			return fmt.Errorf("end the connections: %w", err)
		}
		if left == 0 {
			break
		}
		if err := pause(ctx, glance); err != nil {
			return err
		}
	}
	if err := arrived(ctx, c, 0); err != nil {
		return fmt.Errorf("the last changes: %w", err)
	}
	if err := same(ctx, c, next); err != nil {
		return err
	}
	rows, _ := c.Query(ctx, `SELECT format('SELECT setval(%L, %s, %L)', format('%I.%I', schemaname, sequencename),
		coalesce(last_value, start_value), last_value IS NOT NULL) FROM pg_sequences`)
	sequences, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("sequences: %w", err)
	}
	return next.asSuperuser(ctx, Database, func(n *pgx.Conn) error {
		for _, sql := range sequences {
			if _, err := n.Exec(ctx, sql); err != nil {
				return fmt.Errorf("sequences: %w", err)
			}
		}
		return nil
	})
}

// same counts the rows of every table on both sides: a successor that lacks one
// must not take over.
func same(ctx context.Context, c *pgx.Conn, next *successor) error {
	rows, _ := c.Query(ctx, `SELECT format('%I.%I', schemaname, tablename) FROM pg_publication_tables WHERE pubname = $1`, stream)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("tables: %w", err)
	}
	return next.asSuperuser(ctx, Database, func(n *pgx.Conn) error {
		for _, table := range tables {
			var here, there int64
			count := `SELECT count(*) FROM ` + table
			if err := errors.Join(c.QueryRow(ctx, count).Scan(&here), n.QueryRow(ctx, count).Scan(&there)); err != nil {
				return fmt.Errorf("count %s: %w", table, err)
			}
			if here != there {
				return fmt.Errorf("%s has %d rows, and %d in the fresh cluster", table, here, there)
			}
		}
		return nil
	})
}

// replace stops the running PostgreSQL, swaps the folders and starts the
// successor at the same socket. An orderly stop waits for what is still on its
// way to the successor. Whatever fails, one of the two runs afterwards, or the
// returned process has ended and the supervisor brings it back.
func (s *Server) replace(p *process, next *successor) (*process, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 4*drain)
	defer cancel()
	back := func(err error) (*process, error) {
		again, startErr := s.startOnce(ctx, 0)
		if startErr != nil {
			return p, errors.Join(err, startErr)
		}
		return again, errors.Join(err, s.unpublish(ctx))
	}
	if err := s.end(ctx, p); err != nil {
		return back(fmt.Errorf("stop the old one: %w", err))
	}
	_ = os.Remove(s.socketFile(aside))
	if err := next.finish(ctx); err != nil {
		return back(err)
	}
	s.swapping("stopped")
	old := filepath.Join(s.data, oldFolder)
	if err := os.Rename(s.cluster(), old); err != nil {
		return back(err)
	}
	s.swapping("away")
	if err := errors.Join(os.Rename(next.cluster(), s.cluster()), syncFolder(s.data)); err != nil {
		return back(errors.Join(err, os.Rename(old, s.cluster())))
	}
	s.swapping("swapped")
	fresh, err := s.startOnce(ctx, 0)
	if err != nil {
		return back(errors.Join(err, os.Rename(s.cluster(), next.cluster()), os.Rename(old, s.cluster())))
	}
	return fresh, nil
}

// finish lets go of the old cluster, which is stopped by now, and stops in order.
func (n *successor) finish(ctx context.Context) error {
	err := n.asSuperuser(ctx, Database, func(c *pgx.Conn) error {
		for _, sql := range []string{
			`ALTER SUBSCRIPTION ` + stream + ` DISABLE`,
			`ALTER SUBSCRIPTION ` + stream + ` SET (slot_name = NONE)`,
			`DROP SUBSCRIPTION ` + stream,
		} {
			if _, err := c.Exec(ctx, sql); err != nil {
				return fmt.Errorf("let go of the old one: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := n.end(ctx, n.process); err != nil {
		return fmt.Errorf("stop the fresh one: %w", err)
	}
	n.process = nil
	return nil
}
