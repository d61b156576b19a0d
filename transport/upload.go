package transport

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"innerwork/coach"
)

// uploads is who sends a file just now: one at a time each, a few on a node.
type uploads struct {
	mu   sync.Mutex
	from map[coach.ID]bool
	most int
}

// begin takes a place, which end gives back.
func (u *uploads) begin(person coach.ID) (end func(), err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case u.from[person]:
		return nil, refuse(coach.CodeTooMany, "Another file of yours is still on its way. Wait until it is read, then send this one.")
	case len(u.from) >= u.most:
		return nil, refuse(coach.CodeTooMany, "Several files are being read just now. Try again in a minute.")
	}
	if u.from == nil {
		u.from = map[coach.ID]bool{}
	}
	u.from[person] = true
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		delete(u.from, person)
	}, nil
}

const uploadRoute = "POST /api/imports"

// upload takes a file to import as the body of a request: huma reads bodies
// into memory, and this one is large.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	read, err := s.receive(w, r)
	if err != nil {
		w.Header().Set("Connection", "close") // the rest of the body is not waited for
		s.failWith(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	marshalJSON(w, read)
}

func (s *Server) receive(w http.ResponseWriter, r *http.Request) (read coach.Import, err error) {
	c, err := s.identify(r)
	if err == nil {
		err = leader.admits(c, s.consent.Version)
	}
	if err != nil {
		return read, err
	}
	if r.ContentLength > coach.MaxUpload {
		return read, tooLarge()
	}
	n, err := newImport(r, c.person, s.newID())
	if err != nil {
		return read, err
	}
	end, err := s.uploads.begin(c.person.ID)
	if err != nil {
		return read, err
	}
	defer end()
	file, err := s.unnamed()
	if err != nil {
		return read, err
	}
	defer file.Close()
	patient := &patientBody{http.MaxBytesReader(w, r.Body, coach.MaxUpload), http.NewResponseController(w), s.limits.body}
	if n.Size, err = io.Copy(file, patient); err != nil {
		return read, bodyFailure(err)
	}
	if err := patient.deadline.SetReadDeadline(time.Time{}); err != nil {
		return read, fmt.Errorf("end the time for a body: %w", err)
	}
	n.File = file
	return s.imports.StageImport(r.Context(), c.person.ID, n)
}

// newImport reads what the request says about the file.
func newImport(r *http.Request, person coach.Person, id coach.ID) (n coach.NewImport, err error) {
	n = coach.NewImport{ID: id, Name: "file", Zone: person.Zone}
	if _, params, err := mime.ParseMediaType(r.Header.Get("Content-Disposition")); err == nil && params["filename"] != "" {
		n.Name = params["filename"]
	}
	q := r.URL.Query()
	if zone := q.Get("zone"); zone != "" {
		n.Zone = zone
	}
	n.Choices.Order, n.Choices.Whole = coach.DateOrder(q.Get("order")), q.Get("whole") == "true"
	var modified int
	for name, into := range map[string]*int{"text": &n.Choices.Text, "date": &n.Choices.Date, "modified": &modified} {
		if text := q.Get(name); text != "" {
			if *into, err = strconv.Atoi(text); err != nil {
				return n, refuse(coach.CodeInvalid, "The request does not fit: "+name+" is a number.")
			}
		}
	}
	if modified > 0 {
		n.Modified = time.UnixMilli(int64(modified))
	}
	if replaces := q.Get("replaces"); replaces != "" {
		if n.Replaces, err = uuid.Parse(replaces); err != nil {
			return n, refuse(coach.CodeInvalid, "The request does not fit: replaces is an id.")
		}
	}
	return n, nil
}

// unnamed is a file that nobody else can open, and that is gone when it is
// closed, whatever happens.
func (s *Server) unnamed() (*os.File, error) {
	if s.temp != "" {
		if err := os.MkdirAll(s.temp, 0o700); err != nil {
			return nil, fmt.Errorf("make a folder for uploads: %w", err)
		}
	}
	file, err := os.CreateTemp(s.temp, "upload-")
	if err != nil {
		return nil, fmt.Errorf("make a file for an upload: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("unlink the file for an upload: %w", err), file.Close())
	}
	return file, nil
}

// patientBody waits for each piece of a body for a while, and not for all of it.
type patientBody struct {
	body     io.Reader
	deadline *http.ResponseController
	each     time.Duration
}

func (b *patientBody) Read(p []byte) (int, error) {
	if err := b.deadline.SetReadDeadline(time.Now().Add(b.each)); err != nil {
		return 0, fmt.Errorf("bound the time for a body: %w", err)
	}
	return b.body.Read(p)
}

func tooLarge() error {
	return &failure{http.StatusRequestEntityTooLarge, coach.CodeInvalid, coach.UploadTooLarge().Error()}
}

// bodyFailure says why a body did not come whole.
func bodyFailure(err error) error {
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return tooLarge()
	}
	if _, disk := errors.AsType[*os.PathError](err); disk {
		return refuse(coach.CodeUnavailable, "There is no room on the disk for this file just now. Nothing was stored.")
	}
	return refuse(coach.CodeInvalid, "The file did not arrive whole. Nothing was stored; send it again.")
}

// describeUpload puts the route into the description of all routes.
func describeUpload(api huma.API) {
	in := func(where, name, doc string) *huma.Param {
		return &huma.Param{Name: name, In: where, Description: doc, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	api.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "post-imports", Method: http.MethodPost, Path: "/api/imports",
		Description: "Reads a file to import, which is the whole body, and keeps what is in it aside. Answers with an Import.",
		Parameters: []*huma.Param{
			in("header", "Content-Disposition", "attachment, with the file's name as filename or filename*."),
			in("query", "modified", "When the file was last changed, in milliseconds since 1970."),
			in("query", "zone", "IANA time zone of dates without one; left out: hers."),
			in("query", "text", "The column with her words, from 1."), in("query", "date", "The column with the date, from 1."),
			in("query", "order", "dmy or mdy: which number comes first in dates."),
			in("query", "whole", "true: a text is one entry, date headings or not."),
			in("query", "replaces", "The import of the same file that this one takes the place of."),
		},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}},
		Responses:   map[string]*huma.Response{"201": {Description: "The file was read."}},
	})
}
