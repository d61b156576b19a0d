package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

// D12: what the pages of each released version of the protocol send is
// understood, and a page of any other version is told who is too old. There is
// one version yet, so those before and after it are made up.
func TestD12PagesOfOtherVersions(t *testing.T) {
	t.Parallel()
	p := start(t, setup{data: newData(t)})
	she := firstLeader(p)
	c := she.begin()
	s := she.socket(c)
	s.openings(c)
	released := recordedVersion(t)
	result := outcome{}

	// The version of this server: every recorded frame is taken, in turn.
	ours := dialBare(t, she)
	before := len(s.stored(c))
	for _, f := range recordedFrames(t, c) {
		ours.send(f)
		result.Runs++
	}
	ours.until(said(recordedID))
	s.until(func(f frame) bool { return kind("end")(f) && field(f, "reply", "reflection") == recordedID })
	if now := len(s.stored(c)); now <= before {
		t.Errorf("%d events before what was recorded, %d after it", before, now)
	}

	// The others are told which is too old, and nothing that they say is taken.
	pageVersion := regexp.MustCompile(`export const VERSION = (\d+)`)
	source, err := os.ReadFile("../../webclient/src/lib/frames.ts")
	if m := pageVersion.FindSubmatch(source); err != nil || m == nil || string(m[1]) != strconv.Itoa(released) {
		t.Errorf("the page speaks another version than %d: %s, %v", released, m, err)
	}
	for version, tooOld := range map[int]string{
		released - 1: "This page is older than the server.", released + 1: "The server is older than this page.",
		-1: "This page is older", 1 << 30: "The server is older",
	} {
		s := dialBare(t, she)
		var id string
		for _, f := range recordedFrames(t, c) {
			switch f["type"] {
			case "hello":
				f["version"] = version
			case "say":
				id = newID()
				f["id"] = id
			}
			if s.conn.WriteJSON(f) != nil {
				break // it has hung up already
			}
		}
		last, code := s.bye()
		if code != 4501 || last["type"] != "bye" || last["code"] != float64(4501) || !strings.HasPrefix(field(last, "reason"), tooOld) {
			t.Errorf("version %d: close code %d after %v", version, code, last)
		}
		if n := count(she.socket(c).until(func(f frame) bool { return f["type"] == "caught-up" }), func(f frame) bool { return field(f, "said", "id") == id }); n != 0 {
			t.Errorf("version %d: a message was taken without a hello", version)
			result.Doubled++
		}
		result.Runs++
	}
	soaked.add(t, "D12", result)
}

// recordedID is the message of the recorded frames.
const recordedID = "01930000-0000-7000-8000-0000000000f1"

func recordedVersion(t *testing.T) int {
	t.Helper()
	version, _ := recorded(t, "client-hello")["version"].(float64)
	return int(version)
}

// recordedFrames are those of a page, in an order in which it may send them, about
// a conversation that there is.
func recordedFrames(t *testing.T, conversation string) (frames []frame) {
	t.Helper()
	files, err := filepath.Glob("../../transport/testdata/frames/client-*.json")
	if err != nil {
		t.Fatal(err)
	}
	order := []string{"client-hello", "client-unfollow", "client-follow", "client-say", "client-stop"}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".json"); !slices.Contains(order, name) {
			t.Errorf("%s is recorded, and not tried here", name)
		}
	}
	for _, name := range order {
		f := recorded(t, name)
		if _, ok := f["conversation"]; ok {
			f["conversation"] = conversation
		}
		if follow, ok := f["follow"].([]any); ok {
			follow[0].(map[string]any)["conversation"] = conversation
		}
		if name == "client-follow" {
			f["after"] = nothing
		}
		frames = append(frames, f)
	}
	return frames
}

func recorded(t *testing.T, name string) (f frame) {
	t.Helper()
	data, err := os.ReadFile("../../transport/testdata/frames/" + name + ".json")
	if err == nil {
		err = json.Unmarshal(data, &f)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// dialBare opens a socket and says nothing.
func dialBare(t *testing.T, who *person) *socket {
	t.Helper()
	header := http.Header{"Authorization": {"Bearer " + who.session}}
	conn, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(who.address, "http")+"/api/socket", header)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &socket{t, conn, map[string]string{}, who.replies}
}

// stored follows the conversation again from its beginning.
func (s *socket) stored(conversation string) []frame {
	s.t.Helper()
	s.send(frame{"type": "follow", "conversation": conversation, "after": nothing})
	return events(s.until(func(f frame) bool { return f["type"] == "caught-up" }))
}
