package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// provision makes sure of the role, the database and the extension, at every start.
func provision(ctx context.Context, s *Server) error {
	if err := s.ensureVector(ctx, "template1"); err != nil {
		return err
	}
	if err := s.ensureDatabase(ctx); err != nil {
		return err
	}
	if err := s.ensureVector(ctx, Database); err != nil {
		return err
	}
	return s.unpublish(ctx) // what a rewrite left that did not come to its end
}

// ensureVector brings the extension to the version of the parts. In template1 it
// reaches every database made later, which restore and tests need: vector's creator
// must be a superuser, and they work as less.
func (s *Server) ensureVector(ctx context.Context, database string) error {
	return s.asSuperuser(ctx, database, func(c *pgx.Conn) error {
		var installed, current bool
		err := c.QueryRow(ctx, `select installed_version is not null,
			coalesce(installed_version = default_version, false)
			from pg_available_extensions where name = 'vector'`).Scan(&installed, &current)
		switch {
		case err != nil:
		case !installed:
			_, err = c.Exec(ctx, `create extension vector`)
		case !current:
			_, err = c.Exec(ctx, `alter extension vector update`)
		}
		if err != nil {
			return fmt.Errorf("extension vector in %s: %w", database, err)
		}
		return nil
	})
}

func (s *Server) ensureDatabase(ctx context.Context) error {
	return s.asSuperuser(ctx, "postgres", func(c *pgx.Conn) error {
		var role, asItShould, database bool
		err := c.QueryRow(ctx, `select
			exists (select from pg_roles where rolname = $1),
			exists (select from pg_roles where rolname = $1 and rolcanlogin and rolcreaterole
				and not (rolsuper or rolbypassrls or rolcreatedb or rolreplication)),
			exists (select from pg_database where datname = $2)`, Role, Database).
			Scan(&role, &asItShould, &database)
		if err != nil {
			return fmt.Errorf("look for role and database: %w", err)
		}
		if !role {
			if _, err := c.Exec(ctx, "create role "+Role); err != nil {
				return fmt.Errorf("role %s: %w", Role, err)
			}
		}
		if !asItShould {
			_, err := c.Exec(ctx, "alter role "+Role+" login createrole nosuperuser nobypassrls nocreatedb noreplication")
			if err != nil {
				return fmt.Errorf("role %s: %w", Role, err)
			}
		}
		if !database {
			if _, err := c.Exec(ctx, "create database "+Database+" owner "+Role); err != nil {
				return fmt.Errorf("database %s: %w", Database, err)
			}
		}
		return nil
	})
}

func (s *Server) asSuperuser(ctx context.Context, database string, do func(*pgx.Conn) error) error {
	c, err := pgx.Connect(ctx, s.URL(Superuser, database))
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	return do(c)
}
