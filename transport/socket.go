package transport

import (
	"context"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"innerwork/coach"
)

// socket is one open connection of one person. Two goroutines have it: run
// writes, owns the follows and waits for the other; read reads and hands over
// through the outbox. Whoever finds a reason to end it calls end.
type socket struct {
	server  *Server
	conn    *websocket.Conn
	person  coach.Person // as of the upgrade
	session coach.ID
	token   string

	outbox   chan any      // *helloFrame, *followFrame, *unfollowFrame: to be done; others: to be written
	hurry    chan struct{} // look at the session now
	readDone chan struct{}

	ctx    context.Context // ends when the decision to end was made
	cancel context.CancelFunc

	mu     sync.Mutex
	ending *closing
	cutter *time.Timer // cuts a socket that does not end by itself
	late   *time.Timer // ends one that does not come to look at its session

	// Of the reader alone:
	greeted   bool
	consented bool
	// Of the writer alone:
	follows []*follow
}

func newSocket(s *Server, conn *websocket.Conn, person coach.Person, session coach.Session, token string) *socket {
	ctx, cancel := context.WithCancel(context.Background())
	return &socket{
		server: s, conn: conn, person: person, session: session.ID, token: token,
		outbox: make(chan any, s.limits.outbox), hurry: make(chan struct{}, 1), readDone: make(chan struct{}),
		ctx: ctx, cancel: cancel,
		consented: person.Consented == s.consent.Version,
	}
}

// end decides, once, that the socket ends, and why.
func (k *socket) end(c closing) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ending != nil {
		return
	}
	k.ending = &c
	k.cutter = time.AfterFunc(k.server.limits.farewell, func() { k.conn.Close() })
	k.cancel()
}

// recheckSoon has the writer look at the session, and ends the socket if the
// writer cannot come, being held up by a slow peer.
func (k *socket) recheckSoon() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.late == nil {
		k.late = time.AfterFunc(k.server.limits.farewell, func() { k.end(closeBusy) })
	}
	select {
	case k.hurry <- struct{}{}:
	default:
	}
}

func (k *socket) run() {
	s := k.server
	defer s.running.Done()
	s.metrics.sockets.Inc()
	defer s.metrics.sockets.Dec()
	defer s.presence.leave(k)
	go k.read()
	k.write()
	k.farewell()
	<-k.readDone
	for _, f := range k.follows {
		f.cancel()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cutter.Stop()
	if k.late != nil {
		k.late.Stop()
	}
}

// farewell says why, gives the peer a moment to hear it, and hangs up. Hanging
// up at once would reset the connection and take the words back.
func (k *socket) farewell() {
	defer k.conn.Close()
	k.mu.Lock()
	c := *k.ending
	k.mu.Unlock()
	if c == closeGone {
		return
	}
	k.server.metrics.closes.WithLabelValues(strconv.Itoa(c.code)).Inc()
	if c == closeTooBig {
		<-k.readDone
		return
	}
	for len(k.outbox) > 0 { // acknowledgements of what is stored already
		if item := <-k.outbox; !isTask(item) && !k.send(item) {
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

// apart does the work of a frame or of a wake on a goroutine of its own and
// waits for it: its stack is given back, where that of the caller would stay
// grown for as long as the socket lives. A panic ends this socket only.
func (k *socket) apart(work func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if recover() != nil {
				k.server.log.Error("a socket panicked", "stack", string(debug.Stack()))
				k.end(closeBusy)
			}
		}()
		work()
	}()
	<-done
}
