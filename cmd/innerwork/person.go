package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/google/uuid"

	"innerwork/memory"
	"innerwork/memory/postgres"
)

// personCommand is for whoever runs the server and cannot sign in: an operator
// who is locked out has nobody to ask.
type personCommand struct {
	List  personList  `cmd:"" help:"List accounts: names and roles, nothing that anybody wrote."`
	Reset personReset `cmd:"" help:"End every session of an account and print a recovery code for it."`
}

type personList struct{}

// Run prints the accounts.
func (personList) Run(ctx context.Context, c *config) error {
	return withStore(ctx, c, func(store *memory.Store) error {
		people, err := store.People(ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "NAME\tROLES\tSINCE\t")
		for _, p := range people {
			var roles []string
			for _, r := range p.Roles {
				roles = append(roles, string(r))
			}
			state := ""
			if p.DisabledAt != nil {
				state = "disabled"
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", p.Name, strings.Join(roles, " "), p.CreatedAt.Format("2006-01-02"), state)
		}
		return table.Flush()
	})
}

type personReset struct {
	Name string `arg:"" help:"What the person signs in with."`
}

// Run resets the account. It is in the person's audit, and she is told when
// she signs in next.
func (r personReset) Run(ctx context.Context, c *config) error {
	return withStore(ctx, c, func(store *memory.Store) error {
		people, err := store.People(ctx)
		if err != nil {
			return err
		}
		for _, p := range people {
			if !strings.EqualFold(p.Name, r.Name) {
				continue
			}
			codes, err := store.Reset(ctx, uuid.Nil, p.ID) // by nobody who signed in
			if err != nil {
				return err
			}
			fmt.Printf("%s is signed out everywhere. This code sets a new password once, within 48 hours (Sign in → I cannot get in):\n\n  %s\n",
				p.Name, strings.Join(codes, "\n  "))
			return nil
		}
		return fmt.Errorf("there is no account %q; `innerwork person list` shows them", r.Name)
	})
}

// withStore opens what is kept, whether the coach runs or not.
func withStore(ctx context.Context, c *config, do func(*memory.Store) error) error {
	return withStoreOf(ctx, c, memory.Config{Log: slog.New(slog.DiscardHandler)}, do)
}

// withStoreOf is withStore of a store with an embedder, or other than usual.
func withStoreOf(ctx context.Context, c *config, opening memory.Config, do func(*memory.Store) error) (err error) {
	address := c.Database
	if address == "" {
		if !postgres.HasCluster(embedded(c).Data) {
			return fmt.Errorf("nothing is kept in %s; is INNERWORK_DATA what it is for the coach?", c.Data)
		}
		super, done, failed := reach(ctx, c)
		if failed != nil {
			return failed
		}
		defer func() { err = errors.Join(err, done()) }()
		as, failed := url.Parse(super)
		if failed != nil {
			return fmt.Errorf("address of the database: %w", failed)
		}
		as.User = url.User(postgres.Role)
		address = as.String()
	}
	opening.URL = address
	store, err := memory.Open(ctx, opening)
	if err != nil {
		return err
	}
	defer store.Close()
	return do(store)
}
