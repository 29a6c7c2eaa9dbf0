package web

import (
	"net/http"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/record"
)

// exportPage is how many rows are read at a time, so that an export takes as
// much memory as a page.
const exportPage = 500

// export sends the list as it is seen: the same condition, order and columns.
func (d *Desk) export(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May(s.of.deed("export")); err != nil {
		return err
	}
	p, err := s.listPage(r)
	if err != nil {
		return err
	}
	q, err := s.asks(p.Place, exportPage)
	if err != nil {
		return err
	}
	q.After = record.Cursor{}
	as, err := SavedAs(r)
	if err != nil {
		return err
	}
	first, err := d.Ledger.List(r.Context(), s.scope(), q) // a fault must come before the first byte
	if err != nil {
		return err
	}
	if s.tasksAsked(r) {
		return Saved{as, s.of.Path[1:] + "-tasks-" + s.Today(), s.T("desk.tasks")}.Write(w, func(out sheet.Writer) error { return p.tasksAlone(out, q, first) })
	}
	return Saved{as, s.of.Path[1:] + "-" + s.Today(), p.View.Name}.Write(w, func(out sheet.Writer) error { return p.write(p.withTasks(out, q, first), q, first) })
}

func (p *listPage) write(out sheet.Writer, q record.Query, rows []record.Row) error {
	names := make([]string, len(p.Shows))
	for i, c := range p.Shows {
		names[i] = p.label(c)
	}
	if err := out.Header(names...); err != nil {
		return err
	}
	return writeAll(out, rows, exportPage, p.cells, func(last record.Row) ([]record.Row, error) {
		q.After = record.Behind(last, q.Order)
		return p.desk.Ledger.List(p.ctx, p.scope(), q)
	})
}

// writeAll writes the rows of a list to its end, however many there are: the
// first page is read, next reads the one behind a row. A workbook goes on in
// further sheets.
func writeAll[R any](out sheet.Writer, rows []R, page int, cells func(R) []sheet.Cell, next func(last R) ([]R, error)) error {
	for {
		for _, r := range rows {
			if err := out.Row(cells(r)...); err != nil {
				return err
			}
		}
		if len(rows) < page {
			return out.Close()
		}
		var err error
		if rows, err = next(rows[len(rows)-1]); err != nil {
			return err
		}
	}
}

func (p *listPage) cells(r record.Row) []sheet.Cell {
	out := make([]sheet.Cell, len(p.Shows))
	for i, c := range p.Shows {
		switch c {
		case "priority":
			out[i] = sheet.Int(int64(r.Priority))
		case "number":
			out[i] = sheet.Text(r.Ref())
		case "title":
			out[i] = sheet.Text(r.Title)
		case "state":
			out[i] = sheet.Text(p.state(r.State).Word)
		case "owner":
			out[i] = sheet.Text(r.OwnerName)
		case "requester":
			out[i] = sheet.Text(r.RequesterName)
		case "team":
			out[i] = sheet.Text(p.Thing(int64(r.Team)))
		case "service":
			out[i] = sheet.Text(p.Thing(int64(r.Service)))
		case "department":
			out[i] = sheet.Text(p.Thing(int64(r.Department)))
		case "zone":
			out[i] = sheet.Text(p.Thing(int64(r.Zone)))
		case "due":
			out[i] = sheet.Time(r.Due.In(p.Zone()))
		case "moved":
			out[i] = sheet.Time(r.Moved.In(p.Zone()))
		case "opened":
			out[i] = sheet.Time(r.Opened.In(p.Zone()))
		}
	}
	return out
}
