package main

import (
	"fmt"
	"os"
	"strings"
)

// What Linux says of itself and its processes; elsewhere there is no figure.

// resident is the memory of a process that is in use, in KiB.
func resident(pid int) (kib int, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	if _, err := fmt.Sscanf(rest, "%d kB", &kib); err != nil {
		return 0, fmt.Errorf("no VmRSS of process %d: %w", pid, err)
	}
	return kib, nil
}

// worked are the ticks that the processors have worked and those in all, since
// the machine began.
type worked struct{ busy, all float64 }

func processors() (w worked) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return w
	}
	var user, nice, system, idle, wait, irq, soft, steal float64
	if _, err := fmt.Sscanf(string(stat), "cpu %f %f %f %f %f %f %f %f", &user, &nice, &system, &idle, &wait, &irq, &soft, &steal); err != nil {
		return w
	}
	w.busy = user + nice + system + irq + soft + steal
	w.all = w.busy + idle + wait
	return w
}

// since is the share of the time in which the processors worked.
func (w worked) since(before worked) float64 {
	if w.all == before.all {
		return 0
	}
	return (w.busy - before.busy) / (w.all - before.all)
}
