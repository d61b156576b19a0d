package memory

import (
	"errors"
	"fmt"
)

// Code says, for programs, what kind of refusal an Error is.
type Code string

// The codes of an Error. Package transport has the one table from codes to
// HTTP statuses and close codes.
const (
	CodeInvalid     Code = "invalid"     // the input is not what it must be; the message says what to do
	CodeNotFound    Code = "not_found"   // no such row for this person, whoever else may have one
	CodeConflict    Code = "conflict"    // the same id with other content, or a state that does not allow it
	CodeGone        Code = "gone"        // forgotten; it stays forgotten
	CodeUnknown     Code = "unknown"     // not signed in, or the name and password do not fit
	CodeForbidden   Code = "forbidden"   // signed in, but not with the role for it
	CodeTooMany     Code = "too_many"    // a limit; the message says when to come back
	CodeUnavailable Code = "unavailable" // a part is not there just now; nothing was stored
)

// Error is a refusal that a person may read: Message never holds anybody's
// words, and never more than the reader may know.
type Error struct {
	Code    Code
	Message string
}

func (e *Error) Error() string { return e.Message }

// Errorf makes an Error. The arguments must not hold a leader's words.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// CodeOf finds the Code of err, or "" if it is no Error.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// wrap adds where an error came from, once, at the end of a function:
//
//	defer wrap(&err, "Forget(%v)", id)
func wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *err)
	}
}
