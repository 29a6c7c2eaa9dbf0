package web_test

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// deskAsk is one request to the workspace and what must and must not be in its
// answer.
type deskAsk struct {
	name, as, method, path string
	form                   url.Values
	htmx                   bool
	status                 int
	want, wantNot          []string
}

// anyStatus is for those who look at the page only.
const anyStatus = -1

func (o *bureau) do(t *testing.T, a deskAsk) string {
	t.Helper()
	var body io.Reader
	if a.form != nil {
		body = strings.NewReader(a.form.Encode())
	}
	method := a.method
	if method == "" {
		method = http.MethodGet
	}
	r := httptest.NewRequest(method, a.path, body)
	if a.form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if a.htmx {
		r.Header.Set("HX-Request", "true")
	}
	r.Header.Set(actorHeader, a.as)
	w := httptest.NewRecorder()
	o.mux.ServeHTTP(w, r)
	got := w.Body.String()
	if a.status != anyStatus && w.Code != a.status {
		t.Errorf("%s: %s %s answers %d, want %d\n%.400s", a.name, method, a.path, w.Code, a.status, got)
	}
	for _, want := range a.want {
		if !strings.Contains(got, want) {
			t.Errorf("%s: the answer lacks %q", a.name, want)
		}
	}
	for _, not := range a.wantNot {
		if strings.Contains(got, not) {
			t.Errorf("%s: the answer has %q", a.name, not)
		}
	}
	return got
}

func TestDeskPages(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	main := o.busy()
	secret := o.hidden("what nobody here may know")
	ref, at := main.Ref(), "/incidents/"+main.Ref()
	form := func(pairs ...string) url.Values {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Add(pairs[i], pairs[i+1])
		}
		return v
	}
	for _, a := range []deskAsk{
		{name: "the list shows what is open", path: "/incidents", status: 200, want: []string{ref, "open:true", "Service desk"}, wantNot: []string{secret.Ref(), "nobody here may know"}},
		{name: "a filter narrows it", path: "/incidents?q=" + url.QueryEscape("title:attachments"), status: 200, want: []string{"Mail attachments"}, wantNot: []string{"Video meeting"}},
		{name: "a wrong filter is told, not swallowed", path: "/incidents?q=" + url.QueryEscape("colour:red"), status: 422, want: []string{"colour"}},
		{name: "an empty list says why", path: "/incidents?q=" + url.QueryEscape("title:zzzz"), status: 200, want: []string{"Nothing matches", "Drop the condition"}},
		{name: "columns by choice", path: "/incidents?view=all", status: 200, want: []string{"Opened"}},
		{name: "the total", path: "/incidents/total?view=open", htmx: true, status: 200, want: []string{"6"}},
		{name: "counts of views", path: "/incidents/counts", htmx: true, status: 200, want: []string{"innerHTML:#count-open"}},
		{name: "the record", path: at, status: 200, want: []string{"政务外网", "我们已确认六个区县受影响", "Core switch SW-3", "<strong>所有</strong>"}},
		{name: "the record beside the list", path: "/incidents?open=" + ref, status: 200, want: []string{"data-open", "Core switch SW-3"}},
		{name: "on paper", path: at + "/print", status: 200, want: []string{"Printed by"}},
		{name: "a record out of scope is not there", path: "/incidents/" + secret.Ref(), status: 404, wantNot: []string{"nobody here may know"}},
		{name: "nor beside the list", path: "/incidents?open=" + secret.Ref(), status: 200, wantNot: []string{"nobody here may know"}},
		{name: "nor for another's reach", as: "other", path: at, status: 404},
		{name: "nor by a deed", as: "other", method: "POST", path: at + "/note", form: form("text", "x"), status: 404},
		{name: "nor its clock", as: "other", path: at + "/clock/resolve", status: 404},
		{name: "nor its moves", as: "other", path: at + "/move/resolve", status: 404},
		{name: "nor its fields", as: "other", path: at + "/edit/title", status: 404},
		{name: "nor its print", as: "other", path: at + "/print", status: 404},
		{name: "an official finds no workspace", as: "official", path: at, status: 404},
		{name: "nor its list", as: "official", path: "/incidents", status: 404},
		{name: "a stranger is asked who he is", as: "stranger", path: "/incidents", status: 401},
		{name: "a reader has no buttons", as: "reader", path: at, status: 200, wantNot: []string{"/move/resolve", "/edit/title", "composer-reply"}},
		{name: "and cannot press them", as: "reader", method: "POST", path: at + "/move/resolve", form: form("solution", "x"), status: 403},
		{name: "nor edit", as: "reader", method: "POST", path: at + "/edit/title", form: form("title", "x"), status: 403},
		{name: "nor export", as: "reader", path: "/incidents/export?as=csv", status: 403},
		{name: "nor act on many", as: "reader", method: "POST", path: "/incidents/bulk", form: form("n", ref, "deed", "note"), status: 403},
		{name: "a clock explains itself", path: at + "/clock/resolve", htmx: true, status: 200, want: []string{"What it did", "With priority 1", "Waiting for"}},
		{name: "a move's form comes from the flow", path: at + "/move/wait", htmx: true, status: 200, want: []string{`name="waiting"`, `name="outside"`}, wantNot: []string{`name="solution"`}},
		{name: "a move that does not leave this state", path: at + "/move/confirm", htmx: true, status: 409},
		{name: "a move for Kilter alone", path: at + "/move/close", htmx: true, status: 409},
		{name: "a move without what it needs comes back", method: "POST", path: at + "/move/resolve", htmx: true, form: form("text", "kept words"), status: 422, want: []string{"kept words", "fill this in"}},
		{name: "the palette finds by number", path: "/find?q=" + ref, htmx: true, status: 200, want: []string{"palette-item", ref}},
		{name: "and by the last digits", path: "/find?q=1", htmx: true, status: 200, want: []string{ref}},
		{name: "and persons by initials", path: "/find?q=zm", htmx: true, status: 200, want: []string{"周敏"}},
		{name: "and nothing out of scope", path: "/find?q=" + secret.Ref(), htmx: true, status: 200, wantNot: []string{"nobody"}},
		{name: "people for a choice", path: "/people?q=zhoumin", status: 200, want: []string{`"text":"周敏"`}},
		{name: "the caller's card", path: "/incidents/new/caller?requester=" + o.zhou.ID.String(), htmx: true, status: 200, want: []string{"8800-1234", "INC-2026-00006", "Online approval"}, wantNot: []string{"nobody here may know"}},
		{name: "similar incidents", path: fmt.Sprintf("/incidents/new/similar?service=%d&category=%d", o.service, o.category), htmx: true, status: 200, want: []string{"same trouble"}},
		{name: "the dashboard leads to its lists", path: "/dashboard", status: 200, want: []string{"due%3A%3Cnow", "Coming in and going out"}},
		{name: "the notice board", path: "/board", status: 200, want: []string{"In kilter"}},
		{name: "my day", path: "/", status: 200, want: []string{"陈静", "Mine"}},
		{name: "the call form", path: "/incidents/new", status: 200, want: []string{`name="requester"`, `data-draft="/drafts/incident.new"`}},
		{name: "export as CSV", path: "/incidents/export?view=open&as=csv", status: 200, want: []string{"Number", ref}, wantNot: []string{secret.Ref()}},
		{name: "export of no kind", path: "/incidents/export?as=exe", status: 404},
	} {
		t.Run(a.name, func(t *testing.T) { o.do(t, a) })
	}
}

// TestMyDayNamesARecordOnce: what is late and being worked on is counted twice
// and listed once.
func TestMyDayNamesARecordOnce(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	main := o.busy()
	o.now = noon.Add(48 * time.Hour)
	page := o.do(t, deskAsk{name: "my day", path: "/", status: 200, want: []string{"due%3A%3Cnow", "state%3Ain_progress"}})
	if n := strings.Count(page, `data-ref="`+main.Ref()+`"`) + strings.Count(page, `href="/incidents/`+main.Ref()+`"`); n != 1 {
		t.Errorf("%s stands %d times in my day", main.Ref(), n)
	}
}

// TestCallTemplates: a template fills in what is empty or only preset, names
// things by code, and is offered to its team and practice alone.
func TestCallTemplates(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	for code, doc := range map[string]string{
		"hall": `{"use":"record","body":{"en":"Seen by {{me.name}} at {{title}}"},"fields":{"title":"Queue display is dark","impact":"2","urgency":"3","service":"approval","zone":"extranet"}}`,
		"far":  fmt.Sprintf(`{"use":"record","team":%d,"fields":{"title":"Not for this team"}}`, o.second),
		"word": `{"use":"reply","body":{"en":"A reply"}}`,
		"asks": `{"use":"record","practice":"contact","fields":{"title":"Asks for the opening hours"}}`,
	} {
		one := setting.Thing{Kind: setting.Template, Code: code, Name: people.Text{En: "Template " + code, Zh: code}, Doc: []byte(doc), Changed: noon}
		if err := o.keeper.Save(t.Context(), &one); err != nil {
			t.Fatal(err)
		}
	}
	fill := "/incidents/new/fields?template="
	for _, a := range []deskAsk{
		{name: "offered", path: "/incidents/new", status: 200, want: []string{"Template hall", `data-key="t"`}, wantNot: []string{"Template far", "Template word", "Template asks"}},
		{name: "of the other practice", path: "/incidents/new?as=question", status: 200, want: []string{"Template asks"}, wantNot: []string{"Template far", "Template word"}},
		{name: "fills in", method: "POST", path: fill + "hall", htmx: true, form: url.Values{"impact": {"4"}, "urgency": {"3"}, "channel": {"phone"}}, status: 200, want: []string{
			`value="Queue display is dark"`, "Seen by 陈静 at {{title}}", `<option value="2" selected`, fmt.Sprintf(`<option value="%d" selected`, o.service), fmt.Sprintf(`<option value="%d" selected`, o.zone),
		}},
		{name: "what was typed stays", method: "POST", path: fill + "hall", htmx: true, form: url.Values{"title": {"My own words"}, "impact": {"3"}}, status: 200, want: []string{`value="My own words"`, `<option value="3" selected`}, wantNot: []string{"Queue display is dark"}},
		{name: "another team's", method: "POST", path: fill + "far", htmx: true, form: url.Values{}, status: 404},
		{name: "without the right", as: "reader", method: "POST", path: fill + "hall", htmx: true, form: url.Values{}, status: 403},
	} {
		t.Run(a.name, func(t *testing.T) { o.do(t, a) })
	}
}

// TestAgentsDay walks through an incident by the pages alone.
func TestAgentsDay(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	form := func(pairs ...string) url.Values {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Add(pairs[i], pairs[i+1])
		}
		return v
	}
	o.do(t, deskAsk{name: "a call without a title comes back whole", method: "POST", path: "/incidents/new", form: form("description", "typed and kept", "channel", "phone"), status: 422, want: []string{"typed and kept"}})
	o.do(t, deskAsk{name: "a draft is kept", method: "PUT", path: "/drafts/incident.new", form: form("title", "half a title"), status: 204})
	o.do(t, deskAsk{name: "and comes back", path: "/incidents/new", status: 200, want: []string{"half a title"}})
	o.do(t, deskAsk{name: "the call is registered", method: "POST", path: "/incidents/new", form: form("requester", o.zhou.ID.String(), "title", "Line down", "service", fmt.Sprint(o.service), "category", fmt.Sprint(o.category),
		"zone", fmt.Sprint(o.zone), "impact", "3", "urgency", "2", "channel", "phone", "state", "closed", "priority", "1"), status: 303})
	o.do(t, deskAsk{name: "and its draft is gone", path: "/incidents/new", status: 200, wantNot: []string{"half a title"}})
	at := "/incidents/" + record.Ref(record.Incident, record.NewNumber(2026, 1))
	o.do(t, deskAsk{name: "what was smuggled in had no effect", path: at, status: 200, want: []string{"Assigned", "/move/accept"}, wantNot: []string{"/move/reopen"}})
	o.do(t, deskAsk{name: "taken", method: "POST", path: at + "/mine", form: form(), htmx: true, status: 200, want: []string{"is yours now", "/move/resolve"}})
	o.do(t, deskAsk{name: "a field of another form is not changed by a move", method: "POST", path: at + "/move/wait", htmx: true, form: form("waiting", "user", "title", "smuggled"), status: 200, want: []string{"Line down"}, wantNot: []string{"smuggled"}})
	o.do(t, deskAsk{name: "a note that greets is asked about", method: "POST", path: at + "/note", htmx: true, form: form("text", "Dear Ms Zhou, the line is up."), status: 422, want: []string{"never sees notes", "Dear Ms Zhou", `name="sure"`}})
	o.do(t, deskAsk{name: "and goes when its writer is sure", method: "POST", path: at + "/note", htmx: true, form: form("text", "Dear Ms Zhou, the line is up.", "sure", "true"), status: 200, want: []string{"Note added"}})
	o.do(t, deskAsk{name: "an edit", method: "POST", path: at + "/edit/title", htmx: true, form: form("title", "Line 3 down", "was", "Line down"), status: 200, want: []string{"Line 3 down", "/edit/title?was="}})
	o.do(t, deskAsk{name: "an edit that came too late shows both", method: "POST", path: at + "/edit/title", htmx: true, form: form("title", "Line 4 down", "was", "Line down"), status: 422, want: []string{"Line 3 down", "Line 4 down", "Take mine"}})
	o.do(t, deskAsk{name: "a fixed field has no editor", method: "POST", path: at + "/edit/state", htmx: true, form: form("state", "closed"), status: 404})
	o.do(t, deskAsk{name: "work goes on", method: "POST", path: at + "/move/resume", htmx: true, form: form(), status: 200})
	o.do(t, deskAsk{name: "a task", method: "POST", path: at + "/task", htmx: true, form: form("title", "Call the carrier", "checks", "ring\nwrite down"), status: 200, want: []string{"Call the carrier", "write down"}})
	o.do(t, deskAsk{name: "its first line is ticked", method: "POST", path: at + "/task/1", htmx: true, form: form("check", "0"), status: 200, want: []string{"1/2"}})
	o.do(t, deskAsk{name: "followed no more", method: "POST", path: at + "/watch", htmx: true, form: form("off", "true"), status: 200, want: []string{"no longer watch"}})
	o.do(t, deskAsk{name: "resolved", method: "POST", path: at + "/move/resolve", htmx: true, form: form("solution", "spare line", "cause", fmt.Sprint(o.cause), "no_item", "carrier's"), status: 200, want: []string{"resolved it", "spare line"}})
	second := o.call("Second line down", nil)
	o.do(t, deskAsk{name: "a major incident", method: "POST", path: "/incidents/" + second.Ref() + "/move/declare", htmx: true, form: form("text", "all districts"), status: 200, want: []string{"/publish", "/claim"}})
	o.do(t, deskAsk{name: "has its roles", method: "POST", path: "/incidents/" + second.Ref() + "/claim", htmx: true, form: form("role", "scribe"), status: 200, want: []string{"You have a role"}})
	o.do(t, deskAsk{name: "and its public word", method: "POST", path: "/incidents/" + second.Ref() + "/publish", htmx: true, form: form("notice", "We are on it <script>alert"), status: 200})
	o.do(t, deskAsk{name: "which the board shows", path: "/board", status: 200, want: []string{"We are on it"}, wantNot: []string{"<script>alert"}})
	third := o.call("Line down once more", nil)
	o.do(t, deskAsk{name: "a merge is looked at first", method: "POST", path: "/incidents/" + third.Ref() + "/move/merge", htmx: true, form: form("merged_into", second.Ref()), status: 200, want: []string{"would become part of"}})
	o.do(t, deskAsk{name: "then made", method: "POST", path: "/incidents/" + third.Ref() + "/move/merge", htmx: true, form: form("merged_into", second.Ref(), "sure", "true"), status: 200, want: []string{"/unmerge"}})
	o.do(t, deskAsk{name: "and taken back", method: "POST", path: "/incidents/" + third.Ref() + "/unmerge", htmx: true, form: form(), status: 200, want: []string{"stands for itself again"}})
	o.do(t, deskAsk{name: "many at once, looked at first", method: "POST", path: "/incidents/bulk/preview", htmx: true, form: form("n", "INC-2026-00001", "deed", "note", "text", "for the record"), status: 200, want: []string{"Change 1 incident"}})
	o.do(t, deskAsk{name: "then done, with a way back", method: "POST", path: "/incidents/bulk/run", htmx: true, form: form("n", "INC-2026-00001", "deed", "note", "text", "for the record"), status: 200, want: []string{"1 incident changed", "/undo/"}})
}

// TestNoTextRuns writes markup into everything free to write in.
func TestNoTextRuns(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	const bad = `<script>alert(1)</script><img src=x onerror=alert(2)>[x](javascript:alert(3))`
	one := o.call(bad, map[string]string{"description": bad})
	at := "/incidents/" + one.Ref()
	say := func(deed string) {
		o.do(t, deskAsk{name: deed, method: "POST", path: at + "/" + deed, htmx: true, form: url.Values{"text": {bad}, "sure": {"true"}}, status: 200, wantNot: []string{"<script>alert", "<img src=x", "javascript:alert(3)\""}})
	}
	say("reply")
	say("note")
	o.do(t, deskAsk{name: "task", method: "POST", path: at + "/task", htmx: true, form: url.Values{"title": {bad}, "checks": {bad}}, status: 200, wantNot: []string{"<script>alert", "<img src=x"}})
	o.do(t, deskAsk{name: "edit", method: "POST", path: at + "/edit/outside", htmx: true, form: url.Values{"outside": {bad}, "was": {""}}, status: 200, wantNot: []string{"<script>alert", "<img src=x"}})
	for _, path := range []string{at, at + "/print", "/incidents", "/incidents?q=" + url.QueryEscape(bad), "/", "/find?q=alert", "/incidents/new/caller?requester=" + o.zhou.ID.String()} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		w := httptest.NewRecorder()
		o.mux.ServeHTTP(w, r)
		if got := w.Body.String(); strings.Contains(got, "<script>alert") || strings.Contains(got, "<img src=x") || strings.Contains(got, `href="javascript:`) {
			t.Errorf("%s shows markup as it was typed", path)
		}
	}
}

// TestCrossSiteFormsAreRefused: a form of another site cannot act here.
func TestCrossSiteFormsAreRefused(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	one := o.call("Line down", nil)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.url+"/incidents/"+one.Ref()+"/note", strings.NewReader("text=x"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusForbidden {
		t.Errorf("a form of another site got %d", answer.StatusCode)
	}
}

// TestDeedsThatOnePressTakesBack: what the flow can step back behind comes
// with the address of its undo, and that address works.
func TestDeedsThatOnePressTakesBack(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	main := o.busy()
	at := "/incidents/" + main.Ref()
	other := o.call("网络又断了", nil)
	undo := regexp.MustCompile(`action="(/[^"]+)" data-undo`)
	state := func() string {
		t.Helper()
		one, err := o.desk.Find(t.Context(), o.agent(), main.Number)
		if err != nil {
			t.Fatal(err)
		}
		return string(one.State) + " " + string(one.Waiting)
	}
	back := func(name, path string, form url.Values) {
		t.Helper()
		before := state()
		got := o.do(t, deskAsk{name: name, method: "POST", path: path, form: form, htmx: true, status: 200})
		m := undo.FindStringSubmatch(got)
		if m == nil {
			t.Errorf("%s cannot be taken back", name)
			return
		}
		o.do(t, deskAsk{name: "undo of " + name, method: "POST", path: html.UnescapeString(m[1]), form: pairs(), htmx: true, status: 200})
		if after := state(); after != before {
			t.Errorf("%s undone: %q, was %q", name, after, before)
		}
	}
	back("wait", at+"/move/wait", pairs("waiting", "user"))
	back("reassign", at+"/move/reassign", pairs("team", fmt.Sprint(o.second), "text", "theirs"))
	back("resolve", at+"/move/resolve", pairs("solution", "Line mended.", "cause", fmt.Sprint(o.cause), "no_item", "carrier's"))
	back("watch", at+"/watch", pairs())
	back("link", at+"/link", pairs("kind", "relates", "to", other.Ref()))
	back("time", at+"/time", pairs("minutes", "25", "text", "on the phone"))
	if links, err := o.db.Ledger().Around(t.Context(), o.agent().Scope, main.ID); err != nil || len(links.Links) != 0 {
		t.Errorf("links %v, %v", links.Links, err)
	}
	got := o.do(t, deskAsk{name: "declare", method: "POST", path: at + "/move/declare", form: pairs("text", "all offices", "lead", o.chen.ID.String()), htmx: true, status: 200})
	if undo.MatchString(got) {
		t.Error("a major incident that people were called to is undone by one press")
	}
}

func TestTimeAndAlike(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	main := o.busy()
	secret := o.hidden("政务外网：六个区县无法访问审批系统")
	at := "/incidents/" + main.Ref()
	for _, a := range []deskAsk{
		{name: "time asks for minutes", path: at + "/time", htmx: true, status: 200, want: []string{`name="minutes"`, `name="on"`}},
		{name: "no minutes", method: "POST", path: at + "/time", form: pairs("minutes", "", "text", "kept words"), htmx: true, status: 422, want: []string{"kept words"}},
		{name: "a day to come", method: "POST", path: at + "/time", form: pairs("minutes", "5", "on", "2999-01-01"), htmx: true, status: 422, want: []string{"not in the future"}},
		{name: "time is booked", method: "POST", path: at + "/time", form: pairs("minutes", "25", "text", "on the phone"), htmx: true, status: 200, want: []string{"25 min", "on the phone"}},
		{name: "and summed", path: at, status: 200, want: []string{"25 min"}},
		{name: "a reader books none", as: "reader", method: "POST", path: at + "/time", form: pairs("minutes", "5"), status: 403},
		{name: "nor out of reach", as: "other", path: at + "/time", status: 404},
		{name: "similar ones", path: at + "/alike", htmx: true, status: 200, want: []string{"Video meeting"}, wantNot: []string{secret.Ref(), main.Ref()}},
		{name: "not for another's reach", as: "other", path: at + "/alike", htmx: true, status: 404},
	} {
		o.do(t, a)
	}
}
