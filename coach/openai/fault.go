package openai

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"innerwork/coach"
)

// reason is kept with the reply.
type reason string

const (
	unreachable    reason = "no connection"
	unknownHost    reason = "unknown host"
	badCertificate reason = "bad certificate"
	noTLS          reason = "not https"
	redirected     reason = "redirected"
	unauthorized   reason = "unauthorized"
	forbidden      reason = "forbidden"
	wrongAddress   reason = "wrong address"
	unknownModel   reason = "unknown model"
	tooLong        reason = "context too long"
	rejected       reason = "rejected"
	noCredit       reason = "no credit"
	rateLimited    reason = "rate limited"
	unavailable    reason = "unavailable"
	upstream       reason = "upstream error"
	noModel        reason = "not a model server"
	unreadable     reason = "unreadable answer"
	cutOff         reason = "cut off"
	brokeOff       reason = "broke off"
	silent         reason = "silent"
	tooSlow        reason = "too slow"
	saidNothing    reason = "said nothing"
	thoughtAloud   reason = "thought aloud"
	resting        reason = "resting"
)

// fault is one failed try.
type fault struct {
	reason reason
	status int           // of HTTP, 0 for none
	passes bool          // may be over soon, and nothing can have been charged
	after  time.Duration // the server's wish before another try
	err    error         // without words of the upstream
}

func (f *fault) Error() string {
	switch {
	case f.err != nil:
		return f.err.Error()
	case f.status != 0:
		return fmt.Sprintf("status %d", f.status)
	}
	return string(f.reason)
}

func (f *fault) Unwrap() error { return f.err }

// free says that no model began to answer: no connection was made, or what
// answered refused.
func (f *fault) free() bool {
	switch f.reason {
	case unreachable, unknownHost, badCertificate, noTLS:
		return true
	}
	return f.status != 0
}

// explain is a failed try in words for a person.
func (m *Model) explain(err error) *coach.ModelError {
	f, ok := errors.AsType[*fault](err)
	if !ok {
		f = &fault{reason: cutOff}
		if neverSent(err) {
			f.reason = unknownModel
		}
	}
	said := &coach.ModelError{Reason: string(f.reason), Mend: m.mend(f.reason), Free: f.free() || neverSent(err)}
	if f.err != nil || f.status != 0 {
		said.Err = f
	}
	return said
}

func (m *Model) mend(r reason) string {
	host, model := m.Host(), m.Name()
	switch r {
	case unreachable:
		if m.Leaves() {
			return "The model server at " + host + " does not answer. Check the network, or take OPENAI_BASE_URL out to talk with the guide."
		}
		return "The model server at " + host + " does not answer. Start it, or take OPENAI_BASE_URL out to talk with the guide."
	case unknownHost:
		return "There is no server by the name of " + host + ". Check OPENAI_BASE_URL and the network."
	case badCertificate:
		return "The certificate of " + host + " cannot be trusted, so nothing was sent. Check OPENAI_BASE_URL, or have the certificate renewed."
	case noTLS:
		return host + " does not speak https. Check OPENAI_BASE_URL; it may have to begin with http://."
	case redirected:
		return host + " points to another address, and words go only where they were told to. Put the final address into OPENAI_BASE_URL."
	case unauthorized:
		if m.config.Key == "" {
			return host + " asks for a key. Put one into OPENAI_API_KEY."
		}
		return host + " does not accept the key. Check OPENAI_API_KEY."
	case forbidden:
		return host + " does not let this key use the model " + model + ". Check OPENAI_API_KEY and OPENAI_MODEL."
	case wrongAddress:
		return host + " has no chat model at this address. Check OPENAI_BASE_URL; it usually ends in /v1."
	case unknownModel:
		return host + " does not know the model " + model + ". Check OPENAI_MODEL, or load the model there."
	case tooLong:
		return "This conversation is longer than the model " + model + " can read. Begin a new one, or give the model a longer context."
	case rejected:
		return host + " does not accept the request. Check that OPENAI_MODEL names a chat model."
	case noCredit:
		return "The account at " + host + " has no credit left. Add some, or take OPENAI_BASE_URL out to talk with the guide."
	case rateLimited:
		return host + " asks for fewer requests. Try again in a while."
	case noModel:
		return "What answers at " + host + " is no chat model. Check OPENAI_BASE_URL; it usually ends in /v1."
	case silent, tooSlow:
		return "The model " + model + " took too long. Try again, or choose a smaller model in OPENAI_MODEL."
	case saidNothing:
		return "The model " + model + " said nothing. Try again, or talk with the guide."
	case thoughtAloud:
		return "The model " + model + " mixes its thinking with its answer. Turn on the separation of reasoning at " + host + ", or choose another model."
	}
	return "The model server at " + host + " failed. Try again in a while, or talk with the guide."
}

// unreached sorts out why no answer came. Only a connection that was never made
// may be tried again: after that, the request may be on its way to a bill.
func unreached(err error) *fault {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return &fault{reason: unknownHost, passes: true, err: dns}
	}
	if bad, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return &fault{reason: badCertificate, err: bad}
	}
	if plain, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return &fault{reason: noTLS, err: plain}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return &fault{reason: unreachable, passes: !op.Timeout(), err: op}
	}
	if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() {
		return &fault{reason: unreachable, err: wordless(err)} // in the TLS handshake
	}
	return &fault{reason: cutOff, err: wordless(err)}
}

// wordless keeps of an error only what cannot hold words of the upstream: the
// errors of net/http quote what they could not read.
func wordless(err error) error {
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return number
	}
	for _, known := range []error{context.DeadlineExceeded, context.Canceled} {
		if errors.Is(err, known) {
			return known
		}
	}
	return nil
}
