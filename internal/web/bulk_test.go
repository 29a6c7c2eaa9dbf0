package web_test

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/testkit/browser"
)

// closed raises a problem in a network that the agent is not cleared for.
func (o *bureau) closed(title string) *problem.Problem {
	o.t.Helper()
	p, err := o.problems.Raise(o.t.Context(), people.System(people.ViaJob), record.Input{Fields: map[string]string{"title": title, "zone": fmt.Sprint(o.secret)}})
	if err != nil {
		o.t.Fatal(err)
	}
	return p
}

// TestManyAtOnce goes through a deed on many records of each practice: what is
// asked, what would happen to each, what happened, and all of it taken back.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	own := setting.Thing{Kind: setting.Field, Code: "depot", Name: people.Text{En: "Depot", Zh: "仓库"}, Doc: []byte(`{"practice":"problem","type":"text","must":["accept"]}`), Changed: noon}
	if err := o.keeper.Save(t.Context(), &own); err != nil {
		t.Fatal(err)
	}
	known := o.led(o.raised("Plugs work loose"), "accept", "classify")
	o.problems.Own = func() []record.Own {
		own, err := record.OwnFields(o.keeper.All(), record.Problem)
		if err != nil {
			t.Error(err)
		}
		return own
	}
	first, second, secret := o.raised("Lines drop in the rain"), o.raised("Screens flicker"), o.closed("nobody here may know")
	all := []string{"n", first.Ref(), "n", second.Ref(), "n", known.Ref(), "n", secret.Ref(), "n", "INC-2026-00001"}
	ask := func(as, name, path string, status int, want, not []string, form ...string) string {
		t.Helper()
		return o.do(t, deskAsk{name: name, as: as, method: "POST", path: path, form: pairs(append(all[:len(all):len(all)], form...)...), htmx: true, status: status, want: want, wantNot: not})
	}
	o.do(t, deskAsk{name: "the list offers it", path: "/problems", status: 200, want: []string{`hx-post="/problems/bulk"`, `value="classify"`}, wantNot: []string{`hx-post="/incidents/bulk"`}})
	o.do(t, deskAsk{name: "not to a reader", as: "reader", path: "/problems", status: 200, wantNot: []string{"data-bulk"}})
	for _, path := range []string{"/problems/bulk", "/problems/bulk/preview", "/problems/bulk/run"} {
		ask("reader", "nor at that address", path, 403, nil, nil, "deed", "note")
		ask("official", "nor for officials", path, 404, nil, nil, "deed", "note")
		ask("", "a deed that is not offered", path, 404, nil, nil, "deed", "publish")
	}
	o.do(t, deskAsk{name: "nothing selected", method: "POST", path: "/problems/bulk", form: pairs("deed", "accept", "n", "INC-2026-00001"), htmx: true, status: 422, want: []string{"Select at least one"}})
	ask("", "what the centre demands is asked", "/problems/bulk", 200, []string{"Depot", "4 problems"}, []string{"INC-2026-00001"}, "deed", "accept")
	ask("", "what would happen", "/problems/bulk/preview", 200, []string{first.Ref(), second.Ref(), "Change 2 problems", "2 will not", "Not possible in the state “Classified”"}, []string{"nobody here may know"}, "deed", "accept", "x.depot", "North")
	ask("", "nothing would, without it", "/problems/bulk/preview", 200, []string{"Depot", "4 will not"}, []string{"Change 2"}, "deed", "accept")
	ask("", "and back to what was typed", "/problems/bulk", 200, []string{`value="North"`}, nil, "deed", "accept", "x.depot", "North", "again", "true")
	if p, err := o.problems.Find(t.Context(), o.agent(), first.Number); err != nil || p.State != problem.New {
		t.Fatalf("a preview has done something: %v %v", p.State, err)
	}
	done := ask("", "done", "/problems/bulk/run", 200, []string{"2 problems changed", "2 stayed"}, nil, "deed", "accept", "x.depot", "North")
	o.do(t, deskAsk{name: "it was", path: "/problems/" + first.Ref(), status: 200, want: []string{"/move/classify"}})
	undo := regexp.MustCompile(`action="(/undo/problems/\d+)"`).FindStringSubmatch(done)
	if undo == nil {
		t.Fatalf("no way back: %s", done)
	}
	o.do(t, deskAsk{name: "not by a reader", as: "reader", method: "POST", path: undo[1], form: pairs(), htmx: true, status: 403})
	o.do(t, deskAsk{name: "nor as what it is not", method: "POST", path: strings.Replace(undo[1], "problems", "contacts", 1), form: pairs(), htmx: true, status: 404})
	o.do(t, deskAsk{name: "taken back", method: "POST", path: undo[1], form: pairs(), htmx: true, status: 200, want: []string{"2 problems are as they were"}})
	o.do(t, deskAsk{name: "but once", method: "POST", path: undo[1], form: pairs(), htmx: true, status: 409})
	if p, err := o.problems.Find(t.Context(), o.agent(), first.Number); err != nil || p.State != problem.New || p.More["depot"] != "" {
		t.Errorf("after the undo it is %v with %q, %v", p.State, p.More["depot"], err)
	}
	ask("", "a field of many", "/problems/bulk/run", 200, []string{"3 problems changed"}, nil, "deed", "edit", "impact", "1", "x.depot", "South")
	if p, err := o.problems.Find(t.Context(), o.agent(), second.Number); err != nil || p.More["depot"] != "South" || p.Impact != 1 {
		t.Errorf("edited: %+v, %v", p, err)
	}
}

// TestManyContactsAndArticles: the other practices have it by the same means.
func TestManyContactsAndArticles(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	call := func() string {
		return o.logged(map[string]string{"title": "When is the hall open?", "caller": "Wang", "type": "question", "channel": "phone"}).Ref()
	}
	one, two := call(), call()
	o.do(t, deskAsk{name: "one answer for all who ask", method: "POST", path: "/contacts/bulk/run", form: pairs("n", one, "n", two, "deed", "answer", "answer", "From nine to five."), htmx: true, status: 200, want: []string{"2 contacts changed", "/undo/contacts/"}})
	o.do(t, deskAsk{name: "it is there", path: "/contacts/" + two, status: 200, want: []string{"From nine to five."}})
	article := wrote(t, o.articles, o.agent(), o.editor())
	got := o.do(t, deskAsk{name: "an article is for others now", method: "POST", path: "/knowledge/bulk/run", form: pairs("n", article.Ref(), "deed", "address", "audience", "staff"), htmx: true, status: 200, want: []string{"1 article changed"}})
	undo := regexp.MustCompile(`action="([^"]+)" data-undo`).FindStringSubmatch(got)
	o.do(t, deskAsk{name: "and back", method: "POST", path: html.UnescapeString(undo[1]), form: pairs(), htmx: true, status: 200, want: []string{"1 article is as it was"}})
	o.do(t, deskAsk{name: "retiring has its reason", method: "POST", path: "/knowledge/bulk", form: pairs("n", article.Ref(), "deed", "retire"), htmx: true, status: 200, want: []string{`name="text"`, "required"}})
}

// TestOneMoveTakenBack: a single move on a plain page has the same way back as
// on the page of an incident; what is made known by it has none.
func TestOneMoveTakenBack(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	undo := regexp.MustCompile(`action="([^"]+)" data-undo`)
	one := o.raised("Lines drop in the rain")
	article := wrote(t, o.articles, o.agent(), o.editor())
	call := o.logged(map[string]string{"title": "When is the hall open?", "caller": "Wang", "type": "question", "channel": "phone"})
	for _, tc := range []struct {
		at, move string
		form     []string
	}{
		{"/problems/" + one.Ref(), "accept", nil},
		{"/contacts/" + call.Ref(), "answer", []string{"answer", "From nine to five."}},
		{"/knowledge/" + article.Ref(), "address", []string{"audience", "staff"}},
	} {
		got := o.do(t, deskAsk{name: tc.move, method: "POST", path: tc.at + "/move/" + tc.move, form: pairs(tc.form...), htmx: true, status: 200})
		m := undo.FindStringSubmatch(got)
		if m == nil {
			t.Errorf("%s of %s cannot be taken back", tc.move, tc.at)
			continue
		}
		o.do(t, deskAsk{name: tc.move + " by a reader", as: "reader", method: "POST", path: html.UnescapeString(m[1]), form: pairs(), htmx: true, status: 403})
		o.do(t, deskAsk{name: tc.move + " taken back", method: "POST", path: html.UnescapeString(m[1]), form: pairs(), htmx: true, status: 200})
		o.do(t, deskAsk{name: tc.move + " is offered again", path: tc.at, status: 200, want: []string{"/move/" + tc.move}})
	}
	known := o.led(o.raised("Plugs work loose"), "accept", "classify", "investigate")
	got := o.do(t, deskAsk{name: "establish", method: "POST", path: "/problems/" + known.Ref() + "/move/establish", form: pairs("root_cause", "worn", "cause", fmt.Sprint(o.cause), "workaround", "push it in"), htmx: true, status: 200})
	if undo.MatchString(got) {
		t.Error("a known error that others read is taken back by one press")
	}
}

// TestManyInTheBrowser accepts two problems and takes it back, by keys.
func TestManyInTheBrowser(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	o.raised("雨天线路中断")
	o.raised("七楼打印机输出空白页")
	o.led(o.raised("Plugs work loose"), "accept", "classify")
	p := browser.View(t, o.url+"/problems")
	p.Keys("j", "x", "j", "j", "X")
	p.Until(`document.querySelector('[data-bulk-count]').textContent === '3'`)
	p.Axe("bulk bar")
	p.Screen("bulk-bar")
	press(p, `[data-bulk] button[value=accept]`)
	p.Until(`document.querySelector('#bulk[open] form[hx-post$="/problems/bulk/preview"]')`)
	p.Axe("bulk questions")
	p.Screen("bulk-ask")
	p.Ctrl(browser.Enter)
	p.Until(`document.querySelector('#bulk[open] form[hx-post$="/problems/bulk/run"] tbody tr')`)
	for _, look := range []struct {
		width int
		theme string
	}{{390, "dark"}, {1440, "light"}} {
		p.Size(look.width, 900)
		browser.Eval[bool](p, fmt.Sprintf(`(document.documentElement.dataset.theme = %q, true)`, look.theme))
		p.Axe("bulk preview, " + look.theme)
		p.Screen("bulk-preview-" + look.theme)
		p.Fits("bulk preview, " + look.theme)
	}
	press(p, `#bulk button[name=again]`)
	p.Until(`document.querySelector('#bulk[open] form[hx-post$="/problems/bulk/preview"]') && !document.querySelector('.htmx-added')`)
	p.Axe("bulk questions once more")
	p.Ctrl(browser.Enter)
	p.Until(`document.querySelector('#bulk[open] form[hx-post$="/problems/bulk/run"] tbody tr') && !document.querySelector('.htmx-added')`)
	p.Ctrl(browser.Enter)
	p.Until(`!document.querySelector('dialog[open]') && document.querySelector('form[data-undo]')`)
	p.Axe("bulk done")
	p.Screen("bulk-done")
	press(p, `form[data-undo] button`)
	p.Until(`document.body.textContent.includes('2 problems are as they were before')`)
	for _, complaint := range p.Complaints() {
		t.Error(complaint)
	}
}
