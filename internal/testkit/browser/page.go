package browser

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Page is one tab, looked at as a person does: in a language and theme, at a
// width, by keyboard. Its methods fail the test on trouble.
type Page struct {
	t        testing.TB
	ctx      context.Context
	still    bool // scripts are off
	mu       sync.Mutex
	messages []string
}

// patience bounds each step: a busy machine is slow, a hung page is longer.
const patience = 45 * time.Second

// shared is the one browser of a test binary that all Views are tabs of.
var shared struct {
	sync.Once
	root context.Context
	end  func()
	err  error
}

func share(path string) {
	dir, err := os.MkdirTemp("", "kilter-browser-")
	if err != nil {
		shared.err = fmt.Errorf("browser: make a profile: %w", err)
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(dir),
		chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(alloc)
	shared.end = func() { cancel(); stop(); _ = os.RemoveAll(dir) } // a profile left in /tmp harms nobody
	shared.root, shared.err = ctx, chromedp.Do(ctx)
}

// Main runs a package's tests and ends the shared browser after them:
//
//	func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }
func Main(m *testing.M) int {
	code := m.Run()
	if shared.end != nil {
		shared.end()
	}
	return code
}

// View is a new tab with cookies of its own, 1440 wide, showing url. All
// views of a test binary share one browser, which Main ends.
func View(t testing.TB, url string) *Page {
	t.Helper()
	path := Path(t)
	shared.Do(func() { share(path) })
	if shared.err != nil {
		t.Fatalf("start the browser: %v", shared.err)
	}
	ctx, cancel := chromedp.NewContext(shared.root, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	p := &Page{t: t, ctx: ctx}
	p.Do(chromedp.Navigate("about:blank")) // a context lives as long as its first action's
	if err := chromedp.Listen(ctx, p.listen); err != nil {
		t.Fatal(err)
	}
	p.Do(command(log.Enable, cdp.Empty{}), command(runtime.Enable, cdp.Empty{}), chromedp.EmulateViewport(1440, 900))
	p.Go(url)
	return p
}

// command is a protocol command as an action.
func command[P, R any](c cdp.Command[P, R], params P) Step {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, c, params)
		return chromedp.Void{}, err
	}
}

// listen gathers what the page complains about: errors, failed loads, and
// breaches of the content security policy.
func (p *Page) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		said := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			said += " " + e.ExceptionDetails.Exception.Description
		}
		p.messages = append(p.messages, said)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			p.messages = append(p.messages, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// Step is a chromedp action that returns nothing.
type Step = chromedp.Action[chromedp.Void]

// Do runs chromedp actions.
func (p *Page) Do(steps ...Step) {
	p.t.Helper()
	ctx := p.ctx
	if chromedp.FromContext(ctx).Target != nil { // the first action must not end with a timeout's context
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("browser: %v (the page complained: %q)", err, p.Complaints())
	}
}

// get runs one action for its value.
func get[T any](p *Page, a chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		p.t.Fatalf("browser: %v (the page complained: %q)", err, p.Complaints())
	}
	return v
}

// Go opens an address and waits until its scripts are ready.
func (p *Page) Go(url string) {
	p.t.Helper()
	p.Do(chromedp.Navigate(url))
	p.Until(`document.readyState === 'complete' && (document.documentElement.dataset.ready !== undefined || !document.querySelector('script[src]'))`)
}

// Keep puts cookies that a server set elsewhere into the browser.
func (p *Page) Keep(url string, cookies []*http.Cookie) {
	p.t.Helper()
	for _, c := range cookies {
		p.Do(command(network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: url}))
	}
}

// Prefer sets language and theme as the person's menu does.
func (p *Page) Prefer(lang, theme string) {
	p.t.Helper()
	p.prefers(lang, theme, chromedp.Reload())
}

// GoIn opens an address in a language, a theme and a window of a width.
func (p *Page) GoIn(url, lang, theme string, width int) {
	p.t.Helper()
	p.Size(width, 900)
	p.prefers(lang, theme, chromedp.Navigate(url))
}

// prefers sets language and theme for the page that comes next.
func (p *Page) prefers(lang, theme string, next Step) {
	p.t.Helper()
	Eval[bool](p, fmt.Sprintf(`fetch('/prefer', {method: 'POST', redirect: 'manual', body: new URLSearchParams({lang: %q, theme: %q})}).then(() => true)`, lang, theme))
	p.Do(next)
	p.Until(fmt.Sprintf(`document.documentElement.dataset.theme === %q && document.documentElement.dataset.ready !== undefined && document.readyState === 'complete'`, theme))
}

// NoScript turns scripts off and opens an address so.
func (p *Page) NoScript(url string) {
	p.t.Helper()
	p.still = true
	p.Do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}), chromedp.Navigate(url))
	// The browser drops keys and clicks until a page has been painted once; with scripts Go waits longer than that.
	for end := time.Now().Add(patience); !Eval[bool](p, `performance.getEntriesByType('paint').length > 0`); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("browser: %s was never painted", url)
		}
	}
}

// Eval runs a script in the page, waits for its promise, and gives its value.
func Eval[T any](p *Page, script string) T {
	p.t.Helper()
	return get(p, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// Click clicks the first element of a CSS selector once it is visible.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.Do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Type writes into the field of a CSS selector.
func (p *Page) Type(selector, text string) {
	p.t.Helper()
	p.Do(chromedp.SendKeys(chromedp.CSS(selector), text, chromedp.NodeVisible))
}

// Keys presses keys on whatever has the focus: "g", "i", Enter, Escape. A key
// and its sign are one event, as on a keyboard: a page that keeps the key for
// itself gets no sign. (chromedp sends the sign on its own; it arrives even so,
// in whatever has the focus by then.)
func (p *Page) Keys(keys ...string) {
	p.t.Helper()
	for _, k := range keys {
		for _, r := range k {
			p.Do(press(r))
		}
	}
}

func press(r rune) Step {
	return func(ctx context.Context, t *chromedp.Target) (none chromedp.Void, err error) {
		all := kb.Encode(r)
		for _, k := range all {
			if k.Type == kb.KeyChar {
				continue
			}
			if k.Type == kb.KeyDown && len(all) == 3 { // down, sign, up
				k.Text, k.UnmodifiedText = all[1].Text, all[1].UnmodifiedText
			}
			if _, err = cdp.Call(ctx, t, input.DispatchKeyEvent, *k); err != nil {
				return none, err
			}
		}
		return none, nil
	}
}

// Ctrl presses a key with Control held.
func (p *Page) Ctrl(key string) {
	p.t.Helper()
	p.Do(chromedp.KeyEvent(key, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
}

// Keys that are not letters.
const (
	Enter  = kb.Enter
	Escape = kb.Escape
	Tab    = kb.Tab
	Down   = kb.ArrowDown
	Up     = kb.ArrowUp
	Left   = kb.ArrowLeft
	Right  = kb.ArrowRight
)

// See waits until an element of the CSS selector is visible.
func (p *Page) See(selector string) {
	p.t.Helper()
	p.Do(chromedp.WaitVisible(chromedp.CSS(selector)))
}

// Until waits until a script expression is true.
func (p *Page) Until(expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		_, err := chromedp.Run(ctx, chromedp.Poll[bool](`!!(`+expression+`)`))
		if err == nil {
			return
		}
		moved := strings.Contains(err.Error(), "context with specified id") || strings.Contains(err.Error(), "context was destroyed") || strings.Contains(err.Error(), "navigated or closed")
		if !moved { // a page that goes elsewhere takes the poll with it: ask the next one
			p.t.Fatalf("browser: waiting for %s: %v (the page complained: %q; %s)", expression, err, p.Complaints(), p.where())
		}
	}
}

// where says what a page that is not as awaited shows instead: its address and
// what has the focus.
func (p *Page) where() string {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	at, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + ', focus ' + (document.hasFocus() ? '' : '(none) ') + document.activeElement?.outerHTML.slice(0, 160) + ', open ' + [...document.querySelectorAll('details[open], dialog[open]')].map((d) => d.className).join()`))
	if err != nil {
		return err.Error()
	}
	return at
}

// Text is the visible text of the first element of the CSS selector.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return strings.TrimSpace(get(p, chromedp.Text(chromedp.CSS(selector))))
}

// Complaints are the errors the page reported so far, policy breaches included.
func (p *Page) Complaints() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.messages)
}

// Picture photographs the whole page into the folder KILTER_PICTURES names;
// without that it does nothing.
func (p *Page) Picture(name string) {
	p.t.Helper()
	if os.Getenv("KILTER_PICTURES") != "" {
		Eval[bool](p, `scrollTo(0, 0), document.activeElement?.blur(), true`)
		p.keep(name, get(p, chromedp.FullScreenshot(100)))
	}
}

// Screen photographs what is seen without scrolling, as Picture does.
func (p *Page) Screen(name string) {
	p.t.Helper()
	if os.Getenv("KILTER_PICTURES") != "" {
		p.keep(name, get(p, chromedp.CaptureScreenshot()))
	}
}

func (p *Page) keep(name string, png []byte) {
	p.t.Helper()
	dir := os.Getenv("KILTER_PICTURES")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
