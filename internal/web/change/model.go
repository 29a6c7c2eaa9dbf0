package change

import (
	"net/http"

	"kilter/internal/practice/change"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// modelsAt is where the models of standard changes stand.
const modelsAt = "/change-models"

// modelsPage is all models of standard changes.
type modelsPage struct {
	*sight
	Rows []change.Model
	Form *web.Form
	On   int64 // the model whose form was wrong
}

func (s *sight) models(w http.ResponseWriter, r *http.Request) error {
	return s.showModels(w, r, nil, 0)
}

func (s *sight) showModels(w http.ResponseWriter, r *http.Request, f *web.Form, on int64) error {
	all, err := s.Desk.Models.List(s.ctx, s.By)
	if err != nil {
		return err
	}
	p := &modelsPage{sight: s, Rows: all, Form: f, On: on}
	p.Title = s.T("change.models")
	p.Views = []web.Group{{Title: s.T("desk.change.title"), Views: []part.Link{
		{Label: s.T("desk.change.title"), Href: record.Changes.Path(), Icon: "git-merge"},
		{Label: s.T("change.models"), Href: modelsAt, Icon: "template", Active: true},
	}}}
	return web.Show(w, r, f.Status(), modelsView(p))
}

func (s *sight) approveModel(w http.ResponseWriter, r *http.Request) error {
	return s.decideModel(w, r, false)
}

func (s *sight) withdrawModel(w http.ResponseWriter, r *http.Request) error {
	return s.decideModel(w, r, true)
}

func (s *sight) decideModel(w http.ResponseWriter, r *http.Request, withdraw bool) error {
	id := web.PathID(r, "id")
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if _, err = s.Desk.Models.Decide(s.ctx, s.By, id, f.ID("version"), withdraw, f.Get("reason")); err == nil {
		return web.Go(w, r, modelsAt)
	}
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	return s.showModels(w, r, f, id)
}

// reasonField asks why a model is approved, or no more.
func (p *modelsPage) reasonField(id int64) []part.Field {
	return p.form(id).Fields(part.Field{Name: "reason", Label: p.T("change.model_reason"), Max: 1000, Required: true})
}

// tone is how the state of a model looks.
func tone(st change.ModelState) (part.Tone, string) {
	switch st {
	case change.ModelUsable:
		return part.Jade, "check"
	case change.ModelDemoted, change.ModelWithdrawn:
		return part.Vermilion, "x"
	}
	return part.Amber, "clock"
}

// standing tells in words why a model may be used or not.
func (p *modelsPage) standing(m *change.Model) string {
	text := p.T("change.model_is_"+string(m.State), "n", m.Allowed)
	if m.Last != nil {
		text += " " + p.T("change.model_decided", "who", p.Somebody(m.Last.By), "at", p.DateTime(m.Last.At), "reason", m.Last.Reason)
	}
	return text
}

// covers tells what a model is for.
func (p *modelsPage) covers(m *change.Model) string {
	text, lang := "", string(p.Lang())
	add := func(word string) {
		if word == "" {
			return
		}
		if text != "" {
			text += " · "
		}
		text += word
	}
	if t := p.named(setting.Category, int64(m.Plan.Category)); t != nil {
		add(t.Label(lang))
	}
	for _, id := range m.Plan.Services {
		if t := p.named(setting.Service, int64(id)); t != nil {
			add(t.Label(lang))
		}
	}
	for _, id := range m.Plan.Networks {
		if t := p.named(setting.Zone, int64(id)); t != nil {
			add(t.Label(lang))
		}
	}
	for _, code := range m.Plan.Codes() {
		add(code)
	}
	if text == "" {
		return p.T("change.model_covers_all")
	}
	return text
}

// named finds a thing of the settings; nil when there is none.
func (p *modelsPage) named(k setting.Kind, id int64) *setting.Thing {
	if id == 0 {
		return nil
	}
	return p.All.Find(k, id)
}

// teams tells who may use a model.
func (p *modelsPage) teams(m *change.Model) string {
	text := ""
	for _, id := range m.Plan.Teams {
		if t := p.named(setting.Team, int64(id)); t != nil {
			if text != "" {
				text += ", "
			}
			text += t.Label(string(p.Lang()))
		}
	}
	if text == "" {
		return p.T("change.model_for_all")
	}
	return text
}

// form is what was typed for a model.
func (p *modelsPage) form(id int64) *web.Form {
	if p.On == id {
		return p.Form
	}
	return nil
}
