package cmdb

import (
	"cmp"
	"context"
	"strconv"

	"kilter/internal/practice/record"
)

// heldGroups are the redundancies in force, while a report is compared with
// them.
type heldGroups struct {
	byID   map[GroupID]*Group
	byName map[string]*Group // by their end and name
	said   map[GroupID]bool  // whose need or least the report has stated; the first holds
}

func (d *draft) groups(ctx context.Context) (*heldGroups, error) {
	list, err := d.Graph.Groups(ctx)
	out := &heldGroups{byID: make(map[GroupID]*Group, len(list)), byName: make(map[string]*Group, len(list)), said: map[GroupID]bool{}}
	for i := range list {
		g := &list[i]
		out.byID[g.ID], out.byName[groupKey(g.Item, g.Name.En, g.Name.Zh)] = g, g
	}
	return out, err
}

// retied lists in what a relation that is held is to become another: the share,
// gate and redundancy that the report states, and what it says of the
// redundancy. What it does not say stays, and what a source trusted more says.
func (d *draft) retied(ctx context.Context, t *PlanTie, l Link, groups *heldGroups) error {
	if l.ID == 0 { // of this report
		return nil
	}
	was := groups.byID[l.Group]
	if was == nil {
		was = &Group{}
	}
	var differs []PlanChange
	if t.Share != 0 && t.Share != l.Share {
		differs = append(differs, PlanChange{Field: "share", Was: strconv.Itoa(l.Share), Now: strconv.Itoa(t.Share)})
	}
	if t.Gate != NoGate && t.Gate != l.Gate {
		differs = append(differs, PlanChange{Field: "gate", Was: string(l.Gate), Now: string(t.Gate)})
	}
	moves := (t.Group != "" || t.GroupZh != "") && (t.Group != was.Name.En || t.GroupZh != was.Name.Zh || t.bearer(d.model) != was.Item)
	if moves {
		differs = append(differs, PlanChange{Field: "group", Was: cmp.Or(was.Name.En, was.Name.Zh), Now: cmp.Or(t.Group, t.GroupZh)})
	}
	if len(differs) > 0 {
		held, err := d.Relations.Relation(ctx, l.ID)
		if err != nil {
			return err
		}
		for _, c := range differs {
			c.From = held.OriginOf(c.Field)
			if !d.settles(t, c) && c.Field == "group" {
				return nil // it stays out of that redundancy, and says nothing of it
			}
		}
	}
	d.regrouped(t, groups)
	return nil
}

// regrouped lists what becomes of the redundancy that a relation is a member
// of, when it is there already and the report says another need or least.
func (d *draft) regrouped(t *PlanTie, groups *heldGroups) {
	g := groups.byName[groupKey(t.bearer(d.model), t.Group, t.GroupZh)]
	if t.Group == "" && t.GroupZh == "" || g == nil || groups.said[g.ID] || t.Need == 0 && t.Least == 0 {
		return
	}
	groups.said[g.ID] = true
	for _, n := range []struct {
		field    string
		was, now int
	}{{"need", g.Need, t.Need}, {"least", g.Least, t.Least}} {
		if n.now != 0 && n.now != n.was {
			d.settles(t, PlanChange{Field: n.field, Was: strconv.Itoa(n.was), Now: strconv.Itoa(n.now), From: g.OriginOf(n.field)})
		}
	}
}

// settles puts a difference where it belongs: to what changes, or to what a
// source trusted more keeps. What nobody said before, anybody may say.
func (d *draft) settles(t *PlanTie, c PlanChange) bool {
	if c.Was == "" || c.Was == "0" || d.precedence.Yields(RelationField, c.From, d.rep.Source) {
		t.Changes = append(t.Changes, c)
		return true
	}
	t.Kept = append(t.Kept, c)
	return false
}

// ofGroup reports whether a change is of the redundancy, not of the relation.
func (c *PlanChange) ofGroup() bool { return c.Field == "need" || c.Field == "least" }

// bearer is the end whose redundancy a relation is part of.
func (t *PlanTie) bearer(m *Model) record.ItemID {
	kind := m.Type(t.Type)
	if t.Bears == Target || t.Bears == "" && kind != nil && kind.Suffers == Target {
		return t.Target
	}
	return t.Source
}
