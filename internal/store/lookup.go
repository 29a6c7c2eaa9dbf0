package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// personWords replaces what a person is found by.
func (t *tx) personWords(p *people.Person) error {
	if _, err := t.exec(`DELETE FROM person_word WHERE person = $1`, int64(p.ID)); err != nil {
		return fmt.Errorf("store: person words: %w", err)
	}
	words := p.Words()
	if len(words) == 0 {
		return nil
	}
	var args []any
	for _, w := range words {
		args = append(args, w, int64(p.ID))
	}
	if _, err := t.exec(insertSQL("person_word", []string{"word", "person"}, len(words)), args...); err != nil {
		return fmt.Errorf("store: person words: %w", err)
	}
	return nil
}

var personSQL = `SELECT p.id, p.version, p.changed, p.doc, p.` + strings.Join(personCols, ", p.") + ` FROM person AS p`

func scanPersons(rows *sql.Rows) (out []people.Person, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var p people.Person
		var doc string
		if err := rows.Scan(append([]any{&p.ID, &p.Version, at{&p.Changed}, &doc}, personRefs(&p)...)...); err != nil {
			return nil, fmt.Errorf("store: persons: %w", err)
		}
		if err := json.Unmarshal([]byte(doc), &p.Doc); err != nil {
			return nil, fmt.Errorf("store: person %d: %w", p.ID, err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

func (db *DB) persons(ctx context.Context, text string, args ...any) ([]people.Person, error) {
	rows, err := db.read.query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("store: persons: %w", err)
	}
	return scanPersons(rows)
}

// Person reads one person.
func (db *DB) Person(ctx context.Context, id people.ID) (people.Person, error) {
	found, err := db.persons(ctx, personSQL+` WHERE p.id = $1`, int64(id))
	if err != nil {
		return people.Person{}, err
	}
	if len(found) == 0 {
		return people.Person{}, fault.New(fault.Missing, "people.no_such").With("id", int64(id))
	}
	return found[0], nil
}

// nearest is how many words beginning alike are looked at: the first of them,
// in order of the alphabet, are the ones most like what was typed.
const nearest = 400

// LookUp finds persons in use by what was typed: parts of the name, pinyin or
// its initials, phone, room or code. Those most like it come first.
func (db *DB) LookUp(ctx context.Context, typed string, limit int) ([]people.Person, error) {
	terms := people.Terms(typed)
	if len(terms) == 0 {
		return nil, nil
	}
	limit = min(max(limit, 1), 100)
	var c clause
	text := c.text(`SELECT w.person, min(w.word) AS first FROM (
		SELECT word, person FROM person_word WHERE word >= ? AND word < ? ORDER BY word LIMIT ?) AS w
		JOIN person AS p ON p.id = w.person WHERE NOT p.retired`, terms[0], terms[0]+"\U0010FFFF", db.most(terms))
	for _, t := range terms[1:] {
		text += c.text(` AND EXISTS (SELECT 1 FROM person_word AS o WHERE o.person = w.person AND o.word >= ? AND o.word < ?)`, t, t+"\U0010FFFF")
	}
	text = `SELECT n.person FROM (` + text + ` GROUP BY w.person) AS n ORDER BY n.first, n.person` + c.text(` LIMIT ?`, limit)
	rows, err := db.read.query(ctx, text, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: look up: %w", err)
	}
	ids, err := scanIDs(rows)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	found, err := db.personsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	byID := map[people.ID]people.Person{}
	for _, p := range found {
		byID[p.ID] = p
	}
	out := found[:0]
	for _, id := range ids {
		out = append(out, byID[people.ID(id)])
	}
	return out, nil
}

// most bounds the words looked at: with a second term to agree, many of the
// first drop out.
func (db *DB) most(terms []string) int {
	if len(terms) > 1 {
		return 50 * nearest
	}
	return nearest
}

func (db *DB) personsByID(ctx context.Context, ids []int64) (out []people.Person, err error) {
	for chunk := range chunks(ids, 500) {
		var c clause
		found, err := db.persons(ctx, personSQL+" WHERE "+in(&c, "p.id", chunk), c.args...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// Persons lists persons in order of their code.
func (db *DB) Persons(ctx context.Context, q people.Query) ([]people.Person, error) {
	var c clause
	if q.After != "" {
		c.and("p.code > ?", q.After)
	}
	if !q.Retired {
		c.and("NOT p.retired")
	}
	if q.Staff {
		c.and("p.staff")
	}
	if len(q.Departments) > 0 {
		c.conds = append(c.conds, in(&c, "p.department", q.Departments))
	}
	for _, t := range people.Terms(q.Text) {
		c.and("EXISTS (SELECT 1 FROM person_word AS o WHERE o.person = p.id AND o.word >= ? AND o.word < ?)", t, t+"\U0010FFFF")
	}
	return db.persons(ctx, personSQL+c.where()+" ORDER BY p.code"+c.text(" LIMIT ?", min(max(q.Limit, 1), 1000)), c.args...)
}

const enrolledSQL = `SELECT id, department, post, retired, staff, vip, changed FROM person`

// Roll is what rules ask about persons again and again, kept in memory.
func (db *DB) Roll() *people.Roll {
	return &people.Roll{
		Since: func(ctx context.Context, since time.Time) ([]people.Enrolled, error) {
			return db.enrolled(ctx, enrolledSQL+` WHERE changed >= $1`, since.UnixMilli())
		},
		One: func(ctx context.Context, id people.ID) (people.Enrolled, bool, error) {
			found, err := db.enrolled(ctx, enrolledSQL+` WHERE id = $1`, int64(id))
			if err != nil || len(found) == 0 {
				return people.Enrolled{}, false, err
			}
			return found[0], true, nil
		},
	}
}

func (db *DB) enrolled(ctx context.Context, text string, args ...any) (out []people.Enrolled, err error) {
	rows, err := db.read.query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("store: roll: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e people.Enrolled
		if err := rows.Scan(&e.ID, refTo(&e.Department), refTo(&e.Post), &e.Retired, &e.Staff, &e.VIP, at{&e.Changed}); err != nil {
			return nil, fmt.Errorf("store: roll: %w", err)
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// Coded reads the persons of these codes; those there are not are left out.
func (db *DB) Coded(ctx context.Context, codes []string) (out []people.Person, err error) {
	for chunk := range slices.Chunk(codes, 500) {
		args := make([]any, len(chunk))
		for i, c := range chunk {
			args[i] = c
		}
		found, err := db.persons(ctx, personSQL+" WHERE p.code IN ("+marks(1, len(args))+")", args...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}
