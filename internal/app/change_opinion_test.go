package app

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// TestAChangeIsAssessedByRoles: those whom the centre always asks are asked when
// a change is handed on, others when somebody names them; they answer beside one
// another, and as long as one is missing nobody is asked to decide.
func TestAChangeIsAssessedByRoles(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := newWorks(t, engine)
			ctx, room := t.Context(), w.house.opinions
			policy := change.StandardPolicy()
			policy.Must = []change.Role{change.Security}
			w.policy(t, policy)
			c, err := w.house.changes.Raise(ctx, w.engineer, record.Input{Fields: map[string]string{"title": "Firmware", "reason": "end of support", "type": "normal", "items": fmt.Sprint(w.items["H1"])}})
			if err != nil {
				t.Fatal(err)
			}
			c = w.move(t, w.engineer, c, "submit")
			c = w.move(t, w.manager, c, "filter")
			if _, err := room.Ask(ctx, w.manager, c.Number, change.Technical, []people.ID{w.engineer.ID}); !fault.Is(err, fault.Conflict) {
				t.Errorf("asked before it is assessed: %v", err)
			}
			c = w.move(t, w.manager, c, "assess", "owner", w.engineer.ID.String())
			lacks := func(want ...change.Role) []change.Opinion {
				t.Helper()
				_, all, missing, err := room.Of(ctx, w.manager, c.Number)
				if err != nil || fmt.Sprint(missing) != fmt.Sprint(want) {
					t.Fatalf("missing %v, want %v: %v", missing, want, err)
				}
				return all
			}
			all := lacks(change.Security)
			if len(all) != 1 || all[0].Asked[0] != w.officer.ID {
				t.Fatalf("asked of the officer: %+v", all)
			}
			if _, err := room.Ask(ctx, w.manager, c.Number, change.Financial, nil); !strings.Contains(fmt.Sprint(err), "of_nobody") {
				t.Errorf("of nobody: %v", err)
			}
			if _, err := room.Ask(ctx, w.officer, c.Number, change.Technical, []people.ID{w.engineer.ID}); !fault.Is(err, fault.Denied) {
				t.Errorf("who does not lead asks: %v", err)
			}
			tech, err := room.Ask(ctx, w.manager, c.Number, change.Technical, []people.ID{w.engineer.ID})
			if err != nil {
				t.Fatal(err)
			}
			lacks(change.Security, change.Technical)
			propose := func() error {
				_, err := w.try(t, w.manager, c, "propose", "impact", "2", "likelihood", "1", "procedure", "replace", "test", "in the laboratory", "back_out", "put it back", "back_out_time", "30")
				return err
			}
			if err := propose(); !strings.Contains(fmt.Sprint(err), "opinion.missing") {
				t.Errorf("proposed without: %v", err)
			}
			if _, err := room.Give(ctx, w.officer, c.Number, tech.ID, change.For, ""); !fault.Is(err, fault.Denied) {
				t.Errorf("who is not asked answers: %v", err)
			}
			if _, err := room.Give(ctx, w.engineer, c.Number, tech.ID, change.Reserved, " "); !strings.Contains(fmt.Sprint(err), "say_why") {
				t.Errorf("reservations without a word: %v", err)
			}
			if _, err := room.Give(ctx, w.engineer, c.Number, tech.ID, change.Reserved, "only at night"); err != nil {
				t.Fatal(err)
			}
			at := fmt.Sprintf("/changes/%s/plan/opinions/%d", c.Ref(), all[0].ID)
			w.page(t, http.StatusForbidden, w.token["engineer"], "POST", at, "stand=for")
			w.page(t, http.StatusUnprocessableEntity, w.token["security_officer"], "POST", at, "stand=against")
			w.page(t, http.StatusSeeOther, w.token["security_officer"], "POST", at, "stand=for")
			lacks()
			if page := w.page(t, http.StatusOK, w.token["change_manager"], "GET", "/changes/"+c.Ref()+"/plan", ""); !strings.Contains(page, "only at night") || !strings.Contains(page, "For, with reservations") {
				t.Error("the page does not tell what was said")
			}
			if err := propose(); err != nil {
				t.Fatal(err)
			}
			if _, err := room.Give(ctx, w.engineer, c.Number, tech.ID, change.For, ""); !fault.Is(err, fault.Conflict) {
				t.Errorf("answered after it was proposed: %v", err)
			}
			if _, err := w.house.changes.Decide(ctx, w.manager, c.Number, approval.Vote{Answer: approval.Yes}, record.Input{}); err != nil {
				t.Errorf("decided: %v", err)
			}
		})
	}
}
