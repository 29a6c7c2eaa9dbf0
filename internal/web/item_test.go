package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/testkit/browser"
)

// keep records an item as somebody who may do everything and see everything.
func (o *bureau) keep(fields map[string]string) *cmdb.Item {
	o.t.Helper()
	all := map[string]string{"class": "server", "state": "live", "zone": fmt.Sprint(o.zone), "team": fmt.Sprint(o.team)}
	for k, v := range fields {
		all[k] = v
	}
	i, err := o.stock.Save(o.t.Context(), people.System(people.ViaJob), cmdb.Input{Fields: all})
	if err != nil {
		o.t.Fatal(err)
	}
	return i
}

// rack is a few items that hang together: a system on two database servers
// of which one is needed, one of them in a network of its own.
func (o *bureau) rack() (system, one, secret *cmdb.Item) {
	o.t.Helper()
	o.now = noon.Add(-2 * time.Hour)
	system = o.keep(map[string]string{"class": "business_system", "code": "SYS-APPROVAL", "name_en": "Approval system", "name_zh": "审批系统", "owner": o.chen.ID.String()})
	one = o.keep(map[string]string{"code": "SRV-001", "name_en": "Database server one", "serial": "CN-77", "ip": "10.1.2.3", "price": "120000", "bought": "2024-03-01"})
	two := o.keep(map[string]string{"code": "SRV-002", "name_en": "Database server two"})
	secret = o.keep(map[string]string{"code": "SRV-SECRET", "name_en": "Server nobody here may know", "zone": fmt.Sprint(o.secret)})
	by := people.System(people.ViaJob)
	g, err := o.stock.Group(o.t.Context(), by, cmdb.Group{Item: system.ID, Name: people.Text{En: "Database pair"}, Need: 1})
	if err != nil {
		o.t.Fatal(err)
	}
	for n, to := range []*cmdb.Item{one, two, secret} {
		r := cmdb.Relation{Source: system.ID, Target: to.ID, Type: "depends_on", Group: g.ID}
		if n == 2 {
			r.Group, r.Gate = 0, cmdb.OneWay
		}
		if _, err := o.stock.Relate(o.t.Context(), by, r); err != nil {
			o.t.Fatal(err)
		}
	}
	o.now = noon
	return system, one, secret
}

func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func TestItemPages(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	system, one, secret := o.rack()
	main := o.call("Approvals stand still", map[string]string{"item": fmt.Sprint(system.ID)})
	at, hidden := fmt.Sprintf("/configuration/items/%d", system.ID), fmt.Sprintf("/configuration/items/%d", secret.ID)
	never := []string{"SRV-SECRET", "nobody here may know"}
	for _, a := range []deskAsk{
		{name: "the list", path: "/configuration", status: 200, want: []string{"SYS-APPROVAL", "Database server one", `value="team"`}, wantNot: never},
		{name: "narrowed by a class and those below it", path: "/configuration?q=class:device", status: 200, want: []string{"SRV-001", "x.serial", "Processor cores"}[:1], wantNot: append([]string{"Approval system"}, never...)},
		{name: "with the attributes of that class as columns to choose", path: "/configuration?q=class:server", status: 200, want: []string{`value="x.cpus"`}},
		{name: "by words", path: "/configuration?q=" + url.QueryEscape("CN-77"), status: 200, want: []string{"SRV-001"}, wantNot: []string{"SRV-002"}},
		{name: "a wrong filter is told", path: "/configuration?q=" + url.QueryEscape("colour:red"), status: 422, want: []string{"colour"}},
		{name: "an empty list says why", path: "/configuration?q=" + url.QueryEscape("name:zzzz"), status: 200, want: []string{"No item meets all conditions"}},
		{name: "the total counts what he may see", path: "/configuration/total?view=all", htmx: true, status: 200, want: []string{"3"}},
		{name: "the counts of views too", path: "/configuration/counts", htmx: true, status: 200, want: []string{`innerHTML:#count-used">3<`}},
		{name: "export", path: "/configuration/export?view=all&as=csv", status: 200, want: []string{"SYS-APPROVAL", "Label"}, wantNot: never},
		{name: "export as a workbook", path: "/configuration/export?view=all&as=xlsx", status: 200},
		{name: "export of no kind", path: "/configuration/export?as=exe", status: 404},
		{name: "the item", path: at, status: 200, want: []string{"Approval system", "It needs", "1 of 2 needed", "Database server two", "Approvals stand still", main.Ref(), "/move/maintain"}, wantNot: never},
		{name: "read from the other end", path: fmt.Sprintf("/configuration/items/%d", one.ID), status: 200, want: []string{"Needed by", "is needed by", "120,000.00 CNY", "10.1.2.3"}},
		{name: "the item beside the list", path: fmt.Sprintf("/configuration?open=%d", one.ID), status: 200, want: []string{"data-open", "CN-77"}},
		{name: "in another network it is not there", path: hidden, status: 404, wantNot: never},
		{name: "nor beside the list", path: fmt.Sprintf("/configuration?open=%d", secret.ID), status: 200, wantNot: never},
		{name: "nor its past", path: hidden + "/past", status: 404, wantNot: never},
		{name: "nor its fields", path: hidden + "/edit/name_en", status: 404, wantNot: never},
		{name: "nor its moves", path: hidden + "/move/maintain", status: 404, wantNot: never},
		{name: "nor may it be related to", method: "POST", path: at + "/relate", htmx: true, form: values("type", "forth:uses", "other", fmt.Sprint(secret.ID)), status: 422, wantNot: never},
		{name: "a reader sees", as: "reader", path: at, status: 200, want: []string{"Approval system"}, wantNot: []string{"/move/maintain", "/edit/name_en", "/relate", "/files"}},
		{name: "and changes nothing", as: "reader", method: "POST", path: at + "/edit/name_en", form: values("name_en", "x"), status: 403},
		{name: "nor moves", as: "reader", method: "POST", path: at + "/move/maintain", form: values("because", "x"), status: 403},
		{name: "nor relates", as: "reader", method: "POST", path: at + "/relate", form: values("type", "forth:uses"), status: 403},
		{name: "nor records", as: "reader", method: "POST", path: "/configuration/new", form: values("class", "server"), status: 403},
		{name: "nor exports", as: "reader", path: "/configuration/export?as=csv", status: 403},
		{name: "an official finds nothing", as: "official", path: at, status: 404},
		{name: "a stranger is asked who he is", as: "stranger", path: at, status: 401},
		{name: "the past", path: at + "/past", status: 200, want: []string{"recorded the item"}},
		{name: "before it was recorded", path: at + "/past?when=2020-01-01T00:00", status: 200, want: []string{"not recorded yet"}},
		{name: "a moment that is none", path: at + "/past?when=noon", status: 422},
		{name: "classes to choose from", path: "/configuration/new", status: 200, want: []string{"class=server", "Device"}},
		{name: "a class that only groups", path: "/configuration/new?class=device", status: 404},
		{name: "its form has its attributes", path: "/configuration/new?class=server", status: 200, want: []string{`name="cpus"`, `name="criticality"`}},
		{name: "one like another has no label yet", path: fmt.Sprintf("/configuration/new?from=%d", one.ID), status: 200, want: []string{"Database server one"}, wantNot: []string{`value="SRV-001"`, `value="CN-77"`}},
		{name: "an incident leads to its item", path: "/incidents/" + main.Ref(), status: 200, want: []string{`href="` + at + `"`}},
	} {
		t.Run(a.name, func(t *testing.T) { o.do(t, a) })
	}
}

// TestItemsKeptTrue prints labels, audits an item, settles what differs, and
// looks at the quality of the record.
func TestItemsKeptTrue(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	_, one, secret := o.rack()
	at, never := fmt.Sprintf("/configuration/items/%d", one.ID), []string{"SRV-SECRET", "nobody here may know"}
	o.do(t, deskAsk{name: "labels", path: fmt.Sprintf("/configuration/labels?id=%d&id=%d", one.ID, secret.ID), status: 200, want: []string{"1 label", "SRV-001", fmt.Sprintf("https://kilter.example/items/%d", one.ID)}, wantNot: never})
	o.do(t, deskAsk{name: "a scanned label opens the item", path: fmt.Sprintf("/items/%d", one.ID), status: 303})
	o.do(t, deskAsk{name: "a reader audits nothing", as: "reader", method: "POST", path: at + "/audit", form: values("serial", "X"), status: 403})
	o.do(t, deskAsk{name: "nobody audits what he may not see", method: "POST", path: fmt.Sprintf("/configuration/items/%d/audit", secret.ID), form: values("serial", "X"), status: 404, wantNot: never})
	o.do(t, deskAsk{name: "the audit's form", path: at + "/audit", htmx: true, status: 200, want: []string{`value="CN-77"`, "It is not there"}})
	o.do(t, deskAsk{name: "audited", method: "POST", path: at + "/audit", htmx: true, form: values("serial", "CN-79", "code", "SRV-001"), status: 200, want: []string{"SRV-001 audited: 1 discrepancy", "CN-77"}})
	o.do(t, deskAsk{name: "the discrepancy waits", path: "/configuration/discrepancies", status: 200, want: []string{"1 waits to be settled", "CN-77", "CN-79", "/discrepancies/1/assign"}, wantNot: never})
	o.do(t, deskAsk{name: "a reader has no buttons", as: "reader", path: "/configuration/discrepancies", status: 200, wantNot: []string{"/discrepancies/1/assign"}})
	o.do(t, deskAsk{name: "assigning needs somebody", method: "POST", path: "/configuration/discrepancies/1/assign", htmx: true, form: values("owner", ""), status: 422})
	o.do(t, deskAsk{name: "assigned", method: "POST", path: "/configuration/discrepancies/1/assign", form: values("owner", o.chen.ID.String()), status: 303})
	o.do(t, deskAsk{name: "corrected", method: "POST", path: "/configuration/discrepancies/1/correct", form: values("reason", "board changed"), status: 303})
	o.do(t, deskAsk{name: "the record agrees", path: "/configuration/discrepancies", status: 200, want: []string{"Record and reality agree"}})
	o.do(t, deskAsk{name: "and has it", path: at, status: 200, want: []string{"CN-79"}})
	o.do(t, deskAsk{name: "no such discrepancy", method: "POST", path: "/configuration/discrepancies/9/assign", form: values("owner", "1"), status: 404})
	o.do(t, deskAsk{name: "nothing is due yet", path: "/configuration/audit", status: 200, want: []string{"Every audit is done"}})
	o.now = noon.AddDate(2, 0, 0)
	o.do(t, deskAsk{name: "after two years all is", path: "/configuration/audit", status: 200, want: []string{"3 items are due", "SRV-002"}, wantNot: never})
	o.do(t, deskAsk{name: "the quality counts what he may see", path: "/configuration/quality", status: 200, want: []string{"Server", "Business system", "陈静"}})
}

// TestKeepersDay records an item, changes it, takes it along its life and
// relates it, by the pages alone.
func TestKeepersDay(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	system, one, _ := o.rack()
	o.do(t, deskAsk{name: "an item without a label comes back whole", method: "POST", path: "/configuration/new", form: values("class", "vm", "name_en", "typed and kept"), status: 422, want: []string{"typed and kept", "fill this in"}})
	o.do(t, deskAsk{name: "an address that is none is told at its field", method: "POST", path: "/configuration/new", form: values("class", "vm", "code", "VM-1", "name_en", "x", "ip", "10.1.2"), status: 422, want: []string{"10.1.2", "f-ip-fault"}})
	o.do(t, deskAsk{name: "recorded", method: "POST", path: "/configuration/new", form: values("class", "vm", "code", "VM-1", "name_en", "Report machine", "memory", "64", "state", "building"), status: 303})
	found, err := o.stock.List(t.Context(), o.agent(), cmdb.Query{Order: cmdb.Latest, Limit: 1})
	if err != nil || len(found) != 1 || found[0].Code != "VM-1" || found[0].Extra["memory"] != "64" {
		t.Fatalf("recorded %+v, %v", found, err)
	}
	at := fmt.Sprintf("/configuration/items/%d", found[0].ID)
	o.do(t, deskAsk{name: "a field's editor", path: at + "/edit/zone", htmx: true, status: 200, want: []string{"Government extranet"}, wantNot: []string{"Closed network"}})
	o.do(t, deskAsk{name: "nothing goes live without a zone", method: "POST", path: at + "/move/go_live", htmx: true, form: values("because", "CHG-2026-00001"), status: 422, want: []string{"without a network zone", "CHG-2026-00001"}})
	o.do(t, deskAsk{name: "a zone that is not his to give", method: "POST", path: at + "/edit/zone", htmx: true, form: values("zone", fmt.Sprint(o.secret), "was", ""), status: 422})
	o.do(t, deskAsk{name: "a zone", method: "POST", path: at + "/edit/zone", htmx: true, form: values("zone", fmt.Sprint(o.zone), "was", ""), status: 200, want: []string{"Government extranet", "hx-swap-oob"}})
	o.do(t, deskAsk{name: "somebody was faster", method: "POST", path: at + "/edit/zone", htmx: true, form: values("zone", "", "was", ""), status: 422, want: []string{"Government extranet"}})
	o.do(t, deskAsk{name: "an owner", method: "POST", path: at + "/edit/owner", htmx: true, form: values("owner", o.chen.ID.String(), "was", ""), status: 200, want: []string{"陈静"}})
	o.do(t, deskAsk{name: "live", method: "POST", path: at + "/move/go_live", htmx: true, form: values("because", "CHG-2026-00001"), status: 200, want: []string{"/move/retire", "CHG-2026-00001"}})
	o.do(t, deskAsk{name: "what a relation needs is told", method: "POST", path: at + "/relate", htmx: true, form: values("type", "", "other", ""), status: 422, want: []string{"fill this in"}})
	o.do(t, deskAsk{name: "not to itself", method: "POST", path: at + "/relate", htmx: true, form: values("type", "forth:uses", "other", fmt.Sprint(found[0].ID)), status: 422, want: []string{"to itself"}})
	o.do(t, deskAsk{name: "a relation", method: "POST", path: at + "/relate", htmx: true, form: values("type", "back:depends_on", "other", fmt.Sprint(system.ID), "note", "nightly report"), status: 200, want: []string{"Needed by", "nightly report"}})
	o.do(t, deskAsk{name: "a redundancy needs a name", method: "POST", path: at + "/group/new", htmx: true, form: values("need", "2"), status: 422})
	o.do(t, deskAsk{name: "a redundancy", method: "POST", path: at + "/group/new", htmx: true, form: values("need", "1", "name_en", "Spare lines"), status: 200, want: []string{"Spare lines", "1 of 0 needed"}})
	ties, _, err := o.stock.Related(t.Context(), o.agent(), found[0].ID)
	if err != nil || len(ties) != 1 || !ties[0].Back || ties[0].Other.ID != system.ID {
		t.Fatalf("related %+v, %v", ties, err)
	}
	end := fmt.Sprintf("%s/part/%d", at, ties[0].ID)
	o.do(t, deskAsk{name: "ending it is asked about", path: end, htmx: true, status: 200, want: []string{"will hold no longer", "SYS-APPROVAL"}})
	o.do(t, deskAsk{name: "not from an item it does not touch", path: fmt.Sprintf("/configuration/items/%d/part/%d", one.ID, ties[0].ID), htmx: true, status: 404})
	o.do(t, deskAsk{name: "ended", method: "POST", path: end, htmx: true, form: values(), status: 200, want: []string{"Nothing is recorded about", "The relation has ended"}[1:], wantNot: []string{"nightly report"}})
	o.file(t, at)
	o.do(t, deskAsk{name: "a list is kept under a name", method: "POST", path: "/configuration/views", form: values("name", "Racked servers", "q", "class:server", "sort", "code", "reach", "private"), status: 303})
	o.do(t, deskAsk{name: "and stands among the views", path: "/configuration", status: 200, want: []string{"Racked servers"}})
}

// file attaches a file and reads it back.
func (o *bureau) file(t *testing.T, at string) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	f, err := form.CreateFormFile("files", "handover.txt")
	if err == nil {
		_, err = f.Write([]byte("handed over"))
	}
	if err != nil || form.Close() != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, at+"/files", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	w := httptest.NewRecorder()
	o.mux.ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("attaching answers %d: %.300s", w.Code, w.Body)
	}
	page := o.do(t, deskAsk{name: "the file is on the page", path: at, status: 200, want: []string{"handover.txt"}})
	_, link, _ := strings.Cut(page, `href="`+at+"/file/")
	id, _, _ := strings.Cut(link, `"`)
	o.do(t, deskAsk{name: "and can be read", path: at + "/file/" + id, status: 200, want: []string{"handed over"}})
	o.do(t, deskAsk{name: "no file of another item", path: at + "/file/99", status: 404})
}

func TestItemsInTheBrowser(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	system, one, _ := o.rack()
	o.call("Approvals stand still", map[string]string{"item": fmt.Sprint(system.ID)})
	table := o.send(t, "", "items", "servers.csv", "Label,Name (English),Serial number\nSRV-001,Database server one,CN-78\nSRV-009,Report server,CN-90\n,,\n", 303)
	plan := o.went(t, table, "source", "hand", "class", "server", "col.0", "code", "col.1", "name_en", "col.2", "serial")
	for name, path := range map[string]string{
		"quality": "/configuration/quality", "labels": fmt.Sprintf("/configuration/labels?id=%d&id=%d", system.ID, one.ID), "imports": "/configuration/imports", "table": table, "plan": plan + "?only=add",
		"list": "/configuration", "split": fmt.Sprintf("/configuration?open=%d", one.ID), "item": fmt.Sprintf("/configuration/items/%d", system.ID),
		"past": fmt.Sprintf("/configuration/items/%d/past?when=2026-06-15T13:00", system.ID), "new": "/configuration/new?class=server",
	} {
		t.Run(name, func(t *testing.T) {
			p := browser.View(t, o.url+path)
			for i, look := range looks {
				if i > 1 && os.Getenv("KILTER_PICTURES") == "" {
					break
				}
				p.Size(look.width, 900)
				p.Prefer(look.lang, look.theme)
				full := "item-" + name + "-" + look.lang + "-" + look.theme + map[bool]string{true: "-phone"}[look.width == 390]
				p.Screen(full)
				p.Axe(full)
				p.Fits(full)
			}
			for _, c := range p.Complaints() {
				t.Errorf("%s: %s", name, c)
			}
		})
	}
}

// TestKeeperByKeyboard goes to the items, opens one and relates it without a
// mouse.
func TestKeeperByKeyboard(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	_, one, _ := o.rack()
	p := browser.View(t, o.url+"/")
	p.Keys("g", "b")
	p.Until(`location.pathname === '/configuration' && document.documentElement.dataset.ready !== undefined && document.readyState === 'complete'`)
	p.Keys("j")
	p.Until(`document.querySelector('tr[data-cursor]')?.dataset.ref === '` + fmt.Sprint(one.ID) + `'`)
	p.Keys("o")
	p.Until(`document.querySelector('#record .pane')?.dataset.number === 'SRV-001' && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')`)
	p.Keys("l")
	p.Until(`document.querySelector('dialog#relate')?.open`)
	p.Keys(browser.Escape)
	p.Until(`!document.querySelector('dialog#relate')`)
	p.Keys("c")
	p.Until(`location.pathname === '/configuration/new'`)
}
