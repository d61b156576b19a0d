package transport

import (
	"bytes"
	"reflect"
	"time"

	"github.com/gorilla/websocket"
)

// write does what there is to do until the socket ends, and then waits for more.
func (k *socket) write() {
	ping := time.NewTicker(k.server.limits.ping)
	defer ping.Stop()
	recheck := time.NewTicker(k.server.limits.recheck)
	defer recheck.Stop()
	for k.ctx.Err() == nil {
		if then := k.wait(ping.C, recheck.C); then != nil {
			k.apart(func() {
				then()
				k.catchUp()
			})
		}
	}
}

// catchUp works until nothing is left: first what waits in the outbox, then
// one batch of events, and again.
func (k *socket) catchUp() {
	for k.ctx.Err() == nil {
		select {
		case item := <-k.outbox:
			k.dispatch(item)
			continue
		case <-k.hurry:
			k.checkSession(true)
			continue
		default:
		}
		f := k.nextDirty()
		if f == nil {
			return
		}
		k.advance(f)
	}
}

// What wait was woken by; from byFollow on, one number for each follow.
const (
	byEnd = iota
	byOutbox
	byHurry
	byPing
	byRecheck
	byRetry
	byFollow
)

// wait blocks until something happens and returns what to do about it.
func (k *socket) wait(ping, recheck <-chan time.Time) (then func()) {
	var retry <-chan time.Time // never, unless a follow stumbled
	for _, f := range k.follows {
		if f.failing {
			retry = time.After(k.server.limits.retry)
		}
	}
	switch chosen, item := k.choose(ping, recheck, retry); chosen {
	case byEnd:
		return nil
	case byOutbox:
		return func() { k.dispatch(item) }
	case byHurry:
		return func() { k.checkSession(true) }
	case byPing:
		return k.ping
	case byRecheck:
		return func() { k.checkSession(false) }
	case byRetry:
		return k.retry
	default:
		return func() { k.follows[chosen-byFollow].dirty = true }
	}
}

// choose selects among everything that can happen. Most sockets follow one
// conversation; for them it does without reflect, which would keep 1.5 KiB for
// as long as an idle socket waits.
func (k *socket) choose(ping, recheck, retry <-chan time.Time) (chosen int, item any) {
	if len(k.follows) > 1 {
		return k.chooseOfMany(ping, recheck, retry)
	}
	var wake <-chan struct{}
	for _, f := range k.follows {
		wake = f.wake
	}
	select {
	case <-k.ctx.Done():
		return byEnd, nil
	case item := <-k.outbox:
		return byOutbox, item
	case <-k.hurry:
		return byHurry, nil
	case <-ping:
		return byPing, nil
	case <-recheck:
		return byRecheck, nil
	case <-retry:
		return byRetry, nil
	case <-wake:
		return byFollow, nil
	}
}

func (k *socket) chooseOfMany(ping, recheck, retry <-chan time.Time) (chosen int, item any) {
	receive := func(channel any) reflect.SelectCase {
		return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(channel)}
	}
	cases := []reflect.SelectCase{
		byEnd: receive(k.ctx.Done()), byOutbox: receive(k.outbox), byHurry: receive(k.hurry),
		byPing: receive(ping), byRecheck: receive(recheck), byRetry: receive(retry),
	}
	for _, f := range k.follows {
		cases = append(cases, receive(f.wake))
	}
	chosen, value, _ := reflect.Select(cases)
	return chosen, value.Interface()
}

func (k *socket) ping() {
	if k.conn.WriteControl(websocket.PingMessage, nil, in(k.server.limits.write)) != nil {
		k.end(closeGone)
	}
}

// retry has another look at what could not be read.
func (k *socket) retry() {
	for _, f := range k.follows {
		f.dirty = f.dirty || f.failing
	}
}

func isTask(item any) bool {
	switch item.(type) {
	case *helloFrame, *followFrame, *unfollowFrame:
		return true
	}
	return false
}

// dispatch does or writes one item of the outbox.
func (k *socket) dispatch(item any) {
	switch task := item.(type) {
	case *helloFrame:
		k.send(readyFrame{kindReady, protocolVersion, k.person.ID})
		for _, p := range task.Follow {
			k.follow(p)
		}
	case *followFrame:
		k.follow(task.position)
	case *unfollowFrame:
		k.unfollow(task.Conversation)
	default:
		k.send(item)
	}
}

// send writes one frame and reports whether it could. The deadline is the only
// thing that a slow reader meets: nothing is queued for it.
func (k *socket) send(frame any) bool {
	var buf bytes.Buffer
	if err := marshalJSON(&buf, frame); err != nil {
		k.server.log.Error("a frame could not be encoded", "error", describe(err))
		k.end(closeBusy)
		return false
	}
	k.conn.SetWriteDeadline(in(k.server.limits.write))
	if err := k.conn.WriteMessage(websocket.TextMessage, bytes.TrimSuffix(buf.Bytes(), []byte("\n"))); err != nil {
		k.end(whyUnwritten(err))
		return false
	}
	k.server.metrics.frames.WithLabelValues("out", kindOf(frame)).Inc()
	return true
}

func kindOf(frame any) string {
	switch frame.(type) {
	case readyFrame:
		return kindReady
	case saidFrame:
		return kindSaid
	case eventFrame:
		return kindEvent
	case snapshotFrame:
		return kindSnapshot
	case caughtUpFrame:
		return kindCaughtUp
	case statusFrame:
		return kindStatus
	case errorFrame:
		return kindError
	}
	return kindBye
}
