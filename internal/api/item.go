package api

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Configuration is what the API asks of configuration management.
type Configuration struct {
	Desk       *cmdb.Desk
	Records    *cmdb.Records
	Checks     *cmdb.Checks
	Batches    *cmdb.Batches
	Modeller   *cmdb.Modeller
	Reconciler *cmdb.Reconciler
	Files      record.Files
	Where      func(by people.Actor, text string) (query.Node, error)
	Person     func(context.Context, people.ID) (people.Person, error)
	// Bring drafts the import of a file.
	Bring func(ctx context.Context, by people.Actor, s Sent) (cmdb.Import, *cmdb.Plan, error)
	Site  string // where people reach Kilter; from the request when empty
}

// Sent is a file that another tool wrote, with what is said about it.
type Sent struct {
	Kind     string // one of sentKinds
	Name     string
	Source   string // under which values are known to come from here; the tool's own when empty
	Zone     string // of everything in it, by code
	Complete bool   // what it does not name is absent
	Map      string // of a table: what its columns mean, as YAML or JSON; the one kept for the source when empty
	Body     io.Reader
}

// sentKinds are the kinds of files: tables, and what says itself what it holds.
var sentKinds = []string{"items", "relations", "netbox", "graphml", "nmap", "agent", "bundle"}

// itemRoom serves items, relations and what stands beside them.
type itemRoom struct {
	*API
	Configuration
}

// Configuration serves configuration management.
func (a *API) Configuration(c Configuration) {
	r := &itemRoom{a, c}
	r.lists()
	r.items()
	r.batches()
	r.beside()
	r.raws()
	r.relations()
	r.baselines()
	r.discrepancies()
	r.imports()
	r.model()
	r.lines()
	r.toolFiles()
}

// on puts an operation on the table; deed is its policy, asked for before the
// body is looked at, and by the desk again.
func (r *itemRoom) on(method, path, deed, key, tag string, run handler, query ...param) {
	name := strings.ReplaceAll(key, "_", "-")
	op := operation{Method: method, Path: Prefix + path, Policy: deed, Name: name, Key: key, Tag: tag, Query: query, Run: func(c *call) error {
		if err := audit.Ask(c.r.Context(), r.Desk.Pen, c.by, c.Now(), deed, path); err != nil {
			return err
		}
		return run(c)
	}}
	switch method {
	case "POST", "PATCH":
		op.Once = true
		op.Match = method == "PATCH"
		op.Body = &body{Types: []string{jsonType, mergeType}, Schema: &schema{Hand: as("object")}}
	}
	status := http.StatusOK
	if strings.HasPrefix(key, "add_") {
		status = http.StatusCreated
	}
	op.Gives = []gives{{Status: status, Schema: &schema{Hand: as("object")}}}
	r.add(op)
}

var pageParams = []param{{Name: "limit", Type: "integer"}, {Name: "cursor", Type: "string"}}

func (r *itemRoom) lists() {
	listParams := append([]param{
		{Name: "q", Type: "string"},
		{Name: "text", Type: "string"},
		{Name: "person", Type: "string"},
		{Name: "order", Type: "string", Enum: []string{string(cmdb.ByCode), string(cmdb.Latest)}},
		{Name: "count", Type: "boolean"},
		{Name: "fields", Type: "string"},
	}, pageParams...)
	r.on("GET", "/items", cmdb.DeedRead, "list_items", "items", r.list, listParams...)
	r.on("GET", "/items/due", cmdb.DeedRead, "list_due_items", "items", func(c *call) error {
		limit, err := c.limit()
		if err != nil {
			return err
		}
		found, err := r.Checks.Due(c.r.Context(), c.by, cmdb.DueOrder(c.get("order")), limit)
		return r.some(c, found, err)
	}, pageParams[0], param{Name: "order", Type: "string", Enum: []string{string(cmdb.DueByRoom), string(cmdb.DueByOwner)}})
	r.on("GET", "/items/quality", cmdb.DeedRead, "item_quality", "items", func(c *call) error {
		classes, owners, err := r.Checks.Quality(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, map[string]any{"classes": scores(classes), "owners": scores(owners)})
	})
}

func scores(list []cmdb.Score) []row {
	out := []row{}
	for _, s := range list {
		var one row
		if s.Class != "" {
			one.put("class", s.Class)
		} else {
			one.put("owner", s.Owner)
		}
		one.put("items", s.Items)
		one.put("complete", s.Complete)
		one.put("orphans", s.Orphans)
		one.put("stale", s.Stale)
		one.put("duplicates", s.Duplicates)
		one.put("score", s.Share())
		out = append(out, one)
	}
	return out
}

// some answers with items that are no page of a list.
func (r *itemRoom) some(c *call, found []cmdb.Item, err error) error {
	if err != nil {
		return err
	}
	p := page[row]{}
	for n := range found {
		p.Items = append(p.Items, c.only(itemRow(&found[n])))
	}
	return give(c, p)
}

func (r *itemRoom) list(c *call) error {
	limit, err := c.limit()
	if err != nil {
		return err
	}
	if err := c.by.May(cmdb.DeedRead); err != nil {
		return err
	}
	switch who, text := c.get("person"), c.get("text"); {
	case who != "":
		id, err := c.personNamed("person", who)
		if err != nil {
			return err
		}
		p, err := r.Person(c.r.Context(), id)
		if err != nil {
			return err
		}
		found, err := r.Desk.Items.Of(c.r.Context(), c.by.Scope, id, p.Department, limit)
		return r.some(c, found, err)
	case text != "":
		found, err := r.Desk.Items.Search(c.r.Context(), c.by.Scope, text, limit)
		return r.some(c, found, err)
	}
	q, err := r.asked(c, limit)
	if err != nil {
		return err
	}
	found, err := r.Desk.List(c.r.Context(), c.by, q)
	if err != nil {
		return err
	}
	p := page[row]{}
	for n := range found {
		p.Items = append(p.Items, c.only(itemRow(&found[n])))
	}
	if len(found) == limit {
		p.Next = c.nextPage(r.place(c, cmdb.After(&found[limit-1], q.Order)))
	}
	if c.get("count") == "true" {
		n, err := r.Desk.Count(c.r.Context(), c.by, q, mostCounted)
		if err != nil {
			return err
		}
		p.Count = &n
	}
	return give(c, p)
}

// itemCursor is the place where a list of items goes on, bound to its question.
type itemCursor struct {
	Value string `json:"v"`
	ID    int64  `json:"i"`
	Of    uint32 `json:"q"`
}

func (r *itemRoom) place(c *call, at cmdb.Cursor) string {
	out, err := json.Marshal(itemCursor{at.Value, at.ID, question("items", c.get("q"), c.get("order"))})
	if err != nil {
		return "" // a text and two numbers
	}
	return base64.RawURLEncoding.EncodeToString(out)
}

// asked reads the parameters of a list of items.
func (r *itemRoom) asked(c *call, limit int) (cmdb.Query, error) {
	q := cmdb.Query{Order: cmdb.Order(cmp.Or(c.get("order"), string(cmdb.ByCode))), Limit: limit}
	if text := c.get("cursor"); text != "" {
		raw, err := base64.RawURLEncoding.DecodeString(text)
		var k itemCursor
		if err != nil || json.Unmarshal(raw, &k) != nil || k.Of != question("items", c.get("q"), c.get("order")) {
			return q, fault.At("cursor", "api.bad_cursor")
		}
		q.After = cmdb.Cursor{Value: k.Value, ID: k.ID}
	}
	var err error
	if text := c.get("q"); text != "" {
		q.Where, err = r.Configuration.Where(c.by, text)
	}
	return q, err
}

// nextPage is the address of the page at a place.
func (c *call) nextPage(place string) string {
	values := c.r.URL.Query()
	values.Set("cursor", place)
	to := c.r.URL.Path + "?" + values.Encode()
	c.w.Header().Add("Link", "<"+to+`>; rel="next"`)
	return to
}

// itemRow is an item as JSON.
func itemRow(i *cmdb.Item) row {
	out := row{{"id", int64(i.ID)}}
	for _, f := range cmdb.Fields {
		v := i.Get(f.Name)
		switch {
		case v == "" && (f.Kind != "" || f.Choices != nil):
			out.put(f.Name, nil)
		case f.Kind != "" || f.Name == "grade" || f.Name == "rto" || f.Name == "rpo":
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil {
				out.put(f.Name, nil)
				continue
			}
			out.put(f.Name, n)
		default:
			out.put(f.Name, v)
		}
	}
	x := i.Extra
	if x == nil {
		x = map[string]string{}
	}
	out.put("x", x)
	origin := map[string]string{}
	for _, name := range cmdb.FieldNames {
		if s := i.OriginOf(name); s != cmdb.Hand && i.Get(name) != "" {
			origin[name] = s
		}
	}
	for name := range i.Extra {
		if s := i.OriginOf(name); s != cmdb.Hand {
			origin[name] = s
		}
	}
	out.put("origin", origin)
	for _, m := range []struct {
		name string
		at   time.Time
	}{{"created", i.Created}, {"changed", i.Changed}, {"seen", i.Seen}, {"audited", i.Audited}} {
		out.put(m.name, moment(m.at))
	}
	out.put("missed", i.Missed)
	out.put("version", i.Version)
	return out
}

// itemFields reads the fields of an item out of a body: flat ones, and the
// attributes under x. Things of the settings may be named by code.
func (c *call) itemFields(o object) (in cmdb.Input, err error) {
	in.Fields = map[string]string{}
	var many fault.Many
	for _, name := range o.names() {
		raw := o[name]
		switch name {
		case "because":
			if err := many.Add(member(o, name, &in.Because)); err != nil {
				return in, err
			}
		case "x":
			var x object
			if err := many.Add(member(o, name, &x)); err != nil {
				return in, err
			}
			for _, attr := range x.names() {
				v, err := plainValue(attr, x[attr])
				if err := many.Add(err); err != nil {
					return in, err
				}
				in.Fields[attr] = v
			}
		default:
			v, err := plainValue(name, raw)
			if err == nil {
				v, err = c.codedField(name, v)
			}
			if err := many.Add(err); err != nil {
				return in, err
			}
			in.Fields[name] = v
		}
	}
	return in, many.Err()
}

// plainValue is a JSON string, number or null as text.
func plainValue(field string, raw json.RawMessage) (string, error) {
	text := string(raw)
	switch {
	case text == "null":
		return "", nil
	case strings.HasPrefix(text, `"`):
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return "", fault.At(field, "api.not_a_string")
		}
		return s, nil
	case strings.HasPrefix(text, "{"), strings.HasPrefix(text, "["):
		return "", fault.At(field, "api.not_a_string")
	}
	return text, nil
}

// coded turns the code of a thing of the settings into its id.
func (c *call) codedField(name, v string) (string, error) {
	for _, f := range cmdb.Fields {
		if f.Name != name || f.Kind == "" || f.Kind == setting.Human || v == "" {
			continue
		}
		if _, err := strconv.ParseInt(v, 10, 64); err == nil {
			return v, nil
		}
		t := c.coded(f.Kind, v)
		if t == nil {
			return "", fault.At(name, "setting.no_such").With("kind", string(f.Kind)).With("id", v)
		}
		return strconv.FormatInt(t.ID, 10), nil
	}
	return v, nil
}
