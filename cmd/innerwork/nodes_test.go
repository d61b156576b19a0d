package main

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"

	"innerwork/memory/postgres"
)

// twoNodes run on one PostgreSQL that the test runs.
type twoNodes struct {
	t      *testing.T
	server *postgres.Server
	db     *pgx.Conn
	model  *mirrors
	setup  setup
	one    *program // the one where she is, and that is lost
	other  *program
	she    *person
	begins int // replies on the one node
}

func newTwoNodes(t *testing.T) *twoNodes {
	t.Helper()
	n := &twoNodes{t: t, server: durable(t), model: newMirrors(t)}
	n.setup = setup{env: n.model.env("DATABASE_URL=" + n.server.URL(postgres.Role, postgres.Database))}
	n.one = start(t, n.setup)
	n.other = start(t, n.setup)
	n.db = behind(t, n.server)
	n.she = firstLeader(n.one)
	return n
}

// at is she on one of the nodes, with the same session.
func (n *twoNodes) at(p *program) *person {
	there := *n.she
	there.address = p.address
	return &there
}

// metric is the sum of a metric over its labels.
func (p *person) metric(name string) (sum float64) {
	p.t.Helper()
	res, err := p.client.Get(p.address + "/metrics")
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 {
		p.t.Fatalf("metrics: status %d: %v", res.StatusCode, err)
	}
	for _, line := range regexp.MustCompile(`(?m)^`+name+`(?:\{.*\})? (\S+)$`).FindAllStringSubmatch(string(text), -1) {
		n, err := strconv.ParseFloat(line[1], 64)
		if err != nil {
			p.t.Fatal(fmt.Errorf("metric %s: %w", name, err))
		}
		sum += n
	}
	return sum
}
