//go:build cgo

package embed

import (
	"archive/zip"
	"crypto/sha256"
	_ "embed" // the pinned hashes
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed requirements.txt
var libraryPins string

//go:embed model.sha256
var modelPins string

// errChanged says that a file is not the one that was pinned.
var errChanged = errors.New("its sha256 is not the pinned one")

// part is an archive that was fetched for us and what we need out of it.
type part struct {
	archive string            // pattern of its name in the folder of parts
	pins    string            // text with the sha256 of every archive that will do
	entries map[string]string // name inside → name after unpacking
}

// unpack puts the part's entries into a folder below runtime, named after the
// archive, and returns that folder. One that is there was checked when it was
// made, and it appears only whole: entries are written aside, synced, renamed.
// fs.ErrNotExist says that the archive was not fetched.
func (p part) unpack(parts, runtime string) (folder string, err error) {
	found, err := fs.Glob(os.DirFS(parts), p.archive)
	if err != nil {
		return "", fmt.Errorf("look for %s: %w", p.archive, err)
	}
	if len(found) == 0 {
		return "", fmt.Errorf("%s: %w", p.archive, fs.ErrNotExist)
	}
	archive := filepath.Join(parts, found[0])
	folder = filepath.Join(runtime, strings.TrimSuffix(filepath.Base(archive), filepath.Ext(archive)))
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	if err := checkPinned(archive, p.pins); err != nil {
		return "", err
	}
	if err := os.MkdirAll(runtime, 0o755); err != nil {
		return "", fmt.Errorf("make the folder for the model: %w", err)
	}
	aside, err := os.MkdirTemp(runtime, ".unpacking-*")
	if err != nil {
		return "", fmt.Errorf("make the folder for the model: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(aside)) }() // nothing is left of it after the rename
	if err := p.extract(archive, aside); err != nil {
		return "", fmt.Errorf("unpack %s: %w", filepath.Base(archive), err)
	}
	if err := os.Chmod(aside, 0o755); err != nil {
		return "", fmt.Errorf("open the unpacked folder: %w", err)
	}
	if err := os.Rename(aside, folder); err != nil {
		if _, other := os.Stat(folder); other != nil { // else somebody was faster, with the same files
			return "", fmt.Errorf("keep the unpacked folder: %w", err)
		}
	}
	return folder, nil
}

func (p part) extract(archive, into string) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer z.Close()
	for inside, name := range p.entries {
		i := slices.IndexFunc(z.File, func(f *zip.File) bool { return f.Name == inside })
		if i < 0 || !filepath.IsLocal(name) {
			return fmt.Errorf("%s: %w", inside, fs.ErrInvalid)
		}
		if err := write(z.File[i], filepath.Join(into, name)); err != nil {
			return fmt.Errorf("%s: %w", inside, err)
		}
	}
	return nil
}

// write copies an entry and syncs it. The model's own files are pinned one by
// one as well, so that a repacked archive cannot bring another model.
func write(entry *zip.File, to string) (err error) {
	in, err := entry.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(out, sum), in); err != nil {
		return err
	}
	line := hex.EncodeToString(sum.Sum(nil)) + "  " + entry.Name
	if strings.Contains(modelPins, "  "+entry.Name+"\n") && !strings.Contains(modelPins, line+"\n") {
		return errChanged
	}
	return out.Sync()
}

func checkPinned(file, pins string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return fmt.Errorf("read %s: %w", filepath.Base(file), err)
	}
	if !strings.Contains(pins, hex.EncodeToString(sum.Sum(nil))) {
		return fmt.Errorf("%s: %w", filepath.Base(file), errChanged)
	}
	return nil
}
