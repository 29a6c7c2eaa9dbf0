package web

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/web/part"
)

// Form is a form as it was typed, with what turned out wrong, so that it can
// be shown again and nothing is lost. The zero Form is an empty one.
type Form struct {
	Values url.Values
	fields map[string][]string // faults by field
	whole  []string            // faults of no field
}

// ReadForm takes a POSTed form; it is bound by the request's Limit.
func ReadForm(r *http.Request) (*Form, error) {
	if err := r.ParseForm(); err != nil {
		return nil, badForm(err)
	}
	return &Form{Values: r.PostForm}, nil
}

func badForm(err error) error {
	if _, big := errors.AsType[*http.MaxBytesError](err); big {
		return err
	}
	return fault.New(fault.Invalid, "trouble.bad_form")
}

// Get is what was typed into a field, without the space around it and with
// plain line ends.
func (f *Form) Get(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(f.Values.Get(name), "\r\n", "\n"))
}

// Day is the day that was typed into a field, zero for none. One that cannot be read
// is blamed, in the reader's words: whoever asks for days does not go on while the
// form is Wrong.
func (f *Form) Day(w *lang.Printer, name string) time.Time {
	text := f.Get(name)
	if text == "" {
		return time.Time{}
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		f.Fault(name, w.T("record.not_a_date"))
	}
	return day
}

// Number is the number that was typed into a field, NaN for none. One that cannot be
// read is blamed, as a day is.
func (f *Form) Number(w *lang.Printer, name string) float64 {
	text := f.Get(name)
	if text == "" {
		return math.NaN()
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		f.Fault(name, w.T("record.not_a_figure"))
		return math.NaN()
	}
	return x
}

// Count is the whole number that was typed into a field, zero for none. One that
// cannot be read is blamed, as a day is.
func (f *Form) Count(w *lang.Printer, name string) int {
	text := f.Get(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		f.Fault(name, w.T("record.not_a_number"))
	}
	return n
}

// Was is Get of a form that may not have been sent.
func (f *Form) Was(name string) string {
	if f == nil || f.Values == nil {
		return ""
	}
	return f.Get(name)
}

// Blame sorts the faults of err to their fields, in the reader's words. It
// gives back what the form cannot show: an error that is no fault, or a fault
// about permission or existence. A handler reads:
//
//	err := desk.Open(...)
//	if err := form.Blame(p.Printer, err); err != nil { return err }
//	if form.Wrong() { return Show(w, r, 422, page) }
func (f *Form) Blame(w *lang.Printer, err error) error {
	if err == nil {
		return nil
	}
	faults := fault.All(err)
	shows := func(one *fault.Fault) bool {
		return one.Kind == fault.Invalid || one.Kind == fault.Conflict || one.Kind == fault.Stale
	}
	if len(faults) == 0 || slices.ContainsFunc(faults, func(one *fault.Fault) bool { return !shows(one) }) {
		return err
	}
	for _, one := range faults {
		f.Fault(one.Field, w.Fault(one))
	}
	return nil
}

// Fault adds one fault in words; field "" is the whole form.
func (f *Form) Fault(field, text string) {
	if field == "" {
		f.whole = append(f.whole, text)
		return
	}
	if f.fields == nil {
		f.fields = map[string][]string{}
	}
	f.fields[field] = append(f.fields[field], text)
}

// Status is that of a page that shows the form: it is not to be worked on while
// something was blamed.
func (f *Form) Status() int {
	if f != nil && f.Wrong() {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// Wrong reports whether anything was blamed.
func (f *Form) Wrong() bool { return len(f.whole) > 0 || len(f.fields) > 0 }

// Field fills in a field's answer and faults. A value already set is kept
// when the form was not sent.
func (f *Form) Field(field part.Field) part.Field {
	if f == nil {
		return field
	}
	if f.Values != nil {
		field.Value = f.Values.Get(field.Name)
		field.Values = f.Values[field.Name]
	}
	field.Faults = f.fields[field.Name]
	return field
}

// Fields fills in several.
func (f *Form) Fields(fields ...part.Field) []part.Field {
	out := make([]part.Field, len(fields))
	for i, one := range fields {
		out[i] = f.Field(one)
	}
	return out
}

// Whole lists the faults that no field of the form shows.
func (f *Form) Whole(fields []part.Field) []string {
	if f == nil {
		return nil
	}
	out := slices.Clone(f.whole)
	names := make([]string, 0, len(f.fields))
	for name := range f.fields {
		if !slices.ContainsFunc(fields, func(one part.Field) bool { return one.Name == name }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		out = append(out, f.fields[name]...)
	}
	return out
}
