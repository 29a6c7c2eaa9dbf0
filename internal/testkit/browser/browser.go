// Package browser starts a Chromium for tests that look at pages the way a
// person does.
package browser

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// limit ends a page test that hangs.
const limit = 3 * time.Minute

// Path finds the browser's program: KILTER_TEST_CHROMIUM, else the usual
// names, the one without windows first: it draws the same for less. Without one
// the test is skipped, or fails where CI=true. go test -short skips it too.
func Path(tb testing.TB) string {
	tb.Helper()
	if testing.Short() {
		tb.Skip("browser tests are not part of the short run")
	}
	if path := os.Getenv("KILTER_TEST_CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "no Chromium: none on PATH, none in KILTER_TEST_CHROMIUM (make test installs one)"
	if os.Getenv("CI") == "true" {
		tb.Fatal(missing)
	}
	tb.Skip(missing)
	return ""
}

// Open starts a browser with an empty profile and returns the context that
// chromedp's actions take; browser and profile are gone when the test ends.
// Further tabs come from chromedp.NewContext on it.
func Open(tb testing.TB, more ...chromedp.ExecAllocatorOption) context.Context {
	tb.Helper()
	options := append([]chromedp.ExecAllocatorOption{
		chromedp.ExecPath(Path(tb)),
		chromedp.UserDataDir(tb.TempDir()),
		chromedp.Headless,
		chromedp.NoSandbox, // Chromium's sandbox refuses to work for root
		chromedp.DisableGPU,
		chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), // small in containers
		chromedp.Flag("hide-scrollbars", true),
		chromedp.WindowSize(1440, 900),
	}, more...)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	tb.Cleanup(stop)
	bounded, cancel := context.WithTimeout(allocator, limit)
	tb.Cleanup(cancel)
	ctx, shut := chromedp.NewContext(bounded)
	tb.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			tb.Logf("close the browser: %v", err)
		}
		shut()
	})
	if err := chromedp.Do(ctx); err != nil {
		tb.Fatalf("start the browser: %v", err)
	}
	return ctx
}
