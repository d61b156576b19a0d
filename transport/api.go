package transport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"innerwork/coach"
)

// maxBody holds a text of 16,000 code points, each of them escaped in JSON as
// a surrogate pair (12 bytes), and its fields around it.
const maxBody = 200 << 10

// The shapes of inputs and outputs: huma reads the fields' names and tags.
type (
	nothing     struct{}
	body[T any] struct {
		Body T
	}
)

// ByID is the input of a route about one row. It is exported because huma
// passes over unexported structs that are embedded.
type ByID struct {
	ID coach.ID `path:"id"`
}

func answer[T any](v T, err error) (*body[T], error) {
	if err != nil {
		return nil, err
	}
	return &body[T]{Body: v}, nil
}

// list makes sure that an empty list is [] and never null.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// newAPI puts every JSON route on mux, and the description of them all.
func (s *Server) newAPI(mux *http.ServeMux) error {
	jsonFormat := huma.Format{Marshal: marshalJSON, Unmarshal: unmarshalJSON}
	api := humago.New(mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Innerwork", Version: s.version},
		},
		Formats:       map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat},
		DefaultFormat: "application/json",
	})
	s.routes(api)
	// What comes over the socket is described too, though no route answers it.
	api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[coach.Event](), true, "Event")
	// huma's own route for this page renders it at first use, without a lock.
	description, err := json.Marshal(api.OpenAPI())
	if err != nil {
		return fmt.Errorf("describing the API: %w", err)
	}
	mux.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(description)
	})
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		s.failWith(w, r, refuse(coach.CodeNotFound, "There is no such address."))
	})
	return nil
}

// route registers one handler. What it returns as an error is translated and,
// if it is internal, logged here, so that huma never sees a bare error.
func route[I, O any](s *Server, api huma.API, g gate, pattern string, status int, handle func(context.Context, *I) (*O, error)) {
	method, path, _ := strings.Cut(pattern, " ")
	name := strings.NewReplacer("/api/", "-", "/", "-", "{", "", "}", "").Replace(path)
	huma.Register(api, huma.Operation{
		OperationID:     strings.ToLower(method) + name,
		Method:          method,
		Path:            path,
		DefaultStatus:   status,
		MaxBodyBytes:    maxBody,
		BodyReadTimeout: s.limits.body,
		Middlewares:     huma.Middlewares{s.pass(g)},
	}, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, s.translate(err, pattern)
		}
		return out, nil
	})
}

// translate makes of err what the person gets, counts it, and logs it if it is
// nobody's refusal.
func (s *Server) translate(err error, where string) *failure {
	f, ok := failureOf(err)
	if !ok {
		s.log.Error("an internal error", "at", where, "error", describe(err))
	}
	s.metrics.errors.WithLabelValues("http", string(f.Code)).Inc()
	return f
}

func (s *Server) failWith(w http.ResponseWriter, r *http.Request, err error) {
	s.fail(w, s.translate(err, r.Pattern))
}

func (s *Server) fail(w http.ResponseWriter, f *failure) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.status)
	marshalJSON(w, f)
}

func marshalJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

var (
	errNotUTF8 = errors.New("the text is not valid UTF-8")
	errNotJSON = errors.New("the text is not valid JSON")
)

// unmarshalJSON is strict where encoding/json is kind: it would replace bytes
// that are no UTF-8, and a leader's words are never replaced. Its own errors
// quote the input and are not passed on.
func unmarshalJSON(data []byte, v any) error {
	if !utf8.Valid(data) {
		return errNotUTF8
	}
	if err := json.Unmarshal(data, v); err != nil {
		return errNotJSON
	}
	return nil
}
