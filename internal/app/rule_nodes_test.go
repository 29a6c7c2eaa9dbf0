package app

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"kilter/internal/job"
	"kilter/internal/practice/access"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
	"kilter/internal/testkit"
)

// Two nodes on one PostgreSQL, of which the one that leads is killed while
// incidents come in: each rule fires exactly once for each cause, also a rule
// that is set off by another, and every record tells so.
func TestRulesFireOnceThoughTheLeaderDies(t *testing.T) {
	t.Parallel()
	testkit.PostgresServer(t)
	w := settle(t, "postgres")
	first := serve(t, w.db) // it leads, for it came first
	second := serve(t, w.db)
	admin, agent := w.token[access.SystemAdministrator], w.token[access.DeskAgent]
	for code, body := range map[string]string{
		"opened": `{"code":"opened","name_en":"Opened","practice":"incident","on":true,"when":"deed","deeds":["open"],"then":[{"do":"note","text":{"en":"ruled {{number}}"}},{"do":"set","field":"outside","value":"P-1"}]}`,
		"noted":  `{"code":"noted","name_en":"Noted","practice":"incident","on":true,"when":"deed","deeds":["note"],"then":[{"do":"task","text":{"en":"look at {{number}}"}}]}`,
	} {
		second.want(201, admin, "POST", "/api/v1/automation-rules", body)
		first.until("knowing the rule "+code, func() bool {
			r, err := first.ask(admin, "GET", "/api/v1/automation-rules", "")
			return err == nil && strings.Contains(r.body, `"`+code+`"`)
		})
	}
	const clients, each = 8, 25
	var group sync.WaitGroup
	var sent atomic.Int64
	halfway := make(chan struct{})
	for c := range clients {
		group.Go(func() {
			for i := range each {
				n := first
				if (c+i)%2 == 1 || sent.Load() >= clients*each/2 {
					n = second
				}
				r, err := n.ask(agent, "POST", "/api/v1/incidents", incidentBody(fmt.Sprintf("call %d of %d", i, c)))
				if n == second && (err != nil || r.status != 201) { // what the first was asked when it died may be lost
					t.Error(r.status, r.body, err)
				}
				if sent.Add(1) == clients*each/2 {
					close(halfway)
				}
			}
		})
	}
	<-halfway
	first.crash()
	group.Wait()
	second.until("having carried all news", func() bool {
		news, err := w.house.db.Waiting(t.Context(), 1)
		return err == nil && len(news) == 0
	})
	if err := w.house.settings.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	held := w.incidents(t)
	if len(held) < clients*each/2 {
		t.Fatalf("only %d incidents", len(held))
	}
	for ref := range held {
		w.firedOnce(t, ref)
	}
	w.whole(t)
}

// firedOnce fails unless both rules fired once on an incident, and what they
// did stands there once.
func (w *town) firedOnce(t *testing.T, ref string) {
	t.Helper()
	_, n, err := record.ParseRef(ref)
	if err != nil {
		t.Fatal(err)
	}
	pic, err := w.house.incidents.See(t.Context(), people.Everything(), n)
	if err != nil {
		t.Fatal(err)
	}
	runs, _, err := w.house.db.Rules().Trace(t.Context(), pic.ID, 100)
	if err != nil {
		t.Fatal(err)
	}
	ran := map[string]int{}
	for _, r := range runs {
		ran[w.house.settings.All().Find(setting.Rule, r.Rule).Code+" "+string(r.Outcome)]++
	}
	if len(runs) != 2 || ran["opened "+string(rule.Fired)] != 1 || ran["noted "+string(rule.Fired)] != 1 {
		t.Errorf("%s: fired %v", ref, ran)
	}
	past, err := w.house.db.Ledger().Timeline(t.Context(), pic.ID, false)
	if err != nil {
		t.Fatal(err)
	}
	did := map[string]int{}
	for _, e := range past {
		if e.By == 0 {
			did[e.Deed]++
		}
	}
	if did["incident.note"] != 1 || did["incident.edit"] != 1 || did["incident.task_add"] != 1 || len(did) != 3 {
		t.Errorf("%s: rules did %v", ref, did)
	}
}

// carryAll carries all news to the rules, as the duty does.
func (h *house) carryAll(t testing.TB) {
	t.Helper()
	for more := true; more; {
		if _, err := job.Relay(h.db, h.rules.Carry).Run(t.Context(), Now()); err != nil {
			t.Fatal(err)
		}
		news, err := h.db.Waiting(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		more = len(news) > 0
	}
}
