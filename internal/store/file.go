package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Files keeps the content of attachments.
func (db *DB) Files() record.Files { return files{db} }

type files struct{ db *DB }

// chunk is how many bytes one row holds: small enough that a writer is never
// kept waiting, large enough that a file is few rows.
const chunk = 256 << 10

// Store takes in a stream chunk by chunk, each in a transaction of its own, so
// that a slow sender holds up nobody.
func (f files) Store(ctx context.Context, now time.Time, by people.ID, limit int64, r io.Reader) (id int64, c record.Content, err error) {
	if err := f.db.write.row(ctx, `INSERT INTO file (size, type, at) VALUES (0, '', $1) RETURNING id`, at{&now}).Scan(&id); err != nil {
		return 0, c, fmt.Errorf("store: file: %w", err)
	}
	sum := sha256.New()
	if err = f.chunks(ctx, id, limit, io.TeeReader(r, sum), &c); err == nil {
		c.SHA256 = hex.EncodeToString(sum.Sum(nil))
		var kept int64
		if kept, err = f.keep(ctx, id, c, holder{by, now}); err == nil {
			return kept, c, nil
		}
	}
	return 0, c, errors.Join(err, f.db.in(context.WithoutCancel(ctx), func(t *tx) error { return t.discard(id) }))
}

// chunks writes the stream, measures it and looks at its first bytes.
func (f files) chunks(ctx context.Context, id, limit int64, r io.Reader, c *record.Content) error {
	buf := make([]byte, chunk)
	for n := 0; ; n++ {
		got, err := io.ReadFull(r, buf)
		if got > 0 {
			if n == 0 {
				c.Type = record.Sniff(buf[:got])
			}
			if c.Size += int64(got); c.Size > limit {
				return (&fault.Fault{Kind: fault.TooMuch, Field: "files", Key: "record.file_too_big"}).With("max", limit>>20)
			}
			if _, err := f.db.write.ExecContext(ctx, `INSERT INTO file_chunk (file, n, data) VALUES ($1, $2, $3)`, id, n, buf[:got]); err != nil {
				return fmt.Errorf("store: file: %w", err)
			}
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			if c.Size == 0 {
				return fault.At("files", "record.file_empty")
			}
			return nil
		case err != nil:
			return fmt.Errorf("store: file: receiving: %w", err)
		}
	}
}

type holder struct {
	person people.ID
	at     time.Time
}

// keep gives the content its hash. When the same content is there already, the
// one that has just come is dropped in its favour.
func (f files) keep(ctx context.Context, id int64, c record.Content, h holder) (kept int64, err error) {
	err = f.db.in(ctx, func(t *tx) error {
		kept = id
		err := t.row(`SELECT id FROM file WHERE sha256 = $1`, c.SHA256).Scan(&kept)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			if _, err := t.exec(`UPDATE file SET sha256 = $2, size = $3, type = $4 WHERE id = $1`, id, c.SHA256, c.Size, c.Type); err != nil {
				return fmt.Errorf("store: file: %w", err)
			}
		case err != nil:
			return fmt.Errorf("store: file: %w", err)
		default:
			if err := t.discard(id); err != nil {
				return err
			}
		}
		return t.hold(kept, h)
	})
	if err != nil && f.db.clash(err) { // another node was faster with the same content
		return f.keep(ctx, id, c, h)
	}
	return kept, err
}

func (t *tx) hold(id int64, h holder) error {
	if _, err := t.exec(`INSERT INTO file_holder (file, person, at) VALUES ($1, $2, $3) ON CONFLICT (file, person) DO UPDATE SET at = excluded.at`, id, int64(h.person), at{&h.at}); err != nil {
		return fmt.Errorf("store: file holder: %w", err)
	}
	return nil
}

// brought reads the content of a file that somebody has brought: only he may put it
// to a record.
func (t *tx) brought(file int64, by people.ID, into *record.Content) error {
	err := t.row(`SELECT f.sha256, f.size, f.type FROM file AS f JOIN file_holder AS h ON h.file = f.id AND h.person = $2 WHERE f.id = $1`, file, int64(by)).
		Scan(&into.SHA256, &into.Size, &into.Type)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.At("file", "record.no_such_file")
	}
	return err
}

func (t *tx) discard(id int64) error {
	for _, q := range []string{`DELETE FROM file_chunk WHERE file = $1`, `DELETE FROM file_holder WHERE file = $1`, `DELETE FROM file WHERE id = $1`} {
		if _, err := t.exec(q, id); err != nil {
			return fmt.Errorf("store: discard file: %w", err)
		}
	}
	return nil
}

// Read writes the content to w, one chunk in memory at a time.
func (f files) Read(ctx context.Context, file int64, w io.Writer) error {
	for n := 0; ; n++ {
		var data []byte
		err := f.db.read.row(ctx, `SELECT data FROM file_chunk WHERE file = $1 AND n = $2`, file, n).Scan(&data)
		if errors.Is(err, sql.ErrNoRows) {
			if n == 0 {
				return fault.New(fault.Missing, "record.no_such_file")
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("store: file: %w", err)
		}
		if _, err := w.Write(data); err != nil {
			return fmt.Errorf("store: file: sending: %w", err)
		}
	}
}

// Attachments lists the files of records, oldest first.
func (f files) Attachments(ctx context.Context, publicOnly bool, records ...int64) (out []record.Attachment, err error) {
	var c clause
	c.conds = append(c.conds, in(&c, "a.record", records))
	if publicOnly {
		c.conds = append(c.conds, "a.public")
	}
	rows, err := f.db.read.query(ctx, `SELECT a.id, a.record, a.entry, a.file, a.name, a.public, a.by_whom, a.at, f.sha256, f.size, f.type
		FROM attachment AS a JOIN file AS f ON f.id = a.file`+c.where()+` ORDER BY a.id`, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: attachments: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var a record.Attachment
		if err := rows.Scan(&a.ID, &a.Record, &a.Entry, &a.File, &a.Name, &a.Public, refTo(&a.By), at{&a.At}, &a.Content.SHA256, &a.Content.Size, &a.Content.Type); err != nil {
			return nil, fmt.Errorf("store: attachments: %w", err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// Sweep removes content that nothing refers to and nobody has brought lately.
func (f files) Sweep(ctx context.Context, before time.Time) (int, error) {
	rows, err := f.db.read.query(ctx, `SELECT f.id FROM file AS f WHERE f.at < $1
		AND NOT EXISTS (SELECT 1 FROM attachment AS a WHERE a.file = f.id)
		AND NOT EXISTS (SELECT 1 FROM item_file AS i WHERE i.file = f.id)
		AND NOT EXISTS (SELECT 1 FROM maturity_file AS m WHERE m.file = f.id)
		AND NOT EXISTS (SELECT 1 FROM management_review_file AS r WHERE r.file = f.id)
		AND NOT EXISTS (SELECT 1 FROM file_holder AS h WHERE h.file = f.id AND h.at >= $1)`, at{&before})
	if err != nil {
		return 0, fmt.Errorf("store: sweep files: %w", err)
	}
	ids, err := scanIDs(rows)
	if err != nil {
		return 0, fmt.Errorf("store: sweep files: %w", err)
	}
	for n, id := range ids {
		if err := f.db.in(ctx, func(t *tx) error { return t.discard(id) }); err != nil {
			return n, err
		}
	}
	return len(ids), nil
}

// Content reads what a file is, for somebody who brought it.
func (p *page[R]) Content(by people.ID, file, id int64) (c record.Content, held int, err error) {
	err = p.t.row(`SELECT f.sha256, f.size, f.type, (SELECT count(*) FROM attachment AS a WHERE a.record = $3)
		FROM file AS f JOIN file_holder AS h ON h.file = f.id AND h.person = $2 WHERE f.id = $1`, file, int64(by), id).Scan(&c.SHA256, &c.Size, &c.Type, &held)
	if errors.Is(err, sql.ErrNoRows) {
		return c, 0, fault.At("files", "record.no_such_file")
	}
	if err != nil {
		return c, 0, fmt.Errorf("store: file: %w", err)
	}
	return c, held, nil
}

func (t *tx) attach(id int64, files []record.Attachment, entries []record.Entry) error {
	for i := range files {
		a := &files[i]
		a.Record, a.Entry = id, entries[a.Came()].ID
		if err := t.row(`INSERT INTO attachment (record, entry, file, name, public, by_whom, at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
			a.Record, a.Entry, a.File, a.Name, a.Public, orNull(a.By), at{&a.At}).Scan(&a.ID); err != nil {
			return fmt.Errorf("store: attach: %w", err)
		}
	}
	return nil
}
