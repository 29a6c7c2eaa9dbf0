package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// forget takes a person out of what is known to be about him though it lies
// elsewhere: what an import knew of him, what others are writing on his
// records, the views that ask for him, wrong tries to sign in.
func (t *tx) forget(p people.Person, records []int64, alias string) error {
	if err := t.forgetImports(p.ID); err != nil {
		return err
	}
	if err := t.forgetViews(p.Code, "masked-"+alias[1:]); err != nil {
		return err
	}
	if _, err := t.exec(`DELETE FROM try WHERE name = $1`, "name:"+strings.ToLower(strings.TrimSpace(p.Code))); err != nil {
		return fmt.Errorf("store: mask: %w", err)
	}
	return t.forgetDrafts(p, records, alias)
}

// forgetImports takes what undoing an import of persons would bring back.
func (t *tx) forgetImports(who people.ID) error {
	rows, err := t.query(`SELECT id, things FROM setting_import WHERE kind = $1 ORDER BY id`, string(setting.Human)) //nolint:sqlclosecheck // scanAll closes them
	if err != nil {
		return fmt.Errorf("store: mask: %w", err)
	}
	held := map[int64][]setting.BatchRow{}
	if err := scanAll(rows, func() error {
		var id int64
		var things string
		if err := rows.Scan(&id, &things); err != nil {
			return err
		}
		var list []setting.BatchRow
		if err := json.Unmarshal([]byte(things), &list); err != nil {
			return err
		}
		if kept := slices.DeleteFunc(slices.Clone(list), func(r setting.BatchRow) bool { return r.ID == int64(who) }); len(kept) < len(list) {
			held[id] = kept
		}
		return nil
	}); err != nil {
		return fmt.Errorf("store: mask: %w", err)
	}
	for id, list := range held {
		things, err := json.Marshal(list)
		if err != nil {
			return fmt.Errorf("store: mask: %w", err)
		}
		if _, err := t.exec(`UPDATE setting_import SET things = $2 WHERE id = $1`, id, string(things)); err != nil {
			return fmt.Errorf("store: mask: %w", err)
		}
	}
	return nil
}

// forgetViews lets saved views ask for the person by the name he now signs in
// with, which is nobody's any more: they go on showing what they showed.
func (t *tx) forgetViews(code, now string) error {
	if code == "" {
		return nil
	}
	rows, err := t.query(`SELECT id, doc FROM setting WHERE kind = $1 AND replace(doc, CAST($2 AS TEXT), '') <> doc`, string(setting.View), code) //nolint:sqlclosecheck // scanAll closes them
	if err != nil {
		return fmt.Errorf("store: mask: %w", err)
	}
	docs := map[int64]string{}
	if err := scanAll(rows, func() error {
		var id int64
		var doc string
		if err := rows.Scan(&id, &doc); err != nil {
			return err
		}
		docs[id] = asWord(doc, code, now)
		return nil
	}); err != nil {
		return fmt.Errorf("store: mask: %w", err)
	}
	for id, doc := range docs {
		if _, err := t.exec(`UPDATE setting SET doc = $2, version = version + 1 WHERE id = $1`, id, doc); err != nil {
			return fmt.Errorf("store: mask: %w", err)
		}
	}
	if len(docs) == 0 {
		return nil
	}
	_, err = t.exec(`UPDATE setting_version SET version = version + 1 WHERE one = 1`)
	return err
}

// asWord replaces a sign-in name where it is the value of a condition
// ("requester:li"), and not where it is a part of another word.
func asWord(text, code, now string) string {
	var b strings.Builder
	for rest := text; ; {
		i := strings.Index(rest, code)
		if i < 0 {
			return b.String() + rest
		}
		end := i + len(code)
		if i > 0 && strings.ContainsRune(`:,"(|`, rune(rest[i-1])) && (end == len(rest) || strings.ContainsRune(` ,"\)|`, rune(rest[end]))) {
			b.WriteString(rest[:i] + now)
		} else {
			b.WriteString(rest[:end])
		}
		rest = rest[end:]
	}
}

// forgetDrafts takes him out of what others are writing on his records.
func (t *tx) forgetDrafts(p people.Person, records []int64, alias string) error {
	words := terms(p)
	if len(words) == 0 || len(records) == 0 {
		return nil
	}
	var c clause
	hits := make([]string, len(words))
	for i, w := range words {
		hits[i] = c.text("replace(doc, CAST(? AS TEXT), '') <> doc", w)
	}
	rows, err := t.query(`SELECT person, place, doc FROM draft WHERE `+strings.Join(hits, " OR "), c.args...)
	if err != nil {
		return fmt.Errorf("store: mask: %w", err)
	}
	var list []record.Draft
	if err := scanAll(rows, func() error {
		var d record.Draft
		var doc string
		err := rows.Scan(&d.Person, &d.Place, &doc)
		d.Doc = []byte(doc)
		list = append(list, d)
		return err
	}); err != nil || len(list) == 0 {
		return err
	}
	his := map[string]bool{}
	for _, id := range records {
		var h record.Head
		if err := t.row(`SELECT kind, number FROM record WHERE id = $1`, id).Scan(&h.Kind, &h.Number); err != nil {
			return fmt.Errorf("store: mask: %w", err)
		}
		his[h.Ref()] = true
	}
	for _, d := range list {
		if !slices.ContainsFunc(strings.Split(d.Place, "."), func(part string) bool { return his[part] }) {
			continue
		}
		doc := string(d.Doc)
		for _, w := range words {
			doc = strings.ReplaceAll(doc, w, alias)
		}
		if _, err := t.exec(`UPDATE draft SET doc = $3 WHERE person = $1 AND place = $2`, int64(d.Person), d.Place, doc); err != nil {
			return fmt.Errorf("store: mask: %w", err)
		}
	}
	return nil
}
