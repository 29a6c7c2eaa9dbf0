package store_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// office is configuration management on a database of its own, with a clock
// that the test moves.
type office struct {
	*cmdb.Desk
	db      *store.DB
	keeper  *setting.Keeper
	at      time.Time
	manager people.Actor
	zones   map[string]people.ZoneID
}

func newOffice(t *testing.T, db *store.DB) *office {
	t.Helper()
	o := &office{db: db, keeper: &setting.Keeper{Store: db.Settings()}, at: itemDay, zones: map[string]people.ZoneID{}}
	if err := o.keeper.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	things := cmdb.Plant(o.keeper.All())
	for _, code := range []string{"business", "public"} {
		things = append(things, &setting.Thing{Kind: setting.Zone, Code: code, Name: people.Text{En: code}})
	}
	for _, thing := range things {
		thing.Changed = itemDay
	}
	if err := o.keeper.Put(t.Context(), &setting.Lot{Things: things}); err != nil {
		t.Fatal(err)
	}
	for _, z := range o.keeper.All().Of(setting.Zone) {
		o.zones[z.Code] = people.ZoneID(z.ID)
	}
	who := addPersons(t, db, 1)[0]
	o.manager = people.Actor{ID: who, Name: "Configuration manager", Staff: true, Grants: people.NewGrants("item.*"), Scope: people.Everything()}
	o.Desk = &cmdb.Desk{
		Items: db.Items(), Relations: db.Relations(), Book: db.ItemBook(), Files: db.ItemFiles(), Pen: db,
		Settings: o.keeper.All, Model: o.model, Person: db.Person, Now: func() time.Time { return o.at },
	}
	return o
}

func (o *office) model() *cmdb.Model {
	m, err := cmdb.ModelOf(o.keeper.All())
	if err != nil {
		panic(err)
	}
	return m
}

func (o *office) reconciler() *cmdb.Reconciler {
	return reconcilerOver(o.db, o.keeper.All, o.model, o.Now)
}

func reconcilerOver(db *store.DB, settings func() *setting.All, model func() *cmdb.Model, now func() time.Time) *cmdb.Reconciler {
	return &cmdb.Reconciler{
		Items: db.Items(), Relations: db.Relations(), Graph: db.Graph(), Imports: db.ItemImports(), Discrepancies: db.Discrepancies(),
		Settings: settings, Model: model, Now: now,
		Person: func(context.Context, string) (people.ID, bool, error) { return 0, false, nil },
	}
}

// put saves an item by its fields, given in turn: name, value.
func (o *office) put(t *testing.T, fields ...string) *cmdb.Item {
	t.Helper()
	in := cmdb.Input{Fields: map[string]string{}}
	for n := 0; n+1 < len(fields); n += 2 {
		in.Fields[fields[n]] = fields[n+1]
	}
	i, err := o.Save(t.Context(), o.manager, in)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func faultsOf(err error) (out []string) {
	for _, f := range fault.All(err) {
		out = append(out, f.Field+" "+f.Key)
	}
	slices.Sort(out)
	return out
}

func TestAnItemIsChangedByOneOperationThatRemembers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		srv := o.put(t, "class", "server", "code", "SRV-1", "name_en", "Server one", "mac", "00-25-90-AA-BB-01", "price", "12,000", "memory", "256", "state", "live")
		if srv.Extra["mac"] != "00:25:90:aa:bb:01" || srv.Extra["price"] != "12000.00" {
			t.Errorf("values are not in one way of writing: %v", srv.Extra)
		}
		o.at = o.at.Add(time.Hour)
		got, err := o.Save(t.Context(), o.manager, cmdb.Input{ID: srv.ID, Version: srv.Version, Fields: map[string]string{"memory": "512", "room": "A3"}, Because: "CHG-7"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Save(t.Context(), o.manager, cmdb.Input{ID: srv.ID, Version: srv.Version, Fields: map[string]string{"room": "B1"}}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a change of an older version: %v", err)
		}
		history, err := o.History(t.Context(), o.manager, srv.ID)
		if err != nil || len(history) != 3 || history[0].Because != "CHG-7" || history[0].Name != "Configuration manager" {
			t.Fatalf("history: %+v, %v", history, err)
		}
		old, err := o.At(t.Context(), o.manager, srv.ID, itemDay.Add(time.Minute))
		if err != nil || old.Extra["memory"] != "256" || old.Room != "" || got.Extra["memory"] != "512" {
			t.Errorf("as it was: %+v, %v", old, err)
		}
		if _, err := o.At(t.Context(), o.manager, srv.ID, itemDay.Add(-time.Minute)); !fault.Is(err, fault.Missing) {
			t.Errorf("before it was there: %v", err)
		}
		_, err = o.Save(t.Context(), o.manager, cmdb.Input{ID: srv.ID, Fields: map[string]string{"ip": "10.1.2", "memory": "much", "owner": "999999", "zone": "999999", "state": "live", "spoon": "1"}})
		want := []string{"ip cmdb.not_an_ip", "memory record.not_a_number", "owner setting.no_such", "spoon cmdb.no_such_attribute", "zone setting.no_such"}
		if got := faultsOf(err); !slices.Equal(got, want) {
			t.Errorf("faults %v, want %v", got, want)
		}
		nobody := people.Actor{Scope: people.Everything()}
		if _, err := o.Save(t.Context(), nobody, cmdb.Input{ID: srv.ID, Fields: map[string]string{"room": "C"}}); !fault.Is(err, fault.Denied) {
			t.Errorf("without a grant: %v", err)
		}
		rows, err := db.Audit().Rows(t.Context(), audit.Filter{Deed: "item.", Limit: 10})
		if err != nil || len(rows) != 3 || rows[0].Result != audit.Refused {
			t.Errorf("audit rows: %+v, %v", rows, err)
		}
	})
}

func TestAnItemGoesItsWayThroughLife(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		i := o.put(t, "class", "server", "code", "SRV-2", "name_en", "Server two")
		move := func(name string, fields ...string) error {
			in := cmdb.Input{ID: i.ID, Fields: map[string]string{}}
			for n := 0; n+1 < len(fields); n += 2 {
				in.Fields[fields[n]] = fields[n+1]
			}
			got, err := o.Move(t.Context(), o.manager, name, in)
			if err == nil {
				i = got
			}
			return err
		}
		for _, step := range []struct {
			move   string
			fields []string
			want   string // faults; "" is done
		}{
			{"go_live", nil, " flow.no_move"},
			{"order", nil, ""},
			{"receive", []string{"serial", "SN-1", "room", "x"}, "room cmdb.not_asked"},
			{"receive", []string{"serial", "SN-1"}, ""},
			{"build", nil, ""},
			{"go_live", nil, "because cmdb.because_needed,owner cmdb.owner_needed,zone cmdb.zone_needed"},
		} {
			if got := strings.Join(faultsOf(move(step.move, step.fields...)), ","); got != step.want {
				t.Fatalf("%s: %q, want %q", step.move, got, step.want)
			}
		}
		if _, err := o.Save(t.Context(), o.manager, cmdb.Input{ID: i.ID, Fields: map[string]string{"owner": itoa(o.manager.ID), "zone": itoa(o.zones["public"])}}); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			move   string
			fields []string
			want   string
		}{
			{"go_live", []string{"because", "CHG-2026-00012"}, ""},
			{"retire", []string{"because", "CHG-2026-00099"}, ""},
			{"dispose", []string{"method", "destroy"}, "witness cmdb.witness_needed"},
			{"dispose", nil, "method cmdb.sanitising_needed"},
			{"dispose", []string{"method", "destroy", "witness", "Wang", "proof", "C-17"}, ""},
		} {
			if got := strings.Join(faultsOf(move(step.move, step.fields...)), ","); got != step.want {
				t.Fatalf("%s: %q, want %q", step.move, got, step.want)
			}
		}
		history, err := o.History(t.Context(), o.manager, i.ID)
		if err != nil || history[0].Because != "destroy; Wang; C-17" || history[0].Became != "disposed" {
			t.Errorf("sanitising record: %+v, %v", history[0], err)
		}
	})
}

func itoa[N ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }

func TestRelationsKeepTheRulesOfTheirType(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		public, business := itoa(o.zones["public"]), itoa(o.zones["business"])
		app := o.put(t, "class", "application", "code", "APP", "name_en", "App", "zone", public)
		db1 := o.put(t, "class", "database", "code", "DB1", "name_en", "DB 1", "zone", public)
		db2 := o.put(t, "class", "database", "code", "DB2", "name_en", "DB 2", "zone", business)
		link := func(r cmdb.Relation) error { _, err := o.Relate(t.Context(), o.manager, r); return err }
		group, err := o.Group(t.Context(), o.manager, cmdb.Group{Item: app.ID, Name: people.Text{En: "cluster"}, Need: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name string
			rel  cmdb.Relation
			want string
		}{
			{"to itself", cmdb.Relation{Source: app.ID, Target: app.ID, Type: "depends_on"}, "target cmdb.relates_to_itself"},
			{"of no type", cmdb.Relation{Source: app.ID, Target: db1.ID, Type: "loves"}, "type cmdb.no_such_type"},
			{"an application is no room", cmdb.Relation{Source: db1.ID, Target: app.ID, Type: "stands_in"}, "target cmdb.wrong_class"},
			{"across zones without a gate", cmdb.Relation{Source: app.ID, Target: db2.ID, Type: "depends_on"}, "gate cmdb.gate_needed"},
			{"in a group of another", cmdb.Relation{Source: db1.ID, Target: app.ID, Type: "uses", Group: group.ID}, "group cmdb.no_such_group"},
			{"across zones", cmdb.Relation{Source: app.ID, Target: db2.ID, Type: "depends_on", Gate: cmdb.Firewall, Group: group.ID}, ""},
			{"plain", cmdb.Relation{Source: app.ID, Target: db1.ID, Type: "depends_on", Group: group.ID}, ""},
		} {
			if got := strings.Join(faultsOf(link(c.rel)), ","); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		guest := o.manager
		guest.Scope = people.Scope{All: true, Cleared: []people.ZoneID{o.zones["public"]}}
		seen, groups, err := o.Related(t.Context(), guest, app.ID)
		if err != nil || len(seen) != 1 || seen[0].Other.ID != db1.ID || len(groups) != 1 {
			t.Errorf("seen without clearance: %+v, %v", seen, err)
		}
		if err := func() error {
			_, err := o.Relate(t.Context(), guest, cmdb.Relation{Source: app.ID, Target: db2.ID, Type: "uses", Gate: cmdb.Firewall})
			return err
		}(); strings.Join(faultsOf(err), ",") != "target setting.no_such" {
			t.Errorf("related to what one may not see: %v", err)
		}
		before := o.at.Add(time.Minute)
		o.at = o.at.Add(time.Hour)
		if err := o.Part(t.Context(), o.manager, seen[0].Relation.ID); err != nil {
			t.Fatal(err)
		}
		changed := *group
		changed.Need = 2
		if _, err := o.Group(t.Context(), o.manager, changed); err != nil {
			t.Fatal(err)
		}
		now, err := o.Subgraph(t.Context(), o.manager, cmdb.Reach{Roots: []record.ItemID{app.ID}, Depth: 2})
		if err != nil || len(now.Items) != 2 || len(now.Relations) != 1 || now.Groups[0].Need != 2 {
			t.Errorf("today: %+v, %v", now, err)
		}
		then, err := o.Subgraph(t.Context(), o.manager, cmdb.Reach{Roots: []record.ItemID{app.ID}, Depth: 2, At: before})
		if err != nil || len(then.Items) != 3 || len(then.Relations) != 2 || then.Groups[0].Need != 1 {
			t.Errorf("as it was: %+v, %v", then, err)
		}
	})
}

func TestListsOfItemsSpeakTheQueryLanguage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		public := itoa(o.zones["public"])
		o.put(t, "class", "server", "code", "SRV-1", "name_zh", "支付服务器", "vendor", "Inspur", "memory", "64", "bought", "2024-03-01", "state", "live")
		o.put(t, "class", "server", "code", "SRV-2", "name_en", "Mail server", "vendor", "H3C", "memory", "512", "bought", "2026-03-01", "zone", public, "criticality", "vital")
		o.put(t, "class", "vm", "code", "VM-1", "name_en", "Mail front", "memory", "16", "ip", "10.1.2.3", "state", "live")
		for _, c := range []struct{ q, want string }{
			{"", "SRV-1 SRV-2 VM-1"},
			{"class:device", "SRV-1 SRV-2"},
			{"class:server memory:>100", "SRV-2"},
			{"类别：虚拟机", "VM-1"},
			{"vendor:inspur", "SRV-1"},
			{"x.vendor:none", "VM-1"},
			{"zone:public", "SRV-2"},
			{"zone:none state:live", "SRV-1 VM-1"},
			{"bought:<2025-01-01", "SRV-1"},
			{"bought:2026-03-01", "SRV-2"},
			{"criticality:关键 or class:vm", "SRV-2 VM-1"},
			{"支付", "SRV-1"},
			{"mail", "SRV-2 VM-1"},
			{"10.1.2.3", "VM-1"},
			{"-mail", "SRV-1"},
		} {
			n, err := o.model().Read(c.q, query.Context{Settings: o.keeper.All(), Now: o.at})
			if err != nil {
				t.Errorf("%q: %v", c.q, err)
				continue
			}
			var got []string
			q := cmdb.Query{Where: n, Limit: 1}
			for { // page by page
				page, err := o.List(t.Context(), o.manager, q)
				if err != nil {
					t.Fatalf("%q: %v", c.q, err)
				}
				if len(page) == 0 {
					break
				}
				got = append(got, page[0].Code)
				q.After = cmdb.After(&page[0], q.Order)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%q: %v, want %s", c.q, got, c.want)
			}
			if n, err := o.Count(t.Context(), o.manager, q, 100); err != nil || n != len(got) {
				t.Errorf("%q: counted %d of %d, %v", c.q, n, len(got), err)
			}
		}
		latest, err := o.List(t.Context(), o.manager, cmdb.Query{Order: cmdb.Latest, Limit: 2})
		if err != nil || latest[0].Code != "VM-1" {
			t.Errorf("latest first: %+v, %v", latest, err)
		}
	})
}
