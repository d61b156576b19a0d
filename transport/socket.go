package transport

import (
	"context"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"innerwork/coach"
)

// socket is one open connection of one person. While nothing happens it is one
// goroutine, parked in read. What is to be written is found and written by
// work, which is started when something happens and ends when nothing is left;
// there is never more than one of it. Whoever finds a reason to end the socket
// calls end.
type socket struct {
	server  *Server
	conn    *websocket.Conn
	person  coach.Person // as of the upgrade
	session coach.ID
	token   string

	ctx    context.Context // ends when the decision to end was made
	cancel context.CancelFunc

	mu       sync.Mutex
	working  bool  // work runs
	outbox   []any // *helloFrame, *followFrame, *unfollowFrame: to be done; others: to be written
	hurry    bool  // look at the session now
	alarmed  bool  // the alarm has gone off
	ending   *closing
	readDone chan struct{} // made when the socket begins to end
	cutter   *time.Timer   // cuts a socket that does not end by itself
	late     *time.Timer   // ends one that does not come to look at its session
	alarm    *time.Timer   // for the next ping or look at the session

	// Of read alone:
	greeted   bool
	consented bool
	// Of work alone, but for follow.dirty:
	follows   []*follow
	pingAt    time.Time
	recheckAt time.Time
}

func newSocket(s *Server, conn *websocket.Conn, person coach.Person, session coach.Session, token string) *socket {
	ctx, cancel := context.WithCancel(context.Background())
	return &socket{
		server: s, conn: conn, person: person, session: session.ID,
		token: strings.Clone(token), // else the whole Cookie header lives on with it
		ctx:   ctx, cancel: cancel,
		consented: person.Consented == s.consent.Version,
	}
}

// open begins to read. A socket that was refused is ended before.
func (k *socket) open() {
	l := k.server.limits
	k.server.metrics.sockets.Inc()
	k.conn.SetReadLimit(l.frame)
	k.conn.SetReadDeadline(in(l.hello))
	k.conn.SetPongHandler(func(string) error {
		k.signOfLife()
		return nil
	})
	k.pingAt = in(l.ping)
	// Those that come back together after a restart do not ask together.
	k.recheckAt = in(l.recheck/2 + l.recheck/512*time.Duration(k.session[15]))
	k.mu.Lock()
	k.alarm = time.AfterFunc(k.untilAlarm(), k.ring)
	k.mu.Unlock()
	go k.read()
}

// end decides, once, that the socket ends, and why.
func (k *socket) end(c closing) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ending != nil {
		return
	}
	k.ending = &c
	k.readDone = make(chan struct{})
	k.cutter = time.AfterFunc(k.server.limits.farewell, func() { k.conn.Close() })
	k.cancel()
	k.start()
}

// recheckSoon has the session looked at, and ends the socket if a slow peer
// holds that up.
func (k *socket) recheckSoon() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.late == nil {
		k.late = time.AfterFunc(k.server.limits.farewell, func() { k.end(closeBusy) })
	}
	k.hurry = true
	k.start()
}

// farewell says why, gives the peer a moment to hear it, and hangs up. Hanging
// up at once would reset the connection and take the words back.
func (k *socket) farewell() {
	defer k.conn.Close()
	c := *k.ending
	if c == closeGone {
		return
	}
	k.server.metrics.closes.WithLabelValues(strconv.Itoa(c.code)).Inc()
	if c == closeTooBig {
		<-k.readDone
		return
	}
	for item := k.pop(); item != nil; item = k.pop() { // acknowledgements of what is stored already
		if !isTask(item) && !k.send(item) {
			return
		}
	}
	if !k.send(byeFrame{kindBye, c.code, c.reason}) {
		return
	}
	closeFrame := websocket.FormatCloseMessage(c.code, "")
	if k.conn.WriteControl(websocket.CloseMessage, closeFrame, in(k.server.limits.farewell)) != nil {
		return
	}
	select {
	case <-k.readDone:
	case <-time.After(k.server.limits.farewell * 2 / 3):
	}
}

// leave gives back all that the socket had, when nobody reads any more.
func (k *socket) leave() {
	s := k.server
	defer s.running.Done()
	<-k.readDone
	for _, f := range k.follows {
		f.cancel()
	}
	k.mu.Lock()
	for _, t := range []*time.Timer{k.cutter, k.late, k.alarm} {
		if t != nil {
			t.Stop()
		}
	}
	k.mu.Unlock()
	s.presence.leave(k)
	s.metrics.sockets.Dec()
}

// checkSession ends the socket if its session is over, or if the person lost
// a role since it was opened. In a hurry something has happened to the
// sessions of the person, and not knowing is reason enough to end.
func (k *socket) checkSession(hurry bool) {
	ctx, cancel := context.WithTimeout(k.ctx, k.server.limits.accounts)
	defer cancel()
	person, _, err := k.server.accounts.Session(ctx, k.token)
	switch {
	case err != nil && codeOf(err) == coach.CodeUnknown:
		k.end(closeSignedOut)
		return
	case err != nil && hurry:
		k.end(closeBusy)
		return
	case err != nil:
		return // looked at again in a minute; the parts may be away
	}
	for _, role := range k.person.Roles {
		if !person.Has(role) {
			k.end(closeSignedOut)
			return
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if hurry && k.late != nil {
		k.late.Stop()
		k.late = nil
	}
}

// contained runs f, of which a panic ends this socket only. The panic's value
// may hold words and is not logged.
func (k *socket) contained(f func()) {
	defer func() {
		if recover() != nil {
			k.server.log.Error("a socket panicked", "stack", string(debug.Stack()))
			k.end(closeBusy)
		}
	}()
	f()
}
