package app

import (
	"testing"

	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/risk"
	"kilter/internal/testkit/browser"
)

// TestPagesInEveryLook looks at pages that no story walks through: both
// languages, light and dark, wide and on a phone, with axe; nothing is beyond
// the edge. A management review is called, held and followed up on the way.
func TestPagesInEveryLook(t *testing.T) {
	t.Parallel()
	h, at, enter := demoHouse(t)
	p := browser.View(t, at+"/signin")
	s := &story{Page: p, t: t, url: at}
	occurred, err := h.db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Risk, Where: query.Is("state", string(risk.Triggered)), Limit: 1})
	if err != nil || len(occurred) != 1 {
		t.Fatalf("the demo has a risk that occurred: %d, %v", len(occurred), err)
	}
	if err := h.handbookRoom().Nightly(t.Context()); err != nil { // what the drift and the figures say
		t.Fatal(err)
	}
	for _, one := range []struct {
		role  string
		paths []string
	}{
		{"Process manager", []string{"/handbook", "/handbook/CHG", "/handbook/CHG/edit", "/handbook/CHG/editions", "/handbook/IM/drift", "/handbook/IM/figures/restore", "/risks/top", "/risks/" + occurred[0].Ref(), "/reviews", "/reviews/2", "/reviews/3"}},
		{"Director", []string{"/director", "/tour"}},
		{"Knowledge manager", []string{"/knowledge/import"}},
		{"Change manager", []string{"/cab", "/cab/new"}},
		{"System administrator", []string{"/settings/freeze/new", "/settings/maintenance_window/new"}},
	} {
		enter(p, one.role)
		for _, path := range one.paths {
			s.everyLook(path)
		}
	}
	enter(p, "Process manager")
	s.seesAFlow("/handbook/CHG")
	s.holdsAReview(h)
	enter(p, "Knowledge manager")
	s.Go(at + "/knowledge?q=state:review")
	s.everyLook(browser.Eval[string](p, `document.querySelector('tbody a').getAttribute('href')`))
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}

// seesAFlow looks at the flow of a chapter in its viewer: it shows what the file
// has, is moved by buttons and keys, leads to the lines of the table, names who
// made it, and leaves paper to the drawing.
func (s *story) seesAFlow(path string) {
	s.t.Helper()
	s.Go(s.url + path)
	s.Until(`document.querySelector('[data-flow][data-drawn]')`)
	type sums struct{ Shapes, Flows, Drawn, Says int }
	browser.Eval[bool](s.Page, `(fetch(document.querySelector('[data-flow]').dataset.flow).then((r) => r.text()).then((t) => { window.file = t }), true)`)
	s.Until(`window.file`)
	got := browser.Eval[sums](s.Page, `(() => {
		const box = document.querySelector('.hb-flow-canvas'), all = (what) => [...box.querySelectorAll('.djs-' + what)].filter((e) => !e.dataset.elementId.endsWith('_label')).length;
		return { shapes: all('shape'), flows: all('connection'), drawn: Number(box.parentElement.dataset.drawn), says: box.querySelectorAll('.djs-shape text').length };
	})()`)
	want := browser.Eval[sums](s.Page, `({ shapes: window.file.split('<bpmndi:BPMNShape ').length - 1, flows: window.file.split('<bpmndi:BPMNEdge ').length - 1, drawn: 0, says: 0 })`)
	if got.Shapes != want.Shapes || got.Flows != want.Flows || got.Drawn != want.Shapes+want.Flows || got.Says < want.Shapes || want.Shapes < 10 {
		s.t.Errorf("%s: %+v are drawn, the file has %+v", path, got, want)
	}
	const scale = `new DOMMatrix(getComputedStyle(document.querySelector('.hb-flow-canvas .viewport')).transform).a`
	was := browser.Eval[float64](s.Page, scale)
	s.reach(`[data-flow-do=closer]`)
	s.Keys(browser.Enter)
	closer := browser.Eval[float64](s.Page, scale)
	s.reach(`.hb-flow-canvas svg[role=img]`)
	s.Keys("0")
	whole := browser.Eval[float64](s.Page, scale)
	if closer <= was || whole >= was {
		s.t.Errorf("%s: from %v closer is %v, all is seen at %v", path, was, closer, whole)
	}
	s.Axe("a flow in its viewer")
	if !browser.Eval[bool](s.Page, `getComputedStyle(document.querySelector('.hb-drawing')).display === 'none' && document.querySelector('.bjs-powered-by').checkVisibility()`) {
		s.t.Error("the flow is there twice, or does not say whose viewer it is")
	}
	browser.Eval[bool](s.Page, `(document.querySelector('.hb-flow-canvas [data-element-id^=State_] .djs-hit').dispatchEvent(new MouseEvent('click', { bubbles: true })), true)`)
	s.Until(`document.querySelector('tr:target')`)
	s.Print(true)
	if !browser.Eval[bool](s.Page, `document.querySelector('.hb-drawing').checkVisibility() && !document.querySelector('.hb-flow-canvas').checkVisibility()`) {
		s.t.Error("on paper the flow is not our own drawing")
	}
	s.Print(false)
}
