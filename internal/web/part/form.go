package part

import (
	"context"
	"io"
	"slices"
	"time"

	"github.com/a-h/templ"
)

// FieldKind is how a field is filled in.
type FieldKind string

// The kinds of field.
const (
	Text     FieldKind = "text"
	Long     FieldKind = "long" // several lines
	Number   FieldKind = "number"
	Email    FieldKind = "email"
	Tel      FieldKind = "tel"
	Password FieldKind = "password"
	Date     FieldKind = "date"
	DateTime FieldKind = "datetime-local"
	Choice   FieldKind = "choice" // one of a few, in a drop-down
	Radio    FieldKind = "radio"  // one of a few, all seen
	Several  FieldKind = "several"
	Choose   FieldKind = "choose" // one or more of many, searchable; page needs the choose island
	Toggle   FieldKind = "toggle"
	File     FieldKind = "file"
)

// Option is one answer of a choice.
type Option struct {
	Value, Label, Note string
	Group              string // options of one group stand together
}

// Field is one question of a form with its answer so far and what is wrong
// with it. The zero Kind is Text.
type Field struct {
	Name     string // form and API name
	Label    string
	Help     string
	Kind     FieldKind
	Value    string
	Values   []string // of Several and of Choose with Many
	Options  []Option
	Faults   []string // in the reader's words, empty when it is right
	Required bool
	Plain    bool   // not marked as optional: its help or its preset says what empty means
	Many     bool   // Choose: more than one
	Load     string // Choose: address that answers [{value,text,note}]
	Unit     string // shown after a number
	Hint     string // example inside the empty field
	Fill     string // autocomplete, "username"
	Max      int    // longest text in signs, 0 is no limit
	Narrow   bool
	Attrs    templ.Attributes
}

// id is the element id of the field's control: the same question on the page
// and in a dialog over it are two elements, so that of a dialog is told apart.
func (f Field) id(ctx context.Context) string {
	form, _ := ctx.Value(formKey{}).(string) // none is the page's own form
	return "f-" + form + f.Name
}

// formKey is where the fields of a form find its name.
type formKey struct{}

// Within gives the fields among its children ids of a form's own: those of a
// form named "move" begin with "f-move-". Dialog does it by itself.
func Within(form string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		inner := templ.GetChildren(ctx)
		return inner.Render(context.WithValue(templ.ClearChildren(ctx), formKey{}, form+"-"), w)
	})
}

func (f Field) chosen(value string) bool {
	if f.Many || f.Kind == Several {
		return slices.Contains(f.Values, value)
	}
	return f.Value == value
}

// offers tells whether one of the options has the value.
func (f Field) offers(value string) bool {
	return slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == value })
}

// leavable tells whether the label says "optional": not beside a switch, nor
// beside a choice that always has an answer, nor where the form says Plain.
func (f Field) leavable() bool {
	switch {
	case f.Required, f.Plain, f.Kind == Toggle:
		return false
	case f.Kind == Radio:
		return !f.offers(f.Value)
	case f.Kind == Choice && !f.Many:
		return !f.offers("")
	}
	return true
}

// described lists the elements that explain the field.
func (f Field) described(ctx context.Context) string {
	ids := ""
	if f.Help != "" {
		ids = f.id(ctx) + "-help"
	}
	if len(f.Faults) > 0 {
		ids += " " + f.id(ctx) + "-fault"
	}
	return ids
}

func (f Field) inputType() string {
	if f.Kind == "" || f.Kind == Number {
		return "text" // numbers as text: no spinner, and what was typed survives
	}
	if f.Kind == Date && f.Value != "" {
		if _, err := time.Parse(time.DateOnly, f.Value); err != nil {
			return "text" // a browser shows nothing of a day that it cannot read
		}
	}
	return string(f.Kind)
}

// grouped tells where a new group of options starts.
func grouped(options []Option) (groups []string, by map[string][]Option) {
	by = map[string][]Option{}
	for _, o := range options {
		if _, ok := by[o.Group]; !ok {
			groups = append(groups, o.Group)
		}
		by[o.Group] = append(by[o.Group], o)
	}
	return groups, by
}
