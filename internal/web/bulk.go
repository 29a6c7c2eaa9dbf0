package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// bulkPage is a deed for many records: first what exactly, then what it would
// do to each, then it is done.
type bulkPage struct {
	*sight
	Deed     string
	Refs     []string
	Form     *Form
	Fields   []part.Field
	Outcomes []record.Outcome
	Changed  int
	Refused  int
}

// bulkMoves are the deeds offered for many records at once: moves, and "edit"
// and "note".
var bulkMoves = []string{"assign", "reassign", "wait", "resolve", "cancel", "edit", "note"}

// bulkFields are the fields that may be edited on many at once.
var bulkFields = []string{"service", "category", "zone", "impact", "urgency", "department"}

func (p *listPage) bulkDeeds() []part.Button {
	var out []part.Button
	for _, m := range bulkMoves {
		if !p.By.Can("incident." + m) {
			continue
		}
		out = append(out, part.Button{
			Label: p.T("incident.move." + m), Small: true, Type: "button", Name: "deed", Value: m, Key: map[string]string{"assign": "a", "note": "n"}[m],
			Attrs: templ.Attributes{"hx-post": "/incidents/bulk", "hx-target": "body", "hx-swap": "beforeend", "hx-include": "closest form"},
		})
	}
	if p.desk.Triage != nil && p.By.Can(cmdb.DeedImpact) {
		out = append(out, part.Button{Label: p.T("suspects.title"), Icon: "zoom-question", Small: true, Attrs: templ.Attributes{"formaction": "/incidents/suspects", "formmethod": "get"}})
	}
	return out
}

// readBulk reads the deed and the records out of a form.
func (s *sight) readBulk(r *http.Request) (*bulkPage, error) {
	form, err := ReadForm(r)
	if err != nil {
		return nil, err
	}
	if err := s.By.May("incident.bulk"); err != nil {
		return nil, err
	}
	p := &bulkPage{sight: s, Deed: form.Get("deed"), Refs: form.Values["n"], Form: form}
	if !slices.Contains(bulkMoves, p.Deed) {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	if len(p.Refs) == 0 {
		return nil, fault.New(fault.Invalid, "desk.nothing_selected")
	}
	return p, s.By.May("incident." + p.Deed)
}

// ask makes the questions of the deed.
func (p *bulkPage) ask(typed bool) {
	form := p.Form
	if !typed {
		form = nil
	}
	switch p.Deed {
	case "edit":
		for _, name := range bulkFields {
			if f, ok := p.desk.Incidents.Sheet.Find(name); ok {
				q := form.Field(p.sight.ask(asked(f), ""))
				q.Hint = p.T("desk.unchanged")
				p.Fields = append(p.Fields, q)
			}
		}
	case "note":
		p.Fields = append(p.Fields, form.Field(part.Field{Name: "text", Label: p.T("desk.write_note"), Kind: part.Long, Required: true}))
	default:
		m, _ := p.desk.Incidents.Flow.Named(p.Deed)
		for _, name := range m.Asks {
			if f, ok := p.desk.Incidents.Sheet.Find(name); ok {
				p.Fields = append(p.Fields, form.Field(p.sight.ask(asked(f), "")))
			}
		}
		p.Fields = append(p.Fields, form.Field(part.Field{Name: "text", Label: p.T("desk.move_text"), Kind: part.Long}))
	}
	p.Fields = append(p.Fields, form.Field(part.Field{Name: "loud", Label: p.T("desk.loud"), Kind: part.Toggle}))
}

// act is what the form says is to be done.
func (p *bulkPage) act() record.Act {
	a := record.Act{Loud: p.Form.Get("loud") != "", Input: record.Input{Text: p.Form.Get("text"), Fields: map[string]string{}}}
	fields := bulkFields
	switch p.Deed {
	case "edit":
		a.Edit = map[string]string{}
	case "note":
		a.Say = true
		return a
	default:
		a.Move = p.Deed
		m, _ := p.desk.Incidents.Flow.Named(p.Deed)
		fields = m.Asks
	}
	for _, name := range fields {
		f, ok := p.desk.Incidents.Sheet.Find(name)
		v := p.answer(f.Type, p.Form.Get(name))
		switch {
		case !ok || v == "":
		case p.Deed == "edit":
			a.Edit[name] = v
		default:
			a.Fields[name] = v
		}
	}
	return a
}

func (d *Desk) bulk(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.readBulk(r)
	if err != nil {
		return err
	}
	p.ask(false)
	return Show(w, r, http.StatusOK, bulkDialog(p))
}

// bulkPreview says what would happen to each record, and does nothing.
func (d *Desk) bulkPreview(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.readBulk(r)
	if err != nil {
		return err
	}
	p.Outcomes, err = d.Incidents.Preview(r.Context(), s.By, p.act(), numbers(p.Refs))
	if err != nil {
		return err
	}
	p.tell()
	w.Header().Set("HX-Retarget", "#bulk")
	w.Header().Set("HX-Reswap", "outerHTML")
	return Show(w, r, http.StatusOK, bulkPreviewDialog(p))
}

func (p *bulkPage) tell() {
	for _, o := range p.Outcomes {
		if o.Refused != nil {
			p.Refused++
		} else {
			p.Changed++
		}
	}
}

// bulkRun does it; one press takes all of it back.
func (d *Desk) bulkRun(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.readBulk(r)
	if err != nil {
		return err
	}
	batch, outcomes, err := d.Incidents.Bulk(r.Context(), s.By, p.act(), numbers(p.Refs))
	if err != nil {
		return err
	}
	p.Outcomes = outcomes
	p.tell()
	w.Header().Set("HX-Trigger", "kilter:done, kilter:changed")
	return Show(w, r, http.StatusOK, part.Notices(s.Printer, part.Toast{
		Text: s.bulkResult(p.Changed, p.Refused), Undo: "/undo/" + strconv.FormatInt(batch, 10),
	}))
}

func (s *sight) bulkResult(changed, refused int) string {
	out := s.N("desk.bulk_changed", changed)
	if refused > 0 {
		out += " " + s.N("desk.bulk_refused", refused)
	}
	return out
}

// undo takes a bulk action back.
func (d *Desk) undo(w http.ResponseWriter, r *http.Request, s *sight) error {
	out, err := d.Incidents.Undo(r.Context(), s.By, idOf(r.PathValue("batch")))
	if err != nil {
		return err
	}
	p := &bulkPage{sight: s, Outcomes: out}
	p.tell()
	if !Partial(r) {
		return Go(w, r, cameFrom(r, "/incidents"))
	}
	w.Header().Set("HX-Trigger", "kilter:done, kilter:changed")
	text := s.N("desk.undone", p.Changed)
	if p.Refused > 0 {
		text += " " + s.N("desk.bulk_refused", p.Refused)
	}
	return Show(w, r, http.StatusOK, part.Notices(s.Printer, part.Toast{Text: text, Icon: "arrow-back-up"}))
}

// refusal says why a record stays as it is.
func (p *bulkPage) refusal(o record.Outcome) string {
	var out string
	for i, f := range fault.All(o.Refused) {
		if i > 0 {
			out += " "
		}
		if f.Field != "" && f.Field != "text" {
			out += p.label(f.Field) + ": "
		}
		out += p.Fault(f)
	}
	return out
}
