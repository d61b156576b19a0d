package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// oldest is the first version whose CREATEROLE does not reach roles of others.
const oldest = 160000

// PrepareForeign looks whether Innerwork can work on a database that somebody else
// runs, and creates the extension vector there when the role may. Every refusal says
// what to change; none shows the password.
func PrepareForeign(ctx context.Context, url string) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err) // pgx leaves the password out
	}
	// A pooler may hand each statement to another server session, which prepared
	// statements do not survive: then this check would fail without saying why.
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	c, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("DATABASE_URL: the database does not answer: %w", err)
	}
	defer c.Close(context.WithoutCancel(ctx))
	if err := checkRole(ctx, c); err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	if err := checkPooler(ctx, c, config); err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	if err := createVector(ctx, c, config.Database); err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	return nil
}

func checkRole(ctx context.Context, c *pgx.Conn) error {
	var version int
	var name, shown string
	var super, bypass, createRole bool
	// Membership counts too: SET ROLE would be one statement away.
	err := c.QueryRow(ctx, `select current_setting('server_version_num')::int, current_setting('server_version'),
		current_user::text,
		exists (select from pg_roles r where r.rolsuper and pg_has_role(r.oid, 'member')),
		exists (select from pg_roles r where r.rolbypassrls and pg_has_role(r.oid, 'member')),
		(select rolcreaterole from pg_roles where rolname = current_user)`).
		Scan(&version, &shown, &name, &super, &bypass, &createRole)
	if err != nil {
		return fmt.Errorf("look at the role: %w", err)
	}
	quoted := pgx.Identifier{name}.Sanitize()
	switch {
	case version < oldest:
		return fmt.Errorf("PostgreSQL %s is too old; Innerwork needs 16 or newer", shown)
	case super:
		return fmt.Errorf("the role %s is a superuser or may become one, so row-level security would not bind it; "+
			"make one that is not: CREATE ROLE innerwork LOGIN CREATEROLE PASSWORD '...';", quoted)
	case bypass:
		return fmt.Errorf("the role %s bypasses row-level security or may become one that does; "+
			"run as an administrator: ALTER ROLE %s NOBYPASSRLS;", quoted, quoted)
	case !createRole:
		return fmt.Errorf("the role %s may not create roles; run as an administrator: ALTER ROLE %s CREATEROLE;", quoted, quoted)
	}
	return nil
}

// checkPooler refuses a pooler that gives out server sessions by transaction: LISTEN
// and advisory locks do not work behind it. While a second connection is inside a
// transaction, it holds a server session that the first must not have had or get.
func checkPooler(ctx context.Context, first *pgx.Conn, config *pgx.ConnConfig) error {
	before, err := session(ctx, first)
	if err != nil {
		return err
	}
	second, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("a second connection: %w", err)
	}
	defer second.Close(context.WithoutCancel(ctx))
	tx, err := second.Begin(ctx)
	if err != nil {
		return fmt.Errorf("a second connection: %w", err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) //nolint:errcheck // nothing was written
	other, err := session(ctx, tx.Conn())
	if err != nil {
		return err
	}
	after, err := session(ctx, first)
	if err != nil {
		return err
	}
	if before != after || before == other {
		return errors.New("there is a pooler before the database that shares sessions between connections " +
			"(PgBouncer's transaction mode), and LISTEN does not work through it; " +
			"connect to PostgreSQL itself or set pool_mode = session")
	}
	return nil
}

func session(ctx context.Context, c *pgx.Conn) (pid int, err error) {
	if err = c.QueryRow(ctx, `select pg_backend_pid()`).Scan(&pid); err != nil {
		return 0, fmt.Errorf("look at the session: %w", err)
	}
	return pid, nil
}

func createVector(ctx context.Context, c *pgx.Conn, database string) error {
	_, err := c.Exec(ctx, `create extension if not exists vector`)
	var refusal *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refusal) && refusal.Code == "42501": // insufficient_privilege
		return fmt.Errorf("the database %s has no pgvector, and this role may not create it; "+
			"run in that database as an administrator: CREATE EXTENSION vector;", pgx.Identifier{database}.Sanitize())
	case errors.As(err, &refusal) && (refusal.Code == "0A000" || refusal.Code == "58P01"): // no such extension
		return fmt.Errorf("the server has no pgvector; install it there, then run as an administrator: "+
			"CREATE EXTENSION vector; (%w)", err)
	default:
		return fmt.Errorf("create the extension vector: %w", err)
	}
}
