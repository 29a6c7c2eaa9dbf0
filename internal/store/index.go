package store

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"kilter/internal/base/words"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// prose is the text of one record that search knows.
type prose struct {
	title, who  string
	said, noted []string // what the requester may read, and what only staff may
	seen        []string // whose it is
}

func (p *prose) add(text string, public bool) {
	if public {
		p.said = append(p.said, text)
	} else {
		p.noted = append(p.noted, text)
	}
}

func (p prose) texts() texts {
	return texts{words.Tokens(p.title), words.Tokens(p.who), words.Tokens(strings.Join(p.said, "\n")), words.Tokens(strings.Join(p.noted, "\n")), p.seen}
}

// index writes the words of a record into the full-text index, in the
// transaction that changed them; who is what its requester is called. A new record's are all at hand; of an old one
// the timeline is read again.
func (p *page[R]) index(s *record.Sheaf[R], h *record.Head, who string) error {
	x := prose{title: h.Title, who: who, seen: seenBy(h)}
	if w, ok := any(s.Rec).(record.Worded); ok {
		x.said = append(x.said, w.Words())
	}
	if s.Was == nil {
		for _, e := range s.Entries {
			x.add(e.Text, e.Public)
		}
	} else if err := p.t.spoken(h.ID, &x); err != nil {
		return err
	}
	if err := p.db.keep(p.t, h.ID, x.texts(), s.Was != nil); err != nil {
		return fmt.Errorf("store: index %s: %w", h.Ref(), err)
	}
	return nil
}

// called is what a requester is found by.
func (t *tx) called(who people.ID) (string, error) {
	if who == 0 {
		return "", nil
	}
	var name, pinyin, phone string
	err := t.row(`SELECT name, pinyin, phone FROM person WHERE id = $1`, int64(who)).Scan(&name, &pinyin, &phone)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("store: index: %w", err)
	}
	return name + "\n" + pinyin + "\n" + phone, nil
}

// spoken reads what was said on a record.
func (t *tx) spoken(id int64, x *prose) (err error) {
	rows, err := t.query(`SELECT text, public FROM timeline WHERE record = $1 AND text <> '' ORDER BY id`, id)
	if err != nil {
		return fmt.Errorf("store: index: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text string
		var public bool
		if err := rows.Scan(&text, &public); err != nil {
			return fmt.Errorf("store: index: %w", err)
		}
		x.add(text, public)
	}
	return rows.Err()
}
