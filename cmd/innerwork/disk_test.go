package main

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// On a full disk messages are refused until there is room again, and those that
// were acknowledged stay.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := newFolder(t)
	mountDisk(t, disk, 300<<20)
	if err := os.Chmod(disk, 0o755); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(disk, "data")
	prepareData(t, data)
	p := start(t, setup{data: data})
	she := firstLeader(p)
	c := she.begin()
	s := she.socket()
	filler := filepath.Join(disk, "filler")
	fill(t, filler, 1<<20)

	chance := rand.New(rand.NewPCG(1, 2))
	var kept []string
	refusal := ""
	for refusal == "" {
		id := newID()
		text := make([]byte, 15_000)
		for i := range text {
			text[i] = byte('a' + chance.IntN(26))
		}
		say := frame{"type": "say", "id": id, "conversation": c, "text": string(text)}
		if err := s.conn.WriteJSON(say); err != nil {
			refusal = ended(t, p)
			break
		}
		for answered := false; !answered; {
			f, err := s.read()
			switch {
			case err != nil:
				refusal = ended(t, p)
				answered = true
			case said(id)(f):
				kept = append(kept, id)
				answered = true
			case f["type"] != "error" || f["code"] == "too_many":
			case f["code"] == "unavailable" && !strings.Contains(field(f, "message"), "disk"):
				// PostgreSQL died of it: it comes up again, or the program gives up.
				if !returns(she, p) || s.conn.WriteJSON(say) != nil {
					refusal = ended(t, p)
					answered = true
				}
			default:
				refusal = field(f, "message")
				answered = true
			}
		}
	}
	t.Logf("after %d messages: %s", len(kept), refusal)
	t.Log(p.stderr)
	if len(kept) == 0 || !strings.Contains(refusal, "disk") || !strings.Contains(refusal, "full") {
		t.Errorf("%d messages were kept, and then it said %q", len(kept), refusal)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	p.signal(syscall.SIGTERM) // unless it has ended by itself
	p.exit()
	p = start(t, setup{data: data})
	she.address = p.address
	stored := events(she.socket(c).until(func(f frame) bool { return f["type"] == "caught-up" }))
	wantGapless(t, stored)
	var got []string
	for _, e := range stored {
		if id := field(e, "said", "id"); slices.Contains(kept, id) {
			got = append(got, id)
		}
	}
	if !slices.Equal(got, kept) {
		t.Errorf("%d of %d acknowledged messages are there", len(got), len(kept))
	}
	s = she.socket(c)
	last := newID()
	s.say(c, last, "There is room again.")
	s.until(said(last))
}

// returns waits until the program answers again, and says false if it ends instead.
func returns(she *person, p *program) bool {
	alive := true
	eventually(p.t, "ready again, or ended", func() bool {
		select {
		case <-p.ended:
			alive = false
			return true
		default:
			status, _, err := she.ask("GET", "/readyz", nil)
			return err == nil && status == 200
		}
	})
	return alive
}

// ended is what the program says when it cannot go on.
func ended(t *testing.T, p *program) string {
	t.Helper()
	if code := p.exit(); code != 1 {
		t.Errorf("exit code %d", code)
	}
	return p.stderr.String()
}

// fill leaves some bytes of room on the disk.
func fill(t *testing.T, name string, room int64) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 1<<20); len(block) > 0; {
		n, err := f.Write(block)
		if errors.Is(err, syscall.ENOSPC) {
			block = block[:min(n, len(block)/2)]
		} else if err != nil {
			t.Fatal(err)
		}
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(info.Size() - room); err != nil {
		t.Fatal(err)
	}
}
