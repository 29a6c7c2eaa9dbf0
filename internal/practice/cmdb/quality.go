package cmdb

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Score is how good the record of some items is.
type Score struct {
	Class      Class
	Owner      people.ID // 0 of a score per class
	Items      int
	Complete   int // every field and attribute that the class asks for is filled
	Orphans    int // related to nothing
	Stale      int // neither seen, changed nor audited within the rhythm of the class
	Duplicates int // known by the same as another one
}

// Share is the mean of what is as it should be, from 0 to 1: complete, related,
// fresh and known once count alike.
func (s Score) Share() float64 {
	if s.Items == 0 {
		return 1
	}
	return float64(s.Complete+3*s.Items-s.Orphans-s.Stale-s.Duplicates) / float64(4*s.Items)
}

// Quality scores the items in use that the actor may see, per class and per
// owner, the worst first.
func (c *Checks) Quality(ctx context.Context, by people.Actor) (classes, owners []Score, err error) {
	if err := by.May(DeedRead); err != nil {
		return nil, nil, err
	}
	m, now := c.Model(), c.now()
	k := newKnown(m)
	if err := c.Items.Walk(ctx, func(i *Item) error {
		if i.InUse() && by.Scope.Clears(i.Zone) {
			k.add(i)
		}
		return nil
	}); err != nil {
		return nil, nil, err
	}
	related := map[record.ItemID]bool{}
	if err := c.Graph.Links(ctx, func(l Link) error {
		related[l.Source], related[l.Target] = true, true
		return nil
	}); err != nil {
		return nil, nil, err
	}
	perClass, perOwner := map[Class]*Score{}, map[people.ID]*Score{}
	for _, i := range k.items {
		one := Score{Items: 1}
		one.count(m, i, now)
		if !related[i.ID] {
			one.Orphans = 1
		}
		if k.doubled(i) {
			one.Duplicates = 1
		}
		if perClass[i.Class] == nil {
			perClass[i.Class] = &Score{Class: i.Class}
		}
		perClass[i.Class].add(one)
		if i.Owner != 0 {
			if perOwner[i.Owner] == nil {
				perOwner[i.Owner] = &Score{Owner: i.Owner}
			}
			perOwner[i.Owner].add(one)
		}
	}
	for _, s := range perClass {
		classes = append(classes, *s)
	}
	for _, s := range perOwner {
		owners = append(owners, *s)
	}
	worst := func(a, b Score) int {
		return cmp.Or(cmp.Compare(a.Share(), b.Share()), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Owner, b.Owner))
	}
	slices.SortFunc(classes, worst)
	slices.SortFunc(owners, worst)
	return classes, owners, nil
}

func (s *Score) add(o Score) {
	s.Items += o.Items
	s.Complete += o.Complete
	s.Orphans += o.Orphans
	s.Stale += o.Stale
	s.Duplicates += o.Duplicates
}

// count looks at one item by itself.
func (s *Score) count(m *Model, i *Item, now time.Time) {
	if len(m.Lacks(i)) == 0 {
		s.Complete = 1
	}
	months := year
	if d := m.Class(i.Class); d != nil && d.Audit > 0 {
		months = d.Audit
	}
	limit := now.AddDate(0, -months, 0)
	if i.Changed.Before(limit) && i.Seen.Before(limit) && i.Audited.Before(limit) {
		s.Stale = 1
	}
}

// Lacks lists the fields and attributes that a complete item of its class has
// and this one does not.
func (m *Model) Lacks(i *Item) []string {
	d := m.Class(i.Class)
	if d == nil {
		return nil
	}
	var out []string
	for _, name := range d.Must {
		if i.Get(name) == "" {
			out = append(out, name)
		}
	}
	for _, a := range d.All {
		if a.Must && i.Extra[a.Name] == "" {
			out = append(out, a.Name)
		}
	}
	return out
}

// doubled reports whether another item is known by the same, under a rule of
// the item's class. Labels are unique and need no look.
func (k *known) doubled(i *Item) bool {
	d := k.model.Class(i.Class)
	if d == nil {
		return false
	}
	for _, rule := range d.Identity {
		if rule == "code" {
			continue
		}
		for _, key := range keys(rule, i) {
			for _, n := range k.byKey[key] {
				if o := k.items[n]; o.ID != i.ID && k.alike(rule, i, o) {
					return true
				}
			}
		}
	}
	return false
}
