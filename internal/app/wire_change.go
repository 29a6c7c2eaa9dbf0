package app

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// wireChanges makes the desk for changes, and what they are planned against.
func (h *house) wireChanges() {
	d, shelf := h.directory, h.db.ChangeShelf()
	inner := record.Desk[*change.Change]{Store: h.db.Changes(), Now: Now, Own: h.own(record.Changes), Files: h.db.Files(), Limits: record.StandardLimits}
	inner.Rules.Refers = d.Refers
	inner.Rules.Decides = approval.Terms{Due: h.workdays}
	h.planning = &handoff.Planning{
		Analyst: h.analyst(), Planners: []change.Planner{shelf, h.db.WorkNotices()}, Past: shelf.Past, Now: Now, Witness: h.db.ChangeWitness(), Tasks: h.db.Ledger().Tasks,
		Policy: func() (change.Policy, error) { return change.PolicyOf(h.settings.All()) },
		Zone:   func(s record.ServiceID) people.ZoneID { return d.View().Service(int64(s)).Zone },
		Hours:  func(s record.ServiceID) *calendar.Calendar { return d.View().Calendar(int64(s)) },
	}
	h.planning.Arranged = change.Book{Settings: h.settings.All, Items: h.db.Items().Coded, Calendar: h.calendarOf}.Arranged
	h.changes = change.NewDesk(inner, change.City{
		Zone:      func(s record.ServiceID) people.ZoneID { return d.View().Service(int64(s)).Zone },
		Authority: func() change.Authority { return h.changePolicy().Authority },
		Seats:     h.changeSeats,
		Owns:      func(p people.ID) bool { return slices.Contains(h.serviceOwners(), p) },
		Meets:     h.planning.Open,
		Register:  func() change.RegisterPolicy { return h.changePolicy().RegisterPolicy },
	}, h.db.Ledger(), shelf)
	h.changes.Together = h.db.Together
	h.changes.Models = &change.Models{Settings: h.settings.All, Store: h.db.ChangeModels(), Policy: h.changePolicy, Now: Now, Items: h.db.Items().Coded, Seen: h.seenCodes}
	h.meetings = &change.Meetings{Store: h.db.ChangeMeetings(), Desk: h.changes, Approvals: h.db.Approvals(), Policy: h.changePolicy, Now: Now, Place: h.place, Refers: d.Refers}
	h.changes.City.Owes = h.meetings.Owes
	h.wireAnnouncements()
	h.guardChanges()
}

// changeRequests raises changes that other records ask for.
func (h *house) changeRequests() handoff.ChangeRequests {
	return handoff.ChangeRequests{Changes: h.changes, Problems: h.problems, Ledger: h.db.Ledger(), Together: h.db.Together}
}

// changePolicy is what the centre arranged for its changes.
func (h *house) changePolicy() change.Policy {
	p, err := change.PolicyOf(h.settings.All())
	if err != nil {
		h.env.Log.Error("the policy for changes cannot be read; the standard one holds", "err", err)
		return change.StandardPolicy()
	}
	return p
}

// serviceOwners are the owners of the services in use.
func (h *house) serviceOwners() []people.ID {
	var out []people.ID
	for _, t := range h.settings.All().Of(setting.Service) {
		if owner := h.directory.View().Service(t.ID).Owner; owner != 0 && !t.Retired && !slices.Contains(out, owner) {
			out = append(out, owner)
		}
	}
	return out
}

// changeSeats are those who have a say on a change in a capacity: persons in
// use who may consent and are cleared for its network.
func (h *house) changeSeats(c *change.Change, as change.Capacity) []approval.Seat {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	var out []approval.Seat
	for _, id := range h.changeVoices(c, as) {
		if id == 0 || slices.ContainsFunc(out, func(s approval.Seat) bool { return s.Person == id }) {
			continue
		}
		if why, err := h.unseated(ctx, id, c.Zone, "change."+record.Consents); err != nil || why != "" {
			continue // a stage that too few are left for says so itself
		}
		who, _ := h.directory.Roll.Find(id)
		out = append(out, approval.Seat{Person: id, Department: who.Department})
	}
	return out
}

// changeVoices are the persons whom a capacity means for a change.
func (h *house) changeVoices(c *change.Change, as change.Capacity) []people.ID {
	p := h.changePolicy()
	switch as {
	case change.Manager:
		return h.holders("change_manager")
	case change.Board:
		return p.Board
	case change.Director:
		return h.holders("director")
	case change.Committee:
		return p.Committee
	}
	// The owner of the service that is changed, and those of the committee who
	// own one.
	owners := h.serviceOwners()
	out := []people.ID{h.directory.View().Service(int64(c.Service)).Owner}
	for _, id := range p.Committee {
		if slices.Contains(owners, id) {
			out = append(out, id)
		}
	}
	return out
}

// wireSchedule makes the forward schedule of changes, and the notices of others
// that stand in it.
func (h *house) wireSchedule() {
	d := h.directory
	zone := func(s record.ServiceID) people.ZoneID { return d.View().Service(int64(s)).Zone }
	called := func(by people.Actor, k setting.Kind, t record.Type, name string) int64 {
		for _, one := range h.settings.All().Of(k) {
			if !one.Retired && (strings.EqualFold(one.Code, name) || strings.EqualFold(one.Name.En, name) || one.Name.Zh == name) && d.Refers(by, t, "", strconv.FormatInt(one.ID, 10)) == nil {
				return one.ID
			}
		}
		return 0
	}
	notices := &change.Notices{Store: h.db.WorkNotices(), Now: Now, Refers: d.Refers, Zone: zone, Together: h.db.Together, Names: change.NoticeNames{
		Service: func(by people.Actor, name string) record.ServiceID {
			return record.ServiceID(called(by, setting.Service, record.Service, name))
		},
		Zone: func(by people.Actor, name string) people.ZoneID {
			return people.ZoneID(called(by, setting.Zone, record.Zone, name))
		},
		Item: func(ctx context.Context, by people.Actor, code string) record.ItemID {
			sight, err := h.planning.Analyst.Sight(ctx, by)
			if err != nil {
				return 0
			}
			return sight.Coded(code)
		},
	}}
	h.feeds = &change.Feeds{Store: h.db.ChangeFeeds(), Now: Now, Actor: func(ctx context.Context, id people.ID) (people.Actor, error) {
		return h.who.roster.Actor(ctx, id, 0, Now())
	}}
	h.schedule = &handoff.Schedule{
		Planning: h.planning, Notices: notices, Zone: zone,
		Retired: func(id record.ServiceID) bool {
			t := h.settings.All().Find(setting.Service, int64(id))
			return t == nil || t.Retired
		},
		Agendas: map[string]change.Agenda{"change.read": h.db.DatedChanges(), "release.read": h.db.DatedReleases()},
		Dropped: map[string]change.Agenda{"change.read": h.db.DroppedChanges(), "release.read": h.db.DroppedReleases()},
	}
}
