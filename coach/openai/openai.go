// Package openai reaches any chat model that speaks OpenAI's protocol, and is
// the only place that knows how such servers fail.
//
// It keeps true: a reply is finished only when the model gave a reason to
// finish; what a model thinks is never passed on; a request is sent again only
// while nothing was heard and nothing can have been charged; no failure, log or
// error holds a word of the prompt or of the answer. It refuses to follow a
// redirect, since words go only where they were told to.
//
// The requests and the chunks are go-openai's. Its weaknesses are mended around
// it: it is given a body that it can read (events), a clock that it does not
// have (patience), and failures that say what to do (fault).
package openai

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sashabaranov/go-openai"
)

// Config names a model and how long to wait for it. Every zero duration means
// the default beside it.
type Config struct {
	BaseURL string // with the version, "http://localhost:11434/v1"; "" is OpenAI itself
	Key     string // "" where the server asks for none
	Model   string

	FirstToken    time.Duration // of silence before the first token: 60 s
	BetweenTokens time.Duration // of silence after it: 30 s
	Total         time.Duration // of one reply, with everything: 5 min
	AfterFinish   time.Duration // for the usage and the end of a finished reply: 1 s
	LongestWait   time.Duration // that a server may ask for before another try: 30 s

	// Wait passes the time between two tries; nil is the real clock.
	Wait func(context.Context, time.Duration) error
}

// Model is one model on one server. It is safe for use by many replies at once.
type Model struct {
	config    Config
	client    openai.ClientConfig
	address   *url.URL
	transport *http.Transport
}

// New does not call the server: a model that is not there is found out by the
// first reply, and may be there by the next.
func New(c Config) (*Model, error) {
	if c.Model == "" {
		return nil, errors.New("OPENAI_MODEL must name a model")
	}
	client := openai.DefaultConfig(c.Key)
	if c.BaseURL != "" {
		client.BaseURL = c.BaseURL
	}
	address, err := url.Parse(client.BaseURL)
	if err != nil || address.Hostname() == "" || (address.Scheme != "http" && address.Scheme != "https") {
		return nil, errors.New("OPENAI_BASE_URL must start with http:// or https:// and name a server")
	}
	if address.User != nil || address.RawQuery != "" || address.Fragment != "" {
		return nil, errors.New("OPENAI_BASE_URL must be a plain address; a key belongs in OPENAI_API_KEY")
	}
	for _, d := range []struct {
		set      *time.Duration
		standard time.Duration
	}{
		{&c.FirstToken, time.Minute},
		{&c.BetweenTokens, 30 * time.Second},
		{&c.Total, 5 * time.Minute},
		{&c.AfterFinish, time.Second},
		{&c.LongestWait, 30 * time.Second},
	} {
		if *d.set < 0 {
			return nil, errors.New("a time limit of the model cannot be negative")
		}
		if *d.set == 0 {
			*d.set = d.standard
		}
	}
	if c.Wait == nil {
		c.Wait = wait
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxResponseHeaderBytes = 64 << 10
	transport.DisableCompression = true // a compressed stream arrives in lumps
	m := &Model{config: c, client: client, address: address, transport: transport}
	if !m.Leaves() {
		transport.Proxy = nil // the environment's may be another machine
	}
	return m, nil
}

// Name is the model's own.
func (m *Model) Name() string { return m.config.Model }

// Host is the server's name, with its port if the address has one.
func (m *Model) Host() string { return m.address.Host }

// Leaves says whether words sent to the model leave this machine. In doubt they
// do: a name counts as this machine only when it can be nothing else.
func (m *Model) Leaves() bool {
	name := strings.ToLower(strings.TrimSuffix(m.address.Hostname(), "."))
	if name == "localhost" {
		return false
	}
	ip := net.ParseIP(name)
	return ip == nil || !ip.IsLoopback() && !ip.IsUnspecified()
}

// Close gives up the connections that no reply uses.
func (m *Model) Close() error {
	m.transport.CloseIdleConnections()
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
