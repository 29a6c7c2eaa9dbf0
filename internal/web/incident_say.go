package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// said is a reply or note that somebody writes.
type said struct {
	*sight
	Ref      string
	Public   bool
	Text     string
	Told     []string // who reads a reply
	Seen     string   // the newest entry when the writer began
	Warnings []string
	Faults   []string
	Files    []record.Attach
	Open     bool // shown at once: there is a draft, or it came back
	Canned   []part.Option
	Next     bool // "send and next" makes sense: a list is beside it
}

func (c *said) name() string {
	if c.Public {
		return "reply"
	}
	return "note"
}

func (c *said) base() string { return c.of.Path + "/" + c.Ref }

// word says where the text goes.
func (c *said) word() string {
	switch {
	case !c.Public:
		return c.T("desk.note_word")
	case len(c.Told) == 0:
		return c.T("desk.reply_nobody")
	case len(c.Told) == 1:
		return c.T("desk.reply_one", "name", c.Told[0])
	}
	return c.N("desk.reply_many", len(c.Told)-1, "name", c.Told[0])
}

// who are all that read it, always in sight.
func (c *said) who() string {
	if !c.Public {
		return c.T("desk.note_who")
	}
	return strings.Join(c.Told, c.T("list.comma"))
}

// send is what the button says.
func (c *said) send() string {
	switch {
	case len(c.Warnings) > 0:
		return c.T("desk.send_anyway")
	case !c.Public:
		return c.T("desk.note_send")
	case len(c.Told) == 0:
		return c.T("desk.reply_send_nobody")
	}
	return c.N("desk.reply_send", len(c.Told))
}

// composer prepares a composer of the page.
func (p *incidentPage) composer(public bool) *said {
	c := &said{sight: p.sight, Ref: p.Ref, Public: public, Told: p.told(), Seen: p.lastEntry(), Next: !p.Full}
	if d := p.Drafts[c.name()]; d.Text != "" {
		c.Text, c.Open = d.Text, true
	}
	use := record.UseNote
	if public {
		use = record.UseReply
	}
	canned, err := record.Templates(p.sight.All, record.Incident, use, p.By.Teams)
	if err != nil {
		return c // canned texts are a convenience: one that cannot be read is left out
	}
	values := p.blanks(canned)
	for _, t := range canned {
		c.Canned = append(c.Canned, part.Option{Label: t.Name.In(string(p.Lang())), Value: record.Fill(t.Text.In(string(p.Lang())), values)})
	}
	return c
}

// blanks are what the placeholders of canned texts stand for; who cannot be read
// stands for nothing.
func (p *incidentPage) blanks(texts []record.Canned) map[string]string {
	b := incident.Blanks{
		Requester: p.Requester, Me: people.Person{Name: p.By.Name}, Named: p.Thing, Today: p.Date(p.Now),
		State: p.T("incident.state." + string(p.One.State)), Priority: p.Priority(p.One.Priority),
	}
	if p.sight.desk.Persons != nil {
		if err := b.Meet(p.ctx, p.One, p.By.ID, texts, p.sight.desk.Persons.Person); err != nil && p.sight.desk.Log != nil {
			p.sight.desk.Log.WarnContext(p.ctx, "whom a text names cannot be read", "error", err)
		}
	}
	if centre := p.sight.All.Coded(setting.Centre, directory.CentreCode); centre != nil {
		b.Centre = centre.Label(string(p.Lang()))
		if doc, err := setting.Read[directory.Centre](*centre); err == nil {
			b.Phone = doc.Phone
		}
	}
	if !p.One.Due.IsZero() {
		b.Due = p.DateTime(p.One.Due)
	}
	return b.Values(p.One)
}

func (d *Desk) reply(w http.ResponseWriter, r *http.Request, s *sight) error {
	return d.say(w, r, s, true)
}

func (d *Desk) note(w http.ResponseWriter, r *http.Request, s *sight) error {
	return d.say(w, r, s, false)
}

func (d *Desk) say(w http.ResponseWriter, r *http.Request, s *sight, public bool) error {
	n, err := refNumber(r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	in := record.Input{Text: form.Get("text"), Public: public, Files: attached(form), Sure: form.Get("sure") != ""}
	in.Seen, _ = strconv.ParseInt(form.Get("seen"), 10, 64) // no number, no check
	deed := d.Incidents.Note
	if public {
		deed = d.Incidents.Reply
	}
	one, err := deed(r.Context(), s.By, n, in)
	if err != nil {
		return d.sayAgain(w, r, s, n, in, err)
	}
	c := &said{Public: public}
	if err := s.Forget(one.Ref() + "." + c.name()); err != nil {
		return err
	}
	p, err := s.pageOf(one)
	if err != nil {
		return err
	}
	if form.Get("next") != "" && Partial(r) {
		w.Header().Set("HX-Trigger-After-Settle", "kilter:next")
	}
	key := "desk.noted"
	if public {
		key = "desk.replied"
	}
	return d.done(w, r, s, one, part.Toast{Text: s.T(key, "ref", one.Ref())}, composersOOB(p))
}

// sayAgain brings a text back with what stands against it; nothing typed is
// lost.
func (d *Desk) sayAgain(w http.ResponseWriter, r *http.Request, s *sight, n record.Number, in record.Input, cause error) error {
	all := fault.All(cause)
	if len(all) == 0 || fault.Is(cause, fault.Denied) || fault.Is(cause, fault.Missing) {
		return cause
	}
	one, err := d.Incidents.Find(r.Context(), s.By, n)
	if err != nil {
		return err
	}
	p, err := s.pageOf(one)
	if err != nil {
		return err
	}
	c := p.composer(in.Public)
	c.blame(cause, in)
	return answerAgain(w, r, c, func() error {
		p.Full, p.Again = true, c
		p.Title = p.Ref + " " + one.Title
		return Show(w, r, http.StatusUnprocessableEntity, incidentFull(p))
	})
}

// blame brings back what was written with what stands against it.
func (c *said) blame(cause error, in record.Input) {
	c.Text, c.Files, c.Open = in.Text, in.Files, true
	for _, f := range fault.All(cause) {
		if strings.HasPrefix(f.Key, "record.warn.") {
			c.Warnings = append(c.Warnings, c.Fault(f))
		} else {
			c.Faults = append(c.Faults, c.Fault(f))
		}
	}
}

// answerAgain shows a composer a second time: alone, or on its whole page.
func answerAgain(w http.ResponseWriter, r *http.Request, c *said, page func() error) error {
	if Partial(r) {
		return again(w, r, "compose-"+c.name(), composer(c))
	}
	return page()
}

// draftDoc is what a draft holds: the text, and the other fields of its form.
type draftDoc struct {
	Text   string     `json:"text,omitempty"`
	Fields url.Values `json:"fields,omitempty"`
}

// mostDraftPlace bounds the name of a draft's place.
const mostDraftPlace = 60

// saveDraft keeps what is being typed.
func (d *Desk) saveDraft(w http.ResponseWriter, r *http.Request, s *sight) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	place := r.PathValue("place")
	if len(place) > mostDraftPlace {
		return fault.New(fault.Missing, "record.no_draft")
	}
	doc, err := json.Marshal(draftDoc{Text: form.Values.Get("text"), Fields: form.Values})
	if err != nil {
		return err
	}
	draft := record.Draft{Person: s.By.ID, Place: place, Doc: doc, At: s.Now}
	if held, err := d.Drafts.Find(r.Context(), s.By.ID, place); err == nil {
		draft.Version = held.Version
	} else if !fault.Is(err, fault.Missing) {
		return err
	}
	if err := d.Drafts.Save(r.Context(), &draft); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// dropDraft throws a draft away.
func (d *Desk) dropDraft(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.Forget(r.PathValue("place")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// drafts reads what this person has typed on a record and not sent.
func (s *sight) drafts(ref string) (map[string]draftDoc, error) {
	out := map[string]draftDoc{}
	for _, name := range []string{"reply", "note"} {
		doc, err := s.draft(ref + "." + name)
		if err != nil {
			return nil, err
		}
		out[name] = doc
	}
	return out, nil
}

func (s *Sight) draft(place string) (doc draftDoc, err error) {
	if s.desk.Drafts == nil {
		return doc, nil
	}
	d, err := s.desk.Drafts.Find(s.ctx, s.By.ID, place)
	if fault.Is(err, fault.Missing) {
		return doc, nil
	}
	if err != nil {
		return doc, err
	}
	return doc, json.Unmarshal(d.Doc, &doc)
}

// may reports whether the page offers a composer.
func (p *incidentPage) may(deed string) bool {
	return p.By.Can("incident."+deed) && (deed != "reply" || p.One.State != incident.Cancelled)
}
