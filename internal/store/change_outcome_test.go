package store_test

import (
	"testing"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// The incidents around a change are those of its time and those that name it,
// whenever they came, as far as the scope sees them.
func TestHappened(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		day := func(n int) time.Time { return time.Date(2026, 3, n, 1, 0, 0, 0, time.UTC) }
		log := audit.By(people.System(people.ViaImport), day(1), "change.import", "change")
		c := new(change.Change)
		c.Title, c.State, c.Opened, c.Moved = "patch", change.Reviewing, day(1), day(1)
		if err := db.LoadChanges().Load(t.Context(), []*record.Whole[*change.Change]{{Rec: c, Entries: []record.Entry{{At: day(1), Deed: "change.open", To: change.Draft}}}}, log); err != nil {
			t.Fatal(err)
		}
		var batch []*record.Whole[*incident.Incident]
		for n, opened := range []int{5, 6, 25, 7} {
			i := &incident.Incident{Item: record.ItemID(n + 1)}
			i.Title, i.State, i.Opened, i.Moved = "down", incident.Closed, day(opened), day(opened)
			if n == 1 {
				i.Zone = 9
			}
			if n == 3 {
				i.State = incident.Cancelled
			}
			batch = append(batch, &record.Whole[*incident.Incident]{Rec: i, Entries: []record.Entry{{At: day(opened), Deed: "incident.open", To: incident.New}}})
		}
		if err := db.LoadIncidents().Load(t.Context(), batch, log); err != nil {
			t.Fatal(err)
		}
		err := db.Incidents().Write(t.Context(), func(tx record.Tx[*incident.Incident]) error {
			return tx.Link(record.Link{From: batch[2].Rec.ID, To: c.ID, Type: "caused_by", At: day(25)})
		})
		if err != nil {
			t.Fatal(err)
		}
		outages(t, db, day, log)
		within := change.Span{From: day(4), Until: day(10)}
		all, err := db.ChangeWitness().Happened(t.Context(), people.Everything(), c.ID, within)
		if err != nil || len(all) != 3 || all[0].Item != 1 || all[0].Caused || !all[2].Caused || all[2].Head.Ref() == "" {
			t.Errorf("all: %+v, %v", all, err)
		}
		if some, err := db.ChangeWitness().Happened(t.Context(), people.Scope{All: true}, c.ID, within); err != nil || len(some) != 2 {
			t.Errorf("without the network: %+v, %v", some, err)
		}
	})
}

// outages: a major incident about a service counts as long as it lasts within the
// span, and is told to nobody who does not see it.
func outages(t *testing.T, db *store.DB, day func(int) time.Time, log audit.Row) {
	t.Helper()
	var batch []*record.Whole[*incident.Incident]
	for _, one := range []struct {
		major            bool
		service          record.ServiceID
		zone             people.ZoneID
		opened, resolved int // days of the month before; 0 is not yet
		state            string
	}{
		{true, 5, 0, 1, 3, "closed"},
		{true, 5, 0, 2, 5, "closed"},
		{true, 6, 9, 6, 0, "in_progress"},
		{false, 5, 0, 6, 7, "closed"},
		{true, 7, 0, 6, 7, "closed"},
		{true, 5, 0, 6, 7, "cancelled"},
		{true, 5, 0, 10, 11, "closed"},
	} {
		i := &incident.Incident{Major: one.major}
		back := func(n int) time.Time { return day(n).AddDate(0, -1, 0) }
		i.Title, i.Service, i.Zone, i.State, i.Opened, i.Moved = "down", one.service, one.zone, flow.State(one.state), back(one.opened), back(one.opened)
		if one.resolved != 0 {
			i.Resolved = back(one.resolved)
		}
		batch = append(batch, &record.Whole[*incident.Incident]{Rec: i, Entries: []record.Entry{{At: back(one.opened), Deed: "incident.open", To: incident.New}}})
	}
	if err := db.LoadIncidents().Load(t.Context(), batch, log); err != nil {
		t.Fatal(err)
	}
	within := change.Span{From: day(4).AddDate(0, -1, 0), Until: day(10).AddDate(0, -1, 0)}
	all, err := db.ChangeWitness().Outages(t.Context(), people.Everything(), []record.ServiceID{5, 6}, within)
	if err != nil || len(all) != 2 || all[0].Head.Service != 5 || !all[0].Until.Equal(day(5).AddDate(0, -1, 0)) || !all[1].Until.IsZero() || all[1].Head.Ref() == "" {
		t.Errorf("outages: %+v, %v", all, err)
	}
	if some, err := db.ChangeWitness().Outages(t.Context(), people.Scope{All: true}, []record.ServiceID{5, 6}, within); err != nil || len(some) != 1 {
		t.Errorf("outages without the network: %+v, %v", some, err)
	}
}
