package store

import (
	"strings"

	"kilter/internal/base/words"
	"kilter/internal/practice/people"
)

// The full-text index is the engines' own: FTS5 in SQLite, a tsvector with a
// GIN index in PostgreSQL. Both hold the tokens of base/words, apart by where
// they stand, so that nobody who may not read internal notes finds anything
// through them.

// texts are the tokens of one record by where they stand, and whose it is.
type texts struct{ title, who, said, noted, seen []string }

// sought is what somebody looks for.
type sought struct {
	ask   []words.Term
	inner bool         // internal notes are his to read
	scope people.Scope // what he sees
}

// liteFound is the condition that record r has all terms. FTS5 opens every
// segment of its index for each row that is looked into, some milliseconds
// each, so here the index always comes first; what is known to be his is kept
// of it before a row is looked at.
func liteFound(c *clause, s sought, how looks) string {
	if how.within == "" {
		return c.text("r.id IN (SELECT rowid FROM search WHERE search MATCH ?)", liteAsk(s.ask, s.inner))
	}
	return "r.id IN (SELECT search.rowid FROM search WHERE " + liteMatch(c, s) + " AND +search.rowid IN (" + how.within + "))"
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

// postgresFound starts at the index too, or probes the rows of the list one by
// one when the words are common.
func postgresFound(c *clause, s sought, how looks) string {
	if how.probe {
		return c.text("(SELECT s.words @@ CAST(? AS tsquery) FROM search AS s WHERE s.record = r.id)", postgresAsk(s.ask, s.inner))
	}
	found := "SELECT search.record FROM search WHERE " + postgresMatch(c, s)
	if how.few {
		return "r.id = ANY (ARRAY(" + found + "))"
	}
	return "r.id IN (" + found + ")"
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
		if err := t.later("index", `DELETE FROM search WHERE rowid = $1`, id); err != nil {
			return err
		}
	}
	return t.later("index", `INSERT INTO search (rowid, title, who, said, noted) VALUES ($1, $2, $3, $4, $5)`,
		id, strings.Join(x.title, " "), strings.Join(x.who, " "), strings.Join(x.said, " "), strings.Join(x.noted, " "))
}

func postgresPut(t *tx, id int64, x texts, _ bool) error {
	return t.later("index", `INSERT INTO search (record, words) VALUES ($1, CAST($2 AS tsvector)) ON CONFLICT (record) DO UPDATE SET words = excluded.words`, id, x.vector())
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
	for _, token := range x.seen {
		b.WriteString(" " + lexeme(token))
	}
	return b.String()
}

// liteMatch and postgresMatch are the condition on the index itself.
func liteMatch(c *clause, s sought) string {
	return c.text("search MATCH ?", liteAsk(s.ask, s.inner))
}

func postgresMatch(c *clause, s sought) string {
	ask := postgresAsk(s.ask, s.inner)
	if s.scope.Everywhere() {
		return c.text("search.words @@ CAST(? AS tsquery)", ask)
	}
	var parts []string
	if seen := seenAsk(s.scope); seen != "" {
		parts = append(parts, c.text("search.words @@ CAST(? AS tsquery)", "("+ask+") & ("+seen+")"))
	}
	if s.scope.Own != 0 && !s.scope.All {
		parts = append(parts, "search.record = ANY (ARRAY("+c.watches(s.scope.Own)+"))"+c.text(" AND search.words @@ CAST(? AS tsquery)", ask))
	}
	if len(parts) == 0 {
		return "1 = 0"
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// liteRank and postgresRank order by relevance, the best first: the title
// counts most, then the requester, what was said, notes.
func liteRank(*clause, sought) string { return "search.rank" }

func postgresRank(c *clause, s sought) string {
	return c.text("-ts_rank(CAST('{0.1, 0.2, 0.4, 1.0}' AS float4[]), search.words, CAST(? AS tsquery))", postgresAsk(s.ask, s.inner))
}
