package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/testkit/browser"
)

// TestSandboxPages tries a change out, compares it with today and takes it
// back; nothing of it touches the items.
func TestSandboxPages(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	system, one, secret := o.rack()
	host := o.keep(map[string]string{"code": "SRV-ONE", "name_en": "The only host"})
	tie, err := o.stock.Relate(t.Context(), people.System(people.ViaJob), cmdb.Relation{Source: one.ID, Target: host.ID, Type: "depends_on"})
	if err != nil {
		t.Fatal(err)
	}
	mine, theirs := o.call("The host is slow", nil), o.hidden("A secret case")
	at := "/configuration/what-if/1"
	id := func(i *cmdb.Item) string { return fmt.Sprint(i.ID) }
	never := []string{"SRV-SECRET", "nobody here may know"}
	for _, a := range []deskAsk{
		{name: "none yet", path: "/configuration/what-if", status: 200, want: []string{"New sandbox", `name="shared"`}},
		{name: "without a name", method: "POST", path: "/configuration/what-if", form: values("about", "to see"), status: 422, want: []string{`id="f-name-fault"`, "to see"}},
		{name: "a reader makes none", as: "reader", method: "POST", path: "/configuration/what-if", form: values("name", "x"), status: 403},
		{name: "made", method: "POST", path: "/configuration/what-if", form: values("name", "Without the host", "shared", "true"), status: 303},
		{name: "empty", path: at, status: 200, want: []string{"Nothing is tried out yet", `name="do" value="duplicate"`}},
		{name: "of nothing", method: "POST", path: at, form: values("do", "remove"), status: 422, want: []string{"fault"}},
		{name: "of what is out of sight", method: "POST", path: at, form: values("do", "remove", "item", id(secret)), status: 422, wantNot: never},
		{name: "a relation that does not fit is told", method: "POST", path: at, form: values("do", "relate", "source", id(host), "target", id(host), "type", "depends_on"), status: 422, want: []string{"SRV-ONE"}},
		{name: "no edit at all", method: "POST", path: at, form: values("do", "explode"), status: 404},
		{name: "removed", method: "POST", path: at, form: values("do", "remove", "item", id(host)), status: 303},
		{name: "what then fails", path: at, status: 200, want: []string{"SRV-001", "What fails for good", "SRV-ONE The only host"}, wantNot: never},
		{name: "added", method: "POST", path: at, form: values("do", "add", "name", "New host", "class", "server", "zone", fmt.Sprint(o.zone)), status: 303},
		{name: "its relations are offered", path: at + "?move=" + id(one), status: 200, want: []string{`name="relation"`, "SRV-ONE", "New host (-1)"}, wantNot: never},
		{name: "moved", method: "POST", path: at, form: values("do", "move", "of", id(one), "relation", fmt.Sprint(tie.ID), "target", "-1"), status: 303},
		{name: "failing on both sides", method: "POST", path: at, form: values("do", "fail", "fail", id(one)), status: 303},
		{name: "both sides", path: at, status: 200, want: []string{"When the named items fail", "New host (-1)", "from now on to New host"}, wantNot: never},
		{name: "renamed", method: "POST", path: at, form: values("do", "save", "name", "With a new host", "about", "CHG-12"), status: 303},
		{name: "listed", path: "/configuration/what-if", status: 200, want: []string{"With a new host"}},
		{name: "for a record that is there", method: "POST", path: at, form: values("do", "save", "name", "With a new host", "record", strings.ToLower(mine.Ref())), status: 303},
		{name: "which it names", path: at, status: 200, want: []string{"Tried out for", "/incidents/" + mine.Ref(), "The host is slow"}},
		{name: "the record names it", path: "/configuration/what-if?record=" + mine.Ref(), status: 200, want: []string{"Tried out for " + mine.Ref(), "With a new host"}},
		{name: "another record does not", path: "/configuration/what-if?record=" + mine.Ref() + "0", status: 200, wantNot: []string{"With a new host"}},
		{name: "one out of sight tells nothing", path: "/configuration/what-if?record=" + theirs.Ref(), status: 200, wantNot: []string{"With a new host", theirs.Title}},
		{name: "the record asks for them", path: "/incidents/" + mine.Ref(), status: 200, want: []string{`hx-get="/configuration/what-if?record=` + mine.Ref()}},
		{name: "for one out of sight", method: "POST", path: at, form: values("do", "save", "name", "x", "record", theirs.Ref()), status: 422, want: []string{`record-fault"`}, wantNot: []string{theirs.Title}},
		{name: "for none that there is", method: "POST", path: at, form: values("do", "save", "name", "x", "record", "INC-1999-1"), status: 422, want: []string{`record-fault"`}},
		{name: "drawn over today", path: at + "/map", status: 200, want: []string{"/api/v1/sandboxes/1/map", "topology-moved", "drawn over today"}, wantNot: append(never, "data-map-back")},
		{name: "a step back", method: "POST", path: at, form: values("do", "back", "edit", "2"), status: 303},
		{name: "one that is not there", method: "POST", path: at, form: values("do", "back", "edit", "9"), status: 404},
		{name: "a reader changes nothing", as: "reader", method: "POST", path: at, form: values("do", "save", "name", "x"), status: 403},
		{name: "taken away", method: "POST", path: at + "/drop", form: url.Values{}, status: 303},
		{name: "gone", path: at, status: 404},
	} {
		t.Run(a.name, func(t *testing.T) { o.do(t, a) })
	}
	if i, err := o.stock.Find(t.Context(), people.System(people.ViaJob), system.ID); err != nil || i.Version != system.Version {
		t.Errorf("an item was touched: %+v, %v", i, err)
	}
}

// TestSandboxByKeyboard makes a sandbox and tries a removal out without a mouse.
func TestSandboxByKeyboard(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	tax := o.keep(map[string]string{"code": "SYS-TAX", "class": "business_system", "name_en": "Tax", "name_zh": "税务系统", "service": fmt.Sprint(o.service)})
	host := o.keep(map[string]string{"code": "SRV-ONE", "name_en": "The only host of the tax system", "name_zh": "税务系统唯一主机"})
	if _, err := o.stock.Relate(t.Context(), people.System(people.ViaJob), cmdb.Relation{Source: tax.ID, Target: host.ID, Type: "runs_on"}); err != nil {
		t.Fatal(err)
	}
	p := browser.View(t, o.url+"/configuration/what-if")
	focus := func(selector string) {
		t.Helper()
		p.See(selector)
		browser.Eval[bool](p, `(document.querySelector('`+selector+`').focus(), true)`)
	}
	focus(`[name="name"]`)
	p.Keys("W", "i", "t", "h", "o", "u", "t", browser.Enter)
	p.Until(`location.pathname === '/configuration/what-if/1'`)
	focus(`details:has([name="do"][value="duplicate"]) > summary`)
	p.Keys(browser.Enter)
	p.Until(`document.querySelector('details:has([name="do"][value="duplicate"])').open`)
	// The chooser is a part of its own, with a test of its own: its answer is set.
	browser.Eval[bool](p, fmt.Sprintf(`((s) => { s.add(new Option('x', '%d')); s.value = '%[1]d'; return true })(document.querySelector('form:has([name="do"][value="duplicate"]) select[name="item"]'))`, host.ID))
	focus(`form:has([name="do"][value="duplicate"]) [name="name"]`)
	p.Keys("T", "w", "i", "n", browser.Enter)
	p.See(`.sandbox-edits li`)
	p.Until(`document.querySelector('.sandbox-edits').textContent.includes('Twin')`)
	held, err := o.sandboxes.Read(t.Context(), o.agent(), 1)
	if err != nil {
		t.Fatal(err)
	}
	held.Doc.About, held.Doc.Fail = "Is one host enough for the tax season?", []record.ItemID{host.ID}
	if _, err := o.sandboxes.Keep(t.Context(), o.agent(), held); err != nil {
		t.Fatal(err)
	}
	o.looked(t, "configuration-what-if", "/configuration/what-if/1")
	if _, err := o.sandboxes.Keep(t.Context(), o.agent(), cmdb.Sandbox{Name: "Without the host", Shared: true, Doc: cmdb.SandboxDoc{Edits: []cmdb.Edit{{Do: cmdb.Remove, Item: host.ID}}}}); err != nil {
		t.Fatal(err)
	}
	o.looked(t, "configuration-what-if-removed", "/configuration/what-if/2")
	o.looked(t, "configuration-what-ifs", "/configuration/what-if")
	p.Go(o.url + "/configuration/what-if/1")
	focus(`.sandbox-edits button`)
	p.Keys(browser.Enter)
	p.Until(`!document.querySelector('.sandbox-edits')`)
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}
