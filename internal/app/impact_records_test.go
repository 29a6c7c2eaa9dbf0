package app

import (
	"fmt"
	"testing"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// TestImpactTellsOfChangesAndProblems: who asks what fails with a host hears
// of the planned change of what stands on it and of the open problem about it,
// as far as he may read those records at all.
func TestImpactTellsOfChangesAndProblems(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := newWorks(t, engine)
			c := w.authorised(t, "Replace the application", "APP")
			p, err := w.house.problems.Raise(t.Context(), w.all, record.Input{Fields: map[string]string{"title": "Host fails in the heat", "zone": fmt.Sprint(w.zones["open"]), "item": fmt.Sprint(w.items["H1"])}})
			if err != nil {
				t.Fatal(err)
			}
			gone, err := w.house.changes.Raise(t.Context(), w.engineer, record.Input{Fields: map[string]string{"title": "Never mind", "reason": "none", "type": "normal", "items": fmt.Sprint(w.items["H1"])}})
			if err != nil {
				t.Fatal(err)
			}
			w.move(t, w.all, gone, "cancel", "why_dropped", "too dear")
			heard := func(by people.Actor) string {
				t.Helper()
				out, err := w.house.analyst().Impact(t.Context(), by, cmdb.Question{Items: []record.ItemID{w.items["H1"], w.items["H2"]}})
				if err != nil {
					t.Fatal(err)
				}
				said := ""
				for _, a := range out.Records {
					said += fmt.Sprint(a.Ref(), " of ", a.Item, "; ")
				}
				return said
			}
			want := fmt.Sprintf("%s of %d; %s of %d; ", p.Ref(), w.items["H1"], c.Ref(), w.items["APP"])
			if got := heard(w.all); got != want {
				t.Errorf("heard %q, want %q", got, want)
			}
			blind := w.all
			blind.Grants = people.NewGrants("item.read", "item.impact", "incident.read")
			if got := heard(blind); got != "" {
				t.Errorf("who reads neither hears %q", got)
			}
			elsewhere := w.all
			elsewhere.Scope = people.Scope{Own: w.id["stranger"], AllZones: true}
			if got := heard(elsewhere); got != "" {
				t.Errorf("out of scope is heard %q", got)
			}
		})
	}
}
