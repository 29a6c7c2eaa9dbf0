// Package change is the page on which people work at a change: whoever is asked
// says yes or no, its risk with every reason, what it meets in its window with
// the path, and the next free times, each of which is taken with one press.
package change

import (
	"context"
	"net/http"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web"
)

// Pages are these pages. App gives them the desk, what it plans against, and
// the decisions that are asked for.
type Pages struct {
	Desk      *change.Desk
	Planning  *handoff.Planning
	Approvals record.Approvals
	Drifts    *change.Drifts
	// Attribute finds what is kept of items of some class, by its name; may be nil.
	Attribute func(name string) (cmdb.Attribute, bool)

	Assess        *change.Opinions
	Announcements *change.Announcements
	// WorksIn reports of departments whether a person belongs to them.
	WorksIn func(context.Context, people.ID) (func(people.DepartmentID) bool, error)
}

// Room is these pages as the house mounts them.
func (p *Pages) Room() web.Room {
	const at, told = "/changes/{ref}/plan", "/changes/{ref}/announce"
	of := func(deed string) string { return "change." + deed }
	return web.Room{
		Name: "change", Portal: p.portal,
		Pages: []web.Page{
			web.ForStaff("GET "+at, of("read"), p.page((*sight).plan)),
			web.ForStaff("GET "+unkeptPath, of("read"), p.page((*sight).unkept)),
			web.ForStaff("GET "+driftPath, of("read"), p.page((*sight).drifts)),
			web.ForStaff("GET "+driftAt, of("read"), p.page((*sight).drift)),
			web.ForStaff("POST "+driftAt+"/explain", change.ExplainsDrift, p.page((*sight).explainDrift)),
			web.ForStaff("POST "+driftAt+"/open", of("open"), p.page((*sight).openDrift)),
			web.ForStaff("GET "+outcomeAt, of("read"), p.page((*sight).outcome)),
			web.ForStaff("POST "+outcomeAt, of("close"), p.page((*sight).conclude)),
			web.ForStaff("GET "+printAt, of("read"), p.page((*sight).print)),
			web.ForStaff("POST "+at+"/approve", of(record.Consents), p.page((*sight).approve)),
			web.ForStaff("POST "+at+"/refuse", of(record.Declines), p.page((*sight).refuse)),
			web.ForStaff("POST "+at+"/schedule", of("schedule"), p.page((*sight).schedule)),
			web.ForStaff("GET "+modelsAt, of("read"), p.page((*sight).models)),
			web.ForStaff("POST "+modelsAt+"/{id}/approve", change.ModelApprove, p.page((*sight).approveModel)),
			web.ForStaff("POST "+modelsAt+"/{id}/withdraw", change.ModelApprove, p.page((*sight).withdrawModel)),
			web.ForStaff("POST "+at+"/reschedule", of("reschedule"), p.page((*sight).reschedule)),
			web.ForStaff("POST "+at+"/opinions", of("assess"), p.page((*sight).askOpinion)),
			web.ForStaff("POST "+at+"/opinions/{id}", change.DeedOpine, p.page((*sight).giveOpinion)),
			web.ForStaff("POST "+at+"/opinions/{id}/drop", of("assess"), p.page((*sight).dropOpinion)),
			web.ForStaff("GET "+told, of("read"), p.page((*sight).announce)),
			web.ForStaff("POST "+told, change.DeedAnnounce, p.page((*sight).draftAnnounce)),
			web.ForStaff("POST "+told+"/{id}", change.DeedAnnounce, p.page((*sight).editAnnounce)),
			web.ForStaff("POST "+told+"/{id}/send", change.DeedAnnounce, p.page((*sight).sendAnnounce)),
			web.ForStaff("POST "+told+"/{id}/withdraw", change.DeedAnnounce, p.page((*sight).withdrawAnnounce)),
			web.ForPortal("GET "+workPath, web.Known, p.work),
			web.ForPortal("GET "+workPath+"/{id}", web.Known, p.oneWork),
		},
	}
}

// sight is one request to these pages.
type sight struct {
	*web.Sight
	*Pages
	ctx context.Context // a sight lives as long as its request
}

// page makes a page for staff of a handler.
func (p *Pages) page(h func(*sight, http.ResponseWriter, *http.Request) error) web.StaffPage {
	return func(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
		return h(&sight{Sight: s, Pages: p, ctx: r.Context()}, w, r)
	}
}

// outcomeAt is where what followed a change is shown, and its review closed.
const outcomeAt = "/changes/{ref}/outcome"

// number is that of the change in the address.
func number(r *http.Request) (record.Number, error) {
	kind, n, err := record.ParseRef(r.PathValue("ref"))
	if err != nil || kind != record.Changes {
		return 0, fault.New(fault.Missing, "record.no_such").With("ref", r.PathValue("ref"))
	}
	return n, nil
}

// planPage is what is asked, weighed, met and free of one change.
type planPage struct {
	*sight
	One    *change.Change
	Form   *web.Form
	About  string // which form of the page that is
	Rounds []*approval.Round
	Asked  bool // the reader may answer now

	Opinions []change.Opinion
	Lacks    []change.Role   // whose assessment is missing
	Standing change.Standing // with telling the users

	Weighs bool // the reader may see what would suffer
	Risk   *change.Proposal
	Known  []record.Row // its open risks in the register
	Meets  []handoff.Meeting
	Free   *handoff.Free
	Length time.Duration // of the times that are sought
}

func (s *sight) plan(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, nil, "")
}

// show writes the page; with a form when something in one was wrong.
func (s *sight) show(w http.ResponseWriter, r *http.Request, f *web.Form, about string) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	one, err := s.Desk.Find(s.ctx, s.By, n)
	if err != nil {
		return err
	}
	p := &planPage{sight: s, One: one, Form: f, About: about, Weighs: s.By.Can(cmdb.DeedImpact)}
	p.Title = one.Ref() + " " + s.T("change.plan")
	p.Needs("choose")
	s.column(one, "plan")
	for _, read := range []func() error{p.assessed, p.tells, p.asks, p.weigh, p.known, p.meet, p.seek} {
		if err := read(); err != nil {
			return err
		}
	}
	return web.Show(w, r, f.Status(), planView(p))
}

// asks reads who is asked, and whether the reader is.
func (p *planPage) asks() (err error) {
	if p.Rounds, err = p.Approvals.Rounds(p.ctx, p.One.ID); err != nil || len(p.Rounds) == 0 {
		return err
	}
	deputies, err := p.Approvals.Deputies(p.ctx, p.By.ID, p.Now)
	if err != nil {
		return err
	}
	p.Asked = p.Rounds[len(p.Rounds)-1].Seated(p.By.ID, approval.Stands(deputies, p.Now))
	return nil
}

// weigh proposes the risk while it is being decided on; afterwards it is what
// was decided.
func (p *planPage) weigh() (err error) {
	if p.Weighs && p.One.Authorised.IsZero() && !p.over() {
		p.Risk, err = p.Planning.Weigh(p.ctx, p.By, p.One)
	}
	return err
}

// known reads what the risk register has of the change.
func (p *planPage) known() (err error) {
	if p.By.Can("risk.read") {
		p.Known, err = p.Desk.Entries(p.ctx, p.By, p.One)
	}
	return err
}

// lacksRisk reports whether the change needs a risk in the register, by its class
// or by the one that is proposed, and has none.
func (p *planPage) lacksRisk() bool {
	if len(p.Known) > 0 || !p.One.Authorised.IsZero() || p.over() || p.Desk.City.Register == nil {
		return false
	}
	as := *p.One
	if as.Class == "" && p.Risk != nil {
		as.Class = p.Risk.Class
	}
	return p.Desk.City.Register().Demands(&as)
}

// over reports whether the change is not planned any more.
func (p *planPage) over() bool {
	switch p.One.State {
	case change.Implementing, change.Implemented, change.BackedOut, change.Broken, change.Documented, change.Reviewing, change.Closed, change.Rejected, change.Cancelled:
		return true
	}
	return false
}

// meet lists what the change meets in its window.
func (p *planPage) meet() (err error) {
	if when := p.One.Window(); p.windowed() && !p.over() {
		p.Meets, err = p.Planning.Meets(p.ctx, p.By, p.One, when)
	}
	return err
}

func (p *planPage) windowed() bool {
	return !p.One.Starts.IsZero() && p.One.Ends.After(p.One.Starts)
}

// seek finds the next times, once the change names what it is about.
func (p *planPage) seek() (err error) {
	if p.over() {
		return nil
	}
	p.Length = p.One.Length()
	p.Free, err = p.Planning.Free(p.ctx, p.By, p.One, change.Ask{From: p.Now, Until: p.Now.Add(change.Horizon), Length: p.Length})
	return err
}

// takes is the move by which the reader can take a time, "" when he cannot.
func (p *planPage) takes() string {
	move := ""
	switch p.One.State {
	case change.Authorised:
		move = "schedule"
	case change.Scheduled, change.Built, change.Ready:
		move = "reschedule"
	}
	if move == "" || !p.By.Can("change."+move) {
		return ""
	}
	return move
}

func (p *planPage) record() string { return record.Changes.Path() + "/" + p.One.Ref() }

func (p *planPage) base() string { return p.record() + "/plan" }

// form is what was typed into a form of the page; nil for another.
func (p *planPage) form(about string) *web.Form {
	if p.About == about {
		return p.Form
	}
	return nil
}

// did sends on to the page, or shows it anew with what is wrong.
func (s *sight) did(w http.ResponseWriter, r *http.Request, f *web.Form, about string, err error) error {
	if err == nil {
		return web.Go(w, r, record.Changes.Path()+"/"+r.PathValue("ref")+"/plan")
	}
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.Missing) {
		return err
	}
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	return s.show(w, r, f, about)
}
