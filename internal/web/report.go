package web

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/people"
	"kilter/internal/report/desk"
	"kilter/internal/web/part"
)

// Reports are the pages of figures over time.
type Reports struct {
	*Shell
	Actor func(*http.Request) (people.Actor, error)
	Desk  *desk.Maker
}

// Routes mounts the pages of reports.
func (p *Reports) Routes(mux Mux) {
	mux.Handle("GET /reports/desk", p.Handle(p.desk))
	mux.Handle("GET /reports/desk/export", p.Handle(p.export))
}

// ReportTabs lead from one report to another, as far as somebody may read them.
func ReportTabs(f *Frame, by people.Actor) []part.Link {
	out := []part.Link{{Label: f.T("report.desk.title"), Href: "/reports/desk"}}
	for _, one := range []struct{ deed, name string }{{"change.read", "changes"}, {"release.read", "releases"}} {
		if by.Staff && by.Can(one.deed) {
			out = append(out, part.Link{Label: f.T("report.tab." + one.name), Href: "/reports/" + one.name})
		}
	}
	mark(out, f.Path)
	return out
}

type deskReportPage struct {
	*Frame
	By       people.Actor
	Form     *Form
	From, To string // as typed, or the days of the usual period
	Report   desk.Report
	Tables   []desk.Table
}

func (p *Reports) desk(w http.ResponseWriter, r *http.Request) error {
	by, err := p.Actor(r)
	if err != nil {
		return err
	}
	page := &deskReportPage{Frame: p.Frame(r), By: by, Form: &Form{Values: r.URL.Query()}}
	page.Title = page.T("report.desk.title")
	page.Needs("charts")
	from, to, err := p.Desk.Period(r.FormValue("from"), r.FormValue("to"))
	if err := page.Form.Blame(page.Printer, err); err != nil {
		return err
	}
	if page.Form.Wrong() {
		page.From, page.To = r.FormValue("from"), r.FormValue("to")
		return Show(w, r, http.StatusUnprocessableEntity, deskReport(page))
	}
	page.Form.Values = nil
	page.From, page.To = from.Format(time.DateOnly), to.Format(time.DateOnly)
	if page.Report, err = p.Desk.Make(r.Context(), by, from, to); err != nil {
		return err
	}
	page.Tables = page.Report.Tables(false)
	return Show(w, r, http.StatusOK, deskReport(page))
}

// export sends the report as one table: a row for the whole, and one for each
// month, team, service, category, priority and waiting reason.
func (p *Reports) export(w http.ResponseWriter, r *http.Request) error {
	by, err := p.Actor(r)
	if err != nil {
		return err
	}
	if err := by.May(desk.GrantExport); err != nil {
		return err
	}
	f := p.Frame(r)
	as, err := SavedAs(r)
	if err != nil {
		return err
	}
	from, to, err := p.Desk.Period(r.FormValue("from"), r.FormValue("to"))
	if err != nil {
		return err
	}
	report, err := p.Desk.Make(r.Context(), by, from, to)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("desk-%s-%s", from.Format(time.DateOnly), to.Format(time.DateOnly))
	return Saved{as, name, f.T("report.desk.title")}.Write(w, func(out sheet.Writer) error { return report.Write(out, f.Printer) })
}

// deskText is a cell of the report for people.
func deskText(f *Frame, c desk.Cell) string {
	switch v := c.Value.(type) {
	case int:
		return f.Number(v)
	case float64:
		if c.Unit == desk.Share {
			return f.Percent(v, 1)
		}
		return f.Duration(time.Duration(v * float64(time.Second)))
	case string:
		if c.Unit == desk.Key {
			return f.T("report.desk." + v)
		}
		if v != "" {
			return v
		}
		return f.T("report.desk.none")
	}
	return "–"
}

// exportLink is the address of the same report as a file.
func (p *deskReportPage) exportLink(as string) string {
	return "/reports/desk/export?" + url.Values{"as": {as}, "from": {p.From}, "to": {p.To}}.Encode()
}

// figures are the numbers that a director reads first.
func (p *deskReportPage) figures() []part.Figure {
	r := p.Report.Figures
	cell := func(v *float64, u desk.Unit) string {
		if v == nil {
			return "–"
		}
		return deskText(p.Frame, desk.Cell{Value: *v, Unit: u})
	}
	out := []part.Figure{
		{Name: p.T("report.desk.opened"), Value: p.Number(r.Opened)},
		{Name: p.T("report.desk.resolved"), Value: p.Number(r.Resolved)},
		{Name: p.T("report.desk.backlog"), Value: p.Number(r.Backlog)},
		{Name: p.T("report.desk.median"), Value: cell(r.TimeToResolve.Median, desk.Seconds)},
		{Name: p.T("report.desk.first_contact"), Value: cell(r.FirstContact, desk.Share)},
		{Name: p.T("report.desk.in_target"), Value: cell(r.InTarget, desk.Share)},
	}
	if b := r.TimeToResolve.Business; b != nil && b.Median != nil {
		out[3].Note = p.T("report.desk.business_median") + ": " + cell(b.Median, desk.Seconds)
	}
	return out
}

// flow is inflow against outflow by month.
func (p *deskReportPage) flow() part.Chart {
	c := part.Chart{Title: p.T("report.desk.flow"), Note: p.From + " – " + p.To, Kind: part.Lines, Axis: p.T("report.desk.by_month")}
	opened := part.Series{Name: p.T("report.desk.opened")}
	resolved := part.Series{Name: p.T("report.desk.resolved")}
	backlog := part.Series{Name: p.T("report.desk.backlog")}
	for _, m := range p.Report.ByMonth {
		c.Groups = append(c.Groups, m.Name)
		opened.Values = append(opened.Values, float64(m.Opened))
		resolved.Values = append(resolved.Values, float64(m.Resolved))
		backlog.Values = append(backlog.Values, float64(m.Backlog))
	}
	c.Series = []part.Series{opened, resolved, backlog}
	return c
}

// times is the median time to resolve by month, in hours.
func (p *deskReportPage) times() part.Chart {
	c := part.Chart{Title: p.T("report.desk.median_hours"), Note: p.From + " – " + p.To, Kind: part.Bars, Axis: p.T("report.desk.by_month"), Unit: "h", Digits: 1}
	s := part.Series{Name: p.T("report.desk.median")}
	const hour = 3600
	for _, m := range p.Report.ByMonth {
		c.Groups = append(c.Groups, m.Name)
		v := math.NaN()
		if m.TimeToResolve.Median != nil {
			v = math.Round(*m.TimeToResolve.Median/hour*10) / 10
		}
		s.Values = append(s.Values, v)
	}
	c.Series = []part.Series{s}
	return c
}

// columns are the heads of one of the report's tables.
func (p *deskReportPage) columns(t desk.Table) []part.Column {
	out := []part.Column{{Label: p.T("report.desk." + t.Name), Title: true}}
	for i, col := range t.Columns {
		out = append(out, part.Column{Label: p.T("report.desk." + col), Number: true, Wide: i > 5})
	}
	return out
}

func cellClass(i int) string {
	classes := []string{"number-col"}
	if i > 5 {
		classes = append(classes, "wide")
	}
	return strings.Join(classes, " ")
}

// most is how many groups a table shows; the export has all.
const mostGroups = 30

func (p *deskReportPage) more(t desk.Table) string {
	if len(t.Rows) <= mostGroups || t.Name == "by_month" {
		return ""
	}
	return p.T("report.desk.more", "n", strconv.Itoa(len(t.Rows)-mostGroups))
}

func shownRows(t desk.Table) [][]desk.Cell {
	if t.Name == "by_month" {
		return t.Rows
	}
	return t.Rows[:min(len(t.Rows), mostGroups)]
}
