// Package webclient serves the built files of the browser's side, from inside
// the binary.
//
// It keeps true: what is named by its content may be kept for ever, the page
// that names it never; nothing may run or load on the page but its own files.
//
// It refuses to know anything else: no route of the API, no session, no word
// of anybody's. A program built without the web build serves a page that says
// how to make it.
package webclient

import (
	"bytes"
	"embed"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// Policy is the Content-Security-Policy under which the page works.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

const missing = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Innerwork</title></head>
<body>
<h1>The web page is not built</h1>
<p>The server runs, but this program was compiled without its page. In the folder of the source run <code>make web</code>, then build and start it again.</p>
</body>
</html>
`

//go:embed all:dist
var dist embed.FS

// Handler serves the built files: GET and HEAD of "/" and of each file.
// Anything else is 404, or 405 for another method.
func Handler() http.Handler {
	built, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder is named in the embed directive above
	}
	return serve(built)
}

func serve(built fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "Only reading is possible here.", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		if name == "" {
			name = "index.html"
		}
		h := w.Header()
		h.Set("Content-Security-Policy", Policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		// Vite names everything under assets by its content.
		if strings.HasPrefix(name, "assets/") {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			h.Set("Cache-Control", "no-cache")
		}
		body, err := fs.ReadFile(built, name)
		switch {
		case err == nil && !strings.HasPrefix(path.Base(name), "."):
			http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
		case name == "index.html" && errors.Is(err, fs.ErrNotExist):
			h.Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(http.StatusServiceUnavailable)
			if r.Method == http.MethodGet {
				_, _ = w.Write([]byte(missing)) // nobody to tell: the reader has left
			}
		default:
			h.Del("Cache-Control")
			http.NotFound(w, r)
		}
	})
}
