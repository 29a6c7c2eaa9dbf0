package web

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/base/recur"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// settingForm is one thing of a kind, or a new one, to be filled in.
type settingForm struct {
	*settingPage
	Word   string
	Sheet  setting.Sheet
	Held   *setting.Form // as it is stored
	Form   *Form         // as it was typed, nil before
	Fields []part.Field
	Theirs []change // what somebody else made of it meanwhile
	Month  *month
	Dates  []recur.Date // of a plan of operations, as it is kept or as it was typed
	Import string       // why reading holidays failed or what it brought
	Save   string       // grant that is missing, "" when the reader may save
}

// change is a field whose stored value is not what the form was made from.
type change struct{ Label, Now string }

func (s *Settings) form(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	sh, word, err := s.sheet(r)
	if err != nil {
		return err
	}
	v, err := s.open(p, r, sh, word)
	if err != nil {
		return err
	}
	return s.show(v, w, r, http.StatusOK)
}

// open reads the thing that the address names.
func (s *Settings) open(p *settingPage, r *http.Request, sh setting.Sheet, word string) (*settingForm, error) {
	var id int64
	if at := r.PathValue("id"); at != "new" && sh.Code == "" {
		if id = number(at); id <= 0 {
			return nil, fault.New(fault.Missing, "setting.no_such").With("id", at)
		}
	}
	_, held, err := s.Desk.Open(r.Context(), sh.Kind, id, sh.Code)
	if err != nil {
		return nil, err
	}
	v := &settingForm{settingPage: p, Word: word, Sheet: sh, Held: held}
	if held.ID == 0 {
		s.prefill(v)
	}
	if !p.By.Can(setting.Deed(sh.Kind)) {
		v.Save = setting.Deed(sh.Kind)
	}
	p.Title = p.T("setting.kind." + word)
	switch {
	case sh.Code != "":
	case id == 0:
		p.Title += p.T("settings.new_mark")
	default:
		if p.Title = held.Label(p.code()); p.Title == "" {
			p.Title = held.Code
		}
	}
	return v, nil
}

func (s *Settings) show(v *settingForm, w http.ResponseWriter, r *http.Request, status int) error {
	v.Fields = v.fields()
	if v.Sheet.Kind == setting.Calendar {
		v.Month = newMonth(v, r.URL.Query().Get("month"))
	}
	if v.Sheet.Kind == setting.Operation && s.Ahead != nil && v.Dates == nil && v.Held.ID != 0 {
		dates, err := s.Ahead(doc[operation.Plan](v))
		if err != nil && len(fault.All(err)) == 0 {
			return err
		}
		v.Dates = dates // a plan that cannot be read has none, and its form says why
	}
	v.Needs("choose")
	return Show(w, r, status, settingFormView(v))
}

// again shows a form with what was typed and what is wrong with it.
func (s *Settings) again(p *settingPage, w http.ResponseWriter, r *http.Request, sh setting.Sheet, word string, form *Form) error {
	v, err := s.open(p, r, sh, word)
	if err != nil {
		return err
	}
	v.Form = form
	if version := number(form.Get("version")); version != 0 && version != v.Held.Version {
		for _, f := range sh.Fields {
			if now := f.Get(v.Held); form.Values.Has("was."+f.Name) && form.Values.Get("was."+f.Name) != now {
				v.Theirs = append(v.Theirs, change{p.label(sh, f.Name), p.shown(sh, f, now)})
			}
		}
	}
	return s.show(v, w, r, http.StatusUnprocessableEntity)
}

// rowAt is where a fault points inside a table: the table is one field of the
// form.
var rowAt = regexp.MustCompile(`\[\d+\].*$`)

func (s *Settings) save(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	sh, word, err := s.sheet(r)
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	in := setting.Input{Kind: sh.Kind, Code: sh.Code, ID: number(r.PathValue("id")), Version: number(form.Get("version")), Fields: map[string]string{}}
	var many fault.Many
	for _, f := range sh.Fields {
		if !form.Values.Has("has." + f.Name) {
			continue // the page did not offer the field
		}
		v, err := answer(sh, f, form)
		if err := many.Add(err); err != nil {
			return err
		}
		in.Fields[f.Name] = v
	}
	err = many.Err()
	if err == nil && form.Get("do") == "preview" {
		if err = s.previewPlan(p, w, r, in, word, form); err == nil {
			return nil
		}
	} else if err == nil {
		if _, err = s.Desk.Save(r.Context(), p.By, in); err == nil {
			return Go(w, r, "/settings/"+word)
		}
	}
	all := fault.All(err)
	for _, one := range all {
		one.Field = rowAt.ReplaceAllString(one.Field, "")
	}
	if err := form.Blame(p.Printer, err); err != nil {
		return err
	}
	return s.again(p, w, r, sh, word, form)
}

// previewPlan shows a plan of operations as it was typed, with its dates; nothing is
// kept.
func (s *Settings) previewPlan(p *settingPage, w http.ResponseWriter, r *http.Request, in setting.Input, word string, form *Form) error {
	sh, _, err := s.sheet(r)
	if err != nil {
		return err
	}
	t, _, err := s.Desk.Try(r.Context(), p.By, in)
	if err != nil || s.Ahead == nil {
		return err
	}
	plan, err := setting.Read[operation.Plan](t)
	if err != nil {
		return err
	}
	v, err := s.open(p, r, sh, word)
	if err != nil {
		return err
	}
	v.Form = form
	if v.Dates, err = s.Ahead(plan); err != nil {
		return err
	}
	return s.show(v, w, r, http.StatusOK)
}

// answer is what was typed into a field, in the written form of its sheet.
func answer(sh setting.Sheet, f setting.Attribute, form *Form) (string, error) {
	if f.Type == setting.Table {
		return readTable(sh.Kind, f.Name, form)
	}
	if namesItems(sh, f) {
		return strings.Join(form.Values[f.Name], ", "), nil
	}
	return SettingAnswer(f, form, f.Name), nil
}

// fields makes the questions of the form from the sheet.
func (v *settingForm) fields() []part.Field {
	var out []part.Field
	for _, f := range v.Sheet.Fields {
		if f.Type == setting.Table && hasEditor(v.Sheet.Kind, f.Name) || v.elsewhere(f.Name) {
			continue
		}
		if f.Grant != "" && !v.By.Can(f.Grant) {
			continue
		}
		out = append(out, v.Form.Field(v.field(f)))
	}
	return out
}

func (v *settingForm) field(f setting.Attribute) part.Field {
	value := f.Get(v.Held)
	out := SettingInput(v.Printer, v.Sheet, f, value, v.things)
	if out.Required = f.Required; f.Name == "name_en" {
		out.Required = false // one of the two languages will do
	}
	switch f.Type {
	case setting.Choice:
		if out.Required = true; len(f.Choices) <= 4 && f.Choices[0] != "" {
			out.Kind = part.Radio
		}
	case setting.Person, setting.Persons:
		out.Kind, out.Load = part.Choose, "/settings/find/person"
		out.Many, out.Values = f.Type == setting.Persons, setting.Split(value)
		out.Options = v.chosen(f, setting.Split(value))
	}
	if namesItems(v.Sheet, f) && v.By.Staff { // who is no staff types the codes
		codes := operation.Plan{Items: value}.Codes()
		if v.Form != nil && v.Form.Values != nil {
			codes = operation.Plan{Items: strings.Join(v.Form.Values[f.Name], ",")}.Codes()
		}
		out.Kind, out.Load, out.Many, out.Max = part.Choose, "/items?by=code", true, 0
		out.Values, out.Options = codes, v.coded(codes)
	}
	if f.Name == "code" || f.Name == "time_zone" {
		out.Narrow = true
	}
	return out
}

// namesItems reports whether a text of a setting names configuration items by
// their codes.
func namesItems(sh setting.Sheet, f setting.Attribute) bool {
	return f.Name == "items" && slices.Contains([]setting.Kind{setting.Operation, setting.Freeze, setting.Window, setting.ChangeModel}, sh.Kind)
}

// coded are the items of a field, by name as far as the reader sees them.
func (v *settingForm) coded(codes []string) []part.Option {
	names := map[string]string{}
	if v.settings.Items != nil && len(codes) > 0 {
		found, err := v.settings.Items(v.ctx(), v.By, codes...)
		if err != nil {
			return nil // the choice can still be looked up anew
		}
		for _, i := range found {
			names[i.Code] = i.Code + " " + i.Name.In(v.code())
		}
	}
	out := make([]part.Option, len(codes))
	for i, code := range codes {
		out[i] = part.Option{Value: code, Label: cmp.Or(names[code], code)}
	}
	return out
}

// things are the choices of a reference: what is in use, and what is chosen
// already. Those of a tree are called by their whole path.
func (v *settingForm) things(f setting.Attribute, chosen []string) []part.Option {
	var out []part.Option
	for _, t := range v.View.All.Of(f.Kind) {
		id := fmt.Sprint(t.ID)
		if t.Retired && !slices.Contains(chosen, id) || f.Name == "parent" && v.Held.ID != 0 && v.View.Within(t.ID, v.Held.ID) {
			continue
		}
		out = append(out, part.Option{Value: id, Label: v.path(t)})
	}
	slices.SortStableFunc(out, func(a, b part.Option) int { return strings.Compare(a.Label, b.Label) })
	return out
}

func (p *settingPage) path(t *setting.Thing) string {
	label := t.Label(p.code())
	for range 6 {
		parent := p.View.All.Find(t.Kind, t.Parent)
		if parent == nil {
			break
		}
		t = parent
		label = t.Label(p.code()) + " / " + label
	}
	return label
}

// chosen are the persons of a field: stored, or typed before the form came
// back.
func (v *settingForm) chosen(f setting.Attribute, ids []string) []part.Option {
	if v.Form != nil && v.Form.Values != nil {
		ids = v.Form.Values[f.Name]
	}
	return v.personOptions(ids)
}

func (p *settingPage) personOptions(ids []string) []part.Option {
	var numbers []int64
	for _, id := range ids {
		if n := number(id); n > 0 {
			numbers = append(numbers, n)
		}
	}
	things, err := p.settings.Desk.Keeper.Store.Humans(p.ctx(), numbers, nil)
	if err != nil {
		return nil // the choice can still be looked up anew
	}
	var out []part.Option
	for _, t := range things {
		out = append(out, part.Option{Value: fmt.Sprint(t.ID), Label: t.Name.En})
	}
	return out
}
