package app

import (
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/change"
	"kilter/internal/practice/record"
)

// Something is learned before a change is begun: whoever asked for it, or the
// manager of changes, sends it back. It has no authority then, its texts are
// written again, and it is decided anew; its timeline says so.
func TestWhatWasAuthorisedIsAssessedAnew(t *testing.T) {
	t.Parallel()
	w := newWorks(t, "sqlite")
	night := Now().UTC().Truncate(time.Hour).Add(72 * time.Hour)
	c := w.authorised(t, "Firmware of the first host", "H1")
	c = w.move(t, w.manager, c, "schedule", "starts", night.Format(time.RFC3339), "ends", night.Add(4*time.Hour).Format(time.RFC3339), "owner", w.engineer.ID.String())
	other := w.officer
	other.Grants = w.engineer.Grants // may ask for changes, and did not ask for this one
	if _, err := w.try(t, other, c, "reconsider"); !fault.Is(err, fault.Denied) {
		t.Errorf("somebody else sends it back: %v", err)
	}
	if _, err := w.house.changes.Move(t.Context(), w.engineer, c.Number, "reconsider", record.Input{}); err == nil {
		t.Error("sent back without a reason")
	}
	c = w.move(t, w.engineer, c, "reconsider")
	if c.State != change.Assessing || !c.Authorised.IsZero() {
		t.Fatalf("sent back: %s, authorised %v", c.State, c.Authorised)
	}
	if _, err := w.house.changes.Edit(t.Context(), w.manager, c.Number, []record.Change{{Field: "procedure", Was: "replace", Now: "replace, and check the mirror"}}, record.Input{}); err != nil {
		t.Errorf("written again: %v", err)
	}
	if _, err := w.try(t, w.engineer, c, "prepare"); err == nil {
		t.Error("it goes on without an authority")
	}
	c = w.move(t, w.manager, c, "propose", "impact", "2", "likelihood", "1", "test", "in the laboratory", "back_out", "put it back", "back_out_time", "30")
	if c.State != change.Awaiting {
		t.Errorf("asked anew: %s", c.State)
	}
	log, err := w.house.db.Ledger().Timeline(t.Context(), c.ID, false)
	if err != nil {
		t.Fatal(err)
	}
	told := false
	for _, e := range log {
		told = told || e.Deed == "change.reconsider" && e.From == change.Scheduled && e.To == change.Assessing
	}
	if !told {
		t.Errorf("the timeline does not tell: %+v", log)
	}
}
