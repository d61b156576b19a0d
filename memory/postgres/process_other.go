//go:build !linux

package postgres

import (
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// dieWithUs is for Linux alone. Elsewhere PostgreSQL outlives us when we are killed,
// and the next start stops it first.
func dieWithUs(*syscall.SysProcAttr, syscall.Signal) {}

func mapUser(*syscall.SysProcAttr, owner, int, int) error {
	return errors.New("initdb needs a user with a name; run as one that has it")
}

// runsOn says whether the process is the postmaster of the cluster, by its command
// line: there is no /proc.
func runsOn(cluster string, pid int) bool {
	line, err := exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && strings.Contains(string(line), "/postgres -D "+cluster+" ")
}

// orphans finds none: PostgreSQL's processes notice by themselves that their
// postmaster is gone.
func orphans(string) []int { return nil }
