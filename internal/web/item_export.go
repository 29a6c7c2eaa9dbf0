package web

import (
	"net/http"
	"strings"
	"time"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/cmdb"
)

// export sends the list of items as it is seen: the same condition, order and
// columns.
func (c *Configuration) export(w http.ResponseWriter, r *http.Request, s *stock) error {
	if err := s.By.May(cmdb.DeedExport); err != nil {
		return err
	}
	p, err := s.itemList(r)
	if err != nil {
		return err
	}
	q, err := s.itemAsks(p.Place, exportPage)
	if err != nil {
		return err
	}
	q.After = cmdb.Cursor{}
	as, err := SavedAs(r)
	if err != nil {
		return err
	}
	first, err := c.CMDB.List(r.Context(), s.By, q) // a fault must come before the first byte
	if err != nil {
		return err
	}
	return Saved{as, "items-" + s.Today(), p.View.Name}.Write(w, func(out sheet.Writer) error { return p.write(out, q, first) })
}

func (p *itemListPage) write(out sheet.Writer, q cmdb.Query, rows []cmdb.Item) error {
	names := make([]string, len(p.Shows))
	for i, c := range p.Shows {
		names[i] = p.columnLabel(c)
	}
	if err := out.Header(names...); err != nil {
		return err
	}
	return writeAll(out, rows, exportPage, func(i cmdb.Item) []sheet.Cell { return p.cells(&i) }, func(last cmdb.Item) ([]cmdb.Item, error) {
		q.After = cmdb.After(&last, q.Order)
		return p.c.CMDB.List(p.ctx, p.By, q)
	})
}

func (p *itemListPage) cells(i *cmdb.Item) []sheet.Cell {
	out := make([]sheet.Cell, len(p.Shows))
	for n, c := range p.Shows {
		at, moment := map[string]time.Time{"changed": i.Changed, "seen": i.Seen, "audited": i.Audited}[c]
		switch {
		case moment && at.IsZero():
			out[n] = sheet.Text("")
		case moment:
			out[n] = sheet.Time(at.In(p.Zone()))
		default:
			out[n] = sheet.Text(p.cell(i, c))
		}
	}
	return out
}

// cell is the text of a column.
func (p *itemListPage) cell(i *cmdb.Item, name string) string {
	if name == "name" {
		return p.itemName(i)
	}
	name = strings.TrimPrefix(name, "x.")
	return p.shown(p.Model.Class(i.Class), name, i.Get(name))
}
