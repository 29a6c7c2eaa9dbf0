package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kilter/internal/app/demo"
	"kilter/internal/base/lang"
	"kilter/internal/practice/access"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/testkit/browser"
	"kilter/internal/testkit/storetest"
)

// asKilter makes this test's own binary a kilter: main does nothing but call
// Main. So processes can be killed without building the program once more.
const asKilter = "KILTER_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asKilter) != "" {
		os.Exit(Main(os.Args[1:], os.Stdout, os.Stderr))
	}
	demo.Sizes["XS"] = demo.Size{Persons: 400, Records: 600, Items: 600} // made in no time
	os.Exit(browser.Main(m))
}

// kilter prepares a process of kilter on a database.
func kilter(t testing.TB, db string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, append([]string{"--db", db}, args...)...)
	cmd.Dir, cmd.Env = t.TempDir(), append(os.Environ(), asKilter+"=1", "LANG=en")
	return cmd
}

// node is one running kilter.
type node struct {
	t    testing.TB
	url  string
	cmd  *exec.Cmd
	said *words
	done chan struct{}
	err  error // how it ended
}

// words is what a process says, safe to read while it speaks.
type words struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (w *words) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func (w *words) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

// serve starts a node and waits until it is ready.
func serve(t testing.TB, db string, args ...string) *node {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	n := &node{t: t, url: "http://" + address, said: &words{}, done: make(chan struct{})}
	n.cmd = kilter(t, db, append([]string{"serve", "--listen", address}, args...)...)
	n.cmd.Stdout, n.cmd.Stderr = n.said, n.said
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		n.err = n.cmd.Wait()
		close(n.done)
	}()
	t.Cleanup(func() {
		n.crash()
		if t.Failed() {
			t.Logf("node %s said:\n%s", n.url, n.said)
		}
	})
	n.until("ready", func() bool {
		res, err := http.Get(n.url + "/readyz") // bounded by until
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
	return n
}

// until asks again and again, for two minutes: the machine may be busy.
func (n *node) until(what string, ok func() bool) {
	n.t.Helper()
	tick, end := time.NewTicker(25*time.Millisecond), time.After(2*time.Minute)
	defer tick.Stop()
	for !ok() {
		select {
		case <-n.done:
			n.t.Fatalf("ended before it was %s: %v\n%s", what, n.err, n.said)
		case <-end:
			n.t.Fatalf("never %s:\n%s", what, n.said)
		case <-tick.C:
		}
	}
}

// crash ends the node as a power cut would.
func (n *node) crash() {
	_ = n.cmd.Process.Kill() // it may have ended
	<-n.done
}

// stop asks the node to end.
func (n *node) stop() {
	n.t.Helper()
	if err := n.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		n.t.Fatal(err)
	}
}

// reply is what came back, read to its end.
type reply struct {
	status int
	head   http.Header
	body   string
}

func (r reply) get(name string) any {
	var m map[string]any
	if json.Unmarshal([]byte(r.body), &m) != nil {
		return nil
	}
	return m[name]
}

// ask sends a request with a token; headers are "Name: value". An error means
// that the node went away before it had answered.
func (n *node) ask(token, method, path, body string, headers ...string) (reply, error) {
	req, err := http.NewRequestWithContext(n.t.Context(), method, n.url+path, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if strings.HasPrefix(body, "{") {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	if len(body)+len(path)+len(strings.Join(headers, "")) > 10_000 {
		req.Close = true // what is refused unread leaves the connection of no use
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	return reply{res.StatusCode, res.Header, string(out)}, err
}

// town is a database with a few people in it who hold tokens.
type town struct {
	db    string
	house *house
	token map[string]string // by role
	id    map[string]people.ID
}

// settle makes a town: one person for each role, each with all that it grants
// and a reach over everything, but for "stranger", an agent who sees his own
// only.
func settle(t testing.TB, engine string) *town {
	t.Helper()
	w := &town{db: storetest.URL(t, engine), token: map[string]string{}, id: map[string]people.ID{}}
	w.house = inside(t, w.db)
	if err := access.Seed(t.Context(), w.house.settings, Now()); err != nil {
		t.Fatal(err)
	}
	for _, s := range access.StarterRoles() {
		w.person(t, s.Code, s.Code, access.ReachAll, s.Code != access.Requester)
	}
	w.person(t, "stranger", access.DeskAgent, access.ReachOwn, true)
	return w
}

// inside opens the wired house on a database that others serve.
func inside(t testing.TB, db string) *house {
	t.Helper()
	env := &Env{Config: Config{DB: db}, Context: t.Context(), Out: io.Discard, Err: io.Discard, Log: slog.New(slog.DiscardHandler), Words: lang.For("en")}
	h, err := enter(env)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.leave(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (w *town) person(t testing.TB, code, role, reach string, staff bool) {
	t.Helper()
	ctx := t.Context()
	p := people.Person{Code: code, Name: "Person " + code, Staff: staff, Changed: Now()}
	p.Doc = people.Profile{Roles: []int64{w.house.settings.All().Coded(setting.Role, role).ID}, Reach: reach}
	if err := w.house.db.SavePerson(ctx, &p); err != nil {
		t.Fatal(err)
	}
	by, err := w.house.who.roster.Actor(ctx, p.ID, p.Version, Now())
	if err != nil {
		t.Fatal(err)
	}
	grants := make([]string, 0, len(by.Grants))
	for g := range by.Grants {
		grants = append(grants, g)
	}
	slices.Sort(grants)
	token, _, err := w.house.who.door.NewToken(ctx, by, "test", grants, Now().Add(24*time.Hour))
	if err != nil {
		t.Fatal(code, err)
	}
	w.token[code], w.id[code] = token, p.ID
}

// incidents lists the title of every incident by its number.
func (w *town) incidents(t testing.TB) map[string]string {
	t.Helper()
	out := map[string]string{}
	q := record.Query{Kind: record.Incident, Order: record.Oldest, Limit: 500}
	for {
		rows, err := w.house.db.Ledger().List(t.Context(), people.Everything(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if was, twice := out[r.Ref()]; twice {
				t.Errorf("%s twice: %q and %q", r.Ref(), was, r.Title)
			}
			out[r.Ref()] = r.Title
		}
		if len(rows) < q.Limit {
			return out
		}
		last := rows[len(rows)-1]
		q.After = record.Cursor{Value: last.Opened.UnixMilli(), ID: last.ID}
	}
}

// gapless fails unless the numbers of the incidents are 1 to n.
func gapless(t testing.TB, all map[string]string) {
	t.Helper()
	for n := range len(all) {
		if _, ok := all[record.Ref(record.Incident, record.NewNumber(Now().Year(), n+1))]; !ok {
			t.Fatalf("%d incidents, and none has the number %d of this year", len(all), n+1)
		}
	}
}

// whole seals and walks the audit log.
func (w *town) whole(t testing.TB) audit.Report {
	t.Helper()
	log := w.house.who.log
	if _, err := log.Seal(context.Background()); err != nil {
		t.Fatal(err)
	}
	rep, err := log.Verify(t.Context(), people.System(people.ViaShell), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !rep.Whole() {
		t.Errorf("the audit chain is broken: %+v", rep.Findings)
	}
	return rep
}

// incident is the body of a registration.
func incidentBody(title string) string { return fmt.Sprintf(`{"title":%q}`, title) }

// want asks and fails unless the answer has the status.
func (n *node) want(status int, token, method, path, body string, headers ...string) reply {
	n.t.Helper()
	r, err := n.ask(token, method, path, body, headers...)
	if err != nil {
		n.t.Fatal(err)
	}
	if r.status != status {
		n.t.Fatalf("%s %s: %d, want %d: %s", method, path, r.status, status, r.body)
	}
	return r
}
