package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
)

// A backup is what pg_dump writes and one line after it, which pg_restore passes
// over. Without it a backup that was cut short or changed would be taken for
// whole: pg_restore checks nothing.
const sealFormat = "\nInnerwork backup; sha256 of everything before this line: %x\n"

var sealLength = int64(len(fmt.Sprintf(sealFormat, [sha256.Size]byte{})))

var errNoSeal = errors.New("it is no backup of Innerwork, or it is damaged")

// seal ends a backup.
func seal(f *os.File) error {
	hash := sha256.New()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := io.Copy(hash, f); err != nil {
		return err
	}
	_, err := fmt.Fprintf(f, sealFormat, hash.Sum(nil))
	return err
}

// checkSeal returns errNoSeal for whatever is not exactly what seal left.
func checkSeal(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() <= sealLength {
		return errNoSeal
	}
	hash := sha256.New()
	if _, err := io.CopyN(hash, f, info.Size()-sealLength); err != nil {
		return err
	}
	last, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	if string(last) != fmt.Sprintf(sealFormat, hash.Sum(nil)) {
		return errNoSeal
	}
	return nil
}
