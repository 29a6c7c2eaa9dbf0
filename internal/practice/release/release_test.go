package release_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// centre has a release manager, two who test and deploy, somebody of the
// business, changes whose standing the test says, and a clock that it moves.
type centre struct {
	*release.Desk
	lib              *release.Library
	t                *testing.T
	now              time.Time
	rm, ann, bo, biz people.Actor
	changes          map[string]bool // authorised
	about            map[string][]record.ItemID
	whole            map[string]record.ServiceID
}

func each(t *testing.T, test func(*testing.T, *centre)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := &centre{t: t, now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC), changes: map[string]bool{"CHG-2026-00001": true, "CHG-2026-00002": true}}
		who := func(code string, grants ...string) people.Actor {
			p := people.Person{Code: code, Name: code, Staff: true, Changed: c.now}
			if err := db.SavePerson(t.Context(), &p); err != nil {
				t.Fatal(err)
			}
			return people.Actor{ID: p.ID, Name: code, Staff: true, Grants: people.NewGrants(grants...), Scope: people.Everything()}
		}
		c.rm, c.ann, c.bo = who("rm", "release.*", "library.*"), who("ann", "release.*", "library.*"), who("bo", "release.*", "library.*")
		c.biz = who("biz", "release.read", "release.accept", "release.voice")
		c.lib = &release.Library{Store: db.Library(), Now: func() time.Time { return c.now }}
		inner := record.Desk[*release.Release]{Store: db.Releases(), Now: func() time.Time { return c.now }}
		c.Desk = release.NewDesk(inner, release.City{
			Entries: func(s people.Scope, ids []int64) (map[int64]release.Entry, error) {
				return c.lib.ByID(t.Context(), s, ids)
			},
			Changes: func(_ people.Scope, refs []string) (map[string]release.Standing, error) {
				out := map[string]release.Standing{}
				for _, ref := range refs {
					if yes, ok := c.changes[ref]; ok {
						out[ref] = release.Standing{Ref: ref, Authorised: yes, Items: c.about[ref], Service: c.whole[ref]}
					}
				}
				return out, nil
			},
			Workdays: func(at time.Time, n int) time.Time { return at.AddDate(0, 0, n) },
		}, db.Ledger(), db.ReleaseShelf())
		test(t, c)
	})
}

func fields(all ...string) record.Input {
	in := record.Input{Fields: map[string]string{}}
	for i := 0; i < len(all); i += 2 {
		in.Fields[all[i]] = all[i+1]
	}
	return in
}

func says(text string) record.Input { return record.Input{Text: text} }

func (c *centre) must(r *release.Release, err error) *release.Release {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func (c *centre) moved(by people.Actor, n record.Number, name string, in record.Input) *release.Release {
	c.t.Helper()
	r, err := c.Move(c.t.Context(), by, n, name, in)
	if err != nil {
		c.t.Fatalf("%s: %v", name, err)
	}
	return r
}

// refused wants a fault with that key, or at that field.
func (c *centre) refused(err error, key string) {
	c.t.Helper()
	if !slices.ContainsFunc(fault.All(err), func(f *fault.Fault) bool { return f.Key == key || f.Field == key }) {
		c.t.Errorf("got %v, want %s", err, key)
	}
}

func (c *centre) stop(by people.Actor, n record.Number, name string, in record.Input, key string) {
	c.t.Helper()
	_, err := c.Move(c.t.Context(), by, n, name, in)
	c.refused(err, key)
}

func (c *centre) entry(version string, accepted bool) int64 {
	c.t.Helper()
	e, err := c.lib.Enter(c.t.Context(), c.ann, release.Entry{Name: "hall server", Version: version, Digest: strings.Repeat("0a", 32), Licence: "GPL-3.0", Source: "our own repository", Place: "vault 2"})
	if err == nil && accepted {
		e, err = c.lib.Judge(c.t.Context(), c.bo, e.ID, true, "")
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return e.ID
}

// built is a release that is being built, of one accepted entry under an
// authorised change, with a pilot and two cities.
func (c *centre) built() *release.Release {
	c.t.Helper()
	r, err := c.Plan(c.t.Context(), c.rm, fields("title", "service hall 3.2", "form", "delta", "weight", "minor", "version", "3.2.0"))
	c.must(r, err)
	c.moved(c.rm, r.Number, "start", fields("owner", c.rm.ID.String(), "design", "built by the pipeline"))
	c.must(c.Compose(c.t.Context(), c.rm, r.Number, []release.Part{{Unit: "server", Entry: c.entry("3.2.0", true), Change: "chg-2026-00001 ", Item: 7}}, record.Input{}))
	return c.must(c.Aim(c.t.Context(), c.rm, r.Number, []release.Target{
		{Name: "Hall of the east", Kind: release.Site},
		{Name: "Eastbridge", Kind: release.WholeCity, Wave: 1},
		{Name: "Southport", Kind: release.WholeCity, Wave: 1},
	}, record.Input{}))
}

// toReview takes a release that is being built on to its review.
func (c *centre) toReview(n record.Number) {
	c.t.Helper()
	c.moved(c.rm, n, "hand_over", record.Input{})
	for _, test := range release.Musts {
		c.must(c.Sign(c.t.Context(), c.ann, n, release.Signature{Test: test, Passed: true, Evidence: "log 12"}, record.Input{}))
	}
	c.moved(c.rm, n, "pass_test", record.Input{})
	c.moved(c.biz, n, "accept", says("we take it"))
}

// allSay has every cluster speak, through three persons, and every point looked
// at.
func (c *centre) allSay(n record.Number, s release.Say) {
	c.t.Helper()
	for i, cluster := range release.Clusters {
		by := []people.Actor{c.rm, c.ann, c.bo}[i%3]
		c.must(c.Speak(c.t.Context(), by, n, release.Voice{Cluster: cluster, Say: s, Remark: "looked at"}, record.Input{}))
	}
	var all []release.Answer
	for _, p := range release.Points {
		all = append(all, release.Answer{Point: p, Say: release.Yes, Evidence: "seen"})
	}
	c.must(c.Look(c.t.Context(), c.rm, n, all, record.Input{}))
}

// ready are the fields that approving asks for.
func (c *centre) ready() record.Input {
	return fields("back_out", "put 3.1.9 back", "back_out_time", "30", "known", "none", "support_days", "5",
		"starts", c.now.Add(time.Hour).Format(time.RFC3339), "ends", c.now.Add(9*time.Hour).Format(time.RFC3339))
}

// A no-go stops a release, whoever wants to move it on; built anew and reviewed
// again it goes.
func TestANoGoStopsARelease(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		n := c.built().Number
		c.toReview(n)
		c.stop(c.rm, n, "approve", c.ready(), "release.not_reviewed")
		_, err := c.Decide(t.Context(), c.rm, n, release.Outcome{Decision: release.Go, Minutes: "all well"}, record.Input{})
		c.refused(err, "release.review_incomplete")
		c.allSay(n, release.Yes)
		_, err = c.Speak(t.Context(), c.bo, n, release.Voice{Cluster: "security", Say: release.No}, record.Input{})
		c.refused(err, "remark")
		c.must(c.Speak(t.Context(), c.bo, n, release.Voice{Cluster: "security", Say: release.No, Remark: "the scan found two holes"}, record.Input{}))
		_, err = c.Decide(t.Context(), c.rm, n, release.Outcome{Decision: release.Go, Minutes: "never mind"}, record.Input{})
		c.refused(err, "release.cluster_against")
		r := c.must(c.Decide(t.Context(), c.rm, n, release.Outcome{Decision: release.NoGo, Minutes: "holes first"}, record.Input{}))
		if r.State != release.Building || r.Build != 2 || r.AcceptedBy != 0 {
			t.Fatalf("after the no-go: %s build %d accepted by %d", r.State, r.Build, r.AcceptedBy)
		}
		c.stop(c.rm, n, "approve", c.ready(), "flow.no_move")
		c.moved(c.rm, n, "hand_over", record.Input{})
		c.stop(c.rm, n, "pass_test", record.Input{}, "release.not_tested") // what was signed was the build before
		c.moved(c.rm, n, "fail_test", says("start over"))

		c.toReview(n)
		c.stop(c.rm, n, "approve", c.ready(), "release.not_reviewed") // and what was said, too
		c.allSay(n, release.Yes)
		c.must(c.Decide(t.Context(), c.rm, n, release.Outcome{Decision: release.Go, Minutes: "closed"}, record.Input{}))
		c.stop(c.rm, n, "approve", record.Input{}, "back_out")
		if r = c.moved(c.rm, n, "approve", c.ready()); r.State != release.Approved || len(r.Reviews) != 2 || r.Reviews[0].Decision != release.NoGo {
			t.Errorf("after the go: %s, reviews %+v", r.State, r.Reviews)
		}
	})
}

// approved is a release that may be rolled out within the hour.
func (c *centre) approved() record.Number {
	c.t.Helper()
	n := c.built().Number
	c.toReview(n)
	c.allSay(n, release.Yes)
	c.must(c.Decide(c.t.Context(), c.rm, n, release.Outcome{Decision: release.Go, Minutes: "go"}, record.Input{}))
	c.moved(c.rm, n, "approve", c.ready())
	return n
}

// Nothing is deployed outside its window, out of its turn, from what is not in
// the library, or under a change that is not authorised, whenever that ceased.
func TestNothingIsDeployedThatMayNotBe(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		n := c.approved()
		c.stop(c.rm, n, "roll_out", record.Input{}, "release.outside_window")
		c.now = c.now.Add(2 * time.Hour)
		c.changes["CHG-2026-00001"] = false
		c.stop(c.rm, n, "roll_out", record.Input{}, "release.change_not_authorised")
		c.changes["CHG-2026-00001"] = true
		r := c.moved(c.rm, n, "roll_out", record.Input{})

		deploy := func(target int, to release.Fate, key string) {
			t.Helper()
			got, err := c.Deploy(t.Context(), c.ann, n, target, to, record.Input{Text: "as planned"})
			if key != "" {
				c.refused(err, key)
				return
			}
			r = c.must(got, err)
		}
		deploy(2, release.Done, "release.wave_before")
		delete(c.changes, "CHG-2026-00001")
		deploy(1, release.Done, "release.change_not_authorised")
		c.changes["CHG-2026-00001"] = true
		deploy(1, release.RolledBack, "to")
		deploy(1, release.Done, "")
		deploy(2, release.Done, "release.wave_before") // nobody has verified the pilot
		_, err := c.Verify(t.Context(), c.ann, n, 1, record.Input{})
		c.refused(err, "release.own_deployment")
		c.must(c.Verify(t.Context(), c.bo, n, 1, record.Input{}))
		entries := c.City.Entries
		c.City.Entries = func(scope people.Scope, ids []int64) (map[int64]release.Entry, error) {
			held, err := entries(scope, ids)
			for id, e := range held {
				e.Digest = strings.Repeat("0b", 32)
				held[id] = e
			}
			return held, err
		}
		deploy(2, release.Done, "release.not_in_library") // another copy under the same name
		c.City.Entries = entries
		if _, err := c.lib.Withdraw(t.Context(), c.bo, r.Parts[0].Entry, "a hole was found"); err != nil {
			t.Fatal(err)
		}
		deploy(2, release.Done, "release.not_in_library")
		deploy(1, release.RolledBack, "") // what must go back can, whatever ceased
		c.moved(c.rm, n, "back_out", fields("why_backed_out", "the entry was withdrawn"))
		if r = c.moved(c.rm, n, "rework", says("take 3.2.1")); r.Targets[0].State != release.Pending || r.Build != 2 {
			t.Errorf("anew: %+v", r.Targets)
		}
		c.stop(c.rm, n, "hand_over", record.Input{}, "release.not_in_library")
	})
}

// A roll-out that fails at one city is halted, goes on there, and ends in early
// support, which lasts.
func TestAPartialFailureAndEarlySupport(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		n := c.approved()
		c.now = c.now.Add(2 * time.Hour)
		c.moved(c.rm, n, "roll_out", record.Input{})
		out := func(target int, to release.Fate) {
			t.Helper()
			c.must(c.Deploy(t.Context(), c.ann, n, target, to, says("seen")))
			if to == release.Done {
				c.must(c.Verify(t.Context(), c.bo, n, target, record.Input{}))
			}
		}
		out(1, release.Done)
		c.stop(c.rm, n, "halt", says("stop"), "release.none_failed")
		out(2, release.Failed)
		out(3, release.Done)
		c.stop(c.rm, n, "finish", record.Input{}, "release.not_everywhere")
		c.moved(c.rm, n, "halt", says("Eastbridge has no room on its disk"))
		_, err := c.Deploy(t.Context(), c.ann, n, 2, release.Done, record.Input{})
		c.refused(err, "to")
		c.stop(c.rm, n, "back_out", fields("why_backed_out", "x"), "release.still_there")
		c.moved(c.rm, n, "resume", record.Input{})
		out(2, release.Done)
		c.moved(c.rm, n, "finish", record.Input{})
		c.stop(c.rm, n, "support", record.Input{}, "flow.no_move") // only Kilter itself begins it
		if err := c.Support(t.Context()); err != nil {
			t.Fatal(err)
		}
		r, err := c.Find(t.Context(), c.rm, n)
		if c.must(r, err); r.State != release.EarlySupport || !r.SupportUntil.Equal(c.now.AddDate(0, 0, 5)) {
			t.Fatalf("%s until %s", r.State, r.SupportUntil)
		}
		end := fields("outcome", "went well", "updated", "true")
		c.stop(c.rm, n, "close", end, "release.still_supported")
		c.now = c.now.AddDate(0, 0, 5)
		c.stop(c.rm, n, "close", fields("outcome", "went well"), "updated")
		if r = c.moved(c.rm, n, "close", end); r.State != release.Closed {
			t.Error(r.State)
		}
	})
}

// Who leads or tests a release does not accept it, and conditions bind.
func TestWhoSignsAndUnderWhatConditions(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		n := c.built().Number
		c.moved(c.rm, n, "hand_over", record.Input{})
		c.stop(c.rm, n, "pass_test", record.Input{}, "release.not_tested")
		for _, s := range []release.Signature{{Test: release.Function, Passed: true, Evidence: "a"}, {Test: release.TakingBack, Passed: true, Evidence: "b"}, {Test: release.Security, Evidence: "c"}} {
			c.must(c.Sign(t.Context(), c.ann, n, s, record.Input{}))
		}
		c.stop(c.rm, n, "pass_test", record.Input{}, "release.not_tested")
		c.must(c.Sign(t.Context(), c.ann, n, release.Signature{Test: release.Security, Passed: true, Evidence: "d"}, record.Input{}))
		c.moved(c.rm, n, "pass_test", record.Input{})
		for _, by := range []people.Actor{c.rm, c.ann} {
			c.stop(by, n, "accept", says("yes"), "release.own_acceptance")
		}
		c.moved(c.biz, n, "accept", says("yes"))

		c.allSay(n, release.Yes)
		c.must(c.Look(t.Context(), c.rm, n, []release.Answer{{Point: "guide", Say: release.No}}, record.Input{}))
		decide := func(o release.Outcome) (*release.Release, error) {
			o.Minutes = "minutes"
			return c.Decide(t.Context(), c.rm, n, o, record.Input{})
		}
		_, err := decide(release.Outcome{Decision: release.Go})
		c.refused(err, "release.point_not_ready")
		_, err = decide(release.Outcome{Decision: release.Conditional})
		c.refused(err, "conditions")
		c.must(decide(release.Outcome{Decision: release.Conditional, Conditions: []release.Condition{{Text: "finish the guide", Owner: c.ann.ID, Due: c.now.Add(time.Hour), Before: true}}}))
		c.moved(c.rm, n, "approve", c.ready())
		c.now = c.now.Add(2 * time.Hour)
		c.stop(c.rm, n, "roll_out", record.Input{}, "release.conditions_before")
		_, err = c.Meet(t.Context(), c.ann, n, 1, record.Input{})
		c.refused(err, "release.own_condition")
		c.must(c.Meet(t.Context(), c.bo, n, 1, record.Input{}))
		c.moved(c.rm, n, "roll_out", record.Input{})
	})
}

// What a release is made of names only what its writer sees, and where it goes
// begins with a pilot.
func TestPartsAndTargets(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		r := c.built()
		if p := r.Parts[0]; p.Change != "CHG-2026-00001" || p.Label != "hall server 3.2.0" {
			t.Errorf("part %+v", p)
		}
		compose := func(key string, parts ...release.Part) {
			t.Helper()
			_, err := c.Compose(t.Context(), c.rm, r.Number, parts, record.Input{})
			c.refused(err, key)
		}
		compose("parts[1].entry", release.Part{Unit: "x", Entry: 999, Change: "CHG-2026-00001"})
		compose("parts[1].change", release.Part{Unit: "x", Entry: r.Parts[0].Entry, Change: "CHG-2026-00009"})
		compose("parts[2].entry", r.Parts[0], r.Parts[0])
		compose("parts[1].unit", release.Part{Entry: r.Parts[0].Entry, Change: "CHG-2026-00001"})
		_, err := c.Aim(t.Context(), c.rm, r.Number, []release.Target{{Name: "a", Kind: release.Site, Wave: 1}, {Name: "b", Kind: release.Site, Wave: 2}}, record.Input{})
		c.refused(err, "release.no_pilot")
		c.must(c.Compose(t.Context(), c.rm, r.Number, []release.Part{{Unit: "server", Entry: c.entry("3.2.1", false), Change: "CHG-2026-00001"}}, record.Input{}))
		c.stop(c.rm, r.Number, "hand_over", record.Input{}, "release.not_in_library") // not accepted yet
		_, err = c.Compose(t.Context(), c.biz, r.Number, nil, record.Input{})
		c.refused(err, "people.not_granted")
	})
}

// A part brings its version to an item that its change is about; a change that
// names none is about its service as a whole.
func TestAPartIsOfAnItemOfItsChange(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		n := c.built().Number // while its change named no items
		c.about = map[string][]record.ItemID{"CHG-2026-00001": {8, 9}}
		compose := func(parts ...release.Part) error {
			_, err := c.Compose(t.Context(), c.rm, n, parts, record.Input{})
			return err
		}
		held := c.must(c.Find(t.Context(), c.rm, n)).Parts[0]
		other := release.Part{Unit: "client", Entry: held.Entry, Change: "CHG-2026-00001", Item: 7}
		if err := compose(held, other); !slices.ContainsFunc(fault.All(err), func(f *fault.Fault) bool {
			return f.Field == "parts[2].item" && f.Key == "release.item_not_changed"
		}) || len(fault.All(err)) != 1 {
			t.Errorf("an item that the change is not about, beside one that stands already: %v", err)
		}
		for _, item := range []record.ItemID{0, 8, 9} {
			other.Item = item
			if err := compose(held, other); err != nil {
				t.Errorf("item %d: %v", item, err)
			}
		}
		c.stop(c.rm, n, "hand_over", record.Input{}, "release.part_not_changed")
		held.Item = 9
		if err := compose(held); err != nil {
			t.Fatal(err)
		}
		c.toReview(n)
		c.allSay(n, release.Yes)
		c.about["CHG-2026-00001"] = []record.ItemID{8} // reconsidered, and authorised for another
		_, err := c.Decide(t.Context(), c.rm, n, release.Outcome{Decision: release.Go, Minutes: "all well"}, record.Input{})
		c.refused(err, "release.part_not_changed")
		c.about["CHG-2026-00001"] = []record.ItemID{9}
		c.must(c.Decide(t.Context(), c.rm, n, release.Outcome{Decision: release.Go, Minutes: "all well"}, record.Input{}))
		c.about["CHG-2026-00001"] = []record.ItemID{8}
		c.stop(c.rm, n, "approve", c.ready(), "release.part_not_changed")
	})
}

// A change that names no items is about its service: a part of it brings its
// version to an item of that service, which it may be no more when it is handed over.
func TestAPartIsOfAnItemOfTheServiceOfItsChange(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		n := c.built().Number
		held := c.must(c.Find(t.Context(), c.rm, n)).Parts[0] // of item 7
		c.whole = map[string]record.ServiceID{"CHG-2026-00001": 3}
		of := map[record.ItemID]bool{7: true, 8: true}
		c.City.Within = func(service record.ServiceID, items []record.ItemID) (map[record.ItemID]bool, error) {
			out := map[record.ItemID]bool{}
			for _, id := range items {
				out[id] = service == 3 && of[id]
			}
			return out, nil
		}
		compose := func(item record.ItemID) error {
			_, err := c.Compose(t.Context(), c.rm, n, []release.Part{held, {Unit: "client", Entry: held.Entry, Change: "CHG-2026-00001", Item: item}}, record.Input{})
			return err
		}
		if all := fault.All(compose(9)); len(all) != 1 || all[0].Field != "parts[2].item" || all[0].Key != "release.item_not_of_service" {
			t.Errorf("an item of another service: %v", all)
		}
		for _, item := range []record.ItemID{0, 8} {
			if err := compose(item); err != nil {
				t.Errorf("item %d: %v", item, err)
			}
		}
		delete(of, 8)
		c.stop(c.rm, n, "hand_over", record.Input{}, "release.part_not_changed")
	})
}

// An entry is accepted by somebody else than who entered it, once for each name
// and version; of a network one is not cleared for there is nothing.
func TestTheLibrary(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		ctx, id := t.Context(), c.entry("1.0", false)
		_, err := c.lib.Judge(ctx, c.ann, id, true, "")
		c.refused(err, "release.own_entry")
		_, err = c.lib.Judge(ctx, c.bo, id, false, "")
		c.refused(err, "why")
		if _, err = c.lib.Judge(ctx, c.bo, id, false, "the digest is another"); err != nil {
			t.Fatal(err)
		}
		id = c.entry("1.0", true) // what was refused may come again
		_, err = c.lib.Enter(ctx, c.ann, release.Entry{Name: "hall server", Version: "1.0", Digest: strings.Repeat("ff", 32), Licence: "-", Source: "-", Place: "-"})
		c.refused(err, "release.entry_there")
		_, err = c.lib.Enter(ctx, c.ann, release.Entry{Name: "x", Version: "1", Digest: "abc", Licence: "-", Source: "-"})
		c.refused(err, "sha256")
		c.refused(err, "place")
		hidden, err := c.lib.Enter(ctx, c.ann, release.Entry{Name: "secret", Version: "1", Digest: strings.Repeat("ff", 32), Licence: "-", Source: "-", Place: "-", Zone: 9})
		if err != nil {
			t.Fatal(err)
		}
		guest := c.bo
		guest.Scope = people.Scope{All: true}
		_, err = c.lib.Find(ctx, guest, hidden.ID)
		c.refused(err, "release.no_such_entry")
		for want, w := range map[int]release.Wanted{3: {}, 1: {State: release.Accepted}, 0: {Word: "secret"}} {
			by := c.bo
			if want == 0 {
				by = guest
			}
			if all, err := c.lib.List(ctx, by, w); err != nil || len(all) != want {
				t.Errorf("%+v: %d entries, %v", w, len(all), err)
			}
		}
		if _, err := c.lib.Withdraw(ctx, c.biz, id, "old"); !fault.Is(err, fault.Denied) {
			t.Error(err)
		}
	})
}

// The stock never goes below nothing, and every piece has its reason.
func TestTheHardwareStore(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		ctx := t.Context()
		s, err := c.lib.Shelve(ctx, c.ann, release.Spare{Name: "disk", Model: "ST-4000", Place: "store 1", Least: 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range []struct {
			pieces   int
			why, key string
		}{{3, "delivered", ""}, {-4, "put in", "release.not_so_many"}, {-2, "put in", ""}, {-1, "", "why"}, {0, "x", "pieces"}} {
			_, err := c.lib.Shift(ctx, c.ann, release.Movement{Spare: s.ID, Pieces: m.pieces, Why: m.why, Ref: "inc-2026-1"})
			if m.key != "" {
				c.refused(err, m.key)
			} else if err != nil {
				t.Error(err)
			}
		}
		held, moves, err := c.lib.Spare(ctx, c.ann, s.ID)
		if err != nil || held.Pieces != 1 || !held.Short() || len(moves) != 2 || moves[0].Pieces != -2 {
			t.Errorf("%+v %+v %v", held, moves, err)
		}
		if _, err := c.lib.Shelve(ctx, c.ann, *s); !fault.Is(err, fault.Conflict) { // pieces have moved since
			t.Error(err)
		}
	})
}
