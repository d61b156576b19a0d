package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"innerwork/memory"
	"innerwork/memory/postgres"
)

// errForeign is why a database of somebody's is not backed up from here: our
// role is bound by row-level security, so pg_dump as it would write nothing.
var errForeign = errors.New("the database of DATABASE_URL is backed up and restored with its server's own tools, " +
	"as a role that sees every row (for one: pg_dump --format=custom as its administrator)")

// backupCommand writes a backup.
type backupCommand struct {
	File string `arg:"" help:"The file to write; it must not exist yet." type:"path"`
}

// Run writes everything that is kept into the file, readable by its owner only.
// The coach must not run: one program at a time opens the data folder.
func (b backupCommand) Run(ctx context.Context, c *config) (err error) {
	if c.Database != "" {
		return errForeign
	}
	if _, err := os.Stat(b.File); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already; choose another name", b.File)
	}
	server, err := startEmbedded(ctx, c, slog.New(slog.DiscardHandler))
	if err != nil {
		return inUse(err)
	}
	defer func() { err = errors.Join(err, stopServer(server)) }()

	aside := b.File + ".part"
	out, err := os.OpenFile(aside, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	defer os.Remove(aside)
	dump := server.Command(ctx, "pg_dump", "--format=custom", "--no-password")
	var said bytes.Buffer
	dump.Stdout, dump.Stderr = out, &said
	if err := errors.Join(dump.Run(), out.Sync(), out.Close()); err != nil {
		return fmt.Errorf("pg_dump: %w: %s", err, strings.TrimSpace(said.String()))
	}
	if err := os.Rename(aside, b.File); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	info, err := os.Stat(b.File)
	if err != nil {
		return err
	}
	fmt.Printf("wrote %s (%d KiB). It holds everybody's words in the clear: keep it where only you can read it.\n",
		b.File, (info.Size()+1023)/1024)
	return nil
}

// restoreCommand puts a backup in place.
type restoreCommand struct {
	File    string `arg:"" help:"The backup to read." type:"existingfile"`
	Replace bool   `help:"Replace what is kept now; it is set aside under another name, not deleted."`
}

// Run restores the backup into a database of its own and only then lets it
// take the place of the present one.
func (r restoreCommand) Run(ctx context.Context, c *config) (err error) {
	if c.Database != "" {
		return errForeign
	}
	server, err := startEmbedded(ctx, c, slog.New(slog.DiscardHandler))
	if err != nil {
		return inUse(err)
	}
	defer func() { err = errors.Join(err, stopServer(server)) }()
	admin, err := pgx.Connect(ctx, server.URL(postgres.Superuser, "postgres"))
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer admin.Close(context.WithoutCancel(ctx))

	people, err := countPeople(ctx, server)
	if err != nil {
		return err
	}
	if people > 0 && !r.Replace {
		return fmt.Errorf("there are %d accounts here already; to put the backup in their place, add --replace (what is here is set aside, not deleted)", people)
	}
	if err := memory.MakeRoles(ctx, server.URL(postgres.Role, postgres.Database)); err != nil {
		return err
	}
	const aside = "innerwork_restoring"
	for _, sql := range []string{
		`DROP DATABASE IF EXISTS ` + aside,
		`CREATE DATABASE ` + aside + ` OWNER ` + postgres.Role,
	} {
		if _, err := admin.Exec(ctx, sql); err != nil {
			return fmt.Errorf("make room for the backup: %w", err)
		}
	}
	load := server.Command(ctx, "pg_restore", "--exit-on-error", "--no-password", "--dbname="+aside, r.File)
	var said bytes.Buffer
	load.Stderr = &said
	if err := load.Run(); err != nil {
		return fmt.Errorf("the backup could not be read, and nothing was changed: %w: %s", err, firstLine(said.String()))
	}
	before := "innerwork_before_" + time.Now().UTC().Format("20060102_150405")
	if err := pgx.BeginFunc(ctx, admin, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `ALTER DATABASE innerwork RENAME TO `+before); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `ALTER DATABASE `+aside+` RENAME TO innerwork`)
		return err
	}); err != nil {
		return fmt.Errorf("put the backup in place: %w", err)
	}
	if people == 0 {
		if _, err := admin.Exec(ctx, `DROP DATABASE `+before); err != nil {
			return fmt.Errorf("remove the empty database: %w", err)
		}
		fmt.Println("restored.")
		return nil
	}
	fmt.Printf("restored. What was here before is still there as database %s.\n", before)
	return nil
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

// inUse says what to do about a data folder that a running coach holds.
func inUse(err error) error {
	if errors.Is(err, postgres.ErrInUse) {
		return fmt.Errorf("%w; stop the coach first", err)
	}
	return err
}

func stopServer(server *postgres.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return server.Stop(ctx)
}

// firstLine keeps an error short; the rest may quote rows.
func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}
