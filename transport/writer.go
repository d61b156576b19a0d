package transport

import (
	"bytes"
	"reflect"
	"time"

	"github.com/gorilla/websocket"
)

// write does what there is to do, one thing at a time, until the socket ends:
// first what waits in the outbox, then one batch of events, then it waits.
func (k *socket) write() {
	ping := time.NewTicker(k.server.limits.ping)
	defer ping.Stop()
	recheck := time.NewTicker(k.server.limits.recheck)
	defer recheck.Stop()
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
		if f := k.nextDirty(); f != nil {
			k.advance(f)
			continue
		}
		k.wait(ping.C, recheck.C)
	}
}

// wait blocks until something happens. The channels to wait on change with the
// follows, hence reflect.
func (k *socket) wait(ping, recheck <-chan time.Time) {
	var retry <-chan time.Time // never, unless a follow stumbled
	for _, f := range k.follows {
		if f.failing {
			retry = time.After(k.server.limits.retry)
		}
	}
	receive := func(channel any) reflect.SelectCase {
		return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(channel)}
	}
	cases := []reflect.SelectCase{
		receive(k.ctx.Done()), receive(k.outbox), receive(k.hurry), receive(ping), receive(recheck), receive(retry),
	}
	fixed := len(cases)
	for _, f := range k.follows {
		cases = append(cases, receive(f.wake))
	}
	switch chosen, value, _ := reflect.Select(cases); chosen {
	case 0:
	case 1:
		k.dispatch(value.Interface())
	case 2:
		k.checkSession(true)
	case 3:
		if k.conn.WriteControl(websocket.PingMessage, nil, in(k.server.limits.write)) != nil {
			k.end(closeGone)
		}
	case 4:
		k.checkSession(false)
	case 5:
		for _, f := range k.follows {
			f.dirty = f.dirty || f.failing
		}
	default:
		k.follows[chosen-fixed].dirty = true
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
