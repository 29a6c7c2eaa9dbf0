package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// portalList is a list of reports: the reader's own, or his department's.
type portalList struct {
	*guest
	Kind   record.Kind
	Name   string
	Path   string
	Lead   string
	Closed bool
	Search string
	Rows   []record.Row
	Total  string
	Tabs   []part.Link
	Next   string
	First  string // back to the first page, "" on it
	Whose  bool   // rows tell who reported
}

// portalPage is how many reports a page shows.
const portalPage = 20

func (d *PortalDesk) mine(w http.ResponseWriter, r *http.Request, g *guest) error {
	return g.list(w, r, &portalList{guest: g, Kind: record.Incident, Name: g.T("portal.mine"), Path: portalPath + "/reports", Lead: g.T("portal.mine_lead")}, g.own())
}

// department lists what the reader's departments reported: for heads, whose
// scope reaches that far.
func (d *PortalDesk) department(w http.ResponseWriter, r *http.Request, g *guest) error {
	if len(g.By.Scope.Departments) == 0 {
		return Go(w, r, portalPath+"/reports")
	}
	return g.list(w, r, &portalList{guest: g, Kind: record.Incident, Name: g.T("portal.department"), Path: portalPath + "/department", Lead: g.T("portal.department_lead"), Whose: true}, within(g.By.Scope.Departments))
}

func within(all []people.DepartmentID) query.Node {
	ids := make([]string, len(all))
	for i, id := range all {
		ids[i] = strconv.FormatInt(int64(id), 10)
	}
	return query.Is("department", ids...)
}

func (g *guest) list(w http.ResponseWriter, r *http.Request, p *portalList, whose query.Node) error {
	q := r.URL.Query()
	p.Title = p.Name
	p.Closed, p.Search = q.Get("show") == "closed", cutTo(strings.TrimSpace(q.Get("q")), 200)
	where := query.All(whose, live(!p.Closed), searched(p.Search))
	ask := record.Query{Kind: p.Kind, Where: where, Order: record.Newest, After: portalCursor(q.Get("after")), Limit: portalPage + 1, Now: g.Now}
	rows, err := g.desk.Ledger.List(r.Context(), g.By.Scope, ask)
	if err != nil {
		return err
	}
	if ask.After != (record.Cursor{}) {
		p.First = p.at(p.Closed, "")
	}
	if len(rows) > portalPage {
		rows = rows[:portalPage]
		last := rows[portalPage-1]
		p.Next = p.at(p.Closed, strconv.FormatInt(last.Opened.UnixMilli(), 10)+"."+strconv.FormatInt(last.ID, 10))
	}
	p.Rows = rows
	most := portalCounted
	if p.Search != "" {
		most = portalFound
	}
	n, err := g.desk.Ledger.Count(r.Context(), g.By.Scope, ask, most)
	if err != nil {
		return err
	}
	p.Total = g.counted(n, most)
	p.Tabs = []part.Link{
		{Label: g.T("portal.open"), Href: p.at(false, ""), Active: !p.Closed},
		{Label: g.T("portal.closed"), Href: p.at(true, ""), Active: p.Closed},
	}
	return Show(w, r, http.StatusOK, portalListPage(p))
}

// at is the address of a page of the list.
func (p *portalList) at(closed bool, after string) string {
	v := url.Values{}
	if closed {
		v.Set("show", "closed")
	}
	if p.Search != "" {
		v.Set("q", p.Search)
	}
	if after != "" {
		v.Set("after", after)
	}
	if len(v) == 0 {
		return p.Path
	}
	return p.Path + "?" + v.Encode()
}

// searched looks for a number as it is written down, or for words.
func searched(text string) query.Node {
	if text == "" {
		return query.Node{}
	}
	if _, n, err := record.ParseRef(text); err == nil {
		return query.Is("number", strconv.FormatInt(int64(n), 10))
	}
	return query.Words(strings.Fields(text)...)
}

func portalCursor(text string) record.Cursor {
	value, id, ok := strings.Cut(text, ".")
	v, err1 := strconv.ParseInt(value, 10, 64)
	i, err2 := strconv.ParseInt(id, 10, 64)
	if !ok || err1 != nil || err2 != nil {
		return record.Cursor{}
	}
	return record.Cursor{Value: v, ID: i}
}

// cutTo is at most the first n signs of a text.
func cutTo(text string, n int) string {
	if all := []rune(text); len(all) > n {
		return string(all[:n])
	}
	return text
}
