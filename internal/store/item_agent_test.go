package store_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"kilter/internal/base/fault"
	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// listening serves agents whose token is "good", "read" (which may do nothing)
// or "draft" (which may not approve).
func (o *office) listening(t *testing.T) string {
	t.Helper()
	who := func(r *http.Request) (people.Actor, error) {
		a := o.manager
		switch r.Header.Get("Authorization") {
		case "Bearer good":
		case "Bearer draft":
			a.Grants = people.NewGrants(cmdb.DeedImport)
		case "Bearer read":
			a.Grants = people.NewGrants("item.read")
		case "Bearer locked":
			return a, fault.New(fault.Denied, "signin.locked")
		default:
			return a, fault.New(fault.Unknown, "signin.again")
		}
		return a, nil
	}
	s := httptest.NewServer(&intake.Listener{
		Who: who, Reconciler: o.reconciler(), Log: slog.New(slog.DiscardHandler),
		Pass:    func(_ context.Context, a people.Actor) error { return a.May(cmdb.DeedImport) },
		Address: func(r *http.Request) string { return r.RemoteAddr },
	})
	t.Cleanup(s.Close)
	return s.URL + intake.InventoryPath
}

func send(t *testing.T, url, token, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.SetBasicAuth("agent", token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, b.String()
}

// Whoever has no valid token gets one answer by every method, so that nothing
// is learned about the door or about the token.
func TestAStrangerHearsOneAnswerAtTheDoorOfAgents(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		url := newOffice(t, db).listening(t)
		ask := func(method, token string) (int, string) {
			req, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			if token != "" {
				req.SetBasicAuth("agent", token)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			var b bytes.Buffer
			if _, err := b.ReadFrom(res.Body); err != nil {
				t.Fatal(err)
			}
			return res.StatusCode, b.String()
		}
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPost} {
			for _, token := range []string{"", "wrong", "locked"} {
				if status, says := ask(method, token); status != http.StatusUnauthorized || says != "signin.again\n" {
					t.Errorf("%s with token %q: %d %q", method, token, status, says)
				}
			}
		}
		if status, _ := ask(http.MethodGet, "good"); status != http.StatusMethodNotAllowed {
			t.Errorf("GET with a valid token: %d", status)
		}
	})
}

func TestAnAgentMustNameItselfAndSpeakItsProtocol(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		url := o.listening(t)
		prolog := `<REQUEST><QUERY>PROLOG</QUERY><DEVICEID>pc-1</DEVICEID></REQUEST>`
		for _, c := range []struct {
			token, body string
			status      int
			says        string
		}{
			{"", prolog, 401, "signin.again"},
			{"bad", prolog, 401, "signin.again"},
			{"read", prolog, 403, ""},
			{"good", prolog, 200, "<RESPONSE>SEND</RESPONSE>"},
			{"good", `{"action":"contact","deviceid":"pc-1"}`, 200, `"tasks":{"inventory"`},
			{"good", "<REQUEST>", 422, "cmdb.intake.unreadable"},
			{"good", `{"action":"inventory","deviceid":"pc-1","content":{}}`, 422, "cmdb.intake.unreadable"},
			{"good", strings.Repeat(" ", intake.MaxInventory+1), 413, "cmdb.intake.too_big"},
			{"draft", recorded(t, "inventory.json"), 200, `"status":"ok"`},
		} {
			if status, says := send(t, url, c.token, c.body); status != c.status || !strings.Contains(says, c.says) {
				t.Errorf("%q %.60s: %d %s, want %d %s", c.token, c.body, status, says, c.status, c.says)
			}
		}
		if ids, err := o.db.Items().Coded(t.Context(), "pc-1"); err != nil || len(ids) != 0 {
			t.Errorf("a token that may only draft brought something in: %v %v", ids, err)
		}
		if status, says := send(t, url, "good", recorded(t, "inventory.json")); status != 200 {
			t.Errorf("%d %s", status, says)
		}
		if i := o.byCode(t, "pc-1"); i.Serial != "SN-77" || i.Class != "terminal" || i.Extra["mac"] != "02:00:00:00:07:01" || i.Extra["memory"] != "8.0" {
			t.Errorf("from the agent: %+v", i)
		}
	})
}

// TestTheAgentOfFusionInventoryReportsItsMachine runs Debian's agent itself.
func TestTheAgentOfFusionInventoryReportsItsMachine(t *testing.T) {
	agent, err := exec.LookPath("fusioninventory-agent")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no fusioninventory-agent: script/need installs it")
		}
		t.Skip("no fusioninventory-agent here (script/need fusioninventory-agent installs it)")
	}
	var one sync.Mutex // agents of one machine share a folder for what they remember
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		one.Lock()
		defer one.Unlock()
		o := newOffice(t, db)
		conf := filepath.Join(t.TempDir(), "agent.cfg")
		if err := os.WriteFile(conf, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		run := func() string {
			cmd := exec.CommandContext(t.Context(), agent, "--server", o.listening(t), "--user", "agent", "--password", "good", "--tasks", "inventory", "--no-category", "software,process,user,environment,printer", "--backend-collect-timeout", "20", "--debug", "--force", "--logger", "stderr", "--conf-file", conf)
			out, err := cmd.CombinedOutput()
			if err != nil || strings.Contains(string(out), "[error]") {
				t.Fatalf("%v\n%s", err, out)
			}
			return string(out)
		}
		said := run()
		list, err := o.db.ItemImports().Imports(t.Context(), cmdb.ImportQuery{Limit: 10})
		if err != nil || len(list) != 1 || list[0].State != cmdb.Done || list[0].Counts[cmdb.Add] != 1 {
			t.Fatalf("imports %+v, %v\n%s", list, err, said)
		}
		run()
		list, err = o.db.ItemImports().Imports(t.Context(), cmdb.ImportQuery{Limit: 10})
		if err != nil || len(list) != 1 || list[0].Counts[cmdb.Add] != 1 || list[0].Counts[cmdb.Faulty] != 0 || list[0].Rows != 2 {
			t.Errorf("the second time: %+v, %v", list, err)
		}
		if back, _, err := o.reconciler().Undo(t.Context(), o.manager, list[len(list)-1].ID); err != nil || back != 1 {
			t.Errorf("undone: %d, %v", back, err)
		}
	})
}

// machine is the inventory of one machine.
func machine(name, os string) string {
	return fmt.Sprintf(`{"action":"inventory","deviceid":%[1]q,"content":{"hardware":{"name":%[1]q},"operatingsystem":{"full_name":%[2]q},"bios":{"ssn":"SN-%[1]s"}}}`, name, os)
}

// The reports of a day are one import, that of whoever sends them: it holds
// what they changed, is read and undone as any other, and the next report after
// that begins another.
func TestTheReportsOfADayAreOneImport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		url := o.listening(t)
		report := func(token, name, os string) {
			t.Helper()
			if status, says := send(t, url, token, machine(name, os)); status != 200 {
				t.Fatalf("%s: %d %s", name, status, says)
			}
		}
		imports := func(want int) []cmdb.Import {
			t.Helper()
			list, err := db.ItemImports().Imports(t.Context(), cmdb.ImportQuery{Limit: 100})
			if err != nil || len(list) != want {
				t.Fatalf("%d imports, want %d: %+v, %v", len(list), want, list, err)
			}
			return list
		}
		for range 3 {
			report("good", "pc-1", "Kylin V10")
			report("good", "pc-2", "Kylin V10")
		}
		report("good", "pc-2", "Kylin V11")
		day := imports(1)[0]
		if n := day.Counts; day.State != cmdb.Done || n[cmdb.Add] != 2 || n[cmdb.Alter] != 1 || n[cmdb.Same] != 4 || day.Rows != 7 {
			t.Errorf("the day: %+v", day)
		}
		_, plan, err := o.reconciler().Read(t.Context(), o.manager, day.ID)
		if err != nil || len(plan.Lines) != 3 || plan.Lines[2].Changes[0].Now != "Kylin V11" {
			t.Errorf("its difference: %+v, %v", plan, err)
		}
		if i := o.byCode(t, "pc-2"); i.Extra["os"] != "Kylin V11" || i.OriginOf("os") != "agent" {
			t.Errorf("reported: %+v", i)
		}
		if _, err := o.reconciler().Approve(t.Context(), o.manager, day.ID, nil); !fault.Is(err, fault.Conflict) {
			t.Errorf("carried out once more: %v", err)
		}
		if back, kept, err := o.reconciler().Undo(t.Context(), o.manager, day.ID); err != nil || back != 2 || kept != 0 {
			t.Errorf("undone: %d, %d, %v", back, kept, err)
		}
		if one, two := o.byCode(t, "pc-1"), o.byCode(t, "pc-2"); one.State != cmdb.Retired || two.State != cmdb.Retired {
			t.Errorf("undone: %s, %s", one.State, two.State)
		}
		report("good", "pc-1", "Kylin V10")
		if list := imports(2); list[0].ID == day.ID || list[0].Counts[cmdb.Alter] != 1 || o.byCode(t, "pc-1").State == cmdb.Retired {
			t.Errorf("after the undo: %+v", list)
		}
		o.at = o.at.AddDate(0, 0, 1)
		report("good", "pc-1", "Kylin V10")
		imports(3)
		for n := range cmdb.MostStanding {
			report("good", fmt.Sprintf("pc-%d", 100+n), "Kylin V10")
		}
		report("good", "pc-1", "Kylin V11")
		if list := imports(4); list[1].Counts[cmdb.Add] != cmdb.MostStanding || list[0].Counts[cmdb.Alter] != 1 {
			t.Errorf("a full one: %+v", list[:2])
		}
	})
}

// Whoever may not approve has one draft a machine: the newest report.
func TestTheNewestReportOfAMachineWaits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		url := o.listening(t)
		for _, os := range []string{"Kylin V10", "Kylin V11"} {
			for _, name := range []string{"pc-1", "pc-2"} {
				if status, says := send(t, url, "draft", machine(name, os)); status != 200 {
					t.Fatalf("%s: %d %s", name, status, says)
				}
			}
		}
		list, err := db.ItemImports().Imports(t.Context(), cmdb.ImportQuery{Limit: 100})
		if err != nil || len(list) != 2 || list[0].File != "pc-2" || list[0].State != cmdb.Drafted {
			t.Fatalf("drafts: %+v, %v", list, err)
		}
		if _, err := o.reconciler().Approve(t.Context(), o.manager, list[0].ID, nil); err != nil || o.byCode(t, "pc-2").Extra["os"] != "Kylin V11" {
			t.Errorf("approved: %v", err)
		}
		if status, says := send(t, url, "draft", machine("pc-2", "Kylin V12")); status != 200 {
			t.Fatalf("%d %s", status, says)
		}
		if list, err = db.ItemImports().Imports(t.Context(), cmdb.ImportQuery{Limit: 100}); err != nil || len(list) != 3 || list[1].State != cmdb.Done {
			t.Errorf("what was approved stays: %+v, %v", list, err)
		}
	})
}

// Many machines begin the day at once.
func TestMachinesReportAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		url := o.listening(t)
		var all sync.WaitGroup
		for n := range 12 {
			all.Go(func() {
				if status, says := send(t, url, "good", machine(fmt.Sprintf("pc-%d", n), "Kylin V10")); status != 200 {
					t.Errorf("pc-%d: %d %s", n, status, says)
				}
			})
		}
		all.Wait()
		list, err := db.ItemImports().Imports(t.Context(), cmdb.ImportQuery{Limit: 100})
		if err != nil || len(list) != 1 || list[0].Counts[cmdb.Add] != 12 {
			t.Errorf("imports: %+v, %v", list, err)
		}
	})
}
