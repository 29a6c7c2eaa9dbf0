package store_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// fallsSQL is the reference for impact over hard relations: the database's own
// recursion, with the fewest steps.
const fallsSQL = `WITH RECURSIVE falls (item, depth) AS (
	SELECT source, 1 FROM relation WHERE target = $1 AND type = 'depends_on' AND until IS NULL
	UNION
	SELECT r.source, f.depth + 1 FROM falls AS f JOIN relation AS r ON r.target = f.item AND r.type = 'depends_on' AND r.until IS NULL WHERE f.depth < $2
) SELECT item, min(depth) FROM falls WHERE item <> $3 GROUP BY item`

// atlasOf holds the topology of a database with the starter model.
func atlasOf(t testing.TB, db *store.DB) *cmdb.Atlas {
	t.Helper()
	m, err := cmdb.ModelOf(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &cmdb.Atlas{Graph: db.Graph(), Model: func() *cmdb.Model { return m }}
}

func TestImpactAgreesWithTheDatabasesOwnRecursion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		random := rand.New(rand.NewPCG(1, 2))
		const count = 60
		var codes []string
		for i := range count {
			codes = append(codes, "N-"+string(rune('A'+i/26))+string(rune('a'+i%26)))
		}
		ids := addItems(t, db, codes...)
		lot, seen := &cmdb.Lot{}, map[[2]record.ItemID]bool{}
		for len(lot.Relations) < 110 { // circles included
			a, b := ids[random.IntN(count)], ids[random.IntN(count)]
			if a == b || seen[[2]record.ItemID{a, b}] {
				continue
			}
			seen[[2]record.ItemID{a, b}] = true
			lot.Relations = append(lot.Relations, &cmdb.Relation{Source: a, Target: b, Type: "depends_on", Since: itemDay})
		}
		if err := db.Items().Write(t.Context(), lot); err != nil {
			t.Fatal(err)
		}
		atlas := atlasOf(t, db)
		compare := func() {
			topology, err := atlas.Now(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range ids[:20] {
				want, err := db.PairsForTest(t.Context(), fallsSQL, int64(id), count, int64(id))
				if err != nil {
					t.Fatal(err)
				}
				got := map[int64]int64{}
				for _, f := range topology.Falls(id) {
					got[int64(f.ID)] = int64(f.Depth)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("item %d: %s", id, diff)
				}
			}
		}
		compare()
		// What changes is taken over from the change log.
		for _, r := range lot.Relations[:20] {
			r.Until = itemDay.Add(time.Hour)
		}
		if err := db.Items().Write(t.Context(), &cmdb.Lot{Relations: lot.Relations[:20]}); err != nil {
			t.Fatal(err)
		}
		compare()
	})
}

// analystOf answers from a database with no settings but those given.
func analystOf(t *testing.T, db *store.DB, things ...setting.Thing) *cmdb.Analyst {
	t.Helper()
	all := setting.NewAll(1, things)
	return &cmdb.Analyst{
		Atlas: atlasOf(t, db), Items: db.Items(), Around: db.Surroundings(), Settings: func() *setting.All { return all },
		Book: func() *sla.Book { return nil }, Now: func() time.Time { return itemDay.Add(24 * time.Hour) },
	}
}

// TestNobodyLearnsOfItemsInZonesHeIsNotClearedFor walks every question that
// can be asked about the graph.
func TestNobodyLearnsOfItemsInZonesHeIsNotClearedFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		zones := []setting.Thing{{Kind: setting.Zone, Code: "open", Changed: time.Unix(1, 0)}, {Kind: setting.Zone, Code: "shut", Changed: time.Unix(1, 0)}}
		for i := range zones {
			if err := db.Settings().Save(t.Context(), &zones[i]); err != nil {
				t.Fatal(err)
			}
		}
		place := func(code string, zone int) *cmdb.Item {
			return &cmdb.Item{Code: code, Name: people.Text{En: code}, Class: "server", State: cmdb.Live, Zone: people.ZoneID(zones[zone].ID), Created: itemDay, Changed: itemDay}
		}
		core, secret, front, other := place("core", 0), place("secret", 1), place("front", 0), place("other", 0)
		lot := &cmdb.Lot{Items: []*cmdb.Item{core, secret, front, other}}
		for _, r := range [][2]record.ItemID{{-2, -1}, {-3, -2}, {-4, -3}} {
			lot.Relations = append(lot.Relations, &cmdb.Relation{Source: r[0], Target: r[1], Type: "depends_on", Gate: cmdb.Firewall, Since: itemDay})
		}
		if err := db.Items().Write(t.Context(), lot); err != nil {
			t.Fatal(err)
		}
		a := analystOf(t, db)
		by := people.Actor{Staff: true, Grants: people.NewGrants("item.*", "incident.read"), Scope: people.Scope{All: true, Cleared: []people.ZoneID{front.Zone}}}
		told := map[string][]string{}
		tell := func(question string, nodes ...cmdb.Node) {
			for _, n := range nodes {
				told[question] = append(told[question], n.Code)
			}
			slices.Sort(told[question])
		}
		impact, err := a.Impact(t.Context(), by, cmdb.Question{Items: []record.ItemID{core.ID}})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range impact.Items {
			tell("impact", s.Node)
			if s.Code == "front" && (s.Depth != 1 || s.Relation != 0 || s.From != core.ID) {
				t.Errorf("the step over a hidden item: %+v", s)
			}
		}
		needs, err := a.Needs(t.Context(), by, other.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range needs {
			tell("needs", n.Node)
		}
		singles, err := a.Singles(t.Context(), by, other.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range singles {
			tell("singles", s.Node)
		}
		cuts, err := a.Cuts(t.Context(), by, other.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cuts {
			for _, choice := range c.Any {
				tell("cuts", choice...)
			}
		}
		suspects, err := a.Suspects(t.Context(), by, []record.ItemID{front.ID, other.ID})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range suspects {
			tell("suspects", s.Node)
		}
		crossings, err := a.Crossings(t.Context(), by)
		if err != nil || len(crossings.Points)+len(crossings.Bridges) != 0 {
			t.Errorf("crossings %+v, %v", crossings, err)
		}
		want := map[string][]string{
			"impact": {"core", "front", "other"}, "needs": {"core", "front"}, "singles": {"core", "front"}, "cuts": {"core", "front"}, "suspects": {"core", "front"},
		}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Error(diff)
		}
		for name, ask := range map[string]func() error{
			"impact": func() error {
				_, err := a.Impact(t.Context(), by, cmdb.Question{Items: []record.ItemID{secret.ID}})
				return err
			},
			"needs":    func() error { _, err := a.Needs(t.Context(), by, secret.ID); return err },
			"suspects": func() error { _, err := a.Suspects(t.Context(), by, []record.ItemID{secret.ID}); return err },
			"what-if": func() error {
				_, err := a.WhatIf(t.Context(), by, cmdb.WhatIf{Edits: []cmdb.Edit{{Do: cmdb.Remove, Item: secret.ID}}})
				return err
			},
		} {
			if err := ask(); fault.All(err) == nil {
				t.Errorf("%s about a hidden item: %v", name, err)
			}
		}
	})
}

func TestWhatIsInMaintenanceInAWindowCountsAsDown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ids := addItems(t, db, "past", "now", "never")
		day := func(n int) time.Time { return itemDay.Add(time.Duration(n) * 24 * time.Hour) }
		items, err := db.Items().Find(t.Context(), people.Everything(), ids[1])
		if err != nil || len(items) != 1 {
			t.Fatal(items, err)
		}
		items[0].State = cmdb.Maintenance
		move := func(item record.ItemID, at int, was, became cmdb.State) cmdb.Change {
			return cmdb.Change{Item: item, At: day(at), Field: "state", Was: string(was), Became: string(became)}
		}
		lot := &cmdb.Lot{Items: []*cmdb.Item{&items[0]}, History: []cmdb.Change{
			move(ids[0], 2, cmdb.Live, cmdb.Maintenance), move(ids[0], 4, cmdb.Maintenance, cmdb.Live), move(ids[1], 6, cmdb.Live, cmdb.Maintenance),
		}}
		if err := db.Items().Write(t.Context(), lot); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name        string
			from, until int
			want        []record.ItemID
		}{
			{"before both", 0, 1, nil},
			{"the first begins within", 1, 3, ids[:1]},
			{"the first ends within", 3, 5, ids[:1]},
			{"between both", 5, 5, nil},
			{"over both", 1, 9, ids[:2]},
			{"the second goes on", 8, 9, ids[1:2]},
		} {
			got, err := db.Surroundings().Upkeep(t.Context(), day(c.from), day(c.until))
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
			}
		}
	})
}

func TestWhatIfAnswersWithoutWriting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ids := addItems(t, db, "app", "host", "rack")
		lot := &cmdb.Lot{}
		for i := range 2 {
			lot.Relations = append(lot.Relations, &cmdb.Relation{Source: ids[i], Target: ids[i+1], Type: "depends_on", Since: itemDay})
		}
		if err := db.Items().Write(t.Context(), lot); err != nil {
			t.Fatal(err)
		}
		before, err := db.Graph().Version(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		a, by := analystOf(t, db), people.System(people.ViaShell)
		got, err := a.WhatIf(t.Context(), by, cmdb.WhatIf{
			Edits: []cmdb.Edit{{Do: cmdb.Duplicate, Item: ids[1], As: -1}}, Fail: []record.ItemID{ids[1]}, Watch: []record.ItemID{ids[0]},
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Better) != 1 || got.Better[0].Code != "app" || len(got.Worse) != 0 {
			t.Errorf("with a second host: better %+v, worse %+v", got.Better, got.Worse)
		}
		if w := got.Watched[0]; len(w.Gone) != 1 || w.Gone[0].Code != "host" || len(w.New) != 0 || w.Kept != 1 {
			t.Errorf("single points: %+v", w)
		}
		got, err = a.WhatIf(t.Context(), by, cmdb.WhatIf{Edits: []cmdb.Edit{{Do: cmdb.Remove, Item: ids[2]}}})
		if err != nil {
			t.Fatal(err)
		}
		broken := map[string]bool{}
		for _, s := range got.Broken {
			broken[s.Code] = true
		}
		if !maps.Equal(broken, map[string]bool{"app": true, "host": true}) {
			t.Errorf("without the rack: %v", broken)
		}
		if after, err := db.Graph().Version(t.Context()); err != nil || after != before {
			t.Errorf("the graph went from version %d to %d, %v", before, after, err)
		}
	})
}
