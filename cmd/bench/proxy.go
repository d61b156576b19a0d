package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"
)

// serveProxy is Go's reverse proxy, streaming, until standard input ends. It
// prints its address.
func serveProxy(upstream string) error {
	target, err := url.Parse(upstream)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		FlushInterval: -1,
	}}
	fmt.Println("http://" + l.Addr().String())
	go func() { // as long as the program
		_, _ = io.Copy(io.Discard, os.Stdin)
		server.Close()
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// proxy is the process of serveProxy.
type proxy struct {
	cmd     *exec.Cmd
	stdin   io.Closer
	address string
	client  *http.Client
}

// startProxy runs this program again, so that the proxy has a process of its
// own, as the coach has.
func startProxy(upstream string) (*proxy, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "--proxy="+upstream)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &proxy{cmd: cmd, stdin: stdin, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1024}}}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		p.close()
		return nil, fmt.Errorf("the proxy did not start: %w", err)
	}
	p.address = strings.TrimSpace(line)
	return p, nil
}

func (p *proxy) close() {
	p.client.CloseIdleConnections()
	p.stdin.Close()
	_ = p.cmd.Wait() // it has nothing to lose
}

// read asks for the stream through the proxy and notes when its sentences
// arrive.
func (p *proxy) read(ctx context.Context, s *stream) error {
	type message struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	}
	body, err := json.Marshal(map[string]any{"model": "scripted", "stream": true, "messages": []message{{"user", s.message}}})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.address+"/v1/chat/completions", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	s.said = time.Now()
	answer, err := p.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("through the proxy: %s", answer.Status)
	}
	ends, arrived := s.script.ends(), 0
	buffer := make([]byte, 4096)
	for {
		n, err := answer.Body.Read(buffer)
		now := time.Now()
		if arrived += n; n > 0 {
			s.bytes(arrived, ends, now)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
