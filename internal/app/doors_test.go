package app

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"testing"

	"kilter/internal/practice/access"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
)

const inventoryOfOne = `{"action":"inventory","deviceid":"pc-1","content":{"hardware":{"name":"pc-1"},"bios":{"ssn":"SN-77"}}}`

// An agent comes in by its token, over the network, as often as the centre lets
// it; who may not import is turned away and written down.
func TestAgentsComeInByTheirTokens(t *testing.T) {
	engines(t, func(t *testing.T, engine string) {
		w := settle(t, engine)
		n := serve(t, w.db, "--inventory-rate", "7")
		basic := func(token string) string {
			return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("agent:"+token))
		}
		manager := basic(w.token["configuration_manager"])
		n.want(http.StatusUnauthorized, "", "POST", "/inventory", inventoryOfOne)
		n.want(http.StatusUnauthorized, "", "POST", "/inventory", inventoryOfOne, basic("wrong"))
		n.want(http.StatusForbidden, "", "POST", "/inventory", inventoryOfOne, basic(w.token[access.Requester]))
		for range 7 {
			n.want(http.StatusOK, "", "POST", "/inventory", inventoryOfOne, manager)
		}
		if r := n.want(http.StatusTooManyRequests, "", "POST", "/inventory", inventoryOfOne, manager); r.head.Get("Retry-After") == "" {
			t.Errorf("it does not say how long to wait: %v", r.head)
		}
		n.want(http.StatusForbidden, "", "POST", "/inventory", inventoryOfOne, basic(w.token[access.Requester])) // others are not kept waiting
		for range 4 {
			n.want(http.StatusUnauthorized, "", "GET", "/inventory", "")
		}
		n.want(http.StatusUnauthorized, "", "GET", "/inventory", "")
		n.want(http.StatusTooManyRequests, "", "GET", "/inventory", "")
		list, err := w.house.db.ItemImports().Imports(t.Context(), cmdb.ImportQuery{Limit: 10})
		if err != nil || len(list) != 1 || list[0].Counts[cmdb.Add] != 1 || list[0].Counts[cmdb.Same] != 6 {
			t.Errorf("imports: %+v, %v", list, err)
		}
		rows, err := w.house.db.Audit().Rows(t.Context(), audit.Filter{Result: audit.Refused, Object: "door:POST /inventory", Limit: 10})
		if err != nil || len(rows) != 2 || rows[0].Deed != cmdb.DeedImport {
			t.Errorf("who was turned away: %+v, %v", rows, err)
		}
		rows, err = w.house.db.Audit().Rows(t.Context(), audit.Filter{Object: fmt.Sprintf("item_import:%d", list[0].ID), Limit: 10})
		if err != nil || len(rows) != 1 || rows[0].Deed != cmdb.DeedApprove {
			t.Errorf("what was brought in: %+v, %v", rows, err)
		}
	})
}
