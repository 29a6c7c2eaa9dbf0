package web

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// portalCase is one report as its requester sees it.
type portalCase struct {
	*guest
	View   *incident.View
	Ref    string
	Own    bool
	New    bool // it was registered a moment ago
	Says   []saying
	Answer *Form
	Files  []record.Attach // came with a form that was sent back
	Reopen *Form
	Graded *portalGraded
}

// saying is a line of the conversation: words by somebody, or a thing that
// happened. The desk speaks with one voice: whose turn it is to work is not
// the requester's to know.
type saying struct {
	ID    string
	Mine  bool
	Who   part.Person
	At    time.Time
	Text  string
	Event string // what happened, when nobody said anything
	Icon  string
	Files []record.Attachment

	Changed []changedField // the answers that were changed
}

func (d *PortalDesk) show(w http.ResponseWriter, r *http.Request, g *guest) error {
	p, err := g.report(r)
	if err != nil {
		return err
	}
	p.New = r.URL.Query().Get("new") != ""
	held, err := g.draft(p.Ref)
	if err != nil {
		return err
	}
	if held != nil {
		p.Answer = &Form{Values: held}
	}
	return Show(w, r, http.StatusOK, portalCasePage(p))
}

func (g *guest) report(r *http.Request) (*portalCase, error) {
	v, own, err := g.open(r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	p := &portalCase{guest: g, View: v, Ref: v.Ref(), Own: own}
	p.Title = p.Ref + " " + v.Title
	p.Says = p.sayings()
	p.Graded, err = g.graded(r, portalPath+"/reports/"+p.Ref, p.Ref, own)
	return p, err
}

// sayings turn the public part of the timeline into the conversation.
func (p *portalCase) sayings() []saying {
	v := p.View
	var out []saying
	if v.Description != "" {
		out = append(out, saying{ID: "first", Mine: p.Own, Who: p.by(v.Requester == p.By.ID), At: v.Opened, Text: v.Description, Files: p.filesAt(v.Opened)})
	}
	for _, e := range v.Entries {
		s := saying{ID: "e" + strconv.FormatInt(e.ID, 10), Mine: e.By == p.By.ID, At: e.At, Text: e.Text, Files: p.filesOf(e.ID)}
		_, deed, _ := strings.Cut(e.Deed, ".")
		switch {
		case deed == "open" && v.Description != "":
			continue // its words stand at the top
		case strings.TrimSpace(e.Text) != "" || len(s.Files) > 0:
			s.Who = p.by(e.By == v.Requester)
			s.Mine = e.By == v.Requester
		}
		if key := "portal.did." + deed; p.Has(key) && (e.Text == "" || e.To != "") {
			s.Event, s.Icon = p.T(key), portalIcons[deed]
		}
		if s.Event == "" && s.Text == "" && len(s.Files) == 0 {
			continue
		}
		out = append(out, s)
	}
	return out
}

var portalIcons = map[string]string{
	"open": "send", "accept": "player-play", "wait": "player-pause", "resolve": "check", "confirm": "checks", "close": "checks",
	"reopen": "refresh", "cancel": "x", "dismiss": "x", "merge": "git-merge", "rate": "star",
}

// fileAt is the address of a file of the record.
func (p *portalCase) fileAt(id int64) string {
	n := strconv.FormatInt(id, 10)
	if p.View == nil {
		return portalPath + "/requests/" + p.Ref + "/file/" + n
	}
	return portalPath + "/reports/" + p.Ref + "/files/" + n
}

// by is who speaks: the requester by name, everybody else as the desk.
func (p *portalCase) by(requester bool) part.Person {
	if requester && p.Own {
		return part.Person{Name: p.T("portal.you"), Initials: part.Initials(p.By.Name), Hue: part.Hue(int64(p.By.ID))}
	}
	if requester {
		return part.Person{Name: p.T("portal.requester"), Initials: "·", Hue: 4}
	}
	return part.Person{Name: p.T("app.portal"), Initials: "IT", Hue: 1}
}

func (p *portalCase) filesOf(entry int64) []record.Attachment {
	return slices.DeleteFunc(slices.Clone(p.View.Files), func(a record.Attachment) bool { return a.Entry != entry })
}

// filesAt are those that came with the report itself.
func (p *portalCase) filesAt(opened time.Time) []record.Attachment {
	for _, e := range p.View.Entries {
		if strings.HasSuffix(e.Deed, ".open") && e.At.Equal(opened) {
			return p.filesOf(e.ID)
		}
	}
	return nil
}

// way is where the report stands, in four steps.
func (p *portalCase) way() []part.Step {
	words := []string{"received", "working", "solved", "done"}
	at := map[flow.State]int{incident.New: 0, incident.Classified: 0, incident.Assigned: 0, incident.InProgress: 1, incident.Pending: 1, incident.Resolved: 2, incident.Closed: 3}[p.View.State]
	if p.View.State == incident.Cancelled {
		return []part.Step{{Word: p.T("portal.step.received"), Done: true}, {Word: p.T("portal.state.cancelled"), Active: true}}
	}
	out := make([]part.Step, len(words))
	for i, word := range words {
		out[i] = part.Step{Word: p.T("portal.step." + word), Done: i < at, Active: i == at}
	}
	return out
}

// next says what happens now, and who does it.
func (p *portalCase) next() string {
	state := string(p.View.State)
	switch p.View.State {
	case incident.Pending:
		if p.View.Waiting == incident.ForUser {
			return p.T("portal.next.pending_user")
		}
		return p.T("portal.next.pending")
	case incident.Resolved:
		return p.T("portal.next.resolved", "until", p.Date(p.View.CloseBy))
	case incident.Cancelled:
		if p.View.EndedAs == incident.Duplicate {
			return p.T("portal.next.duplicate")
		}
	}
	return p.T("portal.next." + state)
}

func (p *portalCase) may(move string) bool { return p.Own && may(p.View, move) }

// answers reports whether the page offers to write.
func (p *portalCase) answers() bool {
	return p.By.Can("incident.reply") && p.View.State != incident.Cancelled && p.View.State != incident.Closed
}

func (d *PortalDesk) answer(w http.ResponseWriter, r *http.Request, g *guest) error {
	return g.deed(w, r, func(p *portalCase, s *sent) error {
		p.Answer, p.Files = s.Form, s.Files
		if s.Wrong() {
			return nil // a file was refused: the form comes back
		}
		_, err := d.Incidents.Reply(r.Context(), g.By, p.View.Number, record.Input{Text: s.Get("text"), Files: s.Files, Sure: true})
		return err
	}, "reply")
}

// solve is the requester's word that it works again.
func (d *PortalDesk) solve(w http.ResponseWriter, r *http.Request, g *guest) error {
	return g.deed(w, r, func(p *portalCase, s *sent) error {
		return g.move(r.Context(), p, "confirm", record.Input{})
	}, "solved")
}

func (d *PortalDesk) rate(w http.ResponseWriter, r *http.Request, g *guest) error {
	p, err := g.report(r)
	if err != nil {
		return err
	}
	return g.give(w, r, p.Graded.At, p.Ref, func(again *portalGraded) error {
		p.Graded = again
		return Show(w, r, http.StatusUnprocessableEntity, portalCasePage(p))
	})
}

func (d *PortalDesk) reopen(w http.ResponseWriter, r *http.Request, g *guest) error {
	return g.deed(w, r, func(p *portalCase, s *sent) error {
		p.Reopen, p.Files = s.Form, s.Files
		if s.Wrong() {
			return nil
		}
		return g.move(r.Context(), p, "reopen", record.Input{Text: s.Get("why"), Files: s.Files})
	}, "reopened")
}

func (g *guest) move(ctx context.Context, p *portalCase, name string, in record.Input) error {
	in.Public, in.Sure = true, true
	_, err := g.desk.Incidents.Move(ctx, g.By, p.View.Number, name, in)
	return err
}

// deed does something with a report and shows it anew; a form that is wrong
// comes back with all that was typed.
func (g *guest) deed(w http.ResponseWriter, r *http.Request, do func(*portalCase, *sent) error, done string) error {
	p, err := g.report(r)
	if err != nil {
		return err
	}
	s, err := g.read(r)
	if err != nil {
		return err
	}
	err = do(p, s)
	if err == nil && !s.Wrong() {
		if done == "reply" {
			if err := g.Forget(p.Ref); err != nil {
				return err
			}
		}
		return Go(w, r, portalPath+"/reports/"+p.Ref+"#end")
	}
	for _, one := range fault.All(err) {
		if one.Field == "text" && p.Reopen != nil {
			one.Field = "why"
		}
	}
	if err := s.Blame(g.Printer, err); err != nil {
		return err
	}
	if fault.Is(err, fault.Conflict) { // it has moved on meanwhile: show how it stands now
		q, err := g.report(r)
		if err != nil {
			return err
		}
		q.Answer, q.Reopen, q.Files = p.Answer, p.Reopen, p.Files
		p = q
	}
	return Show(w, r, http.StatusUnprocessableEntity, portalCasePage(p))
}

// file gives out what is attached to a public entry. Only pictures and plain
// text are shown by the browser; all else is offered for saving, and nothing
// in it runs.
func (d *PortalDesk) file(w http.ResponseWriter, r *http.Request, g *guest) error {
	v, _, err := g.open(r.PathValue("ref"))
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return fault.New(fault.Missing, "record.no_such_file")
	}
	a, err := d.Incidents.File(r.Context(), g.By, v.Number, id)
	if err != nil {
		return err
	}
	return d.send(w, r, a)
}

// requestFile sends a file of a request.
func (d *PortalDesk) requestFile(w http.ResponseWriter, r *http.Request, g *guest) error {
	kind, n, err := record.ParseRef(r.PathValue("ref"))
	id, bad := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || bad != nil || kind != record.Request {
		return fault.New(fault.Missing, "record.no_such_file")
	}
	a, err := d.Orders.Desk.File(r.Context(), g.By, n, id)
	if err != nil {
		return err
	}
	return d.send(w, r, a)
}

func (d *PortalDesk) send(w http.ResponseWriter, r *http.Request, a record.Attachment) error {
	serving(w, a)
	if err := d.Files.Read(r.Context(), a.File, w); err != nil {
		return errors.Join(fmt.Errorf("web: file %d", a.ID), err)
	}
	return nil
}

// serving sets the headers with which a stranger's file goes out.
func serving(w http.ResponseWriter, a record.Attachment) {
	how, h := a.Serve(), w.Header()
	kind := "attachment"
	if how.Inline {
		kind = "inline"
	}
	h.Set("Content-Type", how.Type)
	h.Set("Content-Length", strconv.FormatInt(a.Content.Size, 10))
	h.Set("Content-Disposition", mime.FormatMediaType(kind, map[string]string{"filename": a.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
}
