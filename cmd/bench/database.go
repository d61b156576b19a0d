package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"innerwork/memory/postgres"
)

// database looks at the program's PostgreSQL from beside it, as its superuser.
type database struct{ conn *pgx.Conn }

func openDatabase(ctx context.Context, p *product) (*database, error) {
	address, err := p.database("")
	if err != nil {
		return nil, err
	}
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return nil, err
	}
	return &database{conn}, nil
}

func (d *database) close() { _ = d.conn.Close(context.Background()) }

// safe fails unless a commit waits for the disk, for the roles that the program
// signs in as.
func safe(ctx context.Context, p *product) error {
	for _, role := range []string{postgres.Role, "innerwork_act", "innerwork_pipeline", "innerwork_system"} {
		address, err := p.database(role)
		if err != nil {
			return err
		}
		conn, err := pgx.Connect(ctx, address)
		if err != nil {
			return err
		}
		for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
			var value string
			if err := conn.QueryRow(ctx, `SHOW `+setting).Scan(&value); err != nil {
				return err
			}
			if value != "on" {
				return fmt.Errorf("%s is %s for %s: such figures would be worth nothing", setting, value, role)
			}
		}
		if err := conn.Close(ctx); err != nil {
			return err
		}
	}
	return nil
}

// commits measures what one commit of one row costs on this disk, over one
// local connection, with a pause before each: a machine that was not at work
// just before takes longer to wake up. Nothing that keeps a sentence before it
// is shown is faster.
func (d *database) commits(ctx context.Context, n int, pause time.Duration) (all []time.Duration, err error) {
	if _, err := d.conn.Exec(ctx, `CREATE SCHEMA bench; CREATE TABLE bench.rows (n int PRIMARY KEY, text text)`); err != nil {
		return nil, err
	}
	defer func() {
		if _, dropping := d.conn.Exec(ctx, `DROP SCHEMA bench CASCADE`); err == nil {
			err = dropping
		}
	}()
	for i := range n {
		time.Sleep(pause)
		began := time.Now()
		if _, err := d.conn.Exec(ctx, `INSERT INTO bench.rows VALUES ($1, $2)`, i, mirrors[i%len(mirrors)]); err != nil {
			return nil, err
		}
		all = append(all, time.Since(began))
	}
	return all, nil
}

// unindexed counts the jobs that wait or run.
func (d *database) unindexed(ctx context.Context) (n int, err error) {
	err = d.conn.QueryRow(ctx, `SELECT count(*) FROM river_job WHERE state IN ('available', 'running', 'scheduled', 'retryable', 'pending')`).Scan(&n)
	return n, err
}

// quiet waits until nothing is left to index.
func (d *database) quiet(ctx context.Context, tell func(left int)) error {
	for {
		left, err := d.unindexed(ctx)
		if err != nil || left == 0 {
			return err
		}
		if tell != nil {
			tell(left)
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
