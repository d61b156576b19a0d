package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"innerwork/coach"
)

// codeInternal is the one code that no *coach.Error has: what happened is in
// the log, not in the answer.
const codeInternal coach.Code = "internal"

// statuses is the one table from codes to HTTP statuses.
var statuses = map[coach.Code]int{
	coach.CodeInvalid:     http.StatusBadRequest,
	coach.CodeNotFound:    http.StatusNotFound,
	coach.CodeConflict:    http.StatusConflict,
	coach.CodeGone:        http.StatusGone,
	coach.CodeUnknown:     http.StatusUnauthorized,
	coach.CodeForbidden:   http.StatusForbidden,
	coach.CodeTooMany:     http.StatusTooManyRequests,
	coach.CodeUnavailable: http.StatusServiceUnavailable,
	codeInternal:          http.StatusInternalServerError,
}

// failure is the body of every answer that is not a success.
type failure struct {
	status  int
	Code    coach.Code `json:"code" doc:"For programs: invalid, not_found, conflict, gone, unknown, forbidden, too_many, unavailable or internal."`
	Message string     `json:"message" doc:"For people, to be shown as it is."`
}

func (f *failure) Error() string  { return f.Message }
func (f *failure) GetStatus() int { return f.status }

// failureOf translates err once and for all; ok is false if it is one that
// must be logged.
func failureOf(err error) (f *failure, ok bool) {
	var refusal *coach.Error
	if errors.As(err, &refusal) {
		if status, known := statuses[refusal.Code]; known {
			return &failure{status, refusal.Code, refusal.Message}, true
		}
	}
	if errors.As(err, &f) {
		return f, true
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &failure{http.StatusServiceUnavailable, coach.CodeUnavailable,
			"That took too long and was given up. Please try again."}, true
	}
	return &failure{http.StatusInternalServerError, codeInternal,
		"Something went wrong here. Please try again; if it stays, tell whoever runs this."}, false
}

func refuse(code coach.Code, message string) error {
	return &coach.Error{Code: code, Message: message}
}

// describe says where err came from for the log: the contexts that our own
// code wrapped around it, then the type of the last error and its SQLSTATE if
// it has one. The last error's text is left out: a database's may hold words.
func describe(err error) string {
	var out strings.Builder
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			break
		}
		if added, ok := strings.CutSuffix(err.Error(), inner.Error()); ok {
			out.WriteString(added)
		} else {
			fmt.Fprintf(&out, "%T: ", err)
		}
		err = inner
	}
	fmt.Fprintf(&out, "%T", err)
	var state interface{ SQLState() string }
	if errors.As(err, &state) {
		fmt.Fprintf(&out, " (SQLSTATE %s)", state.SQLState())
	}
	return out.String()
}

// huma has no other place for the form of its own errors (a body that does
// not fit the schema) than this variable of its package.
func init() {
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return requestFailure(status, message, errs)
	}
}

// requestFailure says what is wrong with a request, in terms of its fields and
// never of their values.
func requestFailure(status int, message string, errs []error) *failure {
	f := &failure{status: status, Code: coach.CodeInvalid}
	var said []string
	for _, err := range errs {
		var detail *huma.ErrorDetail
		switch {
		case !errors.As(err, &detail):
		case detail.Location == "":
			said = append(said, detail.Message)
		default:
			said = append(said, detail.Location+": "+detail.Message)
		}
	}
	switch {
	case status == http.StatusRequestEntityTooLarge:
		f.Message = "That is too long to be sent in one piece."
	case status == http.StatusUnsupportedMediaType:
		f.Message = "The body must be application/json."
	case status >= http.StatusInternalServerError:
		*f = failure{status, codeInternal, "The request could not be read."}
	case len(said) > 0:
		f.status = statuses[coach.CodeInvalid]
		f.Message = "The request does not fit: " + strings.Join(said, "; ") + "."
	default:
		f.Message = "The request does not fit: " + message + "."
	}
	return f
}
