package cmdb

import (
	"context"
	"slices"
	"strconv"

	"kilter/internal/practice/record"
)

// occupants are the relations in force that fill a seat for one: of a type that
// allows an end one relation only.
type occupants map[seat]Link

// sit notes a relation that is held.
func (o occupants) sit(m *Model, l Link) {
	t := m.Type(l.Type)
	if t == nil {
		return
	}
	if t.Targets == 1 {
		o[seat{l.Type, l.Source, true}] = l
	}
	if t.Sources == 1 {
		o[seat{l.Type, l.Target, false}] = l
	}
}

// movers settles relations for which their type has no room: where the one that
// fills the place is not in the report and its source is trusted no more, it
// moves to where the report says (a virtual machine runs on another host). at
// are their places in the plan; said are the held relations that the report
// names.
func (d *draft) movers(ctx context.Context, at []int, full occupants, said map[RelationID]bool) error {
	for _, n := range at {
		t := &d.plan.Ties[n]
		l, end := full.of(t)
		was := l.end(end)
		if l.ID == 0 || said[l.ID] || d.known.byID[was] == nil { // what he may not see he cannot move
			continue
		}
		held, err := d.Relations.Relation(ctx, l.ID)
		if err != nil {
			return err
		}
		c := PlanChange{Field: string(end), Was: decimal(int64(was)), Now: decimal(int64(t.end(end))), From: held.OriginOf(string(end))}
		if !d.settles(t, c) {
			continue // as no room, with what is held against it
		}
		said[l.ID] = true
		if t.Share != 0 && t.Share != l.Share {
			d.settles(t, PlanChange{Field: "share", Was: strconv.Itoa(l.Share), Now: strconv.Itoa(t.Share), From: held.OriginOf("share")})
		}
		if t.Gate != NoGate && t.Gate != l.Gate {
			d.settles(t, PlanChange{Field: "gate", Was: string(l.Gate), Now: string(t.Gate), From: held.OriginOf("gate")})
		}
		if t.Group != "" || t.GroupZh != "" {
			d.settles(t, PlanChange{Field: "group", Now: t.Group + t.GroupZh})
		}
		t.ID, t.Outcome, t.Faults = l.ID, Alter, nil
		d.plan.Counts[Faulty]--
		d.plan.Counts[Alter]++
	}
	return nil
}

// of finds what fills the place that a relation was refused for, and the end in
// which it differs. A relation that is refused at both ends has no such one.
func (o occupants) of(t *PlanTie) (Link, End) {
	if len(t.Faults) != 1 || t.Faults[0].Key != noMore {
		return Link{}, ""
	}
	if t.Faults[0].Field == string(Target) {
		return o[seat{t.Type, t.Source, true}], Target
	}
	return o[seat{t.Type, t.Target, false}], Source
}

func (l Link) end(e End) record.ItemID {
	if e == Target {
		return l.Target
	}
	return l.Source
}

func (t *PlanTie) end(e End) record.ItemID { return Link{Source: t.Source, Target: t.Target}.end(e) }

// moved is the change of an end, when a plan moves a relation.
func (t *PlanTie) moved() (PlanChange, bool) {
	n := slices.IndexFunc(t.Changes, func(c PlanChange) bool { return c.Field == string(Source) || c.Field == string(Target) })
	if n < 0 {
		return PlanChange{}, false
	}
	return t.Changes[n], true
}

// Before is a relation of a plan as it stands before the plan is carried out.
func (t PlanTie) Before() PlanTie {
	if c, ok := t.moved(); ok {
		if was := record.ItemID(idOf(c.Was)); c.Field == string(Target) {
			t.Target = was
		} else {
			t.Source = was
		}
	}
	return t
}

// seat is the place that a relation of a plan keeps when it moves.
func (t *PlanTie) seat(c PlanChange) seat {
	if c.Field == string(Target) {
		return seat{t.Type, t.Source, true}
	}
	return seat{t.Type, t.Target, false}
}
