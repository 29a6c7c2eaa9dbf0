package roadmap

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Carriable is the settings that a step may change, as pages show them.
type Carriable struct {
	Sheets setting.Sheets
	May    func(k setting.Kind, code string) bool
}

// carryPage is a setting as a step shall change it.
type carryPage struct {
	*stepPage
	Sheet setting.Sheet
	Thing *setting.Form // nil until one is chosen
	Key   string
}

// thingKey names a setting in an address.
func thingKey(k setting.Kind, id int64, code string) string {
	if k == setting.Centre {
		return string(k) + ":" + code
	}
	return string(k) + ":" + strconv.FormatInt(id, 10)
}

// things are the settings that a step may change, those of zones that the reader
// is not cleared for left out.
func (p *stepPage) things() []part.Option {
	var out []part.Option
	for _, sh := range p.pages.Carry.Sheets {
		group := p.T("setting.kind." + directory.KindWord(sh.Kind, sh.Code))
		if sh.Kind == setting.Centre {
			if p.pages.Carry.May(sh.Kind, sh.Code) {
				out = append(out, part.Option{Value: thingKey(sh.Kind, 0, sh.Code), Label: group})
			}
			continue
		}
		if !p.pages.Carry.May(sh.Kind, "") {
			continue
		}
		for _, t := range p.All.Of(sh.Kind) {
			if !t.Retired && catalogue.Known(p.All, p.By.Scope, sh, t) {
				out = append(out, part.Option{Value: thingKey(sh.Kind, t.ID, ""), Label: t.Label(string(p.Lang())), Group: group})
			}
		}
	}
	return out
}

// open finds the setting that an address names.
func (p *carryPage) open(key string) error {
	kind, rest, _ := strings.Cut(key, ":")
	missing := fault.New(fault.Missing, "trouble.missing")
	if !slices.ContainsFunc(p.things(), func(o part.Option) bool { return o.Value == key }) {
		return missing
	}
	code := ""
	if setting.Kind(kind) == setting.Centre {
		code = rest
	}
	sh, err := p.pages.Carry.Sheets.For(setting.Kind(kind), code)
	if err != nil {
		return err
	}
	t := &setting.Thing{Kind: setting.Kind(kind), Code: code}
	if code != "" {
		if held := p.All.Coded(setting.Centre, code); held != nil {
			copied := *held
			t = &copied
		}
	} else {
		id, err := strconv.ParseInt(rest, 10, 64)
		held := p.All.Find(setting.Kind(kind), id)
		if err != nil || held == nil {
			return missing
		}
		copied := *held
		t = &copied
	}
	p.Sheet, p.Key = sh, key
	p.Thing, err = sh.Open(t)
	return err
}

// offered are the fields that a step may change.
func (p *carryPage) offered() []setting.Attribute {
	return slices.DeleteFunc(slices.Clone(p.Sheet.Fields), func(f setting.Attribute) bool {
		if closed, err := catalogue.Closed(p.All, p.By.Scope, f, f.Get(p.Thing)); err != nil || len(closed) > 0 {
			return true
		}
		return f.Grant != "" || f.Name == "code" || f.Type == setting.Person || f.Type == setting.Persons
	})
}

func (p *carryPage) field(f setting.Attribute) part.Field {
	out := web.SettingInput(p.Printer, p.Sheet, f, f.Get(p.Thing), p.choices)
	out.Name, out.Plain = "s."+f.Name, true
	return p.Form.Field(out)
}

// choices are those of a reference that the reader is cleared for: what is in use,
// and what is chosen already.
func (p *carryPage) choices(f setting.Attribute, chosen []string) (out []part.Option) {
	for _, t := range p.All.Of(f.Kind) {
		if id := strconv.FormatInt(t.ID, 10); (!t.Retired || slices.Contains(chosen, id)) && catalogue.Cleared(p.By.Scope, t) {
			out = append(out, part.Option{Value: id, Label: t.Label(string(p.Lang()))})
		}
	}
	return out
}

// typed is what was typed for a field, in its written form.
func typed(f setting.Attribute, form *web.Form) string {
	name := "s." + f.Name
	if f.Type == setting.Bool && form.Get(name) != "" {
		return "true"
	}
	var b bytes.Buffer
	if f.Type == setting.Table && json.Compact(&b, []byte(form.Get(name))) == nil {
		return b.String()
	}
	return web.SettingAnswer(f, form, name)
}

// same reports whether two values of a field say the same: a page sends what was
// chosen of a list in the list's order.
func same(f setting.Attribute, a, b string) bool {
	if f.Type != setting.Several && f.Type != setting.Refs {
		return a == b
	}
	one, other := setting.Split(a), setting.Split(b)
	slices.Sort(one)
	slices.Sort(other)
	return slices.Equal(one, other)
}

func (p *carryPage) fields() []part.Field {
	var out []part.Field
	for _, f := range p.offered() {
		out = append(out, p.field(f))
	}
	return out
}

func (p *carryPage) planFields() []part.Field {
	return p.Form.Fields(
		part.Field{Name: "day", Label: p.T("roadmap.carry.day"), Help: p.T("roadmap.carry.day_help"), Kind: part.Date, Value: p.One.Due.Format(time.DateOnly), Required: true, Narrow: true},
		part.Field{Name: "why", Label: p.T("roadmap.page.why"), Required: true, Max: 4000})
}

func (s *sight) carryForm(w http.ResponseWriter, r *http.Request) error {
	return s.carryWith(w, r, nil)
}

func (s *sight) carryWith(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	p, err := s.carrying(r, form)
	if err != nil {
		return err
	}
	s.Needs("choose")
	return web.Show(w, r, form.Status(), carryView(p))
}

func (s *sight) carrying(r *http.Request, form *web.Form) (*carryPage, error) {
	step, err := s.readStep(r, form)
	if err != nil {
		return nil, err
	}
	p := &carryPage{stepPage: step}
	if key := r.FormValue("setting"); key != "" {
		if err := p.open(key); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (s *sight) carry(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	p, err := s.carrying(r, f)
	if err != nil {
		return err
	}
	if p.Thing == nil {
		return s.carryWith(w, r, f)
	}
	in := programme.Carry{Why: f.Get("why")}
	if in.Day = f.Day(s.Printer, "day"); f.Wrong() { // none is told as missing
		return s.carryWith(w, r, f)
	}
	for _, field := range p.offered() {
		now := typed(field, f)
		if !same(field, now, field.Get(p.Thing)) {
			in.Fields = append(in.Fields, programme.CarryField{Kind: p.Sheet.Kind, ID: p.Thing.ID, Code: p.Thing.Code, Field: field.Name, To: now})
		}
	}
	_, err = s.room.Propose(s.ctx, s.By, p.ID, p.One.ID, f.ID("version"), in)
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	if f.Wrong() {
		return s.carryWith(w, r, f)
	}
	return web.Go(w, r, p.at(""))
}

func (s *sight) carryAnswer(w http.ResponseWriter, r *http.Request) error {
	return s.stepDeed(w, r, func(f *web.Form, id, step int64) error {
		_, err := s.room.Answer(s.ctx, s.By, id, step, f.ID("version"), approval.Answer(f.Get("answer")), f.Get("reason"))
		return err
	})
}

func (s *sight) carryRecall(w http.ResponseWriter, r *http.Request) error {
	return s.stepDeed(w, r, func(f *web.Form, id, step int64) error {
		_, err := s.room.Recall(s.ctx, s.By, id, step, f.ID("version"), f.Get("why"))
		return err
	})
}

// carrySeated reports whether the reader's answer to the change is waited for.
func (p *stepPage) carrySeated() bool {
	c := p.One.Carry
	return c != nil && c.State == programme.CarryAsked && c.Round.Seated(p.By.ID, nil)
}

// carryTag is how far the change is.
func (p *stepPage) carryTag() (tone part.Tone, icon, word string) {
	word = p.T("roadmap.carry.state." + string(p.One.Carry.State))
	switch p.One.Carry.State {
	case programme.CarryApplied:
		return part.Jade, "check", word
	case programme.CarryAgreed:
		return part.Slate, "clock", word
	case programme.CarryAsked:
		return part.Violet, "hourglass", word
	case programme.CarryFailed:
		return part.Vermilion, "alert-triangle", word
	case programme.CarryRefused, programme.CarryUndone:
	}
	return part.Plain, "circle-x", word
}

func (p *stepPage) carryName(f programme.CarryField) string {
	out := p.T("setting.kind." + directory.KindWord(f.Kind, f.Code))
	if f.Kind != setting.Centre {
		out += ": " + p.name(f.Name)
	}
	return out + " · " + p.T(directory.LabelKey(f.Kind, f.Code, f.Field))
}

// carryValue is a value of a field in words.
func (p *stepPage) carryValue(f programme.CarryField, value string) string {
	sh, err := p.pages.Carry.Sheets.For(f.Kind, f.Code)
	if err != nil || value == "" {
		return p.T("handbook.none")
	}
	field, _ := sh.Find(f.Field)
	var out []string
	switch field.Type {
	case setting.Ref, setting.Refs:
		for _, one := range setting.Split(value) {
			id, _ := strconv.ParseInt(one, 10, 64) // 0 names nothing
			out = append(out, p.Thing(id))
		}
		return p.List(out)
	case setting.Choice, setting.Several:
		if len(field.Choices) == 0 {
			return value
		}
		for _, one := range setting.Split(value) {
			out = append(out, p.T(directory.ChoiceKey(f.Kind, f.Code, f.Field, one)))
		}
		return p.List(out)
	case setting.Bool:
		return p.T("handbook.there")
	case setting.Word, setting.Line, setting.Long, setting.Int, setting.Person, setting.Persons, setting.Date, setting.Table:
	}
	return value
}

func (p *stepPage) carryHref(key string) string {
	if key == "" {
		return p.at("/change")
	}
	return p.at("/change?setting=" + url.QueryEscape(key))
}
