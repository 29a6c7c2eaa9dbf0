package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/privacy"
	"kilter/internal/practice/record"
)

// What a person is called goes out of his own records in the transaction that
// masks him. Everywhere else it is looked for afterwards, by the duty that
// erases: table after table, some rows at a time, written only where something
// was found. A row of table veil says whom it is looking for and how far it
// has come, so that it goes on after a restart.

const (
	veilRows  = 2000 // rows of a table looked at in one step
	veilMasks = 20   // people looked for in one pass
)

// veil is who is looked for.
type veil struct {
	person people.ID
	terms  []string
}

// aloof are the words by which a person can be told from everybody else in
// texts that have nothing to do with him: an address and a number that nobody
// shares, a name that is no part of another's. A name of two characters or of one
// word may be a word like any other, and a sign-in name too: these are taken
// away only where a record is his.
func (t *tx) aloof(p people.Person) ([]string, error) {
	var out []string
	for _, c := range []struct {
		text, col string
		fits      bool
	}{
		{p.Mail, "mail", len(p.Mail) >= 5},
		{p.Phone, "phone", len(p.Phone) >= 7},
		{p.Name, "name", tells(p.Name)},
	} {
		if !c.fits {
			continue
		}
		var others int
		if err := t.row(`SELECT count(*) FROM person WHERE id <> $1 AND replace(`+c.col+`, CAST($2 AS TEXT), '') <> `+c.col, int64(p.ID), c.text).Scan(&others); err != nil {
			return nil, fmt.Errorf("store: mask: %w", err)
		}
		if others == 0 {
			out = append(out, c.text)
		}
	}
	return out, nil
}

// tells reports whether a name is hardly ever a word of a sentence: three
// characters of Chinese, or two words.
func tells(name string) bool {
	if strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return utf8.RuneCountInString(name) >= 3
	}
	return utf8.RuneCountInString(name) >= 6 && len(strings.Fields(name)) >= 2
}

// seekOut remembers, in the transaction that masks, whom to look for.
func (t *tx) seekOut(p people.Person) error {
	terms, err := t.aloof(p)
	if err != nil {
		return err
	}
	if _, err := t.exec(`INSERT INTO veil (person, terms, place, after) VALUES ($1, $2, 0, 0)
		ON CONFLICT (person) DO NOTHING`, int64(p.ID), strings.Join(terms, "\n")); err != nil {
		return fmt.Errorf("store: mask: %w", err)
	}
	return nil
}

// look takes one step of looking; more says that somebody is looked for still.
func (m mask) look(ctx context.Context) (more bool, err error) {
	var place, after int64
	rows, err := m.db.read.query(ctx, `SELECT person, terms, place, after FROM veil ORDER BY place DESC, after DESC, person LIMIT $1`, veilMasks)
	if err != nil {
		return false, fmt.Errorf("store: look: %w", err)
	}
	var all []veil
	if err := scanAll(rows, func() error {
		var v veil
		var terms string
		var at, past int64
		if err := rows.Scan(&v.person, &terms, &at, &past); err != nil {
			return err
		}
		if len(all) == 0 {
			place, after = at, past
		}
		if at == place && past == after { // these go together
			v.terms = strings.FieldsFunc(terms, func(r rune) bool { return r == '\n' })
			all = append(all, v)
		}
		return nil
	}); err != nil || len(all) == 0 {
		return false, err
	}
	last, write, err := m.lookOn(ctx, all, int(place), after)
	if err != nil {
		return false, fmt.Errorf("store: look: %w", err)
	}
	return true, m.db.alone(ctx, func(t *tx) error {
		if write != nil {
			if err := write(t); err != nil {
				return fmt.Errorf("store: look: %w", err)
			}
		}
		return t.lookedAt(all, int(place), last)
	})
}

// lookedAt writes down how far looking is: in this table, at the next, or done.
func (t *tx) lookedAt(all []veil, place int, last int64) error {
	if last == 0 {
		place++
	}
	done := place == len(shelves)+len(chests)
	var c clause
	ids := make([]people.ID, len(all))
	for i, v := range all {
		ids[i] = v.person
	}
	q := `DELETE FROM veil WHERE `
	if !done {
		q = c.text(`UPDATE veil SET place = ?, after = ? WHERE `, place, last)
	}
	if _, err := t.exec(q+in(&c, "person", ids), c.args...); err != nil {
		return fmt.Errorf("store: look: %w", err)
	}
	if !done {
		return nil
	}
	return t.askErase() // what was written over is to go from the files too
}

// lookOn looks at the next rows of a table. Last is the last of them, 0 when the
// table is at its end; write is what has to be written, nil for nothing.
func (m mask) lookOn(ctx context.Context, all []veil, place int, after int64) (last int64, write func(*tx) error, err error) {
	if place >= len(shelves) {
		return chests[place-len(shelves)](ctx, m.db, all, after)
	}
	s := shelves[place]
	if s.walk == "" {
		return 0, func(t *tx) error { return t.unnameShelf(s, all, "") }, nil
	}
	var n int
	if err := m.db.read.row(ctx, fmt.Sprintf(`SELECT coalesce(max(k), 0), count(*) FROM (SELECT %[1]s AS k FROM %[2]s WHERE %[1]s > $1 ORDER BY %[1]s LIMIT %[3]d) AS w`, s.walk, s.table, veilRows), after).Scan(&last, &n); err != nil {
		return 0, nil, err
	}
	if n == 0 {
		return 0, nil, nil
	}
	var c clause
	key := s.walk
	if s.record != "" {
		key = s.record
	}
	q := c.text("SELECT DISTINCT w.k FROM (SELECT "+key+" AS k, "+s.signatures()+s.text()+" AS x FROM "+s.table+" WHERE "+s.walk+" > ? AND "+s.walk+" <= ?) AS w WHERE ", after, last)
	hits, err := m.db.hits(ctx, q+s.held(&c, all), c.args)
	if err != nil || len(hits) == 0 {
		return last, nil, err
	}
	return last, func(t *tx) error { return t.unnameHits(s, all, hits) }, nil
}

func (db *DB) hits(ctx context.Context, q string, args []any) ([]int64, error) {
	rows, err := db.read.query(ctx, q, args...)
	if err != nil {
		return nil, err
	}
	return scanIDs(rows)
}

func (s shelf) signatures() string {
	if s.signed == "" {
		return ""
	}
	return "by_whom, " + s.signed + " AS signed, "
}

// text is all that a row says.
func (s shelf) text() string {
	cols := s.cols
	if s.signed != "" {
		cols = append(slices.Clone(cols), s.signed)
	}
	return strings.Join(cols, " || ' ' || ")
}

// held is the condition that a row says what somebody is called, or bears his
// name as whoever did it.
func (s shelf) held(c *clause, all []veil) string {
	parts := []string{"1 = 0"}
	for _, v := range all {
		for _, term := range v.terms {
			parts = append(parts, c.text("replace(w.x, CAST(? AS TEXT), '') <> w.x", term))
		}
		if s.signed != "" {
			parts = append(parts, c.text("(w.by_whom = ? AND w.signed <> ?)", int64(v.person), privacy.Alias(v.person)))
		}
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

func (t *tx) unnameHits(s shelf, all []veil, hits []int64) error {
	for _, id := range hits {
		if s.record == "" {
			var c clause
			if err := t.unnameShelf(s, all, c.text(" WHERE "+s.walk+" = ?", id), c.args...); err != nil {
				return err
			}
			continue
		}
		for _, v := range all {
			if err := t.unname(id, v.terms, privacy.Alias(v.person)); err != nil {
				return err
			}
		}
		if err := t.reindex(id); err != nil {
			return err
		}
	}
	switch s.table {
	case "setting":
		_, err := t.exec(`UPDATE setting_version SET version = version + 1 WHERE one = 1`)
		return err
	case "item":
		return t.itemsRenamed(hits)
	}
	return nil
}

// unnameShelf writes the aliases into rows of a table; where numbers its
// arguments from $1 on.
func (t *tx) unnameShelf(s shelf, all []veil, where string, args ...any) error {
	c := clause{args: slices.Clone(args)}
	sets := make([]string, 0, len(s.cols)+1)
	for _, col := range s.cols {
		if expr := swapped(&c, col, all); expr != col {
			sets = append(sets, col+" = "+expr)
		}
	}
	if len(sets) > 0 && slices.Contains([]string{"setting", "person", "item"}, s.table) {
		sets = append(sets, "version = version + 1") // who edits the old one is told so
	}
	if s.signed != "" {
		expr := "CASE"
		for _, v := range all {
			expr += c.text(" WHEN by_whom = ? THEN CAST(? AS TEXT)", int64(v.person), privacy.Alias(v.person))
		}
		sets = append(sets, s.signed+" = "+expr+" ELSE "+swapped(&c, s.signed, all)+" END")
	}
	if len(sets) == 0 {
		return nil
	}
	if where == "" { // a small table: only rows that change
		var held []string
		for _, v := range all {
			for _, term := range v.terms {
				for _, col := range s.cols {
					held = append(held, c.text("replace("+col+", CAST(? AS TEXT), '') <> "+col, term))
				}
			}
		}
		where = " WHERE " + strings.Join(held, " OR ")
	}
	_, err := t.exec("UPDATE "+s.table+" SET "+strings.Join(sets, ", ")+where, c.args...)
	return err
}

// swapped is the expression of a column with aliases instead of names.
func swapped(c *clause, col string, all []veil) string {
	expr := col
	for _, v := range all {
		for _, term := range v.terms {
			expr = "replace(" + expr + c.text(", CAST(? AS TEXT), CAST(? AS TEXT))", term, privacy.Alias(v.person))
		}
	}
	return expr
}

// itemsRenamed lets items whose texts changed be found by their new words, and
// graphs in memory learn of it.
func (t *tx) itemsRenamed(ids []int64) error {
	touched := map[record.ItemID]bool{}
	if err := t.reindexItems(ids, touched); err != nil {
		return err
	}
	return t.graphChanged(touched)
}

// reindexItems writes anew what items are found by.
func (t *tx) reindexItems(ids []int64, touched map[record.ItemID]bool) error {
	for chunk := range chunks(ids, 500) {
		var c clause
		q := in(&c, "item", chunk)
		if _, err := t.exec("DELETE FROM item_word WHERE "+q, c.args...); err != nil {
			return err
		}
		c = clause{}
		q = in(&c, "r.id", chunk)
		rows, err := t.query(listed+" WHERE "+q, c.args...)
		if err != nil {
			return err
		}
		var list []*cmdb.Item
		if err := scanAll(rows, func() error {
			var i cmdb.Item
			list = append(list, &i)
			return rows.Scan(append([]any{&i.ID, &i.Version, at{&i.Changed}}, itemRefs(&i)...)...)
		}); err != nil {
			return err
		}
		if err := (itemWriter{t, &cmdb.Lot{}, touched}).index(list); err != nil {
			return err
		}
	}
	return nil
}
