package browser

import (
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// settle waits until the page is laid out anew. A new size or medium is only
// told to the page: what is measured before it has drawn twice may be of the
// old one. Without scripts no frame tells of itself, and nobody measures.
func (p *Page) settle() {
	p.t.Helper()
	if p.still {
		return
	}
	Eval[bool](p, `document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))`)
}

// Size sets the viewport, in CSS pixels; 390 is a phone, 1440 a desk.
func (p *Page) Size(width, height int) {
	p.t.Helper()
	p.Do(chromedp.EmulateViewport(int64(width), int64(height)))
	p.settle()
}

// Media emulates a media feature: "prefers-color-scheme", "dark".
func (p *Page) Media(feature, value string) {
	p.t.Helper()
	p.Do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: feature, Value: value}}}))
	p.settle()
}

// Print shows the page as it would be printed, or as a screen again.
func (p *Page) Print(on bool) {
	p.t.Helper()
	p.Do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: map[bool]string{true: "print"}[on]}))
	p.settle()
}

// Fits fails the test when the page is wider than its window, and tells what
// of it sticks out.
func (p *Page) Fits(name string) {
	p.t.Helper()
	p.settle()
	wide := Eval[int](p, `document.documentElement.scrollWidth - innerWidth`)
	if wide <= 0 {
		return
	}
	p.t.Errorf("%s is %d px wider than the window, by %s", name, wide, Eval[string](p, `[...document.querySelectorAll('body *')]
		.filter((e) => e.getBoundingClientRect().right > innerWidth && ![...e.children].some((c) => c.getBoundingClientRect().right > innerWidth))
		.slice(0, 5).map((e) => e.outerHTML.slice(0, 160)).join('\n')`))
}
