package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/base/pinyin"
	"kilter/internal/base/words"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/macro"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// macroPage is the list of macros for a record, or what one of them would do to
// it.
type macroPage struct {
	*sight
	Ref     string
	All     []macro.Known
	One     macro.Known
	Outcome record.Outcome
}

// macroRoutes mounts macros on the records of every practice.
func (d *Desk) macroRoutes(mux Mux) {
	if d.Macros == nil {
		return
	}
	for kind := range d.trades {
		if d.Macros.Desks[kind] == nil {
			continue
		}
		at := kind.Path() + "/{ref}/macros"
		for pattern, h := range map[string]staffHandler{"GET " + at: d.macros, "GET " + at + "/{macro}": d.macroAhead, "POST " + at + "/{macro}": d.macroRun} {
			mux.Handle(pattern, d.limited(pattern, d.about(kind, h)))
		}
	}
}

// offeredMacros are those that the reader is offered on a record in a state.
func (s *sight) offeredMacros(st flow.State) []macro.Known {
	if s.desk.Macros == nil || s.desk.Macros.Desks[s.of.Kind] == nil || !s.By.Can(macro.Deed(s.of.Kind)) {
		return nil
	}
	all, err := s.desk.Macros.Offered(s.By, s.of.Kind, st)
	if err != nil {
		return nil // macros are a convenience: without them the page stands
	}
	return all
}

// macroPage reads what is offered on the record that the address names.
func (s *sight) macroPage(r *http.Request) (*macroPage, record.Number, error) {
	n, err := refOf(s.of.Kind, r.PathValue("ref"))
	if err != nil {
		return nil, 0, err
	}
	p := &macroPage{sight: s, Ref: record.Ref(s.of.Kind, n)}
	p.All, err = s.desk.Macros.On(s.ctx, s.By, s.of.Kind, n)
	return p, n, err
}

func (d *Desk) macros(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, _, err := s.macroPage(r)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, macroList(p))
}

// macroAhead says what a macro would do to a record, and does nothing.
func (d *Desk) macroAhead(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, n, err := s.macroPage(r)
	if err != nil {
		return err
	}
	if p.One, err = d.Macros.Find(s.By, s.of.Kind, r.PathValue("macro")); err != nil {
		return err
	}
	out, err := d.Macros.Preview(r.Context(), s.By, s.of.Kind, p.One.Code, n)
	if err != nil {
		return err
	}
	p.Outcome = out[0]
	return Show(w, r, http.StatusOK, macroPreview(p))
}

// macroRun carries a macro out; one press takes its fields and state back.
func (d *Desk) macroRun(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, n, err := s.macroPage(r)
	if err != nil {
		return err
	}
	if p.One, err = d.Macros.Find(s.By, s.of.Kind, r.PathValue("macro")); err != nil {
		return err
	}
	batch, out, err := d.Macros.Run(r.Context(), s.By, s.of.Kind, p.One.Code, n)
	if err != nil && Partial(r) && fault.All(err) != nil && !fault.Is(err, fault.Missing) {
		p.Outcome = record.Outcome{Number: n, Refused: err}
		return again(w, r, "macro", macroPreview(p))
	}
	if err != nil {
		return s.inActions(err)
	}
	toast := part.Toast{Text: s.T("macro.ran", "macro", p.One.Name.In(string(s.Lang())), "ref", p.Ref), Icon: "wand"}
	if len(out.Changes) == 0 && out.To == "" {
		toast.Text = s.T("macro.idle", "macro", p.One.Name.In(string(s.Lang())), "ref", p.Ref)
	} else if batch != 0 {
		toast.Undo = undoPath(s.of.Kind) + strconv.FormatInt(batch, 10)
	}
	return d.changed(w, r, s, n, toast)
}

// changed answers a deed on a record of any practice.
func (d *Desk) changed(w http.ResponseWriter, r *http.Request, s *sight, n record.Number, toast part.Toast) error {
	if s.of.Plain != nil {
		body, _, _, err := s.of.Plain.read(r.Context(), s.By, n)
		if err != nil {
			return err
		}
		return d.plainDone(w, r, s, body.Common(), toast)
	}
	one, err := d.Incidents.Find(r.Context(), s.By, n)
	if err != nil {
		return err
	}
	return d.done(w, r, s, one, toast)
}

// inActions says of faults that an action met which action it was.
func (s *sight) inActions(err error) error {
	all := fault.All(err)
	if all == nil {
		return err
	}
	var many fault.Many
	for _, f := range all {
		if f.Args["row"] == nil || f.Args["do"] == nil {
			many = append(many, f)
			continue
		}
		many = append(many, fault.New(f.Kind, "macro.refused").With("row", f.Args["row"]).With("do", s.T("rule.do."+f.Args["do"].(string))).With("why", s.why(f)))
	}
	return many.Err()
}

// why is a fault in words, with the field that it is about.
func (s *sight) why(f *fault.Fault) string {
	if f.Field == "" || f.Field == "text" || f.Field == "then" {
		return s.Fault(f)
	}
	return s.T("macro.at", "field", s.label(f.Field), "why", s.Fault(f))
}

// refusals say why a macro does nothing to a record.
func (s *sight) refusals(err error) []string {
	var out []string
	for _, f := range fault.All(s.inActions(err)) {
		out = append(out, s.why(f))
	}
	return out
}

// unshown are what entries note beside what somebody wanted.
var unshown = []string{"file", "accepted", "accepted_by", "resolved", "closed", "line", "first_contact", "reassigned", "reopened", "due"}

// did is what actions change or changed, in words.
func (s *sight) did(all []record.Change) []changedField {
	var out []changedField
	for _, c := range all {
		switch _, known := s.of.find(c.Field); {
		case slices.Contains(unshown, c.Field):
		case c.Field == "mention", c.Field == "watcher", c.Field == "watch":
			out = append(out, changedField{s.T("rule.did." + c.Field), "", s.Name(people.ID(idOf(c.Was + c.Now)))})
		case known || strings.HasPrefix(c.Field, "x."):
			out = append(out, changedField{s.label(c.Field), Cut(s.value(c.Field, c.Was), 80), Cut(s.value(c.Field, c.Now), 300)})
		case s.Has("rule.did." + c.Field):
			out = append(out, changedField{s.T("rule.did." + c.Field), "", Cut(c.Now, 300)})
		default:
			out = append(out, changedField{s.deedWord(s.of.deed(c.Field)), "", Cut(c.Now, 300)})
		}
	}
	return out
}

// sounds is what a macro is found by: its names, its code, and how they sound.
func sounds(m macro.Known) string {
	sound := pinyin.Syllables(m.Name.Zh, false)
	return words.Fold(strings.Join([]string{m.Name.En, m.Name.Zh, m.Code, strings.Join(sound, ""), pinyin.Initials(sound)}, " "))
}

// actionWords are what a macro does, in a line.
func (s *sight) actionWords(m macro.Known) string {
	var out []string
	for _, a := range m.Then {
		if w := s.T("rule.do." + string(a.Do)); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return strings.Join(out, s.T("list.comma"))
}
