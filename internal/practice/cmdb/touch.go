package cmdb

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Touch is what a change of a class or of a type of relations would touch, of
// what the actor may see.
type Touch struct {
	Classes []Class        // the class and all below it, which inherit
	Items   int            // of these classes
	Added   []string       // attributes
	Dropped map[string]int // attributes that go, with the number of items that have a value
	Unfit   map[string]int // attributes, with the number of items whose value would no longer be accepted
	Lacking map[string]int // fields and attributes that become compulsory, with the number of items in use that lack them
	Barred  int            // items of the class itself, when it becomes one that only groups others

	Joined  []string // types of relations that name a class which is taken out of use as an end of theirs
	Pointed []string // attributes of other classes that refer to it, as class.attribute

	Relations int  // of the type
	Meaning   bool // the relations would mean something else for failure
	Misfit    int  // relations between items that the type would no longer join
	Crowded   int  // items with more relations of the type than it would allow

	Views    []people.Text // saved views of items that would no longer work; those without a name are somebody's own
	Mappings []string      // sources whose tables have a column for an attribute that goes
}

// Quiet reports whether nothing that is recorded would be touched.
func (t *Touch) Quiet() bool {
	return len(t.Dropped)+len(t.Unfit)+len(t.Lacking)+t.Barred+t.Misfit+t.Crowded+len(t.Views)+len(t.Mappings)+len(t.Joined)+len(t.Pointed) == 0 && (!t.Meaning || t.Relations == 0)
}

// ViewUse is a saved view of items, as far as the model matters to it.
type ViewUse struct {
	Name    people.Text // none when it is another person's own
	Query   string
	Columns []string
}

// toucher holds the model against the one that a change would make.
type toucher struct {
	*Modeller
	by        people.Actor
	was, next *Model
	out       Touch
}

// touches works out what a thing would touch if it took its place among the
// settings. Values that a class no longer knows stay where they are, unseen.
func (m *Modeller) touches(ctx context.Context, by people.Actor, thing setting.Thing) (*Touch, error) {
	next, err := ModelOf(m.Settings().With(&thing))
	if err != nil {
		return nil, err
	}
	t := &toucher{Modeller: m, by: by, was: m.Model(), next: next, out: Touch{Dropped: map[string]int{}, Unfit: map[string]int{}, Lacking: map[string]int{}}}
	if thing.Kind == setting.RelationType {
		return &t.out, t.relations(ctx, thing.Code)
	}
	if err := t.items(ctx, Class(thing.Code)); err != nil {
		return nil, err
	}
	if thing.Retired {
		t.out.Joined, t.out.Pointed = t.next.uses(Class(thing.Code))
	}
	if err := t.views(ctx); err != nil {
		return nil, err
	}
	return &t.out, t.mappings(ctx)
}

// items goes through the items of a class and of those below it.
func (t *toucher) items(ctx context.Context, code Class) error {
	now := t.next.Class(code)
	t.out.Classes = slices.Clone(now.Below)
	old := t.was.Class(code)
	if old == nil {
		old = &ClassDef{}
	}
	for _, c := range old.Below {
		if !slices.Contains(t.out.Classes, c) {
			t.out.Classes = append(t.out.Classes, c)
		}
	}
	for _, a := range now.All {
		if _, known := old.Find(a.Name); !known {
			t.out.Added = append(t.out.Added, a.Name)
		}
	}
	return t.Items.Walk(ctx, func(i *Item) error {
		if slices.Contains(t.out.Classes, i.Class) && t.by.Scope.Clears(i.Zone) {
			t.item(i, now.Abstract && i.Class == code)
		}
		return nil
	})
}

func (t *toucher) item(i *Item, barred bool) {
	was, next := t.was.Class(i.Class), t.next.Class(i.Class)
	if was == nil || next == nil {
		return
	}
	t.out.Items++
	if barred {
		t.out.Barred++
	}
	for _, a := range was.All {
		v := i.Extra[a.Name]
		b, stays := next.Find(a.Name)
		switch {
		case v == "":
		case !stays:
			t.out.Dropped[a.Name]++
		default:
			if w, err := b.Accept(v); err != nil || !strings.EqualFold(w, v) {
				t.out.Unfit[a.Name]++
			}
		}
	}
	if !i.InUse() {
		return
	}
	before := t.was.Lacks(i)
	for _, name := range t.next.Lacks(i) {
		if !slices.Contains(before, name) {
			t.out.Lacking[name]++
		}
	}
}

// uses lists what of the model names a class: types of relations that have it
// as an end, and attributes of other classes that refer to it, as
// class.attribute.
func (m *Model) uses(code Class) (joined, pointed []string) {
	for _, r := range m.Types() {
		if !r.Retired && (slices.Contains(r.From, code) || slices.Contains(r.To, code)) {
			joined = append(joined, r.Code)
		}
	}
	for _, c := range m.Classes() {
		for _, a := range c.Attributes {
			if !c.Retired && c.Code != code && a.Type == Reference && a.Of == code {
				pointed = append(pointed, string(c.Code)+"."+a.Name)
			}
		}
	}
	return joined, pointed
}

// known reports whether any class of a model has an attribute.
func (m *Model) known(name string) bool {
	return slices.ContainsFunc(m.Classes(), func(d *ClassDef) bool { _, ok := d.Find(name); return ok })
}

// views finds the saved views that work today and would not then.
func (t *toucher) views(ctx context.Context) error {
	if t.Modeller.Views == nil {
		return nil
	}
	list, err := t.Modeller.Views(ctx)
	if err != nil {
		return err
	}
	k := query.Context{Me: t.by.ID, MyTeams: t.by.Teams, Settings: t.Settings(), Now: t.now(), Place: time.UTC}
	for _, v := range list {
		_, before := t.was.Read(v.Query, k)
		_, after := t.next.Read(v.Query, k)
		breaks := before == nil && after != nil
		for _, c := range v.Columns {
			name, own := strings.CutPrefix(c, "x.")
			breaks = breaks || own && t.was.known(name) && !t.next.known(name)
		}
		if breaks {
			t.out.Views = append(t.out.Views, v.Name)
		}
	}
	return nil
}

// mappings finds the sources whose tables fill an attribute that goes.
func (t *toucher) mappings(ctx context.Context) error {
	if t.Mappings == nil {
		return nil
	}
	list, err := t.Mappings.Mappings(ctx, false)
	if err != nil {
		return err
	}
	for _, m := range list {
		fills := func(name string) bool {
			if m.Class == "" {
				return t.was.known(name) && !t.next.known(name)
			}
			was, next := t.was.Class(m.Class), t.next.Class(m.Class)
			if was == nil || next == nil {
				return false
			}
			_, had := was.Find(name)
			_, has := next.Find(name)
			return had && !has
		}
		if slices.ContainsFunc(append(slices.Sorted(maps.Keys(m.Columns)), slices.Sorted(maps.Keys(m.Set))...), fills) {
			t.out.Mappings = append(t.out.Mappings, m.Source)
		}
	}
	return nil
}

// relations goes through the relations of a type between items that the actor
// may see.
func (t *toucher) relations(ctx context.Context, code string) error {
	was, now := t.was.Type(code), t.next.Type(code)
	if was == nil {
		return nil
	}
	t.out.Meaning = was.Suffers != now.Suffers || was.Effect != now.Effect || was.Through != now.Through
	classes := map[record.ItemID]Class{}
	if err := t.Graph.Nodes(ctx, func(n Node) error {
		if t.by.Scope.Clears(n.Zone) {
			classes[n.ID] = n.Class
		}
		return nil
	}); err != nil {
		return err
	}
	sources, targets := map[record.ItemID]int{}, map[record.ItemID]int{}
	if err := t.Graph.Links(ctx, func(l Link) error {
		source, sees := classes[l.Source]
		target, too := classes[l.Target]
		if l.Type != code || !sees || !too {
			return nil
		}
		t.out.Relations++
		targets[l.Source]++
		sources[l.Target]++
		if now.Fits(t.next, source, target) != nil && was.Fits(t.was, source, target) == nil {
			t.out.Misfit++
		}
		return nil
	}); err != nil {
		return err
	}
	for _, end := range []struct {
		count map[record.ItemID]int
		most  int
	}{{targets, now.Targets}, {sources, now.Sources}} {
		for _, n := range end.count {
			if end.most > 0 && n > end.most {
				t.out.Crowded++
			}
		}
	}
	return nil
}
