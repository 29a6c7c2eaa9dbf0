package store_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

func cmdbText(id int64) string { return strconv.FormatInt(id, 10) }

// A map can be drawn as it was, and compared with a day or a baseline.
func TestMapsOfThePast(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := itemDay
		m, err := cmdb.ModelOf(nil)
		if err != nil {
			t.Fatal(err)
		}
		all := setting.NewAll(1, nil)
		desk := &cmdb.Desk{
			Items: db.Items(), Relations: db.Relations(), Book: db.ItemBook(), Files: db.ItemFiles(), Pen: db, Settings: func() *setting.All { return all },
			Model: func() *cmdb.Model { return m }, Person: db.Person, Now: func() time.Time { return now },
		}
		records := &cmdb.Records{Desk: desk, Baselines: db.Baselines()}
		a := analystOf(t, db)
		a.Past = records
		p := people.Person{Code: "lin", Name: "lin", Changed: itemDay}
		if err := db.SavePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
		by := people.Actor{ID: p.ID, Name: "lin", Staff: true, Grants: people.NewGrants("item.*"), Scope: people.Everything()}
		lot := &cmdb.Lot{}
		for _, code := range []string{"app", "old", "kept"} {
			lot.Items = append(lot.Items, &cmdb.Item{Code: code, Name: people.Text{En: code}, Class: "server", State: cmdb.Live, Created: now, Changed: now})
		}
		lot.Relations = []*cmdb.Relation{{Source: -1, Target: -2, Type: "depends_on", Since: now}, {Source: -1, Target: -3, Type: "depends_on", Since: now}}
		if err := db.Items().Write(t.Context(), lot); err != nil {
			t.Fatal(err)
		}
		app, kept := lot.Items[0].ID, lot.Items[2].ID
		base, err := records.Take(t.Context(), by, cmdb.Baseline{Name: "first", Reach: cmdb.Reach{Roots: []record.ItemID{app}, Depth: 1}})
		if err != nil {
			t.Fatal(err)
		}
		then := now.Add(time.Hour)
		now = now.Add(24 * time.Hour)
		if err := desk.Part(t.Context(), by, lot.Relations[0].ID); err != nil {
			t.Fatal(err)
		}
		young := &cmdb.Lot{
			Items:     []*cmdb.Item{{Code: "young", Name: people.Text{En: "young"}, Class: "server", State: cmdb.Live, Created: now, Changed: now}},
			Relations: []*cmdb.Relation{{Source: app, Target: -1, Type: "depends_on", Since: now}},
		}
		if err := db.Items().Write(t.Context(), young); err != nil {
			t.Fatal(err)
		}
		if _, err := desk.Save(t.Context(), by, cmdb.Input{ID: kept, Version: lot.Items[2].Version, Fields: map[string]string{"room": "B2"}}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name string
			ask  cmdb.ChartQuestion
			want []string
		}{
			{"now", cmdb.ChartQuestion{}, []string{"app", "kept", "young"}},
			{"as it was", cmdb.ChartQuestion{At: then}, []string{"app", "kept", "old"}},
			{"since then", cmdb.ChartQuestion{Since: then}, []string{"app", "kept changed", "old", "young added"}},
			{"since the baseline", cmdb.ChartQuestion{Baseline: base.ID}, []string{"app", "kept changed", "old", "young added"}},
		} {
			c.ask.Items, c.ask.Hops, c.ask.Way = []record.ItemID{app}, 1, cmdb.Both
			got, err := a.Chart(t.Context(), by, c.ask)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			var drawn []string
			for _, d := range got.Dots {
				text := d.Code
				if d.Mark != "" {
					text += " " + string(d.Mark)
				}
				drawn = append(drawn, text)
			}
			slices.Sort(drawn)
			if diff := cmp.Diff(c.want, drawn); diff != "" {
				t.Errorf("%s: %s", c.name, diff)
			}
			gone := 0
			for _, s := range got.Strokes {
				if s.Mark == cmdb.MarkGone {
					gone++
				}
			}
			if compares := !got.From.IsZero(); compares && gone != 1 || !compares && gone != 0 {
				t.Errorf("%s: %d lines are gone", c.name, gone)
			}
		}
		past, err := a.Chart(t.Context(), by, cmdb.ChartQuestion{Items: []record.ItemID{app}, Hops: 1, Way: cmdb.Both, At: then, Fail: []record.ItemID{lot.Items[1].ID}})
		if err != nil || past.Down != 2 || !past.Part {
			t.Errorf("what failed then: %+v, %v", past, err)
		}
	})
}

// A part of the past with more items than one would draw is read whole.
func TestALargePartOfThePastIsReadWhole(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		const around = 2500
		lot := &cmdb.Lot{}
		for n := range around + 1 {
			lot.Items = append(lot.Items, &cmdb.Item{Code: "n" + strconv.Itoa(n), Name: people.Text{En: "n"}, Class: "server", State: cmdb.Live, Created: itemDay, Changed: itemDay})
			if n > 0 {
				lot.Relations = append(lot.Relations, &cmdb.Relation{Source: record.ItemID(-n - 1), Target: -1, Type: "depends_on", Since: itemDay})
			}
		}
		if err := db.Items().Write(t.Context(), lot); err != nil {
			t.Fatal(err)
		}
		o.at = itemDay.Add(48 * time.Hour)
		all := make([]record.ItemID, len(lot.Items))
		for n, i := range lot.Items {
			all[n] = i.ID
		}
		for name, r := range map[string]cmdb.Reach{"around one": {Roots: all[:1], Depth: 1}, "named one by one": {Roots: all}} {
			r.At = itemDay.Add(24 * time.Hour)
			s, err := o.Subgraph(t.Context(), o.manager, r)
			if err != nil || s.Cut || len(s.Items) != around+1 || len(s.Relations) != around {
				t.Errorf("%s: %d items, %d relations, cut %v, %v", name, len(s.Items), len(s.Relations), s.Cut, err)
			}
		}
	})
}
