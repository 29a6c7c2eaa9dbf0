package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// KeepUpload keeps a file until it is imported, and forgets those that were
// left lying.
func (db *DB) KeepUpload(ctx context.Context, u setting.Upload) error {
	return db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM upload WHERE at < $1`, u.At.Add(-setting.UploadLife).UnixMilli()); err != nil {
			return fmt.Errorf("store: uploads: %w", err)
		}
		q := insertSQL("upload", []string{"token", "by_whom", "at", "kind", "name", "content"}, 1)
		if _, err := t.exec(q, u.Token, int64(u.By), at{&u.At}, string(u.Kind), u.Name, u.Content); err != nil {
			return fmt.Errorf("store: upload: %w", err)
		}
		return nil
	})
}

// Upload reads a file its owner left.
func (db *DB) Upload(ctx context.Context, token string, by people.ID) (u setting.Upload, err error) {
	err = db.read.row(ctx, `SELECT token, by_whom, at, kind, name, content FROM upload WHERE token = $1 AND by_whom = $2`, token, int64(by)).
		Scan(&u.Token, &u.By, at{&u.At}, &u.Kind, &u.Name, &u.Content)
	if errors.Is(err, sql.ErrNoRows) {
		return u, fault.New(fault.Missing, "setting.no_such_upload")
	}
	if err != nil {
		return u, fmt.Errorf("store: upload: %w", err)
	}
	return u, nil
}

// DropUpload forgets a file.
func (db *DB) DropUpload(ctx context.Context, token string, by people.ID) error {
	return db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM upload WHERE token = $1 AND by_whom = $2`, token, int64(by)); err != nil {
			return fmt.Errorf("store: upload: %w", err)
		}
		return nil
	})
}
