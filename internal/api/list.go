package api

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"net/http"
	"net/url"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// The sizes of a page of a list.
const (
	usualPage = 50
	mostPage  = 500
)

// orders are the ways a list can be sorted.
var orders = []string{string(record.Newest), string(record.Oldest), string(record.Latest), string(record.SoonDue), string(record.Priority)}

// listed are the parameters of every list of records.
var listed = []param{
	{Name: "q", Type: "string"},
	{Name: "order", Type: "string", Enum: orders},
	{Name: "limit", Type: "integer"},
	{Name: "cursor", Type: "string"},
	{Name: "count", Type: "boolean"},
	{Name: "fields", Type: "string"},
	{Name: "expand", Type: "string"},
}

// cursor is the place where a list goes on. It is bound to the question it
// came with, so that a changed filter cannot be paged with an old one. It opens
// nothing: every page is read under the caller's own scope.
type cursor struct {
	Value int64  `json:"v"`
	ID    int64  `json:"i"`
	Of    uint32 `json:"q"`
}

func (k cursor) String() string {
	out, err := json.Marshal(k)
	if err != nil {
		return "" // three numbers
	}
	return base64.RawURLEncoding.EncodeToString(out)
}

func readCursor(text string, of uint32) (record.Cursor, error) {
	bad := fault.At("cursor", "api.bad_cursor")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return record.Cursor{}, bad
	}
	var k cursor
	if err := json.Unmarshal(raw, &k); err != nil || k.Of != of {
		return record.Cursor{}, bad
	}
	return record.Cursor{Value: k.Value, ID: k.ID}, nil
}

// question is a stamp of what a list is asked.
func question(parts ...string) uint32 {
	h := fnv.New32a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p + "\x00")) // never fails
	}
	return h.Sum32()
}

// asked reads the parameters of a list of records.
func (c *call) asked(k record.Kind) (record.Query, error) {
	q := record.Query{Kind: k, Order: record.Order(cmp.Or(c.get("order"), string(record.Newest))), Limit: usualPage, Now: c.Now()}
	if text := c.get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > mostPage {
			return q, fault.At("limit", "record.out_of_range").With("low", 1).With("high", mostPage)
		}
		q.Limit = n
	}
	if text := c.get("cursor"); text != "" {
		var err error
		if q.After, err = readCursor(text, c.question(k)); err != nil {
			return q, err
		}
	}
	var err error
	q.Where, err = c.where(k)
	return q, err
}

func (c *call) question(k record.Kind) uint32 {
	return question(string(k), c.get("q"), cmp.Or(c.get("order"), string(record.Newest)))
}

func (c *call) where(k record.Kind) (query.Node, error) {
	text := c.get("q")
	if text == "" {
		return query.Node{}, nil
	}
	if c.Where == nil {
		return query.Node{}, fault.At("q", "api.no_conditions")
	}
	return c.Where(c.by, k, text)
}

// page is one page of a list.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"api.doc.page_next"`
	Count *int   `json:"count,omitempty" doc:"api.doc.page_count"`
}

// next is the address of the page behind this one.
func (c *call) next(k cursor) string {
	values := url.Values{}
	for name, v := range c.r.URL.Query() {
		values[name] = v
	}
	values.Set("cursor", k.String())
	to := c.r.URL.Path + "?" + values.Encode()
	c.w.Header().Add("Link", "<"+to+`>; rel="next"`)
	return to
}

// give answers with a page.
func give[T any](c *call, p page[T]) error {
	if p.Items == nil {
		p.Items = []T{}
	}
	return c.JSON(http.StatusOK, p)
}

// mostCounted is where counting stops.
const mostCounted = 10_000

// records answers with a page of records of a kind, or of all ("").
func (c *call) records(k record.Kind) error {
	q, err := c.asked(k)
	if err != nil {
		return err
	}
	rows, err := c.Ledger.List(c.r.Context(), c.by.Scope, q)
	if err != nil {
		return err
	}
	p := page[row]{Items: make([]row, len(rows))}
	for i, r := range rows {
		p.Items[i] = c.only(c.line(r))
	}
	if len(rows) == q.Limit {
		at := record.Behind(rows[len(rows)-1], q.Order)
		p.Next = c.next(cursor{at.Value, at.ID, c.question(k)})
	}
	if c.get("count") == "true" {
		n, err := c.Ledger.Count(c.r.Context(), c.by.Scope, q, mostCounted)
		if err != nil {
			return err
		}
		p.Count = &n
	}
	return give(c, p)
}

// line is a row of a list.
func (c *call) line(r record.Row) row {
	if !c.by.Staff {
		r = r.ForGuests()
	}
	named := func(id int64, name, field string) any {
		if id == 0 {
			return nil
		}
		if c.expands(field) {
			return thing{ID: id, Name: name}
		}
		return id
	}
	ref := func(t record.Type, id int64) any {
		if id == 0 {
			return nil
		}
		if c.expands(string(t)) {
			return c.expanded(t, strconv.FormatInt(id, 10))
		}
		return id
	}
	return row{
		{"number", r.Ref()},
		{"kind", r.Kind},
		{"title", r.Title},
		{"state", r.State},
		{"open", r.Live},
		{"priority", orNull(r.Priority)},
		{"requester", named(int64(r.Requester), r.RequesterName, "requester")},
		{"owner", named(int64(r.Owner), r.OwnerName, "owner")},
		{"team", ref(record.Team, int64(r.Team))},
		{"service", ref(record.Service, int64(r.Service))},
		{"department", ref(record.Department, int64(r.Department))},
		{"zone", ref(record.Zone, int64(r.Zone))},
		{"opened", moment(r.Opened)},
		{"moved", moment(r.Moved)},
		{"due", moment(r.Due)},
		{"version", r.Version},
	}
}

func orNull[N ~int | ~int64](n N) any {
	if n == 0 {
		return nil
	}
	return n
}
