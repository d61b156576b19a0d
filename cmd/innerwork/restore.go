package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"innerwork/memory"
	"innerwork/memory/postgres"
)

// restoreCommand puts a backup in place.
type restoreCommand struct {
	File    string `arg:"" help:"The backup to read." type:"existingfile"`
	Replace bool   `help:"Replace what is kept now; it is set aside under another name, not deleted."`
}

// restoring is the database that a backup is read into. One that a restore left
// behind when it was killed is removed by the next.
const restoring = "innerwork_restoring"

// Run reads the backup into a database of its own, brings that up to date and
// checks it, and only then lets it take the place of the present one. The coach
// must be stopped.
func (r restoreCommand) Run(ctx context.Context, c *config) (err error) {
	if c.Database != "" {
		return errForeign
	}
	if err := checkSeal(r.File); err != nil {
		return fmt.Errorf("%s: %w; nothing was changed", r.File, err)
	}
	server, err := startEmbedded(ctx, c, slog.New(slog.DiscardHandler))
	if errors.Is(err, postgres.ErrInUse) {
		return fmt.Errorf("a backup is restored while the coach is stopped: %w", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopEmbedded(server)) }()
	people, err := countPeople(ctx, server)
	if err != nil {
		return err
	}
	if people > 0 && !r.Replace {
		return fmt.Errorf("there are accounts here already (%d); to put the backup in their place, add --replace: what is here is set aside, not deleted", people)
	}
	admin, err := pgx.Connect(ctx, server.URL(postgres.Superuser, "postgres"))
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer admin.Close(context.WithoutCancel(ctx))
	if err := load(ctx, admin, server, r.File); err != nil {
		_, dropErr := admin.Exec(context.WithoutCancel(ctx), `DROP DATABASE IF EXISTS `+restoring+` WITH (FORCE)`)
		return errors.Join(fmt.Errorf("nothing was changed: %w", err), dropErr)
	}
	before, err := swap(ctx, admin)
	if err != nil {
		return fmt.Errorf("nothing was changed: put the backup in place: %w", err)
	}
	if people == 0 {
		if _, err := admin.Exec(ctx, `DROP DATABASE `+before); err != nil {
			return fmt.Errorf("restored, but the empty database %s could not be removed: %w", before, err)
		}
		fmt.Println("restored. Everybody has to sign in again.")
		return nil
	}
	fmt.Println("restored. Everybody has to sign in again. What was forgotten since the backup stays forgotten. What was revoked or ended since is as it was then: look at releases again.")
	fmt.Printf("What was here before is kept as the database %s, with everybody's words in it, until you drop it or what somebody forgot is rewritten, which leaves it behind.\n", before)
	return nil
}

// load reads the backup into a database beside the present one, and opens it
// once as the coach will, which migrates it and checks that its promises hold.
func load(ctx context.Context, admin *pgx.Conn, server *postgres.Server, file string) error {
	if err := memory.MakeRoles(ctx, server.URL(postgres.Role, postgres.Database)); err != nil {
		return err
	}
	for _, sql := range []string{
		`DROP DATABASE IF EXISTS ` + restoring,
		`CREATE DATABASE ` + restoring + ` OWNER ` + postgres.Role,
	} {
		if _, err := admin.Exec(ctx, sql); err != nil {
			return fmt.Errorf("make room for the backup: %w", err)
		}
	}
	var said bytes.Buffer
	cmd := server.Command(ctx, "pg_restore", "--exit-on-error", "--no-password", "--dbname="+restoring, file)
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		if strings.Contains(said.String(), "No space left on device") {
			return errors.New("the disk is full; make room and restore again")
		}
		// What pg_restore says may quote a row.
		return fmt.Errorf("%s could not be read: pg_restore: %w", file, err)
	}
	store, err := memory.Open(ctx, memory.Config{URL: server.URL(postgres.Role, restoring)})
	if err != nil {
		return fmt.Errorf("%s does not fit this Innerwork: %w", file, err)
	}
	// What was forgotten since the backup stays forgotten.
	err = store.ForgetAgain(ctx, server.URL(postgres.Superuser, postgres.Database), server.URL(postgres.Superuser, restoring))
	store.Close()
	if err != nil {
		return err
	}
	// A session that was ended since the backup must not live again.
	conn, err := pgx.Connect(ctx, server.URL(postgres.Superuser, restoring))
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, `DELETE FROM sessions`); err != nil {
		return fmt.Errorf("end the sessions of the backup: %w", err)
	}
	return nil
}

// swap gives the restored database its name, and returns the name under which
// the present one is kept.
func swap(ctx context.Context, admin *pgx.Conn) (before string, err error) {
	before = "innerwork_before_" + time.Now().UTC().Format("20060102_150405")
	return before, pgx.BeginFunc(ctx, admin, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `ALTER DATABASE `+postgres.Database+` RENAME TO `+before); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `ALTER DATABASE `+restoring+` RENAME TO `+postgres.Database)
		return err
	})
}

func countPeople(ctx context.Context, server *postgres.Server) (n int, err error) {
	conn, err := pgx.Connect(ctx, server.URL(postgres.Superuser, postgres.Database))
	if err != nil {
		return 0, fmt.Errorf("connect: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var there bool
	if err := conn.QueryRow(ctx, `SELECT to_regclass('public.people') IS NOT NULL`).Scan(&there); err != nil || !there {
		return 0, err
	}
	err = conn.QueryRow(ctx, `SELECT count(*) FROM people`).Scan(&n)
	return n, err
}
