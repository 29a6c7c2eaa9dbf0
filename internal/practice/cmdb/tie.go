package cmdb

import (
	"context"
	"errors"
	"io"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
)

// ties decides what comes of each relation reported.
func (d *draft) ties(ctx context.Context) error {
	type key struct {
		source, target record.ItemID
		kind           string
	}
	held, met, rooms, full := map[key]Link{}, map[RelationID]bool{}, newRooms(d.model), occupants{}
	var roomless []int
	groups, err := d.groups(ctx)
	if err != nil {
		return err
	}
	if err := d.Graph.Links(ctx, func(l Link) error {
		held[key{l.Source, l.Target, l.Type}] = l
		rooms.fill(l.Type, l.Source, l.Target)
		full.sit(d.model, l)
		return nil
	}); err != nil {
		return err
	}
	known := d.known.ids()
	find := func(s string) (record.ItemID, bool) {
		if id, ok := d.refs[s]; ok {
			return id, true
		}
		return known(s)
	}
	for {
		t, err := d.rep.NextTie()
		if errors.Is(err, io.EOF) {
			return d.movers(ctx, roomless, full, met)
		}
		if err != nil && fault.All(err) == nil {
			return err
		}
		out := PlanTie{Line: t.Line, Type: t.Type, Group: t.Group, GroupZh: t.GroupZh, Least: t.Least, Bears: t.Bears, Need: t.Need, Share: t.Share, Gate: t.Gate, Note: t.Note, Outcome: Add}
		if err == nil {
			err = d.tie(t, find, &out)
		}
		k := key{out.Source, out.Target, out.Type}
		l, ok := held[k]
		if err == nil && !ok {
			if err = rooms.take(out.Type, out.Source, out.Target); err != nil {
				roomless = append(roomless, len(d.plan.Ties))
			}
		}
		if out.Faults, err = faultsOf(err); err != nil {
			return err
		}
		switch {
		case len(out.Faults) > 0:
			out.Outcome = Faulty
		case ok:
			out.Outcome, out.ID = Same, l.ID
			if met[l.ID] { // said twice, the first holds
				break
			}
			met[l.ID] = l.ID != 0
			if err := d.retied(ctx, &out, l, groups); err != nil {
				return err
			}
			if len(out.Changes) > 0 {
				out.Outcome = Alter
			}
		default:
			held[k] = Link{}
			d.regrouped(&out, groups)
		}
		d.plan.Counts[out.Outcome]++
		d.plan.Ties = append(d.plan.Ties, out)
		if n := len(d.plan.Ties); d.rep.Progress != nil && n%5000 == 0 {
			d.rep.Progress(n)
		}
	}
}

func (d *draft) tie(t Tie, find func(string) (record.ItemID, bool), out *PlanTie) error {
	var many fault.Many
	for _, end := range []struct {
		field, name string
		id          *record.ItemID
	}{{"source", t.Source, &out.Source}, {"target", t.Target, &out.Target}} {
		id, ok := find(end.name)
		if !ok || id == 0 {
			many = append(many, fault.At(end.field, "setting.no_such").With("kind", "item").With("id", end.name))
		}
		*end.id = id
	}
	kind := d.model.Type(t.Type)
	if kind == nil || kind.Retired {
		many = append(many, fault.At("type", "cmdb.no_such_type").With("type", t.Type))
	}
	if out.Source == out.Target && out.Source != 0 {
		many = append(many, fault.At("target", "cmdb.relates_to_itself"))
	}
	if a, b := d.known.byID[out.Source], d.known.byID[out.Target]; kind != nil && a != nil && b != nil {
		if err := many.Add(kind.Fits(d.model, a.Class, b.Class)); err != nil {
			return err
		}
	}
	if !slices.Contains(Gates, string(t.Gate)) {
		many = append(many, fault.At("gate", "cmdb.bad_gate"))
	}
	for _, n := range []struct {
		field       string
		value, most int
	}{{"need", t.Need, 1000}, {"share", t.Share, 100}, {"least", t.Least, 100}} {
		if n.value < 0 || n.value > n.most {
			many = append(many, fault.At(n.field, "record.out_of_range").With("low", 0).With("high", n.most))
		}
	}
	return many.Err()
}

// noMore is the fault of a relation for which its type has no room.
const noMore = "cmdb.no_more"

// rooms counts what the types of relations with a cardinality hold.
type rooms struct {
	model *Model
	held  map[seat]int
}

// seat is one end of the relations of a type.
type seat struct {
	kind   string
	item   record.ItemID
	source bool
}

func newRooms(m *Model) *rooms { return &rooms{m, map[seat]int{}} }

// fill counts a relation that is there.
func (r *rooms) fill(kind string, source, target record.ItemID) {
	if t := r.model.Type(kind); t != nil && t.Sources+t.Targets > 0 {
		r.held[seat{kind, source, true}]++
		r.held[seat{kind, target, false}]++
	}
}

// leave takes one off that is there no more.
func (r *rooms) leave(kind string, source, target record.ItemID) {
	if t := r.model.Type(kind); t != nil && t.Sources+t.Targets > 0 {
		r.held[seat{kind, source, true}]--
		r.held[seat{kind, target, false}]--
	}
}

// take counts one that is to be made, unless its type allows no more.
func (r *rooms) take(kind string, source, target record.ItemID) error {
	t := r.model.Type(kind)
	if t == nil {
		return nil
	}
	var many fault.Many
	if t.Targets > 0 && r.held[seat{kind, source, true}] >= t.Targets {
		many = append(many, fault.At("target", noMore).With("max", t.Targets))
	}
	if t.Sources > 0 && r.held[seat{kind, target, false}] >= t.Sources {
		many = append(many, fault.At("source", noMore).With("max", t.Sources))
	}
	if len(many) == 0 {
		r.fill(kind, source, target)
	}
	return many.Err()
}
