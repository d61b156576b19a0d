package main

import (
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"innerwork/coach"
)

// counter is coach.Counter as metrics: how many, how long, never what. Every
// label is one of a few words of ours.
type counter struct {
	ended    *prometheus.CounterVec
	dropped  *prometheus.CounterVec
	upstream *prometheus.CounterVec
	refused  *prometheus.CounterVec
	takeover prometheus.Counter
	calling  prometheus.Gauge
	waiting  prometheus.Gauge
	first    prometheus.Histogram
}

func newCounter(r *prometheus.Registry) *counter {
	with := promauto.With(r)
	return &counter{
		ended: with.NewCounterVec(prometheus.CounterOpts{
			Name: "innerwork_replies_total", Help: "Replies by end state, speaker and reason."}, []string{"state", "speaker", "reason"}),
		dropped: with.NewCounterVec(prometheus.CounterOpts{
			Name: "innerwork_guard_dropped_total", Help: "Sentences that the guard dropped, by kind."}, []string{"kind"}),
		upstream: with.NewCounterVec(prometheus.CounterOpts{
			Name: "innerwork_upstream_errors_total", Help: "Replies that ended by a failure of the model, by its kind."}, []string{"kind"}),
		refused: with.NewCounterVec(prometheus.CounterOpts{
			Name: "innerwork_refusals_total", Help: "What a limit kept from being (tokens: the guide spoke instead), by limit."}, []string{"limit"}),
		takeover: with.NewCounter(prometheus.CounterOpts{
			Name: "innerwork_lease_takeovers_total", Help: "Replies whose node went away, ended by this one."}),
		calling: with.NewGauge(prometheus.GaugeOpts{
			Name: "innerwork_replies_running", Help: "Replies that a model speaks in now."}),
		waiting: with.NewGauge(prometheus.GaugeOpts{
			Name: "innerwork_replies_waiting", Help: "Replies that wait for their turn at the model now."}),
		first: with.NewHistogram(prometheus.HistogramOpts{
			Name: "innerwork_first_sentence_seconds", Help: "From a message to the first sentence of its reply.",
			Buckets: prometheus.ExponentialBuckets(.01, 2, 13)}),
	}
}

// label is a code as it stands in a metric.
func label(code string) string { return strings.ReplaceAll(code, " ", "_") }

func (c *counter) Ended(state coach.ReplyState, speaker coach.Author, reason string) {
	c.ended.WithLabelValues(string(state), string(speaker), label(reason)).Inc()
}

func (c *counter) Dropped(kind string, n int) { c.dropped.WithLabelValues(kind).Add(float64(n)) }

func (c *counter) FirstSentence(after time.Duration) { c.first.Observe(after.Seconds()) }

func (c *counter) Calling(by int) { c.calling.Add(float64(by)) }

func (c *counter) Waiting(by int) { c.waiting.Add(float64(by)) }

func (c *counter) Upstream(kind string) { c.upstream.WithLabelValues(label(kind)).Inc() }

func (c *counter) Refused(limit string) { c.refused.WithLabelValues(label(limit)).Inc() }

func (c *counter) TakenOver(n int) { c.takeover.Add(float64(n)) }
