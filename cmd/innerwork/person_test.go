package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
)

// frame is a JSON object, as the pages and the socket carry it.
type frame map[string]any

// person is a program that acts for one person, over HTTP.
type person struct {
	t       testing.TB
	address string
	session string // as a bearer
	client  *http.Client
	replies *sync.Map // by conversation, the last that one of her sockets was told of
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func visitor(p *program) *person {
	transport := &http.Transport{}
	p.t.Cleanup(transport.CloseIdleConnections)
	return &person{t: p.t, address: p.address, client: &http.Client{Transport: transport, Timeout: limit}, replies: &sync.Map{}}
}

const password = "a long walk by the river"

// firstLeader makes the first account, with her consent.
func firstLeader(p *program) *person {
	p.t.Helper()
	she := visitor(p)
	she.want(201, "POST", "/api/setup", frame{"name": "Mara", "password": password, "zone": "Europe/Vienna"})
	she.consent()
	return she
}

// signIn is the same account on another start of the program, or another node.
func signIn(p *program) *person {
	p.t.Helper()
	she := visitor(p)
	she.want(200, "POST", "/api/sign-in", frame{"name": "Mara", "password": password})
	return she
}

func (p *person) consent() {
	p.t.Helper()
	text := p.want(200, "GET", "/api/state", nil)["consent"].(map[string]any)
	p.want(204, "POST", "/api/me/consent", frame{"version": text["version"]})
}

// begin begins a conversation.
func (p *person) begin() string {
	p.t.Helper()
	id := newID()
	p.want(201, "POST", "/api/conversations", frame{"id": id, "practice": "identity"})
	return id
}

// want asks, and fails unless the answer has the status.
func (p *person) want(status int, method, path string, body frame) frame {
	p.t.Helper()
	got, answer, err := p.ask(method, path, body)
	if err != nil || got != status {
		p.t.Fatalf("%s %s: status %d, want %d: %v %v", method, path, got, status, answer, err)
	}
	return answer
}

// ask makes a request and keeps the session that the answer may begin.
func (p *person) ask(method, path string, body frame) (status int, answer frame, err error) {
	p.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	if body == nil {
		text = nil
	}
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.address+path, strings.NewReader(string(text)))
	if err != nil {
		p.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if p.session != "" {
		r.Header.Set("Authorization", "Bearer "+p.session)
	}
	res, err := p.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		p.session = c.Value
	}
	data, err := io.ReadAll(res.Body)
	if err == nil && strings.Contains(res.Header.Get("Content-Type"), "json") {
		err = json.Unmarshal(data, &answer)
	}
	return res.StatusCode, answer, err
}

// invitedLeader is somebody else, whom an operator has invited, with her consent.
func invitedLeader(operator *person) *person {
	operator.t.Helper()
	secret := operator.want(201, "POST", "/api/operator/invitations", nil)["secret"]
	she := *operator
	she.session = ""
	she.want(201, "POST", "/api/invitations/redeem", frame{"secret": secret, "name": "Leader " + newID(), "password": password, "zone": "UTC"})
	she.consent()
	return &she
}
