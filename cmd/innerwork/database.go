package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

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
			return nil, err // it names DATABASE_URL
		}
		return &database{url: c.Database}, nil
	}
	server, err := startEmbedded(ctx, c, log)
	if err != nil {
		return nil, err
	}
	return &database{url: server.URL(postgres.Role, postgres.Database), server: server}, nil
}

// startEmbedded starts the embedded server. The error is postgres.ErrInUse while
// another program has it.
func startEmbedded(ctx context.Context, c *config, log *slog.Logger) (*postgres.Server, error) {
	o := embedded(c)
	if err := postgres.Reachable(o.Data); err != nil {
		return nil, fmt.Errorf("INNERWORK_DATA: %w", err)
	}
	o.Log = log
	server, err := postgres.Start(ctx, o)
	if errors.Is(err, postgres.ErrInUse) {
		return nil, fmt.Errorf("%w; stop that one first, or choose another folder with INNERWORK_DATA", err)
	}
	if err != nil {
		return nil, err
	}
	// Whoever left an address here did not come to remove it.
	if err := os.Remove(addressFile(c)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(err, stopEmbedded(server))
	}
	return server, nil
}

// embedded says where the embedded server lives.
func embedded(c *config) postgres.Options {
	return postgres.Options{Parts: c.Parts, Runtime: filepath.Join(c.Data, "runtime"), Data: filepath.Join(c.Data, "postgres")}
}

// stopEmbedded stops a server that a command has started for itself.
func stopEmbedded(server *postgres.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return server.Stop(ctx)
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

// addressFile is where serve leaves the address of the embedded server's
// superuser, for psql-url and backup.
func addressFile(c *config) string { return filepath.Join(c.Data, "psql-url") }

// leaveAddress writes the address file; it is for us alone.
func leaveAddress(c *config, db *database) error {
	if db.server == nil {
		return nil
	}
	address := db.server.URL(postgres.Superuser, postgres.Database)
	if err := os.WriteFile(addressFile(c), []byte(address+"\n"), 0o600); err != nil {
		return fmt.Errorf("leave the database's address: %w", err)
	}
	return nil
}

// leftAddress reads what a running serve has left.
func leftAddress(c *config) (string, error) {
	address, err := os.ReadFile(addressFile(c))
	return strings.TrimSpace(string(address)), err
}

// psqlCommand prints how an operator reaches the database.
type psqlCommand struct{}

// Run prints the address that a running serve has left.
func (psqlCommand) Run(c *config) error {
	if c.Database != "" {
		return errors.New("the database is the one of DATABASE_URL")
	}
	address, err := leftAddress(c)
	if err != nil {
		return errors.New("the embedded PostgreSQL does not run; start the coach first")
	}
	fmt.Println(address)
	return nil
}
