package postgres

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
)

func TestForeignDatabases(t *testing.T) {
	t.Parallel()
	// In a runtime of its own vector is trusted, as hosted databases have it.
	o := options(t, filepath.Join(tempFolder(t), "data"))
	o.Runtime = filepath.Join(tempFolder(t), "runtime")
	install, err := unpack(o.Parts, o.Runtime)
	if err != nil {
		t.Fatal(err)
	}
	control, err := os.OpenFile(filepath.Join(install, "share", "extension", "vector.control"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := control.WriteString("\ntrusted = true\n"); err != nil {
		t.Fatal(err)
	}
	if err := control.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, s) })
	super := connect(t, s.URL(Superuser, "postgres"))
	execute(t, super, `create role passes login createrole bypassrls;
		create role makes_none login;
		create role climbs login createrole in role postgres`)
	execute(t, super, "create database bare template template0 owner innerwork")
	execute(t, super, "create database shared template template0")
	pooled := poolByTransaction(t, s)

	for name, one := range map[string]struct{ url, refusal string }{
		"our own":              {s.URL(Role, Database), ""},
		"may create vector":    {s.URL(Role, "bare"), ""},
		"superuser":            {s.URL(Superuser, Database), "is a superuser or may become one"},
		"member of superuser":  {s.URL("climbs", Database), "is a superuser or may become one"},
		"bypasses":             {s.URL("passes", Database), `ALTER ROLE "passes" NOBYPASSRLS;`},
		"creates no roles":     {s.URL("makes_none", Database), `ALTER ROLE "makes_none" CREATEROLE;`},
		"may not make vector":  {s.URL(Role, "shared"), "CREATE EXTENSION vector;"},
		"no such database":     {s.URL(Role, "nowhere"), "does not answer"},
		"pooled":               {pooled, "PgBouncer"},
		"an address of nobody": {"postgres://somebody:open-sesame@127.0.0.1:1/x?sslmode=disable", "does not answer"},
		"no address":           {"postgres://somebody:open-sesame@[/", "DATABASE_URL"},
	} {
		err := PrepareForeign(t.Context(), one.url)
		switch {
		case one.refusal == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case one.refusal != "" && (err == nil || !strings.Contains(err.Error(), one.refusal)):
			t.Errorf("%s: %v", name, err)
		case err != nil && strings.Contains(err.Error(), "open-sesame"):
			t.Errorf("%s: the refusal shows the password", name)
		}
	}
	if got := one[bool](t, connect(t, s.URL(Role, "bare")), "select exists (select from pg_extension where extname = 'vector')"); !got {
		t.Error("vector was not created where the role may")
	}
}

// poolByTransaction stands before the server as a pooler does: it gives one of two
// server sessions, the one used last if it is free, to each transaction.
func poolByTransaction(t *testing.T, s *Server) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	sessions := make(chan *pgproto3.Frontend, 1)
	spare := connect(t, s.URL(Role, Database)).PgConn().Frontend()
	sessions <- connect(t, s.URL(Role, Database)).PgConn().Frontend()
	var clients sync.WaitGroup
	t.Cleanup(func() { listener.Close(); clients.Wait() })
	clients.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			clients.Go(func() {
				defer conn.Close()
				err := serveClient(conn, sessions, spare)
				if err != nil && !errors.Is(err, net.ErrClosed) && context.Cause(t.Context()) == nil {
					t.Log("a pooled client ended:", err)
				}
			})
		}
	})
	return "postgres://" + Role + "@" + listener.Addr().String() + "/" + Database + "?sslmode=disable"
}

func serveClient(conn net.Conn, sessions chan *pgproto3.Frontend, spare *pgproto3.Frontend) error {
	client := pgproto3.NewBackend(conn, conn)
	if _, err := client.ReceiveStartupMessage(); err != nil {
		return err
	}
	client.Send(&pgproto3.AuthenticationOk{})
	client.Send(&pgproto3.ParameterStatus{Name: "standard_conforming_strings", Value: "on"})
	client.Send(&pgproto3.ParameterStatus{Name: "client_encoding", Value: "UTF8"})
	client.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	var held *pgproto3.Frontend // the session of a transaction that is open
	for {
		if err := client.Flush(); err != nil {
			return err
		}
		message, err := client.Receive()
		if err != nil {
			return err
		}
		query, ok := message.(*pgproto3.Query)
		if !ok {
			return nil // terminate
		}
		server := held
		if server == nil {
			select {
			case server = <-sessions:
			default:
				server = spare
			}
		}
		server.Send(query)
		if err := server.Flush(); err != nil {
			return err
		}
		for idle := false; !idle; {
			answer, err := server.Receive()
			if err != nil {
				return err
			}
			client.Send(answer)
			ready, ok := answer.(*pgproto3.ReadyForQuery)
			if idle = ok; !ok {
				if err := client.Flush(); err != nil { // the answer's memory is used again
					return err
				}
				continue
			}
			held = server
			if ready.TxStatus == 'I' {
				held = nil
				if server != spare {
					sessions <- server
				}
			}
		}
	}
}
