package openai

import "strings"

var (
	openings = []string{"<think>", "<thinking>"}
	closings = []string{"</think>", "</thinking>"}
)

// thought leaves out what a model thinks aloud between tags, wherever the
// chunks happen to split them.
type thought struct {
	inside bool
	held   string // the end of what came, which may be the start of a tag
}

// strip returns the text that surely is none. A closing tag without an opening
// one means that what was already passed on was thinking: the reply must fail.
func (t *thought) strip(chunk string) (string, error) {
	rest := t.held + chunk
	t.held = ""
	var out strings.Builder
	for rest != "" {
		at := strings.IndexByte(rest, '<')
		if at < 0 {
			at = len(rest)
		}
		if !t.inside {
			out.WriteString(rest[:at])
		}
		rest = rest[at:]
		switch tag := tagAt(rest); {
		case tag == partial:
			t.held, rest = rest, ""
		case tag == none:
			if !t.inside && rest != "" {
				out.WriteByte('<')
			}
			rest = strings.TrimPrefix(rest, "<")
		case tag > 0:
			t.inside = true
			rest = rest[tag:]
		case !t.inside:
			return "", &fault{reason: thoughtAloud}
		default:
			t.inside = false
			rest = rest[-tag:]
		}
	}
	return out.String(), nil
}

// rest is what was held back and turned out to be text.
func (t *thought) rest() string {
	held := t.held
	t.held = ""
	if t.inside {
		return ""
	}
	return held
}

const (
	none    = 0
	partial = 1 // no tag is that short
)

// tagAt is the length of the tag that s starts with, negative for a closing
// one, partial where s may become one, or none.
func tagAt(s string) int {
	if s == "" {
		return none
	}
	for _, tags := range [][]string{openings, closings} {
		for _, tag := range tags {
			if len(s) >= len(tag) && strings.EqualFold(s[:len(tag)], tag) {
				if tag[1] == '/' {
					return -len(tag)
				}
				return len(tag)
			}
			if len(s) < len(tag) && strings.EqualFold(s, tag[:len(s)]) {
				return partial
			}
		}
	}
	return none
}
