package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	"kilter/internal/base/words"
	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
	"kilter/internal/web/part"
)

// pageRows is how many rows a page of the list has.
const pageRows = 50

// mostCounted is how far a list is counted before it says "10k+".
const mostCounted = 10_000

// listPage is the list of incidents, with the record that is open beside it.
type listPage struct {
	*sight
	Place    listPlace
	View     namedView
	Chips    []part.Chip
	Wrong    string    // what is wrong with the filter, "" when it was understood
	Points   wrongWord // the word of it that is wrong
	Total    string    // how many a search found, "" where the list is counted later
	Order    string    // in which order a search shows them, "" when it is no search
	Rows     []listRow
	More     string // address of the next page
	Before   string // and of the one before
	Shows    []string
	Unchosen bool            // the columns are the usual ones
	Pane     templ.Component // the record beside the list, nil when none is open
}

// listRow is a row with what it is shown by.
type listRow struct {
	record.Row
	Ref   string
	Href  string // the list with this record beside it
	Clock part.SLA
	Ticks bool // it has a clock

	// What a search found: the title with its hits, and a passage.
	Marked, Said []words.Part
	Where        string // where the passage stands
}

func (d *Desk) list(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.listPage(r)
	if err != nil {
		return err
	}
	if p.Place.Open != "" {
		pane, err := s.pane(p.Place)
		if Partial(r) && r.Header.Get("HX-Target") == "record" {
			if err != nil {
				return err
			}
			return Show(w, r, http.StatusOK, pane)
		}
		if err != nil && fault.All(err) == nil {
			return err
		}
		if err == nil {
			p.Pane = pane
		}
	}
	if err := p.fill(); err != nil {
		return err
	}
	p.Title = p.View.Name
	s.frameViews(p.Place)
	p.Needs("choose")
	status := http.StatusOK
	if p.Wrong != "" {
		status = http.StatusUnprocessableEntity
	}
	return Show(w, r, status, listView(p))
}

// newButton opens the call form, for what this list is of.
func (p *listPage) newButton() (part.Button, bool) {
	b := part.Button{Label: p.word("register"), Icon: "plus", Look: part.Primary, Href: p.of.Path + "/new", Key: "c"}
	if p.of.Kind == record.Contact {
		b.Href = "/incidents/new?as=question"
	}
	return b, p.By.Can(p.of.deed("open"))
}

// rows answers the table alone, for a list that has changed meanwhile.
func (d *Desk) rows(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.listPage(r)
	if err != nil {
		return err
	}
	if err := p.fill(); err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, listRows(p))
}

func (s *sight) listPage(r *http.Request) (*listPage, error) {
	if err := s.By.May(s.of.deed("read")); err != nil {
		return nil, err
	}
	p := &listPage{sight: s, Place: s.placeOf(r)}
	p.View = s.viewOf(p.Place.View)
	p.Chips = s.chips(p.Place)
	p.Shows = s.columnsOf(r)
	if len(p.View.Columns) > 0 {
		p.Shows = s.of.chosen(p.View.Columns)
	}
	p.Unchosen = slices.Equal(p.Shows, s.of.Usual)
	return p, nil
}

// fill reads the rows with their clocks: one query, whatever the size of the
// list.
func (p *listPage) fill() error {
	if done, err := p.found(); done || err != nil {
		return p.blame(err)
	}
	q, err := p.asks(p.Place, pageRows+1)
	if err != nil {
		return p.blame(err)
	}
	q.Timed = true
	rows, err := p.desk.Ledger.List(p.ctx, p.scope(), q)
	if err != nil {
		return p.blame(err)
	}
	if len(rows) > pageRows {
		rows = rows[:pageRows]
		p.More = p.Place.on(record.Behind(rows[pageRows-1], p.Place.Sort)).href()
	}
	if before, ok := p.Place.back(); ok {
		p.Before = before.href()
	}
	p.lay(rows)
	return nil
}

// lay lays the rows out, each with its clock and the list's address with the
// record beside it. The address is made once: only the record differs.
func (p *listPage) lay(rows []record.Row) {
	p.Rows = p.clocked(rows)
	const here = "INC"
	before, after, _ := strings.Cut(p.Place.opening(here).href(), "open="+here)
	for i := range p.Rows {
		p.Rows[i].Href = before + "open=" + p.Rows[i].Ref + after
	}
}

// blame keeps a fault about the filter for the page to show; anything else is
// not the filter's.
func (p *listPage) blame(err error) error {
	all := fault.All(err)
	if err == nil {
		return nil
	}
	if len(all) == 0 || slices.ContainsFunc(all, func(f *fault.Fault) bool { return f.Kind != fault.Invalid }) {
		return err
	}
	texts := make([]string, len(all))
	for i, f := range all {
		texts[i] = p.Fault(f)
	}
	p.Wrong = strings.Join(texts, " ")
	p.Points, _ = pointed(p.Place.Query, all)
	return nil
}

// clocked lays out rows that came with their clocks.
func (s *sight) clocked(rows []record.Row) []listRow {
	out := make([]listRow, len(rows))
	for i := range rows {
		r := &rows[i]
		out[i] = listRow{Row: *r, Ref: r.Ref()}
		if c, ok := foremost(r.Clocks); ok {
			var terms []sla.Term
			if c.State == sla.Running || c.State == sla.Paused {
				terms = s.terms(r.Head)
			}
			out[i].Clock, out[i].Ticks = s.chip(c, terms, false), true
		}
	}
	return out
}

// total counts the list, off its own path.
func (d *Desk) total(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.listPage(r)
	if err != nil {
		return err
	}
	n, err := s.count(p.Place, mostCounted)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, totalText(s, n))
}

func (s *sight) count(p listPlace, most int) (int, error) {
	q, err := s.asks(p, 0)
	if err != nil {
		return 0, err
	}
	return s.desk.Ledger.Count(s.ctx, s.scope(), q, most)
}

// few writes a count that was taken no further than most.
func (s *sight) few(n, most int) string {
	if n < most {
		return s.Number(n)
	}
	if most >= 10_000 {
		return strconv.Itoa(most/1000) + "k+"
	}
	return s.Number(most-1) + "+"
}

// counts answers the counts of the views, each into its place.
func (d *Desk) counts(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May(s.of.deed("read")); err != nil {
		return err
	}
	var out []countOf
	for _, v := range s.views() {
		if v.Query == "" || v.Off {
			continue
		}
		n, err := s.count(listPlace{path: s.of.Path, Query: v.Query, Sort: v.Sort}, 1000)
		if err != nil && fault.All(err) == nil {
			return err
		}
		if err != nil { // a saved view may name what is no more
			continue
		}
		out = append(out, countOf{ID: "count-" + v.Code, Text: s.few(n, 1000), Over: v.Alert && n > 0 || v.View.Doc.Alert > 0 && n > v.View.Doc.Alert})
	}
	return Show(w, r, http.StatusOK, countTexts(out))
}

// countOf is a count with the element that shows it.
type countOf struct {
	ID, Text string
	Over     bool // it is above the number at which its view alerts
}

// frameViews fills the second column with the views.
func (s *sight) frameViews(at listPlace) {
	groups := map[string]*Group{}
	var order []string
	for _, v := range s.views() {
		if v.Off && at.View != v.Code || !s.By.Can(s.of.deed("read")) {
			continue
		}
		title := s.word("views.shared")
		if v.Own {
			title = s.T("desk.views.mine")
		}
		if groups[title] == nil {
			groups[title] = &Group{Title: title}
			order = append(order, title)
		}
		groups[title].Views = append(groups[title].Views, part.Link{
			Label: v.Name, Href: s.of.Path + "?view=" + v.Code, Icon: v.Icon, ID: "count-" + v.Code,
			Active: at.View == v.Code && !at.Own,
		})
	}
	for _, t := range order {
		s.Views = append(s.Views, *groups[t])
	}
	if s.of.More != nil {
		s.Views = append(s.Views, s.of.More(s, at.View))
	}
	if s.desk.Views != nil && len(order) > 0 {
		last := &s.Views[len(order)-1]
		last.Views = append(last.Views, part.Link{Label: s.T("desk.views.arrange"), Href: "/views?of=" + string(s.of.Kind), Icon: "adjustments-horizontal"})
	}
}
