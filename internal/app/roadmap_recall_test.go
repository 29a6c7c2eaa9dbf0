package app

import (
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/setting"
)

// TestAnAppliedProcessChangeIsTakenBackByWhoeverChangesItsSettings: whoever plans the
// roadmap gives up what was not applied, and is not offered to undo what was; that does
// whoever may change the settings, and they are as they were.
func TestAnAppliedProcessChangeIsTakenBackByWhoeverChangesItsSettings(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, engine string) {
		h := testHouse(t, engine)
		must(t, h.fill(t.Context(), "XS"))
		room := h.programmes()
		steps, err := room.Store.Steps(t.Context(), 0)
		must(t, err)
		var s *programme.Step
		for i := range steps {
			if c := steps[i].Carry; c != nil && c.State == programme.CarryApplied {
				s = &steps[i]
			}
		}
		if s == nil {
			t.Fatal("no step of the city carries a change that is applied")
		}
		similar := func() int {
			t.Helper()
			must(t, h.refresh(t.Context()))
			p, err := incident.PolicyOf(h.settings.All())
			must(t, err)
			return p.Similar
		}
		plans := people.Actor{ID: 1, Staff: true, Scope: people.Everything(), Grants: people.NewGrants(programme.DeedRead, programme.DeedEdit)}
		sets := people.Actor{ID: 2, Staff: true, Scope: people.Everything(), Grants: people.NewGrants(programme.DeedRead, setting.Deed(setting.Centre))}
		if s.Carry.Recallable(plans) || !s.Carry.Recallable(sets) {
			t.Errorf("offered to whoever plans: %v, to whoever sets: %v", s.Carry.Recallable(plans), s.Carry.Recallable(sets))
		}
		if _, err := room.Recall(t.Context(), plans, s.Programme, s.ID, s.Version, "so"); !fault.Is(err, fault.Denied) || similar() != 24 {
			t.Errorf("whoever plans undoes it: %v, %d", err, similar())
		}
		s, err = room.Recall(t.Context(), sets, s.Programme, s.ID, s.Version, "Too many are alike")
		if err != nil || s.Carry.State != programme.CarryUndone || similar() != 8 {
			t.Errorf("whoever sets undoes it: %+v, %v, %d", s, err, similar())
		}
	})
}
