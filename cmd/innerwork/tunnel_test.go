package main

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"
)

// tunnel is a line between a page and the coach that breaks at random bytes, as
// long as it is told to.
type tunnel struct {
	listener net.Listener
	target   string
	address  string // "http://127.0.0.1:port"
	lines    sync.WaitGroup

	mu     sync.Mutex
	chance *rand.Rand
	most   int // how many times it breaks
	cuts   int
	open   map[net.Conn]bool
}

func newTunnel(t testing.TB, address string, seed uint64, cuts int) *tunnel {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	u := &tunnel{
		listener: l, target: strings.TrimPrefix(address, "http://"), address: "http://" + l.Addr().String(),
		chance: rand.New(rand.NewPCG(seed, 1)), most: cuts, open: map[net.Conn]bool{},
	}
	u.lines.Go(u.accept)
	t.Cleanup(u.close)
	return u
}

func (u *tunnel) close() {
	u.listener.Close()
	u.mu.Lock()
	for c := range u.open {
		c.Close()
	}
	u.mu.Unlock()
	u.lines.Wait()
}

func (u *tunnel) accept() {
	for {
		near, err := u.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", u.target)
		if err != nil {
			near.Close()
			continue
		}
		u.mu.Lock()
		u.open[near], u.open[far] = true, true
		u.mu.Unlock()
		u.lines.Go(func() { u.carry(near, far) })
	}
}

// carry passes bytes on until one side closes or the line breaks.
func (u *tunnel) carry(near, far net.Conn) {
	up, down, reset := u.draw()
	broken := make(chan bool, 2)
	pass := func(to, from net.Conn, most int) {
		var err error
		if most < 0 {
			_, err = io.Copy(to, from)
		} else {
			_, err = io.CopyN(to, from, int64(most))
		}
		broken <- err == nil && most >= 0
	}
	go pass(far, near, up)
	go pass(near, far, down)
	cut := <-broken
	if cut && reset { // what is on its way is thrown away, too
		for _, c := range []net.Conn{near, far} {
			_ = c.(*net.TCPConn).SetLinger(0)
		}
	}
	_ = errors.Join(near.Close(), far.Close())
	<-broken
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.open, near)
	delete(u.open, far)
	if cut {
		u.cuts++
	}
}

// draw says after how many bytes each direction breaks; -1 is never.
func (u *tunnel) draw() (up, down int, reset bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.cuts >= u.most {
		return -1, -1, false
	}
	reset = u.chance.IntN(2) == 0
	if u.chance.IntN(4) == 0 { // while she asks, or says something
		return u.chance.IntN(1500), -1, reset
	}
	return -1, u.chance.IntN(1 << (6 + u.chance.IntN(8))), reset
}

func (u *tunnel) broke() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.cuts
}

func (u *tunnel) calm() bool { return u.broke() >= u.most }
