package api_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"kilter/internal/api"
	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
)

// configuration is configuration management over a database.
func configuration(db *store.DB, keeper *setting.Keeper, now func() time.Time) api.Configuration {
	model := func() *cmdb.Model {
		m, err := cmdb.ModelOf(keeper.All())
		if err != nil {
			panic(err)
		}
		return m
	}
	desk := &cmdb.Desk{
		Items: db.Items(), Relations: db.Relations(), Book: db.ItemBook(), Files: db.ItemFiles(), Pen: db,
		Settings: keeper.All, Model: model, Person: db.Person, Now: now,
	}
	return api.Configuration{
		Desk: desk, Records: &cmdb.Records{Desk: desk, Baselines: db.Baselines(), Discrepancies: db.Discrepancies(), Where: func(by people.Actor, text string) (query.Node, error) {
			return model().Read(text, query.Context{Me: by.ID, Now: now(), Settings: keeper.All()})
		}},
		Checks:   &cmdb.Checks{Desk: desk, Discrepancies: db.Discrepancies(), Graph: db.Graph()},
		Batches:  &cmdb.Batches{Desk: desk, Store: db.ItemBatches()},
		Modeller: &cmdb.Modeller{Desk: desk, Arranged: &setting.Desk{Keeper: keeper, Sheets: cmdb.Sheets(), Now: now}, Graph: db.Graph(), Mappings: db.ItemMappings(), Log: db.Audit()},
		Reconciler: &cmdb.Reconciler{
			Items: db.Items(), Relations: db.Relations(), Graph: db.Graph(), Imports: db.ItemImports(), Discrepancies: db.Discrepancies(),
			Settings: keeper.All, Model: model, Now: now,
			Person: func(context.Context, string) (people.ID, bool, error) { return 0, false, nil },
		},
		Files: db.Files(), Person: db.Person,
		Bring: func(ctx context.Context, by people.Actor, s api.Sent) (cmdb.Import, *cmdb.Plan, error) {
			key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
			trust := []cmdb.TrustedKey{{Key: base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))}}
			rep, err := intake.Sources[s.Kind](s.Body, intake.Options{Source: s.Source, File: s.Name, Zone: s.Zone, Complete: s.Complete, Trust: trust})
			if err != nil {
				return cmdb.Import{}, nil, err
			}
			return (&cmdb.Reconciler{
				Items: db.Items(), Relations: db.Relations(), Graph: db.Graph(), Imports: db.ItemImports(), Discrepancies: db.Discrepancies(), Settings: keeper.All, Model: model, Now: now,
			}).Draft(ctx, by, rep)
		},
		Where: func(by people.Actor, text string) (query.Node, error) {
			return model().Read(text, query.Context{Me: by.ID, Now: now(), Settings: keeper.All()})
		},
	}
}

// signedBundle is a bundle of one server.
func signedBundle(t *testing.T) string {
	t.Helper()
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	head := intake.BundleHead{Version: 1, Source: "inner", Key: base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey)), Sequence: 9}
	var out bytes.Buffer
	w, err := intake.NewBundle(&out, key, head)
	if err == nil {
		err = w.Write(intake.BundleLine{Item: &intake.BundleItem{Class: "server", Fields: map[string]string{"code": "SRV-9"}}})
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestBulkChangesThroughTheAPI(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		for _, code := range []string{"SRV-1", "SRV-2"} {
			s.ask("agent", "POST", "/api/v1/items", `{"class":"server","code":"`+code+`","name_en":"One"}`).want(201)
		}
		s.ask("agent", "POST", "/api/v1/items", `{"class":"printer","code":"PRN-1","name_en":"Printer"}`).want(201)
		s.ask("agent", "POST", "/api/v1/items/batches", `{"where":"class:device","preview":true,"fields":{"room":"C-1","x":{"memory":64}}}`).want(200, `"field":"memory"`, `"now":"64"`, `"refused":{"status":422`, "cmdb.no_such_attribute")
		s.ask("agent", "GET", "/api/v1/items?q=room:C-1", "").want(200, `"items":[]`)
		s.ask("reader", "POST", "/api/v1/items/batches", `{"where":"class:server","fields":{"room":"C-1"}}`).want(403, "item.bulk")
		s.ask("agent", "POST", "/api/v1/items/batches", `{"fields":{"room":"C-1"}}`).want(422, "cmdb.batch_no_items")
		s.ask("agent", "POST", "/api/v1/items/batches", `{"where":"class:server","items":[{"id":1}],"fields":{"room":"C-1"}}`).want(422, "cmdb.batch_both")
		s.ask("agent", "POST", "/api/v1/items/batches", `{"items":[{"id":1}],"fields":{"code":"C-1"}}`).want(422, "cmdb.batch_not_this")
		s.ask("agent", "POST", "/api/v1/items/batches", `{"items":[{"id":1}]}`).want(422, "cmdb.batch_nothing")
		key := "Idempotency-Key: bulk-1"
		done := s.ask("agent", "POST", "/api/v1/items/batches", `{"where":"class:server","fields":{"room":"C-1"},"move":"order","because":"CHG-1"}`, key).want(200, `"batch":1`, `"items":2`, `"now":"ordered"`)
		if again := s.ask("agent", "POST", "/api/v1/items/batches", `{"where":"class:server","fields":{"room":"C-1"},"move":"order","because":"CHG-1"}`, key).want(200); again.body != done.body {
			t.Errorf("the same key did it again: %s", again.body)
		}
		s.ask("agent", "GET", "/api/v1/item-batches", "").want(200, `"because":"CHG-1"`)
		s.ask("agent", "GET", "/api/v1/item-batches/1", "").want(200, `"code":"SRV-2"`, `"undone":null`)
		s.ask("reader", "GET", "/api/v1/item-batches/1", "").want(403)
		s.ask("reader", "GET", "/api/v1/item-batches", "").want(403)
		s.ask("reader", "POST", "/api/v1/item-batches/1/undo", "").want(403)
		s.ask("agent", "POST", "/api/v1/item-batches/1/undo", "").want(200, `"outcomes"`)
		s.ask("agent", "POST", "/api/v1/item-batches/1/undo", "").want(409, "record.already_undone")
		s.ask("agent", "GET", "/api/v1/items?q=room:C-1", "").want(200, `"items":[]`)
	})
}

func TestItemsThroughTheAPI(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		made := s.ask("agent", "POST", "/api/v1/items", `{"class":"server","code":"SRV-1","name_en":"One","x":{"memory":64,"mac":"00-11-22-AA-BB-CC"}}`).want(201, `"version":1`, `"00:11:22:aa:bb:cc"`, `"state":"planned"`)
		one := made.head.Get("Location")
		s.ask("agent", "POST", "/api/v1/items", `{"class":"server","code":"SRV-1","name_en":"Again"}`).want(422, "#/code", "cmdb.code_taken")
		s.ask("agent", "POST", "/api/v1/items", `{"class":"spoon","code":"S"}`).want(422, "#/class")
		s.ask("reader", "POST", "/api/v1/items", `{"class":"server","code":"S"}`).want(403, "item.open")
		s.ask("agent", "PATCH", one, `{"room":"A1"}`, `If-Match: "1"`).want(200, `"version":2`, `"room":"A1"`)
		s.ask("agent", "PATCH", one, `{"room":"A2"}`, `If-Match: "1"`).want(412)
		s.ask("agent", "PATCH", one, `{"x":{"memory":"much"}}`).want(422, "#/memory")
		s.ask("agent", "POST", one+"/order", `{}`).want(200, `"state":"ordered"`)
		s.ask("agent", "POST", one+"/order", `{}`).want(409, "flow.no_move")
		s.ask("agent", "GET", one, "").want(200, `"moves":["receive"]`, `"lacks":[`, `"memory":"64"`)
		s.ask("agent", "GET", one+"/history", "").want(200, `"field":"state"`, `"now":"ordered"`)
		s.ask("agent", "GET", one+"?at=2000-01-01T00:00:00Z", "").want(404)
		s.ask("agent", "GET", "/api/v1/items?q=class:device+memory:%3E32&count=true", "").want(200, "SRV-1", `"count":1`)
		s.ask("agent", "GET", "/api/v1/items?q=class:spoon", "").want(422, "query.no_such_value")
		s.ask("agent", "GET", "/api/v1/items?text=srv", "").want(200, "SRV-1")
		s.ask("agent", "GET", "/api/v1/items.ndjson", "").want(200, `"code":"SRV-1"`)

		lines := `{"class":"vm","code":"VM-1","name_en":"VM"}
{"class":"vm","name_en":"no label"}
{"class":"application","code":"APP","name_en":"App"}
`
		got := s.ask("agent", "POST", "/api/v1/items/bulk", lines, "Content-Type: application/x-ndjson").want(200, `"line":1`, `"code":"VM-1"`, `"line":2`, `#/code`, `"line":3`)
		if strings.Count(got.body, "\n") != 3 {
			t.Errorf("bulk: %s", got.body)
		}
		page := s.ask("agent", "GET", "/api/v1/items?limit=1&order=code", "").want(200, `"code":"APP"`)
		next := s.ask("agent", "GET", page.get("next").(string), "").want(200, `"code":"SRV-1"`)
		s.ask("agent", "GET", strings.Replace(next.get("next").(string), "order=code", "order=-changed", 1), "").want(422, "api.bad_cursor")

		file := s.ask("agent", "POST", "/api/v1/files", "an invoice", "Content-Type: application/octet-stream").want(201).get("file")
		paper := s.ask("agent", "POST", one+"/files", fmt.Sprintf(`{"file":%v,"name":"../invoice.txt"}`, file)).want(201, `"name":"invoice.txt"`).get("id")
		s.ask("agent", "GET", fmt.Sprintf("%s/files/%v", one, paper), "").want(200, "an invoice")
		s.ask("reader", "POST", one+"/files", fmt.Sprintf(`{"file":%v,"name":"x"}`, file)).want(403)
		s.ask("agent", "GET", one+"/label", "").want(200, "<svg ", "<path d=")
		id := made.get("id")
		app := page.get("items.0.id")
		group := s.ask("agent", "POST", "/api/v1/redundancies", fmt.Sprintf(`{"item":%v,"name_en":"cluster","need":1}`, app)).want(201).get("id")
		tie := s.ask("agent", "POST", "/api/v1/relations", fmt.Sprintf(`{"source":%v,"target":%v,"type":"depends_on","redundancy":%v,"share":100}`, app, id, group)).want(201)
		s.ask("agent", "POST", "/api/v1/relations", fmt.Sprintf(`{"source":%v,"target":%v,"type":"depends_on"}`, app, id)).want(409, "cmdb.related_already")
		s.ask("agent", "GET", one+"/relations", "").want(200, `"back":true`, `"code":"APP"`)
		s.ask("agent", "GET", one+"/graph?depth=1", "").want(200, `"code":"APP"`, `"need":1`)
		base := s.ask("agent", "POST", "/api/v1/baselines", fmt.Sprintf(`{"name":"go-live","roots":[%v],"depth":2}`, app)).want(201, `"items":2`).head.Get("Location")
		s.ask("agent", "POST", tie.head.Get("Location")+"/end", "").want(200, `"until":"`)
		s.ask("agent", "GET", base+"/compare", "").want(200, `"same":false`, `"parted":[{`)
		s.ask("agent", "POST", one+"/audit", `{"room":"B7"}`).want(200, `"kind":"differs"`, `"found":"B7"`)
		s.ask("agent", "GET", "/api/v1/discrepancies", "").want(200, `"held":"A1"`)
		s.ask("agent", "GET", "/api/v1/items/quality", "").want(200, `"class":"server"`)

		draft := s.ask("agent", "POST", "/api/v1/item-imports?source=agent", `{"class":"server","fields":{"mac":"00:11:22:aa:bb:cc","os":"openEuler"}}`, "Content-Type: application/x-ndjson").want(201, `"change":1`, `"r":"mac"`)
		at := draft.head.Get("Location")
		s.ask("agent", "POST", at+"/approve", "").want(200, `"state":"done"`)
		s.ask("agent", "GET", one, "").want(200, `"os":"openEuler"`, `"os":"agent"`)
		s.ask("agent", "POST", at+"/undo", "").want(200, `"back":1`)
		s.ask("agent", "GET", one, "").want(200, "!openEuler")

		s.ask("agent", "POST", "/api/v1/classes/preview", `{"code":"device","name_en":"Device","abstract":true,"attributes":[{"name":"vendor","en":"Vendor","zh":"厂商","type":"text"}]}`).want(200, `"items":1`, `"mac":1`)
		s.ask("agent", "POST", "/api/v1/classes/preview", `{"code":"camera","name_en":"Camera","attributes":[{"name":"angle","en":"Angle","type":"number"},{"name":"lens","en":"Lens","type":"choice"}]}`).want(422, `attributes[1].choices`)
		s.ask("official", "POST", "/api/v1/classes/preview", `{}`).want(403)
		s.ask("agent", "POST", "/api/v1/classes/starter", "").want(200, `"added"`)
		kind := s.ask("agent", "GET", "/api/v1/relation-types?q=installed_on", "").want(200).get("items.0.id")
		way := fmt.Sprintf("/api/v1/relation-types/%v", kind)
		s.ask("agent", "POST", "/api/v1/relation-types/preview", fmt.Sprintf(`{"id":%v,"suffers":"target"}`, kind)).want(200, `"meaning":true`)
		s.ask("agent", "PATCH", way, `{"suffers":"target"}`).want(200, `"suffers":"target"`)
		s.ask("agent", "GET", way+"/changes", "").want(200, `"was":"source"`)
		s.ask("agent", "POST", way+"/undo", "").want(200)
		s.ask("agent", "GET", way, "").want(200, `"suffers":"source"`)
		sent := func(who, kind, text string) answer {
			return s.ask(who, "POST", "/api/v1/item-imports/files?name=f&file_kind="+kind, text, "Content-Type: application/octet-stream")
		}
		sent("reader", "nmap", "x").want(403, "item.import")
		sent("agent", "spoon", "x").want(422, `"parameter":"file_kind"`)
		sent("agent", "nmap", "x").want(422, "cmdb.intake.unreadable")
		sent("agent", "nmap", `<nmaprun><host><status state="up"/><address addr="10.0.0.9" addrtype="ipv4"/></host></nmaprun>`).want(201, `"add":1`)
		sent("agent", "graphml", `<graphml><graph id="Ring"><node id="a"/><node id="b"/><edge source="a" target="b"/></graph></graphml>`).want(201, `"add":5`)
		sent("agent", "agent", `<REQUEST><QUERY>INVENTORY</QUERY><DEVICEID>pc-1</DEVICEID><CONTENT><HARDWARE><NAME>pc-1</NAME></HARDWARE></CONTENT></REQUEST>`).want(201, `"add":1`)
		sent("agent", "netbox", `[{"model":"dcim.site","pk":1,"fields":{"name":"Hall","slug":"hall"}}]`).want(201, `"add":1`)
		sent("agent", "bundle", signedBundle(t)).want(201, `"sequence":9`, `"add":1`)
		sent("agent", "bundle", strings.Replace(signedBundle(t), "SRV-9", "SRV-8", 1)).want(422, "cmdb.bundle.changed")

		s.ask("agent", "POST", "/api/v1/classes", `{"code":"camera","name_en":"Camera","name_zh":"摄像机","attributes":[{"name":"angle","en":"Angle","zh":"角度","type":"number"}]}`).want(201)
		s.ask("agent", "POST", "/api/v1/items", `{"class":"camera","code":"CAM-1","name_en":"Camera","x":{"angle":90}}`).want(201)
	})
}
