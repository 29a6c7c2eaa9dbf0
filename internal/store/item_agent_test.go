package store_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

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
	s := httptest.NewServer(&intake.Listener{Who: who, Reconciler: o.reconciler(), Log: slog.New(slog.DiscardHandler), Wall: time.Now})
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
		if err != nil || len(list) != 2 || list[0].Counts[cmdb.Add] != 0 || list[0].Counts[cmdb.Faulty] != 0 {
			t.Errorf("the second time: %+v, %v", list, err)
		}
		if back, _, err := o.reconciler().Undo(t.Context(), o.manager, list[len(list)-1].ID); err != nil || back != 1 {
			t.Errorf("undone: %d, %v", back, err)
		}
	})
}
