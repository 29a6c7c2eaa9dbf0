package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/review"
)

// Files lists the files of a review, oldest first.
func (s reviews) Files(ctx context.Context, id int64) (out []review.File, err error) {
	rows, err := s.db.read.query(ctx, `SELECT a.id, a.part, a.n, a.person, a.file, a.zone, a.name, a.at, f.sha256, f.size, f.type
		FROM management_review_file AS a JOIN file AS f ON f.id = a.file WHERE a.review = $1 ORDER BY a.id`, id)
	if err == nil {
		err = scanAll(rows, func() error {
			var h review.File
			err := rows.Scan(&h.ID, &h.Part, &h.N, &h.Person, &h.File, &h.Zone, &h.Name, at{&h.At}, &h.Content.SHA256, &h.Content.Size, &h.Content.Type)
			out = append(out, h)
			return err
		})
	}
	return out, reviewFault(err)
}

// Attach keeps a file: only somebody who brought it may.
func (s reviews) Attach(ctx context.Context, id int64, h *review.File, takes func(*review.Review) bool, log audit.Row) error {
	return reviewFault(s.db.in(ctx, func(t *tx) error {
		if err := t.reviewAs(id, takes); err != nil {
			return err
		}
		if err := t.brought(h.File, h.Person, &h.Content); err != nil {
			return err
		}
		held := 0
		if err := t.row(`SELECT count(*) FROM management_review_file WHERE review = $1`, id).Scan(&held); err != nil {
			return err
		}
		if held >= review.MostFiles {
			return fault.New(fault.TooMuch, "review.files_full").With("max", review.MostFiles)
		}
		if err := t.row(`INSERT INTO management_review_file (review, part, n, person, file, zone, name, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
			id, string(h.Part), h.N, int64(h.Person), h.File, int64(h.Zone), h.Name, at{&h.At}).Scan(&h.ID); err != nil {
			return err
		}
		return t.audit(log)
	}))
}

// Detach takes a file back.
func (s reviews) Detach(ctx context.Context, id, file int64, gives func(*review.Review) bool, gone *review.Gone, log audit.Row) error {
	return reviewFault(s.db.in(ctx, func(t *tx) error {
		if err := t.reviewAs(id, gives); err != nil {
			return err
		}
		if err := t.reviewLost(id, gone); err != nil {
			return err
		}
		if _, err := t.exec(`DELETE FROM management_review_file WHERE review = $1 AND id = $2`, id, file); err != nil {
			return err
		}
		return t.audit(log)
	}))
}

// reviewLost notes with a review that a file of it is gone; nil is nothing to note.
func (t *tx) reviewLost(id int64, gone *review.Gone) error {
	if gone == nil {
		return nil
	}
	r, err := scanReview(t.row(reviewSQL+` WHERE m.id = $1`, id))
	if err != nil {
		return err
	}
	r.Gone = append(r.Gone, *gone)
	doc, err := json.Marshal(r.Doc)
	if err == nil {
		_, err = t.exec(`UPDATE management_review SET doc = $2, version = version + 1 WHERE id = $1`, id, string(doc))
	}
	return err
}

// reviewAs makes sure that a review stands as something asks for, until the end of
// the transaction.
func (t *tx) reviewAs(id int64, stands func(*review.Review) bool) error {
	if _, err := t.exec(`UPDATE management_review SET state = state WHERE id = $1`, id); err != nil { // nobody changes it meanwhile
		return err
	}
	r, err := scanReview(t.row(reviewSQL+` WHERE m.id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.Missing, "review.none")
	}
	if err == nil && !stands(&r) {
		return fault.New(fault.Conflict, "review.over")
	}
	return err
}
