package incident_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

func into(i *incident.Incident) record.Input {
	return record.Input{Fields: map[string]string{"merged_into": i.Ref()}}
}

func (c *centre) watchers(id int64) []people.ID {
	c.t.Helper()
	a, err := c.db.Ledger().Around(c.t.Context(), people.Everything(), id)
	if err != nil {
		c.t.Fatal(err)
	}
	var out []people.ID
	for _, w := range a.Watchers {
		out = append(out, w.ID)
	}
	slices.Sort(out)
	return out
}

func (c *centre) links(id int64) []string {
	c.t.Helper()
	a, err := c.db.Ledger().Around(c.t.Context(), people.Everything(), id)
	if err != nil {
		c.t.Fatal(err)
	}
	var out []string
	for _, l := range a.Links {
		out = append(out, l.Type+" "+l.Row.Ref())
	}
	return out
}

func TestMergeAndUnmerge(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		a := c.register(c.call(nil))
		b := c.register(c.call(map[string]string{"requester": id(c.vip), "title": "network is gone"}))
		before := c.watchers(a.ID)
		c.now = c.now.Add(time.Minute)
		preview, err := c.PreviewMerge(t.Context(), c.anna, b.Number, a.Number)
		if err != nil || len(preview) != 6 {
			t.Fatalf("preview: %d entries, %v", len(preview), err)
		}
		got := c.move(c.anna, b.Number, "merge", into(a))
		if got.State != incident.Cancelled || got.MergedInto != a.Number {
			t.Fatalf("merged: %s into %d", got.State, got.MergedInto)
		}
		if w := c.watchers(a.ID); !slices.Contains(w, c.vip) {
			t.Errorf("the other requester does not follow: %v", w)
		}
		n, err := c.Follow(t.Context(), c.anna, b.Number)
		if err != nil || n != a.Number {
			t.Errorf("the old number leads to %d, %v", n, err)
		}
		v, err := c.Read(t.Context(), c.anna, a.Number)
		if err != nil || len(v.Merged) != 1 || !slices.ContainsFunc(v.Entries, func(e record.Entry) bool { return e.Record == b.ID }) {
			t.Errorf("joined timeline: %d merged, %v", len(v.Merged), err)
		}
		if _, err := c.Move(t.Context(), c.anna, a.Number, "merge", into(b)); !slices.Equal(faults(err), []string{"merged_into incident.merge_into_ended"}) {
			t.Errorf("merged back into it: %v", err)
		}
		c.now = c.now.AddDate(0, 0, 29)
		back, err := c.Unmerge(t.Context(), c.anna, b.Number, record.Input{})
		if err != nil || back.State != incident.Assigned || back.MergedInto != 0 || back.EndedAs != "" || !back.Closed.IsZero() {
			t.Fatalf("un-merged: %+v, %v", back, err)
		}
		if w := c.watchers(a.ID); !slices.Equal(w, before) {
			t.Errorf("followers after the un-merge %v, before %v", w, before)
		}
		if l := c.links(b.ID); len(l) != 0 {
			t.Errorf("links left over: %v", l)
		}
		if _, err := c.Unmerge(t.Context(), c.anna, b.Number, record.Input{}); !fault.Is(err, fault.Conflict) {
			t.Errorf("un-merged twice: %v", err)
		}
		c.move(c.anna, b.Number, "merge", into(a))
		c.now = c.now.AddDate(0, 0, 31)
		if _, err := c.Unmerge(t.Context(), c.anna, b.Number, record.Input{}); !fault.Is(err, fault.Conflict) {
			t.Errorf("un-merged after a month: %v", err)
		}
	})
}

func TestMergeRefuses(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		a, secret := c.register(c.call(nil)), c.register(c.call(map[string]string{"service": "6"}))
		anna := c.anna
		anna.Scope = people.Scope{All: true, Cleared: []people.ZoneID{3}}
		for name, k := range map[string]struct {
			ref  string
			want string
		}{
			"into itself":                    {a.Ref(), "merged_into record.itself"},
			"into nothing":                   {"", "merged_into record.required"},
			"into a contact":                 {"CON-2026-00001", "merged_into record.no_such"},
			"into one that does not exist":   {"INC-2026-00099", "merged_into record.no_such"},
			"into one of a network not hers": {secret.Ref(), "merged_into record.no_such"},
			"into what is no number":         {"'; DROP TABLE record; --", "merged_into record.no_such"},
		} {
			_, err := c.Move(t.Context(), anna, a.Number, "merge", record.Input{Fields: map[string]string{"merged_into": k.ref}})
			if got := faults(err); !slices.Equal(got, []string{k.want}) {
				t.Errorf("%s: %v, want %s", name, got, k.want)
			}
		}
		if got, err := c.Find(t.Context(), c.anna, a.Number); err != nil || got.State != incident.Assigned || got.Version != 1 {
			t.Errorf("a refused merge left traces: %+v, %v", got, err)
		}
	})
}

func TestCancelAsDuplicateLinksTheOriginal(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		a, b := c.register(c.call(nil)), c.register(c.call(nil))
		_, err := c.Move(t.Context(), c.anna, b.Number, "cancel", record.Input{Fields: map[string]string{"ended_as": "duplicate"}})
		if got := faults(err); !slices.Equal(got, []string{"duplicate_of record.required"}) {
			t.Errorf("a duplicate of nothing: %v", got)
		}
		c.move(c.anna, b.Number, "cancel", record.Input{Fields: map[string]string{"ended_as": "duplicate", "duplicate_of": a.Ref()}})
		if l := c.links(b.ID); !slices.Equal(l, []string{"duplicate " + a.Ref()}) {
			t.Errorf("links %v", l)
		}
	})
}

func TestFamilies(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		p := c.register(c.call(nil))
		call := c.call(map[string]string{"impact": "", "urgency": ""})
		call.Parent = p.Number
		unclassified := c.register(call)
		k1, k2 := c.register(c.call(map[string]string{"item": "77"})), c.register(c.call(nil))
		if err := c.Adopt(t.Context(), c.anna, p.Number, k1.Number, k2.Number); err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{
			"a parent of its own parent": c.Adopt(t.Context(), c.anna, k1.Number, p.Number),
			"a third generation":         c.Adopt(t.Context(), c.anna, k1.Number, c.register(c.call(nil)).Number),
			"itself":                     c.Adopt(t.Context(), c.anna, k1.Number, k1.Number),
		} {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		c.move(c.bo, p.Number, "accept", record.Input{Fields: map[string]string{"owner": id(c.bo.ID)}})
		fields := solution()
		fields["item"] = "88"
		in := record.Input{Fields: fields}
		out, err := c.Children(t.Context(), c.bo, p.Number, in)
		if err != nil || len(out) != 3 {
			t.Fatalf("children %+v, %v", out, err)
		}
		var ready []record.Number
		for _, o := range out {
			if o.Refused == nil {
				ready = append(ready, o.Number)
			} else if o.Number != unclassified.Number {
				t.Errorf("%s refused: %v", record.Ref(record.Incident, o.Number), o.Refused)
			}
		}
		if len(ready) != 2 {
			t.Fatalf("ready %v", ready)
		}
		if _, err := c.Resolve(t.Context(), c.bo, p.Number, in, append(ready, c.register(c.call(nil)).Number)); !fault.Is(err, fault.Invalid) {
			t.Errorf("a stranger's child was resolved along: %v", err)
		}
		if _, err := c.Resolve(t.Context(), c.bo, p.Number, in, ready); err != nil {
			t.Fatal(err)
		}
		for n, item := range map[record.Number]record.ItemID{p.Number: 88, k1.Number: 77, k2.Number: 88} {
			if i, err := c.Find(t.Context(), c.anna, n); err != nil || i.State != incident.Resolved || i.Item != item {
				t.Errorf("%s: %s, item %d, %v", record.Ref(record.Incident, n), i.State, i.Item, err)
			}
		}
		if i, err := c.Find(t.Context(), c.anna, unclassified.Number); err != nil || i.State != incident.New {
			t.Errorf("a child that was not chosen is %s, %v", i.State, err)
		}
		if told := c.toldOfResolving(); !maps.Equal(told, map[record.Number]int{p.Number: 1, k1.Number: 1, k2.Number: 1}) {
			t.Errorf("the requester is told of %v", told)
		}
		if err := c.Release(t.Context(), c.anna, p.Number, unclassified.Number); err != nil || len(c.links(unclassified.ID)) != 0 {
			t.Errorf("released: %v, %v", c.links(unclassified.ID), err)
		}
	})
}

// toldOfResolving counts what the requester is told of resolved incidents, by
// their numbers: each record of a cascade is told of once, to its own
// requester.
func (c *centre) toldOfResolving() map[record.Number]int {
	c.t.Helper()
	news, err := c.db.Waiting(c.t.Context(), 1000)
	if err != nil {
		c.t.Fatal(err)
	}
	city := notice.City{Loud: c.db.LoudBatch, Reader: func(_ context.Context, id people.ID) (notice.Reader, error) {
		return notice.Reader{ID: id, Scope: people.Scope{Own: id, AllZones: true}}, nil
	}}
	told := map[record.Number]int{}
	for _, n := range news {
		if n.Entry.Deed != "incident.resolve" {
			continue
		}
		ns, err := notice.Notices(c.t.Context(), n, city)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, one := range ns {
			if one.To == c.user.ID && one.What == notice.Replied {
				told[n.Head.Number]++
			}
		}
	}
	return told
}
