package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/view"
	"kilter/internal/web/part"
)

// listPlace is where somebody stands in the list of incidents. All of it is in
// the address, so that it can be sent to a colleague and the back button keeps
// the place.
type listPlace struct {
	View   string       // code of a view; "" is all incidents
	Query  string       // the condition in force, as text
	Own    bool         // Query was typed, and is not simply the view's
	Sort   record.Order // never ""
	Chosen bool         // Sort was asked for, and is not simply the view's
	After  record.Cursor
	Trail  []string // where the pages before began, for going back
	Open   string   // the record in the split pane
	path   string   // of the practice's list; "" is /incidents
}

// namedView is a list that is kept under a name.
type namedView struct {
	Code, Name, Icon, Query string
	Sort                    record.Order
	Alert                   bool  // its count asks for attention
	Own                     bool  // it is about the one who looks
	Saved                   int64 // the id of one that somebody kept; 0 of those there always are
	Columns                 []string
	Off                     bool // it does not stand in the rail
	View                    view.View
}

// views are the lists that everybody has. Teams name theirs beside them.
func (s *sight) views() []namedView {
	out := slices.Clone(s.of.Views)
	for i := range out {
		out[i].Name = s.word("view." + out[i].Code)
	}
	for _, w := range s.saved() {
		order := w.Order
		if !slices.Contains(s.of.Sorts, order) {
			order = record.Newest
		}
		out = slices.Insert(out, len(out)-1, namedView{Code: w.Code, Name: w.Name.In(string(s.Lang())), Icon: "filter", Query: w.Query, Sort: order, Saved: w.ID, Columns: w.Columns, Off: !w.Pin, View: w})
	}
	return s.arranged(out)
}

// viewOf finds a view by its code; unknown ones are the last: all incidents.
func (s *sight) viewOf(code string) namedView {
	all := s.views()
	for _, named := range []string{code, "all"} {
		if i := slices.IndexFunc(all, func(v namedView) bool { return v.Code == named }); i >= 0 {
			return all[i]
		}
	}
	return all[len(all)-1]
}

// placeOf reads the place out of an address.
func (s *sight) placeOf(r *http.Request) listPlace {
	return s.placeIn(r.URL.Query())
}

func (s *sight) placeIn(q url.Values) listPlace {
	p := listPlace{path: s.of.Path, View: q.Get("view"), Open: strings.ToUpper(q.Get("open")), Sort: record.Order(q.Get("sort"))}
	if p.View == "" && !q.Has("q") {
		p.View = s.of.Fallback
	}
	v := s.viewOf(p.View)
	p.View, p.Query = v.Code, v.Query
	if q.Has("q") {
		p.Query = strings.TrimSpace(q.Get("q"))
		p.Own = p.Query != v.Query
	}
	p.Chosen = slices.Contains(s.of.Sorts, p.Sort)
	if !p.Chosen {
		p.Sort = v.Sort
	}
	p.After = cursorOf(q.Get("after"))
	if t := q.Get("trail"); t != "" {
		p.Trail = strings.Split(t, "~")
		p.Trail = p.Trail[max(0, len(p.Trail)-maxTrail):]
	}
	return p
}

// asked is where a piece of a record is shown: on the record's own page, or
// beside the list at a place.
func (s *sight) asked(base string) (place listPlace, full bool) {
	at, err := url.Parse(s.from)
	switch {
	case err != nil || s.from == "":
		return place, false
	case at.Path == s.of.Path && at.Query().Has("open"):
		return s.placeIn(at.Query()), false
	}
	return place, at.Path == base
}

// maxTrail bounds how many pages one can go back by the button; the browser's
// own button goes further.
const maxTrail = 20

func cursorOf(text string) record.Cursor {
	value, id, ok := strings.Cut(text, ".")
	if !ok {
		return record.Cursor{}
	}
	v, err1 := strconv.ParseInt(value, 10, 64)
	i, err2 := strconv.ParseInt(id, 10, 64)
	if err1 != nil || err2 != nil {
		return record.Cursor{}
	}
	return record.Cursor{Value: v, ID: i}
}

func cursorText(c record.Cursor) string {
	if c == (record.Cursor{}) {
		return ""
	}
	return strconv.FormatInt(c.Value, 10) + "." + strconv.FormatInt(c.ID, 10)
}

// values are the address's parameters.
func (p listPlace) values() url.Values {
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
	if p.Chosen {
		set("sort", string(p.Sort))
	}
	set("after", cursorText(p.After))
	set("trail", strings.Join(p.Trail, "~"))
	set("open", p.Open)
	return q
}

// at is the address of the place under a path.
func (p listPlace) at(path string) string {
	q := p.values().Encode()
	if q == "" {
		return path
	}
	return path + "?" + q
}

func (p listPlace) href() string { return p.at(cmp.Or(p.path, "/incidents")) }

// below is the address of something below the list, at this place.
func (p listPlace) below(what string) string { return p.at(cmp.Or(p.path, "/incidents") + "/" + what) }

// opening is the same place with a record in the split pane; "" closes it.
func (p listPlace) opening(ref string) listPlace { p.Open = ref; return p }

// asking is the first page of another condition.
func (p listPlace) asking(text string) listPlace {
	p.Query, p.Own, p.After, p.Trail, p.Open = text, true, record.Cursor{}, nil, ""
	return p
}

// sorted is the first page in another order.
func (p listPlace) sorted(o record.Order) listPlace {
	p.Chosen = true
	p.Sort, p.After, p.Trail, p.Open = o, record.Cursor{}, nil, ""
	return p
}

// on is the page that begins behind a row.
func (p listPlace) on(c record.Cursor) listPlace {
	p.Trail = append(slices.Clone(p.Trail), cursorText(p.After))
	p.After, p.Open = c, ""
	return p
}

// back is the page before; false on the first.
func (p listPlace) back() (listPlace, bool) {
	if len(p.Trail) == 0 {
		return p, p.After != record.Cursor{}
	}
	last := len(p.Trail) - 1
	p.After, p.Trail, p.Open = cursorOf(p.Trail[last]), p.Trail[:last:last], ""
	return p, true
}

// conditions are what a filter on the page's practice can name. They are made
// once for the settings in force; nobody changes them.
func (s *sight) conditions() query.Fields {
	if k := s.of.known.Load(); k != nil && k.all == s.All {
		return k.fields
	}
	var own []query.Field
	if fields, err := record.OwnFields(s.All, s.of.Kind); err == nil {
		for _, f := range fields {
			own = append(own, f.Condition())
		}
	}
	k := &knownFields{s.All, s.of.Fields(own...)}
	s.of.known.Store(k)
	return k.fields
}

// knownFields are what a filter can name under some settings.
type knownFields struct {
	all    *setting.All
	fields query.Fields
}

// meaning is what words such as "me" stand for when this person asks.
func (s *sight) meaning() query.Context {
	if s.desk.Means == nil {
		return query.Context{Me: s.By.ID, MyTeams: s.By.Teams, Now: s.Now, Place: s.Zone(), Settings: s.All}
	}
	k := s.desk.Means(s.By)
	k.Now, k.Place, k.Settings = s.Now, s.Zone(), s.All
	return k
}

// where turns the text of a filter into a condition.
func (s *sight) where(text string) (query.Node, error) {
	return s.conditions().Read(text, s.meaning())
}

// asks is the query of a place.
func (s *sight) asks(p listPlace, limit int) (record.Query, error) {
	where, err := s.where(p.Query)
	return record.Query{Kind: s.of.Kind, Where: where, Order: p.Sort, After: p.After, Limit: limit, Now: s.Now, Inner: s.By.Staff}, err
}

// chips show a filter's conditions, each with the address without it. What
// cannot be parsed has none.
func (s *sight) chips(p listPlace) []part.Chip {
	n, err := query.Parse(p.Query)
	if err != nil {
		return nil
	}
	fields := s.conditions()
	all := query.Chips(n)
	out := make([]part.Chip, len(all))
	for i, c := range all {
		rest := slices.Delete(slices.Clone(all), i, i+1)
		out[i] = part.Chip{Value: c.Text, Drop: p.asking(query.Join(rest...).String()).href()}
		f, ok := fields.Find(c.Node.Field)
		if c.Node.Joins() || !ok {
			continue
		}
		out[i].Field, out[i].Op = s.conditionLabel(f), opText[c.Node.Op]
		out[i].Value = s.conditionValue(f, c.Node)
	}
	return out
}

var opText = map[query.Op]string{query.Eq: "=", query.Ne: "≠", query.Lt: "<", query.Le: "≤", query.Gt: ">", query.Ge: "≥", query.Range: "=", query.Has: "~"}

func (s *sight) conditionLabel(f query.Field) string {
	if key := s.of.deed("field." + f.Name); s.Has(key) {
		return s.T(key)
	}
	return s.otherLabel(f)
}

func (s *sight) otherLabel(f query.Field) string {
	if strings.HasPrefix(f.Name, "x.") {
		return s.label(f.Name)
	}
	if key := "desk.field." + f.Name; s.Has(key) {
		return s.T(key)
	}
	return f.Label(string(s.Lang()))
}

// literals are the words of conditions that mean the same for everybody.
var literals = []string{"me", "my-teams", "none", "true", "false"}

func (s *sight) conditionValue(f query.Field, n query.Node) string {
	words := make([]string, len(n.Values))
	for i, v := range n.Values {
		words[i] = v
		if slices.Contains(literals, v) {
			words[i] = s.T("desk.literal." + strings.ReplaceAll(v, "-", "_"))
		} else if known := s.value(f.Name, v); f.Type == query.Choice || f.Type == query.Thing {
			words[i] = known
			if key := s.of.deed("state." + v); f.Name == "state" && s.Has(key) {
				words[i] = s.T(key)
			}
		}
	}
	sep := ", "
	if n.Op == query.Range {
		sep = " – "
	}
	return strings.Join(words, sep)
}

// scope is how far the one who looks sees.
func (s *sight) scope() people.Scope { return s.By.Scope }
