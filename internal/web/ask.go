package web

import (
	"net/http"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// askPage is a form in a dialog that belongs to one deed: without script it is
// a page of its own.
type askPage struct {
	*sight
	ID      string // of the dialog
	Heading string
	Action  string // takes the POST
	Send    string // what the button says
	Icon    string
	Look    part.Look
	Said    string // what stands above the fields
	From    string // what this record comes from, "" for nothing
	Form    *Form
	Fields  []part.Field
	Was     map[string]string // what the fields held, for edits that merge by field

	WayOut *part.Button // where to do what was found missing; may be nil

	Free *timesFound // the chooser of a window, where the form asks for one

	must map[string]bool
}

// needed marks the fields that an empty record lacks.
func (p *askPage) needed(err error) {
	p.must = map[string]bool{}
	for _, f := range fault.All(err) {
		p.must[f.Field] = f.Key == "record.required"
	}
}

// add asks for a field of the sheet.
func (p *askPage) add(q question, value string) {
	f := p.ask(q, value)
	if p.Form != nil && q.Type == record.Items {
		value = strings.Join(p.Form.Values[q.Name], ",")
		f = p.ask(q, value)
	}
	if p.Form != nil && q.Type.Refers() { // names what was chosen, so that it can be shown again
		f.Options = p.ask(q, p.Form.Get(q.Name)).Options
	}
	f.Required = p.must[q.Name]
	p.Fields = append(p.Fields, p.Form.Field(f))
}

func (p *askPage) show(w http.ResponseWriter, r *http.Request, status int) error {
	if Partial(r) {
		return Show(w, r, status, askDialog(p))
	}
	p.Title = p.Heading
	p.Needs("choose")
	return Show(w, r, status, askAlone(p))
}

// refused shows the form again with what is wrong; what is not the form's is
// told as it is.
func (p *askPage) refused(w http.ResponseWriter, r *http.Request, err error) error {
	if err := p.Form.Blame(p.Printer, err); err != nil {
		return err
	}
	for i := range p.Fields {
		p.Fields[i] = p.Form.Field(p.Fields[i])
	}
	if Partial(r) {
		return again(w, r, p.ID, askDialog(p))
	}
	return p.show(w, r, http.StatusUnprocessableEntity)
}

// parts are the parts of a long form; none when it is short.
func (p *askPage) parts() []chapter {
	if p.of == nil || p.of.Plain == nil {
		return nil
	}
	all := chaptersOf(p.Frame, p.of.Plain.look().Parts, p.Fields)
	for i := range all {
		if p.Free != nil && slices.ContainsFunc(all[i].Fields, func(f part.Field) bool { return f.Name == "ends" }) {
			all[i].After = freeTimesView(p)
		}
	}
	return all
}

// anew shows the form as it was typed, which nobody wanted to be kept yet.
func (p *askPage) anew(w http.ResponseWriter, r *http.Request) error {
	if p.Form.Wrong() {
		return p.refused(w, r, nil)
	}
	if Partial(r) {
		w.Header().Set("HX-Retarget", "#"+p.ID)
		w.Header().Set("HX-Reswap", "outerHTML")
	}
	return p.show(w, r, http.StatusOK)
}

func (p *askPage) look() part.Look {
	if p.Look == "" {
		return part.Primary
	}
	return p.Look
}

// origin says in words what the record comes from.
func (p *askPage) origin() string {
	if strings.HasPrefix(p.From, fromCandidate) {
		return p.T("problem.candidate.comes_from")
	}
	key := "desk.comes_from"
	switch {
	case p.of == nil:
	case p.of.Kind == record.Risk:
		key = "risk.comes_from"
	case p.of.Kind == record.Changes:
		key = "change.comes_from"
	}
	return p.T(key, "ref", p.From)
}
