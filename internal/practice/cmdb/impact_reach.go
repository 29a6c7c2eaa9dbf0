package cmdb

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"kilter/internal/base/graph"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
)

// ServiceHit is a service of the catalogue that suffers.
type ServiceHit struct {
	Service     record.ServiceID
	Condition   Condition
	Criticality Criticality
	Speaks      []record.ItemID // the items that stand for the service and suffer; none: only parts of it suffer
	Items       int             // of the service that suffer
	Users       int             // as its items state it
}

// DepartmentHit is a department that a service which suffers belongs to, or an
// item that stands for one.
type DepartmentHit struct {
	Department people.DepartmentID
	Condition  Condition
	Services   []record.ServiceID
	Persons    int // who belong to it
}

// AtRisk is an agreement on a service that suffers.
type AtRisk struct {
	Agreement sla.Agreement
	Services  []record.ServiceID
}

// surround adds what stands around the items.
func (a *Analyst) surround(ctx context.Context, by people.Actor, v *view, out *Impact) error {
	if err := a.services(ctx, by, v, out); err != nil {
		return err
	}
	if err := a.departments(ctx, v, out); err != nil {
		return err
	}
	a.agreements(out)
	ids := make([]record.ItemID, len(out.Items))
	for i, s := range out.Items {
		ids[i] = s.ID
	}
	for _, kind := range []struct {
		deed  string
		about func(context.Context, people.Scope, []record.ItemID) ([]About, error)
	}{{"incident.read", a.Around.Open}, {"problem.read", a.Around.Problems}, {"change.read", a.Around.Changes}} {
		if !by.Can(kind.deed) {
			continue
		}
		records, err := kind.about(ctx, by.Scope, ids)
		if err != nil {
			return err
		}
		out.Records = append(out.Records, records...)
	}
	return nil
}

// services says how the services stand. Items of the class service speak for
// theirs: it is as bad as the worst of them. Where there are none, its systems
// do: it is down when all of them are. A service of which nothing that speaks
// for it suffers has parts that do.
func (a *Analyst) services(ctx context.Context, by people.Actor, v *view, out *Impact) error {
	hits := map[record.ServiceID]*ServiceHit{}
	state := map[record.ItemID]Condition{}
	var speak []record.ItemID
	for i := range out.Items {
		s := &out.Items[i]
		if s.Service == 0 {
			continue
		}
		h := hits[s.Service]
		if h == nil {
			h = &ServiceHit{Service: s.Service}
			hits[s.Service] = h
		}
		h.Items++
		if n, _ := v.at(s.ID); v.speaks[n] {
			h.Speaks = append(h.Speaks, s.ID)
			state[s.ID] = s.Condition
			speak = append(speak, s.ID)
		}
	}
	held, err := a.held(ctx, by, speak)
	if err != nil {
		return err
	}
	all := a.Settings()
	for id, h := range hits {
		thing := all.Find(setting.Service, int64(id))
		if thing != nil {
			doc, err := setting.Read[catalogue.Service](*thing)
			if err != nil {
				return err
			}
			if !v.clears(doc.Zone) {
				continue
			}
			h.Criticality = Criticality(doc.Criticality)
		}
		h.Condition = v.conditionOf(id, state)
		for _, item := range h.Speaks {
			h.Criticality = graver(h.Criticality, held[item].Criticality)
			h.Users = max(h.Users, usersOf(held[item]))
		}
		out.Services = append(out.Services, *h)
	}
	out.people()
	slices.SortFunc(out.Services, func(a, b ServiceHit) int {
		return cmp.Or(cmp.Compare(b.Condition, a.Condition), cmp.Compare(weight(b.Criticality), weight(a.Criticality)), cmp.Compare(b.Users, a.Users), cmp.Compare(a.Service, b.Service))
	})
	return nil
}

// people counts who is concerned. Items state how many use a service, not who:
// the same persons may use several, so that only a span is certain, and nobody
// is counted twice at its lower end.
func (out *Impact) people() {
	out.Users, out.UsersMost = 0, 0
	for _, h := range out.Services {
		out.Users, out.UsersMost = max(out.Users, h.Users), out.UsersMost+h.Users
	}
}

// conditionOf is a service's condition from those of the items that speak for
// it.
func (v *view) conditionOf(id record.ServiceID, state map[record.ItemID]Condition) Condition {
	worst, down, seen := graph.OK, 0, 0
	for _, n := range v.spoken[id] {
		if !v.sees(n) {
			continue
		}
		seen++
		s := state[v.nodes[n].ID]
		if worst = max(worst, s); s == graph.Down {
			down++
		}
	}
	if worst == graph.Down && down < seen && !v.model.Is(v.nodes[v.spoken[id][0]].Class, "service") {
		return graph.Degraded
	}
	return worst
}

// held reads items in full.
func (a *Analyst) held(ctx context.Context, by people.Actor, ids []record.ItemID) (map[record.ItemID]*Item, error) {
	out := make(map[record.ItemID]*Item, len(ids))
	for _, id := range ids {
		out[id] = &Item{}
	}
	for some := range slices.Chunk(ids, 500) {
		found, err := a.Items.Find(ctx, by.Scope, some...)
		if err != nil {
			return nil, err
		}
		for i := range found {
			out[found[i].ID] = &found[i]
		}
	}
	return out, nil
}

func usersOf(i *Item) int {
	n, err := strconv.ParseFloat(i.Extra["users"], 64)
	if err != nil || n < 0 {
		return 0
	}
	return int(min(n, 1e9))
}

// weight orders criticalities, the gravest highest.
func weight(c Criticality) int {
	if i := slices.Index(Criticalities, c); i >= 0 {
		return len(Criticalities) - i
	}
	return 0
}

func graver(a, b Criticality) Criticality {
	if weight(b) > weight(a) {
		return b
	}
	return a
}

// departments lists who is touched: the business owners of services, and the
// departments of the items that speak for them.
func (a *Analyst) departments(ctx context.Context, v *view, out *Impact) error {
	hits := map[people.DepartmentID]*DepartmentHit{}
	touch := func(d people.DepartmentID, s *ServiceHit) {
		if d == 0 {
			return
		}
		h := hits[d]
		if h == nil {
			h = &DepartmentHit{Department: d}
			hits[d] = h
		}
		h.Condition = max(h.Condition, s.Condition)
		if !slices.Contains(h.Services, s.Service) {
			h.Services = append(h.Services, s.Service)
		}
	}
	all := a.Settings()
	for i := range out.Services {
		s := &out.Services[i]
		if s.Condition == graph.OK {
			continue
		}
		if thing := all.Find(setting.Service, int64(s.Service)); thing != nil {
			if doc, err := setting.Read[catalogue.Service](*thing); err == nil {
				touch(doc.BusinessOwner, s)
			}
		}
		for _, id := range s.Speaks {
			if n, ok := v.at(id); ok {
				touch(v.nodes[n].Department, s)
			}
		}
	}
	ids := slices.Sorted(maps.Keys(hits))
	heads, err := a.Around.Heads(ctx, ids)
	if err != nil {
		return err
	}
	for _, d := range ids {
		hits[d].Persons = heads[d]
		out.Departments = append(out.Departments, *hits[d])
	}
	return nil
}

// agreements lists what was promised about the services that suffer.
func (a *Analyst) agreements(out *Impact) {
	book := a.Book()
	place := map[int64]int{}
	for _, s := range out.Services {
		if s.Condition == graph.OK {
			continue
		}
		for priority := 1; priority <= catalogue.Levels; priority++ {
			_, id := book.Terms(int64(s.Service), priority, a.Now())
			one, ok := book.Agreement(id)
			if !ok {
				continue
			}
			at, known := place[id]
			if !known {
				at = len(out.Agreements)
				place[id] = at
				out.Agreements = append(out.Agreements, AtRisk{Agreement: one})
			}
			if risk := &out.Agreements[at]; !slices.Contains(risk.Services, s.Service) {
				risk.Services = append(risk.Services, s.Service)
			}
		}
	}
}
