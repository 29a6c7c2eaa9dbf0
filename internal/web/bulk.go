package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
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

	numbers []record.Number
	own     []record.Own
}

// bulkOf is what can be done to many records of a practice at once.
type bulkOf struct {
	Moves  []string // those offered, in their order: moves of the flow, "edit" and "note"
	Fields []string // those that "edit" offers, beside the centre's own

	desk bulkDesk
	move func(name string) (asks []string, says flow.Say, ok bool)
}

// bulkDesk does a deed to many records, each for itself: what a person may not
// do to one, or does not see, is refused for that one.
type bulkDesk interface {
	Preview(ctx context.Context, by people.Actor, a record.Act, ns []record.Number) ([]record.Outcome, error)
	Bulk(ctx context.Context, by people.Actor, a record.Act, ns []record.Number) (batch int64, out []record.Outcome, err error)
	Undo(ctx context.Context, by people.Actor, batch int64) ([]record.Outcome, error)
	Revocable(ctx context.Context, by people.Actor, deed string) (batch int64, err error)
}

// bulkTrade is what a desk does to many; the practice says what of it is
// offered.
func bulkTrade[R record.Body](offered bulkOf, d *record.Desk[R]) bulkOf {
	offered.desk = d
	offered.move = func(name string) ([]string, flow.Say, bool) {
		m, ok := d.Flow.Named(name)
		return m.Asks, m.Says, ok
	}
	return offered
}

// bulkRoutes mounts what is done to many records of a practice.
func (d *Desk) bulkRoutes(mux Mux, k record.Kind) {
	at := k.Path() + "/bulk"
	for pattern, h := range map[string]staffHandler{
		"POST " + at:                      d.bulk,
		"POST " + at + "/preview":         d.bulkPreview,
		"POST " + at + "/run":             d.bulkRun,
		"POST " + undoPath(k) + "{batch}": d.undo,
	} {
		mux.Handle(pattern, d.limited(pattern, d.about(k, h)))
	}
}

// undoPath is where a batch of a practice is taken back, without its number.
func undoPath(k record.Kind) string { return "/undo" + k.Path() + "/" }

// bulkKeys are the keys of the deeds that have one.
var bulkKeys = map[string]string{"assign": "a", "note": "n"}

func (p *listPage) bulkDeeds() []part.Button {
	var out []part.Button
	for _, m := range append(slices.Clone(p.of.Bulk.Moves), record.MacroField) {
		if !p.By.Can(p.of.deed(m)) || m == record.MacroField && len(p.offeredMacros("")) == 0 {
			continue
		}
		out = append(out, part.Button{
			Label: p.T(p.of.deed("move." + m)), Small: true, Type: "button", Name: "deed", Value: m, Key: bulkKeys[m],
			Attrs: templ.Attributes{"hx-post": p.of.Path + "/bulk", "hx-target": "body", "hx-swap": "beforeend", "hx-include": "closest form"},
		})
	}
	if p.of.Kind == record.Incident && p.desk.Triage != nil && p.By.Can(cmdb.DeedImpact) {
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
	if err := s.By.May(s.of.deed("bulk")); err != nil {
		return nil, err
	}
	p := &bulkPage{sight: s, Deed: form.Get("deed"), Form: form}
	if p.Deed != record.MacroField && !slices.Contains(s.of.Bulk.Moves, p.Deed) {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	for _, ref := range form.Values["n"] {
		if n, err := refOf(s.of.Kind, ref); err == nil {
			p.Refs, p.numbers = append(p.Refs, ref), append(p.numbers, n)
		}
	}
	if len(p.Refs) == 0 {
		return nil, fault.New(fault.Invalid, "desk.nothing_selected")
	}
	if p.own, err = record.OwnFields(s.All, s.of.Kind); err != nil {
		return nil, err
	}
	return p, s.By.May(s.of.deed(p.Deed))
}

// ask makes the questions of the deed, with what was typed before.
func (p *bulkPage) ask(typed bool) {
	if !typed {
		p.Form = nil
	}
	switch p.Deed {
	case "edit":
		for _, name := range p.of.Bulk.Fields {
			p.question(name, p.T("desk.unchanged"))
		}
	case record.MacroField:
		q := part.Field{Name: "macro", Label: p.T("macro.which"), Kind: part.Choice, Required: true}
		for _, m := range p.offeredMacros("") {
			q.Options = append(q.Options, part.Option{Value: m.Code, Label: m.Name.In(string(p.Lang()))})
		}
		p.add(q)
	case "note":
		p.add(part.Field{Name: "text", Label: p.T("desk.write_note"), Kind: part.Long, Required: true})
	default:
		asks, says, _ := p.of.Bulk.move(p.Deed)
		for _, name := range asks {
			p.question(name, "")
		}
		p.ownQuestions()
		if says != flow.Silent {
			p.add(part.Field{Name: "text", Label: p.T("desk.move_text"), Kind: part.Long, Required: says == flow.MustSay})
		}
	}
	if p.Deed == "edit" {
		p.ownQuestions()
	}
	p.add(part.Field{Name: "loud", Label: p.T("desk.loud"), Kind: part.Toggle})
}

func (p *bulkPage) add(f part.Field) { p.Fields = append(p.Fields, p.Form.Field(f)) }

func (p *bulkPage) question(name, hint string) {
	q, ok := p.of.find(name)
	if !ok {
		return
	}
	f := p.sight.ask(q, "")
	if p.Form != nil && q.Type.Refers() { // names what was chosen, so that it can be shown again
		f.Options = p.sight.ask(q, p.Form.Get(name)).Options
	}
	f.Hint = hint
	p.add(f)
}

// ownQuestions asks for the centre's own fields: all that can be left as they
// are when many are edited, those that a move cannot be made without.
func (p *bulkPage) ownQuestions() {
	for _, f := range p.own {
		must := slices.Contains(f.Required, p.Deed)
		if !must && (p.Deed != "edit" || f.Type == record.Bool) {
			continue
		}
		q := p.askOwn(f, "")
		q.Required = must
		if !must {
			q.Hint = p.T("desk.unchanged")
		}
		p.add(q)
	}
}

// act is what the form says is to be done.
func (p *bulkPage) act() (record.Act, error) {
	if p.Deed == record.MacroField {
		if p.desk.Macros == nil {
			return record.Act{}, fault.New(fault.Missing, "trouble.missing")
		}
		a, err := p.desk.Macros.Act(p.By, p.of.Kind, p.Form.Get("macro"))
		a.Loud = a.Loud || p.Form.Get("loud") != ""
		return a, err
	}
	a := record.Act{Loud: p.Form.Get("loud") != "", Input: record.Input{Text: p.Form.Get("text")}}
	switch p.Deed {
	case "edit":
		a.Edit = p.answers(p.of.Bulk.Fields)
		for code, v := range p.ownAnswers(p.Form) {
			if v != "" {
				a.Edit["x."+code] = v
			}
		}
	case "note":
		a.Say = true
	default:
		asks, _, _ := p.of.Bulk.move(p.Deed)
		a.Move, a.Fields, a.Extra = p.Deed, p.answers(asks), p.ownAnswers(p.Form)
	}
	return a, nil
}

// answers are the fields that were filled in.
func (p *bulkPage) answers(names []string) map[string]string {
	out := map[string]string{}
	for _, name := range names {
		q, ok := p.of.find(name)
		if v := p.answer(q.Type, p.Form.Get(name)); ok && v != "" {
			out[name] = v
		}
	}
	return out
}

func (d *Desk) bulk(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.readBulk(r)
	if err != nil {
		return err
	}
	p.ask(p.Form.Get("again") != "")
	return Show(w, r, http.StatusOK, bulkDialog(p))
}

// bulkPreview says what would happen to each record, and does nothing.
func (d *Desk) bulkPreview(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.readBulk(r)
	if err != nil {
		return err
	}
	act, err := p.act()
	if err != nil {
		return err
	}
	p.Outcomes, err = s.of.Bulk.desk.Preview(r.Context(), s.By, act, p.numbers)
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
	act, err := p.act()
	if err != nil {
		return err
	}
	batch, outcomes, err := s.of.Bulk.desk.Bulk(r.Context(), s.By, act, p.numbers)
	if err != nil {
		return err
	}
	p.Outcomes = outcomes
	p.tell()
	done := part.Toast{Text: p.result("bulk_changed")}
	if p.Changed > 0 && s.By.Can(s.of.deed("undo")) {
		done.Undo = undoPath(s.of.Kind) + strconv.FormatInt(batch, 10)
	}
	w.Header().Set("HX-Trigger", "kilter:done, kilter:changed")
	return Show(w, r, http.StatusOK, part.Notices(s.Printer, done))
}

// result says in words how many have changed and how many have not.
func (p *bulkPage) result(changed string) string {
	out := p.counted(changed, p.Changed)
	if p.Refused > 0 {
		out += " " + p.N("desk.bulk_refused", p.Refused)
	}
	return out
}

// undo takes a bulk action back.
func (d *Desk) undo(w http.ResponseWriter, r *http.Request, s *sight) error {
	out, err := s.of.Bulk.desk.Undo(r.Context(), s.By, idOf(r.PathValue("batch")))
	if err != nil {
		return err
	}
	return s.undone(w, r, out)
}

// undone tells what was taken back.
func (s *sight) undone(w http.ResponseWriter, r *http.Request, out []record.Outcome) error {
	p := &bulkPage{sight: s, Outcomes: out}
	p.tell()
	if !Partial(r) {
		return Go(w, r, cameFrom(r, s.of.Path))
	}
	w.Header().Set("HX-Trigger", "kilter:done, kilter:changed, kilter:undone")
	return Show(w, r, http.StatusOK, part.Notices(s.Printer, part.Toast{Text: p.result("undone"), Icon: "arrow-back-up"}))
}

// refusal says why a record stays as it is.
func (p *bulkPage) refusal(o record.Outcome) string {
	if p.Deed == record.MacroField {
		return strings.Join(p.refusals(o.Refused), " ")
	}
	var out string
	for i, f := range fault.All(o.Refused) {
		if i > 0 {
			out += " "
		}
		if f.Field != "" && f.Field != "text" {
			out += p.label(f.Field) + ": "
		}
		out += p.why(f, o)
	}
	return out
}

// why says what is wrong with one record. That a move does not leave its state
// is no news of a moment ago here, as it is on the record's own page.
func (p *bulkPage) why(f *fault.Fault, o record.Outcome) string {
	if f.Key == "flow.no_move" && o.From != "" {
		return p.T("desk.bulk_not_from", "state", p.state(o.From).Word)
	}
	return p.Fault(f)
}
