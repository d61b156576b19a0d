package webclient

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

var built = fstest.MapFS{
	".keep":              {Data: []byte("")},
	"index.html":         {Data: []byte(`<!doctype html><script type="module" src="/assets/index-abc.js"></script>`)},
	"favicon.svg":        {Data: []byte("<svg/>")},
	"assets/index-a.js":  {Data: []byte("export {}")},
	"assets/index-a.css": {Data: []byte("p{}")},
}

func ask(t *testing.T, h http.Handler, method, path string) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w.Result()
}

func TestServe(t *testing.T) {
	t.Parallel()
	const forever, never = "public, max-age=31536000, immutable", "no-cache"
	cases := []struct {
		method, path string
		status       int
		cache, kind  string
	}{
		{"GET", "/", 200, never, "text/html; charset=utf-8"},
		{"HEAD", "/", 200, never, "text/html; charset=utf-8"},
		{"GET", "/index.html", 200, never, "text/html; charset=utf-8"},
		{"GET", "/favicon.svg", 200, never, "image/svg+xml"},
		{"GET", "/assets/index-a.js", 200, forever, "text/javascript; charset=utf-8"},
		{"GET", "/assets/index-a.css", 200, forever, "text/css; charset=utf-8"},
		{"GET", "/assets/gone.js", 404, "", "text/plain; charset=utf-8"},
		{"GET", "/assets", 404, "", "text/plain; charset=utf-8"},
		{"GET", "/.keep", 404, "", "text/plain; charset=utf-8"},
		{"GET", "/../webclient.go", 404, "", "text/plain; charset=utf-8"},
		{"GET", "/conversations", 404, "", "text/plain; charset=utf-8"},
		{"POST", "/", 405, "", "text/plain; charset=utf-8"},
	}
	for _, c := range cases {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			t.Parallel()
			got := ask(t, serve(built), c.method, c.path)
			if got.StatusCode != c.status {
				t.Errorf("status %d, want %d", got.StatusCode, c.status)
			}
			if v := got.Header.Get("Cache-Control"); v != c.cache {
				t.Errorf("Cache-Control %q, want %q", v, c.cache)
			}
			if v := got.Header.Get("Content-Type"); v != c.kind {
				t.Errorf("Content-Type %q, want %q", v, c.kind)
			}
		})
	}
}

func TestServeSaysHowToBuild(t *testing.T) {
	t.Parallel()
	got := ask(t, serve(fstest.MapFS{".keep": {}}), "GET", "/")
	if got.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", got.StatusCode)
	}
	body := new(strings.Builder)
	if err := got.Write(body); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(body.String(), "make web") {
		t.Error("the page does not say how to build it")
	}
}

func TestPolicyHasNoUnsafe(t *testing.T) {
	t.Parallel()
	got := ask(t, serve(built), "GET", "/").Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(got, "default-src 'none';") || strings.Contains(got, "unsafe") || strings.Contains(got, "*") {
		t.Errorf("policy %q", got)
	}
}

// What Vite made must work under Policy: no script or style inside the page.
func TestBuiltPageHasNothingInline(t *testing.T) {
	t.Parallel()
	page, err := dist.ReadFile("dist/index.html")
	if err != nil {
		t.Skip("no web build in this binary: make web")
	}
	for _, inline := range []string{`<script[^>]*>[^<]`, `<style`, `\sstyle=`, `\son[a-z]+=`, `https?://`} {
		if found := regexp.MustCompile(inline).Find(page); found != nil {
			t.Errorf("the built page has %q", found)
		}
	}
}
