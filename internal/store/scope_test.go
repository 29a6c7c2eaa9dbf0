package store_test

import (
	"testing"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// The WHERE of a scope and people.Scope.Sees agree on every record.
func TestScopeIsOnePolicy(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
		d, by := desk(db, &now), people.System(people.ViaJob)
		who := addPersons(t, db, 3)
		var all []*incident.Incident
		for n := range 54 {
			i := &incident.Incident{}
			i.Requester = append(who, 0)[n%4]
			i.Team = people.TeamID(n % 3)
			i.Department = people.DepartmentID(n / 3 % 3)
			i.Zone = people.ZoneID(n / 9 % 3)
			if n%5 == 0 {
				i.Owner = who[1]
			}
			if err := d.Open(t.Context(), by, i, record.Input{Fields: map[string]string{"title": "x"}}); err != nil {
				t.Fatal(err)
			}
			all = append(all, i)
		}
		for name, s := range map[string]people.Scope{
			"nothing":            {},
			"everything":         people.Everything(),
			"all, zone 1":        {All: true, Cleared: []people.ZoneID{1}},
			"all, no zone":       {All: true},
			"own":                {Own: who[0], AllZones: true},
			"own, no clearance":  {Own: who[1]},
			"team":               {Own: who[2], Teams: []people.TeamID{1}, Cleared: []people.ZoneID{1, 2}},
			"department":         {Departments: []people.DepartmentID{1, 2}, AllZones: true},
			"zone":               {Zones: []people.ZoneID{2}, Cleared: []people.ZoneID{2}},
			"zone, not cleared":  {Zones: []people.ZoneID{2}, Cleared: []people.ZoneID{1}},
			"team or department": {Own: who[0], Teams: []people.TeamID{2}, Departments: []people.DepartmentID{1}, Cleared: []people.ZoneID{1}},
		} {
			rows, err := db.Ledger().List(t.Context(), s, record.Query{Kind: record.Incident, Limit: 500})
			if err != nil {
				t.Fatal(name, err)
			}
			listed := map[int64]bool{}
			for _, r := range rows {
				listed[r.ID] = true
			}
			for _, i := range all {
				if want := s.Sees(i.Seen()) != people.Unseen; listed[i.ID] != want {
					t.Errorf("%s: %+v listed %v, seen %v", name, i.Seen(), listed[i.ID], want)
				}
				_, err := d.Store.Find(t.Context(), s, i.Number)
				if found := err == nil; found != listed[i.ID] {
					t.Errorf("%s: %s found %v, listed %v", name, i.Ref(), found, listed[i.ID])
				}
			}
		}
	})
}
