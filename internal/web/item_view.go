package web

import (
	"net/http"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/view"
	"kilter/internal/web/part"
)

// viewChoice asks under which name a list of items is kept, and for whom.
func (p *itemListPage) viewChoice() []part.Field { return (&listPage{sight: p.sight}).viewChoice() }

// saveItemView keeps the list of items as it is filtered and sorted.
func (c *Configuration) saveItemView(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	if c.Views == nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	name := form.Get("name")
	if name == "" {
		return fault.At("name", "record.required")
	}
	v := view.View{Name: people.Text{En: name, Zh: name}, Doc: view.Doc{Kind: itemKind, Query: form.Get("q"), Order: record.Order(form.Get("sort")), Columns: s.knownColumns(form.Values["column"]), Reach: view.Reach(form.Get("reach"))}}
	if team := idOf(form.Get("reach")); team != 0 {
		v.Reach, v.Team = view.Team, people.TeamID(team)
	}
	if err := c.Views.Save(r.Context(), s.By, &v); err != nil {
		return err
	}
	return Go(w, r, configPath+"?view="+v.Code)
}

// retireItemView takes a view away from all who have it.
func (c *Configuration) retireItemView(w http.ResponseWriter, r *http.Request, s *stock) error {
	if c.Views == nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	if err := c.Views.Retire(r.Context(), s.By, number(r.PathValue("id"))); err != nil {
		return err
	}
	return Go(w, r, configPath)
}
