package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// act is a row of the editor of actions.
type act struct {
	Name string // of its inputs, "a.3."
	record.Action
}

// acts are the actions as they stand, and room for one more.
func (v *settingForm) acts(stored []record.Action) []act {
	all := stored
	if v.Form != nil && v.Form.Values != nil {
		all = nil
		for i := range min(number(v.Form.Get("a.rows")), record.MostActions+1) {
			if a, _ := readAction(v.Form, int(i)); a.Do != "" {
				all = append(all, a)
			}
		}
	}
	out := make([]act, 0, len(all)+1)
	for _, a := range append(slices.Clone(all), record.Action{}) {
		out = append(out, act{Name: fmt.Sprintf("a.%d.", len(out)), Action: a})
	}
	return out
}

// readActions reads the rows of the editor; those that do nothing are left out.
func readActions(form *Form) ([]record.Action, error) {
	var out []record.Action
	for i := range min(number(form.Get("a.rows")), record.MostActions+1) {
		a, err := readAction(form, int(i))
		if err != nil {
			return nil, err
		}
		if a.Do != "" {
			out = append(out, a)
		}
	}
	return out, nil
}

// readAction reads one row: of its inputs those that belong to what it does.
func readAction(form *Form, i int) (record.Action, error) {
	get := func(name string) string { return form.Get(fmt.Sprintf("a.%d.%s", i, name)) }
	a := record.Action{Do: record.Doing(get("do"))}
	team, person := people.TeamID(number(get("team"))), people.ID(number(get("person")))
	text := people.Text{En: get("text_en"), Zh: get("text_zh")}
	switch a.Do {
	case record.Set:
		a.Field, a.Value = get("field"), get("value")
	case record.Tie:
		a.Value = get("value")
	case record.Step:
		a.Value, a.Text = get("move"), text
	case record.Assign:
		a.Team, a.Person, a.Me, a.Text = team, person, get("me") != "", text
	case record.Notify:
		a.To, a.Text = record.Addressee(get("to")), text
		if a.To == record.ToTeam {
			a.Team = team
		}
		if a.To == record.ToPerson {
			a.Person = person
		}
	case record.AddJob:
		a.Team, a.Person, a.Me, a.Text = team, person, get("me") != "", text
		if h := get("hours"); h != "" {
			n, err := strconv.Atoi(h)
			if err != nil {
				return a, fault.At("then", "action.bad_hours").With("row", i+1).With("max", 24*365)
			}
			a.Hours = n
		}
	case record.Follow:
		a.Person, a.Me = person, get("me") != ""
	case record.Jot, record.Answer:
		if a.Value = get("canned"); a.Value == "" {
			a.Text = text
		}
	}
	return a, nil
}

// settingHandler answers a page of the settings, settingRoute mounts it.
type (
	settingHandler = func(*settingPage, http.ResponseWriter, *http.Request) error
	settingRoute   = func(pattern string, h settingHandler)
)

// mountEditor mounts the pages of a kind that has an editor of its own.
func mountEditor(on settingRoute, kind setting.Kind, routes map[string]settingHandler) {
	for pattern, h := range routes {
		on(pattern, func(p *settingPage, w http.ResponseWriter, r *http.Request) error {
			r.SetPathValue("kind", string(kind))
			return h(p, w, r)
		})
	}
}

// opened opens the thing that the address names, as it was typed if it was.
func (s *Settings) opened(p *settingPage, r *http.Request, form *Form) (*settingForm, error) {
	sh, word, err := s.sheet(r)
	if err != nil {
		return nil, err
	}
	v, err := s.open(p, r, sh, word)
	if err == nil {
		v.Form = form
	}
	return v, err
}

// actsInput is what was typed of a thing with actions, as the settings' desk
// takes it; of lists many values are chosen.
func actsInput(r *http.Request, sh setting.Sheet, form *Form, lists ...string) (setting.Input, error) {
	in := setting.Input{Kind: sh.Kind, ID: number(r.PathValue("id")), Version: number(form.Get("version")), Fields: map[string]string{}}
	for _, f := range sh.Fields {
		switch {
		case f.Name == "then":
			all, err := readActions(form)
			if err != nil {
				return in, err
			}
			in.Fields[f.Name] = record.WriteActions(all)
		case slices.Contains(lists, f.Name):
			in.Fields[f.Name] = strings.Join(form.Values[f.Name], ",")
		default:
			in.Fields[f.Name] = form.Get(f.Name)
		}
	}
	return in, nil
}
