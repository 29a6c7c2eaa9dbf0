package store_test

import (
	"strings"
	"testing"
	"time"

	"kilter/internal/base/words"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// Whoever comes to have a record finds it by its words, and who had it no
// longer does, though nothing that is written in it has changed.
func TestSearchFollowsWhoseARecordIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
		d, by := desk(db, &now), people.System(people.ViaJob)
		owner := people.Person{Code: "wangwei", Name: "王伟", Changed: now}
		if err := db.SavePerson(t.Context(), &owner); err != nil {
			t.Fatal(err)
		}
		i := new(incident.Incident)
		i.Team, i.Department, i.Zone = 1, 1, 1
		if err := d.Open(t.Context(), by, i, record.Input{Fields: map[string]string{"title": "Printer jams", "description": "x"}}); err != nil {
			t.Fatal(err)
		}
		scopes := map[string]people.Scope{
			"team 1": {Teams: []people.TeamID{1}, AllZones: true}, "team 2": {Teams: []people.TeamID{2}, AllZones: true},
			"department 1": {Departments: []people.DepartmentID{1}, AllZones: true}, "department 2": {Departments: []people.DepartmentID{2}, AllZones: true},
			"zone 1": {All: true, Cleared: []people.ZoneID{1}}, "zone 2": {All: true, Cleared: []people.ZoneID{2}}, "owner": {Own: owner.ID, AllZones: true},
		}
		finds := func(want ...string) {
			t.Helper()
			wanted := " " + strings.Join(want, ",") + ","
			for who, scope := range scopes {
				f, err := db.Finder().Search(t.Context(), scope, record.Search{Text: "jams", Kind: record.Incident, Limit: 5, Now: now})
				if err != nil {
					t.Fatal(err)
				}
				list, err := db.Ledger().List(t.Context(), scope, record.Query{Kind: record.Incident, Where: query.Words("jams"), Limit: 5})
				if err != nil {
					t.Fatal(err)
				}
				n := 0
				if strings.Contains(wanted, who+",") {
					n = 1
				}
				if f.Total != n || len(f.Hits) != n || len(list) != n {
					t.Errorf("%s finds %d (%d shown), lists %d, want %d", who, f.Total, len(f.Hits), len(list), n)
				}
			}
		}
		finds("team 1", "department 1", "zone 1")
		if err := d.Sit(t.Context(), by, func(s *record.Sitting[*incident.Incident]) error {
			r, err := s.Lock(i.Number)
			if err != nil {
				return err
			}
			r.Team, r.Department, r.Zone, r.Owner = 2, 2, 2, owner.ID
			s.Watch(r, owner.ID) // which takes the record up
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		finds("team 2", "department 2", "zone 2", "owner")
		if err := db.Reindex(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		finds("team 2", "department 2", "zone 2", "owner")
	})
}

// What says whose a record is cannot be typed: all that begins with the mark is
// a word without it.
func TestNobodyTypesWhoseARecordIs(t *testing.T) {
	for _, text := range []string{"§t1", "§ t1", "§§d2 §z0", "\"§o3\"", "x§r4"} {
		tokens := words.Tokens(text)
		for _, a := range words.Ask(text) {
			tokens = append(tokens, a.Token)
		}
		for _, token := range tokens {
			if strings.Contains(token, "§") {
				t.Errorf("%q is looked for as %q", text, token)
			}
		}
	}
}
