package main

import (
	"bufio"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// anotherLeader makes one more account of a leader, with her consent; the first
// leader, who is the operator, invites her.
func anotherLeader(p *program, first *person, name string) *person {
	p.t.Helper()
	secret := first.want(201, "POST", "/api/operator/invitations", nil)["secret"]
	her := visitor(p)
	her.want(201, "POST", "/api/invitations/redeem", frame{"secret": secret, "name": name, "password": password, "zone": "Europe/Vienna"})
	her.consent()
	return her
}

// under is the same person for a test within the test.
func (p *person) under(t testing.TB) *person {
	same := *p
	same.t = t
	return &same
}

// measured are the program's metrics now: name with labels, as printed, to value.
func measured(p *program) map[string]float64 {
	p.t.Helper()
	res, err := http.Get(p.address + "/metrics")
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	all := map[string]float64{}
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		line := lines.Text()
		at := strings.LastIndexByte(line, ' ')
		if strings.HasPrefix(line, "#") || at < 0 {
			continue
		}
		if all[line[:at]], err = strconv.ParseFloat(line[at+1:], 64); err != nil {
			p.t.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil || len(all) == 0 {
		p.t.Fatalf("%d metrics: %v", len(all), err)
	}
	return all
}
