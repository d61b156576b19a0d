//go:build cgo

package embed

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// archive writes a zip of the given entries into a new folder of parts.
func archive(t *testing.T, name string, entries map[string]string) (parts, sum string) {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for entry, text := range entries {
		w, err := z.Create(entry)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	parts = t.TempDir()
	if err := os.WriteFile(filepath.Join(parts, name), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	h := sha256.Sum256(b.Bytes())
	return parts, hex.EncodeToString(h[:])
}

func TestUnpack(t *testing.T) {
	t.Parallel()
	parts, sum := archive(t, "tool-1.2-any.whl", map[string]string{"deep/inside.so": "code", "else": "not wanted"})
	p := part{archive: "tool-1.2-*.whl", pins: "tool==1.2 --hash=sha256:" + sum, entries: map[string]string{"deep/inside.so": "library"}}
	runtime := filepath.Join(t.TempDir(), "not", "there", "yet")
	var group sync.WaitGroup
	for range 8 { // nodes that start together
		group.Go(func() {
			folder, err := p.unpack(parts, runtime)
			if err != nil {
				t.Error(err)
				return
			}
			if got, err := os.ReadFile(filepath.Join(folder, "library")); err != nil || string(got) != "code" {
				t.Errorf("unpacked %q, %v", got, err)
			}
		})
	}
	group.Wait()
	left, err := os.ReadDir(runtime)
	if err != nil || len(left) != 1 || left[0].Name() != "tool-1.2-any" {
		t.Errorf("left in the folder: %v, %v; want the part alone", left, err)
	}
	if files, err := os.ReadDir(filepath.Join(runtime, "tool-1.2-any")); err != nil || len(files) != 1 {
		t.Errorf("unpacked %v, %v; want the wanted entry alone", files, err)
	}
}

func TestUnpackRefuses(t *testing.T) {
	t.Parallel()
	parts, sum := archive(t, "tool.jar", map[string]string{"inside": "code", "e5-small-v2-q.onnx": "another model"})
	for _, c := range []struct {
		name string
		part part
		want error
	}{
		{"what was not fetched", part{archive: "other.jar", pins: sum}, fs.ErrNotExist},
		{"another archive", part{archive: "tool.jar", pins: strings.Repeat("0", 64)}, errChanged},
		{"an archive without pins", part{archive: "tool.jar"}, errChanged},
		{"an entry that is not there", part{archive: "tool.jar", pins: sum, entries: map[string]string{"outside": "x"}}, fs.ErrInvalid},
		{"a way out of the folder", part{archive: "tool.jar", pins: sum, entries: map[string]string{"inside": "../x"}}, fs.ErrInvalid},
		{"another model", part{archive: "tool.jar", pins: sum, entries: map[string]string{"e5-small-v2-q.onnx": "model.onnx"}}, errChanged},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			runtime := t.TempDir()
			if _, err := c.part.unpack(parts, runtime); !errors.Is(err, c.want) {
				t.Errorf("unpack = %v, want %v", err, c.want)
			}
			if left, err := os.ReadDir(runtime); err != nil || len(left) > 0 {
				t.Errorf("it left %v, %v", left, err)
			}
		})
	}
}

func TestOpenWithoutParts(t *testing.T) {
	t.Parallel()
	real := fetched(t)
	wheels, err := filepath.Glob(filepath.Join(real.Parts, "onnxruntime-*.whl"))
	if err != nil {
		t.Fatal(err)
	}
	noModel := t.TempDir()
	for _, wheel := range wheels {
		target, err := filepath.Abs(wheel)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, filepath.Join(noModel, filepath.Base(wheel))); err != nil {
			t.Fatal(err)
		}
	}
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, filepath.Base(wheels[0])), []byte("half a whe"), 0o600); err != nil {
		t.Fatal(err)
	}
	blocked := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name         string
		config       LocalConfig
		reason, mend string
	}{
		{"no folder", LocalConfig{Parts: filepath.Join(noModel, "none"), Runtime: t.TempDir()}, "libonnxruntime", "make parts"},
		{"no wheel", LocalConfig{Parts: t.TempDir(), Runtime: t.TempDir()}, "libonnxruntime", "pip"},
		{"no jar", LocalConfig{Parts: noModel, Runtime: t.TempDir()}, "the model itself", "maven"},
		{"a damaged wheel", LocalConfig{Parts: damaged, Runtime: t.TempDir()}, "damaged", "delete"},
		{"nowhere to unpack", LocalConfig{Parts: real.Parts, Runtime: blocked}, "cannot be unpacked", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e, err := Open(t.Context(), Config{Kind: KindLocal, Local: c.config})
			var none *None
			if e != nil || !errors.As(err, &none) {
				t.Fatalf("Open = %v, %v; want a *None", e, err)
			}
			if !strings.Contains(none.Reason, c.reason) || !strings.Contains(none.Mend, c.mend) {
				t.Errorf("it says %q and %q; want %q and %q", none.Reason, none.Mend, c.reason, c.mend)
			}
		})
	}
}

func TestALibraryThatDoesNotLoad(t *testing.T) {
	t.Parallel()
	n := noSession(errors.New("libstdc++.so.6: cannot open shared object file")).(*None)
	if !strings.Contains(n.Mend, "libstdc++") && !strings.Contains(n.Mend, "xcode") {
		t.Errorf("without libstdc++ it says %q", n.Mend)
	}
	if n := noSession(errors.New("else")).(*None); n.Reason == "" || n.Err == nil {
		t.Errorf("for another cause it says %+v", n)
	}
}
