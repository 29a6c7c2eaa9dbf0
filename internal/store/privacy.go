package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/privacy"
)

// Privacy masks personal data.
func (db *DB) Privacy() privacy.Store { return mask{db} }

type mask struct{ db *DB }

// terms are the words by which texts name a person. Shorter ones would hit
// others too.
func terms(p people.Person) []string {
	var out []string
	for _, t := range []struct {
		text  string
		least int
	}{{p.Mail, 5}, {p.Phone, 5}, {p.Name, 2}, {p.Code, 4}} {
		if utf8.RuneCountInString(t.text) >= t.least && !slices.Contains(out, t.text) {
			out = append(out, t.text)
		}
	}
	return out
}

// person reads a person for masking.
func (t *tx) personToMask(id people.ID) (p people.Person, err error) {
	rows, err := t.query(personSQL+` WHERE p.id = $1`, int64(id))
	if err != nil {
		return p, fmt.Errorf("store: mask: %w", err)
	}
	found, err := scanPersons(rows)
	if err != nil {
		return p, err
	}
	if len(found) == 0 {
		return p, fault.New(fault.Missing, "people.no_such").With("id", int64(id))
	}
	return found[0], nil
}

// MaskPerson takes a person's data away.
func (m mask) MaskPerson(ctx context.Context, id people.ID, alias string, now time.Time, log ...audit.Row) error {
	return m.db.alone(ctx, func(t *tx) error {
		p, err := t.personToMask(id)
		if err != nil {
			return err
		}
		rows, err := t.query(`SELECT DISTINCT record FROM party WHERE person = $1 ORDER BY record`, int64(id))
		if err != nil {
			return fmt.Errorf("store: mask: %w", err)
		}
		records, err := scanIDs(rows)
		if err != nil {
			return fmt.Errorf("store: mask: %w", err)
		}
		for _, r := range records {
			if err := t.unname(r, terms(p), alias); err != nil {
				return err
			}
		}
		if err := errors.Join(t.seekOut(p), t.forget(p, records, alias)); err != nil {
			return err
		}
		p.Name, p.Code, p.Pinyin, p.Mail, p.Phone, p.Room = alias, "masked-"+alias[1:], "", "", "", ""
		p.Retired, p.VIP, p.Doc, p.Changed = true, false, people.Profile{}, now
		if err := t.person(&p); err != nil {
			return err
		}
		for _, r := range records { // search knows requesters by name
			if err := t.reindex(r); err != nil {
				return err
			}
		}
		if err := errors.Join(t.shut(id, now), t.unaddress(id, alias)); err != nil {
			return err
		}
		return t.audit(log...)
	})
}

// shut takes everything away by which a person could come in.
func (t *tx) shut(id people.ID, now time.Time) error {
	for _, q := range []struct {
		text string
		args []any
	}{
		{`UPDATE account SET password = '', secret = '', pending = '', recovery = '', past = '', why = '', blocked = $2, version = version + 1 WHERE person = $1`, []any{int64(id), true}},
		{`DELETE FROM session WHERE person = $1`, []any{int64(id)}},
		{`UPDATE api_token SET revoked = $2 WHERE person = $1 AND revoked IS NULL`, []any{int64(id), now.UnixMilli()}},
		{`UPDATE api_token SET name = '' WHERE person = $1`, []any{int64(id)}},
		{`DELETE FROM draft WHERE person = $1`, []any{int64(id)}},
	} {
		if _, err := t.exec(q.text, q.args...); err != nil {
			return fmt.Errorf("store: mask: %w", err)
		}
	}
	return nil
}

// unaddress takes a person out of the ledger of mail: what was sent stays, where
// to does not, and what waits is not sent.
func (t *tx) unaddress(id people.ID, alias string) error {
	_, err := t.exec(`UPDATE mail SET address = '', name = $2, state = CASE WHEN state IN ('waiting', 'failed') THEN 'dead' ELSE state END WHERE person = $1`, int64(id), alias)
	if err != nil {
		return fmt.Errorf("store: mask: %w", err)
	}
	return nil
}

// unname writes the alias where the texts of a record name a person.
func (t *tx) unname(record int64, terms []string, alias string) error {
	if len(terms) == 0 {
		return nil
	}
	for _, p := range shelves {
		if p.of == "" {
			continue
		}
		var c clause
		sets, hits := make([]string, len(p.cols)), make([]string, 0, len(p.cols))
		for i, col := range p.cols {
			expr := col
			for _, term := range terms {
				expr = "replace(" + expr + c.text(", CAST(? AS TEXT), CAST(? AS TEXT))", term, alias)
			}
			sets[i] = col + " = " + expr
			hits = append(hits, col+" <> ''")
		}
		q := "UPDATE " + p.table + " SET " + strings.Join(sets, ", ") + c.text(" WHERE "+p.of, record) + " AND (" + strings.Join(hits, " OR ") + ")"
		if _, err := t.exec(q, c.args...); err != nil {
			return fmt.Errorf("store: mask: %w", err)
		}
	}
	return nil
}

// MaskRecord takes away whose a record was: the requester on the head and
// among those who follow it, his name in its texts, his hand in its timeline.
func (m mask) MaskRecord(ctx context.Context, id int64, now time.Time, log ...audit.Row) error {
	return m.db.in(ctx, func(t *tx) error {
		var requester people.ID
		if err := t.row(`SELECT requester FROM record WHERE id = $1`, id).Scan(refTo(&requester)); err != nil {
			return fmt.Errorf("store: mask record: %w", err)
		}
		if requester != 0 {
			p, err := t.personToMask(requester)
			if err != nil {
				return err
			}
			if err := t.unname(id, terms(p), privacy.Alias(requester)); err != nil {
				return err
			}
			for _, q := range []string{
				`UPDATE record SET requester = NULL, version = version + 1 WHERE id = $1 AND requester = $2`,
				`DELETE FROM party WHERE record = $1 AND person = $2 AND role <> 'owner'`,
				`UPDATE timeline SET by_whom = NULL WHERE record = $1 AND by_whom = $2`,
			} {
				if _, err := t.exec(q, id, int64(requester)); err != nil {
					return fmt.Errorf("store: mask record: %w", err)
				}
			}
			if err := t.reindex(id); err != nil {
				return err
			}
		}
		if err := t.askErase(); err != nil {
			return err
		}
		if _, err := t.exec(`DELETE FROM history_before WHERE record = $1`, id); err != nil {
			return fmt.Errorf("store: mask: %w", err)
		}
		if _, err := t.exec(`INSERT INTO masked (record, at) VALUES ($1, $2) ON CONFLICT (record) DO NOTHING`, id, now.UnixMilli()); err != nil {
			return fmt.Errorf("store: mask record: %w", err)
		}
		return t.audit(log...)
	})
}

// Past lists closed, unmasked records last changed before a moment.
func (m mask) Past(ctx context.Context, kind string, before time.Time, limit int) ([]int64, error) {
	rows, err := m.db.read.query(ctx, `SELECT r.id FROM record AS r WHERE r.kind = $1 AND r.moved < $2 AND NOT r.live
		AND NOT EXISTS (SELECT 1 FROM masked AS k WHERE k.record = r.id) ORDER BY r.moved, r.id LIMIT $3`, kind, before.UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("store: past: %w", err)
	}
	return scanIDs(rows)
}

// Gone lists retired, unmasked persons whom no younger record names.
func (m mask) Gone(ctx context.Context, before time.Time, limit int) ([]people.ID, error) {
	rows, err := m.db.read.query(ctx, `SELECT p.id FROM person AS p WHERE p.retired AND p.changed < $1 AND p.code NOT LIKE 'masked-%'
		AND NOT EXISTS (SELECT 1 FROM party AS y JOIN record AS r ON r.id = y.record WHERE y.person = p.id AND (r.live OR r.moved >= $1))
		ORDER BY p.id LIMIT $2`, before.UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("store: gone: %w", err)
	}
	ids, err := scanIDs(rows)
	out := make([]people.ID, len(ids))
	for i, id := range ids {
		out[i] = people.ID(id)
	}
	return out, err
}
