package transport

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/gorilla/websocket"

	"innerwork/coach"
)

// read waits for one frame, has it acted on, and leaves the next one to a
// goroutine with a fresh stack: that of this one has grown with its work, and
// would stay so for as long as the socket is idle. For the same reason it does
// nothing else itself: parked in here, an idle socket fits into 2 KiB of stack.
func (k *socket) read() {
	kind, r, err := k.conn.NextReader()
	k.takeIn(kind, r, err)
}

// takeIn acts on a frame, or on the end of all frames. A message is stored
// before the next frame is looked at, so a browser that sends faster than we
// can store is held back by its own connection.
func (k *socket) takeIn(kind int, r io.Reader, err error) {
	var data []byte
	if err == nil {
		data, err = io.ReadAll(r)
	}
	if err != nil {
		k.end(k.whyUnread(err))
		k.drain()
		close(k.readDone)
		return
	}
	if k.ctx.Err() == nil { // else only the peer's goodbye matters
		k.contained(func() { k.actOn(kind, data) })
		k.signOfLife()
	}
	go k.read()
}

func (k *socket) actOn(kind int, data []byte) {
	if kind != websocket.TextMessage {
		k.broken("a frame was not text")
		return
	}
	frame, err := decode(data)
	if err != nil {
		k.broken(err.Error())
		return
	}
	k.receive(frame)
}

// signOfLife puts off the end of the patience with a silent peer. Before the
// hello there is nothing to put off.
func (k *socket) signOfLife() {
	if k.greeted && k.ctx.Err() == nil {
		k.conn.SetReadDeadline(in(k.server.limits.silence))
	}
}

func (k *socket) whyUnread(err error) closing {
	var timeout net.Error
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		return closeTooBig
	case errors.As(err, &timeout) && timeout.Timeout() && k.greeted:
		return closeIdle
	case errors.As(err, &timeout) && timeout.Timeout():
		return closeNoHello
	}
	return closeGone
}

// drain throws away what still comes after too big a frame: hanging up with
// bytes unread would take back the close frame that says why.
func (k *socket) drain() {
	k.mu.Lock()
	tooBig := *k.ending == closeTooBig
	k.mu.Unlock()
	if tooBig {
		k.conn.NetConn().SetReadDeadline(in(k.server.limits.farewell * 2 / 3))
		io.Copy(io.Discard, k.conn.NetConn())
	}
}

func (k *socket) broken(why string) {
	k.server.metrics.frames.WithLabelValues("in", "broken").Inc()
	k.end(closeBroken(why))
}

// receive acts on one frame.
func (k *socket) receive(frame any) {
	count := func(kind string) { k.server.metrics.frames.WithLabelValues("in", kind).Inc() }
	hello, isHello := frame.(*helloFrame)
	switch {
	case isHello && k.greeted:
		k.broken("hello came twice")
		return
	case isHello && hello.Version != protocolVersion:
		k.end(closeVersion(hello.Version))
		return
	case !isHello && !k.greeted:
		k.broken("the first frame was not hello")
		return
	case isHello:
		count(kindHello)
		k.greeted = true
		k.push(hello)
		return
	}
	var about coach.ID
	switch f := frame.(type) {
	case *followFrame:
		count(kindFollow)
		about = f.Conversation
	case *unfollowFrame:
		count(kindUnfollow)
		about = f.Conversation
	case *sayFrame:
		count(kindSay)
		about = f.ID
	case *stopFrame:
		count(kindStop)
		about = f.Reply
	}
	if !k.server.presence.maySend(k.person.ID) {
		k.refuse(refuse(coach.CodeTooMany, "That was a lot within a minute. Please wait a little and send it again."), about, "messages")
		return
	}
	switch f := frame.(type) {
	case *sayFrame:
		k.say(f)
	case *stopFrame:
		k.stop(f)
	default:
		k.push(frame)
	}
}

func (k *socket) say(f *sayFrame) {
	ctx, cancel := context.WithTimeout(k.ctx, k.server.limits.acceptance)
	defer cancel()
	if err := k.maySay(ctx); err != nil {
		k.refuse(err, f.ID, kindSay)
		return
	}
	at, err := k.server.dialogue.Accept(ctx, k.person.ID, coach.Say{ID: f.ID, Conversation: f.Conversation, Text: f.Text, Zone: k.person.Zone})
	if err != nil {
		k.refuse(err, f.ID, kindSay)
		return
	}
	k.server.metrics.acknowledgements.Inc()
	k.push(saidFrame{kindSaid, at.ID, at.Conversation, at.Seq, at.Kept})
}

// maySay lets leaders speak who gave their consent, be it after the socket was
// opened. Who is no leader has no conversation to speak in.
func (k *socket) maySay(ctx context.Context) error {
	if !k.person.Has(coach.RoleLeader) {
		return refuse(coach.CodeNotFound, "There is no such conversation.")
	}
	if k.consented {
		return nil
	}
	person, _, err := k.server.accounts.Session(ctx, k.token)
	if err != nil {
		return err
	}
	k.consented = person.Consented == k.server.consent.Version
	return leader.admits(caller{person: person, known: true}, k.server.consent.Version)
}

func (k *socket) stop(f *stopFrame) {
	ctx, cancel := context.WithTimeout(k.ctx, k.server.limits.acceptance)
	defer cancel()
	if err := k.server.dialogue.Stop(ctx, k.person.ID, f.Reply); err != nil {
		k.refuse(err, f.Reply, kindStop)
	}
}

// refuse tells the peer why not, unless the socket is ending anyway.
func (k *socket) refuse(err error, about coach.ID, where string) {
	if k.ctx.Err() == nil {
		k.push(k.errorFrame(err, about, where))
	}
}

func (k *socket) errorFrame(err error, about coach.ID, where string) errorFrame {
	f, ok := failureOf(err)
	if !ok {
		k.server.log.Error("an internal error", "at", "socket "+where, "error", describe(err))
	}
	k.server.metrics.errors.WithLabelValues("socket", string(f.Code)).Inc()
	return errorFrame{kindError, f.Code, f.Message, about.String()}
}
