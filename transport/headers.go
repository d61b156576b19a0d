package transport

import (
	"net/http"
	"runtime/debug"
	"strings"
)

const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// withHeaders puts on every answer what a browser must know of us. What is
// under /api is private; the web handler says itself what may be kept.
func (s *Server) withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentSecurityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if s.visit(r).secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if strings.HasPrefix(r.URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store")
			if r.Method == http.MethodHead { // a GET of the desk writes readings of what is then not shown
				h.Set("Allow", "GET, POST, PUT, DELETE")
				w.WriteHeader(http.StatusMethodNotAllowed)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// withRecovery answers a panic like any internal error. The panic's value may
// hold words and is not logged; the stack holds none.
func (s *Server) withRecovery(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			if value == http.ErrAbortHandler {
				panic(value)
			}
			s.log.Error("a handler panicked", "method", r.Method, "route", r.Pattern, "stack", string(debug.Stack()))
			f, _ := failureOf(nil)
			s.fail(w, f)
		}()
		next.ServeHTTP(w, r)
	})
}
