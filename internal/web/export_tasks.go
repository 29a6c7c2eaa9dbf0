package web

import (
	"net/http"
	"time"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/record"
)

// timed reports whether the tasks of a practice have planned and real times,
// which are exported with its records.
func (t *trade) timed() bool { return t.Plain != nil && t.Plain.look().Timed }

// tasksAsked reports whether an export is asked for the tasks of the list alone.
func (s *sight) tasksAsked(r *http.Request) bool {
	return s.of.timed() && r.URL.Query().Get("of") == "tasks"
}

// tasksAlone writes the tasks of a list as the only table.
func (p *listPage) tasksAlone(out sheet.Writer, q record.Query, first []record.Row) error {
	if err := p.tasksTable(out, q, first); err != nil {
		return err
	}
	return out.Close()
}

// withTasks is a workbook that ends with a sheet of the tasks of the list; what
// has one table, or another practice, stays as it is.
func (p *listPage) withTasks(out sheet.Writer, q record.Query, first []record.Row) sheet.Writer {
	if book, ok := out.(sheet.Workbook); ok && p.of.timed() {
		return &tasksAfter{book, func() error {
			if err := book.Sheet(p.T("desk.tasks")); err != nil {
				return err
			}
			return p.tasksTable(book, q, first)
		}}
	}
	return out
}

// tasksAfter adds a sheet when its workbook is closed.
type tasksAfter struct {
	sheet.Workbook
	last func() error
}

// Close adds the sheet.
func (t *tasksAfter) Close() error {
	if err := t.last(); err != nil {
		return err
	}
	return t.Workbook.Close()
}

// tasksTable writes the tasks of the records of a list, with when they were
// planned and when they really were, in the reader's zone.
func (p *listPage) tasksTable(out sheet.Writer, q record.Query, rows []record.Row) error {
	at := func(key string) string { return p.T("export.in_zone", "what", p.T(key), "zone", p.Zone().String()) }
	late := func(key string) string { return p.T("export.in_minutes", "what", p.T(key)) }
	if err := out.Header(p.label("number"), p.label("title"), p.T("desk.task"), p.label("state"), p.label("team"), p.label("owner"), at("export.task.starts"), at("export.task.ends"), at("export.task.begun"), at("export.task.ended"),
		late("export.task.start_late"), late("export.task.end_late"), late("export.task.longer")); err != nil {
		return err
	}
	for {
		if err := p.tasksOf(out, rows); err != nil || len(rows) < exportPage {
			return err
		}
		q.After = record.Behind(rows[len(rows)-1], q.Order)
		var err error
		if rows, err = p.desk.Ledger.List(p.ctx, p.scope(), q); err != nil {
			return err
		}
	}
}

// tasksOf writes the tasks of some records, in the order of the list.
func (p *listPage) tasksOf(out sheet.Writer, rows []record.Row) error {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	all, err := p.desk.Ledger.TasksOf(p.ctx, ids)
	if err != nil {
		return err
	}
	when := func(t time.Time) sheet.Cell { return sheet.Time(t.In(p.Zone())) }
	past := func(d *time.Duration) sheet.Cell {
		if d == nil {
			return sheet.Text("")
		}
		return sheet.Int(int64(d.Minutes()))
	}
	for _, r := range rows {
		for _, t := range all[r.ID] {
			kept := t.Kept(p.Now)
			if err := out.Row(sheet.Text(r.Ref()), sheet.Text(r.Title), sheet.Text(t.Title), sheet.Text(p.T("record.task."+string(t.State))), sheet.Text(p.Thing(int64(t.Team))), sheet.Text(p.Name(t.Owner)),
				when(t.Starts), when(t.Due), when(t.Begun), when(t.Ended), past(kept.Start), past(kept.End), past(kept.Longer)); err != nil {
				return err
			}
		}
	}
	return nil
}
