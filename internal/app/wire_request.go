package app

import (
	"context"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/practice/sla"
)

// wireRequests makes the desk for service requests, with the city around it.
func (h *house) wireRequests() {
	d := h.directory
	inner := record.Desk[*request.Request]{Store: h.db.Requests(), Now: Now, Own: h.own(record.Request), Files: h.db.Files(), Limits: record.StandardLimits}
	inner.Rules.Refers = d.Refers
	inner.Rules.Terms = h.requestTerms
	inner.Rules.Grades = func(r *request.Request) grade.Terms {
		if r.State != request.Closed {
			return h.grading(&r.Head, time.Time{})
		}
		return h.grading(&r.Head, r.Closed)
	}
	inner.Rules.Decides = approval.Terms{Due: h.workdays}
	h.requests = request.NewDesk(inner, request.City{
		Offering: func(by people.Actor, id int64) (request.Offer, bool) {
			o, t, ok := d.Offering(by, id)
			if !ok {
				return request.Offer{}, false
			}
			return request.Offer{Offering: o, ID: t.ID, Name: t.Name}, true
		},
		Person: func(ctx context.Context, id people.ID) (people.Actor, error) {
			return h.who.roster.Actor(ctx, id, 0, Now())
		},
		Place: func(s record.ServiceID) (people.ZoneID, people.TeamID) {
			v := d.View().Service(int64(s))
			return v.Zone, v.Support
		},
		Home: func(p people.ID) people.DepartmentID {
			who, _ := d.Roll.Find(p)
			return who.Department
		},
		Seats:   h.seats,
		Due:     h.hoursOn,
		Answers: h.answerRefers,
	}, h.db.Ledger(), h.db.RequestShelf())
}

// requestTerms is the promise of the offering: so many business hours of its
// service. Waiting for a consent, the requester or a supplier stops it.
func (h *house) requestTerms(r *request.Request) []sla.Term {
	if r.Hours == 0 {
		return nil
	}
	return []sla.Term{{
		Name: sla.Resolve, Target: time.Duration(r.Hours) * time.Hour, Calendar: h.directory.View().Calendar(int64(r.Service)),
		Stops: []string{string(request.ForApproval), string(request.ForUser), string(request.ForSupplier)},
	}}
}

// hoursOn is the end of so many business hours of a service.
func (h *house) hoursOn(from time.Time, hours int, service record.ServiceID) time.Time {
	span := time.Duration(hours) * time.Hour
	cal := h.directory.View().Calendar(int64(service))
	if cal == nil {
		return from.Add(span)
	}
	due, err := cal.Add(from, span)
	if err != nil {
		h.env.Log.Error("a calendar has no end for a task", "service", int64(service), "err", err)
		return time.Time{}
	}
	return due
}

// answerRefers checks what an answer names: items as records do, departments of
// the whole city, for somebody may move to any of them. Officials name
// colleagues only: an answer shows what a number is called.
func (h *house) answerRefers(by people.Actor) form.Refers {
	return func(t form.Type, field, id string) error {
		var err error
		switch n, bad := strconv.ParseInt(id, 10, 64); {
		case bad != nil:
			return fault.At(field, "record.not_a_number")
		case t == form.Person && !by.Staff:
			err = h.directory.Colleague(by.ID, people.ID(n))
		case t == form.Department:
			anybody := by
			anybody.Staff = true
			err = h.directory.Refers(anybody, record.Department, field, id)
		default:
			err = h.directory.Refers(by, record.Type(t), field, id)
		}
		for _, f := range fault.All(err) {
			f.Field = field
		}
		return err
	}
}

// seats are those who decide on a request in a capacity: persons in use who are
// cleared for its network; and who is named in vain, with the reason.
func (h *house) seats(r *request.Request, w catalogue.Decider) (out []approval.Seat, none []request.Unseated, _ error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	for _, id := range h.deciders(r, w) {
		if id == 0 || slices.ContainsFunc(out, func(s approval.Seat) bool { return s.Person == id }) {
			continue
		}
		why, err := h.unseated(ctx, id, r.Zone, "request."+record.Consents)
		if err != nil {
			return nil, nil, err
		}
		if why != "" {
			none = append(none, request.Unseated{Person: id, As: w.As, Why: why})
			continue
		}
		who, _ := h.directory.Roll.Find(id) // he is there
		out = append(out, approval.Seat{Person: id, Department: who.Department, As: string(w.As)})
	}
	if len(out)+len(none) == 0 {
		none = append(none, request.Unseated{As: w.As, Why: request.Nobody})
	}
	return out, none, nil
}

// unseated says why somebody cannot decide, by a deed, on what belongs to a
// network, "" when he can.
func (h *house) unseated(ctx context.Context, id people.ID, zone people.ZoneID, deed string) (request.Why, error) {
	a, err := h.who.roster.Actor(ctx, id, 0, Now())
	_, known := h.directory.Roll.Find(id)
	switch {
	case fault.Is(err, fault.Missing), fault.Is(err, fault.Unknown), err == nil && !known:
		return request.Gone, nil
	case err != nil:
		return "", err
	case !a.Scope.Clears(zone):
		return request.Uncleared, nil
	case !a.Can(deed):
		return request.Ungranted, nil
	}
	return "", nil
}

// deciders are the persons whom a capacity means for a request.
func (h *house) deciders(r *request.Request, w catalogue.Decider) []people.ID {
	v := h.directory.View()
	switch w.As {
	case catalogue.Superior:
		if above := h.superior(r); above != nil {
			return above
		}
		return []people.ID{v.Service(int64(r.Service)).Owner} // who has nobody above him asks the owner
	case catalogue.BusinessOwner:
		return []people.ID{v.Department(v.Service(int64(r.Service)).BusinessOwner).Head}
	case catalogue.ServiceOwner:
		return []people.ID{v.Service(int64(r.Service)).Owner}
	case catalogue.SecurityOfficer:
		return h.holders(access.SecurityOfficer)
	case catalogue.OfTeam:
		return v.Team(w.Team).Members
	}
	return []people.ID{w.Person}
}

// superior is the head of the department of whoever gets it, else of the one
// above: nobody is his own superior.
func (h *house) superior(r *request.Request) []people.ID {
	v, dep := h.directory.View(), r.Department
	if r.For != 0 {
		if who, ok := h.directory.Roll.Find(r.For); ok {
			dep = who.Department
		}
	}
	for range 10 {
		head := v.Department(dep).Head
		if head != 0 && head != r.For && head != r.Requester {
			return []people.ID{head}
		}
		t := v.All.Any(int64(dep))
		if t == nil || t.Parent == 0 {
			return nil
		}
		dep = people.DepartmentID(t.Parent)
	}
	return nil
}
