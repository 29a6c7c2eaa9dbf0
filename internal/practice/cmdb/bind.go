package cmdb

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"kilter/internal/practice/record"
)

// binder makes the relations of a plan, in view of those that are there by now.
type binder struct {
	*carrier
	held   map[string]RelationID // relations in force; 0 one that was made just now
	rooms  *rooms
	groups map[string]GroupID // redundancies in force, by their end and name
	states map[GroupID]*Group // as they were when the import was carried out
}

func (c *carrier) binder(ctx context.Context) (*binder, error) {
	b := &binder{carrier: c, held: map[string]RelationID{}, rooms: newRooms(c.Model()), groups: map[string]GroupID{}, states: map[GroupID]*Group{}}
	if len(c.plan.Ties) == 0 {
		return b, nil
	}
	if err := c.Graph.Links(ctx, func(l Link) error {
		b.held[tieKey(l.Source, l.Target, l.Type)] = l.ID
		b.rooms.fill(l.Type, l.Source, l.Target)
		return nil
	}); err != nil {
		return nil, err
	}
	groups, err := c.Graph.Groups(ctx)
	for i := range groups {
		g := &groups[i]
		b.groups[groupKey(g.Item, g.Name.En, g.Name.Zh)], b.states[g.ID] = g.ID, g
	}
	return b, err
}

func tieKey(source, target record.ItemID, kind string) string {
	return fmt.Sprintf("%d/%d/%s", source, target, kind)
}

func groupKey(item record.ItemID, en, zh string) string { return fmt.Sprintf("%d/%s/%s", item, en, zh) }

// add makes a relation, unless it is there by now, one of its ends did not come
// into being, or its type allows no more.
func (b *binder) add(lot *Lot, t PlanTie, fresh map[string]GroupID) {
	n := b.in.Counts
	t.Source, t.Target = b.id(t.Source), b.id(t.Target)
	key := tieKey(t.Source, t.Target, t.Type)
	_, held := b.held[key]
	switch {
	case t.Source == 0 || t.Target == 0:
		n[Add]--
		n[Faulty]++
		return
	case held:
		if b.in.Turn == 1 { // otherwise an earlier turn made it
			n[Add]--
			n[Same]++
		}
		return
	case b.rooms.take(t.Type, t.Source, t.Target) != nil:
		n[Add]--
		n[Faulty]++
		return
	}
	b.held[key] = 0
	r := &Relation{Source: t.Source, Target: t.Target, Type: t.Type, Share: t.Share, Gate: t.Gate, Note: t.Note, Origin: b.in.Source, Import: b.in.ID, Since: b.at, By: b.by.ID}
	if t.Group != "" || t.GroupZh != "" {
		r.Group = b.group(lot, t, fresh)
		b.regroup(lot, t)
	}
	lot.Relations = append(lot.Relations, r)
}

// change ends a relation and makes it anew with the ends, share, gate and
// redundancy of the report, unless it was changed since the draft.
func (b *binder) change(ctx context.Context, lot *Lot, t PlanTie, fresh map[string]GroupID) error {
	was := t.Before()
	t.Source, t.Target = b.id(t.Source), b.id(t.Target)
	old, err := b.old(ctx, was, t)
	if err != nil {
		return err
	}
	if old.ID == 0 || !old.Until.IsZero() {
		if b.in.Turn == 1 { // otherwise an earlier turn did it
			b.in.Counts[Alter]--
			b.in.Counts[Faulty]++
		}
		return nil
	}
	if !b.regroup(lot, t) && b.in.Turn == 1 {
		b.in.Counts[Alter]--
		b.in.Counts[Faulty]++
	}
	r, anew := old, false
	r.ID, r.Import, r.Since, r.By = 0, b.in.ID, b.at, b.by.ID
	for _, c := range t.Changes {
		switch c.Field {
		case string(Source), string(Target):
			r.Source, r.Target = t.Source, t.Target
			if bears := t.bearer(b.Model()); bears != was.bearer(b.Model()) {
				r.Group = 0 // a redundancy is of its end
			}
		case "share":
			r.Share = t.Share
		case "gate":
			r.Gate = t.Gate
		case "group":
			r.Group = b.group(lot, t, fresh)
		}
		if !c.ofGroup() {
			r.from(c.Field, b.in.Source)
			anew = true
		}
	}
	if !anew {
		return nil
	}
	old.Until, old.Ended, old.EndedBy = b.at, b.by.ID, b.in.ID
	b.rooms.leave(was.Type, was.Source, was.Target)
	b.rooms.fill(t.Type, t.Source, t.Target)
	delete(b.held, tieKey(was.Source, was.Target, was.Type))
	b.held[tieKey(t.Source, t.Target, t.Type)] = 0
	lot.Relations = append(lot.Relations, &old, &r)
	return nil
}

// old is the relation that a plan changes, none when it is another by now, when
// what it is to become stands already, or when an end is out of sight.
func (b *binder) old(ctx context.Context, was, t PlanTie) (Relation, error) {
	if b.held[tieKey(was.Source, was.Target, was.Type)] != t.ID || t.Source == 0 || t.Target == 0 {
		return Relation{}, nil
	}
	if _, stands := b.held[tieKey(t.Source, t.Target, t.Type)]; stands && (t.Source != was.Source || t.Target != was.Target) {
		return Relation{}, nil
	}
	ends := []record.ItemID{was.Source, was.Target, t.Source, t.Target}
	slices.Sort(ends)
	ends = slices.Compact(ends)
	found, err := b.Items.Find(ctx, b.by.Scope, ends...)
	if err != nil || len(found) < len(ends) {
		return Relation{}, err
	}
	return b.Relations.Relation(ctx, t.ID)
}

// group finds or makes the redundancy that a relation belongs to, by its name:
// one of the end that suffers.
func (b *binder) group(lot *Lot, t PlanTie, fresh map[string]GroupID) GroupID {
	item := t.bearer(b.Model())
	key := groupKey(item, t.Group, t.GroupZh)
	if id := cmp.Or(b.groups[key], fresh[key]); id != 0 {
		return id
	}
	g := &Group{Item: item, Need: max(t.Need, 1), Least: t.Least, Origin: b.in.Source, Since: b.at}
	g.Name.En, g.Name.Zh = t.Group, t.GroupZh
	lot.Groups = append(lot.Groups, g)
	fresh[key] = GroupID(-len(lot.Groups))
	return fresh[key]
}

// regroup gives a redundancy the need and the least that the plan says, and
// reports whether it is still what the plan was made for.
func (b *binder) regroup(lot *Lot, t PlanTie) bool {
	var g *Group
	for _, c := range t.Changes {
		if !c.ofGroup() {
			continue
		}
		if g == nil {
			if g = b.states[b.groups[groupKey(t.bearer(b.Model()), t.Group, t.GroupZh)]]; g == nil {
				return false
			}
		}
		value, now := &g.Need, t.Need
		if c.Field == "least" {
			value, now = &g.Least, t.Least
		}
		if strconv.Itoa(*value) != c.Was {
			return b.in.Turn > 1 && *value == now // an earlier turn did it
		}
		*value = now
		g.from(c.Field, b.in.Source)
		lot.History = append(lot.History, b.note(g.Item, groupField(g.ID, c.Field), c.Was, c.Now))
		if !slices.Contains(lot.Groups, g) {
			lot.Groups = append(lot.Groups, g)
		}
	}
	return true
}

// groupField is what the history of an item calls a number of a redundancy that
// it has.
func groupField(id GroupID, field string) string { return fmt.Sprintf("group.%d.%s", id, field) }
