package transport

import "time"

// limits is every bound in one place, most of them of a socket; tests shorten
// the times.
type limits struct {
	frame      int64 // bytes that a browser's frame may have
	sockets    int   // of this node
	perPerson  int   // sockets of a person on this node; over all nodes nobody counts, since a socket takes up only its own
	flood      int   // frames in any minute, over all sockets of a person on this node; what she says is counted where it is stored
	follows    int   // conversations that one socket follows
	batch      int   // events read at once
	outbox     int   // acknowledgements and errors that wait for a slow reader
	uploads    int   // of files to import at once, on this node
	hello      time.Duration
	ping       time.Duration // between pings
	silence    time.Duration // without any sign of life
	write      time.Duration // for one frame
	farewell   time.Duration // from the decision to end a socket until it is cut
	recheck    time.Duration // of the session
	accounts   time.Duration // for one look at the session
	retry      time.Duration // after events could not be read
	acceptance time.Duration // for storing one message
	body       time.Duration // for sending the body of a request, or each piece of a file
}

func standardLimits() limits {
	return limits{
		frame:      65_536,
		sockets:    16_384,
		perPerson:  8,
		flood:      300,
		follows:    16,
		batch:      24,
		outbox:     16,
		uploads:    4,
		hello:      15 * time.Second,
		ping:       15 * time.Second,
		silence:    35 * time.Second,
		write:      10 * time.Second,
		farewell:   1500 * time.Millisecond,
		recheck:    60 * time.Second,
		accounts:   5 * time.Second,
		retry:      2 * time.Second,
		acceptance: 10 * time.Second,
		body:       30 * time.Second,
	}
}
