package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	changes "kilter/internal/practice/change" // change alone is one of a setting here
	"kilter/internal/practice/flow"
	"kilter/internal/practice/form"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// A practice whose records need no page of their own making has the plain
// one: head with the steps of its life and its moves, timeline with a place for
// notes, facts beside it. All of it comes from the flow and the sheet; what
// differs is named in a plainLook.

// plainLook is how the records of one practice look on the plain page.
type plainLook struct {
	Icons map[string]string                                           // the drawings of its moves
	Keys  map[string]string                                           // the keys of moves that have one
	Edits []string                                                    // the fields that can be corrected
	Tag   string                                                      // the field that is shown beside the number
	Works bool                                                        // it has tasks, and links made by hand
	Timed bool                                                        // its tasks have planned times, and real ones
	Tells func(*plainPage) func(record.Change) (changedField, bool)   // of changes that only this practice makes; may be nil
	Asks  func(*plainPage) func(*record.Task) (form.Form, []answered) // what its tasks ask when they are done; may be nil
	Facts []plainGroup
	Texts []string                         // long fields, each with a section of its own beside the timeline
	Way   func(*plainPage) []flow.State    // the usual life of such a record
	Deeds func(*plainPage) []part.Button   // beside its moves; may be nil
	Lead  func(*plainPage) templ.Component // ahead of its timeline; may be nil
	Parts outline                          // of its long forms; nil when they have none
	// Given is what the form that opens one begins with; may be nil.
	Given func(*http.Request, *sight) (map[string]string, error)
	// Times finds when a record of a form could be carried out; nil where records
	// have no window to choose.
	Times func(context.Context, people.Actor, *changes.Change, changes.Ask) (*handoff.Free, error)
	Paged bool                             // it is edited on a page of its own
	Edit  func(*plainPage) bool            // whether it can be edited as it stands; nil is until its end
	More  func(*plainPage) templ.Component // ahead of its facts; may be nil
}

// plainGroup is a part of the facts. The first has the requester ahead of it.
type plainGroup struct {
	Title string // the key of its heading
	Names []string
}

// plainDesk does what the plain page does to a record.
type plainDesk interface {
	look() *plainLook
	read(ctx context.Context, by people.Actor, n record.Number) (record.Body, []plainMove, func(string) string, error)
	asks() []string // the fields of the form that opens a record; nil when another page does
	open(ctx context.Context, by people.Actor, in record.Input) (*record.Head, error)
	move(ctx context.Context, by people.Actor, n record.Number, name string, in record.Input) (*record.Head, error)
	edit(ctx context.Context, by people.Actor, n record.Number, changes []record.Change) (*record.Head, error)
	note(ctx context.Context, by people.Actor, n record.Number, in record.Input) (*record.Head, error)
	watch(ctx context.Context, by people.Actor, n record.Number, off bool) (*record.Head, error)
	plan(ctx context.Context, by people.Actor, n record.Number, t record.Task) (*record.Head, error)
	work(ctx context.Context, by people.Actor, n record.Number, task int64, do func(*record.Task) error) (*record.Head, error)
	bind(ctx context.Context, by people.Actor, l record.Ledger, n record.Number, b record.Bond) (*record.Head, error)
	files() record.Files
	file(ctx context.Context, by people.Actor, n record.Number, id int64) (record.Attachment, error)
}

// plainMove is a move that can be made now, as its form must know it.
type plainMove struct {
	Name  string
	Asks  []string
	Needs error // what an empty record lacks for it
	Says  flow.Say
}

// plainPage is one record on the plain page.
type plainPage struct {
	tale
	One   *record.Head
	Body  record.Body
	Place listPlace
	Full  bool // it has the page to itself
	Moves []plainMove
	Tasks []*record.Task
	Draft draftDoc
	Again *said
	Look  *plainLook
	Get   func(field string) string // as the sheet writes it
}

// plainRoutes mounts the list and the records of a practice.
func (d *Desk) plainRoutes(mux Mux, k record.Kind) {
	at := k.Path()
	routes := map[string]staffHandler{
		"GET " + at:                         d.list,
		"GET " + at + "/rows":               d.rows,
		"GET " + at + "/total":              d.total,
		"GET " + at + "/counts":             d.counts,
		"POST " + at + "/columns":           d.columns,
		"GET " + at + "/export":             d.export,
		"GET " + at + "/{ref}":              d.plainShow,
		"GET " + at + "/{ref}/fresh":        d.plainFresh,
		"GET " + at + "/{ref}/move/{move}":  d.plainMoveForm,
		"POST " + at + "/{ref}/move/{move}": d.plainMove,
		"POST " + at + "/{ref}/note":        d.plainNote,
		"POST " + at + "/{ref}/watch":       d.plainWatch,
		"GET " + at + "/{ref}/file/{id}":    d.plainFile,
	}
	if !d.trades[k].Plain.look().Paged {
		routes["GET "+at+"/{ref}/edit"], routes["POST "+at+"/{ref}/edit"] = d.plainEditForm, d.plainEdit
	}
	if d.trades[k].Plain.asks() != nil {
		routes["GET "+at+"/new"], routes["POST "+at+"/new"] = d.plainNewForm, d.plainNew
	}
	for pattern, h := range routes {
		mux.Handle(pattern, d.limited(pattern, d.about(k, h)))
	}
	d.bulkRoutes(mux, k)
	if d.trades[k].linked() {
		d.plainWorks(mux, k)
	}
}

// plainPage reads all that the page of a record shows.
func (s *sight) plainPage(ref string) (*plainPage, error) {
	n, err := refOf(s.of.Kind, ref)
	if err != nil {
		return nil, err
	}
	desk := s.of.Plain
	body, moves, get, err := desk.read(s.ctx, s.By, n)
	if err != nil {
		return nil, err
	}
	h := body.Common()
	p := &plainPage{tale: tale{sight: s, Ref: h.Ref(), All: true, Asked: h.Requester}, One: h, Body: body, Moves: moves, Look: desk.look(), Get: get}
	if p.Entries, err = s.desk.Ledger.Timeline(s.ctx, h.ID, false); err != nil {
		return nil, err
	}
	if p.Around, err = s.desk.Ledger.Around(s.ctx, s.scope(), h.ID); err != nil {
		return nil, err
	}
	if p.Look.Works {
		if p.Tasks, err = s.desk.Ledger.Tasks(s.ctx, h.ID); err != nil {
			return nil, err
		}
	}
	if files := desk.files(); files != nil {
		if p.Files, err = files.Attachments(s.ctx, false, h.ID); err != nil {
			return nil, err
		}
	}
	if h.Requester != 0 && s.desk.Persons != nil {
		if p.Requester, err = s.desk.Persons.Person(s.ctx, h.Requester); err != nil && !fault.Is(err, fault.Missing) {
			return nil, err
		}
	}
	if p.Look.Tells != nil {
		p.Tells = p.Look.Tells(p)
	}
	p.Place, p.Full = s.asked(p.base())
	p.Draft, err = s.draft(p.Ref + ".note")
	return p, err
}

func (d *Desk) plainShow(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.plainPage(r.PathValue("ref"))
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

func (p *plainPage) show(w http.ResponseWriter, r *http.Request, status int) error {
	p.Full = true
	p.Title = p.Ref + " " + p.One.Title
	p.Needs("choose")
	p.frameViews(listPlace{View: "none"})
	return Show(w, r, status, plainFull(p))
}

func (d *Desk) plainFresh(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.plainPage(r.PathValue("ref"))
	if err != nil {
		return err
	}
	p.All = r.URL.Query().Get("timeline") != "talk"
	return Show(w, r, http.StatusOK, plainFreshly(p))
}

// steps are the states of the usual life with where the record stands.
func (p *plainPage) steps() []part.Step {
	way := p.Look.Way(p)
	at := slices.Index(way, p.One.State)
	out := make([]part.Step, len(way))
	for i, st := range way {
		out[i] = part.Step{Word: p.T(p.of.deed("state." + string(st))), Done: i < at, Active: i == at}
	}
	return out
}

// tasks are those of the record, with what they ask.
func (p *plainPage) tasks() *taskView {
	v := &taskView{tale: &p.tale, Tasks: p.Tasks, Timed: p.Look.Timed}
	if v.Timed {
		v.Starts, v.Ends = sheetMoment(p.Get("starts")), sheetMoment(p.Get("ends"))
	}
	if p.Look.Asks != nil {
		v.Asks = p.Look.Asks(p)
	}
	return v
}

// deeds are the buttons of the moves, the likely next one first.
func (p *plainPage) deeds() []part.Button {
	var out []part.Button
	for i, m := range p.Moves {
		b := part.Button{
			Label: p.T(p.of.deed("move." + m.Name)), Icon: p.Look.Icons[m.Name], Type: "button", Deed: true, Key: p.Look.Keys[m.Name],
			Attrs: templAttrs("hx-get", p.base()+"/move/"+m.Name, "hx-target", "body", "hx-swap", "beforeend"),
		}
		if i == 0 && m.Name != "recall" { // what is asked of others is not taken back by the way
			b.Look = part.Primary
		}
		out = append(out, b)
	}
	if p.Look.Deeds != nil {
		out = append(out, p.Look.Deeds(p)...)
	}
	return out
}

// editing is the button that opens the editor.
func (p *plainPage) editing() part.Button {
	b := part.Button{Label: p.T(p.of.deed("move.edit")), Icon: "edit", Bare: true, Look: part.Quiet, Small: true, Key: "e", Type: "button", Deed: true}
	if p.Look.Paged {
		b.Href = p.base() + "/edit"
		return b
	}
	b.Attrs = templAttrs("hx-get", p.base()+"/edit", "hx-target", "body", "hx-swap", "beforeend")
	return b
}

// editable reports whether the facts can be changed.
func (p *plainPage) editable() bool {
	if p.Look.Edit != nil && !p.Look.Edit(p) {
		return false
	}
	_, final := p.of.Place(p.One.State)
	return !final && p.By.Can(p.of.deed("edit"))
}

func (p *plainPage) facts(names ...string) []fact {
	var out []fact
	for _, n := range names {
		v := p.Get(n)
		if v == "" {
			continue
		}
		f := fact{Name: n, Label: p.label(n), Value: p.value(n, v)}
		if n == "item" && p.By.Can("item.read") {
			f.Href = itemPath + "/" + v
		}
		out = append(out, f)
	}
	return out
}

// asker is who asked, as far as it is known.
func (p *plainPage) asker() string {
	if p.Requester.Name != "" {
		return p.Requester.Name
	}
	return p.Get("caller")
}

// plainDone answers a deed on a record, as done does for an incident.
func (d *Desk) plainDone(w http.ResponseWriter, r *http.Request, s *sight, h *record.Head, toast part.Toast, more ...func(*plainPage) templ.Component) error {
	if !Partial(r) {
		return Go(w, r, cameFrom(r, s.of.Path+"/"+h.Ref()))
	}
	p, err := s.plainPage(h.Ref())
	if err != nil {
		return err
	}
	w.Header().Set("HX-Trigger", "kilter:done, kilter:changed")
	pieces := []templ.Component{plainFreshly(p), part.Notices(s.Printer, toast)}
	for _, m := range more {
		pieces = append(pieces, m(p))
	}
	return Show(w, r, http.StatusOK, templ.Join(pieces...))
}

// composer prepares the note of the page.
func (p *plainPage) composer() *said {
	if p.Again != nil {
		return p.Again
	}
	return &said{sight: p.sight, Ref: p.Ref, Seen: "", Text: p.Draft.Text, Open: p.Draft.Text != "", Next: !p.Full}
}

func (d *Desk) plainNote(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refOf(s.of.Kind, r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	in := record.Input{Text: form.Get("text"), Files: attached(form), Sure: form.Get("sure") != ""}
	h, err := s.of.Plain.note(r.Context(), s.By, n, in)
	if err != nil {
		p, bad := s.plainPage(r.PathValue("ref"))
		if bad != nil || fault.All(err) == nil || fault.Is(err, fault.Denied) {
			return err
		}
		again := p.composer()
		again.blame(err, in)
		return answerAgain(w, r, again, func() error { p.Again = again; return p.show(w, r, http.StatusUnprocessableEntity) })
	}
	if err := s.Forget(h.Ref() + ".note"); err != nil {
		return err
	}
	if form.Get("next") != "" && Partial(r) {
		w.Header().Set("HX-Trigger-After-Settle", "kilter:next")
	}
	return d.plainDone(w, r, s, h, part.Toast{Text: s.T("desk.noted", "ref", h.Ref())}, plainComposed)
}

// plainWatch lets the one who looks follow the record, or not any more.
func (d *Desk) plainWatch(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refOf(s.of.Kind, r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	off := form.Get("off") != "" || r.URL.Query().Get("off") != ""
	h, err := s.of.Plain.watch(r.Context(), s.By, n, off)
	if err != nil {
		return err
	}
	return d.plainDone(w, r, s, h, s.watched(h.Ref(), s.of.Path+"/"+h.Ref(), off))
}

// watched says so, with the way back.
func (s *sight) watched(ref, base string, off bool) part.Toast {
	if off {
		return part.Toast{Text: s.T("desk.watching_no_more", "ref", ref), Icon: "eye-off", Undo: base + "/watch"}
	}
	return part.Toast{Text: s.T("desk.watching_now", "ref", ref), Icon: "eye", Undo: base + "/watch?off=true"}
}

func (d *Desk) plainFile(w http.ResponseWriter, r *http.Request, s *sight) error {
	return d.sendFile(w, r, s, s.of.Plain.file)
}
