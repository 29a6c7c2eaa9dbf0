package app

import (
	"fmt"
	"testing"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// TestAnEmergencyIsWrittenUp: of an emergency that nobody has recorded the change
// manager is reminded after half of the time, and the director when it has
// passed; of one that is not documented its implementer, and then the change
// manager. Each is told once.
func TestAnEmergencyIsWrittenUp(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := newWorks(t, engine)
			h, ctx := w.house, t.Context()
			c, err := h.changes.Raise(ctx, w.engineer, record.Input{Fields: map[string]string{"title": "The core is down", "type": "emergency", "reason": "it is down", "items": fmt.Sprint(w.items["H1"])}})
			if err != nil {
				t.Fatal(err)
			}
			c = w.move(t, w.engineer, c, "submit")
			look := func(after time.Duration) {
				t.Helper()
				for range 2 {
					if err := h.remindEmergencies(ctx, Now().Add(after)); err != nil {
						t.Fatal(err)
					}
				}
			}
			told := func(who people.ID, what notice.What, want int) {
				t.Helper()
				h.told(t, who, what, c.ID, want)
			}
			look(11 * time.Hour)
			told(w.manager.ID, notice.RecordOwed, 0)
			look(13 * time.Hour)
			told(w.manager.ID, notice.RecordOwed, 1)
			told(w.director.ID, notice.RecordLate, 0)
			look(25 * time.Hour)
			told(w.manager.ID, notice.RecordOwed, 1)
			told(w.director.ID, notice.RecordLate, 1)
			err = h.changes.Sit(ctx, people.System(people.ViaJob), func(s *record.Sitting[*change.Change]) error {
				one, err := s.Lock(c.Number)
				if err != nil {
					return err
				}
				one.Owner = w.engineer.ID
				for _, m := range []string{"grant_emergency", "implement", "complete"} {
					if err := s.Move(one, m, record.Input{}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			look(23 * time.Hour)
			told(w.engineer.ID, notice.DocumentOwed, 0)
			look(25 * time.Hour)
			told(w.engineer.ID, notice.DocumentOwed, 1)
			told(w.manager.ID, notice.DocumentLate, 0)
			look(49 * time.Hour)
			told(w.manager.ID, notice.DocumentLate, 1)
		})
	}
}
