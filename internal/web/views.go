package web

import (
	"net/http"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/view"
	"kilter/internal/web/part"
)

// saved are the views that somebody has kept: everyone's, the teams', one's
// own. The ones every desk begins with stand in views.
func (s *sight) saved() []view.View {
	if s.desk.Views == nil {
		return nil
	}
	all, err := s.desk.Views.Of(s.By, s.of.Kind)
	if err != nil {
		if s.desk.Log != nil {
			s.desk.Log.ErrorContext(s.ctx, "saved views cannot be read", "error", err)
		}
		return nil
	}
	var out []view.View
	for _, v := range all {
		if v.ID != 0 {
			out = append(out, v)
		}
	}
	return out
}

// viewChoice asks under which name a list is kept, and for whom.
func (p *listPage) viewChoice() []part.Field {
	reach := part.Field{Name: "reach", Label: p.T("desk.view_for"), Kind: part.Radio, Required: true, Value: string(view.Private), Options: []part.Option{{Value: string(view.Private), Label: p.T("desk.view_private")}}}
	if p.By.Can("view.team") {
		for _, t := range p.By.Teams {
			reach.Options = append(reach.Options, part.Option{Value: idText(t), Label: p.T("desk.view_team", "team", p.Thing(int64(t)))})
		}
	}
	if p.By.Can("view.everyone") {
		reach.Options = append(reach.Options, part.Option{Value: string(view.Everyone), Label: p.T("desk.view_everyone")})
	}
	return []part.Field{{Name: "name", Label: p.T("desk.view_name"), Required: true, Max: 60}, reach}
}

// saveView keeps the list as it is filtered and sorted.
func (d *Desk) saveView(w http.ResponseWriter, r *http.Request, s *sight) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	if d.Views == nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	s.as(form.Get("of"))
	name := form.Get("name")
	if name == "" {
		return fault.At("name", "record.required")
	}
	v := view.View{Name: people.Text{En: name, Zh: name}, Doc: view.Doc{Kind: s.of.Kind, Query: form.Get("q"), Order: record.Order(form.Get("sort")), Columns: s.of.chosen(form.Values["column"]), Pin: true, Reach: view.Reach(form.Get("reach"))}}
	if team := idOf(form.Get("reach")); team != 0 {
		v.Reach, v.Team = view.Team, people.TeamID(team)
	}
	if err := d.Views.Save(r.Context(), s.By, &v); err != nil {
		return err
	}
	return Go(w, r, s.of.Path+"?view="+v.Code)
}

// retireView takes a view away from all who have it.
func (d *Desk) retireView(w http.ResponseWriter, r *http.Request, s *sight) error {
	if d.Views == nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	if err := d.Views.Retire(r.Context(), s.By, idOf(r.PathValue("id"))); err != nil {
		return err
	}
	return Go(w, r, "/views")
}
