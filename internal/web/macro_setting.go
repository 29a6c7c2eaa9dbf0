package web

import (
	"net/http"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/macro"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// macroForm is the editor of one macro: where it is offered, and what it does.
type macroForm struct {
	*settingForm
	Kind record.Kind
}

// macroPath is where macros are made.
const macroPath = settingsPath + "/macro"

// mountMacros adds the editor of macros; their list is that of any kind.
func (s *Settings) mountMacros(on settingRoute) {
	mountEditor(on, setting.Macro, map[string]settingHandler{
		"GET " + macroPath + "/{id}":         s.macro,
		"POST " + macroPath + "/{id}":        s.macroSave,
		"POST " + macroPath + "/{id}/fields": s.macroFields,
	})
}

// macroForm opens the macro that the address names, as it was typed if it was.
func (s *Settings) macroForm(p *settingPage, r *http.Request, form *Form) (*macroForm, error) {
	v, err := s.opened(p, r, form)
	if err != nil {
		return nil, err
	}
	f := &macroForm{settingForm: v, Kind: record.Kind(v.typed("practice", string(doc[macro.Macro](v).Practice)))}
	if s.Macros.Desks[f.Kind] == nil {
		f.Kind = record.Incident
	}
	return f, nil
}

func (s *Settings) showMacro(p *settingPage, w http.ResponseWriter, r *http.Request, form *Form, status int) error {
	f, err := s.macroForm(p, r, form)
	if err != nil {
		return err
	}
	f.Needs("choose")
	return Show(w, r, status, macroFormView(f))
}

func (s *Settings) macro(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	return s.showMacro(p, w, r, nil, http.StatusOK)
}

// macroFields shows the form again as it stands: with the fields of another
// practice, or with room for one action more.
func (s *Settings) macroFields(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.By.May(setting.Deed(setting.Macro)); err != nil {
		return err
	}
	return s.showMacro(p, w, r, form, http.StatusOK)
}

func (s *Settings) macroSave(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	sh, word, err := s.sheet(r)
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	in, err := actsInput(r, sh, form, "states", "teams")
	if err == nil {
		_, err = s.Desk.Save(r.Context(), p.By, in)
	}
	if err == nil {
		return Go(w, r, settingsPath+"/"+word)
	}
	for _, one := range fault.All(err) {
		one.Field = rowAt.ReplaceAllString(one.Field, "")
	}
	if err := form.Blame(p.Printer, err); err != nil {
		return err
	}
	return s.showMacro(p, w, r, form, http.StatusUnprocessableEntity)
}

// ask is the question of one field of the sheet.
func (f *macroForm) ask(name string) part.Field {
	a, _ := f.Sheet.Find(name)
	out := f.field(a)
	switch name {
	case "states":
		out.Kind, out.Many, out.Values = part.Choose, true, setting.Split(out.Value)
		for _, st := range f.ground().States {
			out.Options = append(out.Options, part.Option{Value: string(st), Label: f.T(string(f.Kind) + ".state." + string(st))})
		}
	case "practice":
		out.Attrs = templAttrs("hx-post", f.action()+"/fields", "hx-trigger", "change", "hx-target", "#rule-form", "hx-select", "#rule-form", "hx-swap", "outerHTML")
	}
	return f.Form.Field(out)
}

func (f *macroForm) ground() record.Ground { return f.settings.Macros.Desks[f.Kind].Ground() }

// all are the fields of the form, for the summary of what is wrong.
func (f *macroForm) all() []part.Field {
	var out []part.Field
	for _, a := range f.Sheet.Fields {
		if a.Name == "then" {
			out = append(out, f.Form.Field(part.Field{Name: "then", Label: f.T("rule.then")}))
			continue
		}
		out = append(out, f.ask(a.Name))
	}
	return out
}

// actGround is where the actions of an editor are done, with its words.
type actGround struct {
	record.Ground
	Kind record.Kind
}

// doings are what an action may do there.
func (v *settingForm) doings(g actGround) []part.Option {
	var out []part.Option
	for _, d := range record.Doings {
		if g.Lists(d) {
			out = append(out, part.Option{Value: string(d), Label: v.T("rule.do." + string(d))})
		}
	}
	return out
}

// settables are the fields that an action may set.
func (v *settingForm) settables(g actGround) []part.Option {
	var out []part.Option
	for _, one := range g.Fields {
		o := part.Option{Value: one.Name, Label: v.fieldWord(g.Kind, one.Name)}
		if one.Moves != nil {
			var moves []string
			for _, m := range one.Moves {
				moves = append(moves, v.T(string(g.Kind)+".move."+m))
			}
			o.Label = v.T("rule.act.with_move", "field", o.Label, "moves", strings.Join(moves, v.T("list.comma")))
		}
		out = append(out, o)
	}
	return out
}

// steps are the moves that an action may make.
func (v *settingForm) steps(g actGround) []part.Option {
	var out []part.Option
	for _, m := range g.Moves {
		out = append(out, part.Option{Value: m, Label: v.T(string(g.Kind) + ".move." + m)})
	}
	return out
}

// cannedTexts are the canned texts that an action may write on records of a
// kind.
func (v *settingForm) cannedTexts(k record.Kind) []part.Option {
	var out []part.Option
	for _, t := range v.View.All.Of(setting.Template) {
		if d, err := setting.Read[record.Template](*t); err == nil && !t.Retired && d.Use != record.UseForm && (d.For == "" || d.For == k) {
			out = append(out, part.Option{Value: t.Code, Label: t.Label(v.code())})
		}
	}
	return out
}

// ruleGround is what the actions of a rule can name.
func (f *ruleForm) ruleGround() actGround {
	return actGround{rule.Ground(f.settings.Rules.Desks[f.Kind]), f.Kind}
}
