package transport

import (
	"context"
	"net/http"
	"time"

	"innerwork/coach"
)

// openSocket upgrades a request to a socket. Origins that are not ours get a
// plain 403; everything else is said over the socket, because a browser shows
// its page neither the status nor the body of a refused upgrade.
func (s *Server) openSocket(w http.ResponseWriter, r *http.Request) {
	token, bearer := s.visit(r).token(r)
	if !s.originAllowed(r, bearer) {
		s.failWith(w, r, refuse(coach.CodeForbidden, "Another website tried to open this connection."))
		return
	}
	if !s.presence.begin(&s.running) {
		s.failWith(w, r, refuse(coach.CodeUnavailable, closeShuttingDown.reason))
		return
	}
	ends := s.ends.Load()
	person, session, refusal := s.admit(r, token)
	conn, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		s.running.Done()
		return // it has been answered
	}
	// From here on the count in running is the socket's.
	k := newSocket(s, conn, person, session, token)
	if refusal == nil {
		if c, ok := s.presence.enter(k); !ok {
			refusal = &c
		}
	}
	if refusal != nil {
		k.end(*refusal)
	}
	k.open()
	if s.ends.Load() != ends { // perhaps this one, between the look at it and its coming in
		k.recheckSoon()
	} // and this goroutine and its request can be freed
}

// admit says whose socket it will be, or why it will be nobody's.
func (s *Server) admit(r *http.Request, token string) (coach.Person, coach.Session, *closing) {
	if token == "" {
		return coach.Person{}, coach.Session{}, &closeSignedOut
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.limits.accounts)
	defer cancel()
	person, session, err := s.accounts.Session(ctx, token)
	switch {
	case err == nil:
		return person, session, nil
	case codeOf(err) == coach.CodeUnknown:
		return coach.Person{}, coach.Session{}, &closeSignedOut
	}
	s.translate(err, r.Pattern)
	return coach.Person{}, coach.Session{}, &closeBusy
}

// in is a moment from now, for the deadlines of a connection.
func in(d time.Duration) time.Time { return time.Now().Add(d) }
