package memory_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// as opens a connection that has the rights of one role ("none": of the
// superuser), for one person or for nobody.
func as(t testing.TB, d *memorytest.Database, role string, person memory.ID) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.Super)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	if _, err := conn.Exec(t.Context(), `SET ROLE `+role); err != nil {
		t.Fatal(err)
	}
	if person != uuid.Nil {
		if _, err := conn.Exec(t.Context(), `SELECT set_config('innerwork.person', $1, false)`, person.String()); err != nil {
			t.Fatal(err)
		}
	}
	return conn
}

// state runs a statement in a transaction that is rolled back, and returns the
// SQLSTATE of its refusal, or how many rows it touched.
func state(t testing.TB, conn *pgx.Conn, query string, args ...any) string {
	t.Helper()
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(context.Background())
	tag, err := tx.Exec(t.Context(), query, args...)
	var refusal *pgconn.PgError
	switch {
	case errors.As(err, &refusal):
		return refusal.Code
	case err != nil:
		t.Fatal(err)
	}
	return fmt.Sprint(tag.RowsAffected(), " rows")
}
