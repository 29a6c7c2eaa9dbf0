package cmdb

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Related is a relation as seen from one of its ends. Back is true when that
// end is the target.
type Related struct {
	Relation
	Back  bool
	Other Item
}

// Related lists the relations of an item whose other end the actor may see.
func (d *Desk) Related(ctx context.Context, by people.Actor, id record.ItemID) ([]Related, []Group, error) {
	if _, err := d.Find(ctx, by, id); err != nil {
		return nil, nil, err
	}
	list, err := d.Relations.Touching(ctx, false, id)
	if err != nil {
		return nil, nil, err
	}
	var ids []record.ItemID
	for _, r := range list {
		ids = append(ids, r.Source, r.Target)
	}
	slices.Sort(ids)
	seen, err := d.Items.Find(ctx, by.Scope, slices.Compact(ids)...)
	if err != nil {
		return nil, nil, err
	}
	var out []Related
	for _, r := range list {
		other := r.Target
		if other == id {
			other = r.Source
		}
		if n := slices.IndexFunc(seen, func(i Item) bool { return i.ID == other }); n >= 0 {
			out = append(out, Related{r, r.Target == id, seen[n]})
		}
	}
	groups, err := d.Relations.GroupsOf(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	return out, slices.DeleteFunc(groups, func(g Group) bool { return !g.Until.IsZero() }), nil
}

// Relate makes a relation between two items that the actor may see.
func (d *Desk) Relate(ctx context.Context, by people.Actor, r Relation) (*Relation, error) {
	at := d.now()
	if err := audit.Ask(ctx, d.Pen, by, at, DeedRelate, object(r.Source)); err != nil {
		return nil, err
	}
	r.ID, r.Since, r.Until, r.By, r.Ended, r.Origin, r.Import = 0, at, time.Time{}, by.ID, 0, Hand, 0
	if err := d.fits(ctx, by, &r); err != nil {
		return nil, err
	}
	row := audit.By(by, at, DeedRelate, object(r.Source))
	row.Detail = audit.Detail("type", r.Type, "target", int64(r.Target))
	return &r, d.Items.Write(ctx, &Lot{Relations: []*Relation{&r}, Audit: []audit.Row{row}})
}

// fits reports all that is wrong with a relation that is to be made.
func (d *Desk) fits(ctx context.Context, by people.Actor, r *Relation) error {
	found, err := d.Items.Find(ctx, by.Scope, r.Source, r.Target)
	if err != nil {
		return err
	}
	held := map[record.ItemID]Item{}
	for _, i := range found {
		held[i.ID] = i
	}
	var many fault.Many
	source, there := held[r.Source]
	if !there {
		many = append(many, fault.At("source", "setting.no_such").With("kind", "item").With("id", int64(r.Source)))
	}
	target, there := held[r.Target]
	if !there {
		many = append(many, fault.At("target", "setting.no_such").With("kind", "item").With("id", int64(r.Target)))
	}
	if r.Source == r.Target {
		many = append(many, fault.At("target", "cmdb.relates_to_itself"))
	}
	kind := d.Model().Type(r.Type)
	if kind == nil || kind.Retired {
		many = append(many, fault.At("type", "cmdb.no_such_type").With("type", r.Type))
	}
	if !slices.Contains(Gates, string(r.Gate)) {
		many = append(many, fault.At("gate", "cmdb.bad_gate"))
	}
	if r.Share < 0 || r.Share > 100 {
		many = append(many, fault.At("share", "record.out_of_range").With("low", 0).With("high", 100))
	}
	if len(many) > 0 {
		return many.Err()
	}
	if err := many.Add(kind.Fits(d.Model(), source.Class, target.Class)); err != nil {
		return err
	}
	if r.Gate == NoGate && source.Zone != 0 && target.Zone != 0 && source.Zone != target.Zone && !d.within(source.Zone, target.Zone) {
		many = append(many, fault.At("gate", "cmdb.gate_needed"))
	}
	if err := many.Add(d.room(ctx, kind, r)); err != nil {
		return err
	}
	if err := many.Add(d.inGroup(ctx, kind, r)); err != nil {
		return err
	}
	return many.Err()
}

// within reports whether one zone lies in the other.
func (d *Desk) within(a, b people.ZoneID) bool {
	all := d.Settings()
	return slices.Contains(all.Below(int64(a)), int64(b)) || slices.Contains(all.Below(int64(b)), int64(a))
}

// room holds the type's cardinality.
func (d *Desk) room(ctx context.Context, kind *RelationType, r *Relation) error {
	if kind.Sources == 0 && kind.Targets == 0 {
		return nil
	}
	list, err := d.Relations.Touching(ctx, false, r.Source, r.Target)
	if err != nil {
		return err
	}
	sources, targets := 0, 0
	for _, o := range list {
		if o.Type == r.Type && o.Source == r.Source {
			targets++
		}
		if o.Type == r.Type && o.Target == r.Target {
			sources++
		}
	}
	var many fault.Many
	if kind.Targets > 0 && targets >= kind.Targets {
		many = append(many, fault.At("target", "cmdb.no_more").With("max", kind.Targets))
	}
	if kind.Sources > 0 && sources >= kind.Sources {
		many = append(many, fault.At("source", "cmdb.no_more").With("max", kind.Sources))
	}
	return many.Err()
}

// inGroup sees to it that the redundancy is that of the end that suffers.
func (d *Desk) inGroup(ctx context.Context, kind *RelationType, r *Relation) error {
	if r.Group == 0 {
		return nil
	}
	g, err := d.Relations.Group(ctx, r.Group)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	suffers := slices.ContainsFunc(kind.Dependences(r.Source, r.Target), func(x Dependence) bool { return x.Item == g.Item })
	if err != nil || !g.Until.IsZero() || !suffers {
		return fault.At("group", "cmdb.no_such_group").With("id", int64(r.Group))
	}
	return nil
}

// Part ends a relation; it stays in the graph of the days it held.
func (d *Desk) Part(ctx context.Context, by people.Actor, id RelationID) error {
	at := d.now()
	if err := audit.Ask(ctx, d.Pen, by, at, DeedRelate, fmt.Sprintf("relation:%d", id)); err != nil {
		return err
	}
	r, err := d.relation(ctx, by, id)
	if err != nil {
		return err
	}
	if !r.Until.IsZero() {
		return fault.New(fault.Conflict, "cmdb.parted_already")
	}
	r.Until, r.Ended = at, by.ID
	row := audit.By(by, at, DeedRelate, object(r.Source))
	row.Detail = audit.Detail("ended", r.Type, "target", int64(r.Target))
	return d.Items.Write(ctx, &Lot{Relations: []*Relation{&r}, Audit: []audit.Row{row}})
}

// Relation reads one; the actor sees both its ends or it is Missing.
func (d *Desk) Relation(ctx context.Context, by people.Actor, id RelationID) (Relation, error) {
	if err := by.May(DeedRead); err != nil {
		return Relation{}, err
	}
	return d.relation(ctx, by, id)
}

func (d *Desk) relation(ctx context.Context, by people.Actor, id RelationID) (Relation, error) {
	r, err := d.Relations.Relation(ctx, id)
	if err != nil {
		return r, err
	}
	found, err := d.Items.Find(ctx, by.Scope, r.Source, r.Target)
	if err == nil && len(found) < 2 {
		err = fault.New(fault.Missing, "cmdb.no_such_relation").With("id", int64(id))
	}
	return r, err
}

// Group makes a redundancy or changes one. The item cannot be changed; a group
// with Until set ends, and its members stand alone from then on.
func (d *Desk) Group(ctx context.Context, by people.Actor, g Group) (*Group, error) {
	at := d.now()
	if err := audit.Ask(ctx, d.Pen, by, at, DeedRelate, object(g.Item)); err != nil {
		return nil, err
	}
	if err := g.Check(); err != nil {
		return nil, err
	}
	if _, err := d.find(ctx, by, g.Item); err != nil {
		return nil, fault.At("item", "setting.no_such").With("kind", "item").With("id", int64(g.Item))
	}
	was := Group{}
	if g.ID != 0 {
		var err error
		if was, err = d.Relations.Group(ctx, g.ID); err != nil {
			return nil, err
		}
		if was.Item != g.Item || !was.Until.IsZero() {
			return nil, fault.New(fault.Missing, "cmdb.no_such_group").With("id", int64(g.ID))
		}
		g.Since, g.Version, g.Origin, g.Origins = was.Since, was.Version, was.Origin, was.Origins
		if !g.Until.IsZero() {
			g.Until = at
		}
	} else {
		g.Since, g.Until, g.Origin, g.Origins = at, time.Time{}, Hand, nil
	}
	lot := &Lot{Groups: []*Group{&g}, Audit: []audit.Row{audit.By(by, at, DeedRelate, object(g.Item))}}
	if g.ID != 0 { // the graph of a past day needs what it was
		for _, c := range []struct {
			field    string
			was, now int
		}{{"need", was.Need, g.Need}, {"least", was.Least, g.Least}} {
			if c.was != c.now {
				g.from(c.field, Hand)
				lot.History = append(lot.History, Change{Item: g.Item, At: at, By: by.ID, Name: by.Name, Field: groupField(g.ID, c.field), Was: fmt.Sprint(c.was), Became: fmt.Sprint(c.now)})
			}
		}
	}
	return &g, d.Items.Write(ctx, lot)
}
