package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"kilter/internal/practice/privacy"
)

// chest is a place whose content SQL cannot look into: what is compressed, what
// is bytes. It is looked through like a shelf: after says how far it was, last
// how far it is now, 0 when done; write is what has to be written.
type chest func(ctx context.Context, db *DB, all []veil, after int64) (last int64, write func(*tx) error, err error)

// chests come after the shelves.
var chests = []chest{packed("item_import", "plan"), packed("baseline", "doc"), keptAnswers, waitingTables, waitingLogs}

// swap writes the aliases into a text.
func swap(all []veil) *strings.Replacer {
	var pairs []string
	for _, v := range all {
		for _, term := range v.terms {
			pairs = append(pairs, term, privacy.Alias(v.person))
		}
	}
	return strings.NewReplacer(pairs...)
}

// packed is a column of compressed documents, one a step.
func packed(table, col string) chest {
	return func(ctx context.Context, db *DB, all []veil, after int64) (last int64, write func(*tx) error, err error) {
		var doc []byte
		err = db.read.row(ctx, "SELECT id, "+col+" FROM "+table+" WHERE id > $1 AND "+col+" IS NOT NULL ORDER BY id LIMIT 1", after).Scan(&last, &doc)
		if errors.Is(err, sql.ErrNoRows) {
			return 0, nil, nil
		}
		if err != nil {
			return 0, nil, err
		}
		zip, err := gzip.NewReader(bytes.NewReader(doc))
		if err != nil {
			return 0, nil, err
		}
		text, err := io.ReadAll(zip)
		if err != nil {
			return 0, nil, err
		}
		now := swap(all).Replace(string(text))
		if now == string(text) {
			return last, nil, nil
		}
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		if _, err := io.WriteString(w, now); err != nil {
			return 0, nil, err
		}
		if err := w.Close(); err != nil {
			return 0, nil, err
		}
		return last, func(t *tx) error {
			_, err := t.exec("UPDATE "+table+" SET "+col+" = $2 WHERE id = $1", last, out.Bytes())
			return err
		}, nil
	}
}

// keptAnswers are what was answered to requests with a key; a request that is
// repeated hears the same, without the name.
func keptAnswers(ctx context.Context, db *DB, all []veil, _ int64) (last int64, write func(*tx) error, err error) {
	type row struct {
		who, route, key, head string
		body                  []byte
	}
	rows, err := db.read.query(ctx, `SELECT who, route, key, head, body FROM answer WHERE status <> 0`)
	if err != nil {
		return 0, nil, err
	}
	change := swap(all)
	var list []row
	err = scanAll(rows, func() error {
		var r row
		if err := rows.Scan(&r.who, &r.route, &r.key, &r.head, &r.body); err != nil {
			return err
		}
		head, body := change.Replace(r.head), change.Replace(string(r.body))
		if head != r.head || body != string(r.body) {
			r.head, r.body = head, []byte(body)
			list = append(list, r)
		}
		return nil
	})
	if err != nil || len(list) == 0 {
		return 0, nil, err
	}
	return 0, func(t *tx) error {
		for _, r := range list {
			if _, err := t.exec(`UPDATE answer SET head = $4, body = $5 WHERE who = $1 AND route = $2 AND key = $3`, r.who, r.route, r.key, r.head, r.body); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// sieve looks for what people are called in bytes that come piece by piece. What
// is no plain text cannot be looked into and counts as found.
type sieve struct {
	all   []veil
	rest  []byte // of the piece before, for words across two pieces
	found bool
}

func (s *sieve) take(piece []byte) {
	if len(s.rest) == 0 && (bytes.HasPrefix(piece, []byte("PK")) || bytes.HasPrefix(piece, []byte{0x1f, 0x8b})) {
		s.found = true
	}
	text := slices.Concat(s.rest, piece)
	end := len(text)
	for n := 0; n < utf8.UTFMax && end > 0 && !utf8.Valid(text[:end]); n++ {
		end-- // a sign that is cut off by the end of the piece
	}
	if !utf8.Valid(text[:end]) {
		s.found = true
	}
	for _, v := range s.all {
		for _, term := range v.terms {
			s.found = s.found || bytes.Contains(text, []byte(term))
		}
	}
	from := max(0, len(text)-1024)
	for from < len(text) && !utf8.RuneStart(text[from]) {
		from++
	}
	s.rest = text[from:]
}

// waitingTables are files between the steps of an import. One that names the
// person, or may, is dropped, for a part of it cannot be: it is sent again.
func waitingTables(ctx context.Context, db *DB, all []veil, _ int64) (last int64, write func(*tx) error, err error) {
	rows, err := db.read.query(ctx, `SELECT token, name, content FROM upload`)
	if err != nil {
		return 0, nil, err
	}
	var drop []string
	err = scanAll(rows, func() error {
		var token, name string
		var content []byte
		if err := rows.Scan(&token, &name, &content); err != nil {
			return err
		}
		s := sieve{all: all}
		s.take(content)
		s.rest = nil
		if s.take([]byte(name)); s.found {
			drop = append(drop, token)
		}
		return nil
	})
	if err != nil || len(drop) == 0 {
		return 0, nil, err
	}
	return 0, func(t *tx) error {
		for _, token := range drop {
			if _, err := t.exec(`DELETE FROM upload WHERE token = $1`, token); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// waitingLogs are event logs between the steps of theirs, one a step.
func waitingLogs(ctx context.Context, db *DB, all []veil, after int64) (last int64, write func(*tx) error, err error) {
	var name, text string
	err = db.read.row(ctx, `SELECT id, name, map FROM history_upload WHERE id > $1 ORDER BY id LIMIT 1`, after).Scan(&last, &name, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, err
	}
	s := sieve{all: all}
	s.take([]byte(name + "\n" + text))
	s.rest = nil
	for n := 0; !s.found; n++ {
		var piece []byte
		err := db.read.row(ctx, `SELECT data FROM history_upload_chunk WHERE upload = $1 AND n = $2`, last, n).Scan(&piece)
		if errors.Is(err, sql.ErrNoRows) {
			return last, nil, nil
		}
		if err != nil {
			return 0, nil, err
		}
		s.take(piece)
	}
	return last, func(t *tx) error {
		for _, q := range []string{`DELETE FROM history_upload_chunk WHERE upload = $1`, `DELETE FROM history_upload WHERE id = $1`} {
			if _, err := t.exec(q, last); err != nil {
				return err
			}
		}
		return nil
	}, nil
}
