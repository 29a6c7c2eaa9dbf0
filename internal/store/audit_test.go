package store_test

import (
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

var nine = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func at(now time.Time) func() time.Time { return func() time.Time { return now } }

// each opens a database and a second handle on it, with which a test tampers
// as somebody who has the database's password could.
func tampering(t *testing.T, test func(t *testing.T, db *store.DB, raw func(string))) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			url := storetest.URL(t, engine)
			db, err := store.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			driver, dsn := "pgx", url
			if engine == "sqlite" {
				driver, dsn = "sqlite", "file:"+strings.TrimPrefix(url, "sqlite:")+"?_pragma=busy_timeout(10000)"
			}
			own, err := sql.Open(driver, dsn)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := own.Close(); err != nil {
					t.Error(err)
				}
				if err := db.Close(); err != nil {
					t.Error(err)
				}
			})
			test(t, db, func(q string) {
				t.Helper()
				if _, err := own.ExecContext(t.Context(), q); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

func notes(t *testing.T, db *store.DB, n int) {
	t.Helper()
	for i := range n {
		row := audit.By(people.Actor{ID: 7, Name: "王安", Address: "10.1.2.3"}, nine.Add(time.Duration(i)*time.Second), "incident.read", fmt.Sprintf("incident:INC-2026-%05d", i+1))
		if err := db.Note(t.Context(), row); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAuditTampering(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		do   []string
		want []audit.Finding
	}{
		{"nothing", nil, nil},
		{"a name changed", []string{`UPDATE audit SET name = 'somebody else' WHERE seq = 4`}, []audit.Finding{{Seq: 4, ID: 4, Harm: audit.Changed}}},
		{"a refusal turned into a deed", []string{`UPDATE audit SET result = 'refused' WHERE seq = 10`}, []audit.Finding{{Seq: 10, ID: 10, Harm: audit.Changed}}},
		{"a row removed", []string{`DELETE FROM audit WHERE seq = 3`}, []audit.Finding{{Seq: 3, Harm: audit.Removed}}},
		{"a row removed and the gap closed", []string{
			`DELETE FROM audit WHERE seq = 3`, `UPDATE audit SET seq = 3 WHERE seq = 4`, `UPDATE audit SET seq = 4 WHERE seq = 5`,
			`UPDATE audit SET seq = 5 WHERE seq = 6`, `UPDATE audit SET seq = 6 WHERE seq = 7`, `UPDATE audit SET seq = 7 WHERE seq = 8`,
			`UPDATE audit SET seq = 8 WHERE seq = 9`, `UPDATE audit SET seq = 9 WHERE seq = 10`, `UPDATE audit_head SET seq = 9 WHERE one = 1`,
		}, []audit.Finding{{Seq: 3, ID: 4, Harm: audit.Changed}, {Seq: 10, Harm: audit.Cut}}},
		{
			"two rows change places",
			[]string{`UPDATE audit SET seq = 99 WHERE seq = 5`, `UPDATE audit SET seq = 5 WHERE seq = 6`, `UPDATE audit SET seq = 6 WHERE seq = 99`},
			[]audit.Finding{{Seq: 5, ID: 6, Harm: audit.Reordered}, {Seq: 6, ID: 5, Harm: audit.Reordered}},
		},
		{
			"the tail cut, the own head too",
			[]string{`DELETE FROM audit WHERE seq > 8`, `UPDATE audit_head SET seq = 8, hash = (SELECT hash FROM audit WHERE seq = 8) WHERE one = 1`},
			[]audit.Finding{{Seq: 10, Harm: audit.Cut}},
		},
		{"everything removed", []string{`DELETE FROM audit`, `UPDATE audit_head SET seq = 0, hash = '' WHERE one = 1`}, []audit.Finding{{Seq: 10, Harm: audit.Cut}}},
		{"a row unsealed", []string{`UPDATE audit SET seq = NULL, hash = NULL WHERE seq = 2`}, []audit.Finding{{Seq: 2, Harm: audit.Removed}}},
	}
	tampering(t, func(t *testing.T, db *store.DB, raw func(string)) {
		for i, c := range cases {
			t.Run(c.name, func(t *testing.T) { // one after the other: they share a database
				raw(`DELETE FROM audit`)
				raw(`DELETE FROM audit_export`)
				raw(`UPDATE audit_head SET seq = 0, hash = '' WHERE one = 1`)
				log := &audit.Log{Store: db.Audit(), Now: at(nine)}
				notes(t, db, 10)
				if n, err := log.Seal(t.Context()); n != 10 || err != nil {
					t.Fatalf("sealed %d, %v", n, err)
				}
				rows, err := db.Audit().Rows(t.Context(), audit.Filter{Limit: 10})
				if err != nil {
					t.Fatal(err)
				}
				head, ok, err := log.Due(t.Context(), "file")
				if err != nil || !ok {
					t.Fatalf("due %v, %v", ok, err)
				}
				exported, err := audit.ReadHeads(strings.NewReader("# heads of the audit log\n" + head.Line() + "\n"))
				if err != nil {
					t.Fatal(err)
				}
				for _, q := range c.do {
					raw(q)
				}
				rep, err := log.Verify(t.Context(), people.Actor{Grants: people.NewGrants("audit.*")}, exported)
				if err != nil {
					t.Fatal(err)
				}
				for i := range rep.Findings {
					if f := &rep.Findings[i]; f.ID != 0 {
						f.ID -= rows[9].ID - 1
					}
				}
				if diff := cmp.Diff(c.want, rep.Findings); diff != "" {
					t.Errorf("case %d: findings (-want +got)\n%s", i, diff)
				}
			})
		}
	})
}

func TestAChainForgedAnewIsFound(t *testing.T) {
	t.Parallel()
	tampering(t, func(t *testing.T, db *store.DB, raw func(string)) {
		log := &audit.Log{Store: db.Audit(), Now: at(nine)}
		notes(t, db, 5)
		if _, err := log.Seal(t.Context()); err != nil {
			t.Fatal(err)
		}
		head, err := db.Audit().Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		raw(`UPDATE audit SET name = 'nobody', seq = NULL, hash = NULL WHERE seq > 2`)
		raw(`UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit WHERE seq = 2) WHERE one = 1`)
		if n, err := log.Seal(t.Context()); n != 3 || err != nil {
			t.Fatalf("sealed %d, %v", n, err)
		}
		by := people.Actor{Grants: people.NewGrants("audit.*")}
		if rep, err := log.Verify(t.Context(), by, nil); err != nil || !rep.Whole() {
			t.Errorf("without the exported head it looks whole: %+v, %v", rep, err)
		}
		rep, err := log.Verify(t.Context(), by, []audit.Head{head})
		if err != nil || len(rep.Findings) != 1 || rep.Findings[0].Harm != audit.Forged {
			t.Errorf("with it: %+v, %v", rep, err)
		}
	})
}

func TestSealingByTwoNodes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		log := &audit.Log{Store: db.Audit(), Now: at(nine)}
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				for i := range 40 {
					if err := db.Note(t.Context(), audit.By(people.Actor{ID: 1}, nine, "incident.read", fmt.Sprint(i))); err != nil {
						t.Error(err)
					}
					if i%5 == 0 {
						if _, err := log.Seal(t.Context()); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		group.Wait()
		if _, err := log.Seal(t.Context()); err != nil {
			t.Fatal(err)
		}
		rep, err := log.Verify(t.Context(), people.Actor{Grants: people.NewGrants("audit.*")}, nil)
		if err != nil || !rep.Whole() || rep.Rows != 120 || rep.Head.Seq != 120 {
			t.Errorf("%+v, %v", rep, err)
		}
	})
}

func TestOnlyTheAuditAdministratorReadsTheLog(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		log := &audit.Log{Store: db.Audit(), Now: at(nine.Add(time.Hour))}
		notes(t, db, 7)
		for _, grants := range []string{"setting.*", "account.*", "incident.*", "report.*"} {
			by := people.Actor{ID: 3, Name: "curious", Grants: people.NewGrants(grants)}
			if _, err := log.Read(t.Context(), by, audit.Filter{}); !fault.Is(err, fault.Denied) {
				t.Errorf("%s reads it: %v", grants, err)
			}
			if _, err := log.Verify(t.Context(), by, nil); !fault.Is(err, fault.Denied) {
				t.Errorf("%s verifies it: %v", grants, err)
			}
			if _, err := log.All(t.Context(), by, audit.Filter{}); !fault.Is(err, fault.Denied) {
				t.Errorf("%s exports it: %v", grants, err)
			}
		}
		by := people.Actor{ID: 4, Name: "auditor", Grants: people.NewGrants("audit.*")}
		rows, err := log.Read(t.Context(), by, audit.Filter{Result: audit.Refused, Limit: 100})
		if err != nil || len(rows) != 12 || rows[0].Name != "curious" {
			t.Errorf("refusals: %d rows, %v", len(rows), err)
		}
		rows, err = log.Read(t.Context(), by, audit.Filter{Deed: "audit.", Name: "AUDIT", Limit: 100})
		if err != nil || len(rows) != 1 || rows[0].Deed != "audit.read" {
			t.Errorf("the reading itself: %+v, %v", rows, err)
		}
		var seen []string
		f := audit.Filter{Name: "王", From: nine.Add(time.Second), To: nine.Add(6 * time.Second), Limit: 2}
		for {
			rows, err := log.Read(t.Context(), by, f)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) == 0 {
				break
			}
			for _, r := range rows {
				seen = append(seen, r.Object)
			}
			f.After = audit.Place{At: rows[len(rows)-1].At, ID: rows[len(rows)-1].ID}
		}
		if len(seen) != 5 || seen[0] != "incident:INC-2026-00006" || seen[4] != "incident:INC-2026-00002" {
			t.Errorf("pages %v", seen)
		}
	})
}

func TestHeadsAreExportedDaily(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := nine
		log := &audit.Log{Store: db.Audit(), Now: func() time.Time { return now }}
		if _, ok, err := log.Due(t.Context(), "file"); ok || err != nil {
			t.Fatalf("an empty log is due: %v", err)
		}
		notes(t, db, 1)
		if _, err := log.Seal(t.Context()); err != nil {
			t.Fatal(err)
		}
		h, ok, err := log.Due(t.Context(), "file")
		if !ok || err != nil {
			t.Fatalf("the first head is not due: %v", err)
		}
		if got := h.Syslog("desk\n1"); !strings.HasPrefix(got, `<109>1 2026-11-23T09:00:00.000Z desk1 kilter - audit-head [head@32473 seq="1" hash="`) {
			t.Errorf("syslog %q", got)
		}
		if err := log.Carried(t.Context(), "file", h); err != nil {
			t.Fatal(err)
		}
		if _, err := log.Seal(t.Context()); err != nil {
			t.Fatal(err)
		}
		for after, want := range map[time.Duration]bool{time.Hour: false, 23 * time.Hour: false, 24 * time.Hour: true} {
			now = nine.Add(after)
			if _, ok, err := log.Due(t.Context(), "file"); ok != want || err != nil {
				t.Errorf("after %s: due %v, %v", after, ok, err)
			}
		}
		if _, ok, err := log.Due(t.Context(), "syslog"); !ok || err != nil {
			t.Errorf("another target: %v, %v", ok, err)
		}
	})
}
