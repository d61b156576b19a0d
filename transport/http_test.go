package transport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"innerwork/coach"
)

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func TestOtherSitesChangeNothing(t *testing.T) { // S14
	t.Parallel()
	w := newWorld(t, func(_ *world, c *Config) { c.Origins = []string{"https://coach.example.org"} })
	token, _ := w.people.add("All", coach.RoleLeader, coach.RoleCoach, coach.RoleOperator)
	for _, j := range journeys {
		if strings.HasPrefix(j.route, "GET ") || j.route == "POST /api/sign-out" {
			continue
		}
		for name, from := range map[string]func(*http.Request){
			"another site":   header("Sec-Fetch-Site", "cross-site"),
			"a sibling":      header("Sec-Fetch-Site", "same-site"),
			"another origin": header("Origin", "http://evil.example"),
			"no origin":      header("Origin", "null"),
		} {
			method, path := at(j.route, j.path)
			res := w.ask(token, method, path, j.body, from)
			if res.StatusCode != http.StatusForbidden {
				t.Errorf("%s from %s: %d", j.route, name, res.StatusCode)
			}
			res.failure(t)
		}
	}
	if calls := w.recorder.take(); len(calls) > 0 {
		t.Errorf("called: %v", calls)
	}
	for _, from := range []string{w.http.URL, "https://coach.example.org"} {
		if res := w.ask(token, "PUT", "/api/me/zone", `{"zone":"UTC"}`, header("Origin", from)); res.StatusCode != 204 {
			t.Errorf("from %s: %d", from, res.StatusCode)
		}
	}
}

func TestCookies(t *testing.T) { // S15, S18, S20 as far as it shows here
	t.Parallel()
	w := newWorld(t, func(_ *world, c *Config) { c.Origins = []string{"https://coach.example.org"} })
	token, _ := w.people.add("Ada", coach.RoleLeader)
	const credentials = `{"name":"Ada","password":"open sesame"}`
	for _, c := range []struct {
		where  string
		change func(*http.Request)
		want   string
	}{
		{"on this machine", func(*http.Request) {}, "innerwork=" + token + "; Path=/; Max-Age=34560000; HttpOnly; SameSite=Strict"},
		{"behind a proxy", header("X-Forwarded-For", "192.0.2.1"), "__Host-innerwork=" + token + "; Path=/; Max-Age=34560000; HttpOnly; Secure; SameSite=Strict"},
		{"under a name of its own", func(r *http.Request) { r.Host = "coach.example.org" }, "__Host-innerwork=" + token + "; Path=/; Max-Age=34560000; HttpOnly; Secure; SameSite=Strict"},
	} {
		res := w.ask("", "POST", "/api/sign-in", credentials, c.change)
		if got := res.Header.Get("Set-Cookie"); res.StatusCode != 200 || got != c.want {
			t.Errorf("%s: %d, the cookie is\n%s, want\n%s", c.where, res.StatusCode, got, c.want)
		}
		if strings.Contains(res.body, token) {
			t.Errorf("%s: the token is in the body", c.where)
		}
	}
	// The plain name means nothing where a proxy or TLS is in between.
	if res := w.ask(token, "GET", "/api/me", "", header("X-Forwarded-For", "192.0.2.1")); res.StatusCode != 401 {
		t.Errorf("the plain cookie from elsewhere: %d", res.StatusCode)
	}
	if res := w.ask("", "GET", "/api/me", "", header("Authorization", "Bearer "+token)); res.StatusCode != 200 {
		t.Errorf("a bearer token: %d", res.StatusCode)
	}
	for _, path := range []string{"/api/me?token=" + token, "/api/me?access_token=" + token} {
		if res := w.ask("", "GET", path, ""); res.StatusCode != 401 {
			t.Errorf("a token in the address: %d", res.StatusCode)
		}
	}
	res := w.ask(token, "POST", "/api/sign-out", "")
	if res.StatusCode != 204 || res.Header.Get("Clear-Site-Data") != `"cache", "cookies", "storage"` || !strings.Contains(res.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("signed out with %d %v", res.StatusCode, res.Header)
	}
	if res := w.ask(token, "GET", "/api/me", ""); res.StatusCode != 401 {
		t.Errorf("after signing out: %d", res.StatusCode)
	}
}

func TestHeaders(t *testing.T) { // S16, S17
	t.Parallel()
	w := newWorld(t, func(_ *world, c *Config) { c.Origins = []string{"https://coach.example.org"} })
	token, _ := w.people.add("Ada", coach.RoleLeader)
	for _, path := range []string{"/", "/assets/app.js", "/api/me", "/api/none", "/api/openapi.json", "/healthz", "/readyz", "/metrics"} {
		res := w.ask(token, "GET", path, "")
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
			"X-Content-Type-Options":  "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
			"Strict-Transport-Security": "",
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if strings.HasPrefix(path, "/api/") && res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be stored", path)
		}
	}
	res := w.ask("", "GET", "/", "", func(r *http.Request) { r.Host = "coach.example.org" })
	if res.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS under TLS")
	}
}

func TestWhoMaySetUp(t *testing.T) {
	t.Parallel()
	const printed = "a long random token"
	for _, c := range []struct {
		name   string
		change func(*http.Request)
		token  string
		status int
	}{
		{"from this machine", func(*http.Request) {}, "", 201},
		{"forwarded", header("X-Forwarded-For", "127.0.0.1"), "", 403},
		{"forwarded otherwise", header("Forwarded", "for=127.0.0.1"), "", 403},
		{"by a foreign name that leads here", func(r *http.Request) { r.Host = "evil.example:80" }, "", 403},
		{"forwarded, with the token", header("X-Forwarded-For", "192.0.2.1"), printed, 201},
		{"forwarded, with another token", header("X-Forwarded-For", "192.0.2.1"), printed + "!", 403},
	} {
		w := newWorld(t, func(_ *world, cfg *Config) { cfg.SetupToken = printed })
		var s state
		if res := w.ask("", "GET", "/api/state", "", c.change); json.Unmarshal([]byte(res.body), &s) != nil || !s.Setup || s.SetupNeedsToken != (c.name != "from this machine") {
			t.Errorf("%s: the state is %s", c.name, res.body)
		}
		body := fmt.Sprintf(`{"name":"Ada","password":"open sesame","zone":"UTC","token":%q}`, c.token)
		res := w.ask("", "POST", "/api/setup", body, c.change)
		if res.StatusCode != c.status || (c.status == 201) != (res.Header.Get("Set-Cookie") != "") {
			t.Errorf("%s: %d %s", c.name, res.StatusCode, res.body)
		}
	}
	w := newWorld(t) // no token was printed, so none fits
	if res := w.ask("", "POST", "/api/setup", `{"name":"Ada","password":"p","zone":"UTC","token":""}`, header("X-Forwarded-For", "192.0.2.1")); res.StatusCode != 403 {
		t.Errorf("the empty token: %d", res.StatusCode)
	}
}

func TestPeersThatAreLocal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		listener, peer, host string
		want                 bool
	}{
		{"127.0.0.1:80", "127.0.0.1:4000", "localhost:80", true},
		{"[::1]:80", "[::1]:4000", "[::1]:80", true},
		{"127.0.0.1:80", "127.0.0.1:4000", "127.0.0.1", true},
		{"192.0.2.7:80", "127.0.0.1:4000", "localhost", false},
		{"127.0.0.1:80", "192.0.2.9:4000", "localhost", false},
		{"127.0.0.1:80", "127.0.0.1:4000", "localhost.evil.example", false},
		{"127.0.0.1:80", "127.0.0.1:4000", "", false},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr, r.Host = c.peer, c.host
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, address(c.listener)))
		if got := isLocal(r); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

type address string

func (a address) Network() string { return "tcp" }
func (a address) String() string  { return string(a) }

func TestRefusalsAndFailures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, _ := w.people.add("Ada", coach.RoleLeader)
	ask := func(body string) answered { return w.ask(token, "POST", "/api/reflections", body) }
	fits := func(text string) string {
		return fmt.Sprintf(`{"id":%q,"text":"%s","zone":"UTC"}`, idA, text)
	}
	for code, status := range map[coach.Code]int{
		coach.CodeInvalid: 400, coach.CodeUnknown: 401, coach.CodeForbidden: 403, coach.CodeNotFound: 404,
		coach.CodeConflict: 409, coach.CodeGone: 410, coach.CodeTooMany: 429, coach.CodeUnavailable: 503,
	} {
		w.recorder.err = fmt.Errorf("write: %w", refuse(code, "In words."))
		if res := ask(fits("t")); res.StatusCode != status || res.failure(t).Code != code || res.failure(t).Message != "In words." || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s: %d %s", code, res.StatusCode, res.body)
		}
	}
	w.recorder.err = fmt.Errorf("write %s: %w", idA, errors.New("her secret words"))
	res := ask(fits("t"))
	if res.StatusCode != 500 || res.failure(t).Code != "internal" || contains(res.body, "secret") {
		t.Errorf("an internal error: %d %s", res.StatusCode, res.body)
	}
	if log := w.log.String(); contains(log, "secret") || !contains(log, "write "+idA) || !contains(log, "POST /api/reflections") {
		t.Errorf("the log: %s", log)
	}

	w.recorder.err = nil
	w.recorder.take()
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"no body":         {``, 400},
		"not JSON":        {`{"id":her secret`, 400},
		"not UTF-8":       {fits("her secret \xff"), 400},
		"a field missing": {`{"text":"her secret","zone":"UTC"}`, 400},
		"a field more":    {strings.Replace(fits("her secret"), "{", `{"kind":"said",`, 1), 400},
		"a wrong type":    {`{"id":"` + idA + `","text":["her secret"],"zone":"UTC"}`, 400},
		"no id":           {`{"id":"her secret","text":"t","zone":"UTC"}`, 400},
		"too long":        {fits(strings.Repeat("secret", maxBody/6)), 413},
		"no date":         {`{"id":"` + idA + `","text":"t","zone":"UTC","at":"her secret"}`, 400},
	} {
		res := ask(c.body)
		if f := res.failure(t); res.StatusCode != c.status || f.Code != coach.CodeInvalid || contains(f.Message, "secret") {
			t.Errorf("%s: %d %s", name, res.StatusCode, res.body)
		}
	}
	if calls := w.recorder.take(); len(calls) > 0 {
		t.Errorf("called: %v", calls)
	}
	// The longest text, each code point escaped in the widest way.
	if res := ask(fits(strings.Repeat(`\ud83d\ude42`, 16_000))); res.StatusCode != 201 {
		t.Errorf("16,000 code points: %d %s", res.StatusCode, res.body)
	}
	if res := w.ask(token, "GET", "/api/nowhere", ""); res.StatusCode != 404 || res.failure(t).Code != coach.CodeNotFound {
		t.Errorf("an address under /api that is not: %d", res.StatusCode)
	}
	if res := w.ask(token, "GET", "/anything/else", ""); res.StatusCode != 200 || !contains(res.body, "doctype") {
		t.Errorf("the web pages: %d %s", res.StatusCode, res.body)
	}
}

func TestPanicsAreInternalErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(_ *world, c *Config) {
		c.Web = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("her secret words") })
	})
	res := w.ask("", "GET", "/", "")
	if res.StatusCode != 500 || res.failure(t).Code != "internal" {
		t.Errorf("%d %s", res.StatusCode, res.body)
	}
	if log := w.log.String(); contains(log, "secret") || !contains(log, "http_test.go") {
		t.Errorf("the log: %s", log)
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if res := w.ask("", "GET", "/healthz", ""); res.StatusCode != 200 {
		t.Errorf("/healthz: %d", res.StatusCode)
	}
	w.parts.PostgreSQL.There = false
	w.ask("", "GET", "/readyz", "")
	w.dial("nobody").wantBye(4500)
	w.server.running.Wait()
	res := w.ask("", "GET", "/metrics", "")
	for _, line := range []string{`innerwork_socket_closes_total{code="4500"} 1`, `innerwork_errors_total{code="unavailable",way="http"} 1`, `innerwork_frames_total{direction="out",kind="bye"} 1`, "innerwork_sockets 0"} {
		if !contains(res.body, line) {
			t.Errorf("the metrics lack %s:\n%s", line, res.body)
		}
	}
	if res := w.ask("", "GET", "/metrics", "", header("X-Forwarded-For", "192.0.2.1")); res.StatusCode != 404 {
		t.Errorf("the metrics from elsewhere: %d", res.StatusCode)
	}
}
