package main

import (
	"errors"
	"os"
	"strconv"
	"syscall"
	"testing"
)

// mountDisk makes the folder a disk of a few bytes, or skips where that is not
// allowed.
func mountDisk(t *testing.T, folder string, size int) {
	t.Helper()
	err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size="+strconv.Itoa(size))
	if errors.Is(err, os.ErrPermission) {
		t.Skip("a small disk takes root: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}
