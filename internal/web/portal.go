package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// PortalDesk is the portal of officials: report a fault, follow it, answer,
// say that it is solved, rate the help, read what is broken for everybody. Its
// pages work without script and never show what is for staff only, whoever
// looks. App wires one and mounts its routes.
type PortalDesk struct {
	*Shell
	Incidents *incident.Desk
	Ledger    record.Ledger
	Files     record.Files
	Drafts    record.Drafts
	Directory *directory.Directory
	Actor     func(*http.Request) (people.Actor, error) // Unknown when nobody is signed in
	Person    func(ctx context.Context, id people.ID) (people.Person, error)
	Board     BoardFollowers
	Articles  *knowledge.Desk // nil where there is no knowledge base
	Finder    record.Finder   // searches it
	// Advise finds work-arounds for a trouble; nil where no problems are kept.
	Advise func(context.Context, people.Actor, problem.Trouble) ([]problem.Advice, error)
	Grades *record.GradeRoom // nil where nothing is graded
	Orders Orders            // its Desk is nil where nothing can be ordered
	Rooms  []Room            // the pages that live in packages of their own
}

// BoardFollowers keeps who wants to hear of a major incident that is on the
// notice board without seeing its record.
type BoardFollowers interface {
	Follow(ctx context.Context, person people.ID, n record.Number, now time.Time) error
	Unfollow(ctx context.Context, person people.ID, n record.Number) error
	Followed(ctx context.Context, person people.ID) ([]record.Number, error)
}

// portalPath is where the portal begins.
const portalPath = "/portal"

// Guest is one request to the portal: an official, whoever looks, and what he
// may see. A page struct embeds it.
type Guest struct {
	*Frame
	By  people.Actor
	All *setting.All // as they were when the request came

	desk *PortalDesk
	ctx  context.Context // a guest lives as long as his request
}

// PortalPage answers a request to the portal.
type PortalPage func(w http.ResponseWriter, r *http.Request, g *Guest) error

// guest is a Guest of the portal's own pages.
type guest struct {
	*Guest
	view *directory.View
}

type guestHandler func(w http.ResponseWriter, r *http.Request, g *guest) error

// Routes mounts the pages of the portal. Every one of them is for anybody who
// is signed in, and acts in his own name within his own scope.
func (d *PortalDesk) Routes(mux Mux) {
	for pattern, h := range map[string]guestHandler{
		"GET " + portalPath:                               d.home,
		"GET " + portalPath + "/report":                   d.reportForm,
		"GET " + portalPath + "/reports":                  d.mine,
		"GET " + portalPath + "/department":               d.department,
		"GET " + portalPath + "/reports/{ref}":            d.show,
		"POST " + portalPath + "/reports/{ref}/solve":     d.solve,
		"POST " + portalPath + "/reports/{ref}/rate":      d.rate,
		"GET " + portalPath + "/reports/{ref}/files/{id}": d.file,
		"GET " + portalPath + "/board":                    d.board,
		"POST " + portalPath + "/board/{ref}":             d.follow,
		"PUT " + portalPath + "/drafts/{place}":           d.keepDraft,
	} {
		mux.Handle(pattern, d.bounded(pattern, d.guest(h)))
	}
	d.knowledgeRoutes(mux)
	for i := range d.Rooms {
		d.enter(mux, &d.Rooms[i])
	}
	if d.Orders.Desk != nil {
		d.orderRoutes(mux)
	}
	for pattern, h := range map[string]guestHandler{
		"POST " + portalPath + "/report":               d.report,
		"POST " + portalPath + "/reports/{ref}/reply":  d.answer,
		"POST " + portalPath + "/reports/{ref}/reopen": d.reopen,
	} {
		mux.Handle(pattern, brings(d.guest(h)))
	}
}

// orderRoutes mounts the pages of the catalogue, of requests and of decisions.
func (d *PortalDesk) orderRoutes(mux Mux) {
	for pattern, h := range map[string]guestHandler{
		"GET " + portalPath + "/catalogue":                d.catalogue,
		"GET " + portalPath + "/catalogue/{id}":           d.orderForm,
		"GET " + portalPath + "/requests":                 d.orders,
		"GET " + portalPath + "/requests/{ref}":           d.showRequest,
		"GET " + portalPath + "/requests/{ref}/file/{id}": d.requestFile,
		"POST " + portalPath + "/requests/{ref}/decide":   d.decide,
		"GET " + portalPath + "/requests/{ref}/answers":   d.amendForm,
		"GET " + portalPath + "/approvals":                d.approvals,
		"POST " + portalPath + "/requests/{ref}/rate":     d.rateRequest,
		"GET " + portalPath + "/deputy":                   d.deputyForm,
		"POST " + portalPath + "/deputy":                  d.setDeputy,
	} {
		mux.Handle(pattern, d.bounded(pattern, d.guest(h)))
	}
	for pattern, h := range map[string]guestHandler{
		"POST " + portalPath + "/catalogue/{id}":         d.order,
		"POST " + portalPath + "/requests/{ref}/{deed}":  d.actOnRequest,
		"POST " + portalPath + "/requests/{ref}/answers": d.amend,
	} {
		mux.Handle(pattern, brings(d.guest(h)))
	}
}

func (d *PortalDesk) bounded(pattern string, h http.Handler) http.Handler {
	if pattern[:4] == "GET " {
		return h
	}
	return Limit(h, BodyLimit, BodyTime)
}

func (d *PortalDesk) guest(h guestHandler) http.Handler {
	return d.Handle(func(w http.ResponseWriter, r *http.Request) error {
		by, err := d.Actor(r)
		if err != nil {
			return err
		}
		if by.ID == 0 {
			return fault.New(fault.Unknown, "trouble.401")
		}
		view := d.Directory.View()
		g := &guest{Guest: &Guest{Frame: d.Frame(r), By: official(by), All: view.All, desk: d, ctx: r.Context()}, view: view}
		portalWays(g.Frame, g.By, r.URL.Path, d.Rooms)
		return h(w, r, g)
	})
}

// official is somebody as the portal treats him: a requester among others.
// Staff who come here see what officials see, no more.
func official(by people.Actor) people.Actor {
	by.Staff = false
	by.Teams = nil
	by.Scope = people.Scope{Own: by.ID, Teams: people.Circles(false), Departments: by.Scope.Departments, AllZones: by.Scope.AllZones, Cleared: by.Scope.Cleared}
	return by
}

// portalWays are the links in the head of every page an official sees.
func portalWays(f *Frame, by people.Actor, path string, rooms []Room) {
	f.Portal = []part.Link{
		{Label: f.T("portal.start"), Href: portalPath, Active: path == portalPath},
		{Label: f.T("portal.report"), Href: portalPath + "/report"},
		{Label: f.T("portal.mine"), Href: portalPath + "/reports"},
	}
	if by.Can("request.open") {
		f.Portal = append(f.Portal, part.Link{Label: f.T("portal.catalogue"), Href: portalPath + "/catalogue"}, part.Link{Label: f.T("portal.orders"), Href: portalPath + "/requests"})
	}
	if len(by.Scope.Departments) > 0 {
		f.Portal = append(f.Portal, part.Link{Label: f.T("portal.department"), Href: portalPath + "/department"})
	}
	f.Portal = append(f.Portal, part.Link{Label: f.T("portal.board"), Href: portalPath + "/board"})
	if by.Can("knowledge.read") {
		f.Portal = append(f.Portal, part.Link{Label: f.T("portal.help"), Href: portalHelp})
	}
	for _, room := range rooms {
		if room.Portal != nil {
			f.Portal = append(f.Portal, room.Portal(f, by)...)
		}
	}
	if !f.Portal[0].Active {
		mark(f.Portal[1:], path)
	}
}

// Thing is the name of something of the settings, "" for none.
func (g *Guest) Thing(id int64) string {
	if id == 0 {
		return ""
	}
	return g.All.Name(id, string(g.Lang()))
}

// services are those offered to the reader.
func (g *guest) services() []part.Option {
	var out []part.Option
	for _, t := range g.desk.Directory.Catalogue(g.By) {
		out = append(out, part.Option{Value: strconv.FormatInt(t.ID, 10), Label: t.Label(string(g.Lang()))})
	}
	return out
}

// open reads one record and whether it is the reader's own.
func (g *guest) open(ref string) (v *incident.View, own bool, err error) {
	kind, n, err := record.ParseRef(ref)
	if err != nil {
		return nil, false, err
	}
	if kind != record.Incident {
		return nil, false, fault.New(fault.Missing, "record.no_such").With("ref", ref)
	}
	if v, err = g.desk.Incidents.Read(g.ctx, g.By, n); err != nil {
		return nil, false, err
	}
	return v, v.Requester == g.By.ID, nil
}

// may reports whether the reader can take the record along a move now.
func may(v *incident.View, move string) bool {
	for _, m := range v.Moves {
		if m.Name == move {
			return true
		}
	}
	return false
}
