package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

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

// Run writes everything that is kept, as of one moment, into the file, readable
// by its owner only. The coach may run meanwhile.
func (b backupCommand) Run(ctx context.Context, c *config) (err error) {
	if c.Database != "" {
		return errForeign
	}
	if _, err := os.Lstat(b.File); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already; choose another name", b.File)
	}
	if !postgres.HasCluster(embedded(c).Data) {
		return fmt.Errorf("nothing is kept in %s; is INNERWORK_DATA what it is for the coach?", c.Data)
	}
	url, done, err := reach(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()

	// Only a whole backup gets the name.
	out, err := os.CreateTemp(filepath.Dir(b.File), filepath.Base(b.File)+".part-")
	if err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	defer os.Remove(out.Name())
	if err := errors.Join(dump(ctx, c, url, out), out.Sync(), out.Close()); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	info, err := os.Stat(out.Name())
	if err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	if err := os.Rename(out.Name(), b.File); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	fmt.Printf("wrote %s (%d KiB). It holds everybody's words in the clear: keep it where only you can read it.\n",
		b.File, (info.Size()+1023)/1024)
	return nil
}

// reach returns the superuser's address of the embedded database: of the server
// of the coach that runs, or of one that is started for this and ends with done.
func reach(ctx context.Context, c *config) (url string, done func() error, err error) {
	server, err := startEmbedded(ctx, c, slog.New(slog.DiscardHandler))
	if err == nil {
		url = server.URL(postgres.Superuser, postgres.Database)
		return url, func() error { return stopEmbedded(server) }, nil
	}
	if !errors.Is(err, postgres.ErrInUse) {
		return "", nil, err
	}
	if url, err = leftAddress(c); err != nil {
		return "", nil, errors.New("the coach is just starting or stopping, or another backup or restore runs; try again in a moment")
	}
	return url, func() error { return nil }, nil
}

func dump(ctx context.Context, c *config, url string, out *os.File) error {
	cmd, err := postgres.Tool(ctx, embedded(c), "pg_dump", "--format=custom", "--no-password", "--dbname="+url)
	if err != nil {
		return err
	}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = out, &said
	if err := cmd.Run(); err != nil {
		line, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n") // the rest may quote rows
		return fmt.Errorf("pg_dump: %w: %s", err, line)
	}
	return seal(out)
}
