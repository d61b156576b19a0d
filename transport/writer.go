package transport

import (
	"bytes"

	"github.com/gorilla/websocket"
)

func isTask(item any) bool {
	switch item.(type) {
	case *helloFrame, *followFrame, *unfollowFrame:
		return true
	}
	return false
}

// dispatch does or writes one item of the outbox.
func (k *socket) dispatch(item any) {
	switch task := item.(type) {
	case *helloFrame:
		k.send(readyFrame{kindReady, protocolVersion, k.person.ID, k.server.dialogue.Node()})
		for _, p := range task.Follow {
			k.follow(p)
		}
	case *followFrame:
		k.follow(task.position)
	case *unfollowFrame:
		k.unfollow(task.Conversation)
	default:
		k.send(item)
	}
}

// send writes one frame and reports whether it could. The deadline is the only
// thing that a slow reader meets: nothing is queued for it.
func (k *socket) send(frame any) bool {
	var buf bytes.Buffer
	if err := marshalJSON(&buf, frame); err != nil {
		k.server.log.Error("a frame could not be encoded", "error", describe(err))
		k.end(closeBusy)
		return false
	}
	k.conn.SetWriteDeadline(in(k.server.limits.write))
	if err := k.conn.WriteMessage(websocket.TextMessage, bytes.TrimSuffix(buf.Bytes(), []byte("\n"))); err != nil {
		k.end(whyUnwritten(err))
		return false
	}
	k.server.metrics.frames.WithLabelValues("out", kindOf(frame)).Inc()
	return true
}

func kindOf(frame any) string {
	switch frame.(type) {
	case readyFrame:
		return kindReady
	case saidFrame:
		return kindSaid
	case eventFrame:
		return kindEvent
	case sentenceFrame:
		return kindSentence
	case snapshotFrame:
		return kindSnapshot
	case caughtUpFrame:
		return kindCaughtUp
	case statusFrame:
		return kindStatus
	case errorFrame:
		return kindError
	}
	return kindBye
}
