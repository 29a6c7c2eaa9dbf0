// Package transition is the report pages of changes and of releases: the share
// that came out well, emergencies, incidents caused, lead times, whether plans
// were kept, by month, type, service and team, each figure with its formula.
package transition

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/people"
	"kilter/internal/report/desk"
	"kilter/internal/report/transition"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Where the pages are.
const (
	ChangesPath  = "/reports/changes"
	ReleasesPath = "/reports/releases"
)

// Pages are these pages. App gives them what makes the reports.
type Pages struct{ Reports *transition.Maker }

// Room is these pages as the house mounts them.
func (p *Pages) Room() web.Room {
	changes := kind{path: ChangesPath, name: "changes", may: transition.MayChanges, make: func(ctx context.Context, by people.Actor, from, to time.Time) (shown, error) {
		r, err := p.Reports.Changes(ctx, by, from, to)
		return changesShown{r}, err
	}}
	releases := kind{path: ReleasesPath, name: "releases", may: transition.MayReleases, make: func(ctx context.Context, by people.Actor, from, to time.Time) (shown, error) {
		r, err := p.Reports.Releases(ctx, by, from, to)
		return releasesShown{r}, err
	}}
	return web.Room{Name: "transition", Pages: []web.Page{
		web.ForStaff("GET "+ChangesPath, desk.Grant, p.show(changes)),
		web.ForStaff("GET "+ChangesPath+"/export", desk.GrantExport, p.export(changes)),
		web.ForStaff("GET "+ReleasesPath, desk.Grant, p.show(releases)),
		web.ForStaff("GET "+ReleasesPath+"/export", desk.GrantExport, p.export(releases)),
	}}
}

// kind is one of the two reports.
type kind struct {
	path, name string
	may        func(people.Actor) error
	make       func(ctx context.Context, by people.Actor, from, to time.Time) (shown, error)
}

// shown is a report as a page shows it.
type shown interface {
	Tables() []desk.Table
	figures(*page) []part.Figure
	charts(*page) []part.Chart
	told() []string // the figures that are explained, as keys
}

// page is a report on its page.
type page struct {
	*web.Sight
	kind
	Form     *web.Form
	From, To string // as typed, or the days of the usual period
	Report   shown
	Tables   []desk.Table
}

func (p *Pages) show(k kind) web.StaffPage {
	return func(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
		if err := k.may(s.By); err != nil {
			return err
		}
		one := &page{Sight: s, kind: k, Form: &web.Form{Values: r.URL.Query()}}
		one.Title = s.T("transition.title_" + k.name)
		one.Needs("charts")
		from, to, err := p.Reports.Desk.Period(r.FormValue("from"), r.FormValue("to"))
		if err := one.Form.Blame(s.Printer, err); err != nil {
			return err
		}
		if one.Form.Wrong() {
			one.From, one.To = r.FormValue("from"), r.FormValue("to")
			return web.Show(w, r, http.StatusUnprocessableEntity, reportView(one))
		}
		one.Form.Values = nil
		one.From, one.To = from.Format(time.DateOnly), to.Format(time.DateOnly)
		if one.Report, err = k.make(r.Context(), s.By, from, to); err != nil {
			return err
		}
		one.Tables = one.Report.Tables()
		return web.Show(w, r, http.StatusOK, reportView(one))
	}
}

// export sends the report as one table.
func (p *Pages) export(k kind) web.StaffPage {
	return func(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
		if err := k.may(s.By); err != nil {
			return err
		}
		as, err := web.SavedAs(r)
		if err != nil {
			return err
		}
		from, to, err := p.Reports.Desk.Period(r.FormValue("from"), r.FormValue("to"))
		if err != nil {
			return err
		}
		report, err := k.make(r.Context(), s.By, from, to)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("%s-%s-%s", k.name, from.Format(time.DateOnly), to.Format(time.DateOnly))
		return web.Saved{As: as, Name: name, Title: s.T("transition.title_" + k.name)}.Write(w, func(out sheet.Writer) error { return transition.Write(out, report.Tables(), s.Printer) })
	}
}

// exportLink is the address of the same report as a file.
func (p *page) exportLink(as string) string {
	return p.path + "/export?" + url.Values{"as": {as}, "from": {p.From}, "to": {p.To}}.Encode()
}

// text is a cell of the report for people.
func (p *page) text(c desk.Cell) string {
	switch v := c.Value.(type) {
	case int:
		return p.Number(v)
	case float64:
		switch c.Unit {
		case desk.Share:
			return p.Percent(v, 1)
		case transition.Mean:
			return p.Decimal(v, 1)
		}
		return p.Duration(time.Duration(v * float64(time.Second)))
	case string:
		if c.Unit == desk.Key {
			return p.T("transition." + v)
		}
		if v != "" {
			return v
		}
		return p.T("transition.none")
	}
	return "–"
}

// columns are the heads of one of the report's tables.
func (p *page) columns(t desk.Table) []part.Column {
	out := []part.Column{{Label: p.T("transition." + t.Name), Title: true}}
	for i, col := range t.Columns {
		out = append(out, part.Column{Label: p.T("transition." + col), Number: true, Wide: i >= narrow})
	}
	return out
}

// narrow is how many figures a phone shows of a row.
const narrow = 3

func cellClass(i int) string {
	if i >= narrow {
		return "number-col wide"
	}
	return "number-col"
}

// most is how many groups a table shows; the export has all.
const most = 30

func rows(t desk.Table) [][]desk.Cell {
	if t.Name == "by_month" {
		return t.Rows
	}
	return t.Rows[:min(len(t.Rows), most)]
}

// more tells how many rows only the export has, "" for none.
func (p *page) more(t desk.Table) string {
	if n := len(t.Rows) - len(rows(t)); n > 0 {
		return p.T("transition.more", "n", n)
	}
	return ""
}

// share is a share as a figure, with what it is of.
func (p *page) share(name string, v *float64, part1, whole int) part.Figure {
	f := part.Figure{Name: p.T("transition." + name), Value: "–", Note: p.T("transition.of_none")}
	if v != nil {
		f.Value, f.Note = p.Percent(*v, 1), p.T("transition.of", "part", part1, "whole", whole)
	}
	return f
}

// spread is the middle of times as a figure.
func (p *page) spread(s desk.Spread) part.Figure {
	f := part.Figure{Name: p.T("transition.lead_median"), Value: "–", Note: p.T("transition.of_none")}
	if s.Median != nil {
		f.Value = p.text(desk.Cell{Value: *s.Median, Unit: desk.Seconds})
		f.Note = p.T("transition.n", "n", s.N)
	}
	return f
}
