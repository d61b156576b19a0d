package transport

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus"

	"innerwork/coach"
)

// Config is what a Server is made of. Where nothing else is said, a field must
// be set.
type Config struct {
	Accounts    Accounts
	People      People
	Invitations Invitations
	Dialogue    Dialogue
	Journal     Journal
	Corrections Corrections
	OverTime    OverTime
	Plans       Plans
	Imports     Imports
	Archives    Archives
	Forgetting  Forgetting
	Rewriter    Rewriter
	Conclusions Conclusions
	Summaries   Summaries
	Coaches     Coaches
	Desk        Desk
	Health      Health
	Restraint   Restraint
	Search      func() Search
	Web         http.Handler // everything that is not ours to answer

	Version string
	Consent Consent
	// SetupToken allows the first account to be made from another machine;
	// empty: only from this one.
	SetupToken string
	// Origins are addresses, such as "https://coach.example.org", under which
	// browsers may reach us besides the one they ask for, as when a proxy ends
	// TLS. May be empty.
	Origins []string
	// Temp is a folder for files on their way in, made when it is needed; none
	// has a name there. Empty: the system's.
	Temp string
	// MaxSockets bounds the sockets of this node; 0 is 16,384.
	MaxSockets int

	// Refused counts what a limit kept from being; nil counts nothing.
	Refused func(limit string)

	Log      *slog.Logger
	Registry *prometheus.Registry // for the metrics of this package
	Now      func() time.Time
	NewID    func() coach.ID // of version 7
}

// Server answers everything that comes over HTTP. Make it with New.
type Server struct {
	accounts    Accounts
	people      People
	invitations Invitations
	dialogue    Dialogue
	journal     Journal
	corrections Corrections
	overTime    OverTime
	plans       Plans
	imports     Imports
	archives    Archives
	forgetting  Forgetting
	rewriter    Rewriter
	conclusions Conclusions
	summaries   Summaries
	coaches     Coaches
	desks       Desk
	health      Health
	measured    Restraint
	search      func() Search

	version    string
	consent    Consent
	setupToken string
	origins    []string

	log     *slog.Logger
	metrics *metrics
	now     clock
	newID   func() coach.ID

	temp    string
	uploads uploads

	handler  http.Handler
	upgrader websocket.Upgrader
	presence *presence
	limits   limits
	refused  func(limit string)

	life    context.Context // ends with Shutdown
	endLife context.CancelFunc
	running sync.WaitGroup // one per socket
	ends    atomic.Int64   // how often sessions ended, so that who comes in meanwhile looks again
}

// New makes a Server. It starts nothing.
func New(c Config) (*Server, error) { return newServer(c, standardLimits()) }

func newServer(c Config, l limits) (*Server, error) {
	s := &Server{
		accounts: c.Accounts, people: c.People, invitations: c.Invitations, dialogue: c.Dialogue,
		journal: c.Journal, corrections: c.Corrections, overTime: c.OverTime, plans: c.Plans, conclusions: c.Conclusions, summaries: c.Summaries, coaches: c.Coaches,
		forgetting: c.Forgetting, rewriter: c.Rewriter,
		desks: c.Desk, health: c.Health, measured: c.Restraint, search: c.Search,
		version: c.Version, consent: c.Consent, setupToken: c.SetupToken,
		log: c.Log, metrics: newMetrics(c.Registry), now: c.Now, newID: c.NewID,
		imports: c.Imports, archives: c.Archives, temp: c.Temp, uploads: uploads{most: l.uploads},
		limits: l, refused: c.Refused,
	}
	if s.refused == nil {
		s.refused = func(string) {}
	}
	if c.MaxSockets > 0 {
		s.limits.sockets = c.MaxSockets
	}
	s.presence = newPresence(&s.limits, c.Now, s.refused)
	s.life, s.endLife = context.WithCancel(context.Background())
	s.upgrader = websocket.Upgrader{
		HandshakeTimeout: s.limits.write,
		ReadBufferSize:   128, // of each socket, for as long as it lives
		WriteBufferSize:  4096,
		WriteBufferPool:  &sync.Pool{}, // an idle socket has no write buffer
		// The origin has been checked before, with the kind of token at hand.
		CheckOrigin: func(*http.Request) bool { return true },
		Error: func(w http.ResponseWriter, r *http.Request, _ int, _ error) {
			s.failWith(w, r, refuse(coach.CodeInvalid, "This address is for websockets."))
		},
	}

	cross := http.NewCrossOriginProtection()
	for _, o := range c.Origins {
		o = strings.ToLower(strings.TrimSuffix(o, "/"))
		if err := cross.AddTrustedOrigin(o); err != nil {
			return nil, fmt.Errorf("the configured origin %q: %w", o, err)
		}
		s.origins = append(s.origins, o)
	}
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.failWith(w, r, refuse(coach.CodeForbidden, "Another website tried to do this."))
	}))

	mux := http.NewServeMux()
	if err := s.newAPI(mux); err != nil {
		return nil, err
	}
	mux.HandleFunc("GET /api/socket", s.openSocket)
	mux.HandleFunc(uploadRoute, s.upload)
	mux.HandleFunc(takeRoute, s.take)
	mux.HandleFunc(bringRoute, s.bring)
	mux.HandleFunc("GET /healthz", s.alive)
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("GET /metrics", s.localMetrics)
	mux.Handle("/", c.Web)
	s.handler = s.withHeaders(s.withRecovery(cross.Handler(mux)))
	return s, nil
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Shutdown lets no new socket in, says goodbye to those that are open and
// waits for them until ctx ends. Requests under way are http.Server's to wait
// for.
func (s *Server) Shutdown(ctx context.Context) error {
	s.endLife()
	s.presence.endAll(closeShuttingDown)
	done := make(chan struct{})
	go func() { // ends with the last socket, each of which ends within limits.farewell
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return errors.New("some sockets were still open at the end of the time for shutting down")
	}
}

// SessionEnded closes the sockets of a session that has ended, or, without a
// session, has every socket of the person look whether its session is still
// there. It does not block.
func (s *Server) SessionEnded(person coach.ID, session *coach.ID) {
	s.ends.Add(1)
	for _, k := range s.presence.of(person) {
		if session == nil {
			k.recheckSoon()
		} else if k.session == *session {
			k.end(closeSignedOut)
		}
	}
}
