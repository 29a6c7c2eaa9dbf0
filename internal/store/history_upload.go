package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/history"
)

// Tray keeps the logs that are sent in through the page.
func (db *DB) Tray() history.Tray { return tray{db} }

type tray struct{ db *DB }

// uploadChunk is how much of a file is written at a time.
const uploadChunk = 1 << 20

// Put writes a file piece by piece, each in a transaction of its own, so that
// a slow sender keeps nobody from writing. What does not arrive whole is
// forgotten.
func (t tray) Put(ctx context.Context, up *history.Upload, log io.Reader) (err error) {
	if err := t.db.write.row(ctx, `INSERT INTO history_upload (by_whom, name, size, map, at) VALUES ($1, $2, 0, $3, $4) RETURNING id`,
		orNull(up.By), up.Name, up.Map, at{&up.At}).Scan(&up.ID); err != nil {
		return fmt.Errorf("store: upload: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, t.forget(context.WithoutCancel(ctx), `= $1`, up.ID))
		}
	}()
	piece := make([]byte, uploadChunk)
	for n := 0; ; n++ {
		size, err := io.ReadFull(log, piece)
		if size > 0 {
			if _, err := t.db.write.ExecContext(ctx, `INSERT INTO history_upload_chunk (upload, n, data) VALUES ($1, $2, $3)`, up.ID, n, piece[:size]); err != nil {
				return fmt.Errorf("store: upload: %w", err)
			}
			up.Size += int64(size)
		}
		switch {
		case up.Size > history.MostUpload:
			return fault.At("file", "sheet.too_big").With("limit", history.MostUpload)
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			if _, err := t.db.write.ExecContext(ctx, `UPDATE history_upload SET size = $2 WHERE id = $1`, up.ID, up.Size); err != nil {
				return fmt.Errorf("store: upload: %w", err)
			}
			return nil
		case err != nil:
			return err
		}
	}
}

// Upload finds one.
func (t tray) Upload(ctx context.Context, id int64) (up history.Upload, err error) {
	up.ID = id
	err = t.db.read.row(ctx, `SELECT by_whom, name, size, map, at, import FROM history_upload WHERE id = $1`, id).
		Scan(refTo(&up.By), &up.Name, &up.Size, &up.Map, at{&up.At}, refTo(&up.Import))
	if errors.Is(err, sql.ErrNoRows) {
		return up, fault.New(fault.Missing, "history.no_such_upload")
	}
	if err != nil {
		return up, fmt.Errorf("store: upload: %w", err)
	}
	return up, nil
}

// Note keeps the map and the import.
func (t tray) Note(ctx context.Context, up history.Upload) error {
	if _, err := t.db.write.ExecContext(ctx, `UPDATE history_upload SET map = $2, import = $3 WHERE id = $1`, up.ID, up.Map, orNull(up.Import)); err != nil {
		return fmt.Errorf("store: upload: %w", err)
	}
	return nil
}

// Drop forgets one.
func (t tray) Drop(ctx context.Context, id int64) error { return t.forget(ctx, `= $1`, id) }

// Clear forgets old uploads.
func (t tray) Clear(ctx context.Context, before time.Time) error {
	return t.forget(ctx, `IN (SELECT id FROM history_upload WHERE at < $1)`, before.UnixMilli())
}

func (t tray) forget(ctx context.Context, which string, arg any) error {
	return t.db.in(ctx, func(x *tx) error {
		for _, q := range []string{`DELETE FROM history_upload_chunk WHERE upload ` + which, `DELETE FROM history_upload WHERE id ` + which} {
			if _, err := x.exec(q, arg); err != nil {
				return fmt.Errorf("store: upload: %w", err)
			}
		}
		return nil
	})
}

// Open reads an upload from its beginning.
func (t tray) Open(ctx context.Context, id int64) (io.ReadCloser, error) {
	if _, err := t.Upload(ctx, id); err != nil {
		return nil, err
	}
	return &uploaded{db: t.db, ctx: ctx, id: id}, nil
}

// uploaded reads the pieces of an upload one after the other.
type uploaded struct {
	db    *DB
	ctx   context.Context // io.Reader has no room for it
	id    int64
	n     int
	piece []byte
}

func (u *uploaded) Read(p []byte) (int, error) {
	if len(u.piece) == 0 {
		err := u.db.read.row(u.ctx, `SELECT data FROM history_upload_chunk WHERE upload = $1 AND n = $2`, u.id, u.n).Scan(&u.piece)
		if errors.Is(err, sql.ErrNoRows) {
			return 0, io.EOF
		}
		if err != nil {
			return 0, fmt.Errorf("store: upload: %w", err)
		}
		u.n++
	}
	n := copy(p, u.piece)
	u.piece = u.piece[n:]
	return n, nil
}

func (u *uploaded) Close() error { return nil }
