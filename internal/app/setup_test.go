package app

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/base/secret"
	"kilter/internal/practice/access"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/signin"
)

// visitor is a person at a browser.
type visitor struct {
	t      *testing.T
	pages  http.Handler
	cookie *http.Cookie
}

const passphrase = "the bubble rests level today"

// comes signs a person in at the page.
func (w *town) comes(t *testing.T, role string) *visitor {
	t.Helper()
	if err := w.house.who.door.SetPassword(t.Context(), people.System(people.ViaShell), w.id[role], passphrase, false); err != nil {
		t.Fatal(err)
	}
	pages, err := w.house.routes()
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t: t, pages: pages}
	r := v.send("POST", "/signin", url.Values{"name": {role}, "password": {passphrase}})
	for _, c := range r.Result().Cookies() {
		v.cookie = c
	}
	if v.cookie == nil {
		t.Fatalf("%s is not let in: %d", role, r.Code)
	}
	return v
}

func (v *visitor) send(method, path string, form url.Values) *httptest.ResponseRecorder {
	v.t.Helper()
	r := httptest.NewRequestWithContext(v.t.Context(), method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if v.cookie != nil {
		r.AddCookie(v.cookie)
	}
	w := httptest.NewRecorder()
	v.pages.ServeHTTP(w, r)
	return w
}

// wants sends and fails unless the page has the status and the texts.
func (v *visitor) wants(status int, method, path string, form url.Values, texts ...string) string {
	v.t.Helper()
	r := v.send(method, path, form)
	if r.Code != status {
		v.t.Fatalf("%s %s: %d, want %d: %s", method, path, r.Code, status, r.Body)
	}
	for _, text := range texts {
		if !strings.Contains(r.Body.String(), text) {
			v.t.Errorf("%s %s lacks %q", method, path, text)
		}
	}
	return r.Body.String()
}

// outbox is a mail server that keeps what it is given, or refuses it.
type outbox struct {
	got  []notice.Letter
	pass []string
	fail error
}

func (o *outbox) Send(_ context.Context, l notice.Letter) error {
	if o.fail == nil {
		o.got = append(o.got, l)
	}
	return o.fail
}

// The steps of signing in and of mail are taken in the set-up itself: each can
// be tried, skipped, and taken later; the card on the first page knows.
func TestSetupOfSigningInAndMail(t *testing.T) {
	t.Parallel()
	w := settle(t, "sqlite")
	door := w.house.who.door
	rules := signin.UsualRules()
	rules.Factor = signin.Nobody
	if err := door.SetRules(t.Context(), w.actor(t, access.SecurityAdministrator), rules); err != nil {
		t.Fatal(err)
	}
	v := w.comes(t, access.SystemAdministrator)
	v.wants(http.StatusOK, "GET", "/setup/security", nil, "password alone", "security administrator sets these rules")
	v.wants(http.StatusUnprocessableEntity, "POST", "/setup/security", url.Values{"factor_step": {"begin"}, "proof": {"wrong"}})
	page := v.wants(http.StatusOK, "POST", "/setup/security", url.Values{"factor_step": {"begin"}, "proof": {passphrase}}, "<svg")
	shared := strings.ReplaceAll(regexp.MustCompile(`<code>([A-Z2-7 ]+)</code>`).FindStringSubmatch(page)[1], " ", "")
	v.wants(http.StatusUnprocessableEntity, "POST", "/setup/security", url.Values{"factor_step": {"confirm"}, "code": {"000"}}, "<svg")
	code, err := secret.OTPAt(shared, Now())
	if err != nil {
		t.Fatal(err)
	}
	v.wants(http.StatusOK, "POST", "/setup/security", url.Values{"factor_step": {"confirm"}, "code": {code}}, "<li><code>")
	v.wants(http.StatusSeeOther, "POST", "/setup/security", url.Values{})
	if got, _ := door.Rules(); got != rules {
		t.Errorf("the system administrator changed the rules: %+v", got)
	}

	box := &outbox{fail: errors.New("535 5.7.8 wrong password")}
	w.house.post.Dial = func(_ notice.Server, password string) (notice.Sender, error) {
		box.pass = append(box.pass, password)
		return box, nil
	}
	me, err := w.house.db.Person(t.Context(), w.id[access.SystemAdministrator])
	if err != nil {
		t.Fatal(err)
	}
	me.Mail = "admin@city.gov.cn"
	if err := w.house.db.SavePerson(t.Context(), &me); err != nil {
		t.Fatal(err)
	}
	server := url.Values{"host": {"mail.city.gov.cn"}, "port": {"22"}, "protect": {"starttls"}, "user": {"desk"}, "password": {"geheim-7"}, "from": {"desk@city.gov.cn"}, "try": {"1"}}
	v.wants(http.StatusUnprocessableEntity, "POST", "/setup/mail", server, "587 or 2525", "mail.city.gov.cn")
	server.Set("port", "587")
	page = v.wants(http.StatusOK, "POST", "/setup/mail", server, "535 5.7.8 wrong password", "admin@city.gov.cn")
	box.fail = nil
	server.Set("password", "")
	page += v.wants(http.StatusOK, "POST", "/setup/mail", server, "took the test mail")
	if strings.Contains(page, "geheim") || len(box.got) != 1 || box.got[0].To != "admin@city.gov.cn" || box.pass[1] != "geheim-7" {
		t.Errorf("the password is shown, or not kept: sent %d with %q", len(box.got), box.pass)
	}
	server.Del("try")
	v.wants(http.StatusSeeOther, "POST", "/setup/mail", server)
	server.Set("host", "elsewhere.example")
	v.wants(http.StatusSeeOther, "POST", "/settings/mail/server", server)
	if left, err := w.house.db.MailPassword(t.Context()); err != nil || left != "" {
		t.Errorf("another server is given the password of the one before: %q, %v", left, err)
	}
	settled, all := w.house.directory.View().Setup().Progress()
	if settled != 2 || all != 7 {
		t.Errorf("%d of %d steps are settled", settled, all)
	}
	rows, err := w.house.db.Audit().Rows(t.Context(), audit.Filter{Object: "centre:mail", Limit: 50})
	if err != nil || len(rows) < 5 {
		t.Errorf("audited: %d rows, %v", len(rows), err)
	}
	for _, r := range rows {
		if strings.Contains(r.Detail, "geheim") {
			t.Errorf("the audit log holds the password: %s", r.Detail)
		}
	}
}

// The pages of the security administrator set rules and periods, say which
// figure is wrong, and write both down.
func TestRulesAndRetentionPages(t *testing.T) {
	t.Parallel()
	w := settle(t, "sqlite")
	door := w.house.who.door
	rules := signin.UsualRules()
	rules.Factor = signin.Nobody
	if err := door.SetRules(t.Context(), w.actor(t, access.SecurityAdministrator), rules); err != nil {
		t.Fatal(err)
	}
	v := w.comes(t, access.SecurityAdministrator)
	v.wants(http.StatusOK, "GET", "/security/rules", nil, `name="shortest"`, `value="12"`)
	form := url.Values{"shortest": {"14"}, "history": {"3"}, "max_days": {"0"}, "tries": {"4"}, "wait_secs": {"60"}, "max_secs": {"sixty"}, "idle_mins": {"30"}, "max_hours": {"9"}, "factor": {"staff"}}
	v.wants(http.StatusUnprocessableEntity, "POST", "/security/rules", form, "sixty", "from 60 to 86400")
	form.Set("max_secs", "600")
	v.wants(http.StatusSeeOther, "POST", "/security/rules", form)
	if got, err := door.Rules(); err != nil || got.Shortest != 14 || got.Factor != signin.StaffOnly || got.MaxSecs != 600 {
		t.Errorf("%+v, %v", got, err)
	}
	v.wants(http.StatusUnprocessableEntity, "POST", "/security/privacy", url.Values{"incident": {"-1"}, "contact": {"0"}, "persons": {"0"}})
	v.wants(http.StatusSeeOther, "POST", "/security/privacy", url.Values{"incident": {"36"}, "contact": {"12"}, "problem": {"36"}, "request": {"36"}, "change": {"36"}, "release": {"36"}, "risk": {"36"}, "knowledge": {"0"}, "persons": {"24"}, "surveys": {"12"}})
	if got, err := w.house.who.mask.Retention(); err != nil || got.Records["incident"] != 36 || got.Persons != 24 || got.Surveys != 12 {
		t.Errorf("%+v, %v", got, err)
	}
	for _, deed := range []string{"account.rules", "privacy.retain"} {
		rows, err := w.house.db.Audit().Rows(t.Context(), audit.Filter{Deed: deed, Result: audit.Done, Limit: 5})
		if err != nil || len(rows) == 0 || !strings.Contains(rows[0].Detail, `"was"`) {
			t.Errorf("%s is not written down with before and after: %v %v", deed, rows, err)
		}
	}
}

// A server inside the house is refused at the page unless its network was
// opened where Kilter was started; the test button reaches nothing else.
func TestSSRFByTheMailServer(t *testing.T) {
	t.Parallel()
	w := settle(t, "sqlite")
	by := w.actor(t, access.SystemAdministrator)
	me := people.Person{ID: by.ID, Name: by.Name, Mail: "a@b.cn"}
	for _, host := range []string{"127.0.0.1", "localhost", "169.254.169.254"} {
		s := notice.Server{Host: host, Port: 25, Protect: notice.Plain, From: "desk@city.gov.cn"}
		_, err := w.house.post.Try(t.Context(), by, me, s, "", notice.Writer{Host: "h", Secret: []byte("s")})
		if all := fault.All(err); len(all) == 0 || all[0].Key != "mail.beyond" {
			t.Errorf("%s: %v", host, err)
		}
	}
	for _, bad := range []notice.Server{{Host: "mail/x", Port: 25}, {Host: "m", Port: 6379}, {Host: "m\r\nRCPT", Port: 25}} {
		bad.Protect, bad.From = notice.Plain, "desk@city.gov.cn"
		if _, err := w.house.post.Try(t.Context(), by, me, bad, "", notice.Writer{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}
