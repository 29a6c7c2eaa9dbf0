package cmdb

import (
	"context"
	"fmt"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Outlook is a kept sandbox beside today, as one person may see it.
type Outlook struct {
	Contrast
	Falls    *Impact // what fails for good with what is removed; nil when nothing is removed
	Today    *Impact // what fails today when the sandbox's items fail; nil when none is said to fail
	Then     *Impact // what fails in the sandbox then
	Gained   []CityPoint
	Lost     []CityPoint // single points of failure of services that are none any more
	Services []ServiceShift
	Refused  []Refused     // what is not possible today any more and was left out
	Names    []SandboxNode // what the edits name, new items with their negative numbers
}

// ServiceShift is a service that stands on something else in the sandbox.
type ServiceShift struct{ Now, Then CityService }

// Refused is an edit of a sandbox that cannot be carried out any more.
type Refused struct {
	Place int // in the edits
	Why   error
}

// SandboxNode is an item or a relation that an edit names.
type SandboxNode struct {
	Node
	Relation       RelationID // it is the relation's, from Source to Target
	Type           string
	Source, Target record.ItemID
}

// Look compares a kept sandbox with today. What is not possible any more, since
// items and relations went on, is left out and told.
func (d *Sandboxes) Look(ctx context.Context, by people.Actor, id int64) (Sandbox, *Outlook, error) {
	now, err := d.Analyst.look(ctx, by)
	if err != nil {
		return Sandbox{}, nil, err
	}
	kept, err := d.read(ctx, by.ID, now, id)
	if err != nil {
		return kept, nil, err
	}
	out := &Outlook{}
	for _, e := range kept.Doc.Edits {
		if e.Relation != 0 {
			out.relation(now, e.Relation)
		}
	}
	s, refused, err := now.tried(kept.Doc)
	if err != nil {
		return kept, nil, err
	}
	out.Refused = refused
	if err := s.build(now.model); err != nil {
		return kept, nil, err
	}
	out.name(s, kept.Doc)
	return kept, out, d.compare(ctx, by, out, sides{now: now, box: s, fail: kept.Doc.Fail})
}

// tried carries out all edits of a sandbox that are possible today.
func (v *view) tried(doc SandboxDoc) (*sandbox, []Refused, error) {
	s := v.sandbox()
	var refused []Refused
	for i, e := range doc.Edits {
		if err := s.apply(e, ""); err != nil {
			if fault.All(err) == nil {
				return nil, nil, err
			}
			refused = append(refused, Refused{i, err})
		}
	}
	return s, refused, nil
}

// sides are what is compared.
type sides struct {
	now  *view
	box  *sandbox
	fail []record.ItemID
}

func (d *Sandboxes) compare(ctx context.Context, by people.Actor, out *Outlook, of sides) error {
	a, s := d.Analyst, of.box
	then, err := a.viewOf(s.Topology, by)
	if err != nil {
		return err
	}
	var fail []record.ItemID
	for _, id := range of.fail {
		if _, err := s.node("fail", id); err == nil {
			fail = append(fail, id)
		}
	}
	if err := out.Contrast.compare(of.now, then, s, fail); err != nil {
		return err
	}
	if len(s.removed) > 0 {
		if out.Falls, err = d.impact(ctx, by, then, s.removed); err != nil {
			return err
		}
	}
	later, err := s.without()
	if err != nil {
		return err
	}
	after, err := a.viewOf(later, by)
	if err != nil {
		return err
	}
	if len(fail) > 0 {
		var there, here []record.ItemID
		for _, id := range fail {
			if id > 0 {
				here = append(here, id)
			} else {
				id = s.fresh[id]
			}
			if !slices.Contains(s.removed, id) {
				there = append(there, id)
			}
		}
		if out.Today, err = d.impact(ctx, by, of.now, here); err != nil {
			return err
		}
		if out.Then, err = d.impact(ctx, by, after, there); err != nil {
			return err
		}
	}
	return d.city(out, of.now, after, s)
}

func (d *Sandboxes) impact(ctx context.Context, by people.Actor, v *view, ids []record.ItemID) (*Impact, error) {
	failed, err := v.find("fail", ids)
	if err != nil {
		return nil, err
	}
	out := v.impact(failed, nil)
	return out, d.Analyst.surround(ctx, by, v, out)
}

// city compares what services stand on and what alone brings them down.
func (d *Sandboxes) city(out *Outlook, now, then *view, s *sandbox) error {
	held, err := d.Analyst.cityNow(now)
	if err != nil {
		return err
	}
	today, had := held.Map, held.Points
	later, has, err := d.Analyst.cityOf(then)
	if err != nil {
		return err
	}
	for i, one := range today.Services {
		two := later.Services[i] // both lists are of the same services, in the same order
		if one.Needs != two.Needs || one.Singles != two.Singles || len(one.Speaks) != len(two.Speaks) {
			out.Services = append(out.Services, ServiceShift{one, two})
		}
	}
	for n := range has {
		if has[n].Node = s.rename(has[n].Node); !pointed(had, &has[n]) {
			out.Gained = append(out.Gained, has[n])
		}
	}
	for n := range had {
		if !slices.Contains(s.removed, had[n].ID) && !pointed(has, &had[n]) { // what is removed is no gain
			out.Lost = append(out.Lost, had[n])
		}
	}
	return nil
}

// pointed reports whether a list has the point with at least its services.
func pointed(list []CityPoint, p *CityPoint) bool {
	n := slices.IndexFunc(list, func(o CityPoint) bool { return o.ID == p.ID })
	return n >= 0 && !slices.ContainsFunc(p.Services, func(s record.ServiceID) bool { return !slices.Contains(list[n].Services, s) })
}

// name gathers what the edits name, as far as it may be seen.
func (out *Outlook) name(s *sandbox, doc SandboxDoc) {
	ids := slices.Clone(doc.Fail)
	for _, e := range doc.Edits {
		ids = append(ids, e.Item, e.As, e.Source, e.Target)
	}
	for _, r := range out.Names {
		ids = append(ids, r.Source, r.Target)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if id == 0 {
			continue
		}
		if n, err := s.node("", id); err == nil {
			out.Names = append(out.Names, SandboxNode{Node: s.rename(s.nodes[n])})
		}
	}
}

// relation names a relation that is moved, as it is today.
func (out *Outlook) relation(v *view, id RelationID) {
	i := slices.IndexFunc(v.ties, func(t bond) bool { return t.id == id })
	if i < 0 {
		return
	}
	one := v.ties[i]
	source, target := v.nodes[one.source], v.nodes[one.target]
	if v.clears(source.Zone) && v.clears(target.Zone) {
		out.Names = append(out.Names, SandboxNode{Relation: id, Type: v.kinds[one.kind], Source: source.ID, Target: target.ID})
	}
}

// Called names an item or a relation for people: its code and name.
func (n SandboxNode) Called(lang string) string {
	if n.ID < 0 {
		return fmt.Sprintf("%s (%d)", n.Name.In(lang), n.ID)
	}
	return n.Code + " " + n.Name.In(lang)
}
