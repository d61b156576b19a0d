package archive

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"
)

// zipTime stands at every file: the earliest that the format can say.
var zipTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Writer writes one archive, file after file, and holds none of it but their
// hashes. Its errors are those of the writer below.
type Writer struct {
	zip      *zip.Writer
	manifest Manifest
	path     string // of the file that is being written; "" for none
	hash     hash.Hash
	buffer   *bufio.Writer
}

// NewWriter begins an archive.
func NewWriter(to io.Writer) (*Writer, error) {
	w := &Writer{zip: zip.NewWriter(to), hash: sha256.New(), manifest: Manifest{
		Program: program, Format: Format, Tables: map[string]Table{}, Files: map[string]string{}, History: map[string]string{}}}
	page, err := w.File("FORMAT.md")
	if err == nil {
		_, err = io.WriteString(page, formatPage)
	}
	return w, err
}

// File begins the next file; the one before is then complete.
func (w *Writer) File(path string) (io.Writer, error) {
	if err := w.end(); err != nil {
		return nil, err
	}
	entry, err := w.entry(path)
	if err != nil {
		return nil, err
	}
	w.path = path
	w.hash.Reset()
	w.buffer = bufio.NewWriterSize(io.MultiWriter(entry, w.hash), 32<<10)
	return w.buffer, nil
}

// Records begins the file of a table's records.
func (w *Writer) Records(table string) (io.Writer, error) { return w.File(records + table + ".jsonl") }

// History begins a file of the account's history.
func (w *Writer) History(kind string) (io.Writer, error) { return w.File(history + kind + ".jsonl") }

// Table says what was written of a table.
func (w *Writer) Table(name string, t Table) { w.manifest.Tables[name] = t }

// Close writes the manifest and ends the archive; without it what was written
// is no zip.
func (w *Writer) Close() error {
	if err := w.end(); err != nil {
		return err
	}
	entry, err := w.entry(manifestName)
	if err != nil {
		return err
	}
	page, err := json.MarshalIndent(w.manifest, "", "\t") // maps come in order
	if err != nil {
		return fmt.Errorf("describe the archive: %w", err)
	}
	if _, err := entry.Write(append(page, '\n')); err != nil {
		return err
	}
	return w.zip.Close()
}

func (w *Writer) entry(path string) (io.Writer, error) {
	return w.zip.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Deflate, Modified: zipTime})
}

func (w *Writer) end() error {
	if w.path == "" {
		return nil
	}
	if err := w.buffer.Flush(); err != nil {
		return err
	}
	sum := hex.EncodeToString(w.hash.Sum(nil))
	if strings.HasPrefix(w.path, history) {
		w.manifest.History[w.path] = sum
	} else {
		w.manifest.Files[w.path] = sum
	}
	w.path = ""
	return nil
}
