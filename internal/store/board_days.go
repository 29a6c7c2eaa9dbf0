package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/report/board"
)

func (b boards) days(ctx context.Context, scope people.Scope, ask board.Ask, out *board.Board) (err error) {
	place := cmp.Or(ask.Place, time.UTC)
	now := ask.Now.In(place)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, place)
	start := today.AddDate(0, 0, 1-ask.Days)
	base := int(time.Date(start.Year(), start.Month(), start.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
	out.Days = make([]board.Day, ask.Days)
	for i := range out.Days {
		out.Days[i].Day = start.AddDate(0, 0, i)
	}
	count := func(what string, day, n int) {
		if day -= base; day < 0 || day >= len(out.Days) {
			return
		}
		d := &out.Days[day]
		*map[string]*int{opened: &d.Opened, done: &d.Done, first: &d.First, cancelled: &d.Cancelled, reopened: &d.Reopened}[what] += n
	}
	var c clause
	from, err := b.happened(ctx, &c, scope, dayRange{string(ask.Kind), base, ask.Days})
	if err != nil {
		return err
	}
	rows, err := b.db.read.query(ctx, "SELECT x.what, x.day, sum(x.n) FROM ("+from+") AS x GROUP BY x.what, x.day", c.args...)
	if err != nil {
		return err
	}
	if err := eachDay(rows, count); err != nil {
		return err
	}
	return b.ownDays(ctx, scope, ask, start, count)
}

func eachDay(rows *sql.Rows, count func(string, int, int)) (err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var what string
		var day, n int
		if err := rows.Scan(&what, &day, &n); err != nil {
			return err
		}
		what, _, _ = strings.Cut(what, "*")
		count(what, day, n)
	}
	return rows.Err()
}

// ownDays counts what happened to the person's own records that no other
// reach covers, from the records and their timelines: they are few.
func (b boards) ownDays(ctx context.Context, scope people.Scope, ask board.Ask, start time.Time, count func(string, int, int)) (err error) {
	var c clause
	mine := c.onlyOwn(b.db.dialect, scope, c.text("r.moved >= ?", at{&start}))
	if mine == "" {
		return nil
	}
	q := c.text("SELECT r.id, r.opened, t.at, t.deed, t.was, t.became, t.changes FROM record AS r LEFT JOIN timeline AS t ON t.record = r.id WHERE coalesce(r.kind, '') = ? AND ", string(ask.Kind)) + mine
	rows, err := b.db.read.query(ctx, q+" ORDER BY r.id, t.at, t.id", c.args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var last int64
	var handed bool
	for rows.Next() {
		var id int64
		var born, when time.Time
		var deed, was, became, changes sql.NullString
		if err := rows.Scan(&id, at{&born}, at{&when}, &deed, &was, &became, &changes); err != nil {
			return err
		}
		if id != last {
			last, handed = id, false
			count(opened, b.db.day(born), 1)
		}
		handed = handed || strings.HasSuffix(deed.String, ".reopen") ||
			strings.Contains(changes.String, `"field":"team","was":"`) && !strings.Contains(changes.String, `"field":"team","was":""`)
		from, to := slices.Contains(ask.Live, flow.State(was.String)), slices.Contains(ask.Live, flow.State(became.String))
		switch {
		case became.String == "":
		case from && !to && slices.Contains(givenUp, became.String):
			count(cancelled, b.db.day(when), 1)
		case from && !to:
			count(done, b.db.day(when), 1)
			if !handed {
				count(first, b.db.day(when), 1)
			}
		case was.String != "" && !from && to:
			count(reopened, b.db.day(when), 1)
		}
	}
	return rows.Err()
}

// dayRange is the days that a board shows.
type dayRange struct {
	kind       string
	from, days int
}

// whats are what is counted by days, of everything together by one more thing
// when by names it.
func whats(by string) string {
	out := make([]string, 0, 5)
	for _, what := range []string{opened, done, first, cancelled, reopened} {
		out = append(out, "'"+what+by+"'")
	}
	return "c.what IN (" + strings.Join(out, ", ") + ")"
}

// happened selects what counters say of some days, and what is not yet added
// to them. Whoever sees everything reads a row a day, whoever sees zones or
// teams reads the days of these. Only for departments every counter is read,
// and of the records that no other reach has.
func (b boards) happened(ctx context.Context, c *clause, s people.Scope, r dayRange) (string, error) {
	span := c.text("c.kind = ? AND c.day >= ? AND ", r.kind, r.from)
	parts := []string{"SELECT c.what, c.day, c.n FROM tally_delta AS c WHERE " + span + whats("") + " AND " + c.counted(s)}
	add := func(conds ...string) {
		parts = append(parts, "SELECT c.what, c.day, c.n FROM tally AS c WHERE "+span+strings.Join(slices.DeleteFunc(conds, func(s string) bool { return s == "" }), " AND "))
	}
	switch {
	case s.Everywhere():
		add(whats("*"))
	case s.All:
		add(whats(byZone), c.clearedFor(s))
	default:
		if len(s.Zones) > 0 {
			add(whats(byZone), c.clearedFor(s), in(c, "c.zone", s.Zones))
		}
		if len(s.Teams) > 0 {
			add(whats(byTeam), c.clearedFor(s), c.outside("c.zone", numbersOf(s.Zones)), in(c, "c.team", s.Teams))
		}
		if len(s.Departments) > 0 {
			found, err := b.foundBy(ctx, c, s, r)
			if err != nil {
				return "", err
			}
			add(whats(""), c.clearedFor(s), c.outside("c.zone", numbersOf(s.Zones)), in(c, "c.department", s.Departments), c.outside("c.team", numbersOf(s.Teams)), found)
		}
	}
	return strings.Join(parts, " UNION ALL "), nil
}

// mostSought bounds how often the counters of a department are looked up, for
// each day and zone; beyond, those of all are read.
const mostSought = 3000

// foundBy names every day and zone, so that the counters of a few departments
// are looked up one by one.
func (b boards) foundBy(ctx context.Context, c *clause, s people.Scope, r dayRange) (string, error) {
	var q clause
	rows, err := b.db.read.query(ctx, "SELECT DISTINCT c.zone FROM tally AS c WHERE "+q.text("c.kind = ? AND c.day >= ? AND ", r.kind, r.from)+whats(byZone), q.args...)
	if err != nil {
		return "", err
	}
	zones, err := scanIDs(rows)
	if err != nil || len(zones) == 0 || len(zones)*r.days*len(s.Departments) > mostSought {
		return "", err
	}
	days := make([]int64, r.days)
	for i := range days {
		days[i] = int64(r.from + i)
	}
	return in(c, "c.day", days) + " AND c.state = '' AND " + in(c, "c.zone", zones), nil
}

// clearedFor is the condition that a person is cleared for a counter's zone; ""
// when he is for every one.
func (c *clause) clearedFor(s people.Scope) string {
	if s.AllZones {
		return ""
	}
	return in(c, "c.zone", append([]int64{0}, numbersOf(s.Cleared)...))
}

// outside is the condition that a column has none of some values.
func (c *clause) outside(col string, values []int64) string {
	if len(values) == 0 {
		return ""
	}
	return "NOT " + in(c, col, values)
}
