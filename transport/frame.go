package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"innerwork/coach"
)

// protocolVersion is of the frames below; protocol.md is their description.
const protocolVersion = 1

// The kinds of frame: first those that a browser sends, then those that the
// server sends. testdata/frames has an example of each.
const (
	kindHello    = "hello"
	kindFollow   = "follow"
	kindUnfollow = "unfollow"
	kindSay      = "say"
	kindStop     = "stop"

	kindReady    = "ready"
	kindSaid     = "said"
	kindEvent    = "event"
	kindSentence = "sentence"
	kindSnapshot = "snapshot"
	kindCaughtUp = "caught-up"
	kindStatus   = "status"
	kindError    = "error"
	kindBye      = "bye"
)

// position names a conversation and the last of its events that a reader has.
type position struct {
	Conversation coach.ID     `json:"conversation"`
	After        coach.Cursor `json:"after"`
}

type (
	helloFrame struct {
		Type    string     `json:"type"`
		Version int        `json:"version"`
		Follow  []position `json:"follow"`
	}
	followFrame struct {
		Type string `json:"type"`
		position
	}
	unfollowFrame struct {
		Type         string   `json:"type"`
		Conversation coach.ID `json:"conversation"`
	}
	sayFrame struct {
		Type         string   `json:"type"`
		ID           coach.ID `json:"id"`
		Conversation coach.ID `json:"conversation"`
		Text         string   `json:"text"`
	}
	stopFrame struct {
		Type  string   `json:"type"`
		Reply coach.ID `json:"reply"`
	}
)

type (
	readyFrame struct {
		Type    string   `json:"type"`
		Version int      `json:"version"`
		Person  coach.ID `json:"person"`
		Node    coach.ID `json:"node"`
	}
	saidFrame struct {
		Type         string   `json:"type"`
		ID           coach.ID `json:"id"`
		Conversation coach.ID `json:"conversation"`
		Seq          int64    `json:"seq"`
		Durable      bool     `json:"durable"`
	}
	eventFrame struct {
		Type string `json:"type"`
		coach.Event
	}
	// sentenceFrame is the event of a sentence, the only frame that somebody waits
	// for and by far the most frequent: without what the client knows already,
	// which are its reply, the one before it, its place in that, and the time.
	sentenceFrame struct {
		Type         string             `json:"type"`
		Conversation coach.ID           `json:"conversation"`
		Seq          int64              `json:"seq"`
		ID           coach.EventID      `json:"id"`
		Kind         coach.SentenceKind `json:"kind"`
		Author       coach.Author       `json:"author"`
		Text         string             `json:"text"`
		Quote        *coach.Quote       `json:"quote,omitempty"`
		Blanked      bool               `json:"blanked,omitempty"`
	}
	snapshotFrame struct {
		Type         string             `json:"type"`
		Conversation coach.ID           `json:"conversation"`
		State        coach.Conversation `json:"conversationState"`
	}
	caughtUpFrame struct {
		Type         string   `json:"type"`
		Conversation coach.ID `json:"conversation"`
		Seq          int64    `json:"seq"`
	}
	statusFrame struct {
		Type         string   `json:"type"`
		Conversation coach.ID `json:"conversation"`
		Reply        coach.ID `json:"reply"`
		State        string   `json:"state"`
	}
	errorFrame struct {
		Type    string     `json:"type"`
		Code    coach.Code `json:"code"`
		Message string     `json:"message"`
		About   string     `json:"about"` // id of what was refused, or ""
	}
	byeFrame struct {
		Type   string `json:"type"`
		Code   int    `json:"code"`
		Reason string `json:"reason"`
	}
)

// frameOf is how an event is sent.
func frameOf(e coach.Event) any {
	s := e.Sentence
	if s == nil {
		return eventFrame{kindEvent, e}
	}
	return sentenceFrame{kindSentence, e.Conversation, e.Seq, e.ID, s.Kind, s.Author, s.Text, s.Quote, s.Blanked}
}

// decode reads one frame of a browser, or says in a sentence why it is none.
// The sentence quotes nothing of the frame.
func decode(data []byte) (any, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("a frame was not valid UTF-8")
	}
	var head struct {
		Type string `json:"type"`
	}
	if json.Unmarshal(data, &head) != nil {
		return nil, errors.New("a frame was not a JSON object with a type")
	}
	var frame any
	switch head.Type {
	case kindHello:
		frame = &helloFrame{}
	case kindFollow:
		frame = &followFrame{}
	case kindUnfollow:
		frame = &unfollowFrame{}
	case kindSay:
		frame = &sayFrame{}
	case kindStop:
		frame = &stopFrame{}
	default:
		return nil, errors.New("a frame was of a kind that this server does not know")
	}
	if strictly(data, frame) != nil {
		return nil, fmt.Errorf("a frame of kind %q did not have the fields of its kind", head.Type)
	}
	if say, ok := frame.(*sayFrame); ok && say.ID.Version() != 7 {
		return nil, errors.New("the id of a message must be a UUID of version 7")
	}
	return frame, nil
}

// strictly decodes exactly one object without unknown fields.
func strictly(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more after the object")
	}
	return nil
}
