package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"kilter/internal/practice/audit"
)

// Audit keeps the audit log.
func (db *DB) Audit() audit.Store { return auditLog{db} }

type auditLog struct{ db *DB }

var auditSQL = `SELECT u.id, u.` + strings.Join(auditCols, ", u.") + `, coalesce(u.seq, 0), coalesce(u.hash, '') FROM audit AS u`

func scanAudit(rows *sql.Rows) (r audit.Row, err error) {
	err = rows.Scan(&r.ID, at{&r.At}, &r.Actor, &r.Name, &r.Via, &r.Address, &r.Deed, &r.Object, &r.Result, &r.Detail, &r.Seq, &r.Hash)
	return r, err
}

func scanAudits(rows *sql.Rows) (out []audit.Row, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		r, err := scanAudit(rows)
		if err != nil {
			return nil, fmt.Errorf("store: audit: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// Note appends rows.
func (l auditLog) Note(ctx context.Context, rows ...audit.Row) error { return l.db.Note(ctx, rows...) }

// Rows reads a page of the log, newest first.
func (l auditLog) Rows(ctx context.Context, f audit.Filter) ([]audit.Row, error) {
	var c clause
	if !f.From.IsZero() {
		c.and("u.at >= ?", f.From.UnixMilli())
	}
	if !f.To.IsZero() {
		c.and("u.at < ?", f.To.UnixMilli())
	}
	if f.Actor != 0 {
		c.and("u.actor = ?", int64(f.Actor))
	}
	if f.Name != "" {
		c.and("lower(u.name) LIKE ? ESCAPE '!'", "%"+like(f.Name)+"%")
	}
	if strings.HasSuffix(f.Deed, ".") {
		c.and("u.deed LIKE ? ESCAPE '!'", like(f.Deed)+"%")
	} else if f.Deed != "" {
		c.and("u.deed = ?", f.Deed)
	}
	for _, eq := range [][2]string{{"u.object = ?", f.Object}, {"u.result = ?", string(f.Result)}, {"u.via = ?", string(f.Via)}, {"u.address = ?", f.Address}} {
		if eq[1] != "" {
			c.and(eq[0], eq[1])
		}
	}
	if f.After.ID != 0 {
		c.and("(u.at, u.id) < (?, ?)", f.After.At.UnixMilli(), f.After.ID)
	}
	text := auditSQL + c.where() + " ORDER BY u.at DESC, u.id DESC" + c.text(" LIMIT ?", min(max(f.Limit, 1), 500))
	rows, err := l.db.read.query(ctx, text, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: audit: %w", err)
	}
	return scanAudits(rows)
}

// like makes a text literal within a LIKE pattern with ESCAPE '!', in small
// letters.
func like(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(s))
}

// sealedPage is how many rows of the chain are read at once.
const sealedPage = 2000

// Sealed walks the chain page by page, so that its length costs no memory.
func (l auditLog) Sealed(ctx context.Context) iter.Seq2[audit.Row, error] {
	return func(yield func(audit.Row, error) bool) {
		for after := int64(0); ; {
			rows, err := l.db.read.query(ctx, auditSQL+` WHERE u.seq > $1 ORDER BY u.seq LIMIT $2`, after, sealedPage)
			if err != nil {
				yield(audit.Row{}, fmt.Errorf("store: audit: %w", err))
				return
			}
			page, err := scanAudits(rows)
			if err != nil {
				yield(audit.Row{}, err)
				return
			}
			for _, r := range page {
				if !yield(r, nil) {
					return
				}
				after = r.Seq
			}
			if len(page) < sealedPage {
				return
			}
		}
	}
}

// Head is the end of the chain.
func (l auditLog) Head(ctx context.Context) (h audit.Head, err error) {
	if err := l.db.read.row(ctx, `SELECT seq, hash, at FROM audit_head WHERE one = 1`).Scan(&h.Seq, &h.Hash, at{&h.At}); err != nil {
		return h, fmt.Errorf("store: audit head: %w", err)
	}
	return h, nil
}

// Seal links unsealed rows to the chain. Writing the head's row first makes
// nodes that seal at once take turns; the rows themselves are appended
// meanwhile without waiting for anybody.
func (l auditLog) Seal(ctx context.Context, now time.Time, most int) (n int, err error) {
	var one int
	if err := l.db.read.row(ctx, `SELECT count(*) FROM (SELECT 1 FROM audit WHERE seq IS NULL LIMIT 1) AS waiting`).Scan(&one); err != nil || one == 0 {
		if err != nil {
			err = fmt.Errorf("store: seal: %w", err)
		}
		return 0, err
	}
	err = l.db.alone(ctx, func(t *tx) error {
		var h audit.Head
		if err := t.row(`UPDATE audit_head SET at = $1 WHERE one = 1 RETURNING seq, hash`, now.UnixMilli()).Scan(&h.Seq, &h.Hash); err != nil {
			return fmt.Errorf("store: seal: %w", err)
		}
		rows, err := t.query(auditSQL+` WHERE u.seq IS NULL ORDER BY u.id LIMIT $1`, most)
		if err != nil {
			return fmt.Errorf("store: seal: %w", err)
		}
		batch, err := scanAudits(rows)
		if err != nil {
			return err
		}
		for i := range batch {
			h.Seq++
			h.Hash = batch[i].Hash256(h.Hash)
			batch[i].Seq, batch[i].Hash = h.Seq, h.Hash
		}
		n = len(batch)
		if err := t.seal(batch); err != nil {
			return err
		}
		if _, err := t.exec(`UPDATE audit_head SET seq = $1, hash = $2 WHERE one = 1`, h.Seq, h.Hash); err != nil {
			return fmt.Errorf("store: seal: %w", err)
		}
		return nil
	})
	return n, err
}

// atATime is how many rows one statement seals.
const atATime = 50

// seal writes the places and hashes, many rows with one statement.
func (t *tx) seal(batch []audit.Row) error {
	for len(batch) > 0 {
		part := batch[:min(atATime, len(batch))]
		batch = batch[len(part):]
		var c clause
		values := make([]string, len(part))
		for i, r := range part {
			values[i] = c.text("(CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS TEXT))", r.ID, r.Seq, r.Hash)
		}
		q := `WITH s (id, seq, hash) AS (VALUES ` + strings.Join(values, ", ") + `)
			UPDATE audit SET seq = s.seq, hash = s.hash FROM s WHERE audit.id = s.id AND audit.seq IS NULL`
		res, err := t.exec(q, c.args...)
		if err != nil {
			return fmt.Errorf("store: seal: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil {
			return fmt.Errorf("store: seal: %w", err)
		} else if int(n) != len(part) {
			return fmt.Errorf("store: seal: %d of %d rows", n, len(part))
		}
	}
	return nil
}

// Exported is the head last carried out to a target.
func (l auditLog) Exported(ctx context.Context, target string) (h audit.Head, err error) {
	err = l.db.read.row(ctx, `SELECT seq, hash, at FROM audit_export WHERE target = $1`, target).Scan(&h.Seq, &h.Hash, at{&h.At})
	if errors.Is(err, sql.ErrNoRows) {
		return audit.Head{}, nil
	}
	if err != nil {
		return h, fmt.Errorf("store: audit export: %w", err)
	}
	return h, nil
}

// Export keeps that a head was carried out.
func (l auditLog) Export(ctx context.Context, target string, h audit.Head) error {
	return l.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO audit_export (target, seq, hash, at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (target) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, at = excluded.at`, target, h.Seq, h.Hash, at{&h.At}); err != nil {
			return fmt.Errorf("store: audit export: %w", err)
		}
		return nil
	})
}
