package archive

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"maps"
)

// Bounds of what is read: far above a lifetime of words, far below what fills
// a disk.
const (
	MaxPacked   = 1 << 30 // bytes of the zip
	maxUnpacked = 8 << 30
	maxFiles    = 250_000
	maxManifest = 64 << 20
	maxRecord   = 32 << 20
)

// Reader reads an archive of which every byte has been checked.
type Reader struct {
	Manifest Manifest
	files    map[string]*zip.File
}

// Open reads all of an archive once and checks it against its manifest. The
// hashes find damage and carelessness; they do not tell who wrote it.
func Open(ctx context.Context, from io.ReaderAt, size int64) (*Reader, error) {
	if size > MaxPacked {
		return nil, ErrTooMuch
	}
	z, err := zip.NewReader(from, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	r := &Reader{files: make(map[string]*zip.File, len(z.File))}
	var unpacked uint64
	for _, f := range z.File {
		if r.files[f.Name] != nil {
			return nil, ErrDamaged
		}
		r.files[f.Name] = f
		// The zip reader gives no more of a file than it says here.
		if unpacked += f.UncompressedSize64; f.UncompressedSize64 > maxUnpacked || unpacked > maxUnpacked || len(r.files) > maxFiles {
			return nil, ErrTooMuch
		}
	}
	if err := r.readManifest(); err != nil {
		return nil, err
	}
	return r, r.verify(ctx)
}

func (r *Reader) readManifest() error {
	f := r.files[manifestName]
	if f == nil {
		return ErrForeign
	}
	if f.UncompressedSize64 > maxManifest {
		return ErrTooMuch
	}
	page, err := f.Open()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	defer page.Close()
	var written bytes.Buffer
	if _, err := written.ReadFrom(page); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err := json.Unmarshal(written.Bytes(), &r.Manifest); err != nil || r.Manifest.Program != program {
		return ErrForeign
	}
	if r.Manifest.Format > Format {
		return ErrNewer
	}
	if r.Manifest.Format < 1 {
		return ErrDamaged
	}
	return nil
}

// verify compares every file with its hash, and the list with what is there.
func (r *Reader) verify(ctx context.Context) error {
	sums := maps.Clone(r.Manifest.Files)
	if sums == nil {
		sums = map[string]string{}
	}
	maps.Copy(sums, r.Manifest.History)
	if len(sums) != len(r.files)-1 {
		return ErrDamaged
	}
	hash := sha256.New()
	for path, sum := range sums {
		if err := ctx.Err(); err != nil {
			return err
		}
		f := r.files[path]
		if f == nil || path == manifestName {
			return ErrDamaged
		}
		hash.Reset()
		if err := r.copy(hash, f); err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if hex.EncodeToString(hash.Sum(nil)) != sum {
			return ErrDamaged
		}
	}
	return nil
}

func (r *Reader) copy(to io.Writer, f *zip.File) error {
	from, err := f.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	_, err = io.Copy(to, from)
	return err
}

// Records yields the records of a table in their order; none if the archive
// has no such table. A record is valid until the next.
func (r *Reader) Records(table string) iter.Seq2[json.RawMessage, error] {
	return r.lines(records + table + ".jsonl")
}

// History yields the records of a part of the account's history.
func (r *Reader) History(kind string) iter.Seq2[json.RawMessage, error] {
	return r.lines(history + kind + ".jsonl")
}

func (r *Reader) lines(path string) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		f := r.files[path]
		if f == nil {
			return
		}
		from, err := f.Open()
		if err != nil {
			yield(nil, err)
			return
		}
		defer from.Close()
		lines := bufio.NewScanner(from)
		lines.Buffer(make([]byte, 64<<10), maxRecord)
		for lines.Scan() {
			if !yield(lines.Bytes(), nil) {
				return
			}
		}
		if err := lines.Err(); err == bufio.ErrTooLong {
			yield(nil, ErrTooMuch)
		} else if err != nil {
			yield(nil, err)
		}
	}
}
