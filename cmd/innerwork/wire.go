package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"innerwork/coach"
	"innerwork/coach/gate"
	"innerwork/coach/openai"
	"innerwork/coach/practices"
	"innerwork/memory/embed"
	"innerwork/transport"
)

// newLog writes to standard error what an operator needs, and nobody's words.
func newLog(level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("INNERWORK_LOG is debug, info, warn or error, not %q", level)
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: l})), nil
}

// openEmbedder opens the configured one. None is a normal state, which the
// interface states.
func openEmbedder(ctx context.Context, c *config) (embed.EmbedCloser, transport.Search, error) {
	e, err := embed.Open(ctx, embed.Config{
		Kind:  c.Embedder,
		Local: embed.LocalConfig{Parts: c.Parts, Runtime: filepath.Join(c.Data, "runtime")},
		OpenAI: embed.OpenAIConfig{
			BaseURL: c.EmbedderURL, Key: c.EmbedderKey, Model: c.EmbeddingModel, Dimension: c.Dimension,
		},
	})
	var none *embed.None
	if errors.As(err, &none) {
		reason := none.Reason
		if none.Mend != "" {
			reason += " (" + none.Mend + ")"
		}
		return nil, transport.Search{Reason: reason}, nil
	}
	if err != nil {
		return nil, transport.Search{}, fmt.Errorf("INNERWORK_EMBEDDER: %w", err)
	}
	return e, transport.Search{Vectors: true, Model: e.Model()}, nil
}

// planCoach is everything about the coach but the store, so that what is wrong
// with it is said before a database is opened.
func planCoach(c *config, log *slog.Logger, count coach.Counter) (coach.Config, error) {
	config := coach.Config{Practices: practices.Built(), Country: c.Country, Log: log, Count: count}
	if c.Practices != "" {
		ps, err := practices.Load(os.DirFS(c.Practices))
		if err != nil {
			return config, fmt.Errorf("INNERWORK_PRACTICES is %s: %w", c.Practices, err)
		}
		config.Practices = ps
	}
	if c.Help != "" {
		texts, err := gate.Load(os.DirFS(c.Help))
		if err != nil {
			return config, fmt.Errorf("INNERWORK_HELP is %s: %w", c.Help, err)
		}
		config.Help = texts
	}
	if c.Model != "" {
		model, err := openai.New(openai.Config{
			BaseURL: c.ModelURL, Key: c.ModelKey, Model: c.Model,
			FirstToken: c.FirstToken, BetweenTokens: c.Tokens, Total: c.Total,
		})
		if err != nil {
			return config, err // it names the key
		}
		config.Model = openai.NewBreaker(model, 0)
		config.Speaker = coach.Speaker{Kind: "model", Model: c.Model, Address: model.Host(), Leaves: model.Leaves()}
	}
	return config, nil
}

// counter is coach.Counter as metrics: how many, how long, never what.
type counter struct {
	ended   *prometheus.CounterVec
	dropped *prometheus.CounterVec
	first   prometheus.Histogram
}

func newCounter(r *prometheus.Registry) *counter {
	with := promauto.With(r)
	return &counter{
		ended: with.NewCounterVec(prometheus.CounterOpts{
			Name: "innerwork_replies_total", Help: "Replies by end state, speaker and reason."}, []string{"state", "speaker", "reason"}),
		dropped: with.NewCounterVec(prometheus.CounterOpts{
			Name: "innerwork_guard_dropped_total", Help: "Sentences that the guard dropped, by kind."}, []string{"kind"}),
		first: with.NewHistogram(prometheus.HistogramOpts{
			Name: "innerwork_first_sentence_seconds", Help: "From a message to the first sentence of its reply.",
			Buckets: prometheus.ExponentialBuckets(.01, 2, 13)}),
	}
}

func (c *counter) Ended(state coach.ReplyState, speaker coach.Author, reason string) {
	c.ended.WithLabelValues(string(state), string(speaker), strings.ReplaceAll(reason, " ", "_")).Inc()
}

func (c *counter) Dropped(kind string, n int) { c.dropped.WithLabelValues(kind).Add(float64(n)) }

func (c *counter) FirstSentence(after time.Duration) { c.first.Observe(after.Seconds()) }

// configCommand prints the configuration.
type configCommand struct{}

// Run prints what the program reads, with keys and passwords left out.
func (configCommand) Run(c *config) error {
	shown := *c
	for _, secret := range []*string{&shown.ModelKey, &shown.EmbedderKey, &shown.Database} {
		if *secret != "" {
			*secret = "(set)"
		}
	}
	fmt.Printf("listen\t%s\norigins\t%s\nmetrics\t%s\ntls\t%t\ndata\t%s\nparts\t%s\npractices\t%s\nhelp\t%s\ncountry\t%s\ndatabase\t%s\nmodel\t%s %s %s\nembedder\t%s %s %s %s\n",
		shown.Listen, strings.Join(shown.Origins, " "), shown.Metrics, shown.TLSCert != "", shown.Data, shown.Parts,
		shown.Practices, shown.Help, shown.Country, shown.Database, shown.ModelURL, shown.Model, shown.ModelKey,
		shown.Embedder, shown.EmbedderURL, shown.EmbeddingModel, shown.EmbedderKey)
	return nil
}
