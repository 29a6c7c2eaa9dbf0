package web_test

import (
	"os"
	"testing"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
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
				if wide := browser.Eval[int](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
					t.Errorf("%s is %d px wider than the window", full, wide)
				}
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
	p := browser.View(t, o.url+"/incidents/"+main.Ref())
	copied := func(dots int, want string) {
		t.Helper()
		browser.Eval[bool](p, `(window.copied = null, Object.defineProperty(navigator, 'clipboard', {value: {writeText: (s) => { window.copied = s; return Promise.resolve() }}, configurable: true}), true)`)
		for range dots {
			p.Keys(".")
		}
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
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}
