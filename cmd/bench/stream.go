package main

import (
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
)

// stream is one reply on its way from the upstream to a reader. The upstream
// writes its part before played is closed, the reader its part before the round
// ends.
type stream struct {
	who     *leader
	message string // by which the upstream knows the call
	id      uuid.UUID
	script  *script
	start   <-chan struct{} // the upstream waits for it
	phase   time.Duration   // and then this long, so that streams do not march in step

	called  time.Time // the call reached the upstream
	calling chan struct{}
	sent    []time.Time // the token that ends each sentence
	played  chan struct{}

	said    time.Time
	arrived []time.Time // each sentence, zero for one that never came
	frames  int         // bytes of the frames of sentences
	text    int         // bytes of the sentences in them
	doubled int         // sentences that came again
	strange int         // sentences that are not of the script
	gaps    int         // numbers of events that were left out
	state   string      // in which the reply ended
}

func newStream(who *leader, message string, script *script, start <-chan struct{}, phase time.Duration) *stream {
	n := len(script.sentences)
	return &stream{
		who: who, message: message, id: uuid.Must(uuid.NewV7()), script: script, start: start, phase: phase,
		calling: make(chan struct{}), sent: make([]time.Time, n), played: make(chan struct{}), arrived: make([]time.Time, n),
	}
}

// answered waits until the upstream has played its part, or says that it was
// never asked.
func (s *stream) answered() error {
	select {
	case <-s.calling:
		<-s.played
		return nil
	default:
		return errors.New("a reply ended as " + s.state + " without a word of the model")
	}
}

// sentence notes one that arrived in a frame of some bytes.
func (s *stream) sentence(text string, frame int, at time.Time) {
	n := slices.Index(s.script.sentences, text)
	switch {
	case n < 0:
		s.strange++
		return
	case !s.arrived[n].IsZero():
		s.doubled++
		return
	}
	s.arrived[n] = at
	s.frames += frame
	s.text += len(text)
}

// bytes notes how many of the upstream's bytes have arrived; each sentence
// whose last one is among them has.
func (s *stream) bytes(arrived int, ends []int, at time.Time) {
	for n, end := range ends {
		if arrived >= end && s.arrived[n].IsZero() {
			s.arrived[n] = at
		}
	}
}

// lost counts the sentences that never came.
func (s *stream) lost() (n int) {
	for _, at := range s.arrived {
		if at.IsZero() {
			n++
		}
	}
	return n
}

// delays are the times from the sending of the token that ends a sentence to
// its arrival, of those that arrived.
func (s *stream) delays() (all []time.Duration) {
	for n, at := range s.arrived {
		if !at.IsZero() {
			all = append(all, at.Sub(s.sent[n]))
		}
	}
	return all
}

func allDelays(streams []*stream) (all []time.Duration) {
	for _, s := range streams {
		all = append(all, s.delays()...)
	}
	return all
}
