package memory

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// The roles of the database, none of them superuser or able to bypass row
// security. grants.sql says what each may do.
const (
	roleAct      = "innerwork_act"
	rolePipeline = "innerwork_pipeline"
	roleSystem   = "innerwork_system"
	roleReader   = "innerwork_reader"  // owns the desk's functions; cannot sign in
	roleCounter  = "innerwork_counter" // owns the operator's counts; cannot sign in
)

// rolePassword derives a role's password from that of the role that makes it,
// so that every node has the same without another secret to keep. A server
// that asks no password of the maker asks none of the others.
func rolePassword(maker, role string) string {
	if maker == "" {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(maker))
	mac.Write([]byte("innerwork role " + role))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// makeRoles creates the roles that are missing and sets their passwords.
func makeRoles(ctx context.Context, conn *pgx.Conn) error {
	for _, role := range []string{roleAct, rolePipeline, roleSystem, roleReader, roleCounter} {
		var there bool
		if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)`, role).Scan(&there); err != nil {
			return fmt.Errorf("look for role %s: %w", role, err)
		}
		login, owns := "LOGIN", role == roleReader || role == roleCounter
		if owns {
			login = "NOLOGIN"
		}
		if !there {
			if _, err := conn.Exec(ctx, fmt.Sprintf(`CREATE ROLE %s %s NOINHERIT NOCREATEDB NOCREATEROLE`, role, login)); err != nil {
				return fmt.Errorf("create role %s (the role of DATABASE_URL needs CREATEROLE): %w", role, err)
			}
		}
		if password := rolePassword(conn.Config().Password, role); password != "" && !owns {
			// A role statement takes no parameters; the derived password is base64url, so it needs no quoting.
			if _, err := conn.Exec(ctx, fmt.Sprintf(`ALTER ROLE %s PASSWORD '%s'`, role, password)); err != nil {
				return fmt.Errorf("set the password of role %s (it must have been created by the role of DATABASE_URL): %w", role, err)
			}
		}
	}
	// Their functions are handed over to these two: for that the maker must be
	// able to become them.
	for _, role := range []string{roleReader, roleCounter} {
		if _, err := conn.Exec(ctx, `GRANT `+role+` TO CURRENT_USER WITH SET TRUE, INHERIT FALSE`); err != nil {
			return fmt.Errorf("become role %s: %w", role, err)
		}
	}
	return nil
}

// MakeRoles creates the roles that a backup's grants name, without migrating.
func MakeRoles(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return makeRoles(ctx, conn)
}
