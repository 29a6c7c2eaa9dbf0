package store_test

import (
	"testing"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/job"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// standard is the agreement a new centre starts with, on its own calendars.
func standard(t *testing.T) *sla.Book {
	t.Helper()
	calendars := map[int64]*calendar.Calendar{}
	for _, c := range sla.StandardCalendars() {
		cal, err := calendar.New(c.Spec)
		if err != nil {
			t.Fatal(err)
		}
		calendars[c.ID] = cal
	}
	book, err := sla.NewBook(calendars, []sla.Agreement{sla.Standard()})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// Warnings come when they are due, once each, and a pause moves them.
func TestClocksWarnAndPause(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		book := standard(t)
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC) // Monday 09:00 in China
		d, by := desk(db, &now), people.System(people.ViaJob)
		d.Rules.Settle = func(i *incident.Incident) error { i.Priority = incident.StandardPolicy().Assess(i); return nil }
		d.Rules.Terms = func(i *incident.Incident) []sla.Term {
			terms, _ := book.Terms(int64(i.Service), i.Priority, i.Opened)
			return terms
		}
		i := new(incident.Incident)
		fields := map[string]string{"title": "x", "impact": "3", "urgency": "3", "service": "1", "category": "2", "zone": "3", "team": "4", "owner": ""}
		if err := d.Open(t.Context(), by, i, record.Input{Fields: fields}); err != nil {
			t.Fatal(err)
		}
		// priority 3: respond in 30 min, resolve in 8 h of 08:30-12:00, 14:00-18:00
		if want := now.Add(30 * time.Minute); !i.Due.Equal(want) {
			t.Errorf("due %v, want %v", i.Due, want)
		}
		escalate := job.Escalate(db, map[record.Kind]job.Warner{record.Incident: d})
		warnings := func() (out []string) {
			t.Helper()
			if _, err := escalate.Run(t.Context(), now); err != nil {
				t.Fatal(err)
			}
			entries, err := db.Ledger().Timeline(t.Context(), i.ID, false)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if e.Deed == "incident.warn" {
					out = append(out, e.Reason)
				}
			}
			return out
		}
		if got := warnings(); got != nil {
			t.Errorf("at once: %v", got)
		}
		now = now.Add(25 * time.Minute)
		if got := warnings(); len(got) != 1 || got[0] != "respond 80" {
			t.Errorf("after 25 minutes: %v", got)
		}
		now = now.Add(time.Minute)
		if got := warnings(); len(got) != 1 {
			t.Errorf("twice: %v", got)
		}
		who := addPersons(t, db, 1)[0]
		move := func(name string, f map[string]string) {
			t.Helper()
			if _, err := d.Move(t.Context(), by, i.Number, name, record.Input{Fields: f, Text: "so"}); err != nil {
				t.Fatal(err)
			}
		}
		move("classify", nil)
		move("assign", map[string]string{"team": "4"})
		move("accept", map[string]string{"owner": who.String()})
		now = now.Add(34 * time.Minute) // 10:00: one hour is spent
		move("wait", map[string]string{"waiting": "province", "outside": "SJ-1"})
		now = now.Add(24 * time.Hour)
		if got := warnings(); len(got) != 1 {
			t.Errorf("while the province has it: %v", got)
		}
		move("resume", nil)
		got, err := d.Find(t.Context(), by, i.Number)
		// Tuesday 10:00 with 7 h left: 2 to noon, 4 to evening, 1 on Wednesday
		if want := time.Date(2026, 11, 25, 1, 30, 0, 0, time.UTC); err != nil || !got.Due.Equal(want) {
			t.Errorf("due %v, %v, want %v", got.Due, err, want)
		}
		clocks, err := db.Ledger().Clocks(t.Context(), i.ID)
		if err != nil || len(clocks[i.ID]) != 2 || clocks[i.ID][1].State != sla.Met || clocks[i.ID][0].Spent != time.Hour {
			t.Errorf("clocks %+v, %v", clocks, err)
		}
	})
}
