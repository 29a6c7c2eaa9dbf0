package api

import (
	"net/http"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/view"
)

// savedView is a saved view of a list. Those that Kilter brings have no id and
// cannot be changed.
type savedView struct {
	ID      int64    `json:"id,omitempty" doc:"api.doc.view_id"`
	Code    string   `json:"code"`
	En      string   `json:"name_en"`
	Zh      string   `json:"name_zh"`
	Kind    string   `json:"kind"`
	Query   string   `json:"query" doc:"api.param.q"`
	Order   string   `json:"order,omitempty"`
	Columns []string `json:"columns,omitempty"`
	Density string   `json:"density,omitempty"`
	Reach   string   `json:"reach" enum:"private,team,everyone"`
	Team    int64    `json:"team,omitempty"`
	Pin     bool     `json:"pin,omitempty" doc:"api.doc.view_pin"`
	Alert   int      `json:"alert,omitempty" doc:"api.doc.view_alert"`
	Count   *int     `json:"count,omitempty" doc:"api.doc.view_count"`
	Version int64    `json:"version,omitempty"`
}

// viewForm is what can be said of a view; what is left out stays as it is.
type viewForm struct {
	En      *string   `json:"name_en,omitempty"`
	Zh      *string   `json:"name_zh,omitempty"`
	Kind    *string   `json:"kind,omitempty" enum:"incident,contact,item"`
	Query   *string   `json:"query,omitempty" doc:"api.param.q"`
	Order   *string   `json:"order,omitempty"`
	Columns *[]string `json:"columns,omitempty"`
	Density *string   `json:"density,omitempty"`
	Reach   *string   `json:"reach,omitempty" enum:"private,team,everyone"`
	Team    *int64    `json:"team,omitempty"`
	Pin     *bool     `json:"pin,omitempty" doc:"api.doc.view_pin"`
	Alert   *int      `json:"alert,omitempty" doc:"api.doc.view_alert"`
}

// onto takes what the form says over onto a view.
func (f viewForm) onto(w *view.View) {
	set(&w.Name.En, f.En)
	set(&w.Name.Zh, f.Zh)
	set(&w.Query, f.Query)
	set(&w.Columns, f.Columns)
	set(&w.Density, f.Density)
	set(&w.Pin, f.Pin)
	set(&w.Alert, f.Alert)
	if f.Kind != nil && w.ID == 0 {
		w.Kind = record.Kind(*f.Kind)
	}
	if f.Order != nil {
		w.Order = record.Order(*f.Order)
	}
	if f.Reach != nil {
		w.Reach = view.Reach(*f.Reach)
	}
	if f.Team != nil {
		w.Team = people.TeamID(*f.Team)
	}
}

func viewOf(w view.View) savedView {
	return savedView{
		ID: w.ID, Code: w.Code, En: w.Name.En, Zh: w.Name.Zh, Kind: string(w.Kind), Query: w.Query, Order: string(w.Order), Columns: w.Columns,
		Density: w.Density, Reach: string(w.Reach), Team: int64(w.Team), Pin: w.Pin, Alert: w.Alert, Version: w.Version,
	}
}

// errand is one thing a person has to look at today.
type errand struct {
	Code  string `json:"code"`
	Query string `json:"query"`
	Order string `json:"order"`
	Count int    `json:"count" doc:"api.doc.view_count"`
	Items []row  `json:"items"`
}

// viewKinds are what has lists with views.
var viewKinds = append(recordKinds(), string(view.Item))

// recordKinds names the kinds of records.
func recordKinds() []string {
	var out []string
	for _, k := range record.Kinds {
		out = append(out, string(k))
	}
	return out
}

// Views serves the saved views of a person, and his day.
func (a *API) Views(views *view.Views) {
	a.rails(views)
	kind := param{Name: "kind", Type: "string", Enum: viewKinds}
	one := []gives{{Status: http.StatusOK, Schema: of[savedView]()}}
	a.add(operation{
		Method: "GET", Path: Prefix + "/views", Policy: Known, Name: "list-views", Key: "list", Tag: "views", Query: []param{kind, {Name: "count", Type: "boolean"}},
		Gives: []gives{{Status: http.StatusOK, Schema: of[page[savedView]]()}}, Run: func(c *call) error { return c.views(views) },
	})
	a.add(operation{
		Method: "POST", Path: Prefix + "/views", Policy: Known, Name: "add-view", Key: "add", Tag: "views", Once: true,
		Body: &body{Schema: of[viewForm]()}, Gives: []gives{{Status: http.StatusCreated, Schema: of[savedView]()}}, Run: func(c *call) error {
			return c.saveView(views, http.StatusCreated, view.View{Doc: view.Doc{Kind: record.Incident, Reach: view.Private}})
		},
	})
	a.add(operation{
		Method: "PATCH", Path: Prefix + "/views/{id}", Policy: Known, Name: "change-view", Key: "change", Tag: "views", Once: true, Match: true,
		Body: &body{Types: []string{mergeType, jsonType}, Schema: of[viewForm]()}, Gives: one, Run: func(c *call) error {
			w, err := c.viewNamed(views)
			if err != nil {
				return err
			}
			return c.saveView(views, http.StatusOK, w)
		},
	})
	a.add(operation{Method: "POST", Path: Prefix + "/views/{id}/retire", Policy: Known, Name: "retire-view", Key: "retire", Tag: "views", Once: true, Gives: []gives{{Status: http.StatusNoContent}}, Run: func(c *call) error {
		w, err := c.viewNamed(views)
		if err != nil {
			return err
		}
		if err := views.Retire(c.r.Context(), c.by, w.ID); err != nil {
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	}})
	a.add(operation{
		Method: "GET", Path: Prefix + "/me/day", Policy: "incident.read", Name: "my-day", Tag: "me", Query: []param{{Name: "limit", Type: "integer"}},
		Gives: []gives{{Status: http.StatusOK, Schema: of[page[errand]]()}}, Run: func(c *call) error { return c.day(views) },
	})
}

func (c *call) views(views *view.Views) error {
	kind := record.Kind(c.get("kind"))
	if kind == "" {
		kind = record.Incident
	}
	if !c.by.Staff {
		return staffOnly()
	}
	held, err := views.Of(c.by, kind)
	if err != nil {
		return err
	}
	out := page[savedView]{}
	for _, w := range held {
		one := viewOf(w)
		if w.ID == 0 {
			one.En = c.words.T("view." + w.Code)
			one.Zh = one.En
		}
		if c.get("count") == "true" && c.by.Can(string(kind)+".read") {
			n, err := views.Count(c.r.Context(), c.by, w)
			if err != nil {
				return err
			}
			one.Count = &n
		}
		out.Items = append(out.Items, one)
	}
	return give(c, out)
}

// viewNamed reads the view that the address names, of those the caller has.
func (c *call) viewNamed(views *view.Views) (view.View, error) {
	id, err := c.id("id")
	if err != nil {
		return view.View{}, err
	}
	for _, kind := range viewKinds {
		held, err := views.Of(c.by, record.Kind(kind))
		if err != nil {
			return view.View{}, err
		}
		for _, w := range held {
			if w.ID == id {
				return w, nil
			}
		}
	}
	return view.View{}, fault.New(fault.Missing, "view.no_such")
}

func (c *call) saveView(views *view.Views, status int, w view.View) error {
	if !c.by.Staff {
		return staffOnly()
	}
	var f viewForm
	if err := c.into(&f); err != nil {
		return err
	}
	version, err := matched(c.r)
	if err != nil {
		return err
	}
	if version != 0 && version != w.Version {
		return fault.New(fault.Stale, "setting.changed_meanwhile")
	}
	f.onto(&w)
	if err := views.Save(c.r.Context(), c.by, &w); err != nil {
		for _, one := range fault.All(err) {
			if one.Field == "q" {
				one.Field = "query"
			}
		}
		return err
	}
	c.w.Header().Set("ETag", etag(w.Version))
	return c.done(status, viewOf(w))
}

// day answers with what waits for the caller today.
func (c *call) day(views *view.Views) error {
	if err := c.by.May("incident.read"); err != nil {
		return err
	}
	if !c.by.Staff {
		return staffOnly()
	}
	limit, err := c.limit()
	if err != nil {
		return err
	}
	held, err := views.Day(c.r.Context(), c.by, record.Incident, min(limit, usualPage))
	if err != nil {
		return err
	}
	out := page[errand]{}
	for _, e := range held {
		one := errand{Code: e.Code, Query: e.Query, Order: string(e.Order), Count: e.N, Items: []row{}}
		for _, r := range e.Rows {
			one.Items = append(one.Items, c.line(r))
		}
		out.Items = append(out.Items, one)
	}
	return give(c, out)
}
