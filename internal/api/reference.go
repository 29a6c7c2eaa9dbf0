package api

import (
	_ "embed" // the reference's style sheet
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kilter/internal/base/lang"
)

//go:embed reference.css
var look []byte

// reference is the page that people read, made from the document. It loads
// nothing from anywhere but its own style sheet, and works without scripts.
func (a *API) reference(doc *huma.OpenAPI, words *lang.Printer) []byte {
	b := &print{words: words, doc: doc}
	other, code := "English", "en"
	if words.Lang() == lang.English {
		other, code = "简体中文", "zh"
	}
	b.f(`<!doctype html><html lang="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>%s</title><link rel="stylesheet" href="/api/reference.css"></head><body>`, words.Lang().HTML(), doc.Info.Title)
	b.f(`<header><h1>%s</h1><nav aria-label="%s"><a href="/api/openapi.json?lang=%s">OpenAPI 3.1</a> <a href="/api?lang=%s" lang="%s" hreflang="%s">%s</a></nav></header>`,
		doc.Info.Title, words.T("api.page.more"), string(words.Lang()), code, code, code, other)
	b.f(`<div class="frame"><nav class="toc" aria-label="%s"><ul>`, words.T("api.page.contents"))
	b.f(`<li><a href="#start">%s</a></li>`, words.T("api.page.start"))
	for _, tag := range doc.Tags {
		b.f(`<li><a href="#tag-%s">%s</a></li>`, tag.Name, tag.Description)
	}
	b.f(`<li><a href="#faults">%s</a></li><li><a href="#schemas">%s</a></li></ul></nav><main>`, words.T("api.page.problems"), words.T("api.page.schemas"))
	b.start()
	for _, tag := range doc.Tags {
		b.f(`<section id="tag-%s"><h2>%s</h2>`, tag.Name, tag.Description)
		for _, op := range a.ops {
			if op.Tag == tag.Name && !op.Hidden {
				b.operation(op, at(doc, op))
			}
		}
		b.f(`</section>`)
	}
	b.problems()
	b.schemas()
	b.f(`</main></div></body></html>`)
	return []byte(b.String())
}

// at finds an operation in the document.
func at(doc *huma.OpenAPI, op *operation) *huma.Operation {
	item := doc.Paths[strings.TrimSuffix(op.Path, "{$}")]
	switch op.Method {
	case http.MethodPost:
		return item.Post
	case http.MethodPatch:
		return item.Patch
	case http.MethodPut:
		return item.Put
	case http.MethodDelete:
		return item.Delete
	}
	return item.Get
}

// print is the page being written. Every value that goes in is escaped.
type print struct {
	strings.Builder
	words *lang.Printer
	doc   *huma.OpenAPI
}

func (b *print) f(format string, args ...any) {
	for i, a := range args {
		args[i] = html.EscapeString(fmt.Sprint(a))
	}
	fmt.Fprintf(b, format, args...)
}

func (b *print) start() {
	b.f(`<section id="start"><h2>%s</h2>`, b.words.T("api.page.start"))
	for p := range strings.SplitSeq(b.doc.Info.Description, "\n") {
		b.f(`<p>%s</p>`, p)
	}
	for _, part := range []struct{ key, code string }{
		{"token", `curl -H "Authorization: Bearer $TOKEN" "$KILTER/api/v1/me"`},
		{"paging", `curl -H "Authorization: Bearer $TOKEN" "$KILTER/api/v1/incidents?q=priority:1&limit=100"`},
		{"change", `curl -X PATCH -H "Authorization: Bearer $TOKEN" -H 'If-Match: "4"' -H "Content-Type: application/merge-patch+json" -d '{"title":"Mail is slow"}' "$KILTER/api/v1/incidents/INC-2026-00042"`},
		{"once", `curl -X POST -H "Authorization: Bearer $TOKEN" -H "Idempotency-Key: 7f9c" -H "Content-Type: application/json" -d '{"title":"Mail is down"}' "$KILTER/api/v1/incidents"`},
		{"bulk", `curl -X POST -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/x-ndjson" --data-binary @deeds.ndjson "$KILTER/api/v1/incidents/bulk"`},
		{"limits", ""},
	} {
		b.f(`<h3>%s</h3><p>%s</p>`, b.words.T("api.page."+part.key), b.words.T("api.page."+part.key+"_text"))
		if part.code != "" {
			b.f(`<pre tabindex="0"><code>%s</code></pre>`, part.code)
		}
	}
	b.f(`</section>`)
}

func (b *print) operation(op *operation, o *huma.Operation) {
	b.f(`<article id="%s"><h3><a href="#%s"><span class="method %s">%s</span> <code>%s</code></a></h3><p>%s</p>`, o.OperationID, o.OperationID, strings.ToLower(op.Method), op.Method, op.Path, o.Summary)
	policy := b.words.T("api.page.needs", "deed", op.Policy)
	if op.Policy == Anyone || op.Policy == Known {
		policy = b.words.T("api.page." + op.Policy)
	}
	b.f(`<p class="policy">%s</p><details><summary>%s</summary>`, policy, b.words.T("api.page.details"))
	if len(o.Parameters) > 0 {
		b.f(`<h4>%s</h4><dl>`, b.words.T("api.page.parameters"))
		for _, p := range o.Parameters {
			b.f(`<dt><code>%s</code> <small>%s</small></dt><dd>%s</dd>`, p.Name, p.In, p.Description)
		}
		b.f(`</dl>`)
	}
	if o.RequestBody != nil {
		b.f(`<h4>%s</h4>`, b.words.T("api.page.body"))
		for _, kind := range slices.Sorted(maps.Keys(o.RequestBody.Content)) {
			b.f(`<p><code>%s</code></p>`, kind)
			b.members(o.RequestBody.Content[kind].Schema)
		}
	}
	b.f(`<h4>%s</h4><ul class="answers">`, b.words.T("api.page.answers"))
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		r := o.Responses[status]
		b.f(`<li><code>%s</code> %s`, status, r.Description)
		for _, m := range r.Content {
			b.kind(m.Schema)
		}
		b.f(`</li>`)
	}
	b.f(`</ul><h4>curl</h4><pre tabindex="0"><code>%s</code></pre></details></article>`, example(op, o))
}

// example is a request that can be pasted into a shell.
func example(op *operation, o *huma.Operation) string {
	var b strings.Builder
	b.WriteString("curl")
	if op.Method != http.MethodGet {
		b.WriteString(" -X " + op.Method)
	}
	if op.Policy != Anyone {
		b.WriteString(` -H "Authorization: Bearer $TOKEN"`)
	}
	if op.Body != nil {
		kind := op.Body.types()[0]
		b.WriteString(` -H "Content-Type: ` + kind + `"`)
		switch {
		case kind == anyType:
			b.WriteString(" --data-binary @file.pdf")
		case kind == lineType:
			b.WriteString(" --data-binary @deeds.ndjson")
		default:
			out, err := json.Marshal(sample(op, o.RequestBody.Content[kind].Schema))
			if err == nil {
				b.WriteString(" -d '" + string(out) + "'")
			}
		}
	}
	path := inPath.ReplaceAllStringFunc(op.Path, func(name string) string {
		if s := samples[strings.Trim(name, "{}")]; s != "" {
			return s
		}
		return "17"
	})
	b.WriteString(` "$KILTER` + path + `"`)
	return b.String()
}

// samples are what examples have in the place of names.
var samples = map[string]string{
	"number": "INC-2026-00042", "person": "me", "place": "incident.new", "title": "Mail is down", "text": "Called the provider.", "solution": "Restarted the relay.",
	"cause": "software", "field": "title", "was": "Mail is down", "now": "Mail is slow", "waiting": "supplier", "ended_as": "duplicate",
}

func sample(op *operation, s *huma.Schema) any {
	if op.Example != nil {
		return op.Example
	}
	out := map[string]any{}
	if s == nil {
		return out
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		m := s.Properties[name]
		wanted := slices.Contains(s.Required, name) || name == "text" && len(s.Required) == 0 || len(s.Properties) <= 12 && samples[name] != ""
		switch {
		case !wanted:
		case samples[name] != "":
			out[name] = samples[name]
		case m.Type == "array" && m.Items != nil && m.Items.Type == "object":
			out[name] = []any{sample(&operation{}, m.Items)}
		case m.Type == "array":
			out[name] = []any{samples["number"]}
		case m.Type == "integer":
			out[name] = 1
		default:
			out[name] = ""
		}
	}
	return out
}

// members lists what an object has.
func (b *print) members(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Ref != "" || len(s.Properties) == 0 {
		b.f(`<p>%s `, s.Description)
		b.kind(s)
		b.f(`</p>`)
		return
	}
	b.f(`<dl>`)
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		m := s.Properties[name]
		must := ""
		if slices.Contains(s.Required, name) {
			must = b.words.T("api.page.required")
		}
		b.f(`<dt><code>%s</code> <small>`, name)
		b.kind(m)
		b.f(`</small> <small class="must">%s</small></dt><dd>%s`, must, m.Description)
		if len(m.Enum) > 0 && m.Enum[0] != nil {
			var all []string
			for _, e := range m.Enum {
				if e != nil {
					all = append(all, fmt.Sprint(e))
				}
			}
			b.f(` <code>%s</code>`, strings.Join(all, " | "))
		}
		b.f(`</dd>`)
	}
	b.f(`</dl>`)
}

// kind writes the type of a value, as a link when it has a name.
func (b *print) kind(s *huma.Schema) {
	switch {
	case s == nil:
	case s.Ref != "":
		name := s.Ref[strings.LastIndex(s.Ref, "/")+1:]
		b.f(`<a href="#schema-%s">%s</a>`, name, name)
	case s.Type == "array":
		b.kind(s.Items)
		b.f(`[]`)
	case len(s.OneOf) > 0:
		for i, one := range s.OneOf {
			if i > 0 {
				b.f(` | `)
			}
			b.kind(one)
		}
	case s.Format != "":
		b.f(`%s`, s.Format)
	default:
		b.f(`%s`, s.Type)
	}
}

func (b *print) problems() {
	b.f(`<section id="faults"><h2>%s</h2><p>%s</p><dl>`, b.words.T("api.page.problems"), b.words.T("api.page.problems_text"))
	for _, k := range kinds {
		b.f(`<dt id="problem-%s"><code>%s</code> %s</dt><dd>%s</dd>`, strings.ReplaceAll(string(k.kind), "_", "-"), strconv.Itoa(k.status), b.words.T("api.problem."+string(k.kind)), b.words.T("api.remedy."+string(k.kind)))
	}
	b.f(`<dt id="problem-outage"><code>500</code> %s</dt><dd>%s</dd></dl></section>`, b.words.T("api.problem.outage"), b.words.T("api.remedy.outage"))
}

func (b *print) schemas() {
	b.f(`<section id="schemas"><h2>%s</h2>`, b.words.T("api.page.schemas"))
	all := b.doc.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		b.f(`<article id="schema-%s"><h3>%s</h3>`, name, name)
		b.members(all[name])
		b.f(`</article>`)
	}
	b.f(`</section>`)
}
