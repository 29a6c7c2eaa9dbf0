package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// usualCall is what a call is taken to be until somebody says otherwise: a
// template may say otherwise, too.
var usualCall = map[string]string{"channel": "phone", "impact": "4", "urgency": "3"}

// kind is the practice whose record the call becomes.
func (p *callPage) kind() record.Kind {
	if p.As == "incident" {
		return record.Incident
	}
	return record.Contact
}

// templates are the forms filled in beforehand that the one who takes the call
// is offered; none when it goes on from a contact.
func (p *callPage) templates() ([]record.Canned, error) {
	if p.From != "" {
		return nil, nil
	}
	return record.Templates(p.All, p.kind(), record.UseForm, p.By.Teams)
}

// fillIn takes a template over into what has been typed so far: what somebody
// typed stays, what was only preset gives way.
func (p *callPage) fillIn(form *Form, code string) error {
	p.take(form)
	offered, err := p.templates()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(offered, func(t record.Canned) bool { return t.Code == code })
	if i < 0 {
		return fault.New(fault.Missing, "trouble.missing")
	}
	in := record.Input{Fields: map[string]string{}, Extra: map[string]string{}, Text: form.Get("description")}
	for name := range form.Values {
		v := form.Get(name)
		if own, ok := strings.CutPrefix(name, "x."); ok {
			in.Extra[own] = v
		} else if v != usualCall[name] {
			in.Fields[name] = v
		}
	}
	offered[i].Apply(&in, string(p.Lang()), p.callBlanks(form))
	form.Values.Set("description", in.Text)
	of := p.desk.trades[p.kind()]
	for name, v := range in.Fields {
		if q, ok := of.find(name); ok && v != "" {
			form.Values.Set(name, p.coded(q.Type, v))
		}
	}
	for own, v := range in.Extra {
		form.Values.Set("x."+own, v)
	}
	return nil
}

// callBlanks are what the placeholders of a template stand for while there is
// no record yet; the others stay to be seen.
func (p *callPage) callBlanks(form *Form) map[string]string {
	b := incident.Blanks{Me: people.Person{Name: p.By.Name}, Today: p.Date(p.Now)}
	if who := people.ID(idOf(form.Get("requester"))); who != 0 && p.desk.Persons != nil {
		if found, err := p.desk.Persons.Person(p.ctx, who); err == nil {
			b.Requester = found // of somebody unknown the placeholders stay
		}
	}
	out := map[string]string{}
	for name, v := range b.Values(&incident.Incident{}) {
		if v != "" && name != "number" {
			out[name] = v
		}
	}
	return out
}

// coded is the id of a thing that a template names by its code: whoever writes
// one knows codes.
func (s *sight) coded(t record.Type, v string) string {
	kind, ok := things[t]
	if !ok {
		return v
	}
	if _, err := strconv.ParseInt(v, 10, 64); err == nil {
		return v
	}
	if held := s.All.Coded(kind, v); held != nil {
		return strconv.FormatInt(held.ID, 10)
	}
	return v
}

// offered are the templates as the entries of a menu.
func (p *callPage) offered() []part.Button {
	var out []part.Button
	for _, t := range p.Canned {
		out = append(out, part.Button{Label: t.Name.In(string(p.Lang())), Type: "button", Attrs: templAttrs(
			"hx-post", "/incidents/new/fields?template="+queryEscape(t.Code), "hx-include", "#call", "hx-target", "#call-rest")})
	}
	return out
}

// registering registers a record, and does to it what the template says that
// the form was filled in with, if it is to.
func (s *sight) registering(form *Form, k record.Kind, register func(context.Context) (record.Number, error)) error {
	if s.desk.Macros == nil || form.Get("template") == "" || form.Get("after") == "" {
		_, err := register(s.ctx)
		return err
	}
	_, after, err := s.desk.Macros.Template(s.By, k, form.Get("template"))
	if err != nil {
		return err
	}
	return s.inActions(s.desk.Macros.Registering(s.ctx, s.By, k, after, register))
}

// actionLines are actions in words, one by one.
func (s *sight) actionLines(all []record.Action) []string {
	var out []string
	for _, a := range all {
		var about []string
		if a.Do == record.Set {
			about = append(about, s.label(a.Field), a.Value)
		}
		if a.Do == record.Step {
			about = append(about, s.T(s.of.deed("move."+a.Value)))
		}
		if a.Do == record.Notify {
			about = append(about, s.T("rule.to."+string(a.To)))
		}
		if a.Me {
			about = append(about, s.By.Name)
		}
		for _, text := range []string{s.Thing(int64(a.Team)), s.Name(a.Person), a.Text.In(string(s.Lang()))} {
			if text != "" {
				about = append(about, text)
			}
		}
		out = append(out, s.T("macro.at", "field", s.T("rule.do."+string(a.Do)), "why", strings.Join(about, " · ")))
	}
	return out
}
