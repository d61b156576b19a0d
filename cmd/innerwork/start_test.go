package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestStartPrintsWhereToGo(t *testing.T) {
	t.Parallel()
	p := start(t, setup{data: newData(t)})
	if len(p.token) < 20 {
		t.Errorf("the token is %q", p.token)
	}
	if !strings.Contains(p.stdout.String(), "nothing leaves this machine") {
		t.Errorf("it does not say who speaks:\n%s", p.stdout)
	}
	she := firstLeader(p)
	id := she.begin()
	s := she.socket(id)
	if replies, _ := s.ends(id, 1); replies[0]["state"] != "complete" {
		t.Errorf("the opening ended as %v", replies[0])
	}
}

func TestPortInUseIsNamed(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	data := newData(t)
	p, code := toEnd(t, setup{data: data, env: []string{"INNERWORK_LISTEN=" + taken.Addr().String()}})
	wantRefusal(t, p, code, taken.Addr().String()+" is in use", "INNERWORK_LISTEN")
	if _, err := os.Stat(filepath.Join(data, "postgres")); err == nil {
		t.Error("it began to write data")
	}
}
