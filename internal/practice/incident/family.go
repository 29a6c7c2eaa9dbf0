package incident

import (
	"context"
	"maps"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// An incident may have children: reports of the same trouble that each have a
// requester to be told. Families have two generations, no more.

// Adopt makes incidents children of another one.
func (d *Desk) Adopt(ctx context.Context, by people.Actor, parent record.Number, children ...record.Number) error {
	if err := d.twoGenerations(ctx, by, parent, children); err != nil {
		return err
	}
	return d.Sit(ctx, by, func(s *sitting) error {
		all, err := s.LockAll(append(slices.Clone(children), parent)...)
		if err != nil {
			return err
		}
		for _, n := range children {
			if n == parent {
				return fault.At("parent", "record.itself")
			}
			if err := adopt(s, all[parent], all[n]); err != nil {
				return err
			}
		}
		return nil
	})
}

// Gather registers an incident and makes others its children, all in one
// sitting: nobody ever sees the one without the others.
func (d *Desk) Gather(ctx context.Context, by people.Actor, c Call, children ...record.Number) (*Incident, error) {
	i := &Incident{Channel: c.Channel}
	if err := d.defaults(ctx, by, i, &c); err != nil {
		return nil, err
	}
	if err := d.twoGenerations(ctx, by, 0, children); err != nil {
		return nil, err
	}
	return i, d.Sit(ctx, by, func(s *sitting) error {
		all, err := s.LockAll(children...)
		if err != nil {
			return err
		}
		if err := s.Open(i, c.Input); err != nil {
			return err
		}
		for _, n := range children {
			if err := adopt(s, i, all[n]); err != nil {
				return err
			}
		}
		return d.along(s, i, c)
	})
}

// Release makes a child stand for itself again.
func (d *Desk) Release(ctx context.Context, by people.Actor, parent, child record.Number) error {
	return d.Sit(ctx, by, func(s *sitting) error {
		all, err := s.LockAll(parent, child)
		if err != nil {
			return err
		}
		s.Part(all[parent].Common(), all[child].Common(), "parent")
		return s.Log(all[child], "relate", record.Entry{Changes: []record.Change{{Field: "parent", Was: all[parent].Ref()}}})
	})
}

func adopt(s *sitting, parent, child *Incident) error {
	if slices.Contains([]string{string(Closed), string(Cancelled)}, string(parent.State)) {
		return fault.At("parent", "incident.parent_ended").With("ref", parent.Ref())
	}
	s.Relate(parent.Common(), child.Common(), "parent")
	return s.Log(child, "relate", record.Entry{Changes: []record.Change{{Field: "parent", Now: parent.Ref()}}})
}

// parent locks the parent that a call names, if it names one.
func (d *Desk) parent(s *sitting, n record.Number) (*Incident, error) {
	if n == 0 {
		return nil, nil
	}
	p, err := s.Lock(n)
	if fault.Is(err, fault.Missing) {
		return nil, fault.At("parent", "record.no_such").With("ref", record.Ref(record.Incident, n))
	}
	return p, err
}

// twoGenerations refuses a parent that is a child itself, and a child that has
// children. A parent that is yet to come has no number.
func (d *Desk) twoGenerations(ctx context.Context, by people.Actor, parent record.Number, children []record.Number) error {
	for _, n := range append(slices.Clone(children), parent) {
		if n == 0 {
			continue
		}
		i, err := d.Find(ctx, by, n)
		if err != nil {
			return err
		}
		around, err := d.Ledger.Around(ctx, people.Everything(), i.ID)
		if err != nil {
			return err
		}
		for _, l := range around.Links {
			if l.Type == "parent" && l.Back == (n == parent) {
				return fault.At("parent", "incident.two_generations").With("ref", i.Ref())
			}
		}
	}
	return nil
}

// Children lists the live children of an incident with what resolving them
// along with it would do to each: the choice that Resolve then takes.
func (d *Desk) Children(ctx context.Context, by people.Actor, parent record.Number, in record.Input) ([]record.Outcome, error) {
	p, err := d.Find(ctx, by, parent)
	if err != nil {
		return nil, err
	}
	rows, err := d.Shelf.Family(ctx, by.Scope, p.ID)
	if err != nil {
		return nil, err
	}
	var out []record.Outcome
	for _, row := range rows {
		o := record.Outcome{Number: row.Number, From: row.State, To: Resolved}
		err := d.Look(ctx, by, func(s *sitting) error {
			child, err := s.Lock(row.Number)
			if err != nil {
				return err
			}
			return d.hasten(s, child, inherited(in, child))
		})
		if err != nil && fault.All(err) == nil {
			return nil, err
		}
		if err != nil {
			o.To, o.Refused = "", err
		}
		out = append(out, o)
	}
	return out, nil
}

// Resolve resolves an incident and those of its children that are named, all
// or none. What it does has one batch, so that it can be undone.
func (d *Desk) Resolve(ctx context.Context, by people.Actor, parent record.Number, in record.Input, children []record.Number) (*Incident, error) {
	if err := d.mention(ctx, &in); err != nil {
		return nil, err
	}
	p, err := d.Find(ctx, by, parent)
	if err != nil {
		return nil, err
	}
	rows, err := d.Shelf.Family(ctx, by.Scope, p.ID)
	if err != nil {
		return nil, err
	}
	for _, n := range children {
		if !slices.ContainsFunc(rows, func(r record.Row) bool { return r.Number == n }) {
			return nil, fault.At("children", "incident.no_child").With("ref", record.Ref(record.Incident, n))
		}
	}
	if len(children) > 0 {
		if in.Batch, err = d.Store.StartBatch(ctx, record.Batch{Kind: d.Kind, Deed: "resolve", By: by.ID, At: d.Now(), Loud: true}); err != nil {
			return nil, err
		}
	}
	return d.One(ctx, by, parent, in, func(s *sitting, i *Incident) error {
		if err := s.Move(i, "resolve", in); err != nil {
			return err
		}
		all, err := s.LockAll(children...)
		if err != nil {
			return err
		}
		for _, n := range slices.Sorted(maps.Keys(all)) {
			if err := d.hasten(s, all[n], inherited(in, all[n])); err != nil {
				return err
			}
		}
		return nil
	})
}

// inherited is the parent's resolution as its child takes it over: a child
// that names an item of its own keeps it.
func inherited(in record.Input, child *Incident) record.Input {
	in.Fields = maps.Clone(in.Fields)
	if child.Item != 0 {
		delete(in.Fields, "item")
	}
	in.Files, in.Seen, in.Version = nil, 0, 0
	return in
}

// Relations are the kinds of links between records of any kind that people
// make; "parent", "duplicate" and "merged" come about by deeds of their own.
var Relations = []string{"relates", "caused_by", "follows"}

// Relate links an incident to another record that the actor sees.
func (d *Desk) Relate(ctx context.Context, by people.Actor, n record.Number, to string, kind string) (*Incident, error) {
	return d.Bind(ctx, by, d.Ledger, n, record.Bond{Kind: kind, To: to})
}

// Unrelate takes such a link away.
func (d *Desk) Unrelate(ctx context.Context, by people.Actor, n record.Number, to string, kind string) (*Incident, error) {
	return d.Bind(ctx, by, d.Ledger, n, record.Bond{Kind: kind, To: to, Off: true})
}
