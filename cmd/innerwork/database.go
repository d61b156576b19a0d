package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"innerwork/memory/postgres"
)

// database is the PostgreSQL that is used: somebody's by DATABASE_URL, or the
// embedded one.
type database struct {
	url    string
	server *postgres.Server // nil for somebody's
}

// openDatabase finds or starts it.
func openDatabase(ctx context.Context, c *config, log *slog.Logger) (*database, error) {
	if c.Database != "" {
		if err := postgres.PrepareForeign(ctx, c.Database); err != nil {
			return nil, fmt.Errorf("DATABASE_URL: %w", err)
		}
		return &database{url: c.Database}, nil
	}
	server, err := startEmbedded(ctx, c, log)
	if err != nil {
		return nil, err
	}
	return &database{url: server.URL(postgres.Role, postgres.Database), server: server}, nil
}

func startEmbedded(ctx context.Context, c *config, log *slog.Logger) (*postgres.Server, error) {
	folder := filepath.Join(c.Data, "postgres")
	if err := postgres.Reachable(folder); err != nil {
		return nil, fmt.Errorf("INNERWORK_DATA: %w", err)
	}
	return postgres.Start(ctx, postgres.Options{
		Parts: c.Parts, Runtime: filepath.Join(c.Data, "runtime"), Data: folder, Log: log,
	})
}

// stop ends the embedded server; ctx bounds the wait for an orderly end.
func (d *database) stop(ctx context.Context) error {
	if d.server == nil {
		return nil
	}
	return d.server.Stop(ctx)
}

// died is closed when the embedded server is gone for good.
func (d *database) died() <-chan struct{} {
	if d.server == nil {
		return nil
	}
	return d.server.Done()
}

// addressFile is where serve leaves the embedded server's address for psql-url.
func addressFile(c *config) string { return filepath.Join(c.Data, "psql-url") }

// psqlCommand prints how an operator reaches the database.
type psqlCommand struct{}

// Run prints the address that a running serve has left.
func (psqlCommand) Run(c *config) error {
	if c.Database != "" {
		return fmt.Errorf("the database is the one of DATABASE_URL")
	}
	address, err := os.ReadFile(addressFile(c))
	if err != nil {
		return fmt.Errorf("the embedded PostgreSQL does not run; start the coach first")
	}
	fmt.Print(string(address))
	return nil
}
