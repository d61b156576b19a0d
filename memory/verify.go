package memory

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// wordless lists the tables that hold nobody's words and so need no row-level
// security. A table that is on no list and has none stops the start.
var wordless = []string{
	"people", "person_roles", "consents", "recovery_codes", "sessions", "sign_in_attempts",
	"invitations", "audit", "audit_told", "generations", "goose_db_version",
	"river_job", "river_leader", "river_queue", "river_notification", "river_migration",
}

// conclusions lists the tables that only a person may write.
var conclusions = []string{
	"reflections", "insights", "insight_wordings", "insight_quotes", "commitments",
	"summaries", "lines", "line_quotes", "releases", "answers", "carried", "plans",
}

// verify reads the catalogue and refuses a database in which the promises of
// the schema do not hold, whoever changed it.
func verify(ctx context.Context, conn *pgx.Conn) error {
	for _, check := range []struct{ what, query string }{
		{"tables with words but without forced row-level security", `
			SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname <> ALL ($1)
			  AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`},
		{"roles that row-level security does not bind", `
			SELECT rolname FROM pg_roles
			WHERE (rolname = current_user OR rolname LIKE 'innerwork\_%') AND (rolsuper OR rolbypassrls)
			  AND $1::text[] IS NOT NULL`},
		{"views that run as their owner", `
			SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE n.nspname = 'public' AND c.relkind = 'v' AND $1::text[] IS NOT NULL
			  AND NOT coalesce(c.reloptions @> '{security_invoker=true}', false)`},
	} {
		if err := none(ctx, conn, check.what, check.query, wordless); err != nil {
			return err
		}
	}
	return none(ctx, conn, "conclusions that role "+rolePipeline+" may write", `
		SELECT t || ' (' || p || ')' FROM unnest($1::text[]) t, unnest('{INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) p
		WHERE has_table_privilege('`+rolePipeline+`', t, p)
		   OR (p IN ('INSERT', 'UPDATE') AND has_any_column_privilege('`+rolePipeline+`', t, p))`, conclusions)
}

func none(ctx context.Context, conn *pgx.Conn, what, query string, list []string) error {
	rows, err := conn.Query(ctx, query, list)
	if err != nil {
		return fmt.Errorf("check for %s: %w", what, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("check for %s: %w", what, err)
	}
	if len(found) > 0 {
		return fmt.Errorf("this database does not keep Innerwork's promises: %s: %s", what, strings.Join(found, ", "))
	}
	return nil
}
