package web

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	"kilter/internal/practice/contact"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// contactPage is one contact: who called, what it was about, what became of it.
type contactPage struct {
	tale
	One   *contact.Contact
	Place listPlace
	Full  bool // it has the page to itself
	Moves []flow.Move[*contact.Contact]
	Draft draftDoc
	Again *said
}

// contactRoutes mounts the list and the record of contacts; they are logged by
// the call form.
func (d *Desk) contactRoutes(mux Mux) {
	for pattern, h := range map[string]staffHandler{
		"GET /contacts":                    d.list,
		"GET /contacts/rows":               d.rows,
		"GET /contacts/total":              d.total,
		"GET /contacts/counts":             d.counts,
		"POST /contacts/columns":           d.columns,
		"GET /contacts/export":             d.export,
		"GET /contacts/{ref}":              d.showContact,
		"GET /contacts/{ref}/fresh":        d.freshContact,
		"GET /contacts/{ref}/move/{move}":  d.contactMoveForm,
		"POST /contacts/{ref}/move/{move}": d.contactMove,
		"GET /contacts/{ref}/edit":         d.contactEditForm,
		"POST /contacts/{ref}/edit":        d.contactEdit,
		"POST /contacts/{ref}/note":        d.contactNote,
		"POST /contacts/{ref}/watch":       d.contactWatch,
		"GET /contacts/{ref}/file/{id}":    d.contactFile,
	} {
		mux.Handle(pattern, d.limited(pattern, d.about(record.Contact, h)))
	}
}

// contactPage reads all that the page of a contact shows.
func (s *sight) contactPage(ref string) (*contactPage, error) {
	n, err := refOf(record.Contact, ref)
	if err != nil {
		return nil, err
	}
	c, err := s.desk.Contacts.Find(s.ctx, s.By, n)
	if err != nil {
		return nil, err
	}
	p := &contactPage{tale: tale{sight: s, Ref: c.Ref(), All: true, Asked: c.Requester}, One: c}
	if p.Entries, err = s.desk.Ledger.Timeline(s.ctx, c.ID, false); err != nil {
		return nil, err
	}
	if p.Around, err = s.desk.Ledger.Around(s.ctx, s.scope(), c.ID); err != nil {
		return nil, err
	}
	if s.desk.Contacts.Files != nil {
		if p.Files, err = s.desk.Contacts.Files.Attachments(s.ctx, false, c.ID); err != nil {
			return nil, err
		}
	}
	for _, m := range s.desk.Contacts.Flow.From(c.State) {
		if !m.Sys && s.By.Can("contact."+m.Name) {
			p.Moves = append(p.Moves, m)
		}
	}
	if c.Requester != 0 && s.desk.Persons != nil {
		if p.Requester, err = s.desk.Persons.Person(s.ctx, c.Requester); err != nil && !fault.Is(err, fault.Missing) {
			return nil, err
		}
	}
	p.Place, p.Full = s.asked(p.base())
	p.Draft, err = s.draft(p.Ref + ".note")
	return p, err
}

func (d *Desk) showContact(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.contactPage(r.PathValue("ref"))
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

func (p *contactPage) show(w http.ResponseWriter, r *http.Request, status int) error {
	p.Full = true
	p.Title = p.Ref + " " + p.One.Title
	p.Needs("choose")
	p.frameViews(listPlace{View: "none"})
	return Show(w, r, status, contactFull(p))
}

func (d *Desk) freshContact(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.contactPage(r.PathValue("ref"))
	if err != nil {
		return err
	}
	p.All = r.URL.Query().Get("timeline") != "talk"
	return Show(w, r, http.StatusOK, contactFresh(p))
}

// steps are the states of the usual life with where the contact stands: it
// ends with an answer, or with the record that it is about.
func (p *contactPage) steps() []part.Step {
	way := slices.Clone(contactWay)
	if st := p.One.State; st == contact.Linked || st == contact.Merged {
		way[3] = st
	} else if p.One.About != "" {
		way[3] = contact.Linked
	}
	at := slices.Index(way, p.One.State)
	out := make([]part.Step, len(way))
	for i, st := range way {
		out[i] = part.Step{Word: p.T("contact.state." + string(st)), Done: i < at, Active: i == at}
	}
	return out
}

// contactIcons are the drawings of a contact's moves.
var contactIcons = map[string]string{"identify": "user-check", "type": "tag", "answer": "check", "link": "link", "merge": "git-merge", "close": "checks"}

// deeds are the buttons of the moves, the likely next one first, and the way
// to an incident for what turns out to be one.
func (p *contactPage) deeds() []part.Button {
	var out []part.Button
	for i, m := range p.Moves {
		b := part.Button{
			Label: p.T("contact.move." + m.Name), Icon: contactIcons[m.Name], Type: "button", Deed: true,
			Attrs: templAttrs("hx-get", p.base()+"/move/"+m.Name, "hx-target", "body", "hx-swap", "beforeend"),
		}
		if i == 0 {
			b.Look = part.Primary
		}
		if m.Name == "link" {
			b.Key = "l"
		}
		out = append(out, b)
	}
	if p.becomes() {
		out = append(out, part.Button{Label: p.T("desk.contact.becomes"), Icon: "bolt", Href: "/incidents/new?contact=" + p.Ref, Deed: true})
	}
	return out
}

// becomes reports whether the contact can still become an incident.
func (p *contactPage) becomes() bool {
	return slices.Contains([]flow.State{contact.Identified, contact.Typed}, p.One.State) && p.By.Can("incident.open") && p.By.Can("contact.link")
}

// editable reports whether the facts can be changed.
func (p *contactPage) editable() bool {
	return p.By.Can("contact.edit") && !p.desk.Contacts.Flow.Place(p.One.State).Final
}

func (p *contactPage) facts(names ...string) []fact {
	var out []fact
	for _, n := range names {
		if f, ok := p.desk.Contacts.Sheet.Find(n); ok {
			if v := p.value(n, f.Get(p.One)); v != "" {
				out = append(out, fact{Name: n, Label: p.label(n), Value: v})
			}
		}
	}
	return out
}

// doneContact answers a deed on a contact, as done does for an incident.
func (d *Desk) doneContact(w http.ResponseWriter, r *http.Request, s *sight, c *contact.Contact, toast part.Toast, more ...func(*contactPage) templ.Component) error {
	if !Partial(r) {
		return Go(w, r, cameFrom(r, "/contacts/"+c.Ref()))
	}
	p, err := s.contactPage(c.Ref())
	if err != nil {
		return err
	}
	w.Header().Set("HX-Trigger", "kilter:done, kilter:changed")
	pieces := []templ.Component{contactFresh(p), part.Notices(s.Printer, toast)}
	for _, m := range more {
		pieces = append(pieces, m(p))
	}
	return Show(w, r, http.StatusOK, templ.Join(pieces...))
}

// contactMoveForm asks what a move of a contact needs; what needs nothing is
// done at once.
func (d *Desk) contactMoveForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.contactAsk(r, nil)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

func (s *sight) contactAsk(r *http.Request, form *Form) (*askPage, error) {
	page, err := s.contactPage(r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	name := r.PathValue("move")
	if err := s.By.May("contact." + name); err != nil {
		return nil, err
	}
	m, err := s.desk.Contacts.Flow.Find(page.One.State, name)
	if err != nil {
		return nil, err
	}
	if m.Sys {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	p := &askPage{sight: s, ID: "move", Heading: s.T("contact.move."+name) + " · " + page.Ref, Action: page.base() + "/move/" + name, Send: s.T("contact.move." + name), Icon: contactIcons[name], Form: form}
	p.needed(m.Fit(&contact.Contact{}))
	for _, f := range m.Asks {
		if q, ok := page.desk.Contacts.Sheet.Find(f); ok {
			p.add(asked(q), q.Get(page.One))
		}
	}
	return p, nil
}

func (d *Desk) contactMove(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refOf(record.Contact, r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	name := r.PathValue("move")
	c, err := d.Contacts.Move(r.Context(), s.By, n, name, record.Input{Fields: s.filled(form)})
	if err != nil {
		p, bad := s.contactAsk(r, form)
		if bad != nil {
			return err
		}
		return p.refused(w, r, err)
	}
	return d.doneContact(w, r, s, c, part.Toast{Text: s.T("desk.moved", "ref", c.Ref(), "did", s.T("contact.did."+name)), Icon: contactIcons[name]})
}

// filled are the fields of the page's practice that a form brings.
func (s *sight) filled(form *Form) map[string]string {
	out := map[string]string{}
	for _, q := range s.of.Sheet {
		if _, given := form.Values[q.Name]; given {
			out[q.Name] = s.answer(q.Type, form.Get(q.Name))
		}
	}
	return out
}

// contactFields are what can be corrected on a contact.
var contactFields = []string{"title", "description", "requester", "caller", "phone", "channel", "service", "department", "zone", "answer"}

func (s *sight) contactEditor(r *http.Request, form *Form) (*askPage, error) {
	page, err := s.contactPage(r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	if err := s.By.May("contact.edit"); err != nil {
		return nil, err
	}
	p := &askPage{sight: s, ID: "edit", Heading: s.T("contact.move.edit") + " · " + page.Ref, Action: page.base() + "/edit", Send: s.T("desk.save"), Form: form, Was: map[string]string{}}
	for _, name := range contactFields {
		if f, ok := s.desk.Contacts.Sheet.Find(name); ok && !f.Fixed {
			p.Was[name] = f.Get(page.One)
			p.add(asked(f), f.Get(page.One))
		}
	}
	return p, nil
}

func (d *Desk) contactEditForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.contactEditor(r, nil)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

// contactEdit changes what the editor changed, each from the value he saw.
func (d *Desk) contactEdit(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refOf(record.Contact, r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	var changes []record.Change
	filled := s.filled(form)
	for _, name := range contactFields {
		now, given := filled[name]
		if was := form.Get("was." + name); given && was != now {
			changes = append(changes, record.Change{Field: name, Was: was, Now: now})
		}
	}
	c, err := d.Contacts.Edit(r.Context(), s.By, n, changes, record.Input{})
	if err != nil {
		p, bad := s.contactEditor(r, form)
		if bad != nil {
			return err
		}
		return p.refused(w, r, err)
	}
	return d.doneContact(w, r, s, c, part.Toast{Text: s.T("desk.contact.edited", "ref", c.Ref())})
}

// composer prepares the note of the page.
func (p *contactPage) composer() *said {
	if p.Again != nil {
		return p.Again
	}
	return &said{sight: p.sight, Ref: p.Ref, Seen: "", Text: p.Draft.Text, Open: p.Draft.Text != "", Next: !p.Full}
}

func (d *Desk) contactNote(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refOf(record.Contact, r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	in := record.Input{Text: form.Get("text"), Files: attached(form), Sure: form.Get("sure") != ""}
	c, err := d.Contacts.Note(r.Context(), s.By, n, in)
	if err != nil {
		p, bad := s.contactPage(r.PathValue("ref"))
		if bad != nil || fault.All(err) == nil || fault.Is(err, fault.Denied) {
			return err
		}
		again := p.composer()
		again.blame(err, in)
		return answerAgain(w, r, again, func() error { p.Again = again; return p.show(w, r, http.StatusUnprocessableEntity) })
	}
	if err := s.forget(c.Ref() + ".note"); err != nil {
		return err
	}
	if form.Get("next") != "" && Partial(r) {
		w.Header().Set("HX-Trigger-After-Settle", "kilter:next")
	}
	return d.doneContact(w, r, s, c, part.Toast{Text: s.T("desk.noted", "ref", c.Ref())}, contactComposed)
}

// contactWatch lets the one who looks follow the contact, or not any more.
func (d *Desk) contactWatch(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refOf(record.Contact, r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	off := form.Get("off") != "" || r.URL.Query().Get("off") != ""
	c, err := d.Contacts.One(r.Context(), s.By, n, record.Input{}, func(k *record.Sitting[*contact.Contact], c *contact.Contact) error {
		return follow(k, c, s.By.ID, off)
	})
	if err != nil {
		return err
	}
	return d.doneContact(w, r, s, c, s.watched(c.Ref(), "/contacts/"+c.Ref(), off))
}

// follow lets a person watch a record, or not any more.
func follow[R record.Body](k *record.Sitting[R], r R, who people.ID, off bool) error {
	if off {
		return k.Unwatch(r, who)
	}
	return k.Watch(r, who)
}

// watched says so, with the way back.
func (s *sight) watched(ref, base string, off bool) part.Toast {
	if off {
		return part.Toast{Text: s.T("desk.watching_no_more", "ref", ref), Icon: "eye-off", Undo: base + "/watch"}
	}
	return part.Toast{Text: s.T("desk.watching_now", "ref", ref), Icon: "eye", Undo: base + "/watch?off=true"}
}
