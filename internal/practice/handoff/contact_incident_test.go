package handoff_test

import (
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/contact"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// A contact becomes an incident in one piece: both happen, or neither, and who
// was refused stands in the audit log all the same.
func TestAContactBecomesAnIncidentInOnePiece(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		d := desks(db, &now)
		calls := handoff.Calls{Incidents: d.Incidents, Contacts: d.Contacts, Together: db.Together}
		c, err := d.Contacts.Log(t.Context(), agent, record.Input{Fields: map[string]string{"title": "no mail", "caller": "Wang"}})
		if err != nil {
			t.Fatal(err)
		}
		become := func(by people.Actor) (*incident.Incident, error) {
			return calls.Become(t.Context(), by, c.Number, incident.Call{Input: record.Input{Fields: map[string]string{"title": "no mail"}}})
		}
		none := func() {
			t.Helper()
			list, err := db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Limit: 10})
			if err != nil || len(list) != 0 {
				t.Errorf("%d incidents stayed, %v", len(list), err)
			}
		}
		half := agent
		half.Grants = people.NewGrants("incident.*", "contact.read", "contact.type")
		if one, err := become(half); one != nil || !fault.Is(err, fault.Denied) {
			t.Errorf("without contact.link: %v, %v", one, err)
		}
		none()
		rows, err := db.Audit().Rows(t.Context(), audit.Filter{Result: audit.Refused, Deed: "contact.link", Limit: 10})
		if err != nil || len(rows) != 1 {
			t.Errorf("refusals written down: %v, %v", rows, err)
		}
		if held, err := d.Contacts.Find(t.Context(), agent, c.Number); err != nil || held.State != contact.Identified {
			t.Errorf("the contact went on to %s, %v", held.State, err)
		}

		one, err := become(agent)
		if err != nil || one.Ref() != "INC-2026-00001" {
			t.Fatalf("%v, %v: the number of what did not happen is free", one, err)
		}
		held, err := d.Contacts.Find(t.Context(), agent, c.Number)
		if err != nil || held.State != contact.Linked || held.Type != contact.Report || held.About != one.Ref() {
			t.Errorf("the contact is %s, %q, about %q, %v", held.State, held.Type, held.About, err)
		}
		around, err := db.Ledger().Around(t.Context(), people.Everything(), one.ID)
		if err != nil || len(around.Links) != 1 {
			t.Errorf("links %v, %v", around.Links, err)
		}
		if again, err := become(agent); again != nil || !fault.Is(err, fault.Conflict) {
			t.Errorf("once more: %v, %v", again, err)
		}
	})
}
