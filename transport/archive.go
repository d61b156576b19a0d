package transport

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"innerwork/coach"
)

const (
	takeRoute  = "GET /api/archive"
	bringRoute = "POST /api/archive"
)

// take gives her everything of hers as one file, as it is read: an answer that
// breaks off is no zip, so nobody takes a part for the whole.
func (s *Server) take(w http.ResponseWriter, r *http.Request) {
	c, err := s.identify(r)
	if err == nil {
		err = leader.admits(c, s.consent.Version)
	}
	if err != nil {
		s.failWith(w, r, err)
		return
	}
	out := &patientAnswer{w: w, deadline: http.NewResponseController(w), each: s.limits.body, begin: func() {
		w.Header().Set("Content-Type", "application/zip")
		w.Header().Set("Content-Disposition", `attachment; filename="innerwork-`+s.now().UTC().Format(time.DateOnly)+`.zip"`)
	}}
	buffer := bufio.NewWriterSize(out, 64<<10)
	if err = s.archives.Export(r.Context(), c.person.ID, buffer); err == nil {
		err = buffer.Flush()
	}
	if err == nil {
		err = out.deadline.SetWriteDeadline(time.Time{})
	}
	if err != nil && !out.begun {
		s.failWith(w, r, err)
	} else if err != nil {
		s.translate(err, takeRoute)
		panic(http.ErrAbortHandler) // the line is cut: nothing else says so now
	}
}

// patientAnswer waits for each piece of an answer for a while, and not for all
// of it.
type patientAnswer struct {
	w        http.ResponseWriter
	deadline *http.ResponseController
	each     time.Duration
	begin    func()
	begun    bool
}

func (a *patientAnswer) Write(p []byte) (int, error) {
	if !a.begun {
		a.begun = true
		a.begin()
	}
	if err := a.deadline.SetWriteDeadline(time.Now().Add(a.each)); err != nil {
		return 0, fmt.Errorf("bound the time for an answer: %w", err)
	}
	return a.w.Write(p)
}

// bringStep is a line of the answer to an archive: how far it is, and last
// what came of it or why nothing did.
type bringStep struct {
	Done    int            `json:"done"`
	Total   int            `json:"total"`
	Brought *coach.Brought `json:"brought,omitempty"`
	Failure *failure       `json:"failure,omitempty"`
}

// bring takes an archive as the body of a request and answers with a line of
// JSON for each step.
func (s *Server) bring(w http.ResponseWriter, r *http.Request) {
	out := &patientAnswer{w: w, deadline: http.NewResponseController(w), each: s.limits.body, begin: func() {
		w.Header().Set("Content-Type", "application/x-ndjson")
	}}
	var last bringStep
	say := func(step bringStep) {
		last = step
		if err := marshalJSON(out, step); err == nil {
			_ = out.deadline.Flush() // who does not listen any more is no reason to stop
		}
	}
	brought, err := s.bringFrom(w, r, func(done, total int) { say(bringStep{Done: done, Total: total}) })
	if err != nil && !out.begun {
		w.Header().Set("Connection", "close") // the rest of the body is not waited for
		s.failWith(w, r, err)
		return
	}
	if err != nil {
		last.Failure = s.translate(err, bringRoute)
	} else {
		last.Brought = &brought
	}
	say(last)
	_ = out.deadline.SetWriteDeadline(time.Time{}) // a line that is gone needs none
}

func (s *Server) bringFrom(w http.ResponseWriter, r *http.Request, progress func(done, total int)) (all coach.Brought, err error) {
	c, err := s.identify(r)
	if err == nil {
		err = leader.admits(c, s.consent.Version)
	}
	if err != nil {
		return all, err
	}
	if r.ContentLength > coach.MaxArchive {
		return all, archiveTooLarge()
	}
	end, err := s.uploads.begin(c.person.ID)
	if err != nil {
		return all, err
	}
	defer end()
	file, err := s.unnamed()
	if err != nil {
		return all, err
	}
	defer file.Close()
	patient := &patientBody{http.MaxBytesReader(w, r.Body, coach.MaxArchive), http.NewResponseController(w), s.limits.body}
	size, err := io.Copy(file, patient)
	if err != nil {
		if err = bodyFailure(err); err.Error() == tooLarge().Error() {
			err = archiveTooLarge()
		}
		return all, err
	}
	if err := patient.deadline.SetReadDeadline(time.Time{}); err != nil {
		return all, fmt.Errorf("end the time for a body: %w", err)
	}
	// Once it has begun it comes to its end, whether or not she waits for it.
	return s.archives.Bring(context.WithoutCancel(r.Context()), c.person.ID, file, size,
		coach.Bringing{Preview: r.URL.Query().Get("preview") == "true", Progress: progress})
}

func archiveTooLarge() error {
	return &failure{http.StatusRequestEntityTooLarge, coach.CodeInvalid, "This archive is larger than any that is read (1 GB). Nothing was stored."}
}

type carriedList struct {
	Releases []coach.CarriedRelease `json:"releases"`
}

func (s *Server) listCarried(ctx context.Context, _ *nothing) (*body[carriedList], error) {
	all, err := s.archives.Carried(ctx, me(ctx))
	return answer(carriedList{list(all)}, err)
}

// describeArchive puts the two routes into the description of all routes.
func describeArchive(api huma.API) {
	binary := func(kind string) map[string]*huma.MediaType {
		return map[string]*huma.MediaType{kind: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	}
	api.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "get-archive", Method: http.MethodGet, Path: "/api/archive",
		Description: "Everything of hers: a zip, described by the FORMAT.md in it. One that breaks off is no zip.",
		Responses:   map[string]*huma.Response{"200": {Description: "The archive.", Content: binary("application/zip")}},
	})
	api.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "post-archive", Method: http.MethodPost, Path: "/api/archive",
		Description: "Brings an archive back, which is the whole body. Answers with lines of JSON {done, total}; the last one has brought, or failure, and then nothing was stored.",
		Parameters: []*huma.Param{{Name: "preview", In: "query", Description: "true: count only, and store nothing.",
			Schema: &huma.Schema{Type: huma.TypeString}}},
		RequestBody: &huma.RequestBody{Required: true, Content: binary("application/zip")},
		Responses:   map[string]*huma.Response{"200": {Description: "Steps, a line each."}},
	})
}
