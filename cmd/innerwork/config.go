package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/adrg/xdg"
	"github.com/caarlos0/env/v11"
	"github.com/joho/godotenv"

	"innerwork/memory/embed"
	"innerwork/memory/postgres"
)

// config is what the environment and .env say. .env.example explains each key;
// a test keeps the two the same.
type config struct {
	Listen  string   `env:"INNERWORK_LISTEN" envDefault:"127.0.0.1:8460"`
	Origins []string `env:"INNERWORK_ORIGINS"`
	Metrics string   `env:"INNERWORK_METRICS"`
	TLSCert string   `env:"INNERWORK_TLS_CERT"`
	TLSKey  string   `env:"INNERWORK_TLS_KEY"`

	Data      string `env:"INNERWORK_DATA"`
	Parts     string `env:"INNERWORK_PARTS"`
	Practices string `env:"INNERWORK_PRACTICES"`
	Help      string `env:"INNERWORK_HELP"`
	Country   string `env:"INNERWORK_COUNTRY"`
	Log       string `env:"INNERWORK_LOG" envDefault:"info"`

	Database string `env:"DATABASE_URL"`

	ModelURL   string        `env:"OPENAI_BASE_URL"`
	ModelKey   string        `env:"OPENAI_API_KEY"`
	Model      string        `env:"OPENAI_MODEL"`
	FirstToken time.Duration `env:"INNERWORK_MODEL_FIRST_TOKEN" envDefault:"60s"`
	Tokens     time.Duration `env:"INNERWORK_MODEL_BETWEEN_TOKENS" envDefault:"30s"`
	Total      time.Duration `env:"INNERWORK_MODEL_TOTAL" envDefault:"3m"`
	Rest       time.Duration `env:"INNERWORK_MODEL_REST" envDefault:"1m"`

	RewriteHour int `env:"INNERWORK_REWRITE_HOUR" envDefault:"3"`

	MessagesAMinute int `env:"INNERWORK_MESSAGES_A_MINUTE" envDefault:"100"`
	TokensADay      int `env:"INNERWORK_TOKENS_A_DAY" envDefault:"0"`
	RunningReplies  int `env:"INNERWORK_RUNNING_REPLIES" envDefault:"1024"`

	Embedder       string `env:"INNERWORK_EMBEDDER" envDefault:"local"`
	EmbedderURL    string `env:"INNERWORK_EMBEDDER_URL"`
	EmbedderKey    string `env:"INNERWORK_EMBEDDER_KEY"`
	EmbeddingModel string `env:"INNERWORK_EMBEDDER_MODEL"`
	Dimension      int    `env:"INNERWORK_EMBEDDER_DIMENSION"`
}

// readConfig reads .env in the working folder, if there is one, and the
// environment, which goes before it.
func readConfig() (config, error) {
	if err := godotenv.Load(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		// The library's message quotes the line, which may be a key.
		return config{}, errors.New("the file .env cannot be read: each line must be KEY=value; see .env.example")
	}
	var c config
	if err := env.Parse(&c); err != nil {
		return c, explain(err)
	}
	if (c.ModelURL == "") != (c.Model == "") && c.ModelKey == "" {
		return c, errors.New("a model needs both OPENAI_BASE_URL and OPENAI_MODEL; without either, the guide coaches")
	}
	if c.ModelKey != "" && c.Model == "" {
		return c, errors.New("OPENAI_API_KEY is set but OPENAI_MODEL is not; set it, or take the key out to coach with the guide")
	}
	if c.MessagesAMinute < 0 || c.TokensADay < 0 || c.RunningReplies < 0 {
		return c, errors.New("INNERWORK_MESSAGES_A_MINUTE, INNERWORK_TOKENS_A_DAY and INNERWORK_RUNNING_REPLIES are numbers from 0, which is no limit")
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return c, errors.New("INNERWORK_TLS_CERT and INNERWORK_TLS_KEY belong together: set both or neither")
	}
	if !slices.Contains([]string{embed.KindLocal, embed.KindOpenAI, embed.KindNone}, c.Embedder) {
		return c, fmt.Errorf("INNERWORK_EMBEDDER is local, openai or none, not %q", c.Embedder)
	}
	if c.RewriteHour < 0 || c.RewriteHour > 23 {
		return c, fmt.Errorf("INNERWORK_REWRITE_HOUR is an hour of the day, 0 to 23, not %d", c.RewriteHour)
	}
	for _, o := range c.Origins {
		if err := http.NewCrossOriginProtection().AddTrustedOrigin(o); err != nil {
			return c, fmt.Errorf("INNERWORK_ORIGINS are addresses such as https://coach.example.org, not %q", o)
		}
	}
	if host, _, err := net.SplitHostPort(c.Listen); err == nil && host != "localhost" && c.TLSCert == "" &&
		!slices.ContainsFunc(c.Origins, func(o string) bool { return strings.HasPrefix(o, "https://") }) {
		if ip, err := netip.ParseAddr(host); err != nil || !ip.Unmap().IsLoopback() {
			return c, fmt.Errorf("INNERWORK_LISTEN=%s lets other machines in, and browsers do not sign in there without TLS: "+
				"set INNERWORK_TLS_CERT and INNERWORK_TLS_KEY, or INNERWORK_ORIGINS to the https address of the proxy in front", c.Listen)
		}
	}
	if c.Data == "" {
		c.Data = defaultData()
	}
	if c.Parts == "" {
		c.Parts = defaultParts()
	}
	return c, nil
}

// explain names the key of a value that cannot be read. It does not show the
// value: keys are values, too.
func explain(err error) error {
	bad, ok := errors.AsType[env.ParseError](err)
	if !ok {
		return fmt.Errorf("configuration: %w", err)
	}
	field, _ := reflect.TypeFor[config]().FieldByName(bad.Name)
	wanted := "a number"
	if field.Type == reflect.TypeFor[time.Duration]() {
		wanted = "a time such as 30s or 3m"
	}
	return fmt.Errorf("%s must be %s", field.Tag.Get("env"), wanted)
}

// defaultData is the user's data folder, never inside the clone. A home of root
// is closed to the user that PostgreSQL then runs as.
func defaultData() string {
	folder := filepath.Join(xdg.DataHome, "innerwork")
	if postgres.Reachable(filepath.Join(folder, "x")) != nil {
		return "/var/lib/innerwork"
	}
	return folder
}

// defaultParts is where `make parts` puts them, seen from the working folder or
// from the program.
func defaultParts() string {
	if program, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(program), "..", "parts")
		if _, err := os.Stat(beside); err == nil {
			return beside
		}
	}
	return "parts"
}
