package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"syscall"
	"time"
)

// ports are the addresses that the program has taken. They are taken before
// anything else is begun.
type ports struct {
	web     net.Listener
	metrics net.Listener // nil when it has none of its own
	tls     *tls.Config  // nil without
}

// takePorts says what to do about one that cannot be taken.
func takePorts(c *config) (p ports, err error) {
	if c.TLSCert != "" {
		certificate, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
		if err != nil {
			return p, fmt.Errorf("INNERWORK_TLS_CERT and INNERWORK_TLS_KEY: %w", err)
		}
		p.tls = &tls.Config{Certificates: []tls.Certificate{certificate}}
	}
	if p.web, err = listen("INNERWORK_LISTEN", c.Listen); err != nil {
		return p, err
	}
	if c.Metrics == "" {
		return p, nil
	}
	if p.metrics, err = listen("INNERWORK_METRICS", c.Metrics); err != nil {
		return p, errors.Join(err, p.close())
	}
	return p, nil
}

// close gives back what no server has taken over.
func (p ports) close() (err error) {
	for _, l := range []net.Listener{p.web, p.metrics} {
		if l == nil {
			continue
		}
		if closing := l.Close(); closing != nil && !errors.Is(closing, net.ErrClosed) {
			err = errors.Join(err, closing)
		}
	}
	return err
}

func (p ports) scheme() string {
	if p.tls != nil {
		return "https"
	}
	return "http"
}

func listen(key, address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use, perhaps by another Innerwork; stop it, or choose another address with %s", address, key)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s (%s): %w", address, key, err)
	}
	return listener, nil
}

// serving are the servers on the ports.
type serving struct {
	servers []*http.Server
	failed  chan error // of one that ended by itself
	running sync.WaitGroup
}

// serve begins to answer on the ports.
func (p ports) serve(web, metrics http.Handler, log *slog.Logger) *serving {
	s := &serving{failed: make(chan error, 2)}
	begin := func(l net.Listener, h http.Handler, secure *tls.Config) {
		server := &http.Server{
			Handler: h, TLSConfig: secure, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
			ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		}
		s.servers = append(s.servers, server)
		s.running.Go(func() {
			var err error
			if secure != nil {
				err = server.ServeTLS(l, "", "")
			} else {
				err = server.Serve(l)
			}
			if !errors.Is(err, http.ErrServerClosed) {
				s.failed <- err
			}
		})
	}
	begin(p.web, web, p.tls)
	if p.metrics != nil {
		begin(p.metrics, metrics, nil)
	}
	return s
}

// answers says whether something listens at the address of a server on this
// machine.
func answers(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	port := u.Port()
	if port == "" {
		port = u.Scheme // its usual port, by name
	}
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(u.Hostname(), port), time.Second)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}
