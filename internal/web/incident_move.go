package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// movePage is the form of one arrow of the flow, made from its table: what it
// asks, whether a text goes with it.
type movePage struct {
	*sight
	One      *incident.Incident
	Move     flow.Move[*incident.Incident]
	Form     *Form
	Fields   []part.Field
	Children []record.Row   // open parts that may be resolved along with it
	Joined   []record.Entry // the timeline that a merge would give
}

func (d *Desk) moveForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.movePage(r)
	if err != nil {
		return err
	}
	p.ask(nil)
	if Partial(r) {
		return Show(w, r, http.StatusOK, moveDialog(p))
	}
	p.Title = p.heading()
	return Show(w, r, http.StatusOK, moveAlone(p))
}

func (s *sight) movePage(r *http.Request) (*movePage, error) {
	one, err := s.found(r)
	if err != nil {
		return nil, err
	}
	name := r.PathValue("move")
	if err := s.By.May("incident." + name); err != nil {
		return nil, err
	}
	m, err := s.desk.Incidents.Flow.Find(one.State, name)
	if err != nil {
		return nil, err
	}
	if m.Sys {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	p := &movePage{sight: s, One: one, Move: m}
	if name == "resolve" {
		around, err := s.desk.Ledger.Around(s.ctx, s.scope(), one.ID)
		if err != nil {
			return nil, err
		}
		for _, l := range around.Links {
			if l.Type == "parent" && !l.Back && l.Row.Live {
				p.Children = append(p.Children, l.Row)
			}
		}
	}
	return p, nil
}

func (p *movePage) heading() string {
	return p.T("incident.move."+p.Move.Name) + " · " + p.One.Ref()
}

// ask makes the questions of the form, filled in with what the record holds,
// or what was typed.
func (p *movePage) ask(form *Form) {
	p.Form = form
	needed := map[string]bool{}
	empty := &incident.Incident{}
	empty.EndedAs, empty.Waiting = p.One.EndedAs, p.One.Waiting
	for _, f := range fault.All(p.Move.Fit(empty)) {
		needed[f.Field] = f.Key == "record.required"
	}
	for _, name := range p.Move.Asks {
		f, ok := p.desk.Incidents.Sheet.Find(name)
		if !ok {
			continue
		}
		q := p.sight.ask(asked(f), f.Get(p.One))
		if name == "owner" && p.Move.Name == "accept" && q.Value == "" {
			q.Value = p.By.ID.String()
			q.Options = []part.Option{{Value: q.Value, Label: p.By.Name}}
		}
		q.Required = needed[name]
		p.Fields = append(p.Fields, form.Field(q))
	}
	own, err := record.OwnFields(p.All, record.Incident)
	if err == nil {
		for _, f := range own {
			if slices.Contains(f.Required, p.Move.Name) {
				q := p.askOwn(f, p.One.More[f.Code])
				q.Required = true
				p.Fields = append(p.Fields, form.Field(q))
			}
		}
	}
	if p.Move.Says != flow.Silent {
		p.Fields = append(p.Fields,
			form.Field(part.Field{Name: "text", Label: p.T("desk.move_text"), Kind: part.Long, Required: p.Move.Says == flow.MustSay}),
			form.Field(part.Field{Name: "public", Label: p.T("desk.move_public"), Kind: part.Toggle, Help: p.T("desk.move_public_help")}))
	}
}

func (d *Desk) move(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.movePage(r)
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	in := p.input(form)
	if p.Move.Name == "merge" && form.Get("sure") == "" {
		return d.mergePreview(w, r, p, form, in)
	}
	undo, err := s.revocable(p.Move.Name, &in)
	if err != nil {
		return err
	}
	var one *incident.Incident
	if children := numbers(form.Values["child"]); p.Move.Name == "resolve" && len(children) > 0 {
		undo, in.Batch = "", 0 // its parts were resolved for themselves
		one, err = d.Incidents.Resolve(r.Context(), s.By, p.One.Number, in, children)
	} else {
		one, err = d.Incidents.Move(r.Context(), s.By, p.One.Number, p.Move.Name, in)
	}
	if err != nil {
		return p.refused(w, r, form, err)
	}
	return d.done(w, r, s, one, part.Toast{Text: s.T("desk.moved", "ref", one.Ref(), "did", s.T("incident.did."+p.Move.Name)), Icon: moveIcons[p.Move.Name], Undo: undo})
}

// final are the moves that no press takes back. A merge is undone by a deed of
// its own that takes the timelines apart; the others have people called to
// action, or tell what somebody has thought about.
var final = []string{"merge", "declare", "stand_down", "raise", "report"}

// revocable lets a move be taken back by one press, if the flow can step back
// behind it and its maker may: it gives the address of the undo.
func (s *sight) revocable(move string, in *record.Input) (undo string, err error) {
	if s.of.Back == nil || !s.of.Back(move) || !s.By.Can(s.of.deed("undo")) {
		return "", nil
	}
	if in.Batch, err = s.of.Bulk.desk.Revocable(s.ctx, s.By, move); err != nil {
		return "", err
	}
	return undoPath(s.of.Kind) + strconv.FormatInt(in.Batch, 10), nil
}

// refused shows the form again with what is wrong; what is not the form's is
// told as it is.
func (p *movePage) refused(w http.ResponseWriter, r *http.Request, form *Form, err error) error {
	if err := form.Blame(p.Printer, err); err != nil {
		return err
	}
	p.ask(form)
	if Partial(r) {
		return again(w, r, "move", moveDialog(p))
	}
	p.Title = p.heading()
	return Show(w, r, http.StatusUnprocessableEntity, moveAlone(p))
}

// mergePreview shows the joined timeline before anything is merged.
func (d *Desk) mergePreview(w http.ResponseWriter, r *http.Request, p *movePage, form *Form, in record.Input) error {
	into, err := refNumber(in.Fields["merged_into"])
	if err == nil {
		p.Joined, err = d.Incidents.PreviewMerge(r.Context(), p.By, p.One.Number, into)
	}
	if fault.Is(err, fault.Missing) {
		err = fault.At("merged_into", "record.no_such").With("ref", in.Fields["merged_into"])
	}
	if err != nil {
		return p.refused(w, r, form, err)
	}
	p.ask(form)
	if !Partial(r) {
		p.Title = p.heading()
		return Show(w, r, http.StatusOK, moveAlone(p))
	}
	w.Header().Set("HX-Retarget", "#move")
	w.Header().Set("HX-Reswap", "outerHTML")
	return Show(w, r, http.StatusOK, moveDialog(p))
}

// input is what was filled in: the fields that the move asks for and no
// others.
func (p *movePage) input(form *Form) record.Input {
	in := record.Input{Text: form.Get("text"), Public: form.Get("public") != "", Fields: map[string]string{}, Files: attached(form)}
	for _, name := range p.Move.Asks {
		f, ok := p.desk.Incidents.Sheet.Find(name)
		if _, given := form.Values[name]; !ok || !given && f.Type != record.Bool {
			continue
		}
		in.Fields[name] = p.answer(f.Type, form.Get(name))
	}
	in.Extra = p.ownAnswers(form)
	return in
}

// ownAnswers reads the centre's own fields that a form holds.
func (s *sight) ownAnswers(form *Form) map[string]string {
	own, err := record.OwnFields(s.All, s.of.Kind)
	if err != nil {
		return nil
	}
	out := map[string]string{}
	for _, f := range own {
		if _, given := form.Values["x."+f.Code]; given {
			out[f.Code] = s.answer(f.Type, form.Get("x."+f.Code))
		}
	}
	return out
}

// numbers reads the numbers of records, leaving out what is none.
func numbers(refs []string) []record.Number {
	var out []record.Number
	for _, ref := range refs {
		if n, err := refNumber(ref); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// attached reads the files that a form brings along: "id name", as the upload
// gave them.
func attached(form *Form) []record.Attach {
	var out []record.Attach
	for _, v := range form.Values["file"] {
		id, name, ok := strings.Cut(v, " ")
		if n, err := strconv.ParseInt(id, 10, 64); ok && err == nil {
			out = append(out, record.Attach{File: n, Name: name})
		}
	}
	return out
}

// idText writes an id for a form, "" for none.
func idText[N ~int64](id N) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(int64(id), 10)
}
