package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// MailPassword is the password of the mail server that the settings name; ""
// when there is none.
func (db *DB) MailPassword(ctx context.Context) (password string, err error) {
	err = db.read.row(ctx, `SELECT password FROM mail_password WHERE one = 1`).Scan(&password)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("store: mail password: %w", err)
	}
	return password, nil
}

// KeepMailPassword keeps it in place of the one before.
func (db *DB) KeepMailPassword(ctx context.Context, password string) error {
	return db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO mail_password (one, password) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET password = excluded.password`, password); err != nil {
			return fmt.Errorf("store: mail password: %w", err)
		}
		return nil
	})
}
