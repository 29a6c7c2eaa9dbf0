package app

import (
	"strconv"
	"time"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/record"
)

// taskColumns are those of a table of tasks: as planned, as they really were, and
// by how many minutes the one differs from the other.
var taskColumns = []string{"number", "title", "task", "state", "team", "owner", "planned_start", "planned_end", "actual_start", "actual_end", "late_start_minutes", "late_end_minutes", "longer_minutes"}

// tasksOf reads the tasks of the records at hand, to be written record by record.
func (w *exporter[R]) tasksOf(out sink, rows []record.Row) (func(record.Row) error, error) {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	all, err := w.db.Ledger().TasksOf(w.env.Context, ids)
	if err != nil {
		return nil, err
	}
	past := func(d *time.Duration) sheet.Cell {
		if d == nil {
			return sheet.Text("")
		}
		return sheet.Int(int64(d.Minutes()))
	}
	return func(r record.Row) error {
		for _, t := range all[r.ID] {
			owner, err := w.human(strconv.FormatInt(int64(t.Owner), 10))
			if err != nil {
				return err
			}
			team := ""
			if t.Team != 0 {
				team = w.thing(strconv.FormatInt(int64(t.Team), 10))
			}
			kept := t.Kept(Now())
			w.rows++
			if err := out.row(sheet.Text(r.Ref()), sheet.Text(r.Title), sheet.Text(t.Title), sheet.Text(string(t.State)), sheet.Text(team), sheet.Text(owner),
				sheet.Time(t.Starts), sheet.Time(t.Due), sheet.Time(t.Begun), sheet.Time(t.Ended), past(kept.Start), past(kept.End), past(kept.Longer)); err != nil {
				return err
			}
		}
		return nil
	}, nil
}
