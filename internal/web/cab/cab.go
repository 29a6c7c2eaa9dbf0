// Package cab is the pages on which the change advisory board and the emergency
// committee meet: the agenda, who is there, the votes, conditions and minutes.
package cab

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Path is where the pages begin.
const Path = "/cab"

// Pages are these pages. App gives them the meetings and the decisions asked for.
type Pages struct {
	Meetings  *change.Meetings
	Approvals record.Approvals
}

// Room is these pages as the house mounts them.
func (p *Pages) Room() web.Room {
	const read, hold, at, on = change.MeetingRead, change.MeetingHold, Path + "/{id}", Path + "/{id}/points/{ref}"
	return web.Room{
		Name: "cab", Rail: p.rail,
		Pages: []web.Page{
			web.ForStaff("GET "+Path, read, p.page((*sight).list)),
			web.ForStaff("GET "+Path+"/new", hold, p.page((*sight).newMeeting)),
			web.ForStaff("POST "+Path+"/new", hold, p.page((*sight).convene)),
			web.ForStaff("GET "+at, read, p.page((*sight).meeting)),
			web.ForStaff("GET "+at+"/print", read, p.page((*sight).print)),
			web.ForStaff("POST "+at+"/recall", hold, p.page((*sight).recall)),
			web.ForStaff("POST "+at+"/attend", hold, p.page((*sight).attend)),
			web.ForStaff("POST "+at+"/open", hold, p.page((*sight).open)),
			web.ForStaff("POST "+at+"/close", hold, p.page((*sight).close)),
			web.ForStaff("POST "+at+"/call-off", hold, p.page((*sight).callOff)),
			web.ForStaff("POST "+at+"/points", hold, p.page((*sight).add)),
			web.ForStaff("POST "+on+"/drop", hold, p.page((*sight).drop)),
			web.ForStaff("POST "+on+"/raise", hold, p.page((*sight).raise)),
			web.ForStaff("POST "+on+"/note", hold, p.page((*sight).note)),
			web.ForStaff("POST "+on+"/condition", hold, p.page((*sight).require)),
			web.ForStaff("POST "+on+"/conditions/{n}", hold, p.page((*sight).meet)),
			web.ForStaff("POST "+on+"/approve", "change."+record.Consents, p.page((*sight).approve)),
			web.ForStaff("POST "+on+"/refuse", "change."+record.Declines, p.page((*sight).refuse)),
			web.ForStaff("POST "+on+"/phone", "change.record_emergency", p.page((*sight).phone)),
			web.ForStaff("POST "+at+"/actions", hold, p.page((*sight).act)),
			web.ForStaff("POST "+at+"/actions/{n}", read, p.page((*sight).done)),
		},
	}
}

func (p *Pages) rail(f *web.Frame, by people.Actor) []part.Link {
	if !by.Can(change.MeetingRead) {
		return nil
	}
	return []part.Link{{Label: f.T("cab.title"), Href: Path, Icon: "users"}}
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

// listPage is all meetings.
type listPage struct {
	*sight
	Coming, Past []*change.Session
}

func (s *sight) list(w http.ResponseWriter, r *http.Request) error {
	p := &listPage{sight: s}
	p.Title = s.T("cab.title")
	all, err := s.Meetings.List(s.ctx, s.By)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.State == change.Convened || m.State == change.InSession {
			p.Coming = append(p.Coming, m)
		} else {
			p.Past = append(p.Past, m)
		}
	}
	slices.Reverse(p.Coming)
	p.column(all, 0)
	return web.Show(w, r, http.StatusOK, listView(p))
}

// mostBeside is how many meetings stand in the second column.
const mostBeside = 12

// column fills the second column with the latest meetings.
func (s *sight) column(all []*change.Session, open int64) {
	g := web.Group{Title: s.T("cab.title"), Views: []part.Link{{Label: s.T("cab.all"), Href: Path, Icon: "users", Active: open == 0}}}
	for i, m := range all {
		if i == mostBeside {
			break
		}
		g.Views = append(g.Views, part.Link{Label: s.Date(m.Span.From) + " " + s.T("cab.kind."+string(m.Kind)), Href: href(m.ID), Icon: icon(m.Meeting), Active: m.ID == open})
	}
	s.Views = []web.Group{g}
}

func icon(m *change.Meeting) string {
	if m.Phone {
		return "phone"
	}
	return "calendar"
}

func href(id int64) string { return Path + "/" + strconv.FormatInt(id, 10) }

// tone is how the state of a meeting is shown.
func tone(s change.Stand) (part.Tone, string) {
	switch s {
	case change.InSession:
		return part.Amber, "player-play"
	case change.Held:
		return part.Jade, "check"
	case change.CalledOff:
		return part.Violet, "x"
	}
	return part.Slate, "clock"
}

// meetingPage is one meeting.
type meetingPage struct {
	*sight
	One     *change.Session
	Form    *web.Form
	About   string // which form of the page that is
	Seats   map[int64]bool
	Decide  []record.Row // what could be put on the agenda
	Review  []record.Row
	Present []people.ID
}

func (s *sight) meeting(w http.ResponseWriter, r *http.Request) error { return s.show(w, r, nil, "") }

// show writes the page of a meeting; with a form when something in one was wrong.
func (s *sight) show(w http.ResponseWriter, r *http.Request, f *web.Form, about string) error {
	p, err := s.one(r)
	if err != nil {
		return err
	}
	p.Form, p.About = f, about
	p.Needs("choose")
	if s.By.Can(change.MeetingHold) && s.By.Can("change.read") && !p.over() {
		if p.Decide, p.Review, err = s.Meetings.Waiting(s.ctx, s.By, p.One); err != nil {
			return err
		}
	}
	all, err := s.Meetings.List(s.ctx, s.By)
	if err != nil {
		return err
	}
	s.column(all, p.One.ID)
	return web.Show(w, r, f.Status(), meetingView(p))
}

// one reads the meeting in the address, and on which of its points the reader
// may vote now.
func (s *sight) one(r *http.Request) (*meetingPage, error) {
	one, err := s.Meetings.Find(s.ctx, s.By, web.PathID(r, "id"))
	if err != nil {
		return nil, err
	}
	p := &meetingPage{sight: s, One: one, Seats: map[int64]bool{}}
	p.Title = s.T("cab.kind."+string(one.Kind)) + " " + s.Date(one.Span.From)
	deputies, err := s.Approvals.Deputies(s.ctx, s.By.ID, s.Now)
	if err != nil {
		return nil, err
	}
	there := slices.Contains(one.Present, s.By.ID) && one.State == change.InSession
	for _, i := range one.Agenda {
		p.Seats[i.Change] = there && i.What == change.ToDecide && i.Round != nil && i.Short == nil && i.Round.Seated(s.By.ID, approval.Stands(deputies, s.Now))
	}
	return p, nil
}

func (s *sight) print(w http.ResponseWriter, r *http.Request) error {
	p, err := s.one(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, printView(p))
}

func (p *meetingPage) base() string { return href(p.One.ID) }

func (p *meetingPage) over() bool {
	return p.One.State == change.Held || p.One.State == change.CalledOff
}

// leads reports whether the reader leads meetings, and this one is not over.
func (p *meetingPage) leads() bool { return p.By.Can(change.MeetingHold) && !p.over() }

// form is what was typed into a form of the page; nil for another.
func (p *meetingPage) form(about string) *web.Form {
	if p.About == about {
		return p.Form
	}
	return nil
}

// did sends on to the meeting, or shows it anew with what is wrong.
func (s *sight) did(w http.ResponseWriter, r *http.Request, f *web.Form, about string, err error) error {
	if err == nil {
		return web.Go(w, r, Path+"/"+r.PathValue("id"))
	}
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.Missing) {
		return err
	}
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	return s.show(w, r, f, about)
}
