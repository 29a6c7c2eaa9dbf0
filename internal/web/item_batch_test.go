package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/testkit/browser"
)

// TestBulkPages changes a selection, by a preview that says what each item
// becomes and why some refuse, and takes it back.
func TestBulkPages(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	system, one, secret := o.rack()
	never := []string{"SRV-SECRET", "nobody here may know"}
	both := fmt.Sprintf("?id=%d&id=%d&id=%d", system.ID, one.ID, secret.ID)
	form := func(pairs ...string) url.Values {
		v := values(pairs...)
		for _, i := range []*cmdb.Item{system, one, secret} {
			v.Add("id", fmt.Sprint(i.ID))
		}
		return v
	}
	for _, a := range []deskAsk{
		{name: "the list offers it", path: "/configuration", status: 200, want: []string{`formaction="/configuration/bulk"`, "Change all that match"}},
		{name: "not to a reader", as: "reader", path: "/configuration", status: 200, wantNot: []string{`formaction="/configuration/bulk"`}},
		{name: "nothing selected", path: "/configuration/bulk", status: 422},
		{name: "the questions", path: "/configuration/bulk" + both, status: 200, want: []string{`name="set.owner"`, `name="set.cpus"`, `name="clear"`, "Begin maintenance → In maintenance"}, wantNot: append([]string{`name="set.serial"`, `name="set.code"`}, never...)},
		{name: "of all that match", path: "/configuration/bulk?all=1&q=class:server", status: 200, want: []string{"Change 2 items"}, wantNot: never},
		{name: "of a wrong condition", path: "/configuration/bulk?all=1&q=colour:red", status: 422},
		{name: "a reader is not asked", as: "reader", path: "/configuration/bulk" + both, status: 403},
		{name: "nor is he heard", as: "reader", method: "POST", path: "/configuration/bulk/run", form: form("set.room", "C-1"), status: 403},
		{name: "nothing to change", method: "POST", path: "/configuration/bulk", form: form(), status: 422, want: []string{"Nothing is to be changed"}},
		{name: "a value that is none", method: "POST", path: "/configuration/bulk", form: form("set.cpus", "many", "set.room", "C-1"), status: 422, want: []string{`id="f-set.cpus-fault"`, `value="many"`, `value="C-1"`}},
		{name: "the preview", method: "POST", path: "/configuration/bulk", form: form("set.cpus", "8", "clear", "serial", "clear", "owner"), status: 422, want: []string{"serial"}},
		{name: "says what changes and why not", method: "POST", path: "/configuration/bulk", form: form("set.cpus", "8", "clear", "team"), status: 200, want: []string{"1 will change, 2 will not", "Processor cores", "Items of the class business_system have no field", "Change 1 item", fmt.Sprintf(`value="%d.%d"`, one.ID, one.Version)}, wantNot: never},
		{name: "and leads back with what was typed", method: "POST", path: "/configuration/bulk", form: form("set.room", "C-1", "do", "edit"), status: 200, want: []string{`name="set.room"`, `value="C-1"`}},
		{name: "a move that does not fit is told", method: "POST", path: "/configuration/bulk", form: form("move", "order"), status: 200, want: []string{"0 will change, 3 will not"}, wantNot: append([]string{"batch.run"}, never...)},
		{name: "done", method: "POST", path: "/configuration/bulk/run", form: form("set.room", "C-1", "move", "maintain", "because", "CHG-5"), status: 303},
		{name: "its page", path: "/configuration/batches/1", status: 200, want: []string{"2 items were changed", "CHG-5", "C-1", "In maintenance", "Take back on 2 items"}, wantNot: never},
		{name: "listed", path: "/configuration/batches", status: 200, want: []string{"Bulk change 1", "Room", "Begin maintenance"}},
		{name: "the item's history leads there", path: fmt.Sprintf("/configuration/items/%d", one.ID), status: 200, want: []string{"/configuration/batches/1"}},
		{name: "a reader takes nothing back", as: "reader", method: "POST", path: "/configuration/batches/1/undo", form: url.Values{}, status: 403},
		{name: "one that is not there", path: "/configuration/batches/9", status: 404},
	} {
		t.Run(a.name, func(t *testing.T) { o.do(t, a) })
	}
	if _, err := o.stock.Save(t.Context(), people.System(people.ViaJob), cmdb.Input{ID: one.ID, Fields: map[string]string{"room": "D-7"}}); err != nil {
		t.Fatal(err)
	}
	for _, a := range []deskAsk{
		{name: "one moved on", path: "/configuration/batches/1", status: 200, want: []string{"1 item was changed again since", "Take back on 1 item"}},
		{name: "taken back", method: "POST", path: "/configuration/batches/1/undo", form: url.Values{}, status: 303},
		{name: "and says so", path: "/configuration/batches/1", status: 200, want: []string{"1 item is as it was before", "1 stayed because it was changed again", "Undone"}, wantNot: []string{"Take back on"}},
		{name: "not twice", method: "POST", path: "/configuration/batches/1/undo", form: url.Values{}, status: 409},
		{name: "a selection is where a baseline starts", path: fmt.Sprintf("/configuration/baselines?id=%d&id=%d&q=class:server", system.ID, one.ID), status: 200, want: []string{"SYS-APPROVAL", "SRV-001"}, wantNot: []string{`value="class:server"`}},
		{name: "or a list", path: "/configuration/baselines?q=class:server", status: 200, want: []string{`value="class:server"`}},
	} {
		t.Run(a.name, func(t *testing.T) { o.do(t, a) })
	}
	if i, err := o.stock.Find(t.Context(), people.System(people.ViaJob), system.ID); err != nil || i.State != cmdb.Live || i.Room != "" {
		t.Errorf("taken back: %s, %q, %v", i.State, i.Room, err)
	}
	if i, err := o.stock.Find(t.Context(), people.System(people.ViaJob), secret.ID); err != nil || i.Version != secret.Version {
		t.Errorf("an item out of sight was changed: %+v, %v", i, err)
	}
}

// TestBulkByKeyboard selects in the list, fills in, looks at the preview, does
// it and takes it back without a mouse.
func TestBulkByKeyboard(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	_, one, _ := o.rack()
	o.looked(t, "configuration-bulk", fmt.Sprintf("/configuration/bulk?id=%d&id=%d", one.ID, one.ID+1))
	p := browser.View(t, o.url+"/configuration?q=class:server")
	p.See(`tr[data-row]`)
	focus := func(selector string) {
		t.Helper()
		p.See(selector)
		browser.Eval[bool](p, `(document.querySelector('`+selector+`').focus(), true)`)
	}
	for n := range 2 {
		browser.Eval[bool](p, fmt.Sprintf(`(document.querySelectorAll('input[name="id"]')[%d].focus(), true)`, n))
		p.Keys(" ")
	}
	p.Until(`!document.querySelector('[data-bulk]').hidden`)
	focus(`button[formaction="/configuration/bulk"]:not([name])`)
	p.Keys(browser.Enter)
	p.Until(`location.pathname === '/configuration/bulk'`)
	focus(`[name="set.room"]`)
	p.Keys("C", "-", "1", browser.Enter)
	p.See(`form[action="/configuration/bulk/run"]`)
	p.Axe("configuration-bulk-preview")
	p.Screen("configuration-bulk-preview")
	focus(`form[action="/configuration/bulk/run"] button:not([name])`)
	p.Keys(browser.Enter)
	p.Until(`location.pathname.startsWith('/configuration/batches/')`)
	id := regexp.MustCompile(`\d+$`).FindString(browser.Eval[string](p, `location.pathname`))
	o.looked(t, "configuration-batch", "/configuration/batches/"+id)
	o.looked(t, "configuration-batches", "/configuration/batches")
	focus(`form[action$="/undo"] button`)
	p.Keys(browser.Enter)
	p.Until(`!document.querySelector('form[action$="/undo"]')`)
	if i, err := o.stock.Find(t.Context(), people.System(people.ViaJob), one.ID); err != nil || strings.Contains(i.Room, "C-1") {
		t.Errorf("the room is %q, %v", i.Room, err)
	}
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}
