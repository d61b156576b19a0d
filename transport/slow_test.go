package transport

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"innerwork/coach"
)

// stalling is a listener whose connections, when armed, take no more than a
// few bytes, as if the network's buffers were full and nobody read.
type stalling struct {
	net.Listener
	armed atomic.Bool
	stuck chan struct{} // one for each connection, when it takes no more
}

func (l *stalling) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil || !l.armed.Load() {
		return conn, err
	}
	return &stalledConn{Conn: conn, room: 16 << 10, stuck: l.stuck, closed: make(chan struct{})}, nil
}

type stalledConn struct {
	net.Conn
	room     int
	stuck    chan<- struct{}
	deadline atomic.Pointer[time.Time]
	once     sync.Once
	closed   chan struct{}
}

func (c *stalledConn) SetWriteDeadline(t time.Time) error {
	c.deadline.Store(&t)
	return c.Conn.SetWriteDeadline(t)
}

func (c *stalledConn) Write(p []byte) (int, error) {
	if c.room -= len(p); c.room >= 0 {
		return c.Conn.Write(p)
	}
	c.stuck <- struct{}{}
	select {
	case <-time.After(time.Until(*c.deadline.Load())):
		return 0, os.ErrDeadlineExceeded
	case <-c.closed:
		return 0, net.ErrClosed
	}
}

func (c *stalledConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

func newStalling() (*stalling, func(*world, *Config)) {
	l := &stalling{stuck: make(chan struct{}, 1000)}
	return l, func(w *world, _ *Config) {
		w.listen = func(inner net.Listener) net.Listener { l.Listener = inner; return l }
	}
}

// D7. Not parallel, because it measures the memory of the process.
func TestReadersThatStopReadingCostNoMemory(t *testing.T) {
	const readers, waiting = 40, 20_000
	stall, with := newStalling()
	w := newWorld(t, with, withLimits(func(l *limits) { l.write = time.Minute; l.farewell = 50 * time.Millisecond }))
	stall.armed.Store(true)
	var stalled []*client
	var conversations []coach.ID
	for i := range readers {
		token, her := w.people.add(fmt.Sprint("Reader", i), coach.RoleLeader)
		conversations = append(conversations, w.talk.begin(her.ID, 0))
		c := w.dial(token)
		c.hello()
		stalled = append(stalled, c)
	}
	stall.armed.Store(false)
	token, her := w.people.add("Quick", coach.RoleLeader)
	quick := w.dial(token)
	quick.hello()
	own := w.talk.begin(her.ID, waiting)
	history := w.talk.history(own)
	w.talk.mu.Lock()
	for _, id := range conversations { // the same history for all, so that it weighs nothing
		w.talk.events[id] = history
	}
	w.talk.mu.Unlock()

	before := inUse()
	for i, c := range stalled {
		c.send(frame{"type": "follow", "conversation": conversations[i], "after": from(0, none)})
	}
	for range readers {
		<-stall.stuck
	}
	grown := (inUse() - before) / readers
	t.Logf("%d bytes for each reader that %d events wait for", grown, waiting)
	if grown > 64<<10 {
		t.Errorf("a reader that stopped reading costs %d bytes", grown)
	}

	quick.send(frame{"type": "follow", "conversation": own, "after": from(0, none)})
	if n := len(quick.catchUp()); n != waiting {
		t.Errorf("one that reads got %d events, want %d", n, waiting)
	}
}

func inUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

func TestTheWriteDeadlineEndsASlowReader(t *testing.T) { // D7
	t.Parallel()
	stall, with := newStalling()
	w := newWorld(t, with, withLimits(func(l *limits) { l.write = 20 * time.Millisecond }))
	token, her := w.people.add("Ada", coach.RoleLeader)
	conversation := w.talk.begin(her.ID, 1000)
	stall.armed.Store(true)
	c := w.dial(token)
	c.hello(conversation)
	<-stall.stuck
	c.wantCut()
	w.server.running.Wait()
	if n := testutil.ToFloat64(w.server.metrics.closes.WithLabelValues("4001")); n != 1 {
		t.Errorf("%v sockets closed as too slow, want 1", n)
	}
}

func TestOneWhoSendsWithoutReadingIsEnded(t *testing.T) {
	t.Parallel()
	stall, with := newStalling()
	w := newWorld(t, with, withLimits(func(l *limits) { l.write = time.Minute; l.farewell = 50 * time.Millisecond }))
	token, her := w.people.add("Ada", coach.RoleLeader)
	conversation := w.talk.begin(her.ID, 1000)
	stall.armed.Store(true)
	c := w.dial(token)
	c.hello(conversation)
	<-stall.stuck
	for range standardLimits().outbox + 1 {
		c.send(frame{"type": "stop", "reply": newID()})
	}
	c.wantCut()
	w.server.running.Wait()
	if n := testutil.ToFloat64(w.server.metrics.closes.WithLabelValues("4001")); n != 1 {
		t.Errorf("%v sockets closed as too slow, want 1", n)
	}
}
