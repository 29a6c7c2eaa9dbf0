package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"kilter/internal/base/fault"
)

// liteHead is what every SQLite database begins with.
var liteHead = []byte("SQLite format 3\x00")

// liteFile says why a path can be no database, in words that show the way out;
// SQLite itself has one sentence for most of it.
func liteFile(path string) error {
	at := func(key string) error { return fault.At("db", key).With("file", path) }
	if strings.Contains(path, "?") {
		return fault.At("db", "store.lite_options")
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
		return fmt.Errorf("store: open %s: %w", path, err)
	}
	head := make([]byte, len(liteHead))
	n, err := io.ReadFull(f, head)
	if err = errors.Join(f.Close(), whole(err)); err != nil {
		return fmt.Errorf("store: open %s: %w", path, err)
	}
	if n > 0 && !bytes.Equal(head, liteHead) {
		return at("store.not_sqlite")
	}
	return nil
}

// whole takes the end of a short file for no error.
func whole(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// unreached says why PostgreSQL cannot be worked with.
func unreached(cfg *pgx.ConnConfig, err error) error {
	where := net.JoinHostPort(cfg.Host, fmt.Sprint(cfg.Port))
	at := func(key string) *fault.Fault { return fault.At("db", key).With("address", where) }
	if said, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch said.Code {
		case "28P01", "28000": // invalid_password, invalid_authorization_specification
			return at("store.no_entry").With("user", cfg.User)
		case "3D000": // invalid_catalog_name
			return at("store.no_such_database").With("name", cfg.Database)
		}
		return at("store.not_postgres").With("why", said.Message)
	}
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "dial" {
		return at("store.no_server")
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return at("store.no_server")
	}
	return fmt.Errorf("store: connect to %s/%s: %w", where, cfg.Database, err)
}
