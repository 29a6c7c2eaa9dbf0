package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kilter/internal/testkit/browser"
	"kilter/internal/web"
)

func TestKeyboard(t *testing.T) {
	t.Parallel()
	base := guideServer(t)
	p := browser.View(t, base+"/styleguide/list")

	p.Keys("j")
	p.Until(`document.querySelectorAll('tr[data-row]')[1].hasAttribute('data-cursor')`)
	p.Keys("x")
	p.See("[data-bulk]")
	p.Keys("j", "j", "X") // Shift-x
	p.Until(`document.querySelector('[data-bulk-count]').textContent === '3'`)
	p.Click("[data-unselect]")
	p.Until(`document.querySelector('[data-bulk]').hidden`)

	p.Keys("/")
	p.Until(`document.activeElement.matches('input[type=search]')`)
	browser.Eval[string](p, `document.activeElement.value = ''`) // chromedp sends the sign apart from the key
	p.Keys("j", "x", "?")                                        // typing, not deeds
	if got := browser.Eval[string](p, `document.activeElement.value`); got != "jx?" {
		t.Errorf("typing into the filter gave %q", got)
	}
	if browser.Eval[bool](p, `!!document.querySelector('dialog[open]')`) {
		t.Error("a key typed into a field opened a dialog")
	}

	browser.Eval[bool](p, `document.activeElement.blur(), true`)
	p.Keys("?")
	p.See("#keys")
	p.Axe("shortcut sheet")
	p.Keys(browser.Escape)
	p.Until(`!document.querySelector('dialog[open]')`)
	p.Keys("g", "r")
	p.Until(`location.pathname === '/styleguide/record' && document.documentElement.dataset.ready !== undefined`)
}

func TestKeysRestDuringComposition(t *testing.T) {
	t.Parallel()
	p := browser.View(t, guideServer(t)+"/styleguide/list")
	opened := browser.Eval[bool](p, `document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '?', isComposing: true, bubbles: true})), document.getElementById('keys').open`)
	if opened {
		t.Error("a key of an IME composition was taken for a shortcut")
	}
}

func TestPalette(t *testing.T) {
	t.Parallel()
	p := browser.View(t, guideServer(t)+"/styleguide/record")
	p.Ctrl("k")
	p.See("#palette")
	p.Axe("palette")
	p.Screen("palette-en-light")
	first := p.Text("#palette-list .palette-item")
	if !strings.Contains(first, "Resolve") {
		t.Errorf("the palette starts with %q, not with a deed of this page", first)
	}
	p.Type("#palette input", "breaching")
	p.Until(`document.querySelectorAll('#palette-list .palette-item').length === 1`)
	p.Keys(browser.Enter)
	p.Until(`location.search === '?v=soon'`)
}

func TestSplitPaneIsMovedByKeyAndRemembered(t *testing.T) {
	t.Parallel()
	p := browser.View(t, guideServer(t)+"/styleguide/record")
	before := browser.Eval[int](p, `Math.round(document.querySelector('.split-list').getBoundingClientRect().width)`)
	browser.Eval[bool](p, `document.querySelector('.split-bar').focus(), true`)
	p.Keys(browser.Left, browser.Left, browser.Left)
	after := browser.Eval[int](p, `Math.round(document.querySelector('.split-list').getBoundingClientRect().width)`)
	if after >= before {
		t.Errorf("three presses to the left took the list from %d to %d px", before, after)
	}
	p.Go(browser.Eval[string](p, `location.href`))
	if again := browser.Eval[int](p, `Math.round(document.querySelector('.split-list').getBoundingClientRect().width)`); again != after {
		t.Errorf("the width was %d px, and %d after loading again", after, again)
	}
}

func TestDialogsTakeAndReturnTheFocus(t *testing.T) {
	t.Parallel()
	p := browser.View(t, guideServer(t)+"/styleguide")
	p.Click(`[data-opens="sample"]`)
	p.See("#sample")
	if !browser.Eval[bool](p, `document.querySelector('#sample').contains(document.activeElement)`) {
		t.Error("the focus is not in the dialog")
	}
	p.Axe("dialog")
	p.Screen("dialog-en-light")
	p.Keys(browser.Escape)
	p.Until(`!document.querySelector('dialog[open]')`)
	if got := browser.Eval[string](p, `document.activeElement.outerHTML`); !strings.Contains(got, `data-opens="sample"`) {
		t.Errorf("the focus went to %s", got)
	}
}

func TestThemeChangesAtOnceAndStays(t *testing.T) {
	t.Parallel()
	p := browser.View(t, guideServer(t)+"/styleguide/list")
	paper := `getComputedStyle(document.body).backgroundColor`
	light := browser.Eval[string](p, paper)
	p.Click(".rail .menu summary")
	p.Click(`.rail [name="theme"][value="dark"]`)
	p.Until(paper + ` !== '` + light + `'`)
	p.Go(browser.Eval[string](p, `location.href`))
	p.Until(`document.documentElement.dataset.theme === 'dark'`)
	p.Prefer("en", "auto")
	p.Media("prefers-color-scheme", "dark")
	if dark := browser.Eval[string](p, paper); dark == light {
		t.Errorf("auto on a dark system is %s", dark)
	}
}

func TestClocksTick(t *testing.T) {
	t.Parallel()
	p := browser.View(t, guideServer(t)+"/styleguide/list")
	// The third chip has 52 min left; told that 30 pass, it becomes near.
	browser.Eval[bool](p, `(() => { const c = document.querySelectorAll('.sla[data-running]')[2]; c.dataset.left = Number(c.dataset.left) - 30 * 60000; return true })()`)
	p.Until(`document.querySelectorAll('.sla[data-running]')[2].dataset.level === 'near'`)
	p.Until(`document.querySelectorAll('.sla[data-running]')[2].textContent.trim().endsWith('21 min')`)
	if live := p.Text("#live"); !strings.Contains(live, "half an hour") {
		t.Errorf("the threshold was announced as %q", live)
	}
}

func TestPortalWorksWithoutScript(t *testing.T) {
	t.Parallel()
	p := browser.View(t, "about:blank")
	p.NoScript(guideServer(t) + "/styleguide/portal")
	p.Click(`.portal-foot [value="zh"]`)
	p.See(`html[lang="zh-Hans"]`)
	p.Click(".portal-head .menu summary")
	p.Click(`.portal-head [name="theme"][value="dark"]`)
	p.See(`html[data-theme="dark"]`)
}

func TestLiveCounts(t *testing.T) {
	t.Parallel()
	s, mux := shell(t), http.NewServeMux()
	s.Rail = func(_ *http.Request, f *web.Frame) { f.Live = "/live" }
	s.Mount(mux)
	web.Styleguide(mux, s)
	mux.HandleFunc("GET /live", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "id: 7\nevent: count-mine\ndata: 13\n\n") // the test sees what did not arrive
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	server := httptest.NewServer(web.Harden(mux, false))
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections) // the stream stays open else
	p := browser.View(t, server.URL+"/styleguide/list")
	p.Until(`document.getElementById('count-mine').textContent === '13'`)
	if c := p.Complaints(); len(c) > 0 {
		t.Errorf("the browser complains: %q", c)
	}
}

func TestDraftsAreSaved(t *testing.T) {
	t.Parallel()
	p := browser.View(t, guideServer(t)+"/styleguide/record")
	p.Type(".composer-reply textarea", "half a sentence")
	p.Until(`document.querySelector('.composer-reply [data-draft-state]').textContent === 'Draft saved'`)
}

func TestPaperShowsTheRecordAlone(t *testing.T) {
	t.Parallel()
	p := browser.View(t, guideServer(t)+"/styleguide/record")
	p.Print(true)
	p.Picture("record-print")
	for _, gone := range []string{".rail", ".views", ".composer", ".split-list", ".btn"} {
		if browser.Eval[bool](p, `getComputedStyle(document.querySelector('`+gone+`')).display !== 'none' && document.querySelector('`+gone+`').getClientRects().length > 0`) {
			t.Errorf("%s is printed", gone)
		}
	}
	p.See(".timeline")
}
