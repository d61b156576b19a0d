//go:build !race

package transport

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"innerwork/coach"
)

// Not parallel, because it measures the memory of the process. With the race
// detector stacks are larger, so it is left out there. The peers' ends are
// counted in: they are connections of this process, without a goroutine.
func TestIdleSocketsAreSmall(t *testing.T) {
	const sockets = 2_000
	w := newWorld(t)
	tokens, conversations := make([]string, sockets), make([]coach.ID, sockets)
	for i := range sockets {
		token, her := w.people.add(fmt.Sprint("Leader", i), coach.RoleLeader)
		tokens[i], conversations[i] = token, w.talk.begin(her.ID, 1)
	}
	before, residentBefore := inUse(), resident(t)
	for i := range sockets {
		w.idle(tokens[i], conversations[i])
	}
	size := (inUse() - before) / sockets
	t.Logf("%d bytes of heap and stack, %d resident, for each of %d idle sockets and its peer's end",
		size, (resident(t)-residentBefore)/sockets, sockets)
	if size > 6500 {
		t.Errorf("an idle socket has %d bytes of heap and stack", size)
	}
}

// resident is the memory of the process, in bytes, without what is free.
func resident(t *testing.T) int64 {
	t.Helper()
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0 // not on Linux: only logged
	}
	for line := range strings.Lines(string(status)) {
		if rest, is := strings.CutPrefix(line, "VmRSS:"); is {
			kib, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kib << 10
		}
	}
	return 0
}

// idle opens a socket that follows the conversation, reads to caught-up and
// answers a ping.
func (w *world) idle(token string, conversation coach.ID) net.Conn {
	w.t.Helper()
	conn := w.upgradeRaw(token)
	part := make([]byte, 4096)
	if _, err := conn.Read(part); err != nil { // the answer to the upgrade
		w.t.Fatal(err)
	}
	hello := fmt.Appendf(nil, `{"type":"hello","version":1,"follow":[{"conversation":%q,"after":{"seq":0,"id":%q}}]}`, conversation, none)
	head := []byte{0x81, 0x80 | 126, byte(len(hello) >> 8), byte(len(hello)), 0, 0, 0, 0}
	if _, err := conn.Write(append(head, hello...)); err != nil {
		w.t.Fatal(err)
	}
	for got := []byte(nil); !bytes.Contains(got, []byte(kindCaughtUp)); {
		n, err := conn.Read(part)
		if err != nil {
			w.t.Fatalf("%v after %q", err, got)
		}
		got = append(got, part[:n]...)
	}
	if _, err := conn.Write([]byte{0x8a, 0x80, 0, 0, 0, 0}); err != nil {
		w.t.Fatal(err)
	}
	return conn
}
