package store

import (
	"context"
	"encoding/json"
	"fmt"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

var personCols = []string{"code", "name", "pinyin", "mail", "phone", "room", "department", "post", "staff", "external", "vip", "retired"}

func personRefs(p *people.Person) []any {
	return []any{&p.Code, &p.Name, &p.Pinyin, &p.Mail, &p.Phone, &p.Room, refTo(&p.Department), refTo(&p.Post), &p.Staff, &p.External, &p.VIP, &p.Retired}
}

// SavePerson adds the person when his ID is 0, else replaces the version he
// carries; the audit rows are written in the same transaction.
func (db *DB) SavePerson(ctx context.Context, p *people.Person, log ...audit.Row) error {
	err := db.in(ctx, func(t *tx) error {
		if err := t.person(p); err != nil {
			return err
		}
		return t.audit(log...)
	})
	if err != nil && db.clash(err) {
		return fault.At("code", "people.code_taken").With("code", p.Code)
	}
	return err
}

func (t *tx) person(p *people.Person) error {
	p.Spell()
	was, err := t.called(p.ID)
	if err != nil {
		return err
	}
	if err := t.personRow(p); err != nil {
		return err
	}
	if now, err := t.called(p.ID); err != nil {
		return err
	} else if was != "" && was != now { // search finds his records by what he is called now
		if err := t.reindexPerson(p.ID); err != nil {
			return err
		}
	}
	return t.personWords(p)
}

func (t *tx) personRow(p *people.Person) error {
	doc, err := json.Marshal(p.Doc)
	if err != nil {
		return fmt.Errorf("store: person: %w", err)
	}
	if p.ID == 0 {
		p.Version = 1
		q := insertSQL("person", append([]string{"version", "changed", "doc"}, personCols...), 1) + " RETURNING id"
		if err := t.row(q, append([]any{p.Version, at{&p.Changed}, string(doc)}, personRefs(p)...)...).Scan(&p.ID); err != nil {
			return fmt.Errorf("store: add person: %w", err)
		}
		return nil
	}
	q := updateSQL("person", append([]string{"version", "changed", "doc"}, personCols...)) + fmt.Sprintf(" AND version = $%d", len(personCols)+5)
	args := append([]any{int64(p.ID), p.Version + 1, at{&p.Changed}, string(doc)}, personRefs(p)...)
	res, err := t.exec(q, append(args, p.Version)...)
	if err != nil {
		return fmt.Errorf("store: save person: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil {
		return fmt.Errorf("store: save person: %w", err)
	} else if n != 1 {
		return fault.New(fault.Conflict, "people.changed_meanwhile")
	}
	p.Version++
	return nil
}
