package app

import (
	"context"
	"net/http"

	"kilter/internal/base/fault"
	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/web"
)

// doors are what is served beside pages and API, by address: machines that
// speak a protocol of their own. Each has its policy in the table of the pages.
func (h *house) doors(gate *web.Gate) map[string]http.Handler {
	return map[string]http.Handler{
		intake.InventoryPath: &intake.Listener{
			Who: gate.Caller, Pass: h.pass("POST " + intake.InventoryPath), Address: gate.Address,
			Reconciler: h.reconciler(), Log: h.env.Log, Rate: h.env.InventoryRate,
		},
	}
}

// pass holds the policy of a door. Who is turned away is written down, as at a
// page.
func (h *house) pass(pattern string) func(context.Context, people.Actor) error {
	policy := web.Policy(pattern)
	return func(ctx context.Context, a people.Actor) error {
		if web.Meets(policy, a) {
			return nil
		}
		why := fault.New(fault.Denied, "people.not_granted").With("deed", policy)
		return audit.Refuse(context.WithoutCancel(ctx), h.db, audit.By(a, Now(), policy, "door:"+pattern), why)
	}
}
