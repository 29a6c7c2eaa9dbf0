package app

import (
	"context"
	"sync/atomic"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/contact"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
)

// wireDirectory makes what answers who is who and what belongs where.
func (h *house) wireDirectory(ctx context.Context) error {
	h.directory = &directory.Directory{Keeper: h.settings, Roll: h.db.Roll(), Items: h.mayName(h.db.Items()), Records: h.mayNameRecord}
	return h.refresh(ctx)
}

// mayName says whether an actor may name an item on a record: it is there and
// lies in a zone he is cleared for.
func (h *house) mayName(items cmdb.Store) func(people.Actor, int64) error {
	return func(by people.Actor, id int64) error {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		found, err := items.Find(ctx, by.Scope, record.ItemID(id))
		if err == nil && len(found) == 0 {
			return fault.At("item", "setting.no_such").With("kind", "item").With("id", id)
		}
		return err
	}
}

// mayNameRecord says whether an actor may name another record on one: it is
// there, and he sees it.
func (h *house) mayNameRecord(by people.Actor, field, ref string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_, err := record.Lookup(ctx, h.db.Ledger(), by.Scope, ref)
	if fault.Is(err, fault.Missing) {
		return fault.At(field, "record.no_such").With("ref", ref)
	}
	return err
}

// wireIncidents makes the desk for incidents, with the city around it.
func (h *house) wireIncidents() {
	d := h.directory
	inner := record.Desk[*incident.Incident]{Store: h.db.Incidents(), Now: Now}
	inner.Rules.Refers = d.Refers
	inner.Rules.Terms = func(i *incident.Incident) []sla.Term {
		terms, _ := d.View().Terms(int64(i.Service), i.Priority, i.Opened)
		return terms
	}
	inner.Rules.Grades = func(i *incident.Incident) grade.Terms {
		if i.State != incident.Closed {
			return h.grading(&i.Head, time.Time{})
		}
		return h.grading(&i.Head, i.Closed)
	}
	inner.Own = h.own(record.Incident)
	inner.Files, inner.Limits = h.db.Files(), record.StandardLimits
	h.incidents = incident.NewDesk(inner, h.city(), h.db.Ledger(), h.db.IncidentShelf())
	calls := record.Desk[*contact.Contact]{Store: h.db.Contacts(), Now: Now, Own: h.own(record.Contact), Files: inner.Files, Limits: inner.Limits}
	calls.Rules.Refers = d.Refers
	h.contacts = contact.NewDesk(calls, h.db.Ledger())
	h.wireProblems()
	h.wireReleases()
	h.wireRisks()
	h.wireKnowledge()
	h.wireRequests()
	h.wireChanges()
	h.wireSchedule()
}

// city answers what the incident desk asks about the city.
func (h *house) city() incident.City {
	d := h.directory
	return incident.City{
		Policy: h.policy,
		Route: func(i *incident.Incident) people.TeamID {
			team, _ := d.View().Route(catalogue.Call{Practice: string(record.Incident), Category: int64(i.Category), Service: int64(i.Service), Zone: i.Zone, Department: i.Department, Priority: i.Priority})
			return team
		},
		Line: func(t people.TeamID) int {
			return map[people.Line]int{people.FirstLine: 1, people.SecondLine: 2, people.ByContract: 3}[d.View().Team(t).Line]
		},
		Person:   h.db.Person,
		Coded:    h.db.Coded,
		Hall:     func(id people.DepartmentID) bool { return d.View().Department(id).Hall },
		Zone:     func(s record.ServiceID) people.ZoneID { return d.View().Service(int64(s)).Zone },
		Workdays: h.workdays,
	}
}

// policy is the centre's, with the matrix that its editor keeps.
func (h *house) policy() incident.Policy {
	v := h.directory.View()
	p, err := incident.PolicyOf(v.All)
	if err != nil {
		h.env.Log.Error("the incident policy cannot be read; the standard one holds", "err", err)
		p = incident.StandardPolicy()
	}
	m := v.Matrix()
	p.Matrix, p.VIP, p.Hall = m.Grid, m.VIP, m.Hall
	if p.Desk == 0 {
		p.Desk = v.OnlyDesk() // a new centre has one, and has not thought of a policy yet
	}
	return p
}

// workdays counts on the centre's usual calendar.
func (h *house) workdays(from time.Time, days int) time.Time {
	cal := h.directory.View().Calendar(0)
	for limit := 400; days > 0 && limit > 0; limit-- {
		next := from.AddDate(0, 0, 1)
		if cal.Between(from, next) > 0 {
			days--
		}
		from = next
	}
	return from
}

// own gives the centre's own fields of a practice, read again when the
// settings have changed.
func (h *house) own(k record.Kind) func() []record.Own {
	type read struct {
		version int64
		fields  []record.Own
	}
	var held atomic.Pointer[read]
	return func() []record.Own {
		all := h.settings.All()
		if r := held.Load(); r != nil && r.version == all.Version {
			return r.fields
		}
		fields, err := record.OwnFields(all, k)
		if err != nil {
			h.env.Log.Error("the centre's own fields cannot be read", "practice", k, "err", err)
		}
		held.Store(&read{all.Version, fields})
		return fields
	}
}
