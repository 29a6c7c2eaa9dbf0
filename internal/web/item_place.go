package web

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/view"
	"kilter/internal/web/part"
)

// itemPlace is where somebody stands in the list of items. All of it is in the
// address.
type itemPlace struct {
	View  string     // code of a view
	Query string     // the condition in force, as text
	Own   bool       // Query was typed, and is not simply the view's
	Sort  cmdb.Order // never ""
	After cmdb.Cursor
	Trail []string // where the pages before began, for going back
	Open  string   // id of the item in the split pane
}

// itemSorts are the orders a list of items can have.
var itemSorts = []cmdb.Order{cmdb.ByCode, cmdb.Latest}

// itemKind is the kind under which views of items are kept.
const itemKind = view.Item

// itemViews are the lists of items that everybody has.
var itemViews = []namedView{
	{Code: "mine", Icon: "user", Query: "owner:me", Own: true},
	{Code: "team", Icon: "users-group", Query: "team:my-teams", Own: true},
	{Code: "used", Icon: "list", Query: "state:planned,ordered,in_stock,building,live,maintenance"},
	{Code: "vital", Icon: "flame", Query: "criticality:vital state:live,maintenance"},
	{Code: "coming", Icon: "truck", Query: "state:planned,ordered,in_stock,building"},
	{Code: "maintenance", Icon: "tools", Query: "state:maintenance"},
	{Code: "warranty", Icon: "hourglass", Query: "state:live,maintenance warranty:<now+90d"},
	{Code: "unseen", Icon: "eye-off", Query: "missed:>0"},
	{Code: "gone", Icon: "archive", Query: "state:retired,disposed"},
	{Code: "all", Icon: "archive"},
}

// itemViewsOf are the lists everybody has, and those that somebody kept.
func (s *stock) itemViewsOf() []namedView {
	out := slices.Clone(itemViews)
	for n := range out {
		out[n].Name, out[n].Sort = s.T("item.view."+out[n].Code), record.Order(cmdb.ByCode)
	}
	if s.desk.Views == nil {
		return out
	}
	all, err := s.desk.Views.Of(s.By, itemKind)
	if err != nil { // the list stands without them
		s.desk.Log.ErrorContext(s.ctx, "saved views cannot be read", "error", err)
	}
	for _, w := range all {
		if w.ID != 0 {
			out = slices.Insert(out, len(out)-1, s.savedView(w))
		}
	}
	return out
}

func (s *stock) savedView(w view.View) namedView {
	order := w.Order
	if !slices.Contains(itemSorts, cmdb.Order(order)) {
		order = record.Order(cmdb.ByCode)
	}
	return namedView{Code: w.Code, Name: w.Name.In(s.lang()), Icon: "filter", Query: w.Query, Sort: order, Saved: w.ID, Columns: w.Columns, View: w}
}

func (s *stock) itemViewOf(code string) namedView {
	all := s.itemViewsOf()
	n := slices.IndexFunc(all, func(v namedView) bool { return v.Code == code })
	if n < 0 {
		return all[len(all)-1]
	}
	return all[n]
}

func (s *stock) itemPlaceIn(q url.Values) itemPlace {
	p := itemPlace{View: q.Get("view"), Open: q.Get("open"), Sort: cmdb.Order(q.Get("sort"))}
	if p.View == "" && !q.Has("q") {
		p.View = "used"
	}
	v := s.itemViewOf(p.View)
	p.View, p.Query = v.Code, v.Query
	if q.Has("q") {
		p.Query = strings.TrimSpace(q.Get("q"))
		p.Own = p.Query != v.Query
	}
	if !slices.Contains(itemSorts, p.Sort) {
		p.Sort = cmdb.Order(v.Sort)
	}
	p.After = itemCursor(q.Get("after"))
	if t := q.Get("trail"); t != "" {
		p.Trail = strings.Split(t, "~")
		p.Trail = p.Trail[max(0, len(p.Trail)-maxTrail):]
	}
	return p
}

// openPlace is the place in the list beside which an item is open, as the page
// that asks for a piece says.
func (s *stock) openPlace(r *http.Request) itemPlace {
	at, err := url.Parse(r.Header.Get("HX-Current-URL"))
	if err != nil || at.Path != configPath {
		return itemPlace{}
	}
	return s.itemPlaceIn(at.Query())
}

// itemCursor reads a place in the list: the id, and the value it is sorted by,
// which may hold any sign and is packed therefore.
func itemCursor(text string) cmdb.Cursor {
	id, packed, ok := strings.Cut(text, ".")
	n, err := strconv.ParseInt(id, 10, 64)
	value, bad := base64.RawURLEncoding.DecodeString(packed)
	if !ok || err != nil || bad != nil {
		return cmdb.Cursor{}
	}
	return cmdb.Cursor{Value: string(value), ID: n}
}

func itemCursorText(c cmdb.Cursor) string {
	if c == (cmdb.Cursor{}) {
		return ""
	}
	return strconv.FormatInt(c.ID, 10) + "." + base64.RawURLEncoding.EncodeToString([]byte(c.Value))
}

func (p itemPlace) values() url.Values {
	q := url.Values{}
	set := func(name, v string) {
		if v != "" {
			q.Set(name, v)
		}
	}
	set("view", p.View)
	if p.Own {
		q.Set("q", p.Query)
	}
	set("sort", string(p.Sort))
	set("after", itemCursorText(p.After))
	set("trail", strings.Join(p.Trail, "~"))
	set("open", p.Open)
	return q
}

func (p itemPlace) at(path string) string { return path + "?" + p.values().Encode() }

func (p itemPlace) href() string { return p.at(configPath) }

func (p itemPlace) below(what string) string { return p.at(configPath + "/" + what) }

func (p itemPlace) opening(id string) itemPlace { p.Open = id; return p }

// asking is the first page of another condition.
func (p itemPlace) asking(text string) itemPlace {
	p.Query, p.Own, p.After, p.Trail, p.Open = text, true, cmdb.Cursor{}, nil, ""
	return p
}

// sorted is the first page in another order.
func (p itemPlace) sorted(o cmdb.Order) itemPlace {
	p.Sort, p.After, p.Trail, p.Open = o, cmdb.Cursor{}, nil, ""
	return p
}

// on is the page that begins behind a row.
func (p itemPlace) on(c cmdb.Cursor) itemPlace {
	p.Trail = append(slices.Clone(p.Trail), itemCursorText(p.After))
	p.After, p.Open = c, ""
	return p
}

// back is the page before; false on the first.
func (p itemPlace) back() (itemPlace, bool) {
	if len(p.Trail) == 0 {
		return p, p.After != cmdb.Cursor{}
	}
	last := len(p.Trail) - 1
	p.After, p.Trail, p.Open = itemCursor(p.Trail[last]), p.Trail[:last:last], ""
	return p, true
}

// itemWhere turns the text of a filter into a condition.
func (s *stock) itemWhere(text string) (query.Node, error) { return s.Model.Read(text, s.meaning()) }

// itemAsks is the query of a place.
func (s *stock) itemAsks(p itemPlace, limit int) (cmdb.Query, error) {
	where, err := s.itemWhere(p.Query)
	return cmdb.Query{Where: where, Order: p.Sort, After: p.After, Limit: limit}, err
}

// itemChips show a filter's conditions, each with the address without it.
func (s *stock) itemChips(p itemPlace) []part.Chip {
	n, err := query.Parse(p.Query)
	if err != nil {
		return nil
	}
	fields, all := s.Model.Conditions(), query.Chips(n)
	out := make([]part.Chip, len(all))
	for i, c := range all {
		rest := slices.Delete(slices.Clone(all), i, i+1)
		out[i] = part.Chip{Value: c.Text, Drop: p.asking(query.Join(rest...).String()).href()}
		f, ok := fields.Find(c.Node.Field)
		if c.Node.Joins() || !ok {
			continue
		}
		out[i].Field, out[i].Op, out[i].Value = s.columnLabel(f.Name), opText[c.Node.Op], s.chipValue(f, c.Node)
	}
	return out
}

func (s *stock) chipValue(f query.Field, n query.Node) string {
	words := make([]string, len(n.Values))
	for i, v := range n.Values {
		words[i] = v
		switch {
		case slices.Contains(literals, v):
			words[i] = s.T("desk.literal." + strings.ReplaceAll(v, "-", "_"))
		case f.Type == query.Choice:
			words[i] = s.shown(nil, strings.TrimPrefix(f.Name, "x."), v)
		case f.Type == query.Thing:
			if t := s.All.Coded(f.Of, v); t != nil && catalogue.Cleared(s.By.Scope, t) {
				words[i] = t.Label(s.lang())
			}
		}
	}
	sep := ", "
	if n.Op == query.Range {
		sep = " – "
	}
	return strings.Join(words, sep)
}
