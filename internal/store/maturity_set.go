package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/questions"
)

// QuestionSets keeps editions of the questions of maturity.
func (db *DB) QuestionSets() questions.Store { return questionSets{db} }

type questionSets struct{ db *DB }

var questionSetCols = []string{
	"edition", "name_en", "name_zh", "base", "state", "questions", "made", "made_by", "changed", "changed_by", "published", "published_by", "version",
}

func questionSetFault(err error) error {
	if err == nil || len(fault.All(err)) > 0 {
		return err
	}
	return fmt.Errorf("store: question set: %w", err)
}

func questionSetRow(e *questions.Edition, more ...any) []any {
	return append([]any{
		&e.ID, &e.Version, &e.Name.En, &e.Name.Zh, &e.Base, &e.State, &e.Count,
		at{&e.Made},
		refTo(&e.MadeBy),
		at{&e.Changed},
		refTo(&e.ChangedBy),
		at{&e.Published},
		refTo(&e.PublishedBy), &e.Row,
		numbersIn{&e.Numbers},
	}, more...)
}

var questionSetSQL = `SELECT id, ` + strings.Join(questionSetCols, ", ") + `, (SELECT n.doc FROM maturity_set_number AS n WHERE n.edition = maturity_set.edition)`

// List lists them without their questions, the newest first.
func (s questionSets) List(ctx context.Context) (out []questions.Edition, err error) {
	rows, err := s.db.read.query(ctx, questionSetSQL+` FROM maturity_set ORDER BY edition DESC`) //nolint:sqlclosecheck // scanAll closes them
	if err == nil {
		err = scanAll(rows, func() error {
			var e questions.Edition
			err := rows.Scan(questionSetRow(&e)...)
			out = append(out, e)
			return err
		})
	}
	return out, questionSetFault(err)
}

// Find reads one with its questions.
func (s questionSets) Find(ctx context.Context, version string) (*questions.Edition, error) {
	n, err := editionOf(version)
	if err != nil {
		return nil, err
	}
	e := &questions.Edition{}
	var doc string
	err = s.db.read.row(ctx, questionSetSQL+`, doc FROM maturity_set WHERE edition = $1`, n).Scan(questionSetRow(e, &doc)...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.Missing, "maturity.set.none")
	}
	if err != nil {
		return nil, questionSetFault(err)
	}
	if e.Set, err = maturity.ReadSet([]byte(doc)); err == nil {
		e.Set.Version = e.Version
	}
	return e, questionSetFault(err)
}

// Keep adds one and gives it its version, or replaces a draft.
func (s questionSets) Keep(ctx context.Context, e *questions.Edition, log audit.Row) error {
	doc, err := questions.Text(e.Set)
	if err != nil {
		return questionSetFault(err)
	}
	return questionSetFault(s.db.in(ctx, func(t *tx) error {
		if e.ID == 0 {
			return t.addQuestionSet(e, doc, log)
		}
		n, err := strconv.ParseInt(e.Version, 10, 64)
		if err != nil {
			return err
		}
		q := updateSQL("maturity_set", append(questionSetCols[:len(questionSetCols):len(questionSetCols)], "doc")) +
			fmt.Sprintf(" AND version = $%d AND state = 'draft'", len(questionSetCols)+3)
		if err := t.one(q, append(append([]any{e.ID}, questionSetArgs(e, n, e.Row+1)...), string(doc), e.Row)...); err != nil {
			return err
		}
		e.Row++
		if err := t.number(e, n); err != nil {
			return err
		}
		return t.audit(log)
	}))
}

// numbersIn reads the numbers of an edition; what was kept before they were stays
// nil.
type numbersIn struct{ to *maturity.Numbers }

// Scan reads them.
func (n numbersIn) Scan(v any) error {
	var text sql.NullString
	if err := text.Scan(v); err != nil || text.String == "" {
		return err
	}
	return json.Unmarshal([]byte(text.String), n.to)
}

// number keeps which numbers an edition has used; an id that was removed is given
// to no other.
func (t *tx) number(e *questions.Edition, edition int64) error {
	all := e.Set.Numbers()
	all.Over(e.Numbers)
	e.Numbers = all
	doc, err := json.Marshal(all)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO maturity_set_number (edition, doc) VALUES ($1, $2) ON CONFLICT (edition) DO UPDATE SET doc = excluded.doc`, edition, string(doc))
	return err
}

func questionSetArgs(e *questions.Edition, edition, row int64) []any {
	return []any{
		edition, e.Name.En, e.Name.Zh, e.Base, string(e.State), e.Count,
		at{&e.Made},
		refTo(&e.MadeBy),
		at{&e.Changed},
		refTo(&e.ChangedBy),
		at{&e.Published},
		refTo(&e.PublishedBy), row,
	}
}

func (t *tx) addQuestionSet(e *questions.Edition, doc json.RawMessage, log audit.Row) error {
	var last int64
	if err := t.row(`SELECT coalesce(max(edition), 1) FROM maturity_set`).Scan(&last); err != nil {
		return err
	}
	q := insertSQL("maturity_set", append(questionSetCols[:len(questionSetCols):len(questionSetCols)], "doc"), 1) + " RETURNING id"
	if err := t.row(q, append(questionSetArgs(e, last+1, 1), string(doc))...).Scan(&e.ID); err != nil {
		return err
	}
	e.Version, e.Row = strconv.FormatInt(last+1, 10), 1
	e.Set.Version = e.Version
	if err := t.number(e, last+1); err != nil {
		return err
	}
	log.Object = "maturity_set:" + e.Version
	return t.audit(log)
}

// Drop takes a draft away.
func (s questionSets) Drop(ctx context.Context, e *questions.Edition, log audit.Row) error {
	return questionSetFault(s.db.in(ctx, func(t *tx) error {
		if err := t.one(`DELETE FROM maturity_set WHERE id = $1 AND version = $2 AND state = 'draft'`, e.ID, e.Row); err != nil {
			return err
		}
		return t.audit(log)
	}))
}

// editionOf reads a number of an edition; it has one way of being written.
func editionOf(version string) (int64, error) {
	n, err := strconv.ParseInt(version, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != version {
		return 0, fault.New(fault.Missing, "maturity.set.none")
	}
	return n, nil
}

// Uses lists when editions were taken up last, the newest first.
func (s questionSets) Uses(ctx context.Context, most int) (out []questions.Use, err error) {
	rows, err := s.db.read.query(ctx, `SELECT edition, at, taken_by FROM maturity_set_use ORDER BY id DESC LIMIT $1`, most)
	if err == nil {
		err = scanAll(rows, func() error {
			var u questions.Use
			var n int64
			err := rows.Scan(&n, at{&u.At}, refTo(&u.By))
			u.Version = setVersion(n)
			out = append(out, u)
			return err
		})
	}
	return out, questionSetFault(err)
}

// TakeUp notes that one is taken up.
func (s questionSets) TakeUp(ctx context.Context, u questions.Use, log audit.Row) error {
	n, err := setPlace(u.Version)
	if err != nil {
		return err
	}
	return questionSetFault(s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO maturity_set_use (edition, at, taken_by) VALUES ($1, $2, $3)`, n, at{&u.At}, refTo(&u.By)); err != nil {
			return err
		}
		return t.audit(log)
	}))
}

// A set that ships is below nothing, but for the first: it stands at 1, where no
// centre's own begins.
func setPlace(version string) (int64, error) {
	if n, ok := maturity.ShippedPlace(version); ok {
		if n > 1 {
			n = -n
		}
		return n, nil
	}
	return editionOf(version)
}

func setVersion(place int64) string {
	switch {
	case place == 1:
		return maturity.FirstShipped
	case place < 0:
		return maturity.ShippedVersion(-place)
	}
	return strconv.FormatInt(place, 10)
}
