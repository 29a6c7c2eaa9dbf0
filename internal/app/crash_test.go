package app

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kilter/internal/practice/access"
	"kilter/internal/testkit"
)

// engines runs a test on both databases, by processes that serve.
func engines(t *testing.T, test func(t *testing.T, engine string)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			if engine == "postgres" {
				testkit.PostgresServer(t)
			}
			test(t, engine)
		})
	}
}

// A power cut in the middle of 1,000 registrations: every one that was
// acknowledged is there, none twice, also when whoever got no answer sends it
// again with its key; the numbers have no gap; the audit chain is whole.
func TestPowerCutWhileRegistering(t *testing.T) {
	const total, clients = 1000, 8
	engines(t, func(t *testing.T, engine string) {
		w := settle(t, engine)
		n := serve(t, w.db)
		agent := w.token[access.DeskAgent]
		var acked sync.Map // number by title
		var done atomic.Int64
		register := func(n *node, i int) (bool, error) {
			title := fmt.Sprintf("call %04d", i)
			var r reply
			for r.status == 0 || r.status == http.StatusConflict { // it may have broken off a moment ago: Retry-After
				var err error
				if r, err = n.ask(agent, "POST", "/api/v1/incidents", incidentBody(title), "Idempotency-Key: call-"+title); err != nil {
					return false, nil // the power is out
				}
			}
			if r.status != http.StatusCreated {
				return false, fmt.Errorf("%s: %d %s", title, r.status, r.body)
			}
			acked.Store(title, r.get("number"))
			return true, nil
		}
		all := func(n *node, during func()) {
			var group sync.WaitGroup
			var next atomic.Int64
			for range clients {
				group.Go(func() {
					for i := int(next.Add(1)); i <= total; i = int(next.Add(1)) {
						ok, err := register(n, i)
						if err != nil {
							t.Error(err)
							return
						}
						if ok && done.Add(1) == total/2 && during != nil {
							during()
						}
					}
				})
			}
			group.Wait()
		}
		all(n, n.crash)

		held := w.incidents(t)
		before := 0
		acked.Range(func(title, number any) bool {
			before++
			if held[fmt.Sprint(number)] != title {
				t.Errorf("%v was acknowledged as %v, which is %q", title, number, held[fmt.Sprint(number)])
			}
			return true
		})
		if before < total/2 || before >= total {
			t.Fatalf("%d of %d were acknowledged before the power went", before, total)
		}
		once(t, held)
		gapless(t, held)

		n = serve(t, w.db)
		all(n, nil) // everybody sends everything again
		held = w.incidents(t)
		if len(held) != total {
			t.Errorf("%d incidents after all had been sent again, want %d", len(held), total)
		}
		once(t, held)
		gapless(t, held)
		if rep := w.whole(t); rep.Rows < total {
			t.Errorf("%d rows in the audit log", rep.Rows)
		}
		n.stop()
		<-n.done
		if n.err != nil {
			t.Errorf("ended badly: %v", n.err)
		}
	})
}

func once(t *testing.T, held map[string]string) {
	t.Helper()
	by := map[string]string{}
	for number, title := range held {
		if other, twice := by[title]; twice {
			t.Errorf("%s is %s and %s", title, other, number)
		}
		by[title] = number
	}
}

// Asked to stop, a node takes no new requests, lets the one under way come to
// its end, sends the listeners of live pages home, and ends well, long before
// the drain is over.
func TestStopDrains(t *testing.T) {
	engines(t, func(t *testing.T, engine string) {
		w := settle(t, engine)
		n := serve(t, w.db, "--drain", "60s")
		agent := w.token[access.DeskAgent]
		began := Now()

		live, err := http.NewRequestWithContext(t.Context(), "GET", n.url+"/api/v1/live", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		live.Header.Set("Authorization", "Bearer "+agent)
		stream, err := http.DefaultClient.Do(live)
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Body.Close()

		slow := dial(t, n)
		body := incidentBody("half a call")
		slow.send("POST /api/v1/incidents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", agent, len(body))
		slow.line("HTTP/1.1 100 ") // the request has been let in and waits for its body
		n.stop()
		n.until("stopping", func() bool { return strings.Contains(n.said.String(), "stopping") })
		refused := func() bool {
			_, err := n.ask("", "GET", "/healthz", "")
			return err != nil
		}
		n.until("closed to new requests", refused)
		slow.send("%s", body)
		slow.line("HTTP/1.1 201 ")
		select {
		case <-n.done:
		case <-time.After(50 * time.Second):
			t.Fatal("it still drains")
		}
		if n.err != nil {
			t.Errorf("ended badly: %v\n%s", n.err, n.said)
		}
		if took := Now().Sub(began); took > 55*time.Second {
			t.Errorf("took %v", took)
		}
		if len(w.incidents(t)) != 1 {
			t.Error("the call that was acknowledged is not there")
		}
	})
}
