package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestOpen draws a page and reads it back, Chinese included.
func TestOpen(t *testing.T) {
	t.Parallel()
	ctx := Open(t)
	page := "data:text/html;charset=utf-8,<h1>服务台</h1>"
	if err := chromedp.Do(ctx, chromedp.Navigate(page)); err != nil {
		t.Fatal(err)
	}
	title, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("h1")))
	if err != nil {
		t.Fatal(err)
	}
	if title != "服务台" {
		t.Errorf("heading = %q, want 服务台", title)
	}
}
