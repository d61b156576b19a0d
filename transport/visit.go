package transport

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// visit is what the connection says about a request, before any of it is
// believed.
type visit struct {
	local  bool // from this machine to this machine, with nothing in between
	owner  bool // local, and no address of a proxy is configured, behind which every peer looks local
	secure bool // the browser speaks TLS, to us or to a configured proxy
	cookie string
}

// The names of the session cookie.
const (
	cookieHost  = "__Host-innerwork"
	cookiePlain = "innerwork" // on loopback without TLS, where browsers refuse the other
)

func (s *Server) visit(r *http.Request) visit {
	v := visit{local: isLocal(r), secure: r.TLS != nil || slices.Contains(s.origins, "https://"+strings.ToLower(r.Host))}
	v.owner = v.local && len(s.origins) == 0
	v.cookie = cookieHost
	if v.local && !v.secure {
		v.cookie = cookiePlain
	}
	return v
}

// isLocal trusts the peer's address only where a proxy could not have put it
// there: the listener is on loopback, nothing says that it was forwarded, and
// the browser asked for this machine by name (a foreign name that resolves to
// loopback is a page that wants in).
func isLocal(r *http.Request) bool {
	for name := range r.Header {
		if name == "Forwarded" || name == "Via" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-") {
			return false
		}
	}
	listener, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return ok && isLoopback(listener.String()) && isLoopback(r.RemoteAddr) && isLoopback(r.Host)
}

func isLoopback(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.Trim(strings.ToLower(host), "[]")
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// token finds the session's token: in the cookie or, for programs, in the
// Authorization header. Nowhere else, so that none stands in a URL.
func (v visit) token(r *http.Request) (token string, bearer bool) {
	if t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && t != "" {
		return t, true
	}
	if c, err := r.Cookie(v.cookie); err == nil {
		return c.Value, false
	}
	return "", false
}

// signedIn is the cookie of a session. When the session ends is the store's
// decision, so the cookie lasts as long as a browser keeps one.
func (v visit) signedIn(token string) http.Cookie {
	const days400 = 400 * 24 * 60 * 60
	return v.sessionCookie(token, days400)
}

func (v visit) signedOut() http.Cookie { return v.sessionCookie("", -1) }

func (v visit) sessionCookie(value string, maxAge int) http.Cookie {
	return http.Cookie{
		Name: v.cookie, Value: value, Path: "/", MaxAge: maxAge,
		Secure: v.cookie == cookieHost, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
}

// originAllowed checks the Origin of a websocket upgrade, which is a GET that
// net/http's CrossOriginProtection lets pass: scheme and host must be ours, to
// the letter. Without an Origin (no browser) only a bearer token will do, for
// no page can make a browser send one.
func (s *Server) originAllowed(r *http.Request, bearer bool) bool {
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		return bearer
	}
	if len(origins) > 1 {
		return false
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return origins[0] == scheme+"://"+r.Host || slices.Contains(s.origins, origins[0])
}
