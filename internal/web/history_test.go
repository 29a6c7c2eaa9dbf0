package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	intake "kilter/internal/intake/history"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/report/desk"
	"kilter/internal/store"
	"kilter/internal/testkit"
	"kilter/internal/testkit/storetest"
	"kilter/internal/web"
)

// historyOffice is the pages of imports and reports on a database of their own.
func historyOffice(t *testing.T, db *store.DB, by people.Actor) (*http.ServeMux, *intake.Works) {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC) }
	keeper := &setting.Keeper{Store: db.Settings()}
	if err := keeper.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	rooms := &directory.Directory{Keeper: keeper}
	d := &record.Desk[*incident.Incident]{Kind: record.Incident, Flow: incident.Flow, Sheet: incident.Sheet(), Store: db.Incidents(), Now: now}
	works := &intake.Works{Intake: &intake.Intake{Desk: d, Directory: rooms, Archive: db.Archive(), Shelf: db.Shelf(), Now: now}, Tray: db.Tray()}
	shell := &web.Shell{Now: now}
	actor := func(*http.Request) (people.Actor, error) { return by, nil }
	mux := http.NewServeMux()
	(&web.History{Shell: shell, Actor: actor, Works: works, Tray: db.Tray(), Shelf: db.Shelf()}).Routes(mux)
	(&web.Reports{Shell: shell, Actor: actor, Desk: &desk.Maker{Source: db, View: rooms.View, Now: now}}).Routes(mux)
	return mux, works
}

func ask(t *testing.T, mux *http.ServeMux, method, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w
}

func wants(t *testing.T, w *httptest.ResponseRecorder, status int, texts ...string) {
	t.Helper()
	if w.Code != status {
		t.Fatalf("status %d, want %d:\n%s", w.Code, status, plainText(w.Body.String()))
	}
	for _, text := range texts {
		if !strings.Contains(w.Body.String(), text) {
			t.Errorf("%q is not on the page:\n%s", text, plainText(w.Body.String()))
		}
	}
}

var tags = regexp.MustCompile(`<[^>]*>|\s+`)

func plainText(s string) string { return tags.ReplaceAllString(s, " ") }

func send(t *testing.T, mux *http.ServeMux, name string, log []byte, rules string) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	f, err := m.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(log); err != nil {
		t.Fatal(err)
	}
	if err := m.WriteField("map", rules); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/imports/history", &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w
}

// TestPackedLogsThatBreakOff: what came incomplete is said so at the field, in
// the reader's language, and nothing is kept.
func TestPackedLogsThatBreakOff(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, "sqlite")
	mux, _ := historyOffice(t, db, people.Actor{Name: "M", Staff: true, Grants: people.NewGrants(setting.DeedImport), Scope: people.Everything()})
	log, err := os.ReadFile(filepath.Join(testkit.Root(t), "examples", "history", "small_events.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write(log); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	whole := packed.Bytes()
	spoilt := bytes.Clone(whole)
	spoilt[len(spoilt)/2] ^= 0xff
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"within":          {whole[:len(whole)/2], "The file breaks off before its end"},
		"before its sum":  {whole[:len(whole)-4], "The file breaks off before its end"},
		"within its head": {whole[:5], "The file breaks off before its end"},
		"no gzip":         {[]byte{0x1f, 0x8b, 'n', 'o', ' ', 'g', 'z', 'i', 'p', '!', '!', '!'}, "begins like a gzip file but is none"},
		"damaged":         {spoilt, "The file is damaged"},
	} {
		t.Run(name, func(t *testing.T) { wants(t, send(t, mux, "log.csv.gz", c.data, ""), 422, c.says) })
	}
	for id := range int64(8) {
		if up, err := db.Tray().Upload(t.Context(), id); !fault.Is(err, fault.Missing) {
			t.Errorf("kept %+v, %v", up, err)
		}
	}
}

// TestHistoryPages walks the way of an improvement lead: send a log in, choose
// what it means, see what would come, bring it in, report on it, take it back.
func TestHistoryPages(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		manager := people.Actor{ID: 0, Name: "M", Staff: true, Grants: people.NewGrants(setting.DeedImport, setting.DeedUndo, desk.Grant, desk.GrantExport), Scope: people.Everything()}
		mux, works := historyOffice(t, db, manager)
		dir := filepath.Join(testkit.Root(t), "examples", "history")
		log, err := os.ReadFile(filepath.Join(dir, "small_events.csv"))
		if err != nil {
			t.Fatal(err)
		}

		wants(t, ask(t, mux, "GET", "/imports/history", nil), 200, "Nothing has been brought in yet")
		wants(t, send(t, mux, "empty.csv", nil, ""), 422, "Choose a file that is not empty")

		w := send(t, mux, "small_events.csv", log, "")
		wants(t, w, http.StatusSeeOther)
		page := w.Header().Get("Location")
		// The columns were recognised; what the activities mean nobody knows yet.
		wants(t, ask(t, mux, "GET", page, nil), 200, "case: 工单", "Cases: 3", "Events: 21", "values ignored: 0")

		broken := url.Values{"do": {"try"}, "map": {"source: x\nshape: event_log\ncolumns: {case: nope, time: 时间, activity: 动作}\n"}}
		wants(t, ask(t, mux, "POST", page, broken), 422, "no column “nope”")

		choices := url.Values{
			"do": {"choices"}, "source": {"old-desk"}, "shape": {"event_log"}, "zone": {"Asia/Shanghai"}, "format": {""}, "missing": {"?"},
			"col.case": {"=工单"}, "col.time": {"=时间"}, "col.activity": {"=动作"}, "col.person": {"=处理人"}, "col.team": {"=处理组"}, "col.category": {"=分类"},
		}
		for i, pair := range [][2]string{{"登记", "new"}, {"派单", "assigned"}, {"接单", "in_progress"}, {"转派", "assigned"}, {"等配件", "pending(parts)"}, {"解决", "resolved"}, {"关闭", "closed"}} {
			n := string(rune('0' + i))
			choices.Set("label."+n, pair[0])
			choices.Set("state."+n, pair[1])
		}
		wants(t, ask(t, mux, "POST", page, choices), 200, "等配件: pending(parts)", "Would bring in 3 records", "of them irregular: 4")

		text := regexp.MustCompile(`(?s)<textarea[^>]*name="map"[^>]*>(.*?)</textarea>`).FindStringSubmatch(ask(t, mux, "GET", page, nil).Body.String())
		if text == nil {
			t.Fatal("the map is not on the page")
		}
		wants(t, ask(t, mux, "POST", page, url.Values{"do": {"run"}, "map": {unescape(text[1])}}), http.StatusSeeOther)
		for works.State(1).Running {
			<-time.After(5 * time.Millisecond)
		}
		w = ask(t, mux, "GET", page, nil)
		wants(t, w, http.StatusSeeOther)
		done := w.Header().Get("Location")
		wants(t, ask(t, mux, "GET", done, nil), 200, "3 records brought in", "Undo import")

		report := ask(t, mux, "GET", "/reports/desk?from=2026-02-01&to=2026-03-01", nil)
		wants(t, report, 200, "Service desk report", "桌面组", "Spare parts")
		csv := ask(t, mux, "GET", "/reports/desk/export?as=csv&from=2026-02-01&to=2026-03-01", nil)
		wants(t, csv, 200, "All,All records,3,3,2")
		wants(t, ask(t, mux, "GET", "/reports/desk/export?as=xlsx&from=2026-02-01&to=2026-03-01", nil), 200, "PK")
		wants(t, ask(t, mux, "GET", "/reports/desk?from=2026-03-01&to=2026-02-01", nil), 422, "ends before it begins")

		wants(t, ask(t, mux, "POST", done+"/undo", nil), http.StatusSeeOther)
		wants(t, ask(t, mux, "GET", done, nil), 200, "Undone")
		if n, err := db.Ledger().Count(t.Context(), people.Everything(), record.Query{Kind: record.Incident}, 10); err != nil || n != 0 {
			t.Errorf("%d records left, %v", n, err)
		}
	})
}

func unescape(s string) string {
	return strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

func TestHistoryPagesNeedGrant(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, "sqlite")
	mux, _ := historyOffice(t, db, people.Actor{ID: 0, Staff: true, Grants: people.NewGrants("incident.*"), Scope: people.Everything()})
	for _, path := range []string{"/imports/history", "/imports/history/1", "/imports/uploads/1", "/reports/desk", "/reports/desk/export?as=csv"} {
		if w := ask(t, mux, "GET", path, nil); w.Code != http.StatusForbidden {
			t.Errorf("GET %s: %d", path, w.Code)
		}
	}
	for _, path := range []string{"/imports/history/1/undo", "/imports/uploads/1"} {
		if w := ask(t, mux, "POST", path, nil); w.Code != http.StatusForbidden {
			t.Errorf("POST %s: %d", path, w.Code)
		}
	}
	if w := send(t, mux, "x.csv", []byte("a,b\n1,2\n"), ""); w.Code != http.StatusForbidden {
		t.Errorf("upload: %d", w.Code)
	}
}

// TestLargeUpload: a log may be larger than an ordinary form.
func TestLargeUpload(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, "sqlite")
	mux, _ := historyOffice(t, db, people.Actor{ID: 0, Staff: true, Grants: people.NewGrants(setting.DeedImport), Scope: people.Everything()})
	whole := http.NewServeMux()
	whole.Handle("/", web.Limit(mux, web.BodyLimit, web.BodyTime))
	log := append([]byte("case,activity,time\n"), bytes.Repeat([]byte("1,new,2026-01-01\n"), 100_000)...)
	wants(t, send(t, whole, "big.csv", log, ""), http.StatusSeeOther)
	up, err := db.Tray().Upload(t.Context(), 1)
	if err != nil || up.Size != int64(len(log)) {
		t.Errorf("%d of %d bytes, %v", up.Size, len(log), err)
	}
	r := ask(t, whole, "POST", "/imports/uploads/1", url.Values{"do": {"try"}, "map": {strings.Repeat("x", 2<<20)}})
	wants(t, r, http.StatusRequestEntityTooLarge)
}

// TestForeignUploadIsMissing: what one person sent in another does not see.
func TestForeignUploadIsMissing(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, "sqlite")
	grants := people.NewGrants(setting.DeedImport)
	first, _ := historyOffice(t, db, people.Actor{ID: 0, Staff: true, Grants: grants, Scope: people.Everything()})
	w := send(t, first, "x.csv", []byte("case,activity,time\n1,new,2026-01-01\n"), "")
	wants(t, w, http.StatusSeeOther)
	second, _ := historyOffice(t, db, people.Actor{ID: 9, Staff: true, Grants: grants, Scope: people.Everything()})
	if got := ask(t, second, "GET", w.Header().Get("Location"), nil); got.Code != http.StatusNotFound {
		t.Errorf("status %d", got.Code)
	}
	up, err := db.Tray().Open(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(up)
	if err != nil || string(text) != "case,activity,time\n1,new,2026-01-01\n" {
		t.Errorf("%q, %v", text, err)
	}
}
