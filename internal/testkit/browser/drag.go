package browser

import (
	"fmt"

	"github.com/chromedp/cdproto/input"
)

// Drag takes the first element of a CSS selector with the mouse and lets it go
// over the first of another.
func (p *Page) Drag(from, to string) {
	p.t.Helper()
	p.See(from)
	p.See(to)
	where := fmt.Sprintf(`(([a, b]) => { a.scrollIntoView({block: 'center'}); const [r, s] = [a.getBoundingClientRect(), b.getBoundingClientRect()]; return [r.x + r.width / 2, r.y + r.height / 2, s.x + s.width / 2, s.y + s.height / 2]; })([document.querySelector(%q), document.querySelector(%q)])`, from, to)
	p.Until(fmt.Sprintf(`(([x, y]) => document.querySelector(%q).contains(document.elementFromPoint(x, y)))(%s)`, from, where)) // things still move to their places
	at := Eval[[]float64](p, where)
	x, y := at[0], at[1]
	mouse := func(kind input.DispatchMouseEventType, held int64) {
		p.Do(command(input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: "left", Buttons: held, ClickCount: 1}))
	}
	mouse("mouseMoved", 0)
	mouse("mousePressed", 1)
	const steps = 8
	for n := range steps {
		x, y = at[0]+(at[2]-at[0])*float64(n+1)/steps, at[1]+(at[3]-at[1])*float64(n+1)/steps
		mouse("mouseMoved", 1)
	}
	mouse("mouseReleased", 0)
}
