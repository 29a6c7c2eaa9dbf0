package web

import (
	"bytes"
	"html"
	"net/url"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	render "github.com/yuin/goldmark/renderer/html"
)

// templAttrs are attributes as names and values in turn.
func templAttrs(pairs ...string) templ.Attributes {
	out := templ.Attributes{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

// markdown writes what people write: paragraphs, lists, links, tables; lines
// break where they were broken. Raw HTML is never passed on.
var markdown = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(goldmark.WithExtensions(extension.Linkify, extension.Table, extension.Strikethrough), goldmark.WithRendererOptions(render.WithHardWraps()))
})

// clean takes out of HTML whatever is not plain text markup: no scripts, no
// styles, no pictures from elsewhere, links that tell no referrer.
var clean = sync.OnceValue(cleaner)

func cleaner() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "em", "strong", "del", "code", "pre", "ul", "ol", "li", "blockquote", "hr", "table", "thead", "tbody", "tr", "th", "td", "h3", "h4")
	p.AllowAttrs("href").OnElements("a")
	p.AllowStandardURLs()
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return p
}

// signs begin something in markdown; a text without any is plain.
const signs = "*_`#[]<>|~\\-+=!&:/0123456789"

// Prose shows a text that somebody wrote: markdown, without anything that could
// run.
func Prose(text string) templ.Component {
	if !strings.ContainsAny(text, signs) {
		return templ.Raw(plain(text))
	}
	var b bytes.Buffer
	if err := markdown().Convert([]byte(text), &b); err != nil {
		return templ.Raw(plain(text))
	}
	return templ.Raw(clean().Sanitize(b.String()))
}

// plain writes a text without markup: an empty line parts paragraphs.
func plain(text string) string {
	var b strings.Builder
	for p := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		b.WriteString("<p>")
		b.WriteString(strings.ReplaceAll(html.EscapeString(p), "\n", "<br>"))
		b.WriteString("</p>")
	}
	return b.String()
}

func queryEscape(text string) string { return url.QueryEscape(text) }
