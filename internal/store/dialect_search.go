package store

import (
	"strings"

	"kilter/internal/base/words"
)

// The full-text index is the engines' own: FTS5 in SQLite, a tsvector with a
// GIN index in PostgreSQL. Both hold the tokens of base/words, apart by where
// they stand, so that nobody who may not read internal notes finds anything
// through them.

// texts are the tokens of one record by where they stand.
type texts struct{ title, who, said, noted []string }

// liteFound is the condition that record r has all terms. driven by the index
// it starts there; probing it looks into the rows of the list one by one.
func liteFound(c *clause, ask []words.Term, inner, probe bool) string {
	if probe {
		return c.text("EXISTS (SELECT 1 FROM search WHERE search MATCH ? AND search.rowid = r.id)", liteAsk(ask, inner))
	}
	return c.text("r.id IN (SELECT rowid FROM search WHERE search MATCH ?)", liteAsk(ask, inner))
}

func liteAsk(ask []words.Term, inner bool) string {
	parts := make([]string, len(ask))
	for i, t := range ask {
		parts[i] = `"` + strings.ReplaceAll(t.Token, `"`, `""`) + `"`
		if t.Prefix {
			parts[i] += " *"
		}
	}
	text := strings.Join(parts, " AND ")
	if !inner {
		text = "{title who said} : (" + text + ")"
	}
	return text
}

func postgresFound(c *clause, ask []words.Term, inner, probe bool) string {
	if probe {
		return c.text("(SELECT s.words @@ CAST(? AS tsquery) FROM search AS s WHERE s.record = r.id)", postgresAsk(ask, inner))
	}
	return c.text("r.id IN (SELECT s.record FROM search AS s WHERE s.words @@ CAST(? AS tsquery))", postgresAsk(ask, inner))
}

func postgresAsk(ask []words.Term, inner bool) string {
	parts := make([]string, len(ask))
	for i, t := range ask {
		parts[i] = lexeme(t.Token)
		marks := ""
		if t.Prefix {
			marks = "*"
		}
		if !inner {
			marks += "ABC"
		}
		if marks != "" {
			parts[i] += ":" + marks
		}
	}
	return strings.Join(parts, " & ")
}

func lexeme(token string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", "''").Replace(token) + "'"
}

// litePut writes the tokens of a record; old says that it has some already.
func litePut(t *tx, id int64, x texts, old bool) error {
	if old {
		if _, err := t.exec(`DELETE FROM search WHERE rowid = $1`, id); err != nil {
			return err
		}
	}
	_, err := t.exec(`INSERT INTO search (rowid, title, who, said, noted) VALUES ($1, $2, $3, $4, $5)`,
		id, strings.Join(x.title, " "), strings.Join(x.who, " "), strings.Join(x.said, " "), strings.Join(x.noted, " "))
	return err
}

func postgresPut(t *tx, id int64, x texts, _ bool) error {
	_, err := t.exec(`INSERT INTO search (record, words) VALUES ($1, CAST($2 AS tsvector)) ON CONFLICT (record) DO UPDATE SET words = excluded.words`, id, x.vector())
	return err
}

// vector writes the tokens as a tsvector: the weight says where a token
// stands, its place means nothing.
func (x texts) vector() string {
	type seen struct{ marks string }
	var order []string
	held := map[string]*seen{}
	for i, list := range [][]string{x.title, x.who, x.said, x.noted} {
		for _, token := range list {
			s := held[token]
			if s == nil {
				s = &seen{}
				held[token] = s
				order = append(order, token)
			} else {
				s.marks += ","
			}
			s.marks += []string{"1A", "2B", "3C", "4D"}[i]
		}
	}
	var b strings.Builder
	for i, token := range order {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(lexeme(token) + ":" + held[token].marks)
	}
	return b.String()
}
