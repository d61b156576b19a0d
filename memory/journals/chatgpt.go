package journals

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
)

// conversation is what is read of one in ChatGPT's export: a tree of messages
// of which one way, from the current node up to the root, is the conversation.
type conversation struct {
	ID      string                     `json:"id"`
	Other   string                     `json:"conversation_id"`
	Created *float64                   `json:"create_time"` // seconds since 1970
	Mapping map[string]json.RawMessage `json:"mapping"`
	Current string                     `json:"current_node"`
}

type node struct {
	Parent   string   `json:"parent"`
	Children []string `json:"children"`
	Message  *message `json:"message"`
}

type message struct {
	Author struct {
		Role string `json:"role"`
	} `json:"author"`
	Created *float64 `json:"create_time"`
	Content struct {
		Kind  string            `json:"content_type"`
		Parts []json.RawMessage `json:"parts"`
	} `json:"content"`
	Metadata struct {
		Hidden bool `json:"is_visually_hidden_from_conversation"`
	} `json:"metadata"`
}

// hers reports a message that she wrote herself, and not a setting of hers or
// what a program put in her name.
func (m *message) hers() bool {
	return m != nil && m.Author.Role == "user" && !m.Metadata.Hidden && (m.Content.Kind == "text" || m.Content.Kind == "multimodal_text")
}

// chatGPT reads the file conversations.json, or one conversation alone.
func (r *reading) chatGPT(file io.Reader, place string) error {
	v := readValues(file)
	begin, err := v.Token()
	if err != nil {
		return r.brokenOff(err, place)
	}
	if begin == json.Delim('{') { // one alone: read as a whole
		return r.alone(v, place)
	}
	return r.each(v, place, "conversation", r.conversation)
}

// alone reads a conversation whose brace was read already.
func (r *reading) alone(v *values, place string) error {
	all := map[string]json.RawMessage{}
	for v.More() {
		name, err := v.Token()
		if err != nil {
			return r.brokenOff(err, place)
		}
		var value json.RawMessage
		if err := v.Decode(&value); err != nil {
			return r.brokenOff(err, place)
		}
		all[fmt.Sprint(name)] = value
	}
	raw, err := json.Marshal(all)
	if err != nil {
		return r.skip(Broken, place)
	}
	return r.conversation(raw, place)
}

func (r *reading) conversation(raw json.RawMessage, place string) error {
	var c conversation
	cleaned, err := unmarshal(raw, &c)
	if err != nil || len(c.Mapping) == 0 {
		return r.skip(Broken, place)
	}
	if cleaned {
		r.report.Cleaned++
	}
	nodes := make(map[string]*node, len(c.Mapping))
	for id, raw := range c.Mapping {
		n := &node{}
		if err := json.Unmarshal(raw, n); err != nil {
			if err := r.skip(Broken, place); err != nil {
				return err
			}
			// What it hangs on is needed all the same: the way leads through it.
			var tree struct {
				Parent string `json:"parent"`
			}
			_ = json.Unmarshal(raw, &tree)
			n = &node{Parent: tree.Parent}
		}
		nodes[id] = n
	}
	way := wayTo(nodes, c.Current)
	if err := r.leftOut(nodes, way, place); err != nil {
		return err
	}
	if c.ID == "" {
		c.ID = c.Other
	}
	turn := 0
	for _, id := range way {
		m := nodes[id].Message
		if !m.hers() {
			continue
		}
		text, media := m.words()
		at := fmt.Sprintf("%s, message %d", place, turn+1)
		if media > 0 {
			if err := r.skipMany(Media, at, media); err != nil {
				return err
			}
		}
		e := Entry{Text: text, At: moment(m.Created, c.Created), Origin: Given, Label: "to ChatGPT", Thread: c.ID, Turn: turn, Key: id, Place: at}
		if err := r.emit(e); err != nil {
			return err
		}
		turn += len(cut(text, MaxText))
	}
	return nil
}

// wayTo is the way from the root down to a node. Without one, it is the way to
// the leaf where something was said last.
func wayTo(nodes map[string]*node, id string) []string {
	if nodes[id] == nil {
		id = latest(nodes)
	}
	var way []string
	seen := map[string]bool{}
	for nodes[id] != nil && !seen[id] {
		seen[id] = true
		way = append(way, id)
		id = nodes[id].Parent
	}
	slices.Reverse(way)
	return way
}

func latest(nodes map[string]*node) (last string) {
	at := math.Inf(-1)
	for id, n := range nodes {
		if len(n.Children) > 0 || n.Message == nil {
			continue
		}
		created := 0.
		if n.Message.Created != nil {
			created = *n.Message.Created
		}
		if created > at || created == at && id < last {
			at, last = created, id
		}
	}
	return last
}

// leftOut counts what others wrote, and her words that the conversation did not
// go on from.
func (r *reading) leftOut(nodes map[string]*node, way []string, place string) error {
	on := make(map[string]bool, len(way))
	for _, id := range way {
		on[id] = true
	}
	var others, abandoned int
	for id, n := range nodes {
		switch {
		case n.Message.hers():
			if !on[id] {
				abandoned++
			}
		case n.Message != nil && n.Message.Author.Role != "system":
			others++
		}
	}
	if others > 0 {
		if err := r.skipMany(NotHers, place, others); err != nil {
			return err
		}
	}
	if abandoned > 0 {
		return r.skipMany(Abandoned, place, abandoned)
	}
	return nil
}

// words are what she typed and what was written down of what she spoke; media
// counts the rest.
func (m *message) words() (text string, media int) {
	var all []string
	for _, raw := range m.Content.Parts {
		var typed string
		if json.Unmarshal(raw, &typed) == nil {
			all = append(all, typed)
			continue
		}
		var part struct {
			Kind      string `json:"content_type"`
			Text      string `json:"text"`
			Direction string `json:"direction"`
		}
		switch {
		case json.Unmarshal(raw, &part) != nil:
		case part.Kind == "audio_transcription" && part.Direction == "in":
			all = append(all, part.Text)
		default:
			media++
		}
	}
	return strings.TrimSpace(strings.Join(all, "\n\n")), media
}

// moment is the first time that is known, in seconds since 1970.
func moment(times ...*float64) time.Time {
	for _, at := range times {
		if at != nil && *at > 0 && *at < 1e11 {
			whole, part := math.Modf(*at)
			return time.Unix(int64(whole), int64(part*1e6)*1000).UTC()
		}
	}
	return time.Time{}
}
