package postgres

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// dieWithUs asks the kernel to send the signal when we die, whatever kills us.
func dieWithUs(attributes *syscall.SysProcAttr, signal syscall.Signal) {
	attributes.Pdeathsig = signal
}

// mapUser makes the child see itself as uid and gid, while it stays o for everyone
// else.
func mapUser(attributes *syscall.SysProcAttr, o owner, uid, gid int) error {
	attributes.Cloneflags = syscall.CLONE_NEWUSER
	attributes.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: o.uid, Size: 1}}
	attributes.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: o.gid, Size: 1}}
	return nil
}

// runsOn says whether the process is a PostgreSQL that works in the cluster: every
// one of its processes does so from its first moments on.
func runsOn(cluster string, pid int) bool {
	folder := filepath.Join("/proc", strconv.Itoa(pid))
	name, err := os.ReadFile(filepath.Join(folder, "comm"))
	if err != nil || string(bytes.TrimSpace(name)) != "postgres" {
		return false
	}
	cwd, err := os.Readlink(filepath.Join(folder, "cwd"))
	return err == nil && cwd == cluster
}

// orphans returns the PostgreSQL processes that work in the cluster.
func orphans(cluster string) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var pids []int
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil && runsOn(cluster, pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}
