package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// PostgreSQL's full-text index knows besides its words whose a record is: its
// team, department, zone, owner and requester are tokens of it too. A word
// that a million records have is then looked up together with what somebody
// sees, and what others have is never touched. The scope is a condition on
// each row all the same: a token that is wrong could hide a record, never show
// one.

// whose begins the tokens that are no words: base/words takes it for a mark
// between words, so nobody can type them.
const whose = "§"

// seenBy are the tokens of whose a record is.
func seenBy(h *record.Head) []string {
	token := func(of string, id int64) string { return whose + of + strconv.FormatInt(id, 10) }
	return []string{token("t", int64(h.Team)), token("d", int64(h.Department)), token("z", int64(h.Zone)), token("o", int64(h.Owner)), token("r", int64(h.Requester))}
}

// seenAsk asks for the records that a scope covers but for those that are
// watched; "" when there are none.
func seenAsk(s people.Scope) string {
	any := func(of string, ids []int64) (out []string) {
		for _, id := range ids {
			out = append(out, lexeme(whose+of+strconv.FormatInt(id, 10)))
		}
		return out
	}
	covered := slices.Concat(any("t", numbersOf(s.Teams)), any("d", numbersOf(s.Departments)), any("z", numbersOf(s.Zones)))
	if s.Own != 0 {
		covered = append(covered, any("o", []int64{int64(s.Own)})...)
	}
	var both []string
	switch {
	case s.All:
	case len(covered) == 0:
		return ""
	default:
		both = append(both, "("+strings.Join(covered, " | ")+")")
	}
	if !s.AllZones {
		both = append(both, "("+strings.Join(any("z", append([]int64{0}, numbersOf(s.Cleared)...)), " | ")+")")
	}
	ask := strings.Join(both, " & ")
	if s.Own != 0 {
		ask += " | " + any("r", []int64{int64(s.Own)})[0]
	}
	return ask
}

// postgresMoved tells the index that a record is somebody else's.
func postgresMoved(t *tx, h, was *record.Head) error {
	var gone, come []string
	old, now := seenBy(was), seenBy(h)
	for i := range now {
		if old[i] != now[i] {
			gone, come = append(gone, `"`+old[i]+`"`), append(come, lexeme(now[i]))
		}
	}
	if len(come) == 0 {
		return nil
	}
	return t.later("index", `UPDATE search SET words = ts_delete(words, CAST($2 AS text[])) || CAST($3 AS tsvector) WHERE record = $1`,
		h.ID, "{"+strings.Join(gone, ",")+"}", strings.Join(come, " "))
}

// plan is a step of a plan as EXPLAIN tells it.
type plan struct {
	Node  string  `json:"Node Type"`
	Rows  float64 `json:"Plan Rows"`
	Found float64 `json:"Actual Rows"`
	Plans []plan  `json:"Plans"`
}

// indexed adds up what an index of words found; ok is false when none was
// asked.
func (p plan) indexed() (n int, ok bool) {
	if p.Node == "Bitmap Index Scan" {
		return int(p.Found), true
	}
	for _, of := range p.Plans {
		found, some := of.indexed()
		n, ok = n+found, ok || some
	}
	return n, ok
}

// postgresGuess says how many records have the words, about. The planner keeps
// the frequencies of the common ones, but takes words for independent that
// come together, as the parts of a Chinese word do. Where it thinks of few the
// index is asked, which knows at once; the rows that it names are not read. An
// index may name rows that are gone, and does not tell notes from the rest, so
// a number above what is ranked is counted by who asks for no notes.
func postgresGuess(ctx context.Context, db *DB, s sought) (int, error) {
	var c clause
	found := "SELECT search.record FROM search WHERE " + postgresMatch(&c, s)
	p, err := db.explain(ctx, "EXPLAIN (FORMAT JSON) "+found, c.args)
	if err != nil || int(p.Rows) > 2*record.MostRanked {
		return int(p.Rows), err
	}
	if p, err = db.explain(ctx, "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) WITH m AS MATERIALIZED ("+found+") SELECT 1 FROM m LIMIT 1", c.args); err != nil {
		return 0, err
	}
	n, ok := p.indexed()
	if !ok || n > record.MostRanked && !s.inner {
		return ledger{db}.matches(ctx, s, record.MostRanked+1)
	}
	return n, nil
}

func (db *DB) explain(ctx context.Context, q string, args []any) (plan, error) {
	var text string
	if err := db.read.row(ctx, q, args...).Scan(&text); err != nil {
		return plan{}, fmt.Errorf("store: search: %w", err)
	}
	var out []struct{ Plan plan }
	if err := json.Unmarshal([]byte(text), &out); err != nil || len(out) == 0 {
		return plan{}, fmt.Errorf("store: search: a plan cannot be read: %w", err)
	}
	return out[0].Plan, nil
}
