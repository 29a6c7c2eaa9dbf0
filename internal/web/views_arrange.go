package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/view"
	"kilter/internal/web/part"
)

// rail is how the reader arranged his views of the page's practice; it is read
// once for each page, so that a new order shows at once, whoever took it in.
func (s *sight) rail() []string {
	if held, ok := s.rails[s.of.Kind]; ok || s.desk.Views == nil {
		return held
	}
	held, err := s.desk.Views.Rail(s.ctx, s.By.ID, s.of.Kind)
	if err != nil {
		return nil // the usual order is no harm
	}
	if s.rails == nil {
		s.rails = map[record.Kind][]string{}
	}
	s.rails[s.of.Kind] = held
	return held
}

// arranged puts views into the reader's order.
func (s *sight) arranged(all []namedView) []namedView {
	rail := s.rail()
	if len(rail) == 0 {
		return all
	}
	place := func(v namedView) int {
		i := slices.IndexFunc(rail, func(c string) bool { return strings.TrimPrefix(c, "-") == v.Code })
		if i < 0 {
			return len(rail)
		}
		return i
	}
	slices.SortStableFunc(all, func(a, b namedView) int { return cmp.Compare(place(a), place(b)) })
	for i, v := range all {
		all[i].Off = !view.Pinned(rail, v.Code, !v.Off)
	}
	return all
}

// as makes the page one about a practice, when there is such a one and its
// records may be read.
func (s *sight) as(kind string) {
	if t := s.desk.trades[record.Kind(kind)]; t != nil && s.By.Can(t.deed("read")) {
		s.of = t
	}
}

// viewsPage is all views of a practice, to arrange them.
type viewsPage struct {
	*sight
	All    []namedView
	Counts []string
}

// reach says who has a view.
func (p *viewsPage) reach(v namedView) string {
	switch {
	case v.Saved == 0 || v.View.Reach == view.Everyone:
		return p.T("desk.view_everyone")
	case v.View.Reach == view.Team:
		return p.T("desk.view_team", "team", p.Thing(int64(v.View.Team)))
	}
	return p.T("desk.view_private")
}

func (d *Desk) allViews(w http.ResponseWriter, r *http.Request, s *sight) error {
	if d.Views == nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	s.as(r.URL.Query().Get("of"))
	if err := s.By.May(s.of.deed("read")); err != nil {
		return err
	}
	p := &viewsPage{sight: s, All: s.views()}
	for _, v := range p.All {
		if v.Query == "" {
			p.Counts = append(p.Counts, "")
			continue
		}
		n, err := s.count(listPlace{path: s.of.Path, Query: v.Query, Sort: v.Sort}, view.MostCounted)
		if err != nil && fault.All(err) == nil {
			return err
		}
		p.Counts = append(p.Counts, s.few(n, view.MostCounted))
	}
	p.Title = s.T("desk.views.title", "what", s.word("views.shared"))
	s.frameViews(listPlace{View: "none"})
	return Show(w, r, http.StatusOK, viewsView(p))
}

// arrangeView puts a view into the reader's rail, takes it off, or moves it.
func (d *Desk) arrangeView(w http.ResponseWriter, r *http.Request, s *sight) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	if d.Views == nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	s.as(form.Get("of"))
	code := form.Get("code")
	var codes []string
	for _, v := range s.views() {
		c := v.Code
		if v.Code == code && form.Get("do") == "pin" {
			v.Off = !v.Off
		}
		if v.Off {
			c = "-" + c
		}
		codes = append(codes, c)
	}
	switch form.Get("do") {
	case "up":
		codes = view.Shift(codes, code, -1)
	case "down":
		codes = view.Shift(codes, code, 1)
	}
	if err := d.Views.Arrange(r.Context(), s.By, s.of.Kind, codes); err != nil {
		return err
	}
	return Go(w, r, "/views?of="+string(s.of.Kind))
}

// keptView finds a saved view that the reader may change.
func (s *sight) keptView(r *http.Request) (view.View, error) {
	missing := fault.New(fault.Missing, "view.no_such")
	if s.desk.Views == nil {
		return view.View{}, missing
	}
	for kind, t := range s.desk.trades {
		all, err := s.desk.Views.Of(s.By, kind)
		if err != nil {
			return view.View{}, err
		}
		for _, v := range all {
			if v.ID != 0 && idText(v.ID) == r.PathValue("id") && view.MayKeep(s.By, v) {
				s.of = t
				return v, nil
			}
		}
	}
	return view.View{}, missing
}

// viewAsk asks what a view holds.
func (s *sight) viewAsk(v view.View, form *Form) *askPage {
	p := &askPage{sight: s, Action: "/views/" + idText(v.ID), Send: s.T("desk.save"), Form: form, Was: map[string]string{"version": strconv.FormatInt(v.Version, 10), "name": v.Name.In(string(s.Lang()))}}
	lp := &listPage{sight: s}
	choice := lp.viewChoice()
	choice[0].Value = v.Name.In(string(s.Lang()))
	choice[1].Value = string(v.Reach)
	if v.Reach == view.Team {
		choice[1].Value = idText(v.Team)
	}
	order := part.Field{Name: "order", Label: s.T("desk.view_order"), Kind: part.Choice, Value: string(v.Order)}
	for _, o := range s.of.Sorts {
		order.Options = append(order.Options, part.Option{Value: string(o), Label: s.T("desk.order." + strings.TrimPrefix(string(o), "-") + map[bool]string{true: "_down"}[strings.HasPrefix(string(o), "-")])})
	}
	columns := lp.columnChoice()
	columns.Values = v.Columns
	alert := part.Field{Name: "alert", Label: s.T("desk.view_alert"), Help: s.T("desk.view_alert_help"), Kind: part.Number, Narrow: true}
	if v.Doc.Alert > 0 {
		alert.Value = strconv.Itoa(v.Doc.Alert)
	}
	pin := part.Field{Name: "pin", Label: s.T("desk.view_pinned"), Kind: part.Toggle}
	if v.Pin {
		pin.Value = "true"
	}
	p.Fields = form.Fields(choice[0], part.Field{Name: "q", Label: s.T("desk.view_query"), Value: v.Query, Max: 4000}, order, columns, choice[1], pin, alert)
	p.Title = s.T("desk.view_edit", "name", v.Name.In(string(s.Lang())))
	return p
}

func (d *Desk) viewForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	v, err := s.keptView(r)
	if err != nil {
		return err
	}
	p := s.viewAsk(v, nil)
	s.frameViews(listPlace{View: v.Code})
	return Show(w, r, http.StatusOK, viewEdit(p, idText(v.ID)))
}

// mostAlert bounds the number at which a view may alert.
const mostAlert = 100_000

// changeView keeps what was made of a view.
func (d *Desk) changeView(w http.ResponseWriter, r *http.Request, s *sight) error {
	v, err := s.keptView(r)
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	now := v
	now.Version, _ = strconv.ParseInt(form.Get("version"), 10, 64) // none is none that there ever was
	if name := form.Get("name"); name != v.Name.In(string(s.Lang())) {
		now.Name = people.Text{En: name, Zh: name}
	}
	now.Query, now.Order, now.Pin = form.Get("q"), record.Order(form.Get("order")), form.Get("pin") != ""
	now.Columns = nil
	if len(form.Values["column"]) > 0 {
		now.Columns = s.of.chosen(form.Values["column"])
	}
	now.Reach, now.Team = view.Reach(form.Get("reach")), 0
	if team := idOf(form.Get("reach")); team != 0 {
		now.Reach, now.Team = view.Team, people.TeamID(team)
	}
	now.Doc.Alert, err = alertOf(form.Get("alert"))
	if err == nil {
		err = d.Views.Save(r.Context(), s.By, &now)
	}
	if err != nil {
		if err := form.Blame(s.Printer, err); err != nil {
			return err
		}
		p := s.viewAsk(v, form)
		s.frameViews(listPlace{View: v.Code})
		return Show(w, r, http.StatusUnprocessableEntity, viewEdit(p, idText(v.ID)))
	}
	return Go(w, r, s.of.Path+"?view="+v.Code)
}

// alertOf reads the number above which a view alerts; nothing is never.
func alertOf(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > mostAlert {
		return 0, fault.At("alert", "view.no_alert").With("max", mostAlert)
	}
	return n, nil
}
