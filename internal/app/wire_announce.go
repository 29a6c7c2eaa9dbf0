package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/job"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// wireAnnouncements makes the room in which users are told of changes before.
func (h *house) wireAnnouncements() {
	h.announcements = &change.Announcements{
		Store: h.db.ChangeAnnouncements(), Desk: h.changes, Touches: h.planning.Touches, Words: h.announcing, Readers: h.readersOf, Below: h.below, Tell: h.tellOfWork, Turned: h.db.AnnouncementTurns(), TellTurn: h.tellOfTurn,
		Policy: h.changePolicy, Days: h.workdays, Now: Now, Refers: h.directory.Refers, Together: h.db.Together,
	}
	h.changes.City.Told = h.announcements.Told
	h.opinions = &change.Opinions{
		Store: h.db.ChangeOpinions(), Desk: h.changes, Policy: h.changePolicy, Usual: h.assessors, Refers: h.directory.Refers, Now: Now, Together: h.db.Together,
		Tell: func(ctx context.Context, c *change.Change, o *change.Opinion) error {
			n := about(notice.OpinionAsked, o.ID, &c.Head, o.AskedAt)
			n.Place += "/plan"
			return h.nudge(ctx, n, 0, c.Zone, o.Asked)
		},
	}
	h.changes.City.Asks, h.changes.City.Assessed = h.opinions.Begin, h.opinions.Assessed
}

// assessors are those who assess a change in a role unless somebody is named:
// persons in use who may, and are cleared for its network.
func (h *house) assessors(c *change.Change, r change.Role) []people.ID {
	var all, out []people.ID
	switch r {
	case change.Technical:
		all = []people.ID{c.Owner, h.directory.View().Team(c.Team).Lead}
	case change.OfService:
		all = []people.ID{h.directory.View().Service(int64(c.Service)).Owner}
	case change.Security:
		all = h.holders("security_officer")
	case change.Configuration:
		all = h.holders("configuration_manager")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	for _, id := range all {
		if id == 0 || slices.Contains(out, id) {
			continue
		}
		if why, err := h.unseated(ctx, id, c.Zone, change.DeedOpine); err == nil && why == "" {
			out = append(out, id)
		}
	}
	return out
}

// announcing drafts what users are told of a change, in both languages.
func (h *house) announcing(c *change.Change, touched change.Affected) (title, text people.Text) {
	all := h.settings.All()
	write := func(l lang.Lang) (string, string) {
		p := lang.For(l).In(h.place())
		var names []string
		for _, id := range touched.Services {
			if name := all.Name(int64(id), l.HTML()); name != "" {
				names = append(names, name)
			}
		}
		if t := all.Find(setting.Service, int64(c.Service)); len(names) == 0 && t != nil && catalogue.Cleared(people.Everything().Written(c.Zone), t) {
			names = append(names, t.Label(l.HTML()))
		}
		of := p.List(names)
		if of == "" {
			of = c.Title
		}
		say := p.T("change.announce.draft_text", "services", of, "starts", p.DateTime(c.Starts), "ends", p.DateTime(c.Ends))
		if c.Communication != "" {
			say += "\n\n" + c.Communication
		}
		return p.T("change.announce.draft_title", "services", of), say
	}
	title.En, text.En = write(lang.English)
	title.Zh, text.Zh = write(lang.Chinese)
	return title, text
}

// below is departments with those below them, each once.
func (h *house) below(departments []people.DepartmentID) []people.DepartmentID {
	var out []people.DepartmentID
	for _, d := range departments {
		for _, id := range h.settings.All().Below(int64(d)) {
			out = append(out, people.DepartmentID(id))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// readersOf lists who is told: everybody of some departments and of those below
// them who is cleared for a network and whose account is not locked.
func (h *house) readersOf(ctx context.Context, departments []people.DepartmentID, zone people.ZoneID) ([]people.ID, error) {
	q := people.Query{Departments: h.below(departments), Limit: 1000}
	locked, err := h.db.Locked(ctx)
	if err != nil {
		return nil, err
	}
	var out []people.ID
	for {
		some, err := h.db.Persons(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range some {
			p := &some[i]
			cleared := zone == 0
			if !cleared {
				a, err := h.who.roster.Actor(ctx, p.ID, p.Version, Now())
				if len(fault.All(err)) > 0 {
					continue // he has gone
				}
				if err != nil {
					return nil, err
				}
				cleared = a.Scope.Clears(zone)
			}
			if cleared && !p.Retired && !locked[p.ID] {
				out = append(out, p.ID)
			}
		}
		if len(some) < q.Limit {
			return out, nil
		}
		q.After = some[len(some)-1].Code
	}
}

// tellOfWork tells one person of a planned change.
func (h *house) tellOfWork(ctx context.Context, a *change.Announcement, who people.ID) error {
	p, err := h.db.Person(ctx, who)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	if p.Doc.Lang == "" {
		p.Doc.Lang = h.directory.View().Centre().Lang
	}
	one, mail := notice.Nudging(p, notice.Nudge{What: notice.WorkTold, Target: a.ID, Name: a.Title, Place: fmt.Sprintf("/portal/work/%d", a.ID), At: a.Sent}, h.db.Place())
	one.Bell = one.Bell && p.Staff // officials see it on their pages
	if mail != nil {
		mail.Staff = p.Staff
		say := lang.For(inLang(p.Doc.Lang)).In(h.place())
		mail.Text = say.T("change.announce.when", "starts", say.DateTime(a.Span.From), "ends", say.DateTime(a.Span.Until))
	}
	if !h.mailing() {
		mail = nil
	}
	if !one.Bell && mail == nil {
		return nil
	}
	return h.db.Nudges().Nudge(ctx, one, mail)
}

// worksIn reports of departments whether a person belongs to them, or to one
// below.
func (h *house) worksIn(ctx context.Context, who people.ID) (func(people.DepartmentID) bool, error) {
	p, err := h.db.Person(ctx, who)
	if err != nil {
		return nil, err
	}
	v := h.directory.View()
	return func(d people.DepartmentID) bool {
		return p.Department != 0 && v.Within(int64(p.Department), int64(d))
	}, nil
}

// announceDuty tells whom an announcement did not reach because telling was
// interrupted, and what became of those that were sent.
func (h *house) announceDuty() job.Duty {
	return job.Duty{Name: "announcements", Every: time.Minute, Run: func(ctx context.Context, _ time.Time) (bool, error) {
		return false, errors.Join(h.announcements.Resume(ctx), h.announcements.Turn(ctx))
	}}
}
