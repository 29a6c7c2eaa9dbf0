package cmdb

import (
	"slices"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// The order of sources is read as people write it, and written as it is read.
func TestTheOrderOfSourcesAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	all := setting.NewAll(1, nil)
	sheet := sourcesSheet()
	for _, c := range []struct {
		name, order, fields, absent string
		code, field                 string // what is wrong, and where
		want                        Precedence
		again                       string // the fields as they are shown again
	}{
		{name: "nothing said", absent: "3", want: Precedence{Absent: 3}},
		{name: "an order", order: "netbox\n agent \n\nhand", absent: "5", want: Precedence{Order: []string{"netbox", "agent", "hand"}, Absent: 5}},
		{name: "with commas", order: "netbox，agent、hand", absent: "1", want: Precedence{Order: []string{"netbox", "agent", "hand"}, Absent: 1}},
		{name: "a field of its own", fields: "serial： agent, netbox\nrelation: netbox", absent: "3", again: "relation: netbox\nserial: agent, netbox"},
		{name: "a source twice", order: "agent\nagent", absent: "3", code: "cmdb.source_twice", field: "order"},
		{name: "no colon", fields: "serial agent", absent: "3", code: "cmdb.bad_order", field: "fields"},
		{name: "a field twice", fields: "serial: agent\nserial: netbox", absent: "3", code: "cmdb.field_twice", field: "fields"},
		{name: "a field that no item has", fields: "colour: agent", absent: "3", code: "cmdb.no_field", field: "fields"},
		{name: "never missing", absent: "0", code: "record.out_of_range", field: "absent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := sheet.Open(&setting.Thing{Kind: setting.Centre, Code: PrecedenceCode})
			if err != nil {
				t.Fatal(err)
			}
			for name, v := range map[string]string{"order": c.order, "fields": c.fields, "absent": c.absent} {
				a, _ := sheet.Find(name)
				if err == nil {
					err = a.Set(f, v)
				}
			}
			if err == nil {
				err = sheet.Check(all, f)
			}
			if c.code != "" {
				if got := fault.All(err); len(got) != 1 || got[0].Key != c.code || got[0].Field != c.field {
					t.Fatalf("%+v", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			d := f.Doc.(*Precedence)
			if c.again == "" && (!slices.Equal(d.Order, c.want.Order) || d.Absent != c.want.Absent) {
				t.Errorf("%+v", d)
			}
			if a, _ := sheet.Find("fields"); a.Get(f) != c.again {
				t.Errorf("shown again: %q", a.Get(f))
			}
		})
	}
}

// Two desk computers in one room are two when their serial numbers say so; the
// name and the place are enough only while nothing surer speaks against it.
func TestOneNameAndPlaceWithTwoSerialNumbersAreTwo(t *testing.T) {
	t.Parallel()
	m, err := ModelOf(setting.NewAll(1, nil))
	if err != nil {
		t.Fatal(err)
	}
	desk := func(id int64, serial, mac string) *Item {
		return &Item{ID: record.ItemID(id), Class: "terminal", State: Live, Name: people.Text{En: "Desk computer"}, Room: "301", Serial: serial, Extra: map[string]string{"mac": mac}}
	}
	for _, c := range []struct {
		name        string
		comes, held *Item
		same        bool
	}{
		{"nothing surer is known", desk(2, "", ""), desk(1, "SN1", ""), true},
		{"another serial number", desk(2, "SN2", ""), desk(1, "SN1", ""), false},
		{"another address", desk(2, "", "02:00:00:00:00:02"), desk(1, "", "02:00:00:00:00:01"), false},
		{"one address of two", desk(2, "", "02:00:00:00:00:02 02:00:00:00:00:01"), desk(1, "", "02:00:00:00:00:01"), true},
	} {
		k := newKnown(m)
		k.add(c.held)
		if held, _, many := k.find(c.comes, []string{"name"}); many || (held != nil) != c.same {
			t.Errorf("%s: found %v, %t", c.name, held, many)
		}
		k.add(c.comes)
		if k.doubled(c.comes) != c.same && c.comes.Serial+c.comes.Extra["mac"] != "" {
			t.Errorf("%s: counts as doubled: %t", c.name, !c.same)
		}
	}
}
