package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"innerwork/memory/memorytest"
)

// wantRefusal wants exit code 1 and one sentence on standard error with the
// words; what follows on lines that are indented belongs to it.
func wantRefusal(t *testing.T, p *program, code int, words ...string) {
	t.Helper()
	said := p.stderr.String()
	if code != 1 || strings.Count(said, "\n") != strings.Count(said, "\n\t")+1 || !strings.HasPrefix(said, "innerwork: ") {
		t.Errorf("exit code %d with\n%s", code, said)
	}
	for _, w := range words {
		if !strings.Contains(said, w) {
			t.Errorf("%q is missing in\n%s", w, said)
		}
	}
}

// wantNowhere wants a text in nothing that a program printed.
func wantNowhere(t *testing.T, text string, p *program) {
	t.Helper()
	if strings.Contains(p.stdout.String(), text) || strings.Contains(p.stderr.String(), text) {
		t.Errorf("%q was printed:\n%s%s", text, p.stdout, p.stderr)
	}
}

func TestBrokenEnvFileIsNotQuoted(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, ".env"), []byte("OPENAI_MODEL=m\nsecret-canary is my key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, code := toEnd(t, setup{folder: folder})
	wantRefusal(t, p, code, ".env", "KEY=value", ".env.example")
	wantNowhere(t, "secret-canary", p)
}

// What is wrong in the configuration is said before anything is begun.
func TestWrongConfigurationIsNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		env  []string
		want []string
	}{
		{[]string{"INNERWORK_LOG=loud"}, []string{"INNERWORK_LOG", "debug"}},
		{[]string{"INNERWORK_LISTEN=nowhere"}, []string{"INNERWORK_LISTEN"}},
		{[]string{"INNERWORK_MODEL_TOTAL=soon"}, []string{"INNERWORK_MODEL_TOTAL", "30s"}},
		{[]string{"OPENAI_MODEL=m"}, []string{"OPENAI_BASE_URL and OPENAI_MODEL"}},
		{[]string{"OPENAI_API_KEY=secret-canary"}, []string{"OPENAI_MODEL"}},
		{[]string{"OPENAI_BASE_URL=http://she:secret-canary@127.0.0.1:1/v1", "OPENAI_MODEL=m"}, []string{"innerwork: OPENAI_BASE_URL must"}},
		{[]string{"OPENAI_BASE_URL=127.0.0.1:1", "OPENAI_MODEL=m"}, []string{"innerwork: OPENAI_BASE_URL must", "http://"}},
		{[]string{"INNERWORK_PRACTICES=/nonexistent"}, []string{"INNERWORK_PRACTICES", "/nonexistent"}},
		{[]string{"INNERWORK_HELP=/nonexistent"}, []string{"INNERWORK_HELP", "/nonexistent"}},
		{[]string{"INNERWORK_EMBEDDER_DIMENSION=many"}, []string{"INNERWORK_EMBEDDER_DIMENSION", "number"}},
		{[]string{"INNERWORK_TOKENS_A_DAY=many"}, []string{"INNERWORK_TOKENS_A_DAY", "number"}},
		{[]string{"INNERWORK_RUNNING_REPLIES=-1"}, []string{"INNERWORK_RUNNING_REPLIES", "no limit"}},
		{[]string{"INNERWORK_EMBEDDER=cloud"}, []string{"INNERWORK_EMBEDDER", "local"}},
		{[]string{"INNERWORK_METRICS=nowhere"}, []string{"INNERWORK_METRICS"}},
		{[]string{"INNERWORK_LISTEN=0.0.0.0:0"}, []string{"INNERWORK_LISTEN", "INNERWORK_TLS_CERT", "INNERWORK_ORIGINS"}},
		{[]string{"INNERWORK_TLS_CERT=/x"}, []string{"INNERWORK_TLS_CERT", "INNERWORK_TLS_KEY"}},
		{[]string{"INNERWORK_TLS_CERT=/nonexistent", "INNERWORK_TLS_KEY=/nonexistent"}, []string{"INNERWORK_TLS_CERT", "/nonexistent"}},
		{[]string{"INNERWORK_ORIGINS=coach.example.org"}, []string{"INNERWORK_ORIGINS", "https://"}},
		{[]string{"INNERWORK_PARTS=/nonexistent"}, []string{"make parts"}},
	} {
		t.Run(strings.Join(c.env, " "), func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(newFolder(t), "data")
			p, code := toEnd(t, setup{data: data, env: c.env})
			wantRefusal(t, p, code, c.want...)
			wantNowhere(t, "secret-canary", p)
			if _, err := os.Stat(filepath.Join(data, "postgres")); err == nil {
				t.Error("it began to write data")
			}
		})
	}
}

func TestSuperuserIsRefused(t *testing.T) {
	t.Parallel()
	d := memorytest.Empty(t)
	p, code := toEnd(t, setup{env: []string{"DATABASE_URL=" + d.Super}})
	wantRefusal(t, p, code, "innerwork: DATABASE_URL: the role", "is a superuser", "CREATE ROLE")
	p, code = toEnd(t, setup{env: []string{"DATABASE_URL=postgres://she:secret-canary@127.0.0.1:1/none"}})
	wantRefusal(t, p, code, "innerwork: DATABASE_URL: ", "does not answer")
	wantNowhere(t, "secret-canary", p)
	p, code = toEnd(t, setup{env: []string{"DATABASE_URL=" + d.URL}, args: []string{"backup", filepath.Join(t.TempDir(), "backup")}})
	wantRefusal(t, p, code, "pg_dump")
}
