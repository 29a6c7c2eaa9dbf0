package web

import (
	"bytes"
	"encoding/json"
	"strings"

	"kilter/internal/base/lang"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// SettingInput is how a field of a setting is asked for, on its own page and
// wherever else a change to it is planned. Things are the choices of a reference,
// with what is chosen already.
func SettingInput(p *lang.Printer, sh setting.Sheet, f setting.Attribute, value string, things func(f setting.Attribute, chosen []string) []part.Option) part.Field {
	out := part.Field{Name: f.Name, Label: p.T(directory.LabelKey(sh.Kind, sh.Code, f.Name)), Value: value, Max: f.Max}
	if key := directory.LabelKey(sh.Kind, sh.Code, f.Name) + ".help"; p.Has(key) {
		out.Help = p.T(key, "names", strings.Join(catalogue.Placeholders, ", "))
	}
	switch f.Type {
	case setting.Long:
		out.Kind = part.Long
	case setting.Table:
		out.Kind, out.Value = part.Long, indented(value)
	case setting.Int:
		out.Kind, out.Narrow, out.Max = part.Number, true, 0
	case setting.Bool:
		out.Kind = part.Toggle
	case setting.Date:
		out.Kind, out.Narrow = part.Date, true
	case setting.Choice, setting.Several:
		if len(f.Choices) == 0 {
			break
		}
		for _, c := range f.Choices {
			out.Options = append(out.Options, part.Option{Value: c, Label: p.T(directory.ChoiceKey(sh.Kind, sh.Code, f.Name, c))})
		}
		if out.Kind = part.Choice; f.Type == setting.Several {
			out.Kind, out.Values = part.Several, setting.Split(value)
		}
	case setting.Ref, setting.Refs:
		out.Kind, out.Values, out.Many = part.Choose, setting.Split(value), f.Type == setting.Refs
		out.Options = things(f, out.Values)
	case setting.Word, setting.Line, setting.Person, setting.Persons:
	}
	return out
}

// SettingAnswer is what was typed into such a field, in the written form of its
// sheet.
func SettingAnswer(f setting.Attribute, form *Form, name string) string {
	switch {
	case f.Type == setting.Refs || f.Type == setting.Persons || f.Type == setting.Several && len(f.Choices) > 0:
		return strings.Join(form.Values[name], ",")
	}
	return form.Get(name)
}

// indented is a part of a document without an editor of its own, as a person can
// read it.
func indented(doc string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(doc), "", "  ") != nil {
		return doc // it is shown as it was written
	}
	return b.String()
}
