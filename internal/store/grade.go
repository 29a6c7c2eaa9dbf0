package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"kilter/internal/practice/grade"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Grades reads grades across practices.
func (db *DB) Grades() record.GradeBook { return gradeBook{db} }

type gradeBook struct{ db *DB }

var (
	gradeCols = []string{
		"value", "reason", "words", "at", "by_whom", "who", "call_by", "answer_by", "called", "called_by", "note",
		"answered", "answered_by", "answer", "reminded", "escalated",
	}
	gradePlace = []string{"id", "kind", "requester", "owner", "team", "service", "department", "zone", "day", "due", "next"}
)

func gradeRefs(g *grade.Grade) []any {
	return []any{
		&g.Value, refTo(&g.Reason), &g.Words,
		at{&g.At},
		refTo(&g.By), refTo(&g.Who),
		at{&g.CallBy},
		at{&g.AnswerBy},
		at{&g.Called},
		refTo(&g.CalledBy), &g.Note,
		at{&g.Answered},
		refTo(&g.AnsweredBy), &g.Answer,
		at{&g.Reminded},
		at{&g.Escalated},
	}
}

var gradeSQL = `SELECT ` + strings.Join(gradeCols, ", ") + ` FROM grade WHERE id = $1`

func scanGrade(r row, id int64) (*grade.Grade, error) {
	g := &grade.Grade{Record: id}
	err := r.Scan(gradeRefs(g)...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("store: grade: %w", err)
	}
	return g, nil
}

// Grade reads the grade of a record within its sitting.
func (p *page[R]) Grade(id int64) (*grade.Grade, error) { return scanGrade(p.t.row(gradeSQL, id), id) }

// grade writes down a grade that was given or changed.
func (t *tx) grade(h *record.Head, g *grade.Grade) error {
	if g == nil {
		return nil
	}
	g.Record = h.ID
	args := append(t.gradeAt(h, g), gradeRefs(g)...)
	set := make([]string, 0, len(gradeCols)+2)
	for _, col := range append([]string{"due", "next"}, gradeCols...) {
		set = append(set, col+" = excluded."+col)
	}
	q := insertSQL("grade", append(append([]string{}, gradePlace...), gradeCols...), 1) + " ON CONFLICT (id) DO UPDATE SET " + strings.Join(set, ", ")
	return t.later("grade", q, args...)
}

// gradeAt are the values of gradePlace.
func (t *tx) gradeAt(h *record.Head, g *grade.Grade) []any {
	due, next := g.DueBy(), g.Next()
	return []any{
		h.ID, string(h.Kind), refTo(&h.Requester), refTo(&h.Owner), refTo(&h.Team), refTo(&h.Service), refTo(&h.Department), refTo(&h.Zone),
		t.db.day(g.At),
		at{&due},
		at{&next},
	}
}

// loadGrades writes those of whole records.
func (p *page[R]) loadGrades(batch []*record.Whole[R]) error {
	var rows [][]any
	for _, w := range batch {
		if w.Grade != nil {
			h := w.Rec.Common()
			w.Grade.Record = h.ID
			rows = append(rows, append(p.t.gradeAt(h, w.Grade), gradeRefs(w.Grade)...))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := p.t.many("grade", append(append([]string{}, gradePlace...), gradeCols...), rows, false)
	return err
}

// Of reads the grade of a record.
func (b gradeBook) Of(ctx context.Context, id int64) (*grade.Grade, error) {
	return scanGrade(b.db.read.row(ctx, gradeSQL, id), id)
}

// List lists grades with their records.
func (b gradeBook) List(ctx context.Context, scope people.Scope, q record.GradeQuery) ([]record.Graded, error) {
	var c clause
	order := " ORDER BY g.at DESC, g.id DESC"
	if q.Open {
		c.and("g.due IS NOT NULL")
		order = " ORDER BY g.due, g.id"
	}
	if q.Who != 0 {
		c.and("g.who = ?", int64(q.Who))
	}
	c.scope(b.db.dialect, scope)
	head := strings.Replace(rowSQL, "FROM record AS r", ", coalesce(w.name, ''), g."+strings.Join(gradeCols, ", g.")+
		" FROM grade AS g JOIN record AS r ON r.id = g.id LEFT JOIN person AS w ON w.id = g.who", 1)
	rows, err := b.db.read.query(ctx, head+c.where()+c.text(order+" LIMIT ?", q.Limit), c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: grades: %w", err)
	}
	var out []record.Graded
	err = scanAll(rows, func() error {
		var g record.Graded
		r := &g.Row
		refs := append(append([]any{&r.ID, &r.Kind, &r.Number, &r.Version, &r.Live}, headRefs(&r.Head)...), &r.RequesterName, &r.OwnerName, &g.WhoName)
		if err := rows.Scan(append(refs, gradeRefs(&g.Grade)...)...); err != nil {
			return err
		}
		g.Record = r.ID
		out = append(out, g)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("store: grades: %w", err)
	}
	return out, nil
}

// Due lists the records whose grade wants to be tended.
func (b gradeBook) Due(ctx context.Context, by time.Time, limit int) ([]record.Head, error) {
	rows, err := b.db.read.query(ctx, `SELECT r.kind, r.number, r.team FROM grade AS g JOIN record AS r ON r.id = g.id WHERE g.next IS NOT NULL AND g.next <= $1 ORDER BY g.next LIMIT $2`, at{&by}, limit)
	if err != nil {
		return nil, fmt.Errorf("store: grades due: %w", err)
	}
	var out []record.Head
	err = scanAll(rows, func() error {
		var h record.Head
		err := rows.Scan(&h.Kind, &h.Number, refTo(&h.Team))
		out = append(out, h)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: grades due: %w", err)
	}
	return out, nil
}

// gradedKinds are those whose records are graded; of the others nobody asks how
// many ended.
var gradedKinds = []record.Kind{record.Incident, record.Request}

// Counts counts grades, and the records that could have been graded.
func (b gradeBook) Counts(ctx context.Context, scope people.Scope, by grade.Dimension, k record.Kind, from, to time.Time) ([]grade.Count, error) {
	kinds := gradedKinds
	if k != "" {
		kinds = []record.Kind{k}
	}
	sums := counts{by: by, at: map[int64]int{}}
	var c clause
	c.and("r.day >= ? AND r.day < ?", b.db.day(from), b.db.day(to))
	c.among("r.kind", kinds)
	c.scope(b.db.dialect, scope)
	q := "SELECT coalesce(r." + gradeColumn[by] + ", 0), r.value, count(*) FROM grade AS r" + c.where() + " GROUP BY 1, 2"
	if err := b.each(ctx, q, c.args, func(id int64, value, n int) { sums.of(id).N[value-1] += n }); err != nil {
		return nil, err
	}
	var e clause
	q = endedSQL(&e, scope, by, kinds, [2]int{b.db.day(from), b.db.day(to)})
	if err := b.each(ctx, q, e.args, func(id int64, _, n int) { sums.of(id).Ended += n }); err != nil {
		return nil, err
	}
	return sums.all, nil
}

// endedSQL counts the records that ended, less those that came back, over some
// days. Whoever sees all of them reads what is added up by that dimension; for
// whom teams or departments are the reach, every counter is looked at. What is
// not yet added up is as it came.
func endedSQL(c *clause, s people.Scope, by grade.Dimension, kinds []record.Kind, days [2]int) string {
	part := func(table, total, cond string) string {
		e := &clause{args: c.args}
		e.and("c.what IN (?, ?) AND c.day >= ? AND c.day < ?", done+total, reopened+total, days[0], days[1])
		e.among("c.kind", kinds)
		c.args = e.args
		conds := e.conds
		if cond == "" {
			conds = append(conds, c.counted(s))
		} else {
			conds = append(conds, cond)
		}
		return "SELECT c." + gradeColumn[by] + " AS id, CASE WHEN c.what LIKE 'done%' THEN c.n ELSE -c.n END AS n FROM " + table + " AS c WHERE " + strings.Join(conds, " AND ")
	}
	total, cond := "", ""
	if s.All {
		total = map[grade.Dimension]string{grade.ByService: byService, grade.ByTeam: byTeam, grade.ByDepartment: byDepartment, grade.ByMonth: byZone}[by]
		if cond = c.clearedFor(s); cond == "" {
			cond = "1 = 1"
		}
	}
	return "SELECT x.id, 1, sum(x.n) FROM (" + part("tally", total, cond) + " UNION ALL " + part("tally_delta", "", "") + ") AS x GROUP BY x.id"
}

// gradeColumn is where grades and counters keep a dimension.
var gradeColumn = map[grade.Dimension]string{grade.ByService: "service", grade.ByTeam: "team", grade.ByDepartment: "department", grade.ByMonth: "day"}

func (b gradeBook) each(ctx context.Context, q string, args []any, add func(id int64, value, n int)) error {
	rows, err := b.db.read.query(ctx, q, args...) //nolint:sqlclosecheck // scanAll closes them
	if err != nil {
		return fmt.Errorf("store: grades: %w", err)
	}
	err = scanAll(rows, func() error {
		var id int64
		var value, n int
		err := rows.Scan(&id, &value, &n)
		if err == nil {
			add(id, value, n)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("store: grades: %w", err)
	}
	return nil
}

// counts gathers counts by thing, days by their month.
type counts struct {
	by  grade.Dimension
	at  map[int64]int
	all []grade.Count
}

func (s *counts) of(id int64) *grade.Count {
	if s.by == grade.ByMonth {
		id = grade.MonthOf(time.Unix(id*86400, 0).UTC())
	}
	i, ok := s.at[id]
	if !ok {
		i = len(s.all)
		s.at[id], s.all = i, append(s.all, grade.Count{ID: id})
	}
	return &s.all[i]
}
