package memory

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// translate turns what the database says into an Error, once. PostgreSQL's own
// message and detail stay out of it: they may quote a row.
func translate(err error) error {
	if err == nil || CodeOf(err) != "" || errors.Is(err, context.Canceled) {
		return err
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return Errorf(CodeNotFound, "There is nothing here by that id.")
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return translateState(pg)
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) || pgconn.SafeToRetry(err) {
		return &cause{Errorf(CodeUnavailable, "The database does not answer just now. Nothing was stored; try again in a moment."), err}
	}
	if brokenOff(err) {
		return &cause{Errorf(CodeUnavailable, "The database did not answer, so it is not known whether this was stored. "+
			"Try again in a moment."), err}
	}
	return err
}

// brokenOff says that the answer of the database did not come: what was asked
// for may have been done, the commit too.
func brokenOff(err error) bool {
	_, network := errors.AsType[*net.OpError](err)
	return network || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, context.DeadlineExceeded)
}

func translateState(pg *pgconn.PgError) error {
	known := func(code Code, message string) error {
		return &cause{&Error{code, message}, &stateError{pg.Code, pg.ConstraintName}}
	}
	switch {
	case pg.Code == "23505":
		return known(CodeConflict, "That is there already, with other content.")
	case pg.Code == "IW410": // the trigger stays_forgotten
		return known(CodeGone, "You have forgotten this; it stays forgotten.")
	case pg.Code == "23503":
		return known(CodeNotFound, "Something that this belongs to is not there, or no longer.")
	case pg.Code == "23514" && pg.ConstraintName == "quotes_span":
		return known(CodeInvalid, "A quote must lie within the text that it quotes.")
	case pg.Code == "23514" || pg.Code == "23502" || pg.Code[:2] == "22":
		return known(CodeInvalid, "That is not of a form that can be kept. Please check it and send it again.")
	case pg.Code == "42501":
		return known(CodeForbidden, "That is not allowed.")
	case pg.Code == "53100":
		return known(CodeUnavailable, "The disk is full, so nothing was stored. Free some space and try again.")
	case pg.Code[:2] == "57" || pg.Code[:2] == "53" || pg.Code[:2] == "08" || pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "25P03":
		return known(CodeUnavailable, "The database does not answer just now. Nothing was stored; try again in a moment.")
	}
	return &stateError{pg.Code, pg.ConstraintName}
}

// stateError is what of a PostgreSQL error may be logged: no row of it.
type stateError struct{ code, constraint string }

func (e *stateError) Error() string {
	if e.constraint == "" {
		return "SQLSTATE " + e.code
	}
	return "SQLSTATE " + e.code + " at " + e.constraint
}

// SQLState is the code, for a log.
func (e *stateError) SQLState() string { return e.code }

// cause is an Error for people that keeps what led to it for programs.
type cause struct {
	said *Error
	err  error
}

func (c *cause) Error() string { return c.said.Message }

func (c *cause) Unwrap() []error { return []error{c.said, c.err} }

// violates reports whether err is PostgreSQL's refusal with that SQLSTATE.
func violates(err error, code string) bool {
	var state *stateError
	if errors.As(err, &state) {
		return state.code == code
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == code
}
