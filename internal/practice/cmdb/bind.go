package cmdb

import (
	"cmp"
	"context"
	"fmt"

	"kilter/internal/practice/record"
)

// binder makes the relations of a plan, in view of those that are there by now.
type binder struct {
	*carrier
	held   map[string]bool // relations in force
	rooms  *rooms
	groups map[string]GroupID // redundancies in force, by their end and name
}

func (c *carrier) binder(ctx context.Context) (*binder, error) {
	b := &binder{carrier: c, held: map[string]bool{}, rooms: newRooms(c.Model()), groups: map[string]GroupID{}}
	if len(c.plan.Ties) == 0 {
		return b, nil
	}
	if err := c.Graph.Links(ctx, func(l Link) error {
		b.held[tieKey(l.Source, l.Target, l.Type)] = true
		b.rooms.fill(l.Type, l.Source, l.Target)
		return nil
	}); err != nil {
		return nil, err
	}
	groups, err := c.Graph.Groups(ctx)
	for _, g := range groups {
		b.groups[groupKey(g.Item, g.Name.En, g.Name.Zh)] = g.ID
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
	switch {
	case t.Source == 0 || t.Target == 0:
		n[Add]--
		n[Faulty]++
		return
	case b.held[key]:
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
	b.held[key] = true
	r := &Relation{Source: t.Source, Target: t.Target, Type: t.Type, Share: t.Share, Gate: t.Gate, Note: t.Note, Origin: b.in.Source, Import: b.in.ID, Since: b.at, By: b.by.ID}
	if t.Group != "" || t.GroupZh != "" {
		r.Group = b.group(lot, t, fresh)
	}
	lot.Relations = append(lot.Relations, r)
}

// group finds or makes the redundancy that a relation belongs to, by its name:
// one of the end that suffers.
func (b *binder) group(lot *Lot, t PlanTie, fresh map[string]GroupID) GroupID {
	kind := b.Model().Type(t.Type)
	item := t.Source
	if t.Bears == Target || t.Bears == "" && kind != nil && kind.Suffers == Target {
		item = t.Target
	}
	key := groupKey(item, t.Group, t.GroupZh)
	if id := cmp.Or(b.groups[key], fresh[key]); id != 0 {
		return id
	}
	g := &Group{Item: item, Need: max(t.Need, 1), Least: t.Least, Since: b.at}
	g.Name.En, g.Name.Zh = t.Group, t.GroupZh
	lot.Groups = append(lot.Groups, g)
	fresh[key] = GroupID(-len(lot.Groups))
	return fresh[key]
}
