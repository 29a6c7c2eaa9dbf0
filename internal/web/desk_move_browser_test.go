package web_test

import (
	"fmt"
	"os"
	"testing"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/testkit/browser"
)

// dialog opens the form of a move by its button, in the menu or outside, and
// looks at it with axe on a desk and on a phone in the dark.
func dialog(p *browser.Page, t *testing.T, move string) {
	t.Helper()
	press(p, `[hx-get$="/move/`+move+`"]`)
	p.Until(`document.querySelector('dialog[open] form[hx-post$="/move/` + move + `"]')`)
	p.Axe("dialog " + move)
	p.Screen("dialog-" + move)
	p.Size(390, 900)
	browser.Eval[bool](p, `(document.documentElement.dataset.theme = 'dark', true)`)
	p.Axe("dialog " + move + " on a phone, dark")
	p.Screen("dialog-" + move + "-phone")
	browser.Eval[bool](p, `(document.documentElement.dataset.theme = 'light', true)`)
	if cut := browser.Eval[bool](p, `document.querySelector('dialog[open] .dialog-foot').getBoundingClientRect().bottom > document.querySelector('dialog[open]').getBoundingClientRect().bottom`); cut {
		t.Errorf("dialog %s: its buttons are out of sight on a phone", move)
	}
	p.Size(1440, 900)
	if twice := browser.Eval[string](p, `[...document.querySelectorAll('[id]')].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i).join()`); twice != "" {
		t.Errorf("dialog %s: ids given twice: %s", move, twice)
	}
}

// press clicks what may stand in a closed menu.
func press(p *browser.Page, selector string) {
	browser.Eval[bool](p, fmt.Sprintf(`(document.querySelector(%q).click(), true)`, selector))
}

// fill answers a field of the open dialog, however it is shown.
func fill(p *browser.Page, name, value string) {
	browser.Eval[bool](p, fmt.Sprintf(`(() => { const f = document.querySelector('dialog[open] [name=%q]'); f.tomselect ? f.tomselect.setValue(%q) : f.value = %q; return true })()`, name, value, value))
}

// TestMovesInTheBrowser resolves a parent with its parts, past a field of the
// centre's own that the move demands, and cancels in both ways.
func TestMovesInTheBrowser(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	own := setting.Thing{Kind: setting.Field, Code: "carrier", Name: people.Text{En: "Ticket of the carrier", Zh: "运营商工单"}, Doc: []byte(`{"practice":"incident","type":"text","must":["resolve"]}`), Changed: noon}
	if err := o.keeper.Save(t.Context(), &own); err != nil {
		t.Fatal(err)
	}
	main := o.busy()
	part := func(title string) *incident.Incident {
		t.Helper()
		one, err := o.desk.Register(t.Context(), o.agent(), incident.Call{Channel: "phone", Parent: main.Number, Input: record.Input{Fields: map[string]string{
			"title": title, "requester": o.zhou.ID.String(), "service": fmt.Sprint(o.service), "category": fmt.Sprint(o.category), "zone": fmt.Sprint(o.zone), "impact": "3", "urgency": "2",
		}}})
		if err != nil {
			t.Fatal(err)
		}
		return one
	}
	east, west := part("East district is offline"), part("West district is offline")
	p := browser.View(t, o.url+"/incidents/"+main.Ref())
	state := func(i *incident.Incident) string {
		t.Helper()
		held, err := o.desk.Find(t.Context(), o.agent(), i.Number)
		if err != nil {
			t.Fatal(err)
		}
		return string(held.State) + string(held.EndedAs)
	}

	dialog(p, t, "resolve")
	fill(p, "solution", "The spare line took over.")
	fill(p, "cause", fmt.Sprint(o.cause))
	fill(p, "no_item", "It is the carrier's")
	press(p, `dialog[open] [name=child][value="`+west.Ref()+`"]`)
	p.Ctrl(browser.Enter)
	if name := browser.Eval[string](p, `document.activeElement.name`); name != "x.carrier" {
		t.Errorf("without the field of the centre's own the focus is at %q", name)
	}
	// A browser that does not check leaves it to the server.
	browser.Eval[bool](p, `(document.querySelectorAll('dialog[open] form').forEach((f) => { f.noValidate = true }), true)`)
	p.Ctrl(browser.Enter)
	p.Until(`document.querySelector('dialog[open] .summary')?.textContent.includes('Ticket of the carrier')`)
	p.Axe("resolve, refused")
	p.Screen("dialog-resolve-refused")
	if kept := browser.Eval[string](p, `(() => { const v = (n) => document.querySelector('dialog[open] [name="' + n + '"]').value; return v('solution') + '|' + v('cause') + '|' + v('no_item') + '|' + [...document.querySelectorAll('dialog[open] [name=child]:checked')].map((c) => c.value) })()`); kept != fmt.Sprintf("The spare line took over.|%d|It is the carrier's|%s", o.cause, east.Ref()) {
		t.Errorf("what was answered is lost: %s", kept)
	}
	fill(p, "x.carrier", "CT-2026-118")
	p.Ctrl(browser.Enter)
	p.Until(`!document.querySelector('dialog[open]') && document.querySelector('#pane-timeline').textContent.includes('The spare line took over.')`)
	if got := state(main) + " " + state(east) + " " + state(west); got != "resolved resolved assigned" {
		t.Errorf("parent, its part, the part left out: %s", got)
	}

	p.Go(o.url + "/incidents/" + west.Ref())
	dialog(p, t, "cancel")
	fill(p, "ended_as", "duplicate")
	browser.Eval[bool](p, `(document.querySelectorAll('dialog[open] form').forEach((f) => { f.noValidate = true }), true)`)
	p.Ctrl(browser.Enter)
	p.Until(`document.querySelector('dialog[open] .summary a[href="#f-move-duplicate_of"]') && document.querySelector('dialog[open] [name=ended_as]').value === 'duplicate'`)
	fill(p, "duplicate_of", main.Ref())
	p.Ctrl(browser.Enter)
	p.Until(`!document.querySelector('dialog[open], .htmx-request')`)
	other := o.call("Nothing was wrong", nil)
	p.Go(o.url + "/incidents/" + other.Ref())
	press(p, `[hx-get$="/move/cancel"]`)
	p.Until(`document.querySelector('dialog[open] [name=ended_as]')`)
	fill(p, "ended_as", "no_fault")
	p.Ctrl(browser.Enter)
	p.Until(`!document.querySelector('dialog[open]')`)
	if got := state(west) + " " + state(other); got != "cancelledduplicate cancelledno_fault" {
		t.Errorf("cancelled as %s", got)
	}
}

// TestMajorInTheBrowser declares a major incident, takes its roles by keyboard
// and mouse, and owes its review once it is resolved.
func TestMajorInTheBrowser(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	main := o.busy()
	p := browser.View(t, o.url+"/incidents/"+main.Ref())
	dialog(p, t, "declare")
	fill(p, "text", "Six districts are cut off.")
	p.Ctrl(browser.Enter)
	p.Until(`document.querySelector('#pane-facts .major') && !document.querySelector('dialog[open], .htmx-added, .htmx-settling, .htmx-request')`)
	p.Screen("major")
	for _, role := range []string{"lead", "liaison", "scribe"} {
		browser.Eval[bool](p, `(document.querySelector('.major button[value=`+role+`]').focus(), true)`)
		p.Keys(browser.Enter)
		p.Until(`document.querySelector('#pane-facts .major') && !document.querySelector('.major button[value=` + role + `]') && !document.querySelector('.htmx-added, .htmx-settling, .htmx-request')`)
	}
	p.Axe("major, manned")
	p.Screen("major-manned")
	press(p, `[hx-get$="/move/resolve"]`)
	p.Until(`document.querySelector('dialog[open] [name=solution]')`)
	for name, v := range map[string]string{"solution": "Spare line", "cause": fmt.Sprint(o.cause), "no_item": "Carrier's"} {
		fill(p, name, v)
	}
	p.Ctrl(browser.Enter)
	p.Until(`!document.querySelector('dialog[open], .htmx-added, .htmx-settling, .htmx-request')`)
	press(p, `[hx-get$="/move/stand_down"]`)
	p.Until(`document.querySelector('dialog[open] [name=text]')`)
	fill(p, "text", "All six are back.")
	p.Ctrl(browser.Enter)
	p.Until(`!document.querySelector('dialog[open], .htmx-added, .htmx-settling, .htmx-request') && document.querySelector('[hx-get$="/move/report"]')`)
	p.Screen("major-resolved")
	held, err := o.desk.Find(t.Context(), o.agent(), main.Number)
	if err != nil || held.ReportDue.IsZero() || held.Scribe != o.agent().ID {
		t.Fatalf("review due %s, scribe %d, %v", held.ReportDue, held.Scribe, err)
	}
	dialog(p, t, "report")
	fill(p, "report", "What happened, why, and what changes.")
	p.Ctrl(browser.Enter)
	p.Until(`!document.querySelector('dialog[open]') && document.querySelector('#pane-timeline').textContent.includes('What happened, why')`)
	if held, err = o.desk.Find(t.Context(), o.agent(), main.Number); err != nil || !held.ReportDue.IsZero() {
		t.Errorf("the review is still due %s, %v", held.ReportDue, err)
	}
	if os.Getenv("KILTER_PICTURES") != "" {
		p.Picture("major-reported")
	}
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}
