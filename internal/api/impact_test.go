package api_test

import (
	"fmt"
	"testing"
	"time"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

func analystOf(t *testing.T, db *store.DB, keeper *setting.Keeper, dir *directory.Directory) *cmdb.Analyst {
	t.Helper()
	m, err := cmdb.ModelOf(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &cmdb.Analyst{
		Atlas: &cmdb.Atlas{Graph: db.Graph(), Model: func() *cmdb.Model { return m }}, Items: db.Items(), Around: db.Surroundings(),
		Settings: keeper.All, Book: func() *sla.Book { return dir.View().Book }, Now: func() time.Time { return time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC) },
	}
}

func TestImpactIsAskedAndAnswered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		when := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		lot := &cmdb.Lot{}
		for _, code := range []string{"host", "vm", "app"} {
			lot.Items = append(lot.Items, &cmdb.Item{Code: code, Name: people.Text{En: code}, Class: "server", State: cmdb.Live, Created: when, Changed: when})
		}
		lot.Relations = []*cmdb.Relation{{Source: -2, Target: -1, Type: "depends_on", Since: when}, {Source: -3, Target: -2, Type: "depends_on", Since: when}}
		if err := db.Items().Write(t.Context(), lot); err != nil {
			t.Fatal(err)
		}
		at := func(i int, rest string) string { return fmt.Sprintf("/api/v1/items/%d/%s", lot.Items[i].ID, rest) }
		s.person("analyst", people.Actor{Staff: true, Grants: people.NewGrants("item.impact"), Scope: people.Everything(), Token: 9})
		s.ask("analyst", "GET", at(0, "impact"), "").want(200, `"code":"app"`, `"condition":"down"`, `"depth":2`, `"type":"depends_on"`, `"why":["2 other items suffer with it."]`)
		s.ask("analyst", "GET", at(0, "impact?from=yesterday"), "").want(422, `"parameter":"from"`, "2026-11-27T08:00:00+08:00")
		s.ask("analyst", "POST", "/api/v1/items/impact", fmt.Sprintf(`{"items":[%d,%d]}`, lot.Items[0].ID, lot.Items[1].ID)).want(200, `"code":"app"`, `"depth":1`)
		s.ask("analyst", "POST", "/api/v1/items/impact", `{"items":[]}`).want(422, "/items")
		s.ask("analyst", "GET", at(2, "needs"), "").want(200, `"code":"host"`, `"hard":true`, `"depth":2`)
		s.ask("analyst", "GET", at(2, "singles"), "").want(200, `"code":"host"`, `"code":"vm"`)
		s.ask("analyst", "GET", at(2, "cuts"), "").want(200, `"any":[[`, `"code":"host"`)
		s.ask("analyst", "GET", "/api/v1/items/singles", "").want(200, `"items":[]`)
		s.ask("analyst", "GET", "/api/v1/items/crossings", "").want(200, `"points":[]`)
		s.ask("analyst", "POST", "/api/v1/items/clashes", fmt.Sprintf(`{"items":[%d],"others":[{"items":[%d]},{"items":[%[1]d]}]}`, lot.Items[0].ID, lot.Items[2].ID)).
			want(200, `"other":0,"harms":[{`, `"code":"app"`, `"type":"depends_on"`, `"other":1,"shared":[{`, `!"joint"`)
		s.ask("analyst", "POST", "/api/v1/items/clashes", fmt.Sprintf(`{"items":[%d],"others":[]}`, lot.Items[0].ID)).want(422, "/others")
		s.ask("analyst", "POST", "/api/v1/items/clashes", fmt.Sprintf(`{"items":[%d],"others":[{"items":[]}]}`, lot.Items[0].ID)).want(422, "others[0].items")
		s.ask("reader", "POST", "/api/v1/items/clashes", fmt.Sprintf(`{"items":[%d],"others":[{"items":[%[1]d]}]}`, lot.Items[0].ID)).want(403)
		s.ask("analyst", "POST", "/api/v1/items/suspects", fmt.Sprintf(`{"items":[%d,%d]}`, lot.Items[1].ID, lot.Items[2].ID)).want(200, `"code":"vm"`, `"explains":[`)
		s.ask("analyst", "POST", "/api/v1/items/what-if", fmt.Sprintf(`{"edits":[{"do":"duplicate","item":%d,"as":-1}],"fail":[%[1]d],"watch":[%d]}`, lot.Items[1].ID, lot.Items[2].ID)).want(200, `"better":[{`, `"now":"down"`, `"then":"ok"`)
		s.ask("analyst", "POST", "/api/v1/sandboxes", `{"name":" "}`).want(422, "#/name")
		s.ask("analyst", "POST", "/api/v1/sandboxes", fmt.Sprintf(`{"name":"Second","edits":[{"do":"duplicate","item":%d,"as":-1}],"fail":[%[1]d]}`, lot.Items[1].ID)).want(201, `"own":true`, `"version":1`)
		s.ask("analyst", "GET", "/api/v1/sandboxes", "").want(200, `"name":"Second"`)
		s.ask("analyst", "GET", "/api/v1/sandboxes/1", "").want(200, `"do":"duplicate"`)
		s.ask("analyst", "GET", "/api/v1/sandboxes/1/outlook", "").want(200, `"better":[{`, `"today":{`, `"then":{`, `"gained":[`)
		s.ask("analyst", "PUT", "/api/v1/sandboxes/1", `{"name":"Renamed","shared":true,"version":1}`).want(200, `"version":2`, `"shared":true`)
		s.ask("analyst", "PUT", "/api/v1/sandboxes/1", `{"name":"Late","version":1}`).want(409, "cmdb.sandbox_changed")
		s.ask("analyst", "DELETE", "/api/v1/sandboxes/1", "").want(204)
		s.ask("analyst", "GET", "/api/v1/sandboxes/1/outlook", "").want(404)
		s.ask("analyst", "POST", "/api/v1/items/what-if", `{"edits":[{"do":"explode"}]}`).want(422, "edits[0].do")
		s.ask("analyst", "GET", "/api/v1/items/999999/impact", "").want(404, "There is no such item")
		s.ask("analyst", "GET", "/api/v1/items/nonsense/needs", "").want(404)
		s.person("both", people.Actor{Staff: true, Grants: people.NewGrants("item.impact", "incident.*"), Scope: people.Everything(), Token: 10})
		first, second := s.about(lot.Items[0].ID), s.about(lot.Items[2].ID)
		s.ask("both", "GET", "/api/v1/incidents/"+first+"/assessment", "").want(200, `"impact":4,"urgency":3`, `"priority":4`, `"number":"`+second+`"`, "!"+`"number":"`+first+`"`)
		s.ask("both", "POST", "/api/v1/incidents/"+first+"/assess", `{"impact":2,"urgency":1}`).want(422, "/reason", "Impact 4 and urgency 3 are proposed")
		s.ask("both", "POST", "/api/v1/incidents/"+first+"/assess", `{"impact":2,"urgency":1,"reason":"the mayor's office"}`).want(200, `"impact":2`)
		s.ask("both", "GET", "/api/v1/incidents/"+first+"?expand=timeline", "").want(200, `"impact":2`, "the mayor's office")
		s.ask("both", "POST", "/api/v1/incidents/"+second+"/assess", `{"impact":4,"urgency":4}`).want(200)
		for _, path := range []string{at(0, "impact"), at(0, "needs"), at(0, "singles"), at(0, "cuts"), "/api/v1/items/singles", "/api/v1/items/crossings"} {
			s.ask("reader", "GET", path, "").want(403)
		}
	})
}

// about opens an incident about an item.
func (s *city) about(item record.ItemID) string {
	s.t.Helper()
	a := s.ask("both", "POST", "/api/v1/incidents", fmt.Sprintf(`{"title":"It fails","service":"mail","category":"slow","zone":"office","impact":3,"urgency":3,"item":%d}`, item)).want(201)
	return a.get("number").(string)
}
