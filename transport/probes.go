package transport

import (
	"io"
	"net/http"

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

// ready answers 503 while a part is missing, and from the start of Shutdown.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if s.life.Err() != nil {
		s.failWith(w, r, refuse(coach.CodeUnavailable, "Shutting down."))
		return
	}
	if s.health.Ready(r.Context()) != nil {
		s.failWith(w, r, refuse(coach.CodeUnavailable, "A part is not ready."))
		return
	}
	io.WriteString(w, "ready\n")
}
