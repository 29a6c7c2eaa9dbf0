package release_test

import (
	"fmt"
	"slices"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
)

// What goes into operation with its errors says so: a release that carries a
// known error whose work-around nobody can read is not approved.
func TestAReleaseCarriesNoHiddenError(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		held := map[string]release.KnownError{
			"PRB-2026-00001": {Title: "lists are cut at 500 rows", Workaround: "filter by month", State: "known_error"},
			"PRB-2026-00002": {Title: "of another network", Zone: 9},
		}
		c.City.Problems = func(_ people.Scope, refs []string) (map[string]release.KnownError, error) { return held, nil }
		c.City.Networks = func([]record.ItemID) (map[record.ItemID]people.ZoneID, error) {
			return map[record.ItemID]people.ZoneID{8: 9}, nil
		}
		first := c.must(c.Plan(t.Context(), c.rm, fields("title", "a release", "form", "full", "weight", "minor", "version", "1")))
		_, err := c.Compose(t.Context(), c.rm, first.Number, []release.Part{{Unit: "server", Entry: c.entry("0.1", true), Change: "CHG-2026-00001", Item: 8}}, record.Input{})
		c.refused(err, "release.other_zone")
		n := c.built().Number
		c.City.Networks = nil
		c.Rules.Refers = func(by people.Actor, t record.Type, field, value string) error {
			if t == record.Item && by.ID == c.biz.ID {
				return fault.At(field, "record.no_such").With("ref", value)
			}
			return nil
		}
		for who, want := range map[*people.Actor]record.ItemID{&c.rm: 7, &c.biz: 0} {
			one, err := c.Find(t.Context(), *who, n)
			if err != nil {
				t.Fatal(err)
			}
			if parts, err := c.Told(*who, one); err != nil || parts[0].Item != want || one.Parts[0].Item != 7 {
				t.Errorf("%s is told of %+v, %v", who.Name, parts, err)
			}
		}
		keepsWhatIsHidden(t, c, n)
		for ref, key := range map[string]string{"PRB-2026-00009": "record.no_such", "PRB-2026-00002": "release.other_zone"} {
			_, err := c.Carry(t.Context(), c.seer(), n, []string{ref}, record.Input{})
			c.refused(err, key)
		}
		_, err = c.Carry(t.Context(), c.rm, n, []string{"PRB-2026-00001"}, record.Input{})
		c.refused(err, "record.no_such") // whoever may not read problems names none
		r := c.must(c.Carry(t.Context(), c.seer(), n, []string{" prb-2026-00001"}, record.Input{}))
		if !slices.Equal(r.Carried, []string{"PRB-2026-00001"}) {
			t.Errorf("carried: %v", r.Carried)
		}
		if all, err := c.Known(c.biz, r); err != nil || all[0].Ref == "" || all[0].Title != "" || all[0].Workaround != "" {
			t.Errorf("whoever may not read problems learns %+v, %v", all, err)
		}
		c.toReview(n)
		c.allSay(n, release.Yes)
		c.City.Networks = func([]record.ItemID) (map[record.ItemID]people.ZoneID, error) {
			return map[record.ItemID]people.ZoneID{7: 9}, nil // what was composed has moved to another network since
		}
		_, err = c.Decide(t.Context(), c.rm, n, release.Outcome{Decision: release.Go, Minutes: "all well"}, record.Input{})
		c.refused(err, "release.part_elsewhere")
		r = c.must(c.Find(t.Context(), c.rm, n))
		for who, want := range map[*people.Actor]string{&c.rm: "release.part_elsewhere map[unit:server]", &c.biz: ""} { // who decides is told before, and no more
			got := ""
			all, err := c.Refuses(*who, r)
			for _, f := range all {
				got += fmt.Sprint(f.Key, " ", f.Args)
			}
			if err != nil || got != want {
				t.Errorf("%s is told %q before, %v", who.Name, got, err)
			}
		}
		c.City.Networks = nil
		if all, err := c.Refuses(c.rm, r); err != nil || len(all) > 0 {
			t.Errorf("nothing stands against it, and %v is told, %v", all, err)
		}
		c.must(c.Decide(t.Context(), c.rm, n, release.Outcome{Decision: release.Go, Minutes: "all well"}, record.Input{}))
		c.stop(c.rm, n, "approve", c.ready(), "release.known_not_published")
		if all, err := c.Refuses(c.rm, c.must(c.Find(t.Context(), c.rm, n))); err != nil || len(all) != 1 || all[0].Key != "release.known_not_published" {
			t.Errorf("before it is approved: %v, %v", all, err)
		}
		one := held["PRB-2026-00001"]
		one.Published = true
		held["PRB-2026-00001"] = one
		r = c.moved(c.rm, n, "approve", c.ready())
		for field, was := range map[string]string{"rollout": r.Rollout, "design": r.Design} {
			_, err := c.Edit(t.Context(), c.rm, n, []record.Change{{Field: field, Was: was, Now: "everywhere at once"}}, record.Input{})
			if was != "" {
				c.refused(err, "release.approved_with")
			} else if err != nil {
				t.Errorf("%s may be added: %v", field, err)
			}
		}
		_, err = c.Carry(t.Context(), c.seer(), n, nil, record.Input{})
		c.refused(err, "release.not_now")
	})
}

// seer is a release manager who may read problems, too.
func (c *centre) seer() people.Actor {
	out := c.rm
	out.Grants = people.NewGrants("release.*", "problem.read")
	return out
}

// keepsWhatIsHidden composes a release anew as somebody who is not told of the item
// of its part: the part keeps it. Whoever is told of it takes it out.
func keepsWhatIsHidden(t *testing.T, c *centre, n record.Number) {
	t.Helper()
	grants := c.biz.Grants
	c.biz.Grants = c.rm.Grants
	one := c.must(c.Find(t.Context(), c.biz, n))
	parts, err := c.Told(c.biz, one)
	if err != nil {
		t.Fatal(err)
	}
	one = c.must(c.Compose(t.Context(), c.biz, n, append(parts, release.Part{Unit: "client", Entry: parts[0].Entry, Change: "CHG-2026-00001"}), record.Input{}))
	if len(one.Parts) != 2 || one.Parts[0].Item != 7 || one.Parts[1].Item != 0 {
		t.Errorf("somebody who is not told of an item has composed %+v", one.Parts)
	}
	if one = c.must(c.Compose(t.Context(), c.rm, n, []release.Part{{Unit: "server", Entry: parts[0].Entry, Change: "CHG-2026-00001"}}, record.Input{})); one.Parts[0].Item != 0 {
		t.Errorf("whoever is told of an item cannot take it out: %+v", one.Parts)
	}
	c.must(c.Compose(t.Context(), c.rm, n, []release.Part{{Unit: "server", Entry: parts[0].Entry, Change: "CHG-2026-00001", Item: 7}}, record.Input{}))
	c.biz.Grants = grants
}
