package store_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
	reports "kilter/internal/report/desk"
	"kilter/internal/report/director"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// agreed is a book of one agreement, round the clock: eight hours to resolve what has
// priority 3.
func agreed(t *testing.T, id int64) *sla.Book {
	t.Helper()
	a := sla.Agreement{ID: id, Kind: sla.SLA, NameEn: "a", NameZh: "a", Targets: []sla.Target{{Priority: 3, Clock: sla.Resolve, Minutes: 480, Calendar: 1}}}
	book, err := sla.NewBook(map[int64]*calendar.Calendar{1: nil}, []sla.Agreement{a})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// A clock keeps the agreement under which it runs, another one when the record comes
// under another.
func TestClocksKeepTheirAgreement(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		book := agreed(t, 41)
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		d, by := desk(db, &now), people.System(people.ViaJob)
		d.Rules.Settle = func(i *incident.Incident) error { i.Priority = 3; return nil }
		d.Rules.Terms = func(i *incident.Incident) []sla.Term {
			terms, _ := book.Terms(int64(i.Service), i.Priority, i.Opened)
			return terms
		}
		i := new(incident.Incident)
		if err := d.Open(t.Context(), by, i, record.Input{Fields: map[string]string{"title": "x", "impact": "3", "urgency": "3", "service": "1", "category": "2", "zone": "3", "team": "4", "owner": ""}}); err != nil {
			t.Fatal(err)
		}
		under := func(want int64) {
			t.Helper()
			clocks, err := db.Ledger().Clocks(t.Context(), i.ID)
			if err != nil || len(clocks[i.ID]) != 1 || clocks[i.ID][0].Agreement != want {
				t.Errorf("%+v, %v; want agreement %d", clocks, err, want)
			}
		}
		under(41)
		book, now = agreed(t, 42), now.Add(time.Hour)
		if _, err := d.Move(t.Context(), by, i.Number, "classify", record.Input{}); err != nil {
			t.Fatal(err)
		}
		under(42)
		book, now = agreed(t, 0), now.Add(7*time.Hour) // a warning is given; what is known of the clock stays
		if given, err := d.Warn(t.Context(), by, i.Number); err != nil || given != 1 {
			t.Fatalf("%d, %v", given, err)
		}
		under(42)
	})
}

// told is what another tool said of its own promise.
func (h *plainHouse) told(record int64, inTarget bool) {
	batch := h.row("batch", cols{"kind": "history"})
	h.row("history_import", cols{"id": batch})
	h.row("history_case", cols{"record": record, "import": batch, "code": strconv.FormatInt(record, 10), "in_target": inTarget})
}

// Of clocks of before this was kept the agreement is worked out where it promises the very
// time that they measured; of the others it is not known. Months are then told by it.
func TestAgreementsOfOldClocksAreWorkedOut(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := &plainHouse{t: t, db: db, schema: schemaOf(t), last: 1000}
		ctx, from := t.Context(), time.UnixMilli(inside).Add(-time.Hour)
		clock := func(id, hours int64, more cols) int64 {
			h.row("clock", with(cols{"record": id, "name": "resolve", "state": "met", "target": hours * 3600_000, "stopped": inside, "agreement": nil}, more))
			return id
		}
		three := cols{"priority": 3, "live": false, "service": 5, "opened": inside}
		like := clock(h.rec("incident", three), 8, nil)
		h.row("clock", cols{"record": like, "name": "respond", "state": "met", "target": 8 * 3600_000, "agreement": nil})
		other := clock(h.rec("incident", three), 4, cols{"state": "missed"})
		kept := clock(h.rec("incident", three), 4, cols{"agreement": 7})
		urgent := clock(h.rec("incident", with(three, cols{"priority": 1})), 8, nil)
		change := clock(h.rec("change", with(three, nil)), 8, nil)
		theirs := clock(h.rec("incident", three), 8, nil) // whose promise was another tool's own
		h.told(theirs, true)

		if n, err := db.PlaceClocks(ctx, agreed(t, 41)); err != nil || n != 6 {
			t.Fatalf("looked at %d, %v", n, err)
		}
		if n, err := db.PlaceClocks(ctx, agreed(t, 41)); err != nil || n != 0 {
			t.Errorf("and again %d, %v", n, err)
		}
		got, err := db.PairsForTest(ctx, "SELECT record, agreement FROM clock WHERE name = 'resolve'")
		if err != nil {
			t.Fatal(err)
		}
		for id, want := range map[int64]int64{like: 41, other: 0, kept: 7, urgent: 0, change: 0, theirs: 41} {
			if got[id] != want {
				t.Errorf("record %d: agreement %d, not %d", id, got[id], want)
			}
		}

		month := time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC)
		if err := db.Promises().Count(ctx, []director.Span{{Month: month, From: from, Until: from.Add(3 * time.Hour)}}, from); err != nil {
			t.Fatal(err)
		}
		rows, err := db.Promises().Promises(ctx, people.Everything(), month)
		want := []director.Promises{{Month: month, Service: 5, Met: 2, Missed: 1}, {Month: month, Service: 5, Agreement: 7, Met: 1}, {Month: month, Service: 5, Agreement: 41, Met: 1}}
		if err != nil || !slices.Equal(rows, want) {
			t.Errorf("months: %+v, %v", rows, err)
		}
		of := map[string]int{}
		if err := db.DeskCases(ctx, people.Everything(), from, from.Add(3*time.Hour), func(c *reports.Case) error { of[c.Agreement]++; return nil }); err != nil {
			t.Fatal(err)
		}
		if of[""] != 3 || of["7"] != 1 || of["41"] != 1 {
			t.Errorf("cases by agreement: %v", of)
		}
	})
}
