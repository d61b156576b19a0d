package main

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"innerwork/memory/postgres"
)

// durable is a PostgreSQL that a test runs for several nodes, as durable as the
// program's own.
func durable(t testing.TB) *postgres.Server {
	t.Helper()
	folder := parts(t)
	server, err := postgres.Start(t.Context(), postgres.Options{Parts: folder, Runtime: folder + "/runtime", Data: newFolder(t) + "/postgres"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stopEmbedded(server); err != nil {
			t.Error(err)
		}
	})
	return server
}

// behind is a connection of the superuser to the tests' own PostgreSQL.
func behind(t testing.TB, server *postgres.Server) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.URL(postgres.Superuser, postgres.Database))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(t.Context()) })
	var durable string
	err = conn.QueryRow(t.Context(), `SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit')`).Scan(&durable)
	if err != nil || durable != "on on" {
		t.Fatalf("fsync and synchronous_commit are %q: %v", durable, err)
	}
	return conn
}

// storing says whether a role is in a transaction that changes a conversation,
// in the state of pg_stat_activity that the condition asks for.
func storing(t testing.TB, db *pgx.Conn, role, condition string) (there bool) {
	t.Helper()
	err := db.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_stat_activity
		WHERE usename = $1 AND query LIKE 'UPDATE conversations%' AND `+condition+`)`, role).Scan(&there)
	if err != nil {
		t.Fatal(err)
	}
	return there
}
