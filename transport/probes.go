package transport

import (
	"io"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"innerwork/coach"
)

// metrics counts. No label holds words or tells one person from another.
type metrics struct {
	registry         *prometheus.Registry
	acknowledgements prometheus.Counter
	sockets          prometheus.Gauge
	frames           *prometheus.CounterVec
	errors           *prometheus.CounterVec
	closes           *prometheus.CounterVec
	cursors          prometheus.Gauge
	resumes          prometheus.Counter
}

func newMetrics(r *prometheus.Registry) *metrics {
	with := promauto.With(r)
	return &metrics{
		registry: r,
		acknowledgements: with.NewCounter(prometheus.CounterOpts{
			Name: "innerwork_acknowledgements_total", Help: "Messages acknowledged as stored."}),
		sockets: with.NewGauge(prometheus.GaugeOpts{
			Name: "innerwork_sockets", Help: "Sockets open now."}),
		frames: with.NewCounterVec(prometheus.CounterOpts{
			Name: "innerwork_frames_total", Help: "Frames, by direction (in, out) and kind."}, []string{"direction", "kind"}),
		errors: with.NewCounterVec(prometheus.CounterOpts{
			Name: "innerwork_errors_total", Help: "Refusals and failures, by way (http, socket) and code."}, []string{"way", "code"}),
		closes: with.NewCounterVec(prometheus.CounterOpts{
			Name: "innerwork_socket_closes_total", Help: "Sockets that the server closed, by close code."}, []string{"code"}),
		cursors: with.NewGauge(prometheus.GaugeOpts{
			Name: "innerwork_cursors", Help: "Conversations followed now, over all sockets."}),
		resumes: with.NewCounter(prometheus.CounterOpts{
			Name: "innerwork_resumes_total", Help: "Conversations followed on from an event that the reader had."}),
	}
}

// watch wakes a follow that is counted until cancel.
func (s *Server) watch(owner coach.ID, from position, wake func(*coach.Event)) (cancel func()) {
	stop := s.dialogue.Watch(owner, from.Conversation, wake)
	s.metrics.cursors.Inc()
	if from.After.Seq > 0 {
		s.metrics.resumes.Inc()
	}
	return func() {
		s.metrics.cursors.Dec()
		stop()
	}
}

// Metrics serves the whole registry. It is for a listener of its own.
func (s *Server) Metrics() http.Handler {
	return promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{})
}

// localMetrics shows the metrics to this machine and to nobody else.
func (s *Server) localMetrics(w http.ResponseWriter, r *http.Request) {
	if !s.visit(r).owner {
		s.failWith(w, r, refuse(coach.CodeNotFound, "There is no such address."))
		return
	}
	s.Metrics().ServeHTTP(w, r)
}

// alive answers as long as the process does.
func (s *Server) alive(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	io.WriteString(w, "alive\n")
}

// Parts is what a node is made of. None of it is a secret: whoever reaches the
// address may read it.
type Parts struct {
	PostgreSQL PostgreSQLPart `json:"postgresql"`
	Embedder   EmbedderPart   `json:"embedder"`
	Model      ModelPart      `json:"model"`
}

// PostgreSQLPart is the one part that nothing goes without.
type PostgreSQLPart struct {
	There bool `json:"there"`
}

// EmbedderPart may be missing: the search goes by words then.
type EmbedderPart struct {
	There   bool   `json:"there"`
	Kind    string `json:"kind"`    // local, openai or none
	Failing bool   `json:"failing"` // at its last use
	// While another model's vectors are being made beside those of before: of how
	// many people, how many passages are left, and for how many people searches
	// go by words alone until then, since the model of before cannot be asked.
	Filling int `json:"filling,omitempty"`
	Missing int `json:"missing,omitempty"`
	ByWords int `json:"byWords,omitempty"`
}

// ModelPart may be missing: the guide speaks then.
type ModelPart struct {
	Configured bool       `json:"configured"`
	Breaker    string     `json:"breaker,omitempty"`   // closed: replies go to it; open: it is left alone; half-open: it is tried
	ReachedAt  *time.Time `json:"reachedAt,omitempty"` // when it last began to answer this node
}

// readiness is the body of /readyz; code and message are those of a failure.
type readiness struct {
	Ready        bool       `json:"ready"`
	ShuttingDown bool       `json:"shuttingDown"`
	Code         coach.Code `json:"code,omitempty"`
	Message      string     `json:"message,omitempty"`
	Parts
}

// ready answers 503 while PostgreSQL is away, and from the start of Shutdown.
// The coach goes on without a model or an embedder, so they only show.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	state := readiness{ShuttingDown: s.life.Err() != nil, Parts: s.health.Parts(r.Context())}
	status, message := http.StatusOK, ""
	switch {
	case state.ShuttingDown:
		message = "Shutting down."
	case !state.PostgreSQL.There:
		message = "PostgreSQL does not answer."
	default:
		state.Ready = true
	}
	if !state.Ready {
		f := s.translate(refuse(coach.CodeUnavailable, message), r.Pattern)
		status, state.Code, state.Message = f.status, f.Code, f.Message
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	marshalJSON(w, state)
}
