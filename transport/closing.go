package transport

// closing is why the server ends a socket: 4000–4499 come back, 4500–4999 do
// not. 0 is for a peer that is gone already.
type closing struct {
	code   int
	reason string // for people
}

// The ways to end.
var (
	closeGone         = closing{0, ""}
	closeShuttingDown = closing{4000, "The server is restarting."}
	closeTooSlow      = closing{4001, "The connection was too slow to keep up."}
	closeIdle         = closing{4002, "The connection did not answer any more."}
	closeBusy         = closing{4003, "The server is busy just now."}
	closeSignedOut    = closing{4500, "You are not signed in any more."}
	closeTooMany      = closing{4502, "Too many windows are open. Please close some of them."}
	closeTooBig       = closing{1009, ""} // the library has said it already
	closeNoHello      = closing{4504, "The connection was opened but never used."}
)

func closeVersion(theirs int) closing {
	if theirs < protocolVersion {
		return closing{4501, "This page is older than the server. Please load it again."}
	}
	return closing{4501, "The server is older than this page. Please tell whoever runs it."}
}

func closeBroken(reason string) closing {
	return closing{4503, "The connection was ended: " + reason + "."}
}
