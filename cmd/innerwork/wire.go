package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

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

// inLines is what is wrong in one place after a space, in several one a line.
func inLines(err error) string {
	if text := err.Error(); strings.Contains(text, "\n") {
		return "\n\t" + strings.ReplaceAll(text, "\n", "\n\t")
	}
	return " " + err.Error()
}

// planCoach is everything about the coach but the store, so that what is wrong
// with it is said before a database is opened.
func planCoach(c *config, log *slog.Logger, count coach.Counter) (coach.Config, error) {
	config := coach.Config{Practices: practices.Built(), Country: c.Country, Running: c.RunningReplies, Log: log, Count: count}
	if c.Practices != "" {
		ps, err := practices.With(os.DirFS(c.Practices))
		if err != nil {
			return config, fmt.Errorf("INNERWORK_PRACTICES is %s:%s", c.Practices, inLines(err))
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
		config.Model = openai.NewBreaker(model, c.Rest)
		config.Speaker = coach.Speaker{Kind: "model", Model: c.Model, Address: model.Host(), Leaves: model.Leaves()}
	}
	return config, nil
}

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
	fmt.Printf("listen\t%s\norigins\t%s\nmetrics\t%s\ntls\t%t\ndata\t%s\nparts\t%s\npractices\t%s\nhelp\t%s\ncountry\t%s\ndatabase\t%s\nmodel\t%s %s %s\nlimits\t%d messages a minute, %d tokens a day, %d running replies\nembedder\t%s %s %s %s\n",
		shown.Listen, strings.Join(shown.Origins, " "), shown.Metrics, shown.TLSCert != "", shown.Data, shown.Parts,
		shown.Practices, shown.Help, shown.Country, shown.Database, shown.ModelURL, shown.Model, shown.ModelKey,
		shown.MessagesAMinute, shown.TokensADay, shown.RunningReplies,
		shown.Embedder, shown.EmbedderURL, shown.EmbeddingModel, shown.EmbedderKey)
	return nil
}
