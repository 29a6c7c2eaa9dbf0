package web_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"kilter/internal/job"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/testkit/browser"
)

// busy fills the bureau with a morning's work.
func (o *bureau) busy() *incident.Incident {
	o.t.Helper()
	var main *incident.Incident
	for i, title := range []string{"政务外网：六个区县无法访问审批系统", "Mail attachments above 10 MB are refused", "三号大厅排队屏断电后黑屏", "Digital certificate expired for the finance clerk", "七楼打印机输出空白页", "Video meeting room B: no sound"} {
		o.now = noon.Add(-time.Duration(6-i) * 40 * time.Minute)
		one := o.call(title, map[string]string{"impact": []string{"2", "3", "4"}[i%3], "description": "从 08:12 开始，**所有**窗口都打不开。\n\n- 重启无效\n- 换电脑无效"})
		if i == 0 {
			main = one
		}
	}
	o.now = noon.Add(-100 * time.Minute)
	by := o.agent()
	step := func(err error) {
		if err != nil {
			o.t.Fatal(err)
		}
	}
	_, err := o.desk.Move(o.t.Context(), by, main.Number, "accept", record.Input{Fields: map[string]string{"owner": by.ID.String()}})
	step(err)
	o.now = noon.Add(-50 * time.Minute)
	_, err = o.desk.Reply(o.t.Context(), by, main.Number, record.Input{Text: "我们已确认六个区县受影响，正在处理线路，10:30 更新进展。"})
	step(err)
	o.now = noon.Add(-30 * time.Minute)
	_, err = o.desk.Note(o.t.Context(), by, main.Number, record.Input{Text: "Core switch SW-3 lost its uplink. Spare line is up, routes are *not* announced."})
	step(err)
	o.now = noon
	return main
}

func TestDeskInTheBrowser(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	main := o.busy()
	for name, path := range map[string]string{
		"list": "/incidents", "split": "/incidents?open=" + main.Ref(), "record": "/incidents/" + main.Ref(), "call": "/incidents/new", "myday": "/", "dashboard": "/dashboard",
	} {
		t.Run(name, func(t *testing.T) {
			p := browser.View(t, o.url+path)
			for i, look := range looks {
				if i > 1 && os.Getenv("KILTER_PICTURES") == "" {
					break
				}
				p.Size(look.width, 900)
				p.Prefer(look.lang, look.theme)
				full := "desk-" + name + "-" + look.lang + "-" + look.theme + map[bool]string{true: "-phone"}[look.width == 390]
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

// TestAgentByKeyboard is an agent's work without a mouse: down the list, open,
// answer, send.
func TestAgentByKeyboard(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	main := o.busy()
	p := browser.View(t, o.url+"/incidents?view=mine")
	p.Keys("j")
	p.Until(`document.querySelector('tr[data-cursor]')?.dataset.ref === '` + main.Ref() + `'`)
	p.Keys("o")
	p.Until(`document.querySelector('#record .pane')?.dataset.number === '` + main.Ref() + `' && location.search.includes('open=')`)
	p.Keys("r")
	p.Until(`document.activeElement.matches('.composer-reply textarea')`)
	browser.Eval[bool](p, `(document.activeElement.value = 'The line is up again.', true)`)
	p.Ctrl(browser.Enter)
	p.Until(`document.querySelector('#pane-timeline').textContent.includes('The line is up again.')`)
	p.Until(`!document.querySelector('.composer-reply textarea')?.value`)
	p.Keys("c")
	p.Until(`location.pathname === '/incidents/new'`)
}

// TestRecordKeys presses single keys of a record: dots copy its number, title and
// address, and n begins a note.
func TestRecordKeys(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	main := o.busy()
	canned := setting.Thing{Kind: setting.Template, Code: "visit", Name: people.Text{En: "Announce a visit", Zh: "预约上门"}, Doc: []byte(`{"use":"reply","body":{"en":"A colleague will come about {{number}}."}}`), Changed: noon}
	if err := o.keeper.Save(t.Context(), &canned); err != nil {
		t.Fatal(err)
	}
	p := browser.View(t, o.url+"/incidents/"+main.Ref())
	copied := func(dots int, want string) {
		t.Helper()
		browser.Eval[bool](p, `(window.copied = null, Object.defineProperty(navigator, 'clipboard', {value: {writeText: (s) => { window.copied = s; return Promise.resolve() }}, configurable: true}), true)`)
		// One call for all: whoever presses dots does not wait for a busy machine between them.
		browser.Eval[bool](p, fmt.Sprintf(`(Array.from({length: %d}, () => document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '.', bubbles: true, cancelable: true}))), true)`, dots))
		p.Until(`window.copied !== null`)
		if got := browser.Eval[string](p, `window.copied`); got != want {
			t.Errorf("%d dots copy %q, want %q", dots, got, want)
		}
	}
	copied(1, main.Ref())
	copied(2, main.Ref()+" "+main.Title)
	copied(3, main.Ref()+" "+main.Title+" "+browser.Eval[string](p, `location.href`))
	p.Keys("n")
	p.Until(`document.activeElement.matches('.composer-note textarea')`)
	p.Keys("e", ".", "w") // typing, not deeds
	p.Until(`document.activeElement.value === 'e.w'`)
	browser.Eval[bool](p, `(document.activeElement.value = '', document.activeElement.blur(), true)`)
	opens := func(key, dialog string) { // and Escape leads back
		t.Helper()
		p.Keys(key)
		p.Until(`document.querySelector('dialog[open] ` + dialog + `')`)
		p.Keys(browser.Escape)
		p.Until(`!document.querySelector('dialog[open]')`)
	}
	opens("l", "form[hx-post$=\"/link\"]")
	opens("p", "form[hx-post$=\"/move/prioritise\"]")
	opens("a", "form[hx-post$=\"/move/reassign\"]")
	opens("?", ".keys")
	p.Keys("s")
	p.Until(`document.activeElement.matches('.deeds .menu-item')`)
	p.Keys(browser.Escape, "t") // the canned texts of a composer that was closed
	p.Until(`document.activeElement.matches('.compose[open] .menu-item')`)
	p.Keys(browser.Enter)
	p.Until(`document.activeElement.matches('.composer-reply textarea') && document.activeElement.value === 'A colleague will come about ` + main.Ref() + `.'`)
	browser.Eval[bool](p, `(document.activeElement.value = '', document.activeElement.blur(), true)`)
	p.Keys("w")
	p.Until(`document.querySelector('[data-key="w"] use').href.baseVal.includes('eye-off')`)
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}

// TestNothingTypedIsReplaced edits a field where it stands while colleagues
// work on the same record: their work comes in around it, and Enter saves.
func TestNothingTypedIsReplaced(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	main := o.busy()
	p := browser.View(t, o.url+"/incidents/"+main.Ref())
	p.Keys("e")
	p.Until(`document.activeElement.matches('#field-title [name=title]')`)
	p.Keys("!")
	relay, live := job.Relay(o.db), o.pages.Live.(*job.Live).Duty()
	hand := func() {
		t.Helper()
		for _, duty := range []job.Duty{relay, live} {
			if _, err := duty.Run(o.t.Context(), o.now); err != nil {
				t.Fatal(err)
			}
		}
	}
	hand() // from here on
	p.Until(`document.querySelector('[sse-connect]')['htmx-internal-data'].sseEventSource.readyState === 1`)
	fresh := func(name string) {
		t.Helper()
		if _, err := o.desk.Note(o.t.Context(), o.agent(), main.Number, record.Input{Text: name}); err != nil {
			t.Fatal(err)
		}
		hand()
		p.Until(`document.querySelector('#pane-timeline').textContent.includes('` + name + `')`)
	}
	fresh("first colleague")
	p.Keys("?")
	want := main.Title + "!?"
	if got := browser.Eval[string](p, `document.querySelector('#field-title [name=title]')?.value ?? 'gone'`); got != want {
		t.Errorf("typed across a refresh: %q, want %q", got, want)
	}
	browser.Eval[bool](p, `(document.activeElement.blur(), true)`)
	fresh("second colleague")
	if got := browser.Eval[string](p, `document.querySelector('#field-title [name=title]')?.value ?? 'gone'`); got != want {
		t.Errorf("typed and left: %q, want %q", got, want)
	}
	browser.Eval[bool](p, `(document.querySelector('#field-title [name=title]').focus(), true)`)
	p.Keys(browser.Enter)
	p.Until(`!document.querySelector('#field-title form') && document.querySelector('#field-title').textContent.includes('!?')`)
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}

// TestNeighbours goes through a list without going back to it.
func TestNeighbours(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	o.busy()
	p := browser.View(t, o.url+"/incidents?view=open")
	refs := browser.Eval[[]string](p, `[...document.querySelectorAll('tr[data-row]')].map((r) => r.dataset.ref)`)
	at := func(ref string) {
		t.Helper()
		p.Until(`document.querySelector('.pane')?.dataset.number === '` + ref + `' && document.querySelector('[data-neighbour="1"]:not([hidden])')`)
	}
	p.Keys("j", "o")
	at(refs[0])
	p.Keys("]")
	at(refs[1])
	p.Keys("\\")
	p.Until(`document.querySelector('.split').hasAttribute('data-closed')`)
	p.Go(o.url + "/incidents/" + refs[1])
	p.Keys("]")
	p.Until(`location.pathname.endsWith('` + refs[2] + `') && document.documentElement.dataset.ready !== undefined`) // a page whose scripts have not begun knows no keys
	p.Keys("[")
	p.Until(`location.pathname.endsWith('` + refs[1] + `')`)
	at(refs[1])
}
