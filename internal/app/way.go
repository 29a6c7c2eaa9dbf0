package app

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kilter/internal/base/fault"
)

// liteHead is what every SQLite database begins with.
var liteHead = []byte("SQLite format 3\x00")

// liteFile says why a path can be no database, in words that show the way out;
// SQLite itself has one sentence for most of it.
func liteFile(path string) error {
	at := func(key string) error { return fault.At("--db", key).With("file", path) }
	if strings.Contains(path, "?") {
		return fault.At("--db", "store.lite_options")
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return at("store.is_folder")
	case err == nil:
		return liteHeld(path, at)
	}
	folder, err := os.Stat(filepath.Dir(path))
	switch {
	case err != nil || !folder.IsDir():
		return at("store.no_folder")
	default:
		return liteNew(path, at)
	}
}

// liteNew tries whether a new database can be made in its folder.
func liteNew(path string, at func(string) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".kilter-*")
	if err != nil {
		return at("store.denied")
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// liteHeld looks whether a file that is there may be written and is a database,
// or empty.
func liteHeld(path string, at func(string) error) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrPermission) {
		return at("store.denied")
	}
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	head := make([]byte, len(liteHead))
	n, err := io.ReadFull(f, head)
	if err = errors.Join(f.Close(), toItsEnd(err)); err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	if n > 0 && !bytes.Equal(head, liteHead) {
		return at("store.not_sqlite")
	}
	return nil
}

// toItsEnd takes the end of a short file for no error.
func toItsEnd(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}
