package api_test

import (
	"fmt"
	"testing"
	"time"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// The topology and the map of services are asked for by programs too: with what
// fails, only for who may, and without what lies in a network he is not cleared
// for.
func TestMapsAreAskedAndAnswered(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		when := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		lot := &cmdb.Lot{}
		for _, code := range []string{"host", "vm", "app", "vault"} {
			i := &cmdb.Item{Code: code, Name: people.Text{En: code}, Class: "server", State: cmdb.Live, Created: when, Changed: when}
			switch code {
			case "app":
				i.Service = record.ServiceID(s.mail)
			case "vault":
				i.Zone = people.ZoneID(s.zone)
			}
			lot.Items = append(lot.Items, i)
		}
		lot.Relations = []*cmdb.Relation{
			{Source: -2, Target: -1, Type: "depends_on", Since: when},
			{Source: -3, Target: -2, Type: "depends_on", Since: when},
			{Source: -4, Target: -1, Type: "depends_on", Since: when},
		}
		if err := db.Items().Write(t.Context(), lot); err != nil {
			t.Fatal(err)
		}
		id := func(i int) record.ItemID { return lot.Items[i].ID }
		s.person("analyst", people.Actor{Staff: true, Grants: people.NewGrants("item.impact"), Scope: people.Everything(), Token: 9})
		s.person("uncleared", people.Actor{Staff: true, Grants: people.NewGrants("item.impact"), Scope: people.Scope{All: true}, Token: 11})

		path := fmt.Sprintf("/api/v1/items/map?items=%d", id(1))
		whole := s.ask("analyst", "GET", path+fmt.Sprintf("&fail=%d", id(0)), "").want(200, `"code":"host"`, `"code":"app"`, `"condition":"down"`, `"type":"depends_on"`)
		if n := whole.get("down"); n == nil || n.(float64) < 2 {
			t.Errorf("down: %v", n)
		}
		s.ask("analyst", "GET", path+"&hops=1", "").want(200, `"code":"vm"`)
		s.ask("analyst", "GET", path+"&way=source", "").want(200)
		s.ask("analyst", "GET", path+"&way=sideways", "").want(422, `"parameter":"way"`)
		s.ask("analyst", "GET", path+"&hops=many", "").want(422, `"parameter":"hops"`)
		s.ask("analyst", "GET", "/api/v1/items/map?items=nonsense", "").want(422, "nonsense")
		near := fmt.Sprintf("/api/v1/items/map?items=%d&hops=2", id(0))
		s.ask("analyst", "GET", near, "").want(200, `"code":"vault"`)
		s.ask("uncleared", "GET", near, "").want(200, `"code":"host"`, `!"code":"vault"`)
		s.ask("reader", "GET", path, "").want(403)

		s.ask("analyst", "GET", "/api/v1/services/map", "").want(200, `"services":[`, fmt.Sprintf(`"service":%d`, s.mail), `"shared":[`)
		s.ask("reader", "GET", "/api/v1/services/map", "").want(403)
		s.ask("", "GET", "/api/openapi.json", "").want(200, `"/api/v1/items/map"`, `"/api/v1/services/map"`, `"map-of-items"`)
	})
}
