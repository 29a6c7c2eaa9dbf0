package part

import (
	"context"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/a-h/templ"
)

// Ink writes html by hand, for what a page has hundreds of: the signs of a
// list. A template takes several times as long for each, which was a third of
// a list's time; everything else is a template. Only HTML writes text as it
// stands, and it is given nothing but what is written in the code.
type Ink struct{ b []byte }

// Drawn is what a function draws, as a part of a template.
func Drawn(draw func(*Ink)) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		k, ok := inks.Get().(*Ink)
		if !ok {
			k = new(Ink)
		}
		k.b = k.b[:0]
		draw(k)
		_, err := w.Write(k.b)
		if cap(k.b) < mostInk {
			inks.Put(k)
		}
		return err
	})
}

var inks = sync.Pool{New: func() any { return new(Ink) }}

// mostInk is how much of it is kept for the next page, in bytes.
const mostInk = 1 << 20

// HTML writes markup as it stands.
func (k *Ink) HTML(markup string) { k.b = append(k.b, markup...) }

// Text writes a text so that it is one, in an element or an attribute's value.
func (k *Ink) Text(s string) {
	from := 0
	for i := range len(s) {
		var safe string
		switch s[i] {
		case '&':
			safe = "&amp;"
		case '<':
			safe = "&lt;"
		case '>':
			safe = "&gt;"
		case '"':
			safe = "&#34;"
		case '\'':
			safe = "&#39;"
		default:
			continue
		}
		k.b = append(append(k.b, s[from:i]...), safe...)
		from = i + 1
	}
	k.b = append(k.b, s[from:]...)
}

// Attr writes an attribute; its name is the code's own.
func (k *Ink) Attr(name, value string) {
	k.b = append(append(append(k.b, ' '), name...), '=', '"')
	k.Text(value)
	k.b = append(k.b, '"')
}

// Element writes an element with a class and a text in it.
func (k *Ink) Element(name, class, text string) {
	k.b = append(append(k.b, '<'), name...)
	k.Attr("class", class)
	k.b = append(k.b, '>')
	k.Text(text)
	k.b = append(append(append(k.b, '<', '/'), name...), '>')
}

// Cell writes a cell whose text is cut where it is long; its title has the
// whole.
func (k *Ink) Cell(class, text string) {
	k.HTML(`<td`)
	k.Attr("class", class)
	k.HTML(`>`)
	if text != "" {
		k.HTML(`<div class="cut"`)
		k.Attr("title", text)
		k.HTML(`>`)
		k.Text(text)
		k.HTML(`</div>`)
	}
	k.HTML(`</td>`)
}

// Icon writes what Icon shows.
func (k *Ink) Icon(name string) { k.b = append(k.b, drawing(name)...) }

// Pill writes what Pill shows.
func (k *Ink) Pill(s Status) {
	shape := stateShape[s.Look]
	k.HTML(`<span`)
	k.Attr("class", "pill tone-"+string(shape.tone))
	k.HTML(`>`)
	k.Icon(shape.icon)
	k.Text(s.Word)
	k.HTML(`</span>`)
}

// Priority writes what Priority shows.
func (k *Ink) Priority(w W, n int, word string) {
	digit := strconv.Itoa(n)
	k.HTML(`<span`)
	k.Attr("class", "prio prio-"+digit)
	k.Attr("title", word)
	k.HTML(`>`)
	k.Icon("prio-" + strconv.Itoa(min(max(n, 1), 4)))
	k.HTML(`<span>`)
	k.Element("span", "unseen", w.T("part.priority")+" ")
	k.Text(digit)
	k.Element("span", "unseen", word)
	k.HTML(`</span></span>`)
}

// Clock writes what Clock shows.
func (k *Ink) Clock(w W, s SLA) {
	k.HTML(`<span class="sla"`)
	k.Attr("data-level", s.level())
	k.Attr("title", s.why(w))
	if s.State == SLARunning {
		k.HTML(` data-running`)
		k.Attr("data-left", itoa(s.Left.Milliseconds()))
		k.Attr("data-at", ms(s.At))
		k.Attr("data-until", ms(s.Until))
		k.Attr("data-what", s.Name)
	}
	k.HTML(`>`)
	name := s.icon()
	if name == "" {
		name = "clock"
	}
	k.Icon(name)
	if s.Name != "" {
		k.Element("span", "sla-name", s.Name)
		k.HTML(` `)
	}
	k.Element("span", "sla-left", s.left(w))
	switch s.State {
	case SLAPaused:
		k.HTML(` `)
		k.Element("span", "unseen", w.T("sla.paused"))
	case SLAOff:
		k.HTML(` `)
		k.Element("span", "unseen", w.T("sla.off"))
	}
	k.HTML(`</span>`)
}

// Avatar writes what Avatar shows.
func (k *Ink) Avatar(p Person) {
	k.HTML(`<span class="avatar"`)
	k.Attr("data-hue", strconv.Itoa(p.Hue))
	k.Attr("title", p.Name)
	k.HTML(` aria-hidden="true">`)
	k.Text(p.Initials)
	k.HTML(`</span>`)
}

// Someone writes what Someone shows.
func (k *Ink) Someone(w W, p Person) {
	k.HTML(`<span class="person">`)
	if p.Name == "" {
		k.HTML(`<span class="avatar avatar-none" aria-hidden="true">`)
		k.Icon("user")
		k.HTML(`</span> `)
		k.Element("span", "cut muted", w.T("part.nobody"))
	} else {
		k.Avatar(p)
		k.HTML(` <span class="cut"`)
		k.Attr("title", p.Name)
		k.HTML(`>`)
		k.Text(p.Name)
		k.HTML(`</span>`)
	}
	k.HTML(`</span>`)
}

// When writes what When shows.
func (k *Ink) When(w W, t, now time.Time) {
	if t.IsZero() {
		return
	}
	k.HTML(`<time datetime="`)
	k.b = t.UTC().AppendFormat(k.b, time.RFC3339)
	k.HTML(`"`)
	k.Attr("title", w.Exact(t))
	k.Attr("data-ago", ms(t))
	k.HTML(`>`)
	k.Text(w.Ago(t, now))
	k.HTML(`</time>`)
}

// Check writes what Check shows.
func (k *Ink) Check(w W, name, value, title string) {
	k.HTML(`<input class="form-check-input" type="checkbox"`)
	k.Attr("name", name)
	k.Attr("value", value)
	k.Attr("aria-label", w.T("list.select", "what", title))
	k.HTML(`>`)
}

// Icon is a drawing beside a word that says the same; it is hidden from
// screen readers. Names are those of web-assets/icons.txt.
func Icon(name string) templ.Component { return templ.Raw(drawing(name)) }

// drawing is the markup of an icon. A page has hundreds of them: each is made
// once.
func drawing(name string) string {
	if made, ok := drawings.Load(name); ok {
		if text, ok := made.(string); ok {
			return text
		}
	}
	text := `<svg class="icon" aria-hidden="true" focusable="false"><use href="` + templ.EscapeString(icon(name)) + `"></use></svg>`
	drawings.Store(name, text)
	return text
}

// drawings holds what was made, by name: those of the sprite, so they are few.
var drawings sync.Map

// Pill shows a state.
func Pill(s Status) templ.Component { return Drawn(func(k *Ink) { k.Pill(s) }) }

// Priority is the mark of priority 1 to 4: bars, colour and number. word is
// what the number means ("Critical").
func Priority(w W, n int, word string) templ.Component {
	return Drawn(func(k *Ink) { k.Priority(w, n, word) })
}

// Clock shows a service level clock; a running one ticks in the browser.
func Clock(w W, s SLA) templ.Component { return Drawn(func(k *Ink) { k.Clock(w, s) }) }

// Avatar is a person's initials; the name is in the tooltip, or beside it.
func Avatar(p Person) templ.Component { return Drawn(func(k *Ink) { k.Avatar(p) }) }

// Cell is a cell whose text is cut where it is long.
func Cell(class, text string) templ.Component {
	return Drawn(func(k *Ink) { k.Cell(class, text) })
}

// Someone is a person with avatar and name, or the word for nobody.
func Someone(w W, p Person) templ.Component { return Drawn(func(k *Ink) { k.Someone(w, p) }) }

// When is a moment told from now, with the exact time on hover; it ticks.
func When(w W, t, now time.Time) templ.Component { return Drawn(func(k *Ink) { k.When(w, t, now) }) }

// Check is the tick box of a row; title is what the row is about.
func Check(w W, name, value, title string) templ.Component {
	return Drawn(func(k *Ink) { k.Check(w, name, value, title) })
}
