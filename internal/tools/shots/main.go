// Command shots photographs the main pages of a running demo city, in both
// languages, for the documents and for whoever looks a change over:
//
//	kilter demo --db sqlite:tmp/demo.db &
//	go run ./internal/tools/shots --url http://127.0.0.1:8080 --into docs/screenshots
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// page is one to photograph: as whom, and where.
type page struct{ name, role, path string }

// The main pages. The role is the place in the sign-in page's list.
var pages = []page{
	{"signin", "", "/signin"},
	{"my-day", "Desk agent", "/"},
	{"list", "Desk agent", "/incidents"},
	{"record", "Desk agent", "first:/incidents?q=open:yes"},
	{"call", "Desk agent", "/incidents/new"},
	{"dashboard", "Desk manager", "/dashboard"},
	{"report", "Desk manager", "/reports/desk"},
	{"survey", "Director", "/surveys/3/report"},
	{"survey-drivers", "Director", "/surveys/3/report/drivers"},
	{"service-map", "Desk manager", "/configuration/map"},
	{"impact", "Desk manager", "first:/configuration/singles"},
	{"director", "Director", "/director"},
	{"change", "Change manager", "first:/changes?q=state:scheduled"},
	{"calendar", "Change manager", "/calendar"},
	{"release", "Release manager", "first:/releases"},
	{"maturity", "Process manager", "/maturity"},
	{"readiness", "Process manager", "/readiness"},
	{"roadmap", "Process manager", "/roadmap/1"},
	{"handbook", "Process manager", "/handbook/CHG"},
	{"review", "Process manager", "/reviews/1"},
	{"settings", "System administrator", "/settings"},
	{"audit", "Audit administrator", "/audit"},
	{"portal", "Official", "/portal"},
	{"portal-report", "Official", "/portal/report"},
	{"catalogue", "Official", "/portal/catalogue"},
	{"order", "Official", "first:/portal/catalogue"},
	{"request", "Desk agent", "first:/requests?view=open"},
}

type options struct {
	url, into, langs, only, theme string
	width, height                 int64
}

func main() {
	var o options
	flag.StringVar(&o.url, "url", "http://127.0.0.1:8080", "address of a running demo")
	flag.StringVar(&o.into, "into", "docs/screenshots", "folder for the pictures")
	flag.StringVar(&o.langs, "langs", "en,zh", "languages")
	flag.StringVar(&o.only, "only", "", "names of pages, with commas between; all when empty")
	flag.StringVar(&o.theme, "theme", "light", "light or dark")
	flag.Int64Var(&o.width, "width", 1440, "width of the window")
	flag.Int64Var(&o.height, "height", 900, "height of the window")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "shots:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	program, err := exec.LookPath("chromium")
	if err != nil {
		return err
	}
	profile, err := os.MkdirTemp("", "kilter-shots")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(profile) }() // a folder left in /tmp harms nobody
	alloc, stop := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(program), chromedp.UserDataDir(profile), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true), chromedp.WindowSize(int(o.width), int(o.height)))
	defer stop()
	ctx, shut := chromedp.NewContext(alloc)
	defer shut()
	if err := os.MkdirAll(o.into, 0o755); err != nil {
		return err
	}
	var failed error
	role := "nobody"
	for _, p := range pages {
		if o.only != "" && !strings.Contains(","+o.only+",", ","+p.name+",") {
			continue
		}
		if p.role != role {
			if err := o.enter(ctx, p.role); err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			role = p.role
		}
		for lang := range strings.SplitSeq(o.langs, ",") {
			failed = errors.Join(failed, o.shoot(ctx, p, lang))
		}
	}
	return failed
}

// enter signs in as somebody of a role, by the buttons of the demo.
func (o options) enter(ctx context.Context, role string) error {
	if err := chromedp.Do(ctx, chromedp.Navigate(o.url+"/signin?lang=en")); err != nil {
		return err
	}
	// Whoever was signed in before leaves first.
	leave := `(() => { const f = document.querySelector('form[action="/signout"]'); if (f) f.requestSubmit(); return !!f })()`
	if was, err := chromedp.Run(ctx, chromedp.Evaluate[bool](leave)); err != nil {
		return err
	} else if was {
		if err := chromedp.Do(ctx, chromedp.Sleep(time.Second), chromedp.Navigate(o.url+"/signin?lang=en")); err != nil {
			return err
		}
	}
	if role == "" {
		return nil
	}
	find := fmt.Sprintf(`(() => { const b = [...document.querySelectorAll('button[name=person]')].find(b => b.textContent.includes(%q)); if (b) b.click(); return !!b })()`, role)
	there, err := chromedp.Run(ctx, chromedp.Evaluate[bool](find))
	if err == nil && !there {
		err = fmt.Errorf("the sign-in page offers no %s", role)
	}
	return errors.Join(err, chromedp.Do(ctx, chromedp.Sleep(time.Second)))
}

// shoot takes one picture.
func (o options) shoot(ctx context.Context, p page, lang string) error {
	bounded, cancel := context.WithTimeout(ctx, 40*time.Second)
	defer cancel()
	path, first := strings.CutPrefix(p.path, "first:")
	if first {
		if err := chromedp.Do(bounded, chromedp.Navigate(o.url+path)); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		var err error
		if path, err = chromedp.Run(bounded, chromedp.Evaluate[string](`document.querySelector('tr[data-row] a, .offerings a').getAttribute('href')`)); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	sign := "?"
	if strings.Contains(path, "?") {
		sign = "&"
	}
	if err := chromedp.Do(bounded, chromedp.Navigate(o.url+path+sign+"lang="+lang+"&theme="+o.theme), chromedp.Sleep(1500*time.Millisecond)); err != nil {
		return fmt.Errorf("%s %s: %w", p.name, lang, err)
	}
	picture, err := chromedp.Run(bounded, chromedp.CaptureScreenshot())
	if err != nil {
		return fmt.Errorf("%s %s: %w", p.name, lang, err)
	}
	return os.WriteFile(filepath.Join(o.into, p.name+"."+lang+".png"), picture, 0o644)
}
