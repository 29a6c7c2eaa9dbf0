package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"kilter/internal/base/lang"
)

// paper is the API on paper, once in each language.
type paper struct {
	once [2]sync.Once
	docs [2]*huma.OpenAPI
	spec [2][]byte
	page [2][]byte
	err  [2]error
}

// paperwork puts the documents on the table.
func (a *API) paperwork() {
	words := []param{{Name: "lang", Type: "string", Enum: []string{"en", "zh"}}}
	a.add(operation{
		Method: "GET", Path: "/api/openapi.json", Policy: Anyone, Name: "openapi", Tag: "about", Query: words,
		Gives: []gives{{Status: http.StatusOK, Schema: &schema{Hand: as("object")}}}, Run: func(c *call) error {
			i, err := c.printed()
			if err != nil {
				return err
			}
			return c.send("application/json", c.paper.spec[i])
		},
	})
	page := func(c *call) error {
		i, err := c.printed()
		if err != nil {
			return err
		}
		c.w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		return c.send("text/html; charset=utf-8", c.paper.page[i])
	}
	a.add(operation{Method: "GET", Path: "/api", Policy: Anyone, Name: "reference", Hidden: true, Query: words, Run: page})
	a.add(operation{Method: "GET", Path: "/api/{$}", Policy: Anyone, Name: "reference-slash", Hidden: true, Query: words, Run: page})
	a.add(operation{Method: "GET", Path: "/api/reference.css", Policy: Anyone, Name: "reference-css", Hidden: true, Run: func(c *call) error {
		return c.send("text/css; charset=utf-8", look)
	}})
}

func (c *call) send(kind string, what []byte) error {
	c.w.Header().Set("Content-Type", kind)
	c.w.Header().Set("Cache-Control", "no-cache")
	c.w.Header().Set("Vary", "Accept-Language")
	_, _ = c.w.Write(what) // whoever asked may have hung up
	return nil
}

// printed chooses the language and prints the documents when they are asked
// for the first time.
func (c *call) printed() (int, error) {
	if l, ok := lang.Parse(c.get("lang")); ok {
		c.words = lang.For(l)
	}
	i := 0
	if c.words.Lang() == lang.Chinese {
		i = 1
	}
	a := c.API
	a.paper.once[i].Do(func() { a.paper.err[i] = a.print(i, c.words) })
	return i, a.paper.err[i]
}

func (a *API) print(i int, words *lang.Printer) error {
	doc := a.document(words)
	out, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		return fmt.Errorf("api: OpenAPI: %w", err)
	}
	a.paper.docs[i], a.paper.spec[i] = doc, append(out, '\n')
	a.paper.page[i] = a.reference(doc, words)
	return nil
}

// document is the API as an OpenAPI 3.1 document in one language.
func (a *API) document(words *lang.Printer) *huma.OpenAPI {
	d := &draft{words: words, registry: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)}
	doc := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info:    &huma.Info{Title: words.T("api.title"), Description: words.T("api.about"), Version: "1", License: &huma.License{Name: "Apache-2.0"}},
		Servers: []*huma.Server{{URL: "/"}},
		Components: &huma.Components{Schemas: d.registry, SecuritySchemes: map[string]*huma.SecurityScheme{
			"token":   {Type: "http", Scheme: "bearer", Description: words.T("api.security.token")},
			"session": {Type: "apiKey", In: "cookie", Name: "kilter_session", Description: words.T("api.security.session")},
		}},
		Security: []map[string][]string{{"token": {}}, {"session": {}}},
	}
	tags := map[string]bool{}
	for _, op := range a.ops {
		if op.Hidden {
			continue
		}
		if !tags[op.Tag] {
			tags[op.Tag] = true
			doc.Tags = append(doc.Tags, &huma.Tag{Name: op.Tag, Description: words.T("api.tag." + op.Tag)})
		}
		doc.AddOperation(d.operation(op))
	}
	for _, s := range d.registry.Map() {
		d.translate(s)
	}
	return doc
}

// draft is a document being written.
type draft struct {
	words    *lang.Printer
	registry huma.Registry
}

func (op *operation) key() string {
	if op.Key != "" {
		return op.Key
	}
	return op.Name
}

func (d *draft) operation(op *operation) *huma.Operation {
	out := &huma.Operation{
		Method: op.Method, Path: strings.TrimSuffix(op.Path, "{$}"), OperationID: op.Name, Tags: []string{op.Tag},
		Summary:   d.words.T("api.op."+strings.ReplaceAll(op.key(), "-", "_"), "what", d.words.T("api.one."+op.Tag), "move", strings.TrimSuffix(op.Name, "-"+strings.TrimSuffix(op.Tag, "s"))),
		Responses: map[string]*huma.Response{}, Extensions: map[string]any{"x-policy": op.Policy},
	}
	if op.Policy == Anyone {
		out.Security = []map[string][]string{}
	}
	for _, name := range inPath.FindAllStringSubmatch(op.Path, -1) {
		out.Parameters = append(out.Parameters, &huma.Param{Name: name[1], In: "path", Required: true, Description: d.words.T("api.param." + name[1]), Schema: as("string")})
	}
	for _, p := range op.Query {
		s := as(p.Type)
		for _, e := range p.Enum {
			s.Enum = append(s.Enum, e)
		}
		out.Parameters = append(out.Parameters, &huma.Param{Name: p.Name, In: "query", Description: d.words.T("api.param." + p.Name), Schema: s})
	}
	if op.Once {
		out.Parameters = append(out.Parameters, &huma.Param{Name: "Idempotency-Key", In: "header", Description: d.words.T("api.param.idempotency_key"), Schema: as("string")})
	}
	if op.Match {
		out.Parameters = append(out.Parameters, &huma.Param{Name: "If-Match", In: "header", Description: d.words.T("api.param.if_match"), Schema: as("string")})
	}
	d.body(op, out)
	d.answers(op, out)
	return out
}

// inPath finds the names in an address.
var inPath = regexp.MustCompile(`\{([a-z_]+)\}`)

func (d *draft) body(op *operation, out *huma.Operation) {
	if op.Body == nil {
		return
	}
	content := map[string]*huma.MediaType{}
	for _, t := range op.Body.types() {
		m := &huma.MediaType{Schema: d.schema(op.Body.Schema), Example: op.Example}
		if t == mergeType {
			m = &huma.MediaType{Schema: said(as("object"), d.words.T("api.doc.merge"))}
		}
		content[t] = m
	}
	out.RequestBody = &huma.RequestBody{Content: content}
}

// refusals are the problems an operation may answer with.
func (op *operation) refusals() []int {
	out := []int{}
	if op.Policy != Anyone {
		out = append(out, http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests)
	}
	if strings.Contains(op.Path, "{") {
		out = append(out, http.StatusNotFound)
	}
	if op.Body != nil {
		out = append(out, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if op.Once || op.Match {
		out = append(out, http.StatusConflict)
	}
	if op.Match {
		out = append(out, http.StatusPreconditionFailed)
	}
	return append(out, http.StatusUnprocessableEntity)
}

func (d *draft) answers(op *operation, out *huma.Operation) {
	for _, g := range op.Gives {
		r := &huma.Response{Description: http.StatusText(g.Status), Content: map[string]*huma.MediaType{}}
		kind := g.Type
		if kind == "" {
			kind = jsonType
		}
		s := d.schema(g.Schema)
		if s == nil {
			s = as("string")
		}
		r.Content[kind] = &huma.MediaType{Schema: s}
		if op.Match || op.key() == "get" {
			r.Headers = map[string]*huma.Param{"ETag": {Description: d.words.T("api.doc.version"), Schema: as("string")}}
		}
		out.Responses[strconv.Itoa(g.Status)] = r
	}
	d.schema(of[problem]())
	for _, status := range op.refusals() {
		out.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{problemType: {Schema: refer("Problem")}},
		}
	}
}

// schema writes a schema into the document.
func (d *draft) schema(s *schema) *huma.Schema {
	if s == nil {
		return nil
	}
	for _, u := range s.Uses {
		d.schema(u)
	}
	hand := cloned(s.Hand) // the words of another language go in next time
	if hand == nil {
		out := d.registry.Schema(s.Of, true, s.Of.Name())
		if out.Ref == "" {
			d.translate(out)
		}
		return out
	}
	if s.Name != "" {
		d.registry.Map()[s.Name] = hand
		return refer(s.Name)
	}
	if s.Page != "" {
		hand.Properties["items"] = many(refer(s.Page))
	}
	return d.translate(hand)
}

// translate puts words in the place of keys.
func (d *draft) translate(s *huma.Schema) *huma.Schema {
	if s == nil {
		return nil
	}
	if d.words.Has(s.Description) {
		s.Description = d.words.T(s.Description)
	} else if strings.Contains(s.Description, ".field.") {
		s.Description = "" // the practice has not said what it calls the field
	}
	delete(s.Properties, "$schema")
	for _, m := range s.Properties {
		d.translate(m)
	}
	d.translate(s.Items)
	for _, one := range s.OneOf {
		d.translate(one)
	}
	return s
}

// cloned is a copy of a schema made by hand.
func cloned(s *huma.Schema) *huma.Schema {
	if s == nil {
		return nil
	}
	out := *s
	out.Items = cloned(s.Items)
	if s.Properties != nil {
		out.Properties = make(map[string]*huma.Schema, len(s.Properties))
		for name, m := range s.Properties {
			out.Properties[name] = cloned(m)
		}
	}
	out.OneOf = nil
	for _, one := range s.OneOf {
		out.OneOf = append(out.OneOf, cloned(one))
	}
	return &out
}
