package transport

import (
	"slices"
	"sync"
	"time"

	"innerwork/coach"
)

// presence knows the open sockets of this node and how many frames each person
// sent in the last minute. Both bound what this node has to bear; other nodes
// have bounds of their own. How much she may say is counted over all of them,
// where it is stored.
type presence struct {
	limits  *limits
	now     clock
	refused func(limit string)

	mu     sync.Mutex
	closed bool
	total  int
	people map[coach.ID]*attendance
}

type attendance struct {
	sockets []*socket   // at most limits.perPerson
	sent    []time.Time // of the last minute, oldest first; at most limits.flood
}

func newPresence(l *limits, now clock, refused func(limit string)) *presence {
	return &presence{limits: l, now: now, refused: refused, people: map[coach.ID]*attendance{}}
}

// begin takes note of one more upgrade in running, or refuses after endAll.
func (p *presence) begin(running *sync.WaitGroup) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		running.Add(1)
	}
	return !p.closed
}

// enter lets k in, or says why not.
func (p *presence) enter(k *socket) (closing, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.people[k.person.ID]
	switch {
	case p.closed:
		return closeShuttingDown, false
	case p.total >= p.limits.sockets:
		p.refused("sockets")
		return closeBusy, false
	case a != nil && len(a.sockets) >= p.limits.perPerson:
		p.refused("sockets of a person")
		return closeTooMany, false
	}
	if a == nil {
		if len(p.people) > 2*p.total+64 {
			p.forgetIdle()
		}
		a = &attendance{}
		p.people[k.person.ID] = a
	}
	a.sockets = append(a.sockets, k)
	p.total++
	return closing{}, true
}

func (p *presence) leave(k *socket) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.people[k.person.ID]
	if a == nil {
		return
	}
	if i := slices.Index(a.sockets, k); i >= 0 {
		a.sockets = slices.Delete(a.sockets, i, i+1)
		p.total--
	}
}

// forgetIdle drops who has no socket and sent nothing for a minute. Those who
// just left stay, so that coming back does not reset the count.
func (p *presence) forgetIdle() {
	since := p.now().Add(-time.Minute)
	for id, a := range p.people {
		if len(a.sockets) == 0 && (len(a.sent) == 0 || a.sent[len(a.sent)-1].Before(since)) {
			delete(p.people, id)
		}
	}
}

// maySend counts one frame of a person and says whether it is within the bound
// for any minute. What is refused is not counted.
func (p *presence) maySend(person coach.ID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.people[person]
	if a == nil {
		return false
	}
	now := p.now()
	since := now.Add(-time.Minute)
	for len(a.sent) > 0 && !a.sent[0].After(since) {
		a.sent = a.sent[1:]
	}
	if len(a.sent) >= p.limits.flood {
		p.refused("frames")
		return false
	}
	a.sent = append(a.sent, now)
	return true
}

func (p *presence) of(person coach.ID) []*socket {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.people[person]
	if a == nil {
		return nil
	}
	return slices.Clone(a.sockets)
}

// endAll ends every socket and lets none in any more.
func (p *presence) endAll(c closing) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, a := range p.people {
		for _, k := range a.sockets {
			k.end(c)
		}
	}
}
