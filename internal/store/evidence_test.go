package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/report/evidence"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

func asks(t *testing.T, metric string, days int, now time.Time) evidence.Query {
	t.Helper()
	q, ok := evidence.Ask(maturity.Process("SD"), maturity.Evidence{Kind: maturity.Auto, Metric: metric, Days: days}, now)
	if !ok || q.Why != "" {
		t.Fatalf("%s: %+v", metric, q)
	}
	return q
}

// Every statement's metric is known, and each that is measured can be asked of
// both engines: for its figure, for what counts and for what does not.
func TestEveryMetricIsMeasuredOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		r, err := evidence.Measure(t.Context(), db.Evidence(), &setting.All{}, people.Scope{All: true, Cleared: []people.ZoneID{3}}, maturity.Current(), now)
		if err != nil || len(r.Figures) != 405 {
			t.Fatal(len(r.Figures), err)
		}
		for _, f := range r.Figures {
			q, _ := maturity.Current().Question(f.Question)
			ask, ok := evidence.Ask(q.Process(), q.Evidence, now)
			if q.Evidence.Metric != "" && !ok {
				t.Errorf("%s asks for %s, which is no metric", f.Question, q.Evidence.Metric)
			}
			if f.Why == "" && f.Shape == evidence.Share && f.Known {
				t.Errorf("%s: a share of nothing is known: %+v", f.Question, f)
			}
			if !ok || f.Why != "" {
				continue
			}
			for _, counts := range []bool{true, false} {
				if rows, err := evidence.Behind(t.Context(), db.Evidence(), &setting.All{}, people.Scope{Own: 7, Cleared: []people.ZoneID{3}}, ask, evidence.Slice{Counts: counts, Limit: 5}); err != nil || len(rows) != 0 {
					t.Errorf("%s: %v, %v", f.Metric, rows, err)
				}
			}
		}
	})
}

// Twelve incidents, of which nine have a category and two lie in a zone that not
// everybody is cleared for: a figure and what is behind it are the same records.
func TestAFigureIsTheRecordsBehindIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
		d, by := desk(db, &now), people.System(people.ViaJob)
		for n := range 12 {
			i := new(incident.Incident)
			if err := d.Open(t.Context(), by, i, record.Input{Fields: map[string]string{"title": fmt.Sprint("no. ", n)}}); err != nil {
				t.Fatal(err)
			}
			now = now.Add(time.Hour)
		}
		for _, q := range []string{
			`UPDATE incident SET category = 2 WHERE id IN (SELECT id FROM record WHERE number % 4 <> 0)`,
			`UPDATE record SET zone = 9 WHERE number % 6 = 1`,
			`UPDATE record SET opened = opened - 17280000000 WHERE number % 100 = 12`,
			`UPDATE incident SET first_contact = (id % 2 = 0), resolved = 1793600000000`,
		} {
			if _, err := db.ExecForTest(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		figure := func(scope people.Scope, metric string) string {
			t.Helper()
			q := asks(t, metric, 90, now)
			s, err := db.Evidence().Sum(t.Context(), scope, q)
			if err != nil {
				t.Fatal(err)
			}
			var rows [2]int
			for k, counts := range []bool{true, false} {
				all, err := db.Evidence().Rows(t.Context(), scope, q, evidence.Slice{Counts: counts, Limit: 100})
				if err != nil {
					t.Fatal(err)
				}
				rows[k] = len(all)
			}
			return fmt.Sprint(s.Numerator, " of ", s.Denominator, ", behind it ", rows)
		}
		everything, open := people.Everything(), people.Scope{All: true}
		for _, x := range []struct {
			scope  people.Scope
			metric string
			want   string
		}{
			{everything, "inc_count", "11 of 11, behind it [11 0]"},
			{everything, "inc_category_rate", "9 of 11, behind it [9 2]"},
			{open, "inc_category_rate", "7 of 9, behind it [7 2]"}, // the first and the seventh are in the zone, both with a category
			{everything, "inc_with_sla_rate", "0 of 11, behind it [0 11]"},
		} {
			if got := figure(x.scope, x.metric); got != x.want {
				t.Errorf("%s: %s, want %s", x.metric, got, x.want)
			}
		}
		q := asks(t, "inc_category_rate", 90, now)
		some, err := db.Evidence().Rows(t.Context(), everything, q, evidence.Slice{Counts: false, Limit: 1})
		if err != nil || len(some) != 1 || record.Number(some[0].Number).N() != 4 || some[0].Name.En != "no. 3" {
			t.Fatal(some, err)
		}
		rest, err := db.Evidence().Rows(t.Context(), everything, q, evidence.Slice{Counts: false, Limit: 9, After: some[0].Place})
		if err != nil || len(rest) != 1 || record.Number(rest[0].Number).N() != 8 {
			t.Fatal(rest, err)
		}
	})
}

// What was measured is kept by night; a mandatory statement that turns is told.
func TestEvidenceIsKeptAndTurns(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		m := &evidence.Maker{Source: db.Evidence(), Shelf: db.Evidence(), Settings: func() *setting.All { return &setting.All{} }, Now: func() time.Time { return now }}
		first, turns, err := m.Nightly(t.Context())
		if err != nil || first == nil || len(turns) != 0 {
			t.Fatal(turns, err)
		}
		if again, _, err := m.Nightly(t.Context()); err != nil || again != nil {
			t.Fatal("measured twice in a night", err)
		}
		d, by := desk(db, &now), people.System(people.ViaJob)
		for range 100 { // IM-1-1 wants so many in ninety days
			if err := d.Open(t.Context(), by, new(incident.Incident), record.Input{Fields: map[string]string{"title": "x"}}); err != nil {
				t.Fatal(err)
			}
		}
		now = now.AddDate(0, 0, 1)
		_, turns, err = m.Nightly(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, x := range turns {
			told = append(told, x.Question+" "+string(x.Was)+" "+string(x.Now))
		}
		if got := strings.Join(told, ", "); !strings.Contains(got, "IM-1-1 no yes") {
			t.Errorf("turned: %s", got)
		}
		reader := people.Actor{Grants: people.NewGrants("maturity.read", "incident.read"), Scope: people.Everything()}
		r, err := m.Read(t.Context(), reader)
		if err != nil || !r.At.Equal(now) {
			t.Fatal(err)
		}
		if _, err := m.Read(t.Context(), people.Actor{Scope: people.Everything()}); err == nil {
			t.Error("read without the grant")
		}
		if _, rows, err := m.Behind(t.Context(), reader, "IM-1-1", evidence.Slice{Counts: true, Limit: 10}); err != nil || len(rows) != 10 {
			t.Error(len(rows), err)
		}
		if _, _, err := m.Behind(t.Context(), people.Actor{Grants: people.NewGrants("maturity.read"), Scope: people.Everything()}, "IM-1-1", evidence.Slice{Counts: true, Limit: 10}); err == nil {
			t.Error("records shown to somebody who may not read them")
		}
	})
}
