package transport

import (
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"innerwork/coach"
)

// start begins to work unless that is being done. The caller holds mu.
func (k *socket) start() {
	if !k.working {
		k.working = true
		go k.work()
	}
}

// work does what there is to do, one thing after the other, until nothing is
// left. Its stack is then given back. The one that finds the socket ending
// ends it and stays the last.
func (k *socket) work() {
	for {
		then, ending := k.take()
		if ending {
			k.contained(k.farewell)
			k.leave()
			return
		}
		if then == nil {
			return
		}
		k.contained(then)
	}
}

// take returns the next thing to do: first what waits in the outbox, then a
// look at the session, a ping, and one batch of events. With nothing left the
// socket is idle from here on; what happens later starts work again.
func (k *socket) take() (then func(), ending bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.ending != nil:
		return nil, true
	case len(k.outbox) > 0:
		item := k.popLocked()
		return func() { k.dispatch(item) }, false
	case k.hurry:
		k.hurry = false
		return func() { k.checkSession(true) }, false
	case k.alarmed:
		k.alarmed = false
		return k.onAlarm, false
	}
	// The follows take turns.
	if i := slices.IndexFunc(k.follows, func(f *follow) bool { return f.dirty || f.fresh != nil }); i >= 0 {
		f := k.follows[i]
		fresh := f.fresh
		f.dirty, f.fresh = false, nil
		k.follows = append(slices.Delete(k.follows, i, i+1), f)
		return func() { k.advance(f, fresh) }, false
	}
	k.working = false
	return nil, false
}

// push hands an item to work. A full outbox means that the peer keeps sending
// without reading.
func (k *socket) push(item any) {
	k.mu.Lock()
	full := len(k.outbox) >= k.server.limits.outbox
	if !full {
		k.outbox = append(k.outbox, item)
		k.start()
	}
	k.mu.Unlock()
	if full {
		k.end(closeTooSlow)
	}
}

// pop takes the oldest item out of the outbox; nil is none.
func (k *socket) pop() any {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.popLocked()
}

func (k *socket) popLocked() (item any) {
	if len(k.outbox) == 0 {
		return nil
	}
	item = k.outbox[0]
	if k.outbox = k.outbox[1:]; len(k.outbox) == 0 {
		k.outbox = nil // an idle socket has none
	}
	return item
}

// wake notes that there may be something to send about a conversation, or what
// it is. It does not block; while work is busy, one note stands for many, and
// what they were about is read.
func (k *socket) wake(f *follow, fresh *coach.Event) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if fresh != nil && !f.dirty && f.fresh == nil {
		f.fresh = fresh
	} else {
		f.dirty, f.fresh = true, nil
	}
	k.start()
}

func (k *socket) ring() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.alarmed = true
	k.start()
}

// onAlarm pings and looks at the session, each when it is time, and sets the
// alarm for the next time.
func (k *socket) onAlarm() {
	now := time.Now()
	if !now.Before(k.pingAt) {
		k.pingAt = now.Add(k.server.limits.ping)
		k.ping()
	}
	if !now.Before(k.recheckAt) {
		k.recheckAt = now.Add(k.server.limits.recheck)
		k.checkSession(false)
	}
	k.alarm.Reset(k.untilAlarm())
}

func (k *socket) untilAlarm() time.Duration {
	return min(time.Until(k.pingAt), time.Until(k.recheckAt))
}

func (k *socket) ping() {
	if k.conn.WriteControl(websocket.PingMessage, nil, in(k.server.limits.write)) != nil {
		k.end(closeGone)
	}
}
