package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/report/board"
)

// Boards reads dashboards.
func (db *DB) Boards() board.Source { return boards{db} }

type boards struct{ db *DB }

// Board reads the dashboard: what there is and what happened from counters,
// ages and what is late from the index of live records.
func (b boards) Board(ctx context.Context, scope people.Scope, ask board.Ask) (board.Board, error) {
	out := board.Board{At: ask.Now}
	for _, part := range []func(context.Context, people.Scope, board.Ask, *board.Board) error{b.stock, b.days, b.late} {
		if err := part(ctx, scope, ask, &out); err != nil {
			return out, fmt.Errorf("store: board: %w", err)
		}
	}
	return out, nil
}

// counted is the condition that a counter is within the scope's reaches beside
// his own: the twin of scope for table tally, where 0 is none.
func (c *clause) counted(s people.Scope) string {
	var conds []string
	if !s.AllZones {
		cleared := "c.zone = 0"
		if len(s.Cleared) > 0 {
			cleared += " OR " + in(c, "c.zone", s.Cleared)
		}
		conds = append(conds, "("+cleared+")")
	}
	if !s.All {
		conds = append(conds, c.reach(s, "c"))
	}
	if len(conds) == 0 {
		return "1 = 1"
	}
	return strings.Join(conds, " AND ")
}

// reach is the condition that teams, departments or zones cover a row.
func (c *clause) reach(s people.Scope, table string) string {
	var reach []string
	if len(s.Teams) > 0 {
		reach = append(reach, in(c, table+".team", s.Teams))
	}
	if len(s.Departments) > 0 {
		reach = append(reach, in(c, table+".department", s.Departments))
	}
	if len(s.Zones) > 0 {
		reach = append(reach, in(c, table+".zone", s.Zones))
	}
	if len(reach) == 0 {
		return "1 = 0"
	}
	return "(" + strings.Join(reach, " OR ") + ")"
}

// onlyOwn is the condition that record r is seen because it is the person's
// own, and is not among those that counters cover; "" when there can be none.
// What is asked of it besides stands in each branch, for the index.
func (c *clause) onlyOwn(d dialect, s people.Scope, besides string) string {
	if s.Own == 0 || s.Everywhere() {
		return ""
	}
	who := int64(s.Own)
	cleared := cmp.Or(c.zoned(s), "1 = 1")
	covered := cleared
	if !s.All {
		covered += " AND " + c.reach(s, "r")
	}
	rest := " AND " + besides + " AND (" + covered + ") IS NOT TRUE"
	const from = "SELECT r.id FROM record AS r WHERE "
	mine := from + c.text("r.requester = ?", who) + rest
	if !s.All {
		mine += " UNION " + from + c.text("r.owner = ?", who) + " AND " + cleared + rest +
			" UNION " + from + "r.id " + fmt.Sprintf(d.first, c.watches(s.Own)) + " AND " + cleared + rest
	}
	return "r.id " + fmt.Sprintf(d.first, mine)
}

// tallied joins counters, what is not yet added to them, and own: rows of the
// person's own records with the same columns; "" when there are none.
func tallied(cols, where, own string) string {
	text := "SELECT " + cols + ", c.n FROM tally AS c WHERE " + where + " UNION ALL SELECT " + cols + ", c.n FROM tally_delta AS c WHERE " + where
	if own != "" {
		text += " UNION ALL " + own
	}
	return text
}

func (b boards) stock(ctx context.Context, scope people.Scope, ask board.Ask, out *board.Board) (err error) {
	var c clause
	states := make([]any, len(ask.Live))
	for i, s := range ask.Live {
		states[i] = string(s)
	}
	where := c.text("c.kind = ? AND c.day = 0", string(ask.Kind)) +
		c.text(" AND c.state IN ("+strings.TrimSuffix(strings.Repeat("?, ", len(states)), ", ")+") AND ", states...) + c.counted(scope)
	own := ""
	if mine := c.onlyOwn(b.db.dialect, scope, "r.live"); mine != "" {
		own = "SELECT 'stock', r.state, r.priority, coalesce(r.team, 0), coalesce(r.service, 0), 1 FROM record AS r WHERE " + c.text("coalesce(r.kind, '') = ? AND ", string(ask.Kind)) + mine
	}
	const cols = "c.what, c.state, c.priority, c.team, c.service"
	from := tallied(cols, where+" AND c.what = 'stock'", own)
	if scope.Everywhere() { // what there is of everything together, and what is not yet among it
		from = "SELECT " + cols + ", c.n FROM tally AS c WHERE " + where + " AND c.what IN ('" + stockPriority + "', '" + stockTeam + "', '" + stockService + "')" +
			" UNION ALL SELECT " + cols + ", c.n FROM tally_delta AS c WHERE " + where + " AND c.what = 'stock'"
	}
	rows, err := b.db.read.query(ctx, "SELECT x.what, x.state, x.priority, x.team, x.service, sum(x.n) FROM ("+from+
		") AS x GROUP BY x.what, x.state, x.priority, x.team, x.service", c.args...)
	if err != nil {
		return err
	}
	return b.bars(rows, ask, out)
}

// bars adds what there is up by state, priority, team and service.
func (b boards) bars(rows *sql.Rows, ask board.Ask, out *board.Board) (err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	bars := map[string]map[board.Bar]int{"state": {}, "priority": {}, "team": {}, "service": {}}
	for rows.Next() {
		var what string
		var state flow.State
		var priority, team, service int64
		var n int
		if err := rows.Scan(&what, &state, &priority, &team, &service, &n); err != nil {
			return err
		}
		if what == stock || what == stockPriority {
			out.Open += n
			bars["state"][board.Bar{State: state}] += n
			bars["priority"][board.Bar{ID: priority}] += n
		}
		if what == stock || what == stockTeam {
			bars["team"][board.Bar{ID: team}] += n
		}
		if what == stock || what == stockService {
			bars["service"][board.Bar{ID: service}] += n
		}
	}
	at := func(b board.Bar) int { return slices.Index(ask.Live, b.State) }
	out.ByState = sorted(bars["state"], func(a, b board.Bar) int { return at(a) - at(b) })
	out.ByPriority = sorted(bars["priority"], func(a, b board.Bar) int { return cmp.Compare(a.ID, b.ID) })
	largest := func(a, b board.Bar) int { return cmp.Or(b.N-a.N, cmp.Compare(a.ID, b.ID)) }
	out.ByTeam, out.ByService = sorted(bars["team"], largest), sorted(bars["service"], largest)
	return rows.Err()
}

func sorted(bars map[board.Bar]int, by func(a, b board.Bar) int) []board.Bar {
	var out []board.Bar
	for b, n := range bars {
		if n != 0 {
			b.N = n
			out = append(out, b)
		}
	}
	slices.SortFunc(out, by)
	return out
}

// off is something that is counted, and the index that answers it alone.
type off struct{ index, cond string }

// late counts what is late, what nobody has, and ages. Whoever sees all has
// each counted off an index; for others it is one pass over the live records.
func (b boards) late(ctx context.Context, scope people.Scope, ask board.Ask, out *board.Board) error {
	var c clause
	now, soon := ask.Now, ask.Now.Add(ask.Soon)
	counts := []off{
		{"record_live_due", c.text("r.due < ?", at{&now})},
		{"record_live_due", c.text("r.due >= ? AND r.due < ?", at{&now}, at{&soon})},
		{"record_live_unowned", "r.owner IS NULL"},
	}
	refs := []any{&out.Overdue, &out.Soon, &out.Unassigned}
	out.Ages = make([]board.Age, len(board.AgeBounds)+1)
	for i := range out.Ages {
		a := &out.Ages[i]
		var cond []string
		if i > 0 {
			a.From = board.AgeBounds[i-1]
			before := now.AddDate(0, 0, -a.From)
			cond = append(cond, c.text("r.opened <= ?", at{&before}))
		}
		if i < len(board.AgeBounds) {
			a.Until = board.AgeBounds[i]
			after := now.AddDate(0, 0, -a.Until)
			cond = append(cond, c.text("r.opened > ?", at{&after}))
		}
		counts = append(counts, off{"record_live_opened", strings.Join(cond, " AND ")})
		refs = append(refs, &a.N)
	}
	if scope.Everywhere() {
		return b.db.read.row(ctx, b.each(&c, counts, string(ask.Kind)), c.args...).Scan(refs...)
	}
	c.conds = []string{"r.live", c.text("r.kind = ?", string(ask.Kind))}
	c.scope(b.db.dialect, scope)
	conds := make([]string, len(counts))
	for i, n := range counts {
		conds[i] = n.cond
	}
	q := "SELECT count(*) FILTER (WHERE " + strings.Join(conds, "), count(*) FILTER (WHERE ") + ") FROM record AS r" + c.where()
	return b.db.read.row(ctx, q, c.args...).Scan(refs...)
}

// each counts every condition off its own index.
func (b boards) each(c *clause, counts []off, kind string) string {
	c.args = append(c.args, kind)
	mark := marks(len(c.args), 1)
	parts := make([]string, len(counts))
	for i, n := range counts {
		parts[i] = "(SELECT count(*) FROM record AS r" + b.db.by(n.index) + " WHERE r.live AND r.kind = " + mark + " AND " + n.cond + ")"
	}
	return "SELECT " + strings.Join(parts, ", ")
}
